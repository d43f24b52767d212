"""Panels of the customer page: holdings, relations, cash flows, needs, history. Each is also a page of its own."""

from datetime import date
from decimal import Decimal

from django.core.paginator import EmptyPage, PageNotAnInteger
from django.db.models import Q, Sum
from django.db.models.functions import TruncMonth
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from customers.choices import Direction, HoldingStatus
from customers.forms.customer import CustomerForm
from customers.models import Customer, Relation
from customers.rules.relations import inverse_label
from customers.tables import CashFlowTable
from customers.views.answers import fact_labels
from customers.views.customers import visible_customer
from customers.views.portrait import by_category
from staff.access import READERS, roles_required
from staff.models import AuditEvent
from staff.templatetags.crm import format_money, share_of

CLOSED_SHOWN = 20
EVENTS_SHOWN = 50
MONTHS_SHOWN = 12
PANEL_FLOWS, PAGE_FLOWS = 6, 50
# What an audit row about a customer says on the customer page; rows of other verbs show their stable word.
EVENT_WORDS = {
    "customer.added": gettext_lazy("Added to the file"),
    "customer.edited": gettext_lazy("Edited: %(fields)s"),
    "customer.confirmed": gettext_lazy("Confirmed: %(fields)s"),
    "customer.revealed": gettext_lazy("Looked at %(fields)s: %(summary)s"),
    "relation.added": gettext_lazy("Relation added"),
    "relation.removed": gettext_lazy("Relation removed"),
    "need.added": gettext_lazy("Need added"),
    "need.met": gettext_lazy("Need met"),
    "relation.edited": gettext_lazy("Relation changed"),
    "person.added": gettext_lazy("Person added"),
    "person.edited": gettext_lazy("Person changed"),
    "person.removed": gettext_lazy("Person taken off the file"),
    "person.restored": gettext_lazy("Person put back"),
    "person.linked": gettext_lazy("Person found to be a customer"),
    "person.revealed": gettext_lazy("Looked at somebody's phone number: %(summary)s"),
    "group.member": gettext_lazy("Place in a group changed"),
    "group.left": gettext_lazy("Taken out of a group"),
    "referral.recorded": gettext_lazy("Asked for a referral"),
    "referral.outcome": gettext_lazy("Outcome of a referral noted"),
    "referral.edited": gettext_lazy("Referral changed"),
    "referral.customer": gettext_lazy("A referral became a customer"),
    "referral.gift": gettext_lazy("Gift for a referral"),
    "referral.thanked": gettext_lazy("Thanked for a referral"),
    "need.dropped": gettext_lazy("Need dropped"),
    "need.open": gettext_lazy("Need opened again"),
    "assessment.recorded": gettext_lazy("Assessment recorded"),
    "override.proposed": gettext_lazy("Placing by hand proposed"),
    "override.approved": gettext_lazy("Placing by hand approved"),
    "override.declined": gettext_lazy("Placing by hand declined"),
    "override.ended": gettext_lazy("Placing by hand ended early"),
    "right.used": gettext_lazy("Right used"),
    "right.taken_back": gettext_lazy("Use of a right taken back"),
}


def panel(request, fragment, title, customer, **context):
    """The fragment for htmx, else a page with `title` around the same fragment."""
    context |= {"customer": customer, "panel": fragment, "title": title}
    alone = request.htmx and not request.htmx.boosted
    return render(request, fragment if alone else "customers/panel_page.html", context)


@require_safe
@roles_required(*READERS)
def holdings(request, public_id):
    """What the customer holds with us, by category, with how far each term has run; closed ones behind a fold."""
    customer = visible_customer(request, public_id)
    rows = list(customer.holdings.select_related("product"))
    still_open = [row for row in rows if row.status == HoldingStatus.OPEN]
    closed = [row for row in rows if row.status == HoldingStatus.CLOSED]
    return panel(
        request,
        "customers/_holdings.html",
        _("Holdings"),
        customer,
        groups=by_category(still_open, on=request.today),
        closed=closed[:CLOSED_SHOWN],
        closed_count=len(closed),
    )


@require_safe
@roles_required(*READERS)
def relations(request, public_id):
    """Whom the customer knows, from both sides; people outside the scope are named by their first letter only."""
    customer = visible_customer(request, public_id)
    return panel(request, "customers/_relations.html", _("Relations"), customer, rows=relation_rows(request, customer))


