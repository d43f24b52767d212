"""Values that were read, compared with columns and with rows beside the customer: each gives a condition."""

from django.db.models import Exists, OuterRef, Q

from customers.models import ContactPreference
from customers.rules.conditions import CHOICE, DAY, WORDS, period
from customers.rules.pinyin import name_grams, plain_name

GIVEN, WITHDRAWN, SILENT = "given", "withdrawn", "silent"


def years_before(day, years):
    """The same day so many years before; the last of February where there is none."""
    year = max(day.year - years, 1)
    try:
        return day.replace(year=year)
    except ValueError:
        return day.replace(year=year, day=28)


def between(path, first, last):
    """A column from `first` to `last`, both included; None leaves a side open."""
    found = Q()
    if first is not None:
        found &= Q(**{f"{path}__gte": first})
    if last is not None:
        found &= Q(**{f"{path}__lte": last})
    return found


def overlapping(path, operator, values):
    """A column of several codes against codes: one of them is enough."""
    if operator in {"unknown", "known"}:
        empty = Q(**{f"{path}__len": 0}) | Q(**{f"{path}__isnull": True})
        return empty if operator == "unknown" else ~empty
    found = Q(**{f"{path}__overlap": values})
    return ~found if operator in {"not", "out"} else found


def named(operator, values):
    """Names by any part of them, through the pieces that are indexed."""
    if operator == "contains":
        plain = plain_name(values[0])
        if not plain:
            return Q(pk__in=[])
        grams = [plain] if len(plain) == 1 else [gram for gram in name_grams(plain) if len(gram) == 2]
        return Q(name_grams__contains=grams)
    return compared("name", WORDS, operator, values)


def consented(purpose):
    """The condition that a customer last said one of some answers of the purpose."""

    def condition(operator, values):
        beside = ContactPreference.objects.filter(customer=OuterRef("pk"))
        spoken = {said: Exists(beside.filter(**{f"{said}__contains": [purpose]})) for said in (GIVEN, WITHDRAWN)}
        found = Q(pk__in=[])
        for said in values:
            found |= Q(spoken[said]) if said in spoken else ~Q(spoken[GIVEN]) & ~Q(spoken[WITHDRAWN])
        return ~found if operator in {"not", "out"} else found

    return condition


def managed(operator, values):
    """Customers of managers by staff number, or of nobody."""
    if operator in {"unknown", "known"}:
        return Q(manager=None) if operator == "unknown" else ~Q(manager=None)
    return compared("manager__staff_no", CHOICE, operator, values)


def compared(path, kind, operator, values, *, on=None):
    """A column against values, each already read; what is not known is never equal, and is not more or less."""
    if kind == DAY:
        return between(path, *period(operator, values, on))
    if operator in {"yes", "no"}:
        return Q(**{path: operator == "yes"})
    if operator in {"is", "in", "not", "out"}:
        found = Q(**{path: values[0]}) if len(values) == 1 else Q(**{f"{path}__in": values})
        return ~found if operator in {"not", "out"} else found
    if operator == "between":
        return Q(**{f"{path}__range": values})
    lookup = {
        "least": "gte",
        "most": "lte",
        "above": "gt",
        "below": "lt",
        "contains": "icontains",
        "starts": "istartswith",
    }[operator]
    # Numbers of people are read by index from their beginning; their letters are capitals.
    return Q(**{f"{path}__{'startswith' if path in {'customer_no', 'name'} else lookup}": values[0]})
