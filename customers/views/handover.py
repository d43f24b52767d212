"""Handovers, customers whom nobody looks after, and how customers are spread over managers."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views import View
from django.views.decorators.http import require_POST, require_safe

from customers.choices import HandoverState
from customers.forms.handover import EVERYBODY, MOST_NUMBERS, NOBODY, NUMBERS, AnswerForm, HandoverForm
from customers.models import Customer, Handover, TierName
from customers.rules.load import suggestions
from customers.services.handover import (
    accept_handover,
    decline_handover,
    gone_of,
    may_decide,
    may_withdraw,
    propose_handover,
    withdraw_handover,
)
from customers.services.load import load_per_manager, summary, tiers_per_manager, unplaced, unplaced_groups
from customers.views.asked import Asked
from customers.views.bulk import keys_of
from customers.views.scope import scope_of
from jobs.tasks import ring_on_commit
from staff.access import READERS, WRITERS, RolesRequiredMixin, roles_required
from staff.choices import Role
from staff.models import User

PER_PAGE = 30
HEADS = frozenset({Role.HEAD})


def tabs(request, current):
    """The pages about who looks after whom, for the bar above them."""
    many = request.user.role != Role.MANAGER
    names = {"customers:handovers": _("Handovers"), "customers:handover_unplaced": _("Without a manager")}
    names |= {"customers:handover_load": _("Load per manager"), "staff:covers": _("Covers")}
    shown = [name for name in names if many or name in {"customers:handovers", "staff:covers"}]
    return [{"url": reverse(name), "label": names[name], "on": name == current} for name in shown]


def page_of(request, rows, per_page=PER_PAGE):
    """The page of `rows` that the address asks for; a number beyond the last gives the last."""
    return Paginator(rows, per_page).get_page(request.GET.get("page"))


@require_safe
@roles_required(*READERS)
def handovers(request):
    """Handovers: those that wait for an answer of mine first, then open ones, then what became of the others."""
    known = Handover.objects.visible_to(request.user).with_people()
    waiting = list(known.to_decide(request.user).order_by("effective_on", "pk")[:PER_PAGE])
    others = known.exclude(pk__in=[row.pk for row in waiting])
    context = {"waiting": waiting, "page": page_of(request, others), "tabs": tabs(request, "customers:handovers")}
    return render(request, "customers/handovers.html", context)


class HandoverAdd(RolesRequiredMixin, View):
    """Propose a handover in two steps: what is to pass, then a look at what that amounts to."""

    allowed_roles = WRITERS

    def get(self, request):
        """The form; `from`, `to` (staff numbers) and `customer` (public ids) fill it in."""
        initial = {"effective_on": request.today, "giver": request.GET.get("from") or request.user.staff_no}
        if request.GET.get("from") == "":
            initial["giver"] = NOBODY
        if to := request.GET.get("to"):
            initial["receiver"] = User.objects.visible_to(request.user).managers().filter(staff_no=to).first()
        if named := keys_of(request.GET.getlist("customer")):
            mine = Customer.objects.visible_to(request.user).filter(public_id__in=named)
            initial |= self._chosen(request, mine)
        return self._page(request, HandoverForm(user=request.user, initial=initial))

    def _begin(self, request):
        """The form for the rows that were ticked in a list, or for everybody whom it finds."""
        asked = Asked(request, parameters=QueryDict(request.POST.get("state", "")))
        if not request.POST.get("all"):
            asked.selection.ticked = keys_of(request.POST.getlist("customer"))
        customers = asked.selection.customers()
        chosen = self._chosen(request, customers)
        if not chosen:
            messages.error(request, _("Nobody is selected."))
            return redirect(asked.url())
        return self._page(request, HandoverForm(user=request.user, initial={"effective_on": request.today} | chosen))

    @staticmethod
    def _chosen(request, customers):
        """What the form says of these customers: those of one giver, and how many others have another manager."""
        customers = customers.order_by("customer_no")
        own = request.user.role == Role.MANAGER
        first = (customers.filter(manager=request.user) if own else customers).select_related("manager").first()
        if first is None:
            if own and customers.exists():
                messages.warning(request, _("A manager can only hand over own customers."))
            return {}
        theirs = customers.filter(manager=first.manager_id)
        numbers = list(theirs.values_list("customer_no", flat=True)[: MOST_NUMBERS + 1])
        if len(numbers) > MOST_NUMBERS:
            messages.warning(request, _("These are more than 500 numbers: hand over in parts."))
        if others := customers.exclude(pk__in=theirs.values("pk")).count():
            text = ngettext(
                "%(number)s customer is looked after by somebody else and was left out.",
                "%(number)s customers are looked after by somebody else and were left out.",
                others,
            )
            messages.warning(request, text % {"number": others})
        giver = first.manager.staff_no if first.manager else NOBODY
        return {"giver": giver, "which": NUMBERS, "numbers": " ".join(numbers[:MOST_NUMBERS])}

    def post(self, request):
        """Show what it amounts to; with `confirmed`, propose it; with `begin`, the form for rows ticked in a list."""
        if "begin" in request.POST:
            return self._begin(request)
        form = HandoverForm(request.POST, user=request.user)
        if not form.is_valid():
            return self._page(request, form, status=422)
        keys = form.keys()
        if "confirmed" not in request.POST:
            data = form.cleaned_data
            theirs = Customer.objects.visible_to(request.user).filter(manager=data["from_manager"])
            amount = summary(theirs.values("pk") if keys is None else keys)
            return self._page(request, form, amount=amount, status=200 if amount["customers"] else 422)
        return self._propose(request, form, keys)

    def _propose(self, request, form, keys):
        data = form.cleaned_data
        names = ("from_manager", "to_manager", "reason", "note", "effective_on")
        try:
            handover, moved = propose_handover(
                by=request.user,
                customers=keys,
                on=request.today,
                now=timezone.now(),
                accept=data.get("accept", False),
                to_branch=data["receiver_branch"],
                **{name: data[name] for name in names},
            )
        except ValidationError as error:
            form.add_error(None, ValidationError(error.messages))
            return self._page(request, form, status=422)
        if moved and moved.job:
            ring_on_commit(moved.job)
        text = _("Handed over.") if moved and moved.count else _("Proposed; the receiver's head decides.")
        if handover.state == HandoverState.ACCEPTED and not (moved and moved.count):
            text = _("Agreed; the customers pass on the day.")
        messages.success(request, text)
        return redirect(handover)

    @staticmethod
    def _page(request, form, status=200, **context):
        back = reverse("customers:handovers")
        context |= {"form": form, "cancel_url": back, "everybody": EVERYBODY}
        return render(request, "customers/handover_add.html", context, status=status)


def _known(request, public_id):
    return get_object_or_404(Handover.objects.visible_to(request.user).with_people(), public_id=public_id)


@require_safe
@roles_required(*READERS)
def handover(request, public_id):
    """One handover: who, why, what it amounts to, and the customers whom the person may see."""
    row = _known(request, public_id)
    return _handover_page(request, row)


def receivers_of(request, row):
    """Managers at work among whom the head of the receiving branch chooses, when none was named."""
    people = User.objects.visible_to(request.user).managers().filter(left_on=None, is_active=True)
    people = people.filter(branch__path__startswith=row.to_branch.path).exclude(pk=row.from_manager_id)
    return people.select_related("branch").order_by("branch__path", "staff_no")


def _handover_page(request, row, form=None, status=200):
    keys = row.lines.values("customer")
    mine = Customer.objects.visible_to(request.user).filter(pk__in=keys).with_row_facts().by_assets()
    page = page_of(request, mine)
    deciding = row.state == HandoverState.PROPOSED and may_decide(row, request.user)
    context = {
        "handover": row,
        "amount": summary(keys),
        "page": page,
        "hidden": row.lines.count() - page.paginator.count,
        "left_out": row.lines.filter(open=False, moved=False).count() if row.moved_on else 0,
        "may_decide": deciding,
        "gone": len(gone_of(row)) if deciding else 0,
        "may_withdraw": row.is_open and request.user.can_write and may_withdraw(row, request.user),
        "form": form or AnswerForm(),
        "receivers": receivers_of(request, row) if deciding and row.to_manager is None else [],
    }
    return render(request, "customers/handover.html", context, status=status)


@require_POST
@roles_required(*HEADS)
def handover_accept(request, public_id):
    """Take the customers; with `without_gone` those who are in other hands by now are left out."""
    row = _known(request, public_id)
    receiver = None
    if row.to_manager is None:
        receiver = receivers_of(request, row).filter(staff_no=request.POST.get("receiver", "")).first()
    try:
        moved = accept_handover(
            handover=row,
            to_manager=receiver,
            by=request.user,
            on=request.today,
            now=timezone.now(),
            without_gone="without_gone" in request.POST,
        )
    except ValidationError as error:
        gone = getattr(error, "code", "") == "customers"
        messages.error(request, " ".join(error.messages), extra_tags="gone" if gone else "")
        return redirect(row)
    if moved.job:
        ring_on_commit(moved.job)
    if moved.count:
        text = ngettext("%(number)s customer handed over.", "%(number)s customers handed over.", moved.count)
        messages.success(request, text % {"number": moved.count})
    else:
        messages.success(request, _("Agreed; the customers pass on the day."))
    return redirect(row)


@require_POST
@roles_required(*HEADS)
def handover_decline(request, public_id):
    """Say no, with the reason."""
    row = _known(request, public_id)
    form = AnswerForm(request.POST)
    if not form.is_valid():
        return _handover_page(request, row, form, status=422)
    try:
        decline_handover(handover=row, by=request.user, on=request.today, answer=form.cleaned_data["answer"])
        messages.success(request, _("Declined; the customers stay where they are."))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect(row)


@require_POST
@roles_required(*WRITERS)
def handover_withdraw(request, public_id):
    """Take a proposal back."""
    row = _known(request, public_id)
    try:
        withdraw_handover(handover=row, by=request.user, on=request.today)
        messages.success(request, _("Taken back; the customers stay where they are."))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect(row)


@require_safe
@roles_required(Role.HEAD, Role.AUDITOR)
def unplaced_list(request):
    """Customers of managers who have left, and of nobody: by whose they were, until each has somebody."""
    mine = Customer.objects.visible_to(request.user)
    groups = unplaced_groups(mine)
    people = User.objects.visible_to(request.user).in_bulk([row["manager"] for row in groups if row["manager"]])
    for row in groups:
        row["person"] = people.get(row["manager"])
    rows = unplaced(mine)
    of = request.GET.get("of", "")
    if of == NOBODY:
        rows = rows.filter(manager=None)
    elif of:
        rows = rows.filter(manager__staff_no=of)
    page = page_of(request, rows.with_row_facts().by_assets())
    context = {"groups": groups, "page": page, "of": of, "tabs": tabs(request, "customers:handover_unplaced")}
    return render(request, "customers/unplaced.html", context)


@require_safe
@roles_required(Role.HEAD, Role.AUDITOR)
def unplaced_note(request):
    """The line on a head's home page that says how many customers have nobody; empty when all are placed."""
    number = unplaced(Customer.objects.visible_to(request.user)).count()
    return render(request, "customers/_unplaced_note.html", {"number": number})


