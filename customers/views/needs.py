"""Needs: the panel of a customer, add, edit, met, dropped; the list of a book; what no product of ours meets."""

from datetime import date

from django.contrib import messages
from django.db.models.functions import TruncMonth
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.http import require_POST, require_safe
from django_filters.views import FilterView
from django_tables2 import SingleTableMixin

from customers.choices import Dimension, NeedDriver, NeedStatus
from customers.filters import NO_DRIVER, NeedFilter
from customers.forms.needs import DropForm, NeedForm
from customers.models import DiscoveryQuestion, Need
from customers.services.conflict import Changed
from customers.services.needs import edit_need, record_need, set_need_status, undo_need_status
from customers.services.workbook import MOST_ROWS, Sheet, workbook
from customers.tables import NeedTable, SummedPaginator
from customers.views.customers import visible_customer
from customers.views.panels import panel
from customers.views.verbs import form_page, section
from staff.access import READERS, WRITERS, RolesRequiredMixin, roles_required, wants_part
from staff.choices import Role
from staff.models import Branch
from staff.services import record
from staff.templatetags.crm import share_of

MONTHS_SHOWN = 12
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_safe
@roles_required(*READERS)
def needs(request, public_id):
    """What the customer needs: which dimensions are covered, open needs first, and questions to ask."""
    customer = visible_customer(request, public_id)
    rows = list(customer.needs.select_related("found_by", "product"))
    rows.sort(key=lambda need: (not need.is_open, need.wanted_by or date.max))
    for need in rows:
        need.late = need.is_overdue(request.today)
    return panel(
        request,
        "customers/_needs.html",
        _("Needs"),
        customer,
        rows=rows,
        dimensions=covered(customer, rows),
        questions=questions_for(customer.kind),
    )


def covered(customer, needs):
    """The four dimensions: what is held here (“held”), else asked for (“needed”), else blank; with numbers."""
    held = set(customer.holdings.open().values_list("product__dimension", flat=True))
    rows = []
    for dimension in Dimension:
        still_open = [need for need in needs if need.dimension == dimension and need.is_open]
        state = "held" if dimension.value in held else "needed" if still_open else "blank"
        rows.append({"code": dimension.value, "label": dimension.label, "state": state, "open": len(still_open)})
    return rows


def questions_for(kind, dimension=None):
    """Prepared questions in use for this kind of customer: [(dimension, [question])], in the order of the talk."""
    found = DiscoveryQuestion.objects.filter(active=True, kind__in=["", kind]).order_by("position", "pk")
    if dimension in Dimension.values:
        found = found.filter(dimension=dimension)
    groups = {}
    for question in found:
        groups.setdefault(question.dimension, []).append(question)
    return [(Dimension(code).label, groups[code]) for code in Dimension.values if code in groups]


def visible_need(request, public_id):
    """The need with its customer, in the person's scope, else 404."""
    needs = Need.objects.visible_to(request.user).select_related("customer", "product")
    return get_object_or_404(needs, public_id=public_id)


class NeedAdd(RolesRequiredMixin, View):
    """Write down what the customer needs."""

    allowed_roles = WRITERS

    def get(self, request, public_id):
        """The form; ``?dimension=`` chooses one beforehand."""
        customer = visible_customer(request, public_id)
        dimension = request.GET.get("dimension")
        initial = {"dimension": dimension} if dimension in Dimension.values else {}
        return self._page(request, NeedForm(kind=customer.kind, initial=initial), customer)

    def post(self, request, public_id):
        """Add and go back to the customer's needs."""
        customer = visible_customer(request, public_id)
        form = NeedForm(request.POST, kind=customer.kind)
        if not form.is_valid():
            return self._page(request, form, customer)
        record_need(customer=customer, by=request.user, on=request.today, **form.facts())
        messages.success(request, _("The need is on file."))
        return redirect(section(customer, "needs"))

    @staticmethod
    def _page(request, form, customer):
        title = _("Add a need of %(name)s") % {"name": customer}
        return _need_page(request, form, customer, title, _("Add"))


