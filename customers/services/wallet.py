"""Verbs of money at other banks, and what follows from it in the standing (S3.9)."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from customers.choices import ASSET_CATEGORIES, Category, Dimension, OutsideEnd
from customers.models import OtherIncome, OutsideHolding, ValueGoal
from customers.services import standing
from customers.services.conflict import Changed
from staff.services import record

FIELDS = (
    *("bank", "category", "dimension", "amount", "approximate", "rate", "matures_on", "risk_level"),
    *("said_by", "evidence"),
)
# What a category serves when nobody said otherwise.
USUAL_DIMENSION = {
    Category.DEMAND_DEPOSIT: Dimension.SAVINGS,
    Category.TIME_DEPOSIT: Dimension.SAVINGS,
    Category.FUND: Dimension.INVESTMENT,
    Category.BOND: Dimension.INVESTMENT,
    Category.METAL: Dimension.INVESTMENT,
    Category.WEALTH: Dimension.WEALTH,
    Category.INSURANCE: Dimension.WEALTH,
    Category.LOAN: Dimension.CONSUMPTION,
    Category.MORTGAGE: Dimension.CONSUMPTION,
    Category.CARD: Dimension.CONSUMPTION,
    Category.PAYMENT: Dimension.CONSUMPTION,
}
COLUMNS = ["outside_total", "wallet_share", "next_outside_maturity"]
# Those about whom something is known, and those who still have an old figure that must go.
WALLET = """
    SELECT standing.customer_id, held.total AS outside_total,
        CASE WHEN held.total + greatest(standing.asset_total, 0) > 0
             THEN round(greatest(standing.asset_total, 0) * 100 / (held.total + greatest(standing.asset_total, 0)))::int
        END AS wallet_share,
        held.next_maturity AS next_outside_maturity
    FROM customers_standing standing LEFT JOIN (
        SELECT outside.customer_id, sum(outside.amount) FILTER (WHERE outside.category = ANY(%s)) AS total,
            min(outside.matures_on) FILTER (WHERE outside.matures_on >= %s) AS next_maturity
        FROM customers_outsideholding outside WHERE outside.closed_on IS NULL GROUP BY outside.customer_id
    ) AS held ON held.customer_id = standing.customer_id
    WHERE (held.customer_id IS NOT NULL OR standing.outside_total IS NOT NULL
           OR standing.next_outside_maturity IS NOT NULL)
