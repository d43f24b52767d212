"""The relationship value statement: on screen and paper, as a workbook; its target and other income."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.http import require_POST, require_safe

from customers.forms.wallet import GoalForm, OtherIncomeForm
from customers.models import Customer, OtherIncome, ValueGoal
from customers.services.statement import statement_of
from customers.services.wallet import add_other_income, keep_other_income, set_goal
from customers.services.workbook import Sheet, workbook
from customers.views.customers import visible_customer
from staff.access import READERS, WRITERS, RolesRequiredMixin, roles_required
from staff.services import record
from staff.templatetags.crm import share_of

FIRST_YEAR, LAST_YEAR = 1990, 2100
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def year_asked(request):
    """The year in the address, else this one; 404 for what is no year."""
    text = request.GET.get("year", "")
    if not text:
        return request.today.year
    if not (text.isascii() and text.isdigit() and len(text) == 4 and FIRST_YEAR <= int(text) <= LAST_YEAR):
        raise Http404
    return int(text)


def address_of(customer, year):
    """The statement of a year."""
    return f"{reverse('customers:statement', args=[customer.public_id])}?year={year}"


def _statement(request, public_id):
    customer = visible_customer(request, public_id)
    visible = Customer.objects.visible_to(request.user)
    return statement_of(customer=customer, year=year_asked(request), visible=visible)


@require_safe
@roles_required(*READERS)
def statement(request, public_id):
    """What the relationship earned in a year, with whom, and how far it is from its target."""
    made = _statement(request, public_id)
    this_year = request.today.year
    most = max((abs(line.profit) for line in made.lines), default=0)
    for line in made.lines:
        line.share = share_of(abs(line.profit), most)
    context = {
        "customer": made.customer,
        "made": made,
        "years": sorted({this_year, made.year, *made.years}, reverse=True),
        "is_this_year": made.year == this_year,
        "reached": share_of(made.everything, made.goal.target) if made.goal and made.goal.target else "0",
    }
    return render(request, "customers/statement.html", context)


@require_safe
@roles_required(*READERS)
def statement_export(request, public_id):
    """The same as a workbook; audited."""
    made = _statement(request, public_id)
    customer = made.customer
    record(actor=request.user, verb="statement.exported", subject=customer, year=made.year)
    title = _("Relationship value statement %(year)s") % {"year": made.year}
    preamble = [f"{customer.name} · {customer.customer_no} · {customer.branch}", title, request.today.isoformat()]
    body = workbook(_sheets(made), preamble=preamble)
    response = HttpResponse(body, content_type=XLSX)
    name = f"value-statement-{customer.customer_no}-{made.year}.xlsx"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _sheets(made):
    money = [
        *(_("Turnover"), _("Interest income"), _("Fee income"), _("Interest cost"), _("Operating cost"), _("Profit")),
        _("Return on funds (%)"),
    ]
    lines = [
        [
            line.label or _("not split by product"),
            *(line.balance, line.limit, line.utilisation),
            *_amounts(line),
        ]
        for line in made.lines
    ]
    lines.append([_("Together"), made.total.balance, None, None, *_amounts(made.total)])
    related = [
        [
            *(line.label, line.code, line.relation, _(", ").join(str(word) for word in line.business), line.balance),
            *_amounts(line),
        ]
        for line in made.related
    ]
    if made.related:
        related.append([_("Together"), "", "", "", made.related_total.balance, *_amounts(made.related_total)])
    note = _("%(n)s more outside your scope") % {"n": made.hidden_related} if made.hidden_related else ""
    trend = [
        [_("Last year"), made.last_year],
        [_("This year so far"), made.everything if made.anything else None],
        [_("Target"), made.goal.target if made.goal else None],
        [_("Missing"), made.pace.gap],
        [_("A month so far"), made.pace.per_month],
        [_("Needed a month"), made.pace.needed_per_month],
        [_("At this pace"), made.pace.forecast],
    ]
    return [
        Sheet(_("By product"), [_("Product"), _("Balance"), _("Limit"), _("Utilisation (%)"), *money], lines),
        Sheet(
            _("Related customers"),
            [_("Customer"), _("Customer number"), _("Relation"), _("Business with us"), _("Balance"), *money],
            related,
            note,
        ),
        Sheet(
            _("Other income"),
            [_("What it is"), _("Amount (yuan)"), _("Entered on"), _("By")],
            [[row.what, row.amount, row.entered_on, str(row.entered_by or "")] for row in made.other],
        ),
        Sheet(_("Trend"), ["", _("Yuan")], trend),
    ]


def _amounts(line):
    """What value records say of a line, in the order of the headings; blank cells without any."""
    if not line.known:
        return [None] * 7
    return [
        *(line.turnover, line.interest_income, line.fee_income, line.interest_cost, line.operating_cost),
        *(line.profit, line.returns),
    ]


class GoalEdit(RolesRequiredMixin, View):
    """What the relationship is to earn in a year."""

    allowed_roles = WRITERS

    def get(self, request, public_id, year):
        """The form with the target on file."""
        customer, goal = self._found(request, public_id, year)
        return _form(request, GoalForm(instance=goal), customer, year, self._title(customer, year))

    def post(self, request, public_id, year):
        """Set it, or take it away when nothing was entered."""
        customer, goal = self._found(request, public_id, year)
        form = GoalForm(request.POST, instance=goal or ValueGoal(customer=customer, year=year, set_on=request.today))
        if not form.is_valid():
            return _form(request, form, customer, year, self._title(customer, year))
        target = form.cleaned_data["target"]
        set_goal(customer=customer, year=year, target=target, by=request.user, on=request.today)
        messages.success(request, _("Saved."))
        return redirect(address_of(customer, year))

    @staticmethod
    def _found(request, public_id, year):
        if not FIRST_YEAR <= year <= LAST_YEAR:
            raise Http404
        customer = visible_customer(request, public_id)
        return customer, customer.value_goals.filter(year=year).first()

    @staticmethod
    def _title(customer, year):
        return _("Target of %(name)s for %(year)s") % {"name": customer, "year": year}


class OtherIncomeAdd(RolesRequiredMixin, View):
    """What the relationship brought that no product shows."""

    allowed_roles = WRITERS

    def get(self, request, public_id):
        """The form, for the year of ``?year=``."""
        customer, year = visible_customer(request, public_id), year_asked(request)
        return _form(request, OtherIncomeForm(initial={"year": year}), customer, year, self._title(customer))

    def post(self, request, public_id):
        """Add and go back to the statement."""
        customer = visible_customer(request, public_id)
        income = OtherIncome(customer=customer, entered_on=request.today)
        form = OtherIncomeForm(request.POST, instance=income)
        if not form.is_valid():
            return _form(request, form, customer, request.today.year, self._title(customer))
        add_other_income(customer=customer, by=request.user, on=request.today, **form.cleaned_data)
        messages.success(request, _("The income is on file."))
        return redirect(address_of(customer, form.cleaned_data["year"]))

    @staticmethod
    def _title(customer):
        return _("Add other income of %(name)s") % {"name": customer}


def _form(request, form, customer, year, title):
    context = {
        "form": form,
        "page_title": title,
        "cancel_url": address_of(customer, year),
        "back_url": address_of(customer, year),
        "back_label": customer.name,
    }
    return render(request, "forms/page.html", context, status=422 if form.is_bound else 200)


@require_POST
@roles_required(*WRITERS)
def other_income_remove(request, public_id):
    """Take an income out of the statement; the toast offers to put it back."""
    income = _keep(request, public_id, kept=False)
    undo = reverse("customers:other_income_restore", args=[public_id])
    messages.success(request, _("“%(what)s” was taken out.") % {"what": income.what}, extra_tags=f"undo:{undo}")
    return redirect(address_of(income.customer, income.year))


@require_POST
@roles_required(*WRITERS)
def other_income_restore(request, public_id):
    """Undo: put it back."""
    income = _keep(request, public_id, kept=True)
    messages.success(request, _("“%(what)s” is in the statement again.") % {"what": income.what})
    return redirect(address_of(income.customer, income.year))


def _keep(request, public_id, *, kept):
    income = get_object_or_404(OtherIncome.objects.visible_to(request.user), public_id=public_id)
    return keep_other_income(income=income, by=request.user, on=request.today, kept=kept)
