"""The file of a customer: sections of facts, each edited in its place, with who said what and when."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views import View
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import trigger_client_event

from customers.choices import FileSection, SaidBy
from customers.forms.customer import CustomerForm, initial_of
from customers.rules.file import FILES
from customers.services.custom_fields import active_fields
from customers.services.customer import Conflict, edit_customer
from customers.services.sources import confirm_facts
from customers.views.answers import read_file
from customers.views.customers import visible_customer
from customers.views.panels import panel
from jobs.tasks import ring_on_commit
from staff.access import READERS, WRITERS, RolesRequiredMixin, roles_required


@require_safe
@roles_required(*READERS)
def file(request, public_id):
    """Everything on file, section by section, with who said it, when, and what has gone stale."""
    customer = visible_customer(request, public_id, whole=True)
    return panel(
        request,
        "customers/_file.html",
        pgettext("customer", "File"),
        customer,
        file=read_file(customer, on=request.today),
    )


class SectionEdit(RolesRequiredMixin, View):
    """One section of the file, edited in its place; without scripts a page of its own."""

    allowed_roles = WRITERS

    def get(self, request, public_id, section):
        """The form of the section; with ``?show`` the section as it is."""
        customer = self._customer(request, public_id, section)
        if "show" in request.GET:
            return self._section(request, customer, section)
        fields = active_fields(customer.kind)
        initial = initial_of(customer, custom=[field.fact for field in fields])
        return self._page(request, self._form(request, customer, section, fields, initial=initial), customer, section)

    def post(self, request, public_id, section):
        """Save what differs. A second editor sees both versions and chooses for each field."""
        customer = self._customer(request, public_id, section)
        fields = active_fields(customer.kind)
        form = self._form(request, customer, section, fields, data=request.POST)
        if not form.is_valid():
            return self._page(request, form, customer, section, status=422)
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
            status = 200 if self._in_place(request) else 409
            return self._page(request, form, customer, section, status=status, differences=form.differences())
        if saved.job:
            ring_on_commit(saved.job)
        text = _("Saved.") if saved.changed else _("Nothing was changed.")
        return self._done(request, customer, section, " ".join([text, *(str(warning) for warning in form.warnings)]))

    def _done(self, request, customer, section, text):
        if not self._in_place(request):
            messages.success(request, text)
            return redirect(f"{reverse('customers:file', args=[customer.public_id])}#file-{section}")
        fresh = visible_customer(request, customer.public_id, whole=True)
        return trigger_client_event(self._section(request, fresh, section), "toast", {"message": text})

    @staticmethod
    def _in_place(request):
        return request.htmx and not request.htmx.boosted

    @staticmethod
    def _customer(request, public_id, section):
        customer = visible_customer(request, public_id, whole=True)
        if section not in FILES[customer.kind]:
            raise Http404
        return customer

    @staticmethod
    def _form(request, customer, section, fields, **kwargs):
        return CustomerForm(
            user=request.user,
            kind=customer.kind,
            on=request.today,
            customer=customer,
            section=section,
            custom=fields,
            **kwargs,
        )

    def _section(self, request, customer, section):
        """The section as it is: the fragment, or for a page the whole file at its place."""
        if not self._in_place(request):
            return redirect(f"{reverse('customers:file', args=[customer.public_id])}#file-{section}")
        try:
            part = read_file(customer, on=request.today).section(section)
        except KeyError:
            raise Http404 from None
        return render(request, "customers/_file_section.html", {"customer": customer, "section": part, "open": True})

    def _page(self, request, form, customer, section, status=200, **context):
        context |= {
            "form": form,
            "customer": customer,
            "section": section,
            "title": FileSection(section).label,
            "panel": "customers/_file_form.html",
            "in_place": self._in_place(request),
        }
        template = "customers/_file_form.html" if self._in_place(request) else "customers/panel_page.html"
        return render(request, template, context, status=status)


@require_POST
@roles_required(*WRITERS)
def fact_confirm(request, public_id, section):
    """Say that facts of a section are still true today: of the fact in `name`, else of all stale ones."""
    customer = visible_customer(request, public_id, whole=True)
    if section not in FILES[customer.kind]:
        raise Http404
    part = {part.code: part for part in read_file(customer, on=request.today).sections}.get(section)
    if part is None:
        raise Http404
    name = request.POST.get("name", "")
    names = [answer.name for answer in part.answers if answer.known and (answer.name == name if name else answer.stale)]
    confirmed = confirm_facts(
        customer=customer, names=names, by=request.user, said_by=SaidBy.CUSTOMER, on=request.today
    )
    text = _("Confirmed as of today.") if confirmed else _("Nothing was changed.")
    return SectionEdit()._done(request, customer, section, text)
