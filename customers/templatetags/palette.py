"""Places and actions of the palette, found by their words, their pinyin or its initials. `{% load palette %}`"""

from functools import lru_cache

from django import template
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html

from customers.rules.pinyin import plain_name, search_keys
from staff.templatetags.crm import icon

register = template.Library()


@lru_cache(maxsize=512)
def _keys(word):
    return tuple(search_keys(word))


def matches(word, query):
    """Whether a word is meant by what was typed: any part of it, or the beginning of its pinyin or initials."""
    typed, plain = plain_name(query), plain_name(word)
    return not typed or typed in plain or (typed.isascii() and any(key.startswith(typed) for key in _keys(word)))


@register.simple_tag
def palette_entry(view, symbol, word, query):
    """The line of the palette for a view without arguments, when the typed text means it; else nothing."""
    if not matches(word, query):
        return ""
    try:
        address = reverse(view)
    except NoReverseMatch:
        return ""
    line = '<a role="option" tabindex="-1" href="{}">{}<span class="search-name">{}</span></a>'
    return format_html(line, address, icon(symbol), word)
