"""A customer's whole file as one workbook: a sheet for each section, as far as the person who asks may see it."""

from decimal import Decimal

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from care.models import FollowUp
from customers.models import (
    BalanceMonth,
    CashFlow,
    Consent,
    ContactPreference,
    Customer,
    CustomValue,
    GroupMember,
    Holding,
    Need,
    Note,
    Organisation,
    OutsideHolding,
    OwnerChange,
    Person,
    Referral,
    RelatedPerson,
    Relation,
    Restriction,
    Tagging,
    ValueRecord,
)
from customers.services.export import log_export
from customers.services.workbook import Sheet, workbook
from proposals.models import Proposal
from tiering.models import Movement, Placement
from visits.models import Objection, Visit

PERSONAL = ("id_no", "mobile", "email", "address")
# Sealed, technical, or the customer itself, who is the same in every row.
HIDDEN_ENDINGS = ("_sealed", "_index", "_tail", "_grams")
HIDDEN = frozenset(
    {"id", "public_id", "customer", "customer_id", "version", "name_grams", "removed_at", "before", "verb"}
)
MOST = 5_000
# Title, model and the ways from its rows to the customer.
SECTIONS = (
    (lambda: _("People"), RelatedPerson, "customer"),
    (lambda: _("Relations"), Relation, "customer", "related"),
    (lambda: _("Groups"), GroupMember, "customer"),
    (lambda: _("Holdings"), Holding, "customer"),
    (lambda: _("At other banks"), OutsideHolding, "customer"),
    (lambda: _("Balances by month"), BalanceMonth, "customer"),
    (lambda: _("Cash flows"), CashFlow, "customer"),
    (lambda: _("Value"), ValueRecord, "customer"),
    (lambda: _("Needs"), Need, "customer"),
    (lambda: _("Referrals"), Referral, "introducer", "referred"),
    (lambda: _("Visits"), Visit, "customer"),
    (lambda: _("Objections"), Objection, "customer"),
    (lambda: _("Proposals"), Proposal, "customer"),
    (lambda: _("Follow-ups"), FollowUp, "customer"),
    (lambda: _("Tiers"), Placement, "customer"),
    (lambda: _("Moves between tiers"), Movement, "customer"),
    (lambda: _("Consents"), Consent, "customer"),
    (lambda: _("Restricted list"), Restriction, "customer"),
    (lambda: _("Managers"), OwnerChange, "customer"),
    (lambda: _("Tags"), Tagging, "customer"),
    (lambda: _("Notes"), Note, "customer"),
)


def whole_file(*, customer, by, on, reason=""):
    """The bytes of the workbook; audited as an export, with the reason when personal values stand in it in clear.

    `customer` must be one whom `by` may see; every section is asked in their scope again. Twice logs twice.
    """
    sheets = [Sheet(_("File"), [_("Fact"), _("Value")], list(_facts(customer, clear=bool(reason))))]
    for title, model, *paths in SECTIONS:
        theirs = Q()
        for path in paths:
            theirs |= Q(**{path: customer})
        rows = model.objects.visible_to(by).filter(theirs)
        sheets.append(_sheet(title(), rows, by))
    log_export(by=by, rows=1, columns=[sheet.title for sheet in sheets], form="xlsx", reason=reason, subject=customer)
    return workbook(sheets, preamble=[f"{customer.name} · {customer.customer_no} · {on.isoformat()}"])


def _facts(customer, *, clear):
    """(fact, value) of the customer and of the rows that stand one-to-one beside it."""
    yield _("Name"), customer.name
    for name, label in (
        ("id_no", _("Document number")),
        ("mobile", _("Phone")),
        ("email", _("E-mail")),
        ("address", _("Address")),
    ):
        yield label, getattr(customer, name if clear else f"masked_{name}")
    yield from _columns(customer, {"name"})
    for model in (Person if customer.is_individual else Organisation, ContactPreference):
        row = model.objects.filter(customer=customer).first()
        if row is not None:
            yield from _columns(row)
    for value in CustomValue.objects.filter(customer=customer).select_related("field"):
        yield value.field.label, _plain(value.value)


def _columns(row, without=()):
    for column in _shown(type(row)):
        if column.name not in without:
            yield _heading(column), _value(row, column)


def _shown(model):
    """The columns of a model that people read."""
    return [
        column
        for column in model._meta.concrete_fields
        if column.name not in HIDDEN
        and not column.name.endswith(HIDDEN_ENDINGS)
        and not isinstance(column, models.JSONField | models.UUIDField)
        and _heading(column)
    ]


def _heading(column):
    """What a column is called; empty for one that nobody gave a name to be read by."""
    if isinstance(column.verbose_name, Promise):
        return capfirst(str(column.verbose_name))
    return capfirst(str(column.related_model._meta.verbose_name)) if column.is_relation else ""


def _sheet(title, rows, by):
    """A table of the rows: one column for each that people read; customers whom `by` may not see by one letter."""
    columns = _shown(rows.model)
    if rows.model is Relation:
        columns = [Relation._meta.get_field("customer"), *columns]
    related = [column.name for column in columns if column.is_relation]
    rows = rows.select_related(*related) if related else rows
    rows = list(rows.order_by("pk")[:MOST])
    others = [column.attname for column in columns if column.is_relation and column.related_model is Customer]
    keys = {getattr(row, name) for row in rows for name in others} - {None}
    seen = set(Customer.objects.visible_to(by).filter(pk__in=keys).values_list("pk", flat=True)) if keys else set()
    lines = [[_value(row, column, seen) for column in columns] for row in rows]
    note = _("Only the first %(n)s rows.") % {"n": f"{MOST:,}"} if len(lines) == MOST else ""
    return Sheet(title, [_heading(column) for column in columns], lines, note)


def _value(row, column, seen=frozenset()):
    if column.is_relation:
        other = getattr(row, column.name)
        if isinstance(other, Customer) and other.pk not in seen:
            return f"{other.name[:1]}**"
        return str(other) if other is not None else None
    value = getattr(row, column.name)
    if isinstance(column, ArrayField):
        labels = dict(column.base_field.choices or [])
        return _(", ").join(str(labels.get(one, one)) for one in value or [])
    if column.choices:
        return str(dict(column.flatchoices).get(value, value)) if value not in (None, "") else None
    return _plain(value)


def _plain(value):
    """A value as a workbook keeps it."""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if value is None or isinstance(value, int | Decimal):
        return value
    if hasattr(value, "astimezone") and hasattr(value, "hour"):
        return value.isoformat(sep=" ", timespec="minutes")
    return value if hasattr(value, "isoformat") and hasattr(value, "year") else str(value)