@require_safe
@roles_required(Role.HEAD, Role.AUDITOR)
def load(request):
    """Per manager: customers, tiers, assets, follow-ups, contacts due; and what would even it out in each branch."""
    scope = scope_of(request)
    rows = scope.rows(Customer)
    loads, tiers = load_per_manager(rows, on=request.today), tiers_per_manager(rows)
    nothing = {"customers": 0, "assets": 0, "followups": 0, "due": 0, "organisations": 0}
    names = list(TierName.objects.filter(column="tier").order_by("rank"))
    lines = []
    for person in scope.managers:
        own = tiers.get(person.pk, {})
        lines.append(
            {
                **nothing,
                **loads.get(person.pk, {}),
                "person": person,
                "tiers": [{"name": row, "number": own.get(row.code, 0)} for row in names],
            }
        )
    most = max((line["customers"] for line in lines), default=0)
    for line in lines:
        line["share"] = round(100 * line["customers"] / most) if most else 0
    ideas = []
    for branch in dict.fromkeys(line["person"].branch for line in lines):
        here = {line["person"]: line["customers"] for line in lines if line["person"].branch_id == branch.pk}
        ideas += suggestions(here)
    ideas.sort(key=lambda idea: -idea.number)
    context = {
        "lines": sorted(lines, key=lambda line: -line["customers"]),
        "ideas": ideas[:5],
        "tier_names": names,
        "scope": scope,
        "unplaced": unplaced(rows).count(),
        "tabs": tabs(request, "customers:handover_load"),
    }
    return render(request, "customers/load.html", context)
