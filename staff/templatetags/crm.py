"""What every template needs: money, days, icons, result counts, filter chips, undo addresses.

`{% load crm %}`. Patterns of numbers and days per language are locale data and stand here; words go through gettext.
"""

from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from functools import lru_cache

from django import template
from django.conf import settings
from django.template.loader_tags import BlockNode
from django.templatetags.static import static
from django.utils import dateformat, timezone
from django.utils.html import format_html
from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _

register = template.Library()

UNKNOWN = "—"
MINUS = "\u2212"
CENT = Decimal("0.01")
WAN = Decimal(10_000)
YI = Decimal(100_000_000)
SHORT_UNITS = ((Decimal(10**9), "bn"), (Decimal(10**6), "m"), (Decimal(10**3), "k"))
WEEKDAYS_ZH = "一二三四五六日"
# Parameters of a list's address that are not filters.
LIST_PARAMETERS = {"page", "per_page", "sort", "columns"}


def _chinese():
    return (get_language() or settings.LANGUAGE_CODE).startswith("zh")


def _amount(value):
    """The value as a Decimal, or None when it is unknown or not a number."""
    if value is None or value == "" or isinstance(value, bool):
        return None
    try:
        amount = value if isinstance(value, Decimal) else Decimal(str(value))
    except InvalidOperation:
        return None
    return amount if amount.is_finite() else None


def _signed(amount, text):
    return f"{MINUS}{text}" if amount < 0 else text


def _cents(amount):
    return amount.quantize(CENT, ROUND_HALF_UP)


def format_money(value):
    """Yuan as people say them: 123.46万, 1.23亿, 4,567.00; in English grouped with ¥. Unknown is a dash, never 0."""
    amount = _amount(value)
    if amount is None:
        return UNKNOWN
    size = abs(amount)
    if not _chinese():
        text = f"¥{size.quantize(Decimal(1), ROUND_HALF_UP) if _cents(size) >= WAN else _cents(size):,}"
    elif _cents(size / WAN) >= WAN:
        text = f"{_cents(size / YI):,}亿"
    elif _cents(size) >= WAN:
        text = f"{_cents(size / WAN):,}万"
    else:
        text = f"{_cents(size):,}"
    return _signed(amount if _cents(size) else 0, text)


def format_money_short(value):
    """Yuan in three figures for the head of a column: in English ¥3.15m, ¥212k; Chinese says 万 and 亿 anyway."""
    amount = _amount(value)
    if amount is None or _chinese() or abs(amount) < SHORT_UNITS[-1][0]:
        return format_money(value)
    size, unit = next((size, unit) for size, unit in SHORT_UNITS if abs(amount) >= size)
    much = abs(amount) / size
    return _signed(amount, f"¥{much:.{2 if much < 10 else 1 if much < 100 else 0}f}{unit}")


def format_yuan(value):
    """Yuan to the cent with thousands separators: 1,234,567.89. Unknown is a dash."""
    amount = _amount(value)
    if amount is None:
        return UNKNOWN
    return _signed(_cents(amount), f"{_cents(abs(amount)):,}")


def format_day(value, today=None):
    """A day with its weekday: 11月21日 周六, Sat 21 Nov; with the year when `today` lies in another one."""
    if not value:
        return UNKNOWN
    if isinstance(value, datetime):
        value = timezone.localtime(value).date() if timezone.is_aware(value) else value.date()
    year = today is not None and bool(today) and value.year != today.year
    if _chinese():
        text = f"{value.month}月{value.day}日 周{WEEKDAYS_ZH[value.weekday()]}"
        return f"{value.year}年{text}" if year else text
    return dateformat.format(value, "D j M Y" if year else "D j M")


def format_near(value, today):
    """How far a day is: today, tomorrow, in 3 days, 3 days ago; beyond 30 days the day itself."""
    if not value:
        return UNKNOWN
    if isinstance(value, datetime):
        value = timezone.localtime(value).date() if timezone.is_aware(value) else value.date()
    if not isinstance(today, date):
        return format_day(value)
    days = (value - today).days
    if abs(days) > 30:
        return format_day(value, today)
    if days == 0:
        return _("today")
    if days == 1:
        return _("tomorrow")
    if days == -1:
        return _("yesterday")
    if days > 0:
        return ngettext("in %(n)s day", "in %(n)s days", days) % {"n": days}
    return ngettext("%(n)s day ago", "%(n)s days ago", -days) % {"n": -days}


@register.filter
def money(value):
    """`{{ amount|money }}`: see `format_money`."""
    return format_money(value)


@register.filter
def yuan(value):
    """`{{ amount|yuan }}`: see `format_yuan`."""
    return format_yuan(value)


