"""The handover sheet (移交清单): what the new manager must know of each customer, on screen and on paper."""

from collections import defaultdict
from datetime import timedelta

from django.db.models import Q
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from care.choices import CareKind
from care.models import FollowUp
from customers.models import ContactPreference, Customer, Handover, Holding
from proposals.choices import ProposalStatus
from proposals.models import Proposal
from staff.access import READERS, roles_required
from visits.choices import ObjectionOutcome, VisitStatus
from visits.models import Objection, Visit

# A sheet is read by a person: the wealthiest so many, and how many more there are.
MOST = 200
MATURING_DAYS = 90
PER_CUSTOMER = 5


@require_safe
@roles_required(*READERS)
def sheet(request, public_id):
    """Per customer of the handover whom the person may see: tier, assets, maturities, what is open, what was promised,
    what never to mention."""
    handover = get_object_or_404(Handover.objects.visible_to(request.user).with_people(), public_id=public_id)
    mine = Customer.objects.visible_to(request.user).filter(pk__in=handover.lines.values("customer"))
    total = mine.count()
    customers = list(mine.with_row_facts().by_assets()[:MOST])
    keys = [customer.pk for customer in customers]
    beside = {
        "maturing": _by_customer(
            Holding.objects.maturing(within=MATURING_DAYS, on=request.today).select_related("product"),
            keys,
            "matures_on",
        ),
        "followups": _by_customer(FollowUp.objects.open().exclude(kind=CareKind.NEXT_STEP), keys, "due_on"),
        "promises": _by_customer(FollowUp.objects.open().filter(kind=CareKind.NEXT_STEP), keys, "due_on"),
        "planned": _by_customer(Visit.objects.filter(status=VisitStatus.PLANNED), keys, "planned_on"),
        "objections": _by_customer(Objection.objects.filter(outcome=ObjectionOutcome.OPEN), keys, "-raised_on"),
        "proposals": _by_customer(
            Proposal.objects.filter(Q(status=ProposalStatus.DRAFT) | Q(status=ProposalStatus.PRESENTED)), keys, "pk"
        ),
    }
    rules = ContactPreference.objects.filter(pk__in=keys).in_bulk()
    for customer in customers:
        customer.rules = rules.get(customer.pk)
        customer.beside = {name: rows[customer.pk][:PER_CUSTOMER] for name, rows in beside.items()}
    context = {"handover": handover, "customers": customers, "more": total - len(customers), "soon": _soon(request)}
    return render(request, "care/handover_sheet.html", context)


def _soon(request):
    return request.today + timedelta(days=MATURING_DAYS)


def _by_customer(rows, keys, order):
    found = defaultdict(list)
    for row in rows.filter(customer__in=keys).order_by(order, "pk"):
        found[row.customer_id].append(row)
    return found
