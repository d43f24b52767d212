"""Verbs of relations, and the page of a small form that belongs to a customer."""

from datetime import date
from decimal import Decimal

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.http import require_POST

from customers.choices import RelationKind
from customers.forms.people import RelationDetails, RelationForm
from customers.models import Customer, Relation
from customers.rules.stamps import stamp_of
from customers.services.conflict import Changed
from customers.services.relations import DETAILS, add_relation, edit_relation, remove_relation
from customers.views.customers import visible_customer
from staff.access import WRITERS, RolesRequiredMixin, roles_required

# Details of the relations removed last, for undo: notes belong neither into an address nor into a toast.
REMOVED_KEY = "relations_removed"


def section(customer, name):
    """The address of a section of the customer page."""
    return f"{customer.get_absolute_url()}#{name}"


def form_page(request, form, customer, name, *, template="forms/page.html", **context):
    """The add page of something that belongs to a customer."""
    context |= {
        "form": form,
        "customer": customer,
        "cancel_url": section(customer, name),
        "back_url": section(customer, name),
    }
    context["back_label"] = customer.name
    return render(request, template, context, status=422 if form.is_bound else 200)


def refused(form, error):
    """Put what a service refused into the form: under its field where the form has it, else on top."""
    known = getattr(error, "error_dict", None)
    if known and set(known) <= set(form.fields):
        form.add_error(None, error)
    else:
        form.add_error(None, ValidationError(error.messages))


class RelationAdd(RolesRequiredMixin, View):
    """Say whom the customer is related to."""

    allowed_roles = WRITERS

    def get(self, request, public_id):
        """The form; ``?kind=`` chooses one beforehand."""
        customer = visible_customer(request, public_id)
        form = RelationForm(user=request.user, customer=customer, initial={"kind": request.GET.get("kind")})
        return self._page(request, form, customer)

    def post(self, request, public_id):
        """Add and go back to the customer's relations."""
        customer = visible_customer(request, public_id)
        form = RelationForm(request.POST, user=request.user, customer=customer)
        if not form.is_valid():
            return self._page(request, form, customer)
        related, kind = form.cleaned_data["related"], form.cleaned_data["kind"]
        try:
            add_relation(customer=customer, related=related, kind=kind, by=request.user, **form.details())
        except ValidationError as error:
            refused(form, error)
            return self._page(request, form, customer)
        messages.success(request, _("The relation is on file."))
        return redirect(section(customer, "relations"))

    @staticmethod
    def _page(request, form, customer):
        title = _("Add a relation of %(name)s") % {"name": customer}
        return form_page(request, form, customer, "relations", page_title=title, submit_label=_("Add"))


def _relation_of(request, public_id, relation_id):
    customer = visible_customer(request, public_id)
    relation = get_object_or_404(Relation.objects.select_related("customer", "related"), pk=relation_id)
    if customer.pk not in {relation.customer_id, relation.related_id}:
        raise Http404
    return customer, relation


class RelationEdit(RolesRequiredMixin, View):
    """Mend share, days and notes of a relation, from either side."""

    allowed_roles = WRITERS

    def get(self, request, public_id, relation_id):
        """The form with what is on file."""
        customer, relation = _relation_of(request, public_id, relation_id)
        form = RelationDetails(initial=self._on_file(relation) | {"stamp": stamp_of(relation, DETAILS)})
        return self._page(request, form, customer, relation)

    def post(self, request, public_id, relation_id):
        """Save and go back to the customer's relations; of two people editing at once the second sees both versions."""
        customer, relation = _relation_of(request, public_id, relation_id)
        form = RelationDetails(request.POST)
        if not form.is_valid():
            return self._page(request, form, customer, relation)
        try:
            edit_relation(relation=relation, by=request.user, stamp=form.cleaned_data["stamp"], **form.details())
        except Changed as conflict:
            form.show_conflict(self._on_file(conflict.current), stamp_of(conflict.current, DETAILS))
            return self._page(request, form, customer, relation)
        messages.success(request, _("Saved."))
        return redirect(section(customer, "relations"))

    @staticmethod
    def _on_file(relation):
        return {name: getattr(relation, name) for name in DETAILS}

    @staticmethod
    def _page(request, form, customer, relation):
        title = _("Change the relation “%(kind)s”") % {"kind": relation.get_kind_display()}
        return form_page(request, form, customer, "relations", page_title=title)


@require_POST
@roles_required(*WRITERS)
def relation_remove(request, public_id, relation_id):
    """Take a relation off the file, from either side; the toast offers to put it back."""
    customer, relation = _relation_of(request, public_id, relation_id)
    remove_relation(relation=relation, by=request.user)
    back = reverse(
        "customers:relation_restore", args=[relation.customer.public_id, relation.related.public_id, relation.kind]
    )
    request.session[REMOVED_KEY] = {back: [str(getattr(relation, name) or "") for name in DETAILS]}
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
    if customer == related:
        raise Http404
    share, since, until, note = request.session.get(REMOVED_KEY, {}).get(request.path, ("", "", "", ""))
    add_relation(
        customer=customer,
        related=related,
        kind=kind,
        by=request.user,
        share=Decimal(share) if share else None,
        since=date.fromisoformat(since) if since else None,
        until=date.fromisoformat(until) if until else None,
        note=note,
        undo=True,
    )
    messages.success(request, _("The relation is on file."))
    return redirect(section(customer, "relations"))
