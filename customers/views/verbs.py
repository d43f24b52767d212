"""Small verbs on a customer: relations and needs. One service call each; what can be undone offers it."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.http import require_POST

from customers.choices import NeedStatus, RelationKind
from customers.forms.verbs import NeedForm, RelationForm
from customers.models import Customer, Need, Relation
from customers.services.needs import record_need, set_need_status
from customers.services.relations import add_relation, remove_relation
from customers.views.customers import visible_customer
from staff.access import WRITERS, RolesRequiredMixin, roles_required


def section(customer, name):
    """The address of a section of the customer page."""
    return f"{customer.get_absolute_url()}#{name}"


def form_page(request, form, customer, name, **context):
    """The add page of something that belongs to a customer."""
    context |= {"form": form, "cancel_url": section(customer, name), "back_url": section(customer, name)}
    context["back_label"] = customer.name
    return render(request, "forms/page.html", context, status=422 if form.is_bound else 200)


class RelationAdd(RolesRequiredMixin, View):
    """Say whom the customer is related to."""

    allowed_roles = WRITERS

    def get(self, request, public_id):
        """The empty form."""
        customer = visible_customer(request, public_id)
        return self._page(request, RelationForm(user=request.user, customer=customer), customer)

    def post(self, request, public_id):
        """Add and go back to the customer's relations."""
        customer = visible_customer(request, public_id)
        form = RelationForm(request.POST, user=request.user, customer=customer)
        if not form.is_valid():
            return self._page(request, form, customer)
        add_relation(
            customer=customer, related=form.cleaned_data["related"], kind=form.cleaned_data["kind"], by=request.user
        )
        messages.success(request, _("The relation is on file."))
        return redirect(section(customer, "relations"))

    @staticmethod
    def _page(request, form, customer):
        title = _("Add a relation of %(name)s") % {"name": customer}
        return form_page(request, form, customer, "relations", page_title=title, submit_label=_("Add"))


@require_POST
@roles_required(*WRITERS)
def relation_remove(request, public_id, relation_id):
    """Take a relation off the file, from either side; the toast offers to put it back."""
    customer = visible_customer(request, public_id)
    relation = get_object_or_404(Relation.objects.select_related("customer", "related"), pk=relation_id)
    if customer.pk not in {relation.customer_id, relation.related_id}:
        raise Http404
    remove_relation(relation=relation, by=request.user)
    back = reverse(
        "customers:relation_restore", args=[relation.customer.public_id, relation.related.public_id, relation.kind]
    )
    # Only who sees both sides can put it back.
    sides = Customer.objects.visible_to(request.user).filter(pk__in=[relation.customer_id, relation.related_id])
    tags = f"undo:{back}" if sides.count() == len({relation.customer_id, relation.related_id}) else ""
    messages.success(request, _("The relation was removed."), extra_tags=tags)
    return redirect(section(customer, "relations"))


@require_POST
@roles_required(*WRITERS)
def relation_restore(request, public_id, related_id, kind):
    """Undo: put a relation back as it was."""
    if kind not in RelationKind.values:
        raise Http404
    customer, related = visible_customer(request, public_id), visible_customer(request, related_id)
    add_relation(customer=customer, related=related, kind=kind, by=request.user)
    messages.success(request, _("The relation is on file."))
    return redirect(section(customer, "relations"))


class NeedAdd(RolesRequiredMixin, View):
    """Write down what the customer needs."""

    allowed_roles = WRITERS

    def get(self, request, public_id):
        """The form; ``?dimension=`` chooses one beforehand."""
        customer = visible_customer(request, public_id)
        return self._page(request, NeedForm(initial={"dimension": request.GET.get("dimension")}), customer)

    def post(self, request, public_id):
        """Add and go back to the customer's needs."""
        customer = visible_customer(request, public_id)
        form = NeedForm(request.POST)
        if not form.is_valid():
            return self._page(request, form, customer)
        record_need(customer=customer, by=request.user, on=request.today, **form.cleaned_data)
        messages.success(request, _("The need is on file."))
        return redirect(section(customer, "needs"))

    @staticmethod
    def _page(request, form, customer):
        title = _("Add a need of %(name)s") % {"name": customer}
        return form_page(request, form, customer, "needs", page_title=title, submit_label=_("Add"))


@require_POST
@roles_required(*WRITERS)
def need_status(request, public_id, status):
    """Mark a need as met, dropped or open again; the toast offers the way back."""
    if status not in NeedStatus.values:
        raise Http404
    need = get_object_or_404(Need.objects.visible_to(request.user).select_related("customer"), public_id=public_id)
    before = need.status
    need = set_need_status(need=need, status=status, by=request.user)
    undo = reverse("customers:need_status", args=[public_id, before])
    text = _("The need is now: %(status)s.") % {"status": need.get_status_display()}
    messages.success(request, text, extra_tags=f"undo:{undo}" if before != status else "")
    return redirect(section(need.customer, "needs"))
