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

from customers.choices import Direction
from customers.forms.customer import CustomerForm
from customers.models import Customer
from customers.tables import CashFlowTable
from customers.views.answers import fact_labels
from customers.views.customers import visible_customer
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
    "customer.merged": gettext_lazy("%(number)s merged into this file"),
    "customer.merge_undone": gettext_lazy("%(number)s taken out of this file again"),
    "question.answered": gettext_lazy("Facts confirmed"),
    "question.opened": gettext_lazy("Facts asked about again"),
    "customer.revealed": gettext_lazy("Looked at %(fields)s: %(summary)s"),
    "relation.added": gettext_lazy("Relation added"),
    "relation.removed": gettext_lazy("Relation removed"),
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
    "need.added": gettext_lazy("Need added"),
    "need.met": gettext_lazy("Need met"),
    "need.dropped": gettext_lazy("Need dropped"),
    "need.edited": gettext_lazy("Need edited"),
    "need.undone": gettext_lazy("Change of a need taken back"),
    "outside.added": gettext_lazy("Holding at another bank added"),
    "outside.edited": gettext_lazy("Holding at another bank edited"),
    "outside.confirmed": gettext_lazy("Holding at another bank confirmed"),
    "outside.closed": gettext_lazy("Holding at another bank is over"),
    "outside.reopened": gettext_lazy("Holding at another bank opened again"),
    "goal.set": gettext_lazy("Target of the relationship set"),
    "goal.removed": gettext_lazy("Target of the relationship taken away"),
    "other_income.added": gettext_lazy("Other income added"),
    "other_income.removed": gettext_lazy("Other income taken out"),
    "other_income.restored": gettext_lazy("Other income put back"),
    "statement.exported": gettext_lazy("Value statement taken as a file"),
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
def history(request, public_id):
    """What was done with the file: hand-overs, and edits from the audit trail by field names, never values."""
    customer = visible_customer(request, public_id)
    handovers = customer.owner_changes.select_related(
        "from_manager", "to_manager", "from_branch", "to_branch", "by", "handover"
    )
    # What was done with the files that were merged into this one.
    before = customer.merges.in_force().values_list("loser_public_id", flat=True)
    events = AuditEvent.objects.filter(
        subject_kind=Customer._meta.label_lower, subject_id__in=[str(key) for key in (customer.public_id, *before)]
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
    words, number = EVENT_WORDS.get(event.verb, event.verb), event.particulars.get("number", "")
    said = {"fields": _(", ").join(labels), "summary": event.summary, "number": number}
    return words % said if "%(" in str(words) else words
