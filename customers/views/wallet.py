"""Money here and elsewhere: holdings, the wallet with its allocation, history and maturities, the list of a book."""

from collections import defaultdict
from decimal import Decimal

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Count
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.http import require_POST, require_safe
from django_filters.views import FilterView
from django_tables2 import SingleTableMixin

from customers.choices import ASSET_CATEGORIES, LOAN_CATEGORIES, Category, Dimension, HoldingStatus, RiskAppetite
from customers.filters import OutsideFilter
from customers.forms.wallet import OutsideEndForm, OutsideForm
from customers.models import ModelAllocation, OutsideHolding
from customers.rules.allocation import allocation, class_of, per_cent, wallet_share
from customers.services.conflict import Changed
from customers.services.wallet import add_outside, close_outside, confirm_outside, edit_outside, reopen_outside
from customers.tables import OutsideTable, SummedPaginator
from customers.views.customers import visible_customer
from customers.views.panels import CLOSED_SHOWN, panel
from customers.views.portrait import by_category
from customers.views.verbs import form_page, section
from staff.access import READERS, WRITERS, RolesRequiredMixin, roles_required, wants_part
from staff.choices import Role
from staff.templatetags.crm import share_of

SPANS = (12, 24, 36)
MATURITIES_SHOWN = 12
# Of the chart of month-ends: per cent of its width, and up to how many months each has its mark.
WIDEST_BAR, MARKED_EACH = Decimal(6), 6
BANKS_OFFERED = 20


@require_safe
@roles_required(*READERS)
def holdings(request, public_id):
    """What the customer holds with us and, as far as known, elsewhere, side by side; closed ones behind a fold."""
    customer = visible_customer(request, public_id)
    rows = list(customer.holdings.select_related("product"))
    still_open = [row for row in rows if row.status == HoldingStatus.OPEN]
    closed = [row for row in rows if row.status == HoldingStatus.CLOSED]
    outside = list(customer.outside_holdings.select_related("found_by"))
    for row in outside:
        row.stale = row.is_stale(request.today)
        row.rate_text = "" if row.rate is None else f"{row.rate.normalize():f}%"
    known = [row for row in outside if row.closed_on is None]
    return panel(
        request,
        "customers/_holdings.html",
        _("Holdings"),
        customer,
        groups=by_category(still_open, on=request.today),
        closed=closed[:CLOSED_SHOWN],
        closed_count=len(closed),
        outside=known,
        outside_over=[row for row in outside if row.closed_on is not None][:CLOSED_SHOWN],
        wallet=wallet_of(still_open, known),
        sides=sides(still_open, known),
    )


def wallet_of(own, outside):
    """Assets here and elsewhere in yuan, our share in per cent, and what is unknown: ready to say."""
    here = sum((row.balance for row in own if _counts(row)), Decimal(0))
    assets = [row for row in outside if row.category in ASSET_CATEGORIES]
    amounts = [row.amount for row in assets if row.amount is not None]
    elsewhere = sum(amounts, Decimal(0)) if amounts else None
    return {
        "own": here,
        "outside": elsewhere,
        "share": wallet_share(here, elsewhere),
        "unknown": sum(row.amount is None for row in assets),
        "stale": sum(bool(getattr(row, "stale", False)) for row in outside),
        "nothing_known": not outside,
    }


def _counts(holding):
    """Yuan of an asset category: other currencies wait for exchange rates."""
    return holding.currency == "CNY" and holding.product.category in ASSET_CATEGORIES


def sides(own, outside):
    """Own and outside amounts by category and by dimension, with our part: {"category": [...], "dimension": [...]}.

    A row has label, own, outside, unknown (holdings elsewhere whose amount nobody knows) and share in per cent.
    """
    here, there = defaultdict(Decimal), defaultdict(Decimal)
    unknown = defaultdict(int)
    for row in own:
        if row.currency == "CNY":
            for key in (row.product.category, f"dimension:{row.product.dimension}" if _counts(row) else None):
                here[key] += abs(row.balance)
    for row in outside:
        for key in (row.category, f"dimension:{row.dimension}" if row.category in ASSET_CATEGORIES else None):
            if row.amount is None:
                unknown[key] += 1
            else:
                there[key] += row.amount
    return {
        "category": [
            row
            for category in Category
            if category in (*ASSET_CATEGORIES, *LOAN_CATEGORIES)
            for row in _side(category.label, category.value, here, there, unknown)
        ],
        "dimension": [
            row
            for dimension in Dimension
            for row in _side(dimension.label, f"dimension:{dimension.value}", here, there, unknown)
        ],
    }


