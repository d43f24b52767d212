"""The attention audit (S4.8): what was done for customers, and what they brought, by tier, branch and manager."""

from django.db.models import Count, F, Q, Sum

from care.rules.attention import Load

KEYS = ("tier", "branch", "manager")


def loads_of(*, standings, values, on):
    """What was done and brought, {(tier, branch pk, manager pk): Load}; two queries.

    `standings` and `values` (value records) are what the person may see, narrowed as the page is. Income is that of the
    twelve months that end with the month of the day `on`.
    """
    loads = {}
    for row in (
        standings.order_by()
        .values(of=F("tier"), branch=F("customer__branch"), manager=F("customer__manager"))
        .annotate(
            customers=Count("pk"),
            untouched=Count("pk", filter=Q(contacts=0)),
            talks=Sum("contacts"),
            minutes=Sum("service_minutes"),
            cost=Sum("service_cost"),
        )
    ):
        loads[row["of"], row["branch"], row["manager"]] = Load(
            row["customers"], row["untouched"], row["talks"], row["minutes"], row["cost"]
        )
    first, last = _year(on)
    for row in (
        values.filter(period__range=(first, last))
        .order_by()
        .values(of=F("customer__standing__tier"), branch=F("customer__branch"), manager=F("customer__manager"))
        .annotate(
            income=Sum(F("interest_income") + F("fee_income") - F("interest_cost") - F("operating_cost")),
        )
    ):
        load = loads.get((row["of"], row["branch"], row["manager"]))
        if load is not None:
            load.income = row["income"]
    return loads


def summed(loads, *keys):
    """The same loads by fewer of tier, branch and manager: {key or tuple of keys: Load}."""
    places = [KEYS.index(key) for key in keys]
    found = {}
    for key, load in loads.items():
        short = tuple(key[place] for place in places)
        found.setdefault(short[0] if len(short) == 1 else short, Load()).add(load)
    return found


def _year(on):
    """First days of the first and the last of twelve months."""
    last = on.replace(day=1)
    first = last.replace(year=last.year - 1, month=last.month + 1) if last.month < 12 else last.replace(month=1)
    return first, last