"""


def refresh_wallet(*, on, customers=None):
    """Write what is known at other banks, our share of it and the next end there into the standing; rows written.

    Only yuan of asset categories count; a holding of unknown amount adds nothing, and without a known amount the total
    stays unknown. The next maturity is the first on or after the day `on`. With `customers` (primary keys) only theirs.
    Twice writes nothing.
    """
    chosen = list(customers) if customers is not None else None
    select, params = WALLET, [[category.value for category in ASSET_CATEGORIES], on]
    if chosen is not None:
        select, params = f"{WALLET} AND standing.customer_id = ANY(%s)", [*params, chosen]
    return standing.rewrite(columns=COLUMNS, select=select, params=params, customers=chosen)


@transaction.atomic
def add_outside(*, customer, by, on, facts):
    """Something the customer holds at another bank, known on the day `on`; audited. Called twice it adds two.

    `facts` has the FIELDS; without a dimension the category's usual one is taken.
    """
    holding = OutsideHolding(customer=customer, found_on=on, found_by=by)
    _take(holding, facts)
    holding.full_clean(exclude=["customer", "found_by"])
    holding.save()
    record(actor=by, verb="outside.added", subject=customer, outside=str(holding.public_id), category=holding.category)
    refresh_wallet(on=on, customers=[customer.pk])
    return holding


@transaction.atomic
def edit_outside(*, holding, by, on, version, facts):
    """Change what differs; what was said counts as known on the day `on`. Raises Changed when it is no longer at
    `version`. The same facts again only confirm it."""
    locked = _locked(holding, version)
    changed = _take(locked, facts)
    if changed or locked.found_on != on:
        locked.found_on, locked.found_by = on, by
        locked.version += 1
        locked.full_clean(exclude=["customer", "found_by"])
        locked.save()
        record(actor=by, verb="outside.edited", subject=locked.customer, outside=str(locked.public_id), fields=changed)
        refresh_wallet(on=on, customers=[locked.customer_id])
    return locked


@transaction.atomic
def confirm_outside(*, holding, by, on):
    """It is still so on the day `on`; audited. Twice on a day is the same as once. Not for what is over."""
    locked = _locked(holding)
    if locked.closed_on is not None:
        raise ValidationError(_("It is over: open it again first."))
    if locked.found_on != on:
        locked.found_on, locked.found_by = on, by
        locked.save(update_fields=["found_on", "found_by"])
        record(actor=by, verb="outside.confirmed", subject=locked.customer, outside=str(locked.public_id))
    return locked


@transaction.atomic
def close_outside(*, holding, by, on, end):
    """It is over since the day `on`, and what became of it (`OutsideEnd`); audited. Closed already: nothing happens."""
    locked = _locked(holding)
    if locked.closed_on is None:
        locked.closed_on, locked.end = on, OutsideEnd(end)
        locked.version += 1
        locked.save(update_fields=["closed_on", "end", "version"])
        record(actor=by, verb="outside.closed", subject=locked.customer, outside=str(locked.public_id), end=end)
        refresh_wallet(on=on, customers=[locked.customer_id])
    return locked


@transaction.atomic
def reopen_outside(*, holding, by, on):
    """Undo: it is there after all; audited. Open already: nothing happens."""
    locked = _locked(holding)
    if locked.closed_on is not None:
        locked.closed_on, locked.end = None, ""
        locked.version += 1
        locked.save(update_fields=["closed_on", "end", "version"])
        record(actor=by, verb="outside.reopened", subject=locked.customer, outside=str(locked.public_id))
        refresh_wallet(on=on, customers=[locked.customer_id])
    return locked


def _locked(holding, version=None):
    locked = OutsideHolding.objects.select_for_update(of=("self",)).select_related("customer").get(pk=holding.pk)
    if version is not None and locked.version != version:
        raise Changed(locked)
    return locked


def _take(holding, facts):
    """Set what differs; returns the names of the fields that changed."""
    facts = {name: facts[name] for name in FIELDS if name in facts}
    if not facts.get("dimension", holding.dimension):
        facts["dimension"] = USUAL_DIMENSION.get(facts.get("category", holding.category), "")
    changed = [name for name, value in facts.items() if getattr(holding, name) != value]
    for name in changed:
        setattr(holding, name, facts[name])
    return changed


@transaction.atomic
def set_goal(*, customer, year, target, by, on):
    """What the relationship is to earn in `year`, in yuan; audited. None takes the target away. Twice: as once."""
    if target is None:
        gone, _rows = ValueGoal.objects.filter(customer=customer, year=year).delete()
        if gone:
            record(actor=by, verb="goal.removed", subject=customer, year=year)
        return None
    goal = ValueGoal.objects.select_for_update(of=("self",)).filter(customer=customer, year=year).first()
    if goal is not None and goal.target == target:
        return goal
    goal = goal or ValueGoal(customer=customer, year=year)
    goal.target, goal.set_by, goal.set_on = target, by, on
    goal.full_clean(exclude=["customer", "set_by"], validate_unique=False)
    goal.save()
    record(actor=by, verb="goal.set", subject=customer, year=year)
    return goal


@transaction.atomic
def add_other_income(*, customer, year, what, amount, by, on):
    """Income of a year that no product shows, in yuan; audited. Called twice it adds two."""
    income = OtherIncome(customer=customer, year=year, what=what, amount=amount, entered_on=on, entered_by=by)
    income.full_clean(exclude=["customer", "entered_by"])
    income.save()
    record(actor=by, verb="other_income.added", subject=customer, year=year)
    return income


@transaction.atomic
def keep_other_income(*, income, by, on, kept):
    """Take an income out of the statement (`kept` False) or put it back; audited. As it is already: nothing happens."""
    locked = OtherIncome.objects.select_for_update(of=("self",)).select_related("customer").get(pk=income.pk)
    if (locked.removed_on is None) == kept:
        return locked
    locked.removed_on = None if kept else on
    locked.save(update_fields=["removed_on"])
    verb = "other_income.restored" if kept else "other_income.removed"
    record(actor=by, verb=verb, subject=locked.customer, year=locked.year)
    return locked