def relation_rows(request, customer):
    """[{"other", "label", "relation", "visible", "name"}] of both directions."""
    found = list(
        Relation.objects.filter(Q(customer=customer) | Q(related=customer)).select_related(
            "customer__standing", "related__standing"
        )
    )
    others = {row.related_id if row.customer_id == customer.pk else row.customer_id for row in found}
    visible = set(Customer.objects.visible_to(request.user).filter(pk__in=others).values_list("pk", flat=True))
    rows = []
    for row in found:
        forward = row.customer_id == customer.pk
        other = row.related if forward else row.customer
        seen = other.pk in visible
        rows.append(
            {
                "other": other,
                "label": row.get_kind_display() if forward else inverse_label(row.kind),
                "relation": row,
                "visible": seen,
                "name": other.name if seen else f"{other.name[:1]}**",
            }
        )
    return rows


@require_safe
@roles_required(*READERS)
def cash_flows(request, public_id):
    """Money in and out: twelve months side by side, then the entries."""
    customer = visible_customer(request, public_id)
    table = CashFlowTable(customer.cash_flows.all(), today=request.today, order_by=request.GET.get("sort") or None)
    rows = PANEL_FLOWS if request.htmx else PAGE_FLOWS
    try:
        table.paginate(per_page=rows, page=request.GET.get("page", 1))
    except PageNotAnInteger:
        table.paginate(per_page=rows, page=1)
    except EmptyPage:
        table.paginate(per_page=rows, page=table.paginator.num_pages)
    return panel(
        request,
        "customers/_cash_flows.html",
        _("Cash flows"),
        customer,
        table=table,
        months=flow_months(customer, on=request.today),
    )


def flow_months(customer, *, on):
    """The last twelve months with an entry, money in and out of each, with shares of the tallest and in words."""
    since = date(on.year - 1, on.month, 1)
    months = (
        customer.cash_flows.filter(booked_on__gte=since)
        .annotate(month=TruncMonth("booked_on"))
        .order_by("-month")
        .values("month")
        .annotate(
            money_in=Sum("amount", filter=Q(direction=Direction.IN), default=Decimal(0)),
            money_out=Sum("amount", filter=Q(direction=Direction.OUT), default=Decimal(0)),
        )[:MONTHS_SHOWN]
    )
    months = list(months)[::-1]
    tallest = max((max(month["money_in"], month["money_out"]) for month in months), default=0)
    for month in months:
        month["label"] = f"{month['month'].month}/{month['month']:%y}"
        for name in ("money_in", "money_out"):
            month[f"{name}_share"] = share_of(month[name], tallest)
            month[f"{name}_display"] = format_money(month[name])
    return months


@require_safe
@roles_required(*READERS)
def needs(request, public_id):
    """What the customer needs, by dimension: open ones first."""
    customer = visible_customer(request, public_id)
    rows = list(customer.needs.select_related("found_by"))
    rows.sort(key=lambda need: need.status != "open")
    return panel(request, "customers/_needs.html", _("Needs"), customer, rows=rows)


@require_safe
@roles_required(*READERS)
def history(request, public_id):
    """What was done with the file: hand-overs, and edits from the audit trail by field names, never values."""
    customer = visible_customer(request, public_id)
    handovers = customer.owner_changes.select_related("from_manager", "to_manager", "from_branch", "to_branch", "by")
    events = AuditEvent.objects.filter(
        subject_kind=Customer._meta.label_lower, subject_id=str(customer.public_id)
    ).select_related("actor")
    events = list(events[:EVENTS_SHOWN])
    for event in events:
        event.words = event_words(event)
    return panel(
        request,
        "customers/_history.html",
        _("Record"),
        customer,
        handovers=list(handovers[:EVENTS_SHOWN]),
        events=events,
    )


def event_words(event):
    """An audit row as a sentence: which fields, for which reason, never a value."""
    names = event.particulars.get("fields") or [event.particulars.get("field", "")]
    labels = [
        str(CustomerForm.base_fields[name].label) if name in CustomerForm.base_fields else "".join(fact_labels([name]))
        for name in names
    ]
    labels = [label for label in labels if label]
    words = EVENT_WORDS.get(event.verb, event.verb)
    return words % {"fields": _(", ").join(labels), "summary": event.summary} if "%(" in str(words) else words
