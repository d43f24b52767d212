"""What the customer page shows, put together from a handful of queries."""

from collections import defaultdict
from decimal import Decimal

from django.utils.translation import gettext_lazy, pgettext_lazy

from customers.choices import ASSET_CATEGORIES, LOAN_CATEGORIES, Category, Dimension
from customers.models import TierName
from customers.rules.lunar import LunarDay, lunar_text, next_birthday, next_lunar_birthday
from customers.rules.next_step import Known, next_step
from customers.services.contact import preference_on
from customers.views.answers import read_file
from staff.templatetags.crm import format_money, format_money_short, share_of

# Columns of the standing with their ranks, after the tier of the sheet.
OTHER_TIERS = (
    ("asset_tier", "asset_rank"),
    ("contribution_tier", "contribution_rank"),
    ("loyalty_tier", "loyalty_rank"),
)
# The page's sections in their order; templates/customers/_panels.html says what is in each.
SECTIONS = {
    "overview": gettext_lazy("Overview"),
    "file": pgettext_lazy("customer", "File"),
    "money": pgettext_lazy("section", "Money"),
    "people": pgettext_lazy("section", "People"),
    "work": pgettext_lazy("section", "Work"),
    "tiers": gettext_lazy("Tiers"),
    "record": gettext_lazy("Record"),
    "all": gettext_lazy("All"),
}
MONTHS_SHOWN = 12
MATURITIES_SHOWN = 5
DRAWN = {Dimension.SAVINGS: 1, Dimension.INVESTMENT: 2, Dimension.WEALTH: 3, Dimension.CONSUMPTION: 4}


def portrait(customer, *, on, section="overview"):
    """The context of the customer page, for a customer fetched with its whole file; an unknown section is the first."""
    holdings = list(customer.holdings.open().select_related("product"))
    needs = list(customer.needs.open())
    file = read_file(customer, on=on)
    missing = [ask for ask in file.asks if ask["essential"]]
    birthday = birthday_of(customer, on=on)
    covered = {holding.product.dimension for holding in holdings}
    preference = preference_on(customer, on=on)
    known = Known(
        restricted=customer.restricted,
        do_not_contact=bool(preference and preference.do_not_contact),
        next_maturity=min((h.matures_on for h in holdings if h.matures_on and h.matures_on >= on), default=None),
        birthday=birthday,
        tier=customer.standing.tier,
        last_contact=customer.standing.last_contact,
        missing=tuple(ask["label"] for ask in missing),
        has_open_need=bool(needs),
        uncovered=tuple(str(dimension.label) for dimension in Dimension if dimension not in covered),
    )
    tier_name, tiers = _tiers(customer.standing)
    counts = {"file": len(file.stale), "money": len(holdings), "work": customer.standing.open_followups + len(needs)}
    return {
        "section": section if section in SECTIONS else "overview",
        "sections": [{"code": code, "label": SECTIONS[code], "count": counts.get(code)} for code in SECTIONS],
        "customer": customer,
        "customer_key": str(customer.public_id),
        "standing": customer.standing,
        "tier_name": tier_name,
        "tiers": tiers,
        "preference": preference,
        "file": file,
        "missing": missing,
        "birthday": birthday,
        "birthday_lunar": lunar_text(birthday) if birthday else "",
        "needs": needs,
        "step": next_step(known, on=on),
        "money": money_of(customer, holdings, on=on),
    }


def birthday_of(customer, *, on):
    """The next day on or after `on` when a birthday is kept: the lunar one when on file, else the solar one."""
    person = getattr(customer, "person", None)
    if person is None:
        return None
    if person.lunar_birthday:
        return next_lunar_birthday(
            LunarDay(person.lunar_birthday // 100, person.lunar_birthday % 100, person.lunar_leap), on=on
        )
    return (
        next_birthday(person.birth_date.month, person.birth_date.day, on=on)
        if person.birth_date and not person.birth_approximate
        else None
    )


def money_of(customer, holdings, *, on):
    """Assets by dimension, months, the next maturities: ready to draw."""
    assets, loans, by_dimension = Decimal(0), Decimal(0), defaultdict(Decimal)
    for holding in holdings:
        if holding.product.category in ASSET_CATEGORIES:
            assets += holding.balance
            by_dimension[holding.product.dimension] += max(holding.balance, Decimal(0))
        elif holding.product.category in LOAN_CATEGORIES:
            loans += abs(holding.balance)
    maturities = sorted((h for h in holdings if h.matures_on and h.matures_on >= on), key=lambda h: h.matures_on)
    return {
        "assets": assets,
        "loans": loans,
        "holding_count": len(holdings),
        "dimensions": dimension_bar(by_dimension),
        "months": months_of(customer),
        "maturities": maturities[:MATURITIES_SHOWN],
    }


def dimension_bar(by_dimension):
    """The four dimensions as pieces of one bar: label, amount, share and start in per cent, fill."""
    whole = sum(by_dimension.values())
    pieces, start = [], Decimal(0)
    for dimension in Dimension:
        amount = by_dimension.get(dimension, Decimal(0))
        share = Decimal(share_of(amount, whole))
        pieces.append(
            {
                "label": dimension.label,
                "amount": amount,
                "display": format_money(amount),
                "share": str(share),
                "start": str(start),
                "fill": DRAWN[dimension],
            }
        )
        start += share
    return {"pieces": pieces, "whole": whole}


def months_of(customer):
    """Month-end assets of the last twelve months on file, as rows for components/columns.html."""
    months = list(customer.balance_months.order_by("-month")[:MONTHS_SHOWN])[::-1]
    tallest = max((month.assets for month in months), default=0)
    return [
        {
            "label": f"{month.month.month}/{month.month:%y}",
            "display": format_money(month.assets),
            "short": format_money_short(month.assets),
            "share": share_of(month.assets, tallest),
        }
        for month in months
    ]


def by_category(holdings, *, on):
    """Holdings grouped by category in the order of the code list: [{"label", "rows", "total"}].

    Each row gets `elapsed`, the share of its term that has passed, and `rate_text`.
    """
    groups = defaultdict(list)
    for holding in holdings:
        holding.elapsed = elapsed_share(holding, on=on)
        holding.rate_text = "" if holding.rate is None else f"{holding.rate.normalize():f}%"
        groups[holding.product.category].append(holding)
    return [
        {"label": Category(category).label, "rows": groups[category], "total": sum(h.balance for h in groups[category])}
        for category in Category.values
        if category in groups
    ]


def elapsed_share(holding, *, on):
    """How much of a holding's term has passed on the day `on`, in per cent; None without a term."""
    if not (holding.opened_on and holding.matures_on) or holding.matures_on <= holding.opened_on:
        return None
    term = (holding.matures_on - holding.opened_on).days
    return share_of(max((on - holding.opened_on).days, 0), term)


def _tiers(standing):
    """Beside the name: what the main tier is called, and the badges of other schemes by the names of their bands."""
    names = {(row.column, row.code): row.label for row in TierName.objects.order_by("rank")}
    badges = []
    for column, rank in OTHER_TIERS:
        if code := getattr(standing, column):
            title = standing._meta.get_field(column).verbose_name
            badges.append({"label": names.get((column, code), code), "rank": getattr(standing, rank), "title": title})
    return names.get(("tier", standing.tier), ""), badges
