"""Verbs of the customer file: add, edit, reveal a personal value."""

from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from customers.choices import Kind, SaidBy
from customers.models import ContactPreference, Customer, Organisation, Person, Standing
from customers.rules.file import CUSTOM_PREFIX, ORGANISATION, PERSON, PERSONAL, facts_of
from customers.rules.phone import parse_phone, tail
from customers.services.completeness import refresh_completeness
from customers.services.custom_fields import write_values
from customers.services.handover import move_customers
from customers.services.names import rebuild_name_keys
from customers.services.restriction import follow_edit
from customers.services.sources import note_sources
from jobs.models import Job
from jobs.services import enqueue
from staff.services import record

PERSONAL_FIELDS = PERSONAL
CUSTOMER_FIELDS = (
    "name",
    "id_type",
    "opened_on",
    "known_since",
    "ease_of_contact",
    "influence",
    "source",
    "restricted",
    "restricted_reason",
    "branch",
    "manager",
)
PERSON_FIELDS = (*(fact.name for fact in facts_of(Kind.INDIVIDUAL).values() if fact.row == PERSON), "lunar_leap")
ORGANISATION_FIELDS = tuple(fact.name for fact in facts_of(Kind.ORGANIZATION).values() if fact.row == ORGANISATION)
PREFERENCE_FIELDS = ("channel", "hours", "do_not_call", "do_not_contact", "taboos", "hint")
# Two people adding at once must not draw the same number.
NUMBER_LOCK = 0x435553
REASON_LENGTH = 4


class Conflict(Exception):
    """Somebody else saved the customer meanwhile; `.current` is the file as it is now."""

    def __init__(self, current):
        super().__init__(_("Somebody else has changed this customer meanwhile."))
        self.current = current


@dataclass(frozen=True)
class Saved:
    """What a save did: the customer, the names of the fields that changed, the job that looks at the tier again."""

    customer: Customer
    changed: list = field(default_factory=list)
    job: Job | None = None


@transaction.atomic
def add_customer(*, kind, by, branch, manager, facts, on, now, customer_no="", said_by=SaidBy.CUSTOMER, said_on=None):
    """A new customer with its details, standing and search keys; audited; tiered again by a job. Returns Saved.

    `facts` maps field names (CUSTOMER_FIELDS and so on; x_ and the code for custom fields) to values, said by
    `said_by` on the day `said_on` (else `on`). Without `customer_no` the next free number of the
    form N00000001 is drawn. Raises ValidationError when the number is taken. Called twice it adds two customers.
    """
    number = customer_no.strip() or _next_number()
    if Customer.objects.filter(customer_no=number).exists():
        raise ValidationError({"customer_no": _("This customer number is taken.")})
    customer = Customer(kind=kind, customer_no=number, branch=branch, manager=manager, opened_on=on)
    given = {name: value for name, value in facts.items() if name not in {"branch", "manager"}}
    _assign(customer, given, CUSTOMER_FIELDS)
    _assign_personal(customer, given)
    customer.save()
    details = Person(customer=customer) if kind == Kind.INDIVIDUAL else Organisation(customer=customer)
    _assign(details, given, PERSON_FIELDS if kind == Kind.INDIVIDUAL else ORGANISATION_FIELDS)
    details.save()
    preference = ContactPreference(customer=customer)
    _assign(preference, given, PREFERENCE_FIELDS)
    preference.save()
    Standing.objects.create(customer=customer)
    if customer.restricted:
        follow_edit(customer=customer, by=by, on=on)
    write_values(customer=customer, values=_custom(given))
    rebuild_name_keys(customer)
    note_sources(customer=customer, names=list(given), by=by, said_by=said_by, on=said_on or on)
    refresh_completeness([customer.pk])
    record(actor=by, verb="customer.added", subject=customer, kind=kind)
    return Saved(customer, sorted(given), tier_again(customer, by=by, now=now))