@register.simple_tag
def money_tag(value):
    """`{% money_tag amount %}`: short text, the exact yuan in `title` and machine readable in `value`."""
    amount = _amount(value)
    if amount is None:
        return format_html('<span class="money unknown">{}</span>', UNKNOWN)
    return format_html(
        '<data class="money" value="{}" title="{}">{}</data>',
        _cents(amount),
        f"¥{format_yuan(amount)}",
        format_money(amount),
    )


@register.simple_tag
def change_tag(value, kind="money", unit=""):
    """`{% change_tag delta %}`: arrow, sign and colour of a change; `kind` is money, count or points."""
    amount = _amount(value)
    if amount is None:
        return format_html('<span class="change unknown">{}</span>', UNKNOWN)
    if kind == "money":
        text = format_money(abs(amount))
    else:
        text = f"{abs(amount):,f}"
        text = text.rstrip("0").rstrip(".") if "." in text else text
    if amount == 0:
        return format_html('<span class="change even">{}{}</span>', text, unit)
    if amount > 0:
        arrow, sign, name, word = "▲", "+", "rise", pgettext("change", "up")
    else:
        arrow, sign, name, word = "▼", MINUS, "fall", pgettext("change", "down")
    return format_html(
        '<span class="change {}"><span aria-hidden="true">{}</span>'
        '<span class="visually-hidden">{}</span> {}{}{}</span>',
        name,
        arrow,
        word,
        sign,
        text,
        unit,
    )


@register.filter
def day(value, today=None):
    """`{{ d|day }}` or `{{ d|day:request.today }}`: see `format_day`."""
    return format_day(value, today)


@register.filter
def near(value, today):
    """`{{ d|near:request.today }}`: see `format_near`."""
    return format_near(value, today)


@register.simple_tag
def day_tag(value, today=None):
    """`{% day_tag d request.today %}`: a <time> with the short day and the full date on hover."""
    return _time(value, format_day(value, today))


@register.simple_tag
def near_tag(value, today):
    """`{% near_tag d request.today %}`: a <time> with the distance and the full date on hover."""
    return _time(value, format_near(value, today))


def _time(value, text):
    if not value:
        return format_html('<span class="unknown">{}</span>', UNKNOWN)
    if isinstance(value, datetime):
        value = timezone.localtime(value).date() if timezone.is_aware(value) else value.date()
    weekday = format_day(value, date(value.year - 1, 1, 1) if value.year > 1 else None)
    return format_html('<time datetime="{}" title="{}">{}</time>', value.isoformat(), weekday, text)


@register.filter
def count(value):
    """`{{ n|count }}`: a whole number with thousands separators, in every language; unknown is a dash."""
    amount = _amount(value)
    if amount is None:
        return UNKNOWN
    return _signed(amount, f"{abs(amount).quantize(Decimal(1), ROUND_HALF_UP):,}")


@register.filter
def share_of(value, whole):
    """`{{ value|share_of:largest }}`: a percentage from 0 to 100 with a dot, fit for an SVG width."""
    part, total = _amount(value), _amount(whole)
    if part is None or not total:
        return "0"
    share = min(max(part / total * 100, Decimal(0)), Decimal(100))
    return f"{share.quantize(Decimal('0.1'), ROUND_HALF_UP)}"


@register.simple_tag
def icon(name, extra="", label=""):
    """`{% icon "phone" %}`: a symbol of static/icons.svg; with `label` it speaks, without it is decoration."""
    return _symbol(f"{static('icons.svg')}#{name}", f"icon {extra}".strip(), str(label))


@lru_cache(maxsize=1024, typed=True)  # a text that is safe is another than one that reads the same
def _symbol(address, classes, label):
    if label:
        return format_html(
            '<svg class="{}" role="img" aria-label="{}"><use href="{}"></use></svg>', classes, label, address
        )
    return format_html('<svg class="{}" aria-hidden="true"><use href="{}"></use></svg>', classes, address)


@register.simple_tag
def product_name():
    """The product's name in the language in use."""
    return settings.PRODUCT_NAME


@register.simple_tag(takes_context=True)
def repeat_block(context, name):
    """The block `name` once more: a page states its title once and has it in the tab and in the heading."""
    return BlockNode(name, template.NodeList()).render(context)


@register.simple_tag(takes_context=True)
def nav_current(context, room="", view="", without=""):
    """Whether the page in hand belongs to the room (namespace) or to views whose name begins with `view`.

    `without` names the beginnings, with spaces between, of views that have an entry of their own.
    """
    match = getattr(context.get("request"), "resolver_match", None)
    name = match.view_name if match else ""
    if not name or name.startswith(tuple(without.split())):
        return False
    return name.startswith(f"{room}:") if room else bool(view) and name.startswith(view)


@register.filter
def undo_url(tags):
    """The address in a message's extra tags `undo:/path/`: same site only, else empty."""
    for tag in (tags or "").split():
        if tag.startswith("undo:/") and not tag.startswith("undo://"):
            return tag.removeprefix("undo:")
    return ""


