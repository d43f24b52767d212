"""The restricted list of the person's branches: who, why, until when, by whom; put on it, taken off it (S1.3)."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import EmptyPage, PageNotAnInteger
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.http import require_safe

from customers.access import customer_named
from customers.choices import RestrictionKind
from customers.forms.restrictions import LiftForm, RestrictionForm
from customers.models import Restriction
from customers.services.restriction import lift, restrict
from customers.tables import RestrictionTable
from customers.views.scope import scope_of
from staff.access import RolesRequiredMixin, roles_required, wants_part
from staff.choices import Role
from staff.tables import CappedPaginator

KEEPERS = frozenset({Role.HEAD, Role.AUDITOR})


@require_safe
@roles_required(*KEEPERS)
def restriction_list(request):
    """Those in force; ``?state=over`` those that were lifted or ran out; by list with ``?kind=``."""
    scope = scope_of(request)
    over = request.GET.get("state") == "over"
    kind = request.GET.get("kind") if request.GET.get("kind") in RestrictionKind.values else ""
    rows = scope.rows(Restriction).filter(lifted_on__isnull=not over)
    if kind:
        rows = rows.filter(kind=kind)
    rows = rows.select_related("customer__standing", "customer__branch", "customer__manager", "entered_by", "lifted_by")
    table = RestrictionTable(
        rows, today=request.today, may_lift=request.user.role == Role.HEAD, order_by=request.GET.get("sort") or None
    )
    try:
        table.paginate(CappedPaginator, page=request.GET.get("page", 1))
    except PageNotAnInteger:
        table.paginate(CappedPaginator, page=1)
    except EmptyPage:
        table.paginate(CappedPaginator, page=table.paginator.num_pages)
    context = {
        "table": table,
        "scope": scope,
        "over": over,
        "kind": kind,
        "lists": RestrictionKind.choices,
        "may_restrict": request.user.role == Role.HEAD,
    }
    return render(request, "tables/_list.html" if wants_part(request) else "customers/restriction_list.html", context)


class RestrictionAdd(RolesRequiredMixin, View):
    """Put a customer on the list; the one named in the address, or one that is picked."""

    allowed_roles = frozenset({Role.HEAD})

    def get(self, request):
        """The empty form."""
        customer = customer_named(request)
        form = self._form(request, customer, initial={"starts_on": request.today})
        return self._page(request, form, customer)

    def post(self, request):
        """Restrict and go to the customer."""
        customer = customer_named(request)
        form = self._form(request, customer, data=request.POST)
        if form.is_valid():
            data = form.cleaned_data
            try:
                restrict(by=request.user, on=request.today, **data)
            except ValidationError as error:
                form.add_error(None, error.messages)
            else:
                messages.success(request, _("%(name)s is on the restricted list.") % {"name": data["customer"].name})
                return redirect(f"{data['customer'].get_absolute_url()}#contact")
        return self._page(request, form, customer, status=422)

    @staticmethod
    def _form(request, customer, **kwargs):
        return RestrictionForm(user=request.user, today=request.today, customer=customer, **kwargs)

    @staticmethod
    def _page(request, form, customer, status=200):
        back = customer.get_absolute_url() if customer else reverse("customers:restriction_list")
        context = {
            "form": form,
            "page_title": _("Put on the restricted list"),
            "page_question": _("No offers, proposals or campaigns from then on; service goes on."),
            "submit_label": _("Restrict"),
            "cancel_url": back,
            "back_url": back,
            "back_label": customer.name if customer else _("Restricted list"),
        }
        return render(request, "forms/page.html", context, status=status)


class RestrictionLift(RolesRequiredMixin, View):
    """Take a customer off the list, for a reason."""

    allowed_roles = frozenset({Role.HEAD})

    def get(self, request, public_id):
        """Asks why."""
        return self._page(request, LiftForm(), self._entry(request, public_id))

    def post(self, request, public_id):
        """Lift and go to the customer."""
        entry = self._entry(request, public_id)
        form = LiftForm(request.POST)
        if not form.is_valid():
            return self._page(request, form, entry, status=422)
        lift(restriction=entry, by=request.user, reason=form.cleaned_data["reason"], on=request.today)
        messages.success(request, _("The restriction is lifted."))
        return redirect(f"{entry.customer.get_absolute_url()}#contact")

    @staticmethod
    def _entry(request, public_id):
        rows = Restriction.objects.visible_to(request.user).select_related("customer")
        return get_object_or_404(rows, public_id=public_id)

    @staticmethod
    def _page(request, form, entry, status=200):
        back = f"{entry.customer.get_absolute_url()}#contact"
        context = {
            "form": form,
            "page_title": _("Lift the restriction of %(name)s") % {"name": entry.customer.name},
            "page_question": " · ".join(part for part in (entry.get_kind_display(), entry.reason) if part),
            "submit_label": _("Lift"),
            "cancel_url": back,
            "back_url": back,
            "back_label": entry.customer.name,
        }
        return render(request, "forms/page.html", context, status=status)
