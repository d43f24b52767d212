"""Groups of customers: form, mend, dissolve; what a group has with the bank; who could be a household."""

from collections import defaultdict
from dataclasses import dataclass, field
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.db.models import Count, F, Q, Sum
from django.utils.translation import gettext as _

from customers.choices import ASSET_CATEGORIES, GroupKind, GroupRole, HoldingStatus
from customers.models import Customer, CustomerGroup, GroupMember, Holding, ValueRecord
from customers.services.conflict import refuse_stale
from staff.services import record

DETAILS = ("name", "note")
MOST_MEMBERS = 60
MOST_PAIRS = 400

# Pairs of people of one home who are in no household: spouses, parents and children, or the same address.
PAIRS_BY_RELATION = """
    SELECT relation.customer_id, relation.related_id, relation.kind
    FROM customers_relation relation
    WHERE relation.kind IN ('spouse', 'parent', 'child')
      AND relation.customer_id = ANY(%(scope)s) AND relation.related_id = ANY(%(scope)s)
      AND NOT EXISTS (
          SELECT 1 FROM customers_groupmember member
          WHERE member.kind = 'household' AND member.customer_id IN (relation.customer_id, relation.related_id)
      )
    ORDER BY relation.id LIMIT %(most)s
"""
PAIRS_BY_ADDRESS = """
    SELECT one.id, other.id, 'address'
    FROM customers_customer one
    JOIN customers_customer other ON other.address_index = one.address_index AND other.id > one.id
    WHERE one.id = ANY(%(scope)s) AND other.id = ANY(%(scope)s)
      AND one.address_index <> '' AND one.kind = 'individual' AND other.kind = 'individual'
      AND NOT EXISTS (
          SELECT 1 FROM customers_groupmember member
          WHERE member.kind = 'household' AND member.customer_id IN (one.id, other.id)
      )
    ORDER BY one.id, other.id LIMIT %(most)s
"""
# Larger books are looked at manager by manager.
MOST_LOOKED_AT = 5000


@dataclass
class RollUp:
    """What some customers have with the bank, added up (yuan); `income` is None when nothing is known of it."""

    customers: int = 0
    assets: Decimal = Decimal(0)
    loans: Decimal = Decimal(0)
    income: Decimal | None = None
    categories: list = field(default_factory=list)
    dimensions: dict = field(default_factory=dict)
    tiers: list = field(default_factory=list)


def income_of(customers, *, on):
    """Income less cost of the twelve months before the month of `on` and of that month, per customer: {pk: yuan}."""
    since = on.replace(year=on.year - 1, day=1)
    sums = (
        ValueRecord.objects.filter(customer__in=customers, period__gte=since)
        .order_by()
        .values_list("customer")
        .annotate(
            total=Sum(F("interest_income") + F("fee_income") - F("interest_cost") - F("operating_cost")),
        )
    )
    return dict(sums)


def roll_up(customers, *, on):
    """Add up what the customers (a list with their standings) have: three queries. Returns RollUp."""
    keys = [customer.pk for customer in customers]
    income = income_of(keys, on=on)
    held = (
        Holding.objects.filter(customer__in=keys, status=HoldingStatus.OPEN)
        .order_by()
        .values_list("product__category", "product__dimension")
        .annotate(number=Count("pk"), balance=Sum("balance"))
    )
    result = RollUp(
        customers=len(keys),
        assets=sum((customer.standing.asset_total for customer in customers), Decimal(0)),
        loans=sum((customer.standing.loan_total for customer in customers), Decimal(0)),
        income=sum(income.values(), Decimal(0)) if income else None,
    )
    by_category, dimensions = defaultdict(lambda: [0, Decimal(0)]), defaultdict(Decimal)
    for category, dimension, number, balance in held:
        by_category[category][0] += number
        by_category[category][1] += balance or 0
        if category in ASSET_CATEGORIES:
            dimensions[dimension] += max(balance or Decimal(0), Decimal(0))
    result.categories = sorted(
        ((category, number, balance) for category, (number, balance) in by_category.items()),
        key=lambda row: -abs(row[2]),
    )
    result.dimensions = dict(dimensions)
    tiers = defaultdict(int)
    for customer in customers:
        tiers[(customer.standing.tier_rank or 99, customer.standing.tier)] += 1
    result.tiers = [(tier, rank if rank != 99 else None, number) for (rank, tier), number in sorted(tiers.items())]
    return result


@transaction.atomic
def form_group(*, kind, name, members, by, on, note=""):
    """A household or corporate group of `members` ([(customer, role)], the first head counts); audited. Returns it.

    Raises ValidationError without a name, with fewer than two members, for an organisation in a household, and for a
    customer who is in a group of this kind already. Called twice it says so the second time.
    """
    name = name.strip()
    if not name:
        raise ValidationError({"name": _("Enter the name.")})
    unique = {customer.pk: (customer, role) for customer, role in reversed(members)}
    if len(unique) < 2:
        raise ValidationError(_("A group has at least two members."))
    group = CustomerGroup.objects.create(kind=kind, name=name, note=note, created_by=by, created_on=on)
    has_head = False
    for customer, role in members:
        if customer.pk not in unique:
            continue
        del unique[customer.pk]
        if role == GroupRole.HEAD:
            role = GroupRole.MEMBER if has_head else GroupRole.HEAD
            has_head = True
        _join(group, customer, role)
    record(actor=by, verb="group.formed", subject=group, kind=str(kind), members=group.members.count())
    return group