class NeedEdit(RolesRequiredMixin, View):
    """Mend what is known of a need."""

    allowed_roles = WRITERS

    def get(self, request, public_id):
        """The form with what is on file."""
        need = visible_need(request, public_id)
        return self._page(request, NeedForm(instance=need, kind=need.customer.kind), need.customer)

    def post(self, request, public_id):
        """Save; of two people editing at once the second sees both versions."""
        need = visible_need(request, public_id)
        form = NeedForm(request.POST, instance=need, kind=need.customer.kind)
        if form.is_valid():
            facts = form.facts()
            try:
                edit_need(need=need, by=request.user, version=form.cleaned_data["version"], **facts)
            except Changed as conflict:
                form.show_conflict(conflict.current)
            else:
                messages.success(request, _("Saved."))
                return redirect(section(need.customer, "needs"))
        return self._page(request, form, need.customer)

    @staticmethod
    def _page(request, form, customer):
        title = _("Edit a need of %(name)s") % {"name": customer}
        return _need_page(request, form, customer, title, _("Save"))


def _need_page(request, form, customer, title, label):
    return form_page(
        request,
        form,
        customer,
        "needs",
        template="customers/need_form.html",
        page_title=title,
        submit_label=label,
        questions=questions_for(customer.kind, form["dimension"].value()),
    )


@require_POST
@roles_required(*WRITERS)
def need_status(request, public_id, status):
    """Mark a need as met today or open again; the toast offers the way back. Dropping asks why (`NeedDrop`)."""
    if status not in NeedStatus.values:
        raise Http404
    need = set_need_status(need=visible_need(request, public_id), status=status, by=request.user, on=request.today)
    _tell(request, need)
    return redirect(section(need.customer, "needs"))


class NeedDrop(RolesRequiredMixin, View):
    """Nobody pursues it any more: why?"""

    allowed_roles = WRITERS

    def get(self, request, public_id):
        """The question."""
        return self._page(request, DropForm(), visible_need(request, public_id))

    def post(self, request, public_id):
        """Drop it; the toast offers the way back."""
        need = visible_need(request, public_id)
        form = DropForm(request.POST)
        if not form.is_valid():
            return self._page(request, form, need)
        need = set_need_status(
            need=need,
            status=NeedStatus.DROPPED,
            by=request.user,
            on=request.today,
            reason=form.cleaned_data["reason"],
        )
        _tell(request, need)
        return redirect(section(need.customer, "needs"))

    @staticmethod
    def _page(request, form, need):
        title = _("Drop the need “%(need)s”") % {"need": need}
        return form_page(request, form, need.customer, "needs", page_title=title, submit_label=_("Drop"))


def _tell(request, need):
    undo = reverse("customers:need_undo", args=[need.public_id])
    text = _("The need is now: %(status)s.") % {"status": need.get_status_display()}
    messages.success(request, text, extra_tags=f"undo:{undo}")


@require_POST
@roles_required(*WRITERS)
def need_undo(request, public_id):
    """Take the last change of status back, with its day and reason."""
    need = undo_need_status(need=visible_need(request, public_id), by=request.user)
    messages.success(request, _("The need is now: %(status)s.") % {"status": need.get_status_display()})
    return redirect(section(need.customer, "needs"))


class NeedList(RolesRequiredMixin, SingleTableMixin, FilterView):
    """What customers need: open ones of a book, those overdue, those no product of ours meets."""

    allowed_roles = READERS
    http_method_names = ["get", "head", "options"]
    filterset_class, table_class, paginator_class = NeedFilter, NeedTable, SummedPaginator
    strict = False

    def get_queryset(self):
        """Needs in the person's scope, with what a row shows."""
        return Need.objects.visible_to(self.request.user).with_row_facts()

    def get_filterset_kwargs(self, filterset_class):
        """The bank day, for what is overdue."""
        return {**super().get_filterset_kwargs(filterset_class), "data": self.request.GET, "on": self.request.today}

    def get_table_kwargs(self):
        """The bank day; a manager's list needs no column that says whose they are."""
        mine = self.request.user.role == Role.MANAGER
        return {"today": self.request.today, "exclude": ["manager"] if mine else []}

    def get_template_names(self):
        """The list alone for htmx."""
        return ["tables/_list.html" if wants_part(self.request) else "customers/need_list.html"]


