"""Pages of visits: list, plan, prepare, record, correct, call off."""

import uuid
from datetime import date, datetime

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Min, Sum
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_filters.views import FilterView
from django_tables2 import SingleTableMixin

from customers.access import customer_named
from customers.choices import Category, ContactPurpose, CustomerState
from customers.services.contact import allowed, instructions, preference_on
from staff.access import READERS, WRITERS, RolesRequiredMixin, roles_required, wants_part
from staff.tables import CappedPaginator
from visits.choices import WAYS, VisitChannel, VisitStatus, VisitWarning
from visits.filters import VisitFilter
from visits.forms import CallOffForm, CorrectionForm, LogForm, ObjectionRows, PlanForm, TalkForm, WhenForm, refuse
from visits.models import Objection, Visit
from visits.rules.slots import two_days, two_slots
from visits.rules.warning import visit_warnings
from visits.services import checklist
from visits.services import visit as verbs
from visits.tables import VisitTable

PANEL_ROWS = 5


def visit_of(request, public_id):
    """The visit with its customer; 404 unless visible."""
    rows = Visit.objects.visible_to(request.user).select_related(
        "customer__standing", "customer__contact_preference", "customer__branch", "by"
    )
    return get_object_or_404(rows, public_id=public_id)


class VisitList(RolesRequiredMixin, SingleTableMixin, FilterView):
    """What needs recording, what comes next, what was said; for one customer, also as a panel of their page."""

    allowed_roles = READERS
    http_method_names = ["get", "head", "options"]
    filterset_class, table_class = VisitFilter, VisitTable
    table_pagination = {"per_page": 25, "paginator_class": CappedPaginator}
    strict = False

    def get(self, request, *args, **kwargs):
        """The page, its list, or the panel."""
        self.customer = customer_named(request, "standing", "contact_preference", "branch")
        if self.customer and request.GET.get("panel") and wants_part(request):
            rows = self.get_queryset().filter(customer=self.customer)
            context = {"customer": self.customer, "visits": rows[:PANEL_ROWS], "count": rows.count()}
            return render(request, "visits/_panel.html", context)
        return super().get(request, *args, **kwargs)

    def get_queryset(self):
        """The person's visits, the urgent first."""
        return Visit.objects.visible_to(self.request.user).with_row_facts().by_urgency(on=self.request.today)

    def get_table_kwargs(self):
        """Readers see no verbs."""
        return {"may_write": self.request.user.can_write}

    def get_template_names(self):
        """The list alone for htmx."""
        return ["tables/_list.html"] if wants_part(self.request) else ["visits/visit_list.html"]

    def get_context_data(self, **kwargs):
        """The customer the list is limited to."""
        return super().get_context_data(customer=self.customer, **kwargs)


def facts_of(customer, *, user, today, without=None):
    """What to have read before a talk: holdings in one line, open needs and objections, the last talk. Four queries."""
    by_category = (
        customer.holdings.open()
        .filter(currency="CNY")
        .values("product__category")
        .annotate(total=Sum("balance"), ends=Min("matures_on"))
        .order_by("-total")
    )
    held = Visit.objects.visible_to(user).filter(customer=customer).held()
    if without is not None:
        held = held.exclude(pk=without.pk)
    return {
        "customer": customer,
        "holdings": [
            {"label": Category(row["product__category"]).label, "total": row["total"], "ends": row["ends"]}
            for row in by_category
        ],
        "contact": instructions(customer, on=today),
        "open_objections": list(Objection.objects.visible_to(user).filter(customer=customer).open()[:3]),
        "open_needs": list(customer.needs.open()[:4]),
        "last_talk": held.select_related("by").order_by("-held_on", "-pk").first(),
    }


def warnings_of(request, customer, *, channel="", planned_on=None, planned_at=None):
    """The warnings for a visit to `customer`, as choices. Two queries."""
    mine = Visit.objects.visible_to(request.user).planned()
    outside = False
    if planned_at and channel in VisitChannel.values:
        at = timezone.make_aware(datetime.combine(planned_on, planned_at))
        answer = allowed(customer, purpose=ContactPurpose.SERVICE, at=at, channel=WAYS[VisitChannel(channel)])
        outside = bool(answer) and answer.outside_hours
    standing = getattr(customer, "standing", None)
    last = standing.last_contact if standing else None
    return visit_warnings(
        restricted=customer.restricted,
        ended=customer.state == CustomerState.ENDED,
        outside_hours=outside,
        days_since_contact=(request.today - last).days if last else None,
        planned=mine.filter(customer=customer).upcoming(on=request.today).exists(),
        clash=bool(
            planned_on
            and planned_at
            and mine.filter(by=request.user, planned_on=planned_on, planned_at=planned_at).exists()
        ),
    )


