"""How widgets become HTML: the common ones are written, for a template for each option of a box costs too much."""

from django.forms.renderers import DjangoTemplates
from django.utils.html import format_html, format_html_join
from django.utils.safestring import mark_safe

WIDGETS = "django/forms/widgets/"
INPUTS = ("date", "hidden", "input", "number", "search", "text")


class WrittenWidgets(DjangoTemplates):
    """Boxes and simple inputs as Django's templates have them, but for white space; all else by those templates."""

    def render(self, template_name, context, request=None):
        """The widget as HTML."""
        write = WRITERS.get(template_name)
        return super().render(template_name, context, request) if write is None else write(context["widget"])


def _attributes(given):
    """Attributes; True stands alone, False not at all."""
    return format_html_join(
        "",
        "{}",
        (
            [format_html(" {}", name) if value is True else format_html(' {}="{}"', name, value)]
            for name, value in given.items()
            if value is not False
        ),
    )


def _input(widget):
    value = "" if widget["value"] is None else format_html(' value="{}"', widget["value"])
    return format_html(
        '<input type="{}" name="{}"{}{}>', widget["type"], widget["name"], value, _attributes(widget["attrs"])
    )


def _select(widget):
    groups = []
    for name, options, _place in widget["optgroups"]:
        written = format_html_join(
            "\n",
            '<option value="{}"{}>{}</option>',
            ((option["value"], _attributes(option["attrs"]), option["label"]) for option in options),
        )
        groups.append(format_html('<optgroup label="{}">{}</optgroup>', name, written) if name else written)
    inside = mark_safe("\n".join(groups))  # noqa: S308  each of them is written by format_html
    return format_html('<select name="{}"{}>{}</select>', widget["name"], _attributes(widget["attrs"]), inside)


WRITERS = {f"{WIDGETS}select.html": _select} | {f"{WIDGETS}{name}.html": _input for name in INPUTS}