def _side(label, key, here, there, unknown):
    if key not in here and key not in there and not unknown[key]:
        return []
    own, outside = here.get(key, Decimal(0)), there.get(key)
    whole = own + (outside or 0)
    return [
        {
            "label": label,
            "own": own,
            "outside": outside,
            "unknown": unknown[key],
            "share": per_cent(own, whole) if outside is not None and whole else None,
        }
    ]


@require_safe
@roles_required(*READERS)
def wallet(request, public_id):
    """How the money is spread against the model, how it came to be so over months, and what ends next, here or there.

    ``?level=C3`` looks at another risk level, ``?with=own`` leaves other banks out, ``?months=24`` looks further back.
    """
    customer = visible_customer(request, public_id)
    own = list(customer.holdings.open().select_related("product"))
    outside = list(customer.outside_holdings.open())
    for row in outside:
        row.stale = row.is_stale(request.today)
    asked = request.GET.get("months", "")
    months = int(asked) if asked in {str(span) for span in SPANS} else SPANS[0]
    alone = request.GET.get("with") == "own"
    plan = plan_of(customer, own, [] if alone else outside, level=request.GET.get("level", ""))
    now = {"level": plan["level"] if plan else "", "with": "own" if alone else "", "months": months}
    return panel(
        request,
        "customers/_wallet.html",
        _("Allocation and history"),
        customer,
        wallet=wallet_of(own, outside),
        plan=plan,
        levels=_switch(customer, now, "level", [(code, code) for code in RiskAppetite.values]),
        which=_switch(customer, now, "with", [("", _("everything known")), ("own", _("with us only"))]),
        spans=_switch(customer, now, "months", [(span, _("%(n)s months") % {"n": span}) for span in SPANS]),
        history=history_of(customer, months=months),
        ends=ends_of(own, outside, on=request.today),
    )


def _switch(customer, now, name, choices):
    """Links that change one thing of what is looked at now: [{"label", "url", "on"}]."""
    here = reverse("customers:wallet", args=[customer.public_id])
    return [
        {"label": label, "url": f"{here}?{urlencode(now | {name: value})}", "on": now[name] == value}
        for value, label in choices
    ]


def plan_of(customer, own, outside, *, level):
    """Actual allocation against the model of the risk level: the one asked for, else the customer's own, else none.

    None for organisations: the models are made for individuals.
    """
    if not customer.is_individual:
        return None
    person = getattr(customer, "person", None)
    assessed = getattr(person, "risk_appetite", "") or ""
    chosen = level if level in RiskAppetite.values else assessed
    model = ModelAllocation.objects.filter(level=chosen).first() if chosen else None
    amounts = defaultdict(Decimal)
    for row in own:
        if _counts(row) and (asset_class := class_of(row.product.category, row.product.risk_level)):
            amounts[asset_class] += max(row.balance, Decimal(0))
    for row in outside:
        if row.amount is not None and (asset_class := class_of(row.category, row.risk_level)):
            amounts[asset_class] += row.amount
    slices = allocation(amounts, model.shares if model else None)
    return {
        "level": chosen,
        "level_label": RiskAppetite(chosen).label if chosen else "",
        "assessed": assessed,
        "whole": sum(amounts.values(), Decimal(0)),
        "model": model,
        "slices": slices,
        "worst": _worst(slices),
    }


def _worst(slices):
    """The class that is furthest below its model, or None."""
    short = [piece for piece in slices if piece.gap is not None and piece.gap > 0]
    return max(short, key=lambda piece: piece.gap, default=None)


