"""Services by tier: the panel of a customer, the list of rights used, and the click that uses one."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.http import require_POST, require_safe
from django_tables2 import RequestConfig

from customers.access import customer_named
from customers.models import Customer
from customers.services.contact import preference_on
from staff.access import READERS, WRITERS, RolesRequiredMixin, roles_required, wants_part
from staff.tables import CappedPaginator
from staff.views import safe_next
from tiering.filters import RightUseFilter
from tiering.models import Right, RightUse
from tiering.services.package import services_of, take_back_use, use_right
from tiering.tables import RightUseTable

NOTE_LENGTH = RightUse._meta.get_field("note").max_length


@require_safe
@roles_required(*READERS)
def services(request, public_id):
    """What the customer's tiers give: when to talk, by which channel, which rights are used and left."""
    customers = Customer.objects.visible_to(request.user).select_related("standing", "contact_preference")
    customer = get_object_or_404(customers, public_id=public_id)
    context = {
        "customer": customer,
        "services": services_of(customer=customer, on=request.today),
        "preference": preference_on(customer, on=request.today),
        "can_write": request.user.can_write,
        "note_length": NOTE_LENGTH,
    }
    return render(request, "tiering/_services.html" if wants_part(request) else "tiering/services.html", context)


class RightUseList(RolesRequiredMixin, View):
    """Which rights were used, by whom and when."""

    allowed_roles = READERS

    def get(self, request):
        """The page, or for htmx the list alone."""
        rows = RightUse.objects.visible_to(request.user).counted().with_place()
        customer = customer_named(request)
        if customer is not None:
            rows = rows.filter(customer=customer)
        chosen = RightUseFilter(request.GET, queryset=rows, request=request)
        table = RightUseTable(chosen.qs)
        RequestConfig(request, paginate={"per_page": 30, "paginator_class": CappedPaginator}).configure(table)
        template = "tables/_list.html" if wants_part(request) else "tiering/rights.html"
        return render(request, template, {"table": table, "filter": chosen, "customer": customer})


@require_POST
@roles_required(*WRITERS)
def use(request, public_id, right_id):
    """One click: the customer used this right today; the toast offers to take it back."""
    customer = get_object_or_404(Customer.objects.visible_to(request.user), public_id=public_id)
    right = Right.objects.select_related("package").filter(public_id=right_id).first()
    if right is None:
        raise Http404
    note = request.POST.get("note", "").replace("\x00", "")[:NOTE_LENGTH]
    try:
        used = use_right(customer=customer, right=right, by=request.user, on=request.today, note=note)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        undo = reverse("tiering:right_take_back", args=[used.public_id])
        text = _("Noted: %(right)s used.") % {"right": right.label}
        messages.success(request, text, extra_tags=f"undo:{undo}")
    return redirect(f"{customer.get_absolute_url()}#services")


@require_POST
@roles_required(*WRITERS)
def take_back(request, public_id):
    """Undo: the use counts no more."""
    uses = RightUse.objects.visible_to(request.user).select_related("customer")
    found = get_object_or_404(uses, public_id=public_id)
    try:
        take_back_use(use=found, by=request.user, on=request.today)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, _("Taken back: it counts no more."))
    return redirect(safe_next(request) if request.POST.get("next") else f"{found.customer.get_absolute_url()}#services")
