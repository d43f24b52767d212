"""Places and actions of the palette, found by their words, their pinyin or its initials. `{% load palette %}`"""

from django import template
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html

from customers.rules.pinyin import plain_name
from customers.rules.spelling import means
from staff.templatetags.crm import icon

register = template.Library()


def matches(word, query):
    """Whether a word is meant by what was typed: any part of it, or its pinyin, initials or a mixture of them."""
    typed = plain_name(query)
    return not typed or typed in plain_name(word) or means(typed, word)


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