@transaction.atomic
def edit_group(*, group, by, name, note, stamp=""):
    """Change name and notes of a group; audited by the names of the fields. Twice changes nothing.

    Raises Changed when the group no longer stands as the `stamp` (of DETAILS) says.
    """
    locked = CustomerGroup.objects.select_for_update(of=("self",)).get(pk=group.pk)
    refuse_stale(locked, DETAILS, stamp)
    given = {"name": name.strip(), "note": note}
    if not given["name"]:
        raise ValidationError({"name": _("Enter the name.")})
    changed = [field for field, value in given.items() if getattr(locked, field) != value]
    for column in changed:
        setattr(locked, column, given[column])
    if changed:
        locked.save(update_fields=changed)
        record(actor=by, verb="group.edited", subject=locked, fields=changed)
    return locked


@transaction.atomic
def add_member(*, group, customer, role, by):
    """Take a customer into the group, or give a member another role; a new head replaces the old one. Audited."""
    locked = CustomerGroup.objects.select_for_update(of=("self",)).get(pk=group.pk)
    member = locked.members.filter(customer=customer).first()
    if member and member.role == role:
        return member
    if role == GroupRole.HEAD:
        locked.members.filter(role=GroupRole.HEAD).update(role=GroupRole.MEMBER)
    if member:
        member.role = role
        member.save(update_fields=["role"])
    else:
        if locked.members.count() >= MOST_MEMBERS:
            raise ValidationError(_("A group has at most %(n)s members.") % {"n": MOST_MEMBERS})
        member = _join(locked, customer, role)
    record(actor=by, verb="group.member", subject=customer, group=str(locked.public_id), role=str(role))
    return member


@transaction.atomic
def remove_member(*, group, customer, by):
    """Take a customer out of the group; audited. A group left with nobody is dissolved. Twice is the same as once."""
    locked = CustomerGroup.objects.select_for_update(of=("self",)).get(pk=group.pk)
    gone, _rows = locked.members.filter(customer=customer).delete()
    if gone:
        record(actor=by, verb="group.left", subject=customer, group=str(locked.public_id))
    if not locked.members.exists():
        _dissolve(locked, by)


@transaction.atomic
def dissolve_group(*, group, by):
    """End the group; its members stay customers as they were. Audited with their number. Twice is the same as once."""
    locked = CustomerGroup.objects.select_for_update(of=("self",)).filter(pk=group.pk).first()
    if locked is not None:
        _dissolve(locked, by)


def household_suggestions(customers, *, most=30):
    """Households that could be formed among `customers` (primary keys): [([keys], {kinds of ties})], largest first.

    Ties are relations between spouses, parents and children, and the same address. Nobody is taken who is in a
    household already.
    """
    keys = list(customers)[:MOST_LOOKED_AT]
    ties = []
    with connection.cursor() as cursor:
        for sql in (PAIRS_BY_RELATION, PAIRS_BY_ADDRESS):
            cursor.execute(sql, {"scope": keys, "most": MOST_PAIRS})
            ties += cursor.fetchall()
    return homes_of(ties)[:most]


def homes_of(ties):
    """Join pairs [(key, key, kind of tie)] into homes: [([keys], {kinds})], the largest first."""
    home, kinds = {}, {}
    for one, other, kind in ties:
        first, second = home.get(one), home.get(other)
        merged = sorted({one, other, *(first or ()), *(second or ())})
        said = {kind} | kinds.get(one, set()) | kinds.get(other, set())
        for key in merged:
            home[key], kinds[key] = merged, said
    unique = {tuple(members): kinds[members[0]] for members in home.values()}
    return sorted(((list(keys), said) for keys, said in unique.items()), key=lambda row: (-len(row[0]), row[0]))


def ties_around(customer):
    """Customers (primary keys) of the same home as `customer`: spouse, parents, children, and those at the address."""
    family = Q(related_from__customer=customer, related_from__kind__in=("spouse", "child", "parent")) | Q(
        relations__related=customer, relations__kind__in=("spouse", "child", "parent")
    )
    if customer.address_index:
        family |= Q(address_index=customer.address_index, kind="individual")
    return Customer.objects.filter(family).exclude(pk=customer.pk).distinct()


def _join(group, customer, role):
    if group.kind == GroupKind.HOUSEHOLD and not customer.is_individual:
        raise ValidationError(
            _("%(name)s is an organisation: a household is made of people.") % {"name": customer.name}
        )
    known = GroupMember.objects.filter(customer=customer, kind=group.kind).select_related("group").first()
    if known:
        raise ValidationError(
            _("%(name)s is in “%(group)s” already; a customer has one household and one corporate group at most.")
            % {"name": customer.name, "group": known.group.name}
        )
    return GroupMember.objects.create(group=group, customer=customer, kind=group.kind, role=role)


def _dissolve(group, by):
    record(actor=by, verb="group.dissolved", subject=group, members=group.members.count())
    group.delete()