@require_safe
@roles_required(*READERS)
def unmet(request):
    """What customers need and no product of ours meets, counted for the product desk; ``?branch=`` narrows it."""
    branch, found = _unmet_of(request)
    return render(
        request,
        "customers/need_unmet.html",
        {
            "branch": branch,
            "branches": Branch.objects.visible_to(request.user).order_by("path"),
            "tables": unmet_tables(found, branch),
            "total": sum(row["number"] for row in found.counted("dimension")),
            "query": urlencode({"branch": branch.code}) if branch else "",
        },
    )


def _unmet_of(request):
    """The branch looked at (or None for all in scope) and its unmet needs."""
    found = Need.objects.visible_to(request.user).unmet()
    code = request.GET.get("branch", "")
    if not code:
        return None, found
    branch = get_object_or_404(Branch.objects.visible_to(request.user), code=code)
    return branch, found.filter(customer__branch__in=branch.subtree)


def unmet_tables(found, branch=None):
    """By dimension and driver, by branch, by month: [{"title", "rows"}], each row with the list behind its number."""
    here = {"branch": branch.code} if branch else {}
    by_driver = [
        _line(
            row,
            f"{Dimension(row['dimension']).label} · {_driver(row['driver_code'])}",
            here | {"dimension": row["dimension"], "driver": row["driver_code"] or NO_DRIVER},
        )
        for row in found.counted("dimension", "driver_code")
    ]
    by_branch = [
        _line(row, row["customer__branch__name"], {"branch": row["customer__branch__code"]})
        for row in found.counted("customer__branch__code", "customer__branch__name")
    ]
    months = found.annotate(month=TruncMonth("found_on")).counted("month").order_by("-month")[:MONTHS_SHOWN]
    by_month = [
        _line(row, f"{row['month'].year}/{row['month'].month}", here | {"month": f"{row['month']:%Y-%m}"})
        for row in months
    ]
    return [
        _table(_("By dimension and driver"), _("Need"), by_driver),
        _table(_("By branch"), _("Branch"), by_branch),
        _table(_("By month found"), _("Month"), by_month),
    ]


def _driver(code):
    return NeedDriver(code).label if code in NeedDriver.values else _("own words only")


def _line(row, label, query):
    return {
        "label": label,
        "number": row["number"],
        "customers": row["customers"],
        "yuan": row["yuan"],
        "silent": row["silent"],
        "url": f"{reverse('customers:need_list')}?{urlencode({'desk': 1, **query})}",
    }


def _table(title, heading, rows):
    most = max((row["number"] for row in rows), default=0)
    for row in rows:
        row["share"] = share_of(row["number"], most)
    return {"title": title, "heading": heading, "rows": rows}


@require_safe
@roles_required(*READERS)
def unmet_export(request):
    """The same counts and the needs themselves as a workbook; audited with how many."""
    branch, found = _unmet_of(request)
    sheets = [
        Sheet(
            table["title"],
            [table["heading"], _("Needs"), _("Customers"), _("Known amount (yuan)"), _("Without amount")],
            [[row["label"], row["number"], row["customers"], row["yuan"], row["silent"]] for row in table["rows"]],
        )
        for table in unmet_tables(found, branch)
    ]
    needs = found.with_row_facts().order_by("-found_on", "pk")[:MOST_ROWS]
    rows = [
        [
            need.customer.customer_no,
            need.customer.get_kind_display(),
            str(need.customer.branch),
            need.get_dimension_display(),
            need.get_driver_code_display(),
            need.driver,
            need.amount,
            need.wanted_by or need.horizon,
            need.evidence,
            need.found_on,
            need.get_status_display(),
        ]
        for need in needs
    ]
    headings = [
        *(_("Customer number"), _("Kind"), _("Branch"), _("Dimension"), _("What drives it"), _("In their own words")),
        *(_("Amount (yuan)"), _("By when"), _("How we know"), _("Found on"), _("Status")),
    ]
    sheets.append(Sheet(_("Needs"), headings, rows))
    record(actor=request.user, verb="needs.exported", rows=len(rows), branch=branch.code if branch else "")
    title = _("Needs that no product of ours meets")
    where = str(branch) if branch else _("everything in your scope")
    body = workbook(sheets, preamble=[f"{title} · {where} · {request.today.isoformat()}"])
    response = HttpResponse(body, content_type=XLSX)
    response["Content-Disposition"] = f'attachment; filename="unmet-needs-{request.today.isoformat()}.xlsx"'
    return response