@register.filter
def result_count(paginator):
    """How many rows a list has; a paginator that stopped counting (`capped`) says 10,000+."""
    if paginator is None:
        return UNKNOWN
    return f"{paginator.count:,}+" if getattr(paginator, "capped", False) else f"{paginator.count:,}"


@register.filter
def noun(table):
    """What the rows of a table are called: its own `nouns` (one, several), else the model's; empty for plain data."""
    data = getattr(table, "data", None)
    total = table.paginator.count if getattr(table, "paginator", None) else len(data)
    if nouns := getattr(table, "nouns", None):
        return nouns[total != 1]
    return getattr(data, "verbose_name" if total == 1 else "verbose_name_plural", "")


@register.simple_tag(takes_context=True)
def list_embedded(context, table):
    """Whether a list is a part of another page (a panel): then its links leave the address alone and it has no id."""
    embedded = getattr(table, "embedded", None)
    if embedded is not None:
        return embedded
    htmx = getattr(context.get("request"), "htmx", None)
    return bool(htmx) and htmx.target != "list"


@register.simple_tag
def table_filter(table):
    """The FilterSet of the page a table stands on (context name `filter`), or None."""
    context = getattr(table, "context", None)
    return context.get("filter") if context is not None else None


@register.filter
def filter_control(bound):
    """A field of a filter bar with the small dense look its widget needs."""
    widget = bound.field.widget
    kind = getattr(widget, "input_type", "")
    if kind == "checkbox":
        name = "form-check-input"
    elif kind == "select":
        name = "form-select form-select-sm"
    else:
        name = "form-control form-control-sm"
    if kind == "select" and not widget.allow_multiple_selected and not getattr(widget, "asks_when_shown", False):
        any_label = pgettext("filter", "Any")
        widget.choices = [(key, any_label if label == "---------" else label) for key, label in widget.choices]
    return bound.as_widget(attrs={"class": f"{widget.attrs.get('class', '')} {name}".strip()})


@register.simple_tag(takes_context=True)
def filter_chips(context, filterset):
    """The filters in force as `[{label, value, url}]`; `url` is the same list without that one filter."""
    form = getattr(filterset, "form", None)
    if form is None or not form.is_bound:
        return []
    request = context["request"]
    chips = []
    for bound in form:
        names = [name for name in _parameter_names(bound) if any(request.GET.getlist(name))]
        if names:
            chips.append(
                {"label": bound.label, "value": _chip_value(bound, request, names), "url": _without(request, names)}
            )
    return chips


def _parameter_names(bound):
    """The address's parameters that one form field reads: one, or one per part of a range."""
    widget = bound.field.widget
    if suffixes := getattr(widget, "suffixes", None):
        return [f"{bound.html_name}_{suffix}" if suffix else bound.html_name for suffix in suffixes]
    return [f"{bound.html_name}{name}" for name in getattr(widget, "widgets_names", None) or [""]]


def _chip_value(bound, request, names):
    """What the person chose, in words: labels of choices, else the text typed."""
    chosen = [value for name in names for value in request.GET.getlist(name) if value]
    if len(names) > 1:
        return " – ".join(chosen)
    field = bound.field
    if hasattr(field, "label_from_instance"):
        # The cleaned value is at hand; reading the choices again would ask the database for all of them.
        value = getattr(bound.form, "cleaned_data", {}).get(bound.name)
        if value is None:
            return ", ".join(chosen)
        values = value if hasattr(value, "__iter__") else [value]
        return ", ".join(str(field.label_from_instance(one)) for one in values)
    labels = {}
    for key, label in getattr(field, "choices", None) or []:
        if isinstance(label, (list, tuple)):
            labels.update({str(inner): text for inner, text in label})
        else:
            labels[str(key)] = label
    if not labels and chosen in (["true"], ["on"]):
        return _("yes")
    return ", ".join(str(labels.get(value, value)) for value in chosen)


def _without(request, names):
    parameters = request.GET.copy()
    for name in [*names, "page"]:
        parameters.pop(name, None)
    query = parameters.urlencode()
    return f"{request.path}?{query}" if query else request.path


@register.simple_tag(takes_context=True)
def clear_filters_url(context):
    """The same list without any filter, its order kept; a page may name another address as `clear_url`."""
    if known := context.get("clear_url"):
        return known
    request = context["request"]
    return _without(request, [key for key in request.GET if key not in LIST_PARAMETERS])


@register.simple_tag(takes_context=True)
def is_filtered(context):
    """Whether the address narrows the list, which makes "nothing matches" and "nothing exists yet" different.

    A page whose address says more than filters says so itself, as `narrowed`.
    """
    if (known := context.get("narrowed")) is not None:
        return known
    request = context["request"]
    return any(any(values) for key, values in request.GET.lists() if key not in LIST_PARAMETERS)
