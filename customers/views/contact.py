"""How a customer wants to be reached, what they agreed to, and whether they stand on the restricted list."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.http import require_safe

from customers.choices import ConsentPurpose
from customers.forms.contact import ConsentForm, ContactForm, initial_contact
from customers.models import Consent
from customers.rules.contact import OPT_IN
from customers.services.consent import latest_of, record_consent
from customers.services.contact import edit_contact_rules, instructions, preference_of
from customers.services.customer import Conflict
from customers.views.customers import visible_customer
from customers.views.panels import panel
from customers.views.verbs import form_page, section
from staff.access import READERS, WRITERS, RolesRequiredMixin, roles_required
from staff.choices import Role

HISTORY_SHOWN = 20
SECTION = "contact"


@require_safe
@roles_required(*READERS)
def contact(request, public_id):
    """The instructions, every purpose with what the customer said last, and the entries of the restricted list."""
    customer = visible_customer(request, public_id, whole=True)
    latest = latest_of(customer)
    purposes = [
        {"purpose": purpose, "consent": latest.get(purpose), "opt_in": purpose in OPT_IN} for purpose in ConsentPurpose
    ]
    return panel(
        request,
        "customers/_contact.html",
        _("Contact"),
        customer,
        contact=instructions(customer, on=request.today),
        purposes=purposes,
        consents=list(Consent.objects.filter(customer=customer).select_related("by")[:HISTORY_SHOWN]),
        restrictions=list(customer.restrictions.select_related("entered_by", "lifted_by")[:HISTORY_SHOWN]),
        ending=customer.endings.current().first(),
        may_restrict=request.user.role == Role.HEAD,
    )


class ContactEdit(RolesRequiredMixin, View):
    """Change how a customer is to be reached; of two people editing at once the second sees both versions."""

    allowed_roles = WRITERS

    def get(self, request, public_id):
        """The form with what is on file."""
        customer = visible_customer(request, public_id, whole=True)
        return self._page(request, self._form(request, customer), customer)

    def post(self, request, public_id):
        """Save what differs and go back to the customer."""
        customer = visible_customer(request, public_id, whole=True)
        form = self._form(request, customer, data=request.POST)
        if not form.is_valid():
            return self._page(request, form, customer, status=422)
        try:
            changed = edit_contact_rules(
                customer=customer,
                by=request.user,
                version=form.cleaned_data["version"],
                facts=form.facts(),
                colleagues=form.cleaned_data["colleagues"],
                on=request.today,
            )
        except Conflict as conflict:
            form.data = form.data.copy()
            form.data["version"] = conflict.current.version
            differences = form.differences(preference_of(conflict.current))
            return self._page(request, form, customer, status=409 if not request.htmx else 200, differences=differences)
        except ValidationError as error:
            form.add_error(None, error.messages)
            return self._page(request, form, customer, status=422)
        messages.success(request, _("Saved.") if changed else _("Nothing was changed."))
        return redirect(section(customer, SECTION))

    @staticmethod
    def _form(request, customer, **kwargs):
        initial = initial_contact(preference_of(customer), customer.version)
        return ContactForm(user=request.user, customer=customer, on=request.today, initial=initial, **kwargs)

    @staticmethod
    def _page(request, form, customer, status=200, **context):
        context |= {"form": form, "customer": customer, "cancel_url": section(customer, SECTION)}
        return render(request, "customers/contact_form.html", context, status=status)


class ConsentAdd(RolesRequiredMixin, View):
    """Write down that a customer agrees to a purpose, or withdraws it; it counts at once."""

    allowed_roles = WRITERS

    def get(self, request, public_id):
        """The form; ``?purpose=`` and ``?given=yes|no`` choose beforehand."""
        customer = visible_customer(request, public_id)
        initial = {"on": request.today, "purpose": request.GET.get("purpose"), "given": request.GET.get("given", "no")}
        return self._page(request, ConsentForm(today=request.today, initial=initial), customer)

    def post(self, request, public_id):
        """Keep it and go back to the customer."""
        customer = visible_customer(request, public_id)
        form = ConsentForm(request.POST, today=request.today)
        if not form.is_valid():
            return self._page(request, form, customer)
        record_consent(customer=customer, by=request.user, today=request.today, **form.cleaned_data)
        messages.success(request, _("The consent is on file and counts from now on."))
        return redirect(section(customer, SECTION))

    @staticmethod
    def _page(request, form, customer):
        title = _("Consent of %(name)s") % {"name": customer}
        return form_page(request, form, customer, SECTION, page_title=title, submit_label=_("Keep"))
