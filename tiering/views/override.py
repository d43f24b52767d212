"""Placings by hand: the list, the proposal, and what a click decides."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.http import require_http_methods, require_POST
from django_tables2 import RequestConfig

from customers.access import customer_named
from customers.models import Customer
from jobs.tasks import ring_on_commit
from staff.access import READERS, WRITERS, RolesRequiredMixin, roles_required, wants_part
from staff.tables import CappedPaginator
from staff.views import safe_next
from tiering.filters import OverrideFilter
from tiering.forms.override import OverrideForm
from tiering.models import Override
from tiering.services import override as verbs
from tiering.tables import OverrideTable


class OverrideList(RolesRequiredMixin, View):
    """Who is placed by hand, who waits for it: what waits comes first."""

    allowed_roles = READERS

    def get(self, request):
        """The page, or for htmx the list alone."""
        rows = Override.objects.visible_to(request.user).with_place().waiting_first()
        customer = customer_named(request)
        if customer is not None:
            rows = rows.filter(customer=customer)
        chosen = OverrideFilter(request.GET, queryset=rows, request=request)
        table = OverrideTable(chosen.qs)
        RequestConfig(request, paginate={"per_page": 30, "paginator_class": CappedPaginator}).configure(table)
        template = "tables/_list.html" if wants_part(request) else "tiering/overrides.html"
        return render(request, template, {"table": table, "filter": chosen, "customer": customer})


@require_http_methods(["GET", "POST"])
@roles_required(*WRITERS)
def propose(request, public_id):
    """Ask for a tier by hand: which, why, until when."""
    customers = Customer.objects.visible_to(request.user)
    customer = get_object_or_404(customers, public_id=public_id)
    form = OverrideForm(
        request.POST or None, customer=customer, today=request.today, only=request.GET.get("scheme", "")
    )
    if form.is_valid():
        try:
            verbs.propose_override(customer=customer, by=request.user, on=request.today, **form.asked())
        except ValidationError as error:
            form.refuse(error)
        else:
            messages.success(request, _("Proposed. A branch head has to approve it."))
            return redirect("tiering:explanation", public_id)
    waiting = customer.overrides.waiting().select_related("scheme", "proposed_by").first()
    context = {"form": form, "customer": customer, "waiting": waiting, "submit_label": _("Propose")}
    context["cancel_url"] = reverse("tiering:explanation", args=[public_id])
    return render(request, "tiering/override_propose.html", context, status=422 if form.is_bound else 200)


@require_POST
@roles_required(*WRITERS)
def approve(request, public_id):
    """One click: the placing by hand is in force."""
    return _carry_out(request, public_id, verbs.approve_override, _("Approved. The customer is being placed."), True)


@require_POST
@roles_required(*WRITERS)
def decline(request, public_id):
    """One click: the proposal is turned down, or taken back by who made it."""
    return _carry_out(request, public_id, verbs.decline_override, _("Declined. The tier stays as it is."), False)


@require_POST
@roles_required(*WRITERS)
def end(request, public_id):
    """One click: the rules place the customer again."""
    return _carry_out(
        request, public_id, verbs.end_override, _("Ended. The customer is being placed by the rules."), True
    )


def _carry_out(request, public_id, verb, said, places):
    """Do the verb on a placing by hand in scope, say so, and go back to where the person was."""
    override = get_object_or_404(Override.objects.visible_to(request.user), public_id=public_id)
    try:
        if places:
            _override, job = verb(override=override, by=request.user, on=request.today, now=timezone.now())
            ring_on_commit(job)
        else:
            verb(override=override, by=request.user, on=request.today)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, said)
    return redirect(safe_next(request) if request.POST.get("next") else "tiering:overrides")