@transaction.atomic
def edit_customer(*, customer, by, version, facts, on, now, said_by=SaidBy.CUSTOMER, said_on=None):
    """Change what differs of `facts`, with the names of the changed fields in the audit trail, never their values.

    `facts` are as in `add_customer`; each one that changed gets a source: said by `said_by` on `said_on` (else `on`).

    Raises Conflict when the file is no longer at `version`. A new manager or branch leaves an OwnerChange of the day
    `on`. Saving the same facts again changes nothing and keeps the version. Returns Saved.
    """
    locked = Customer.objects.select_for_update(of=("self",)).get(pk=customer.pk)
    if locked.version != version:
        raise Conflict(locked)
    hands = [name for name in ("branch", "manager") if name in facts and getattr(locked, name) != facts[name]]
    if hands:
        owner = {name: facts.get(name, getattr(locked, name)) for name in ("branch", "manager")}
        move_customers(customers=[locked.pk], to_manager=owner["manager"], to_branch=owner["branch"], by=by, on=on)
        locked.refresh_from_db(fields=["branch", "manager"])
    own = _assign(locked, facts, CUSTOMER_FIELDS)
    personal = _assign_personal(locked, facts)
    changed = hands + own + personal + _edit_details(locked, facts)
    changed += [f"{CUSTOM_PREFIX}{code}" for code in write_values(customer=locked, values=_custom(facts))]
    if not changed:
        return Saved(locked)
    locked.version = version + 1
    columns = [f"{name}_{part}" for name in personal for part in ("sealed", "index")]
    locked.save(update_fields=[*own, *columns, "mobile_tail", "version", "updated_at"])
    if "name" in own:
        rebuild_name_keys(locked)
    if {"restricted", "restricted_reason"} & set(own):
        follow_edit(customer=locked, by=by, on=on)
    note_sources(customer=locked, names=changed, by=by, said_by=said_by, on=said_on or on)
    refresh_completeness([locked.pk])
    record(actor=by, verb="customer.edited", subject=locked, fields=sorted(changed))
    return Saved(locked, sorted(changed), tier_again(locked, by=by, now=now))


def reveal(*, customer, column, by, reason):
    """The clear text of a personal column (`PERSONAL_FIELDS`), for a reason of four letters or more that is kept in the
    audit trail; every call leaves a row. Raises ValidationError without a reason."""
    if column not in PERSONAL_FIELDS:
        raise ValueError(f"Not a personal column: {column}")
    reason = " ".join(reason.replace("\x00", "").split())
    if len(reason) < REASON_LENGTH:
        raise ValidationError(_("Say in a few words why you need it."))
    record(actor=by, verb="customer.revealed", subject=customer, summary=reason, field=column)
    return getattr(customer, column)


def _next_number():
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [NUMBER_LOCK])
    ours = Customer.objects.filter(customer_no__startswith="N", customer_no__regex=r"^N\d{8}$")
    highest = ours.aggregate(highest=Max("customer_no"))["highest"]
    return f"N{int(highest[1:]) + 1 if highest else 1:08d}"


def _assign(row, facts, names):
    """Set those of `names` that `facts` has and that differ; returns their names."""
    changed = [name for name in names if name in facts and getattr(row, name) != facts[name]]
    for name in changed:
        setattr(row, name, facts[name])
    return changed


def _assign_personal(customer, facts):
    changed = []
    for name in PERSONAL_FIELDS:
        if name not in facts:
            continue
        text = parse_phone(facts[name]).number if name == "mobile" and facts[name] else facts[name]
        if getattr(customer, name) != text:
            setattr(customer, name, text)
            changed.append(name)
    customer.mobile_tail = tail(customer.mobile)
    return changed


def _custom(facts):
    """Answers to custom fields by their code."""
    return {name[len(CUSTOM_PREFIX) :]: value for name, value in facts.items() if name.startswith(CUSTOM_PREFIX)}


def _edit_details(customer, facts):
    """Change the rows beside the customer; returns the names of fields that changed."""
    rows = [(ContactPreference, PREFERENCE_FIELDS)]
    rows.append((Person, PERSON_FIELDS) if customer.is_individual else (Organisation, ORGANISATION_FIELDS))
    changed = []
    for model, names in rows:
        row = model.objects.filter(customer=customer).first()
        missing = row is None
        row = row or model(customer=customer)
        if fields := _assign(row, facts, names):
            if "birth_date" in fields:
                # Somebody knows the day now; it is no longer worked out from an age.
                row.birth_approximate = False
                fields.append("birth_approximate")
            row.save(**({} if missing else {"update_fields": fields}))
            changed += [name for name in fields if name != "birth_approximate"]
    return changed


def tier_again(customer, *, by, now):
    """Have a job look at the tiers of one customer, and return it; asked twice while it waits, it looks once."""
    return enqueue(
        kind="retier", key=f"retier:customer:{customer.pk}", now=now, params={"customers": [customer.pk]}, by=by
    )
