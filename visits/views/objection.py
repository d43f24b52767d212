"""Pages of objections: list with what they cost, add, look at, handle."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe
from django_filters.views import FilterView
from django_tables2 import SingleTableMixin

from customers.access import customer_named
from staff.access import READERS, WRITERS, RolesRequiredMixin, roles_required, wants_part
from staff.tables import CappedPaginator
from visits.choices import KIND_GUIDANCE, ObjectionKind
from visits.filters import ObjectionFilter
from visits.forms import HandlingForm, ObjectionForm, refuse
from visits.models import Objection
from visits.rules.handling import track
from visits.services import objection as verbs
from visits.tables import ObjectionTable
from visits.views.visit import PANEL_ROWS


def objection_of(request, public_id):
    """The objection with its customer; 404 unless visible."""
    rows = Objection.objects.visible_to(request.user).select_related(
        "customer__standing", "customer__branch", "customer__contact_preference", "by", "visit"
    )
    return get_object_or_404(rows, public_id=public_id)


class ObjectionList(RolesRequiredMixin, SingleTableMixin, FilterView):
    """What customers object to, and which kinds cost us business; for one customer, also as a panel of their page."""

    allowed_roles = READERS
    http_method_names = ["get", "head", "options"]
    filterset_class, table_class = ObjectionFilter, ObjectionTable
    table_pagination = {"per_page": 25, "paginator_class": CappedPaginator}
    strict = False

    def get(self, request, *args, **kwargs):
        """The page, its list, or the panel."""
        self.customer = customer_named(request, "standing", "contact_preference", "branch")
        if self.customer and request.GET.get("panel") and wants_part(request):
            rows = self.get_queryset().filter(customer=self.customer)
            context = {"customer": self.customer, "objections": rows[:PANEL_ROWS], "count": rows.count()}
            return render(request, "visits/_panel_objections.html", context)
        return super().get(request, *args, **kwargs)

    def get_queryset(self):
        """The person's objections, the latest first."""
        return Objection.objects.visible_to(self.request.user).with_row_facts()

    def get_table_kwargs(self):
        """Readers see no verbs."""
        return {"may_write": self.request.user.can_write}

    def get_template_names(self):
        """The list alone for htmx."""
        return ["tables/_list.html"] if wants_part(self.request) else ["visits/objection_list.html"]

    def get_context_data(self, **kwargs):
        """With what each kind costs, over everything the person sees."""
        kinds = []
        if not wants_part(self.request):
            kinds = [
                {**row, "label": ObjectionKind(row["kind"]).label}
                for row in Objection.objects.visible_to(self.request.user).cost_by_kind()
            ]
        return super().get_context_data(customer=self.customer, kinds=kinds, **kwargs)


@require_http_methods(["GET", "HEAD", "POST"])
@roles_required(*WRITERS)
def add(request):
    """Put an objection on file outside a visit; sent twice it is one."""
    customer = customer_named(request, "standing", "contact_preference", "branch")
    form = ObjectionForm(
        request.POST if request.method == "POST" else None,
        user=request.user,
        today=request.today,
        customer=customer,
        initial={"raised_on": request.today},
    )
    if request.method == "POST" and form.is_valid():
        cleaned = dict(form.cleaned_data)
        try:
            objection = verbs.raise_objection(by=request.user, on=cleaned.pop("raised_on"), **cleaned)
        except ValidationError as error:
            refuse(form, error)
        else:
            messages.success(request, _("On file. Handle it in five steps."))
            return redirect("visits:objection_edit", objection.public_id)
    context = {
        "form": form,
        "customer": customer,
        "kind_guidance": [(kind.label, KIND_GUIDANCE[kind]) for kind in ObjectionKind],
        "cancel_url": customer.get_absolute_url() if customer else reverse("visits:objections"),
    }
    return render(request, "visits/objection_add.html", context, status=422 if form.errors else 200)


def _worked(request, objection):
    """Up to three answers to the same kind that worked, from what the person may see."""
    rows = Objection.objects.visible_to(request.user).answers_that_worked(objection.kind).exclude(pk=objection.pk)
    return list(rows.select_related("customer")[:3])


@require_safe
@roles_required(*READERS)
def detail(request, public_id):
    """What was said, how it was handled, what became of it."""
    objection = objection_of(request, public_id)
    context = {
        "objection": objection,
        "customer": objection.customer,
        "track": track(objection.steps),
        "guidance": KIND_GUIDANCE[objection.kind],
        "worked": _worked(request, objection),
    }
    return render(request, "visits/objection_detail.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@roles_required(*WRITERS)
def edit(request, public_id):
    """Handle an objection: accept, respect, explain, reassure, advise; then say what became of it."""
    objection = objection_of(request, public_id)
    form = HandlingForm(request.POST if request.method == "POST" else None, instance=objection)
    if request.method == "POST" and form.is_valid():
        try:
            verbs.handle_objection(objection=objection, by=request.user, on=request.today, **form.cleaned_data)
        except ValidationError as error:
            refuse(form, error)
        else:
            messages.success(request, _("Saved."))
            return redirect(objection)
    context = {
        "form": form,
        "objection": objection,
        "customer": objection.customer,
        "track": track(form["steps"].value() or []),
        "guidance": KIND_GUIDANCE[objection.kind],
        "worked": _worked(request, objection),
    }
    return render(request, "visits/objection_edit.html", context, status=422 if form.errors else 200)