def history_of(customer, *, months):
    """Month-end assets and loans of the last months on file, ready to draw: {"rows", "marks", "each", …}.

    A row has label, assets, loans, and for the drawing x, width and two heights in per cent of the tallest. Of a few
    months `each` is marked below its bars.
    """
    found = list(customer.balance_months.order_by("-month")[:months])[::-1]
    tallest = max((max(row.assets, row.loans) for row in found), default=Decimal(0))
    slot = Decimal(100) / len(found) if found else Decimal(0)
    # A single month is no wall.
    width = min(slot * Decimal("0.36"), WIDEST_BAR)
    rows = [
        {
            "label": f"{row.month.year}/{row.month.month}",
            "assets": row.assets,
            "loans": row.loans,
            "assets_x": f"{slot * (place + Decimal('0.49')) - width:.2f}",
            "loans_x": f"{slot * (place + Decimal('0.51')):.2f}",
            "width": f"{width:.2f}",
            "assets_share": share_of(row.assets, tallest),
            "loans_share": share_of(row.loans, tallest),
        }
        for place, row in enumerate(found)
    ]
    each = len(rows) <= MARKED_EACH
    marks = [row["label"] for row in (rows if each else (rows[0], rows[len(rows) // 2], rows[-1]))]
    change = found[-1].assets - found[0].assets if len(found) > 1 else None
    return {"rows": rows, "marks": marks, "each": each, "change": change, "since": rows[0]["label"] if rows else ""}


def ends_of(own, outside, *, on):
    """What ends from the day `on`, here and elsewhere, the nearest first: rows of day, name, bank, amount, outside."""
    rows = [
        {"day": row.matures_on, "name": row.product.name, "bank": "", "amount": row.balance, "outside": False}
        for row in own
        if row.matures_on and row.matures_on >= on
    ]
    rows += [
        {
            "day": row.matures_on,
            "name": row.get_category_display(),
            "bank": row.bank,
            "amount": row.amount,
            "approximate": row.approximate,
            "outside": True,
        }
        for row in outside
        if row.matures_on and row.matures_on >= on
    ]
    return sorted(rows, key=lambda row: (row["day"], row["outside"]))[:MATURITIES_SHOWN]


def visible_outside(request, public_id):
    """The holding at another bank with its customer, in the person's scope, else 404."""
    rows = OutsideHolding.objects.visible_to(request.user).select_related("customer")
    return get_object_or_404(rows, public_id=public_id)


class OutsideAdd(RolesRequiredMixin, View):
    """Write down what the customer has at another bank."""

    allowed_roles = WRITERS

    def get(self, request, public_id):
        """The empty form."""
        return _outside_page(request, OutsideForm(on=request.today), visible_customer(request, public_id))

    def post(self, request, public_id):
        """Add and go back to the customer's holdings."""
        customer = visible_customer(request, public_id)
        form = OutsideForm(request.POST, on=request.today)
        if not form.is_valid():
            return _outside_page(request, form, customer)
        added = add_outside(customer=customer, by=request.user, on=request.today, facts=form.facts())
        messages.success(request, _("On file: %(what)s.") % {"what": added})
        return redirect(section(customer, "holdings"))


class OutsideEdit(RolesRequiredMixin, View):
    """Mend what is known; saving it also says that it was confirmed today."""

    allowed_roles = WRITERS

    def get(self, request, public_id):
        """The form with what is on file."""
        holding = visible_outside(request, public_id)
        return _outside_page(request, OutsideForm(instance=holding, on=request.today), holding.customer, holding)

    def post(self, request, public_id):
        """Save; of two people editing at once the second sees both versions."""
        holding = visible_outside(request, public_id)
        form = OutsideForm(request.POST, instance=visible_outside(request, public_id), on=request.today)
        if form.is_valid():
            try:
                edit_outside(
                    holding=holding,
                    by=request.user,
                    on=request.today,
                    version=form.cleaned_data["version"],
                    facts=form.facts(),
                )
            except Changed as conflict:
                form.show_conflict(conflict.current)
            else:
                messages.success(request, _("Saved."))
                return redirect(section(holding.customer, "holdings"))
        return _outside_page(request, form, holding.customer, holding)


def _outside_page(request, form, customer, holding=None):
    if holding is None:
        title, label = _("Add a holding of %(name)s at another bank") % {"name": customer}, _("Add")
    else:
        title, label = _("Edit what %(name)s has at %(bank)s") % {"name": customer, "bank": holding.bank}, _("Save")
    mine = OutsideHolding.objects.visible_to(request.user).order_by()
    banks = mine.values_list("bank").annotate(times=Count("pk")).order_by("-times", "bank")[:BANKS_OFFERED]
    return form_page(
        request,
        form,
        customer,
        "holdings",
        template="customers/outside_form.html",
        page_title=title,
        submit_label=label,
        banks=[bank for bank, _times in banks],
    )


@require_POST
@roles_required(*WRITERS)
def outside_confirm(request, public_id):
    """It is still so today."""
    holding = visible_outside(request, public_id)
    try:
        confirm_outside(holding=holding, by=request.user, on=request.today)
    except ValidationError as error:
        messages.error(request, error.messages[0])
    else:
        messages.success(request, _("Confirmed as of today."))
    return redirect(section(holding.customer, "holdings"))


class OutsideClose(RolesRequiredMixin, View):
    """It is over: did it come to us?"""

    allowed_roles = WRITERS

    def get(self, request, public_id):
        """What became of it."""
        return self._page(request, OutsideEndForm(), visible_outside(request, public_id))

    def post(self, request, public_id):
        """Close it; the toast offers the way back."""
        holding = visible_outside(request, public_id)
        form = OutsideEndForm(request.POST)
        if not form.is_valid():
            return self._page(request, form, holding)
        close_outside(holding=holding, by=request.user, on=request.today, end=form.cleaned_data["end"])
        undo = reverse("customers:outside_reopen", args=[public_id])
        text = _("%(what)s is over.") % {"what": holding}
        messages.success(request, text, extra_tags=f"undo:{undo}")
        return redirect(section(holding.customer, "holdings"))

    @staticmethod
    def _page(request, form, holding):
        title = _("%(what)s is over") % {"what": holding}
        return form_page(request, form, holding.customer, "holdings", page_title=title, submit_label=_("Over"))


@require_POST
@roles_required(*WRITERS)
def outside_reopen(request, public_id):
    """Undo: it is there after all."""
    holding = visible_outside(request, public_id)
    reopen_outside(holding=holding, by=request.user, on=request.today)
    messages.success(request, _("%(what)s is open again.") % {"what": holding})
    return redirect(section(holding.customer, "holdings"))


class OutsideList(RolesRequiredMixin, SingleTableMixin, FilterView):
    """Money of our customers at other banks: what ends soon there, and what we should ask again."""

    allowed_roles = READERS
    http_method_names = ["get", "head", "options"]
    filterset_class, table_class, paginator_class = OutsideFilter, OutsideTable, SummedPaginator
    strict = False

    def get_queryset(self):
        """Open ones in the person's scope, with what a row shows."""
        return OutsideHolding.objects.visible_to(self.request.user).open().with_row_facts()

    def get_filterset_kwargs(self, filterset_class):
        """The bank day, for what ends within so many days."""
        return {**super().get_filterset_kwargs(filterset_class), "data": self.request.GET, "on": self.request.today}

    def get_table_kwargs(self):
        """The bank day; a manager's list needs no column that says whose they are."""
        mine = self.request.user.role == Role.MANAGER
        return {"today": self.request.today, "exclude": ["manager"] if mine else []}

    def get_template_names(self):
        """The list alone for htmx."""
        return ["tables/_list.html" if wants_part(self.request) else "tables/list.html"]

    def get_context_data(self, **kwargs):
        """Title and question of the page."""
        titles = {
            "page_title": _("Money at other banks"),
            "page_question": _("What do our customers have elsewhere, and when does it end there?"),
        }
        return super().get_context_data(**titles, **kwargs)
