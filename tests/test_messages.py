"""The collector of texts finds what Django would translate, and guards what translators write."""

import json

import pytest

from scripts import messages

TEMPLATE = """{% load i18n %}{% translate "50% of it" %}{% translate "May" context "month" %}{{ _("a constant")|upper }}
{% blocktranslate trimmed count n=3 %}
  One <b>{{ n }}</b>
  thing
{% plural %}{{ n }} things{% endblocktranslate %}{# {% translate "no" %} #} gettext('neither')"""
CODE = """
from django.utils.translation import gettext_lazy as _, ngettext, pgettext_lazy
a = _("joined " "text %(n)s")
b = ngettext("one %(n)d", "many %(n)d", 3)
c = pgettext_lazy("verb", "May")
d = _(a)
"""


@pytest.fixture
def clone(tmp_path, monkeypatch):
    """A small product with one template and one module."""
    monkeypatch.setattr(messages, "CLONE", tmp_path)
    monkeypatch.setattr(messages, "CATALOGUE", tmp_path / "locale/zh_Hans/LC_MESSAGES/django.po")
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates/page.html").write_text(TEMPLATE)
    (tmp_path / "staff").mkdir()
    (tmp_path / "staff/models.py").write_text(CODE)
    return tmp_path


def fill(clone, words):
    (clone / "words.json").write_text(json.dumps(words))
    return messages.fill(str(clone / "words.json"))


def test_collect_finds_every_text_with_its_context_and_plural(clone):
    found = {key: text.plural for key, text in messages.collect().items()}
    assert found == {
        ("", "50%% of it"): "",
        ("month", "May"): "",
        ("", "a constant"): "",
        ("", "One <b>%(n)s</b> thing"): "%(n)s things",
        ("", "joined text %(n)s"): "",
        ("", "one %(n)d"): "many %(n)d",
        ("verb", "May"): "",
    }


def test_fill_writes_what_missing_names_until_check_is_content(clone, capsys):
    assert messages.check() == 1
    capsys.readouterr()
    assert messages.missing([str(clone / "staff")]) == 0
    assert json.loads(capsys.readouterr().out) == {
        "joined text %(n)s": "",
        "one %(n)d": [""],
        "verb\4May": "",
    }
    assert fill(clone, {"joined text %(n)s": "文 %(n)s", "one %(n)d": ["%(n)d 个"], "verb\4May": "可以"}) == 0
    words = {
        "50%% of it": "一半",
        "month\4May": "五月",
        "a constant": "常",
        "One <b>%(n)s</b> thing": "<b>%(n)s</b> 个",
    }
    assert fill(clone, words) == 0
    capsys.readouterr()
    assert messages.check() == 0, capsys.readouterr().out


def test_fill_refuses_lost_placeholders_lost_tags_and_unknown_texts(clone, capsys):
    words = {"joined text %(n)s": "文", "One <b>%(n)s</b> thing": "%(n)s 个", "gone": "没了", "a constant": "常"}
    assert fill(clone, words) == 1
    said = capsys.readouterr().err
    assert "placeholders differ" in said
    assert "tags differ" in said
    assert "not used anywhere: 'gone'" in said
    assert messages.translation(messages.load()[("", "a constant")]) == "常"


def test_update_keeps_translations_and_drops_what_is_gone(clone):
    fill(clone, {"a constant": "常", "joined text %(n)s": "文 %(n)s"})
    (clone / "staff/models.py").write_text("")
    messages.update()
    assert {key[1] for key in messages.load()} == {"50%% of it", "May", "a constant", "One <b>%(n)s</b> thing"}
    assert messages.translation(messages.load()[("", "a constant")]) == "常"


def test_check_names_a_stale_binary_and_an_unused_text(clone, capsys):
    messages.update()
    messages.compile_()
    text = messages.CATALOGUE.read_text().replace('msgid "a constant"\nmsgstr ""', 'msgid "other"\nmsgstr "别的"')
    messages.CATALOGUE.write_text(text)
    assert messages.check() == 1
    said = capsys.readouterr().out
    assert "used no more: 'other'" in said
    assert "older than the .po" in said
