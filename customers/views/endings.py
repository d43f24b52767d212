"""Ending a relationship well, and what the endings teach (S1.11)."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import EmptyPage, PageNotAnInteger
from django.db.models import Count, Q, Sum
from django.db.models.functions import TruncMonth
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.http import require_POST, require_safe

from customers.choices import ENDING_GUIDANCE, EndingReason, EndingStep
from customers.forms.endings import EndingForm, LessonsForm
from customers.models import Ending
from customers.services import ending as verbs
from customers.tables import EndingTable
from customers.views.customers import visible_customer
from customers.views.scope import scope_of
from customers.views.verbs import form_page
from staff.access import READERS, WRITERS, RolesRequiredMixin, roles_required, wants_part
from staff.tables import CappedPaginator
from staff.templatetags.crm import format_money, share_of

MONTHS = 12
STATES = ("under_way", "ended", "stayed", "won_back")


class EndingBegin(RolesRequiredMixin, View):
    """Say that a relationship is about to end, and why; then the seven steps open."""

    allowed_roles = WRITERS

    def get(self, request, public_id):
        """The six reasons; when it is under way already, its page."""
        customer = visible_customer(request, public_id)
        if current := customer.endings.current().first():
            return redirect(current)
        return self._page(request, EndingForm(), customer)

    def post(self, request, public_id):
        """Begin, and go to the steps."""
        customer = visible_customer(request, public_id)
        form = EndingForm(request.POST)
        if not form.is_valid():
            return self._page(request, form, customer)
        return redirect(verbs.begin_ending(customer=customer, by=request.user, on=request.today, **form.cleaned_data))

    @staticmethod
    def _page(request, form, customer):
        return form_page(
            request,
            form,
            customer,
            "contact",
            page_title=_("End the relationship with %(name)s") % {"name": customer},
            page_question=_("Well ended, it may begin again: seven steps, and what we learn."),
            submit_label=_("Begin the seven steps"),
        )


def _ending(request, public_id):
    rows = Ending.objects.visible_to(request.user).select_related(
        "customer__standing", "customer__contact_preference", "started_by", "ended_by", "back_by"
    )
    return get_object_or_404(rows, public_id=public_id)


@require_safe
@roles_required(*READERS)
def ending(request, public_id):
    """The seven steps of one ending, its lessons and what became of it."""
    return _page(request, _ending(request, public_id))


def _page(request, ending, form=None, status=200):
    deeds = {deed.step: deed for deed in ending.deeds.select_related("by")}
    steps = [{"step": step, "guidance": ENDING_GUIDANCE[step], "deed": deeds.get(step.value)} for step in EndingStep]
    kept = {"lessons": ending.lessons, "win_back_on": ending.win_back_on}
    context = {
        "ending": ending,
        "steps": steps,
        "taken": len(deeds),
        "form": form or LessonsForm(initial=kept, today=request.today),
        "open": ending.state == "under_way",
    }
    return render(request, "customers/ending.html", context, status=status)


def _do(request, public_id, verb, done, **arguments):
    """Run one verb on an ending and go back to its page, with the result or the reason why not."""
    ending = _ending(request, public_id)
    try:
        verb(ending=ending, by=request.user, **arguments)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, done)
    return redirect(ending)


@require_POST
@roles_required(*WRITERS)
def ending_step(request, public_id, step):
    """A step was taken, with a note; ``undo`` takes it back."""
    if step not in EndingStep.values:
        raise Http404
    if "undo" in request.POST:
        return _do(request, public_id, verbs.untake_step, _("Taken back."), step=step)
    note = request.POST.get("note", "").replace("\x00", "")[:300]
    return _do(request, public_id, verbs.take_step, _("Done."), step=step, on=request.today, note=note)


@require_POST
@roles_required(*WRITERS)
def ending_lessons(request, public_id):
    """Keep what we learn and the day to try again."""
    ending = _ending(request, public_id)
    form = LessonsForm(request.POST, today=request.today, initial={"win_back_on": ending.win_back_on})
    if not form.is_valid():
        return _page(request, ending, form, status=422)
    return _do(
        request, public_id, verbs.note_lessons, _("The lessons are on file."), on=request.today, **form.cleaned_data
    )


@require_POST
@roles_required(*WRITERS)
def ending_finish(request, public_id):
    """The relationship has ended."""
    return _do(request, public_id, verbs.finish, _("The relationship has ended. Thank you for ending it well."),
               on=request.today)  # fmt: skip


@require_POST
@roles_required(*WRITERS)
def ending_back(request, public_id):
    """The customer stayed, or came back."""
    return _do(request, public_id, verbs.come_back, _("The relationship goes on."), on=request.today)


@require_safe
@roles_required(*READERS)
def endings(request):
    """Why relationships end, where and when, what was lost, who came back; and the list, by what became of it."""
    scope = scope_of(request)
    rows = scope.rows(Ending)
    state = request.GET.get("state") if request.GET.get("state") in STATES else ""
    reason = request.GET.get("reason") if request.GET.get("reason") in EndingReason.values else ""
    listed = rows.select_related("customer__branch", "customer__manager", "customer__standing")
    if state:
        listed = listed.filter(**_condition(state))
    if reason:
        listed = listed.filter(reason=reason)
    table = EndingTable(listed, today=request.today, order_by=request.GET.get("sort") or None)
    try:
        table.paginate(CappedPaginator, page=request.GET.get("page", 1))
    except PageNotAnInteger:
        table.paginate(CappedPaginator, page=1)
    except EmptyPage:
        table.paginate(CappedPaginator, page=table.paginator.num_pages)
    if wants_part(request) and request.htmx.target == "list":
        return render(request, "tables/_list.html", {"table": table})
    lost = Q(ended_on__isnull=False)
    sums = rows.aggregate(
        begun=Count("pk"),
        under_way=Count("pk", filter=Q(**_condition("under_way"))),
        ended=Count("pk", filter=lost),
        stayed=Count("pk", filter=Q(**_condition("stayed"))),
        won_back=Count("pk", filter=Q(**_condition("won_back"))),
        lost_assets=Sum("assets", filter=Q(**_condition("ended"))),
        kept_assets=Sum("assets", filter=Q(back_on__isnull=False)),
    )
    context = {
        "table": table,
        "scope": scope,
        "sums": sums,
        "won_share": share_of(sums["won_back"], sums["ended"]) if sums["ended"] else None,
        "reasons": _bars(rows, "reason", EndingReason),
        "branches": _branches(rows),
        "months": _months(rows, request.today),
        "state": state,
        "reason": reason,
        "states": [(value, label) for value, label in zip(STATES, state_labels(), strict=True)],
        "all_reasons": EndingReason.choices,
        "here": reverse("customers:endings"),
    }
    return render(request, "customers/endings.html", context)


def state_labels():
    """What became of an ending, in words, in the order of STATES."""
    return [_("Under way"), _("Ended"), _("Stayed"), _("Won back")]


def _condition(state):
    return {
        "under_way": {"ended_on": None, "back_on": None},
        "ended": {"ended_on__isnull": False, "back_on": None},
        "stayed": {"ended_on": None, "back_on__isnull": False},
        "won_back": {"ended_on__isnull": False, "back_on__isnull": False},
    }[state]


def _bars(rows, name, choices):
    counted = rows.order_by().values(name).annotate(number=Count("pk"), assets=Sum("assets")).order_by("-number", name)
    tallest = max((row["number"] for row in counted), default=0)
    return [
        {
            "label": choices(row[name]).label,
            "value": row["number"],
            "display": f"{row['number']} · {format_money(row['assets'])}",
            "share": share_of(row["number"], tallest),
        }
        for row in counted
    ]


def _branches(rows):
    counted = (
        rows.order_by()
        .values("customer__branch__name")
        .annotate(
            number=Count("pk"),
            lost=Sum("assets", filter=Q(**_condition("ended"))),
            back=Count("pk", filter=Q(back_on__isnull=False)),
        )
        .order_by("-number", "customer__branch__name")
    )
    return [
        {"name": row["customer__branch__name"], "number": row["number"], "lost": row["lost"] or 0, "back": row["back"]}
        for row in counted[:20]
    ]


def _months(rows, today):
    first = today.year * 12 + today.month - MONTHS
    since = today.replace(year=first // 12, month=first % 12 + 1, day=1)
    counted = (
        rows.filter(started_on__gte=since)
        .annotate(month=TruncMonth("started_on"))
        .order_by("month")
        .values("month")
        .annotate(number=Count("pk"))
    )
    numbers = {row["month"]: row["number"] for row in counted.order_by("month")}
    tallest = max(numbers.values(), default=0)
    months = [since.replace(year=n // 12, month=n % 12 + 1) for n in range(first, first + MONTHS)]
    return [
        {
            "label": f"{month.month}/{month:%y}",
            "display": str(numbers.get(month, 0)),
            "share": share_of(numbers.get(month, 0), tallest),
        }
        for month in months
    ]
