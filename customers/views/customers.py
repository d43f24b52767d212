"""The customer page; add, edit, reveal."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views import View

from customers.choices import Kind
from customers.forms.customer import CustomerForm, initial_of
from customers.forms.verbs import RevealForm
from customers.models import Customer
from customers.services.custom_fields import active_fields
from customers.services.customer import PERSONAL_FIELDS, Conflict, add_customer, edit_customer
from customers.services.customer import reveal as reveal_value
from customers.services.merge import where_it_went
from customers.views.answers import PERSONAL_LABELS
from customers.views.portrait import portrait
from jobs.tasks import ring_on_commit
from staff.access import READERS, WRITERS, RolesRequiredMixin, roles_required
from staff.choices import Role


def visible_customer(request, public_id, *, whole=False):
    """The customer of this public id in the person's scope, else 404."""
    customers = Customer.objects.visible_to(request.user)
    return get_object_or_404(customers.with_whole_file() if whole else customers, public_id=public_id)


class CustomerDetail(RolesRequiredMixin, View):
    """Who is this, where do we stand, what next?"""

    allowed_roles = READERS

    def get(self, request, public_id):
        """The 360° page, open at ``?section=``; the neighbours' panels load by themselves."""
        try:
            customer = visible_customer(request, public_id, whole=True)
        except Http404:
            # The old address of a file that was merged leads to the one that was kept.
            kept = where_it_went(public_id)
            return redirect(visible_customer(request, kept.public_id if kept else public_id))
        context = portrait(customer, on=request.today, section=request.GET.get("section"))
        return render(request, "customers/customer_detail.html", context)


class CustomerAdd(RolesRequiredMixin, View):
    """A new customer; a manager's own, a head's of the branch chosen."""

    allowed_roles = WRITERS

    def get(self, request):
        """The empty form, for an individual or (``?kind=organization``) an organisation."""
        form = self._form(request, initial={"branch": request.user.branch_id})
        return self._page(request, form)

    def post(self, request):
        """Add and go to the new customer's page."""
        form = self._form(request, data=request.POST)
        if not form.is_valid():
            return self._page(request, form, status=422)
        facts = form.facts()
        head = request.user.role == Role.HEAD
        try:
            saved = add_customer(
                kind=form.kind,
                by=request.user,
                branch=facts["branch"] if head else request.user.branch,
                manager=facts["manager"] if head else request.user,
                facts=facts,
                customer_no=form.cleaned_data["customer_no"],
                said_by=form.cleaned_data["said_by"],
                said_on=form.cleaned_data["said_on"],
                on=request.today,
                now=timezone.now(),
            )
        except ValidationError as error:
            form.add_error(None, error)
            return self._page(request, form, status=422)
        ring_on_commit(saved.job)
        return _saved(request, form, saved.customer, _("%(name)s is on file.") % {"name": saved.customer})

    @staticmethod
    def _form(request, **kwargs):
        kind = Kind.ORGANIZATION if request.GET.get("kind") == Kind.ORGANIZATION else Kind.INDIVIDUAL
        return CustomerForm(user=request.user, kind=kind, on=request.today, **kwargs)

    @staticmethod
    def _page(request, form, status=200):
        context = {"form": form, "kind": form.kind, "cancel_url": reverse("customers:list")}
        return render(request, "customers/customer_form.html", context, status=status)


class CustomerEdit(RolesRequiredMixin, View):
    """Mend the file of a customer; of two people editing at once the second is told."""

    allowed_roles = WRITERS

    def get(self, request, public_id):
        """The form with what is on file; personal values stay hidden."""
        customer = visible_customer(request, public_id, whole=True)
        fields = active_fields(customer.kind)
        initial = initial_of(customer, custom=[field.fact for field in fields])
        return self._page(request, self._form(request, customer, fields, initial=initial), customer)

    def post(self, request, public_id):
        """Save what differs and go back to the customer's page."""
        customer = visible_customer(request, public_id, whole=True)
        form = self._form(request, customer, active_fields(customer.kind), data=request.POST)
        if not form.is_valid():
            return self._page(request, form, customer, status=422)
        try:
            saved = edit_customer(
                customer=customer,
                by=request.user,
                version=form.cleaned_data["version"],
                facts=form.facts(),
                said_by=form.cleaned_data["said_by"],
                said_on=form.cleaned_data["said_on"],
                on=request.today,
                now=timezone.now(),
            )
        except Conflict as conflict:
            form.data = form.data.copy()
            form.data["version"] = conflict.current.version
            context = {"differences": form.differences()}
            return self._page(request, form, customer, status=409 if not request.htmx else 200, **context)
        if saved.job:
            ring_on_commit(saved.job)
        text = _("Saved.") if saved.changed else _("Nothing was changed.")
        # A head may have handed the customer to a branch the editor no longer sees.
        return _saved(request, form, saved.customer, text)

    @staticmethod
    def _form(request, customer, fields, **kwargs):
        return CustomerForm(
            user=request.user, kind=customer.kind, on=request.today, customer=customer, custom=fields, **kwargs
        )

    @staticmethod
    def _page(request, form, customer, status=200, **context):
        context |= {
            "form": form,
            "customer": customer,
            "kind": customer.kind,
            "cancel_url": customer.get_absolute_url(),
        }
        return render(request, "customers/customer_form.html", context, status=status)


def _saved(request, form, customer, text):
    messages.success(request, text)
    for warning in form.warnings:
        messages.warning(request, warning)
    return redirect(customer)


@roles_required(*READERS)
def reveal(request, public_id, column):
    """A personal value in clear: GET asks why, POST shows it and leaves an audit row. Never kept by a cache."""
    if column not in PERSONAL_FIELDS:
        raise Http404
    if request.method not in {"GET", "HEAD", "POST"}:
        return HttpResponse(status=405, headers={"Allow": "GET, POST"})
    customer = visible_customer(request, public_id)
    form = RevealForm(request.POST if request.method == "POST" else None)
    context = {"customer": customer, "column": column, "label": PERSONAL_LABELS[column], "form": form}
    if request.method == "POST" and form.is_valid():
        context["value"] = reveal_value(
            customer=customer, column=column, by=request.user, reason=form.cleaned_data["reason"]
        )
    elif "hide" in request.GET:
        context["masked"] = getattr(customer, f"masked_{column}")
    fragment = request.htmx and not request.htmx.boosted
    response = render(request, "customers/_reveal.html" if fragment else "customers/reveal.html", context)
    response.headers["Cache-Control"] = "no-store"
    return response