def slots_for(request, customer):
    """Two times that are free in the person's diary, within the customer's hours."""
    diary = Visit.objects.visible_to(request.user).upcoming(on=request.today).filter(by=request.user)
    taken = diary.filter(planned_at__isnull=False).values_list("planned_on", "planned_at")
    preference = preference_on(customer, on=request.today)
    return two_slots(today=request.today, taken=taken, hours=preference.hours if preference else "")


def day_from(text):
    """A day written 2026-11-23 in an address, or None."""
    try:
        return date.fromisoformat(text or "")
    except ValueError:
        return None


@require_http_methods(["GET", "HEAD", "POST"])
@roles_required(*WRITERS)
def add(request):
    """Plan a visit. Warnings are shown once and do not forbid; the same form sent twice makes one visit."""
    customer = customer_named(request, "standing", "contact_preference", "branch")
    initial = {"token": uuid.uuid4()}
    if day := day_from(request.GET.get("on")):
        initial |= {"slot": "other", "planned_on": day}
    form = PlanForm(
        request.POST if request.method == "POST" else None,
        user=request.user,
        customer=customer,
        slots=slots_for(request, customer),
        today=request.today,
        initial=initial,
    )
    warnings, status = [], 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            cleaned = form.cleaned_data
            seen = set(cleaned["acknowledged"].split(","))
            again = Visit.objects.visible_to(request.user).filter(token=cleaned["token"]).exists()
            wanted = {name: cleaned[name] for name in ("channel", "planned_on", "planned_at")}
            warnings = [] if again else warnings_of(request, cleaned["customer"], **wanted)
            if {warning.value for warning in warnings} <= seen:
                try:
                    visit = verbs.plan_visit(
                        customer=cleaned["customer"],
                        by=request.user,
                        token=cleaned["token"],
                        purpose=cleaned["purpose"],
                        asked_for=cleaned["asked_for"],
                        today=request.today,
                        **wanted,
                    )
                except ValidationError as error:
                    refuse(form, error)
                else:
                    messages.success(request, _("Planned. Prepare it here."))
                    return redirect(visit)
            else:
                # A question, not an error: the form is good and is shown once more with what to know.
                status = 200
            customer = cleaned["customer"]
    elif customer:
        warnings = warnings_of(request, customer)
    if warnings:
        form.data = form.data.copy()
        form.data["acknowledged"] = form.initial["acknowledged"] = ",".join(warning.value for warning in warnings)
    context = {
        "form": form,
        "customer": customer,
        "warnings": warnings,
        "facts": facts_of(customer, user=request.user, today=request.today) if customer else None,
        "cancel_url": customer.get_absolute_url() if customer else reverse("visits:list"),
    }
    return render(request, "visits/visit_plan.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@roles_required(*WRITERS)
def edit(request, public_id):
    """Move a planned visit; mend the words of a held one."""
    visit = visit_of(request, public_id)
    if visit.status == VisitStatus.NOT_HELD:
        messages.info(request, _("This visit was called off. Reinstate it first."))
        return redirect(visit)
    data = request.POST if request.method == "POST" else None
    if visit.status == VisitStatus.HELD:
        form = CorrectionForm(data, instance=visit)
        verb, names, extra = verbs.correct_record, ["notes"], {}
    else:
        initial = {name: getattr(visit, name) for name in ("planned_on", "planned_at", "channel", "purpose")}
        form = WhenForm(
            data,
            initial={"slot": "other", **initial},
            slots=slots_for(request, visit.customer),
            today=request.today,
        )
        verb, names, extra = verbs.replan_visit, list(initial), {"today": request.today}
    if data is not None and form.is_valid():
        try:
            verb(visit=visit, by=request.user, **{name: form.cleaned_data[name] for name in names}, **extra)
        except ValidationError as error:
            refuse(form, error)
        else:
            messages.success(request, _("Saved."))
            return redirect(visit)
    context = {
        "form": form,
        "visit": visit,
        "facts": facts_of(visit.customer, user=request.user, today=request.today, without=visit),
    }
    return render(request, "visits/visit_edit.html", context, status=422 if form.errors else 200)


def groups_of(visit):
    """The checklist by group, in order, and how far it is. One query."""
    groups, ticked, total = {}, 0, 0
    for line in visit.preparations.all():
        groups.setdefault(line.get_group_display(), []).append(line)
        ticked, total = ticked + line.done, total + 1
    return {"groups": list(groups.items()), "ticked": ticked, "total": total}


@require_safe
@roles_required(*READERS)
def detail(request, public_id):
    """What to prepare, or what was said; beside it the facts of the customer."""
    visit = visit_of(request, public_id)
    context = {
        "visit": visit,
        "overdue": visit.status == VisitStatus.PLANNED and visit.planned_on < request.today,
        "checklist": groups_of(visit),
        "needs": list(visit.needs.all()) if visit.status == VisitStatus.HELD else [],
        "objections": list(visit.objections.all()) if visit.status == VisitStatus.HELD else [],
        "facts": facts_of(visit.customer, user=request.user, today=request.today, without=visit),
    }
    return render(request, "visits/visit_detail.html", context)


@require_POST
@roles_required(*WRITERS)
def tick(request, public_id):
    """Keep which lines of the checklist are ticked; htmx gets the checklist, a plain form the page."""
    visit = visit_of(request, public_id)
    checklist.prepare(visit=visit, done=[key for key in request.POST.getlist("done") if key.isdigit()])
    if wants_part(request):
        return render(request, "visits/_checklist.html", {"visit": visit, "checklist": groups_of(visit)})
    return redirect(visit)


def _keep_talk(request, form, rows, write):
    """Check the talk's form and objection rows together, then call `write`; the visit, or None with errors shown."""
    if not all([form.is_valid(), rows.is_valid()]):
        return None
    cleaned = form.cleaned_data
    try:
        return write(
            by=request.user,
            today=request.today,
            objections=[row.cleaned_data for row in rows if row.has_changed()],
            **{name: cleaned[name] for name in ("held_on", "notes", "gift", "next_step", "next_step_on", "needs")},
        )
    except ValidationError as error:
        refuse(form, error)
        return None


@require_http_methods(["GET", "HEAD", "POST"])
@roles_required(*WRITERS)
def record(request, public_id):
    """Write down what was said, in under a minute."""
    visit = visit_of(request, public_id)
    if visit.status != VisitStatus.PLANNED:
        messages.info(request, _("This visit is not waiting to be recorded any more."))
        return redirect(visit)
    data = request.POST if request.method == "POST" else None
    form = TalkForm(
        data,
        days=two_days(today=request.today),
        today=request.today,
        initial={"held_on": min(visit.planned_on, request.today)},
    )
    rows = ObjectionRows(data, prefix="objection")
    if data is not None:
        kept = _keep_talk(request, form, rows, lambda **said: verbs.record_visit(visit=visit, **said))
        if kept:
            messages.success(request, _("Recorded."))
            return redirect(visit)
    context = {
        "form": form,
        "rows": rows,
        "visit": visit,
        "customer": visit.customer,
        "facts": facts_of(visit.customer, user=request.user, today=request.today, without=visit),
        "cancel_url": visit.get_absolute_url(),
    }
    return render(request, "visits/visit_record.html", context, status=422 if data is not None else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@roles_required(*WRITERS)
def log(request):
    """Write down a talk that nobody planned: a call, a walk-in."""
    customer = customer_named(request, "standing", "contact_preference", "branch")
    data = request.POST if request.method == "POST" else None
    form = LogForm(
        data,
        user=request.user,
        customer=customer,
        days=two_days(today=request.today),
        today=request.today,
        initial={"held_on": request.today, "token": uuid.uuid4()},
    )
    rows = ObjectionRows(data, prefix="objection")
    if data is not None:

        def write(**said):
            names = ("customer", "token", "channel", "purpose", "asked_for")
            return verbs.log_visit(**{name: form.cleaned_data[name] for name in names}, **said)

        kept = _keep_talk(request, form, rows, write)
        if kept:
            messages.success(request, _("Recorded."))
            return redirect(kept)
    context = {
        "form": form,
        "rows": rows,
        "customer": customer,
        "warnings": [VisitWarning.RESTRICTED] if customer and customer.restricted else [],
        "facts": facts_of(customer, user=request.user, today=request.today) if customer else None,
        "cancel_url": customer.get_absolute_url() if customer else reverse("visits:list"),
    }
    return render(request, "visits/visit_record.html", context, status=422 if data is not None else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@roles_required(*WRITERS)
def cancel(request, public_id):
    """The visit was not held: say why. Can be undone."""
    visit = visit_of(request, public_id)
    form = CallOffForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            verbs.call_off(visit=visit, by=request.user, reason=form.cleaned_data["reason"])
        except ValidationError as error:
            refuse(form, error)
        else:
            undo = reverse("visits:reinstate", args=[visit.public_id])
            messages.success(request, _("Kept as not held."), extra_tags=f"undo:{undo}")
            return redirect(visit)
    return render(
        request, "visits/visit_cancel.html", {"form": form, "visit": visit}, status=422 if form.errors else 200
    )


@require_POST
@roles_required(*WRITERS)
def undo_cancel(request, public_id):
    """Planned again."""
    visit = visit_of(request, public_id)
    try:
        verbs.reinstate(visit=visit, by=request.user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, _("Planned again."))
    return redirect(visit)
