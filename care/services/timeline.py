"""One stream of everything that happened with a customer, the newest first.

Each source is asked for one page and one row more before the cursor, and the answers are merged: as many queries as
there are sources, however long the stream is.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from care.choices import CareKind, FollowUpState, TimelineKind
from care.models import FollowUp
from care.rules.cursor import Cursor
from customers.choices import Direction, ReferralOutcome
from customers.models import (
    CashFlow,
    Consent,
    Customer,
    Ending,
    Holding,
    Need,
    Note,
    OwnerChange,
    Referral,
    Restriction,
)
from proposals.models import Proposal
from staff.models import AuditEvent
from staff.templatetags.crm import format_money
from tiering.models import Movement
from visits.models import Objection, Visit

ZONE = ZoneInfo(settings.TIME_ZONE)
# An entry on an account is worth a line from this amount on, in yuan.
LARGE_FLOW = 50_000
# Edits of the file that the stream tells; what other sources tell themselves is left out.
FILE_VERBS = ("customer.added", "customer.edited", "customer.confirmed", "contact.edited", "customer.merged")


@dataclass(frozen=True)
class Entry:
    """Something that happened: when, what kind, in a sentence, more words, who, and where it leads."""

    at: datetime
    rank: int
    pk: int
    kind: TimelineKind
    title: str
    text: str = ""
    by: object = None
    url: str = ""
    icon: str = "clock"
    # Only the day is known, not the time.
    day_only: bool = True
    row: object = None

    @property
    def cursor(self):
        """The place of this entry in the stream."""
        return Cursor(self.at, self.rank, self.pk)


@dataclass(frozen=True)
class Page:
    """A part of the stream, and the cursor after which it goes on (None: that was all)."""

    entries: list
    after: Cursor | None


@dataclass(frozen=True)
class Source:
    """Where entries of a kind come from: rows, the column of their moment, the person, and how they are told."""

    kind: TimelineKind
    model: type
    moment: str
    tell: Callable
    person: str = ""
    where: Q | None = None
    related: tuple = ()
    prefetch: tuple = ()
    customer: str = "customer"
    icon: str = "clock"

    @property
    def by_day(self):
        """The moment is a day."""
        return not isinstance(self.model._meta.get_field(self.moment), models.DateTimeField)

    def rows(self, customer):
        """All rows about the customer that have happened."""
        if self.customer == "audit":
            about = {"subject_kind": Customer._meta.label_lower, "subject_id": str(customer.public_id)}
        else:
            about = {self.customer: customer}
        return self.model.objects.filter(self.where or Q(), **about, **{f"{self.moment}__isnull": False})


def _visit(row):
    if row.status == "held":
        return _("%(where)s: %(what)s") % {"where": row.get_channel_display(), "what": row.purpose}, row.notes
    return _("Visit not held: %(what)s") % {"what": row.purpose}, row.not_held_reason


def _followup(row):
    what = row.text or row.watch_text if row.kind == CareKind.WATCH else row.text or row.get_kind_display()
    if row.kind == CareKind.FAMILY:
        who = {"name": row.facts.get("name", ""), "relation": row.family_word}
        what = _("Birthday of %(name)s (%(relation)s)") % who
    if row.kind == CareKind.MATURITY and row.holding:
        what = _("Maturity of %(product)s") % {"product": row.holding.product.name}
    if row.state == FollowUpState.DONE:
        return _("Done: %(what)s") % {"what": what}, row.note
    return _("Dismissed: %(what)s") % {"what": what}, row.note or row.get_dismiss_reason_display()


def _need(row):
    return (
        _("Need found: %(dimension)s %(driver)s") % {"dimension": row.get_dimension_display(), "driver": row.driver},
        row.evidence,
    )


def _move(row):
    # Bands of a scheme say more than their codes (W100); the tiers of a sheet are their own names.
    names = {band.code: band.label for band in row.scheme.bands.all()}
    old, new = (names.get(code, code) or "—" for code in (row.from_code, row.to_code))
    tiers = {"old": old, "new": new, "scheme": row.scheme}
    return _("%(scheme)s: %(old)s → %(new)s") % tiers, row.note


def _owner(row):
    hands = {"old": row.from_manager or "—", "new": row.to_manager or "—"}
    if row.from_manager_id == row.to_manager_id:
        hands = {"old": row.from_branch or "—", "new": row.to_branch or "—"}
    return _("Handed over from %(old)s to %(new)s") % hands, row.reason


def _flow(row):
    words = _("Money in: %(amount)s") if row.direction == Direction.IN else _("Money out: %(amount)s")
    return words % {"amount": format_money(row.amount)}, " · ".join(filter(None, (row.counterparty_bank, row.memo)))


def _holding(words):
    def tell(row):
        return words() % {"product": row.product.name, "amount": format_money(row.balance)}, ""

    return tell


def _proposal(words):
    def tell(row):
        return words(row) % {"title": row.title}, row.decline_reason if row.decided_on else ""

    return tell


def _consent(row):
    words = _("Agreed to: %(purpose)s") if row.given else _("Withdrew: %(purpose)s")
    return words % {"purpose": row.get_purpose_display()}, " · ".join(
        filter(None, (row.get_source_display(), row.evidence))
    )


def _referral(row):
    words = {
        ReferralOutcome.ASKED: _("Asked for a referral"),
        ReferralOutcome.DECLINED: _("Asked for a referral: declined"),
    }
    return words.get(row.outcome) or _("Gave a referral: %(outcome)s") % {
        "outcome": row.get_outcome_display()
    }, row.note


def _decided(row):
    return _("Proposal accepted: %(title)s") if row.status == "accepted" else _("Proposal declined: %(title)s")


# In the order of their ranks: of what happened on one day, later sources stand above earlier ones.
SOURCES = (
    Source(TimelineKind.PRODUCT, Holding, "opened_on", _holding(lambda: _("Opened: %(product)s, %(amount)s")),
           related=("product",), icon="wallet"),
    Source(TimelineKind.PRODUCT, Holding, "matures_on", _holding(lambda: _("Matured: %(product)s, %(amount)s")),
           related=("product",), icon="calendar-time"),
    Source(TimelineKind.PRODUCT, CashFlow, "booked_on", _flow, where=Q(amount__gte=LARGE_FLOW),
           icon="arrows-exchange"),
    Source(TimelineKind.TIER, Movement, "on", _move, related=("scheme",), prefetch=("scheme__bands",),
           icon="stairs-up"),
    Source(TimelineKind.OWNER, OwnerChange, "on", _owner, person="by",
           related=("by", "from_manager", "to_manager", "from_branch", "to_branch"), icon="users"),
    Source(TimelineKind.NEED, Need, "found_on", _need, person="found_by", related=("found_by",), icon="target"),
    Source(TimelineKind.NEED, Referral, "asked_on", _referral, person="by", related=("by",), customer="introducer",
           icon="user-plus"),
    Source(TimelineKind.RULE, Restriction, "starts_on",
           lambda row: (_("Put on the restricted list: %(list)s") % {"list": row.get_kind_display()}, row.reason),
           person="entered_by", related=("entered_by",), icon="ban"),
    Source(TimelineKind.RULE, Restriction, "lifted_on",
           lambda row: (_("Taken off the restricted list: %(list)s") % {"list": row.get_kind_display()},
                        row.lift_reason),
           person="lifted_by", related=("lifted_by",), icon="circle-check"),
    Source(TimelineKind.RULE, Consent, "on", _consent, person="by", related=("by",), icon="shield-check"),
    Source(TimelineKind.RULE, Ending, "started_on",
           lambda row: (_("Ending begun: %(reason)s") % {"reason": row.get_reason_display()}, row.words),
           person="started_by", related=("started_by",), icon="flag"),
    Source(TimelineKind.RULE, Ending, "ended_on", lambda row: (_("The relationship has ended"), row.lessons),
           person="ended_by", related=("ended_by",), icon="x"),
    Source(TimelineKind.RULE, Ending, "back_on",
           lambda row: (_("Won back") if row.ended_on else pgettext("ending", "Stayed"), ""),
           person="back_by", related=("back_by",), icon="heart"),
    Source(TimelineKind.PROPOSAL, Proposal, "drafted_on",
           _proposal(lambda row: _("Proposal drafted: %(title)s")), person="drafted_by", related=("drafted_by",),
           icon="file-text"),
    Source(TimelineKind.PROPOSAL, Proposal, "presented_on",
           _proposal(lambda row: _("Proposal presented: %(title)s")), person="presented_by",
           related=("presented_by",), icon="file-text"),
    Source(TimelineKind.PROPOSAL, Proposal, "decided_on", _proposal(_decided), person="decided_by",
           related=("decided_by",), icon="file-text"),
    Source(TimelineKind.VISIT, Objection, "raised_on",
           lambda row: (_("Objected: %(words)s") % {"words": row.words}, row.answer), person="by", related=("by",),
           icon="messages"),
    Source(TimelineKind.FOLLOW_UP, FollowUp, "closed_on", _followup, person="closed_by",
           where=Q(state__in=[FollowUpState.DONE, FollowUpState.DISMISSED]),
           related=("closed_by", "holding__product"), icon="list-check"),
    Source(TimelineKind.VISIT, Visit, "planned_on", _visit, person="by", where=Q(status="not_held"),
           related=("by",), icon="message"),
    Source(TimelineKind.VISIT, Visit, "held_on", _visit, person="by", where=Q(status="held"), related=("by",),
           icon="message"),
    Source(TimelineKind.FILE, AuditEvent, "at", lambda row: (row.verb, ""), person="actor",
           where=Q(verb__in=FILE_VERBS), related=("actor",), customer="audit", icon="pencil"),
    Source(TimelineKind.NOTE, Note, "created_at", lambda row: (_("Note"), row.text), person="by",
           where=Q(deleted_at=None, pinned=False), related=("by",), prefetch=("mentions__user",), icon="pin"),
)  # fmt: skip


def timeline(customer, *, on, size, before=None, kind=None, person=None):
    """A Page of at most `size` entries about the customer up to the day `on`, newest first, after the cursor `before`.

    `kind` (TimelineKind) and `person` (a User) leave out all others; a source that knows no person has none then.
    """
    entries = []
    for rank, source in enumerate(SOURCES):
        if (kind and source.kind != kind) or (person and not source.person):
            continue
        rows = _before(source.rows(customer), source, rank, before, on)
        if person:
            rows = rows.filter(**{source.person: person})
        rows = rows.select_related(*source.related).prefetch_related(*source.prefetch)
        entries += [_entry(source, rank, row) for row in rows.order_by(f"-{source.moment}", "-pk")[: size + 1]]
    entries.sort(key=lambda entry: entry.cursor, reverse=True)
    shown = entries[:size]
    return Page(shown, shown[-1].cursor if len(entries) > size else None)


def pinned_notes(customer):
    """The notes that stand on top, the latest first."""
    rows = Note.objects.kept().filter(customer=customer, pinned=True)
    return list(rows.select_related("by").prefetch_related("mentions__user").order_by("-created_at", "-pk"))


def people_of(customer, *, among):
    """Of the colleagues `among` (a queryset) those who did something that the stream tells of them."""
    did = Q(pk__in=Note.objects.kept().filter(customer=customer).values("by"))
    for source in SOURCES:
        if source.person:
            did |= Q(pk__in=source.rows(customer).order_by().values(source.person))
    did |= Q(pk=customer.manager_id)
    return list(among.filter(did).order_by("staff_no"))


def _before(rows, source, rank, cursor, on):
    """The rows that stand after the cursor in the stream; nothing of days to come."""
    name = source.moment
    if source.by_day:
        rows = rows.filter(**{f"{name}__lte": on})
    if cursor is None:
        return rows
    at = cursor.at.astimezone(ZONE)
    if source.by_day and at.time() != time(0):
        return rows.filter(**{f"{name}__lte": at.date()})
    edge = at.date() if source.by_day else at
    behind = Q(**{f"{name}__lt": edge})
    if rank < cursor.rank:
        behind |= Q(**{name: edge})
    elif rank == cursor.rank:
        behind |= Q(**{name: edge, "pk__lt": cursor.pk})
    return rows.filter(behind)


def _entry(source, rank, row):
    moment = getattr(row, source.moment)
    at = datetime.combine(moment, time(0), ZONE) if source.by_day else moment.astimezone(ZONE)
    title, text = source.tell(row)
    return Entry(
        at=at,
        rank=rank,
        pk=row.pk,
        kind=source.kind,
        title=title.strip(),
        text=text,
        by=getattr(row, source.person) if source.person else None,
        url=row.get_absolute_url() if hasattr(row, "get_absolute_url") else "",
        icon=source.icon,
        day_only=source.by_day,
        row=row,
    )
