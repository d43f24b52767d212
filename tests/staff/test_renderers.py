"""Widgets are written as Django's own templates have them."""

import re

import pytest
from django import forms
from django.forms.renderers import DjangoTemplates
from django.utils.safestring import mark_safe

from config.renderers import WrittenWidgets

CHOICES = [("", "—"), ("a&b", "<A>"), ('Group "x"', [(1, "one"), (2, mark_safe("<i>two</i>"))]), (None, "none")]


@pytest.mark.parametrize(
    ("widget", "value"),
    [
        (forms.Select(choices=CHOICES, attrs={"required": True, "disabled": False, "data-of": 'a"b'}), "a&b"),
        (forms.Select(choices=CHOICES), 2),
        (forms.SelectMultiple(choices=CHOICES), ["1", "2"]),
        (forms.NullBooleanSelect(), True),
        (forms.NumberInput(attrs={"step": "any", "min": 0}), 3),
        (forms.TextInput(attrs={"autofocus": True}), '"><script>'),
        (forms.TextInput(), None),
        (forms.HiddenInput(), "x"),
        (forms.DateInput(format="%Y-%m-%d"), "2026-11-21"),
        (forms.Textarea(), "a\n<b>"),
        (forms.CheckboxInput(), True),
    ],
)
def test_a_widget_is_written_as_its_template_has_it(widget, value):
    written, templated = (
        re.sub(r">\s+<", "><", widget.render("name", value, {"id": "id_name"}, renderer).strip())
        for renderer in (WrittenWidgets(), DjangoTemplates())
    )
    assert written == templated
