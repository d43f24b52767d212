"""Data quality: who may be on file twice, what was merged, how complete files are, and facts that do not agree."""

from dataclasses import replace
from decimal import Decimal

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Avg, Count, Q
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.http import require_POST, require_safe

from customers.choices import FileSection, Kind, QuestionState
from customers.models import Customer, DuplicatePair, Merge, Question
from customers.rules.contradictions import QUESTIONS, SUBJECTS, sentence
from customers.rules.duplicates import CERTAIN, reason_words
from customers.services.completeness import shares_known
from customers.services.contradictions import answer_question, ask_question_again, open_questions
from customers.services.duplicates import ask_again, look_alikes, say_different
from customers.services.merge import choices_of, heads_at_work, merge_customers, refuse_merge, undo_merge, whom_to_ask
from customers.views.answers import fact_labels
from customers.views.customers import visible_customer
from customers.views.handover import page_of
from customers.views.panels import panel
from customers.views.scope import scope_of
from jobs.choices import JobKind
from jobs.services import enqueue
from jobs.tasks import ring_on_commit
from staff.access import READERS, WRITERS, RolesRequiredMixin, roles_required
from staff.choices import Role
from staff.templatetags.crm import format_money

# Completeness in per cent: below the first a file is thin, from the second on it is good.
THIN, GOOD = 40, 70
WORST_FACTS = 8
THINNEST = 20
PERSONAL_TYPED = ("id_no", "mobile", "email")


def quality_tabs(current):
    """The pages of data quality, for the bar above them."""
    names = {
        "customers:quality": _("Duplicates"),
        "customers:quality_completeness": _("Completeness"),
        "customers:quality_questions": _("Questions"),
        "customers:quality_merges": _("Merged"),
    }
    return [{"url": reverse(name), "label": label, "on": name == current} for name, label in names.items()]


@require_safe
@roles_required(*READERS)
def pairs(request):
    """Pairs of customers who may be one, the surest first."""
    mine = DuplicatePair.objects.visible_to(request.user)
    shown = "different" if request.GET.get("show") == "different" else "open"
    rows = mine.filter(state="not_duplicate" if shown == "different" else "open").with_both()
    page = page_of(request, rows)
    rows = list(page.object_list)
    keys = {customer.pk for row in rows for customer in (row.first, row.second)}
    seen = set(Customer.objects.visible_to(request.user).filter(pk__in=keys).values_list("pk", flat=True))
    heads = heads_at_work() if keys - seen else []
    for row in rows:
        row.words = reason_words(row.reasons)
        row.certain = row.score >= CERTAIN
        row.both_seen = {row.first_id, row.second_id} <= seen
        row.sides = [row.first, row.second] if row.first_id in seen else [row.second, row.first]
        if not row.both_seen:
            row.ask = next(iter(whom_to_ask(row.first, row.second, heads)), None)
    context = {"rows": rows, "page": page, "shown": shown, "tabs": quality_tabs("customers:quality")}
    return render(request, "customers/quality_pairs.html", context)


@require_POST
@roles_required(Role.HEAD)
def find(request):
    """Look through the whole stock now instead of tonight."""
    job = enqueue(kind=JobKind.FIND_DUPLICATES, key="find_duplicates", now=timezone.now(), by=request.user)
    ring_on_commit(job)
    messages.success(request, _("The whole stock is being looked through; the list fills when it is done."))
    return redirect("customers:quality")


def _pair(request, public_id):
    return get_object_or_404(DuplicatePair.objects.visible_to(request.user), public_id=public_id)


@require_POST
@roles_required(*WRITERS)
def pair_different(request, public_id):
    """These are two people: not asked again; the toast offers the way back."""
    pair = say_different(pair=_pair(request, public_id), by=request.user, on=request.today)
    undo = reverse("customers:pair_again", args=[pair.public_id])
    messages.success(request, _("Kept apart; this pair is not asked about again."), extra_tags=f"undo:{undo}")
    return redirect("customers:quality")


@require_POST
@roles_required(*WRITERS)
def pair_again(request, public_id):
    """Undo: the pair is open again."""
    ask_again(pair=_pair(request, public_id), by=request.user)
    messages.success(request, _("The pair is open again."))
    return redirect("customers:quality")


class MergeTwo(RolesRequiredMixin, View):
    """Two files side by side: which facts stay in the one that is kept."""

    allowed_roles = WRITERS

    def get(self, request, public_id, other_id):
        """The choice, field by field; facts that differ come first."""
        kept, other = self._both(request, public_id, other_id)
        return self._page(request, kept, other)

    def post(self, request, public_id, other_id):
        """Merge, and go to the kept file; the toast offers to undo it."""
        kept, other = self._both(request, public_id, other_id)
        taken = [choice.name for choice in choices_of(kept, other) if request.POST.get(choice.name) == "other"]
        try:
            merged = merge_customers(
                survivor=kept, loser=other, take=taken, by=request.user, on=request.today, now=timezone.now()
            )
        except ValidationError as error:
            return self._page(request, kept, other, error=" ".join(error.messages), status=422)
        for job in merged.jobs:
            ring_on_commit(job)
        undo = reverse("customers:merge_undo", args=[merged.merge.public_id])
        text = _("%(number)s was merged into this file.") % {"number": merged.merge.loser_no}
        messages.success(request, text, extra_tags=f"undo:{undo}")
        return redirect(kept)

    @staticmethod
    def _both(request, public_id, other_id):
        if public_id == other_id:
            raise Http404
        return (visible_customer(request, key, whole=True) for key in (public_id, other_id))

    @staticmethod
    def _page(request, kept, other, error="", status=200):
        try:
            refuse_merge(kept, other, request.user)
        except ValidationError as refused:
            error = error or " ".join(refused.messages)
        choices = [
            replace(choice, kept=_written(choice.kept), other=_written(choice.other))
            for choice in choices_of(kept, other)
        ]
        counts = [_what_it_has(customer) for customer in (kept, other)]
        context = {"kept": kept, "other": other, "choices": choices, "error": error, "counts": counts}
        return render(request, "customers/merge.html", context, status=status)


def _written(value):
    return format_money(value) if isinstance(value, Decimal) else value


def _what_it_has(customer):
    standing = customer.standing
    return {"assets": standing.asset_total, "holdings": standing.holding_count, "contact": standing.last_contact}


@require_safe
@roles_required(*READERS)
def merges(request):
    """What was merged, the latest first, each with the way back."""
    rows = Merge.objects.visible_to(request.user).select_related("survivor", "by", "undone_by").defer("snapshot")
    context = {"page": page_of(request, rows), "tabs": quality_tabs("customers:quality_merges")}
    return render(request, "customers/quality_merges.html", context)


@require_POST
@roles_required(*WRITERS)
def merge_undo(request, public_id):
    """Take a merge apart; both files are there again."""
    merge = get_object_or_404(Merge.objects.visible_to(request.user), public_id=public_id)
    try:
        undone = undo_merge(merge=merge, by=request.user, on=request.today, now=timezone.now())
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect("customers:quality_merges")
    for job in undone.jobs:
        ring_on_commit(job)
    messages.success(request, _("%(number)s has its own file again.") % {"number": undone.merge.loser_no})
    return redirect("customers:quality_merges")


@require_safe
@roles_required(*READERS)
def completeness(request):
    """How complete files are, per manager or branch; which facts are missing most; whose files are thinnest."""
    scope = scope_of(request)
    rows = scope.rows(Customer)
    kind = Kind.ORGANIZATION if request.GET.get("kind") == Kind.ORGANIZATION else Kind.INDIVIDUAL
    group = "manager" if request.user.role == Role.MANAGER or scope.branch or len(scope.branches) < 2 else "branch"
    names = ("manager__name", "manager__staff_no") if group == "manager" else ("branch__name", "branch__code")
    lines = rows.filter(kind=kind).order_by().values(*names).annotate(**_distribution())
    lines = [line | {"name": line[names[0]], "code": line[names[1]] or ""} for line in lines]
    missing = [
        {
            "label": "".join(fact_labels([fact.name])),
            "section": FileSection(section).label if section else "",
            "share": share,
        }
        for fact, section, share in shares_known(rows, kind)[:WORST_FACTS]
    ]
    thin = rows.filter(kind=kind).with_row_facts().order_by("standing__completeness", "-standing__asset_total", "pk")
    context = {
        "lines": sorted(lines, key=lambda line: (line["average"] or 0, line["code"])),
        "whole": rows.filter(kind=kind).aggregate(**_distribution()),
        "missing": missing,
        "thin": thin[:THINNEST],
        "group": group,
        "scope": scope,
        "kinds": Kind.choices,
        "kind": kind,
        "limits": {"thin": THIN, "good": GOOD},
        "tabs": quality_tabs("customers:quality_completeness"),
    }
    return render(request, "customers/quality_completeness.html", context)


def _distribution():
    return {
        "number": Count("pk"),
        "average": Avg("standing__completeness"),
        "thin": Count("pk", filter=Q(standing__completeness__lt=THIN)),
        "good": Count("pk", filter=Q(standing__completeness__gte=GOOD)),
    }


def question_words(code, facts):
    """A question as the page asks it: amounts as people write them."""
    return sentence(code, facts, format_money)


@require_safe
@roles_required(*READERS)
def questions(request):
    """Facts that do not agree, as questions, by what they ask; one's own customers first to last."""
    scope = scope_of(request)
    rows = scope.rows(Question).filter(state=QuestionState.OPEN)
    counts = {row["code"]: row["number"] for row in rows.order_by().values("code").annotate(number=Count("pk"))}
    code = request.GET.get("code", "")
    if code in QUESTIONS:
        rows = rows.filter(code=code)
    rows = rows.select_related("customer__standing", "customer__manager", "customer__branch")
    page = page_of(request, rows.order_by("-customer__standing__asset_total", "code", "pk"))
    found = list(page.object_list)
    for row in found:
        row.words = question_words(row.code, row.facts)
    kinds = [
        {"code": name, "words": SUBJECTS.get(name, name), "number": counts[name], "on": name == code} for name in counts
    ]
    context = {
        "rows": found,
        "page": page,
        "subjects": sorted(kinds, key=lambda kind: -kind["number"]),
        "total": sum(counts.values()),
        "code": code,
        "scope": scope,
        "tabs": quality_tabs("customers:quality_questions"),
    }
    return render(request, "customers/quality_questions.html", context)


@require_safe
@roles_required(*READERS)
def doubts(request, public_id):
    """The panel of the customer page: open questions about facts, and customers who may be the same one."""
    customer = visible_customer(request, public_id)
    asked = [
        {"code": code, "words": question_words(code, facts)}
        for code, facts in open_questions(customer=customer, on=request.today)
    ]
    alike = DuplicatePair.objects.open().filter(Q(first=customer) | Q(second=customer)).with_both()
    others = [pair.second if pair.first_id == customer.pk else pair.first for pair in alike]
    seen = (
        Customer.objects.visible_to(request.user).filter(pk__in=[other.pk for other in others]).select_related("branch")
    )
    context = {"asked": asked, "alike": list(seen), "hidden": len(others) - len(seen)}
    return panel(request, "customers/_doubts.html", _("Questions"), customer, **context)


@require_POST
@roles_required(*WRITERS)
def doubt_right(request, public_id, code):
    """It is right: not asked again until the facts change; the toast offers the way back."""
    customer = visible_customer(request, public_id)
    try:
        answer_question(customer=customer, code=code, by=request.user, on=request.today)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        undo = reverse("customers:doubt_again", args=[public_id, code])
        messages.success(request, _("Noted: it is right."), extra_tags=f"undo:{undo}")
    if "list" in request.POST:
        return redirect("customers:quality_questions")
    return redirect(f"{customer.get_absolute_url()}#doubts")


@require_POST
@roles_required(*WRITERS)
def doubt_again(request, public_id, code):
    """Undo: the question is open again."""
    customer = visible_customer(request, public_id)
    ask_question_again(customer=customer, code=code, by=request.user)
    messages.success(request, _("The question is open again."))
    return redirect(f"{customer.get_absolute_url()}#doubts")


@require_POST
@roles_required(*WRITERS)
def alike(request):
    """While a new customer is typed: who on file looks like them; of others' customers only whom to ask."""
    typed = {name: request.POST.get(name, "").strip()[:120] for name in ("name", *PERSONAL_TYPED)}
    kind = Kind.ORGANIZATION if request.POST.get("kind") == Kind.ORGANIZATION else Kind.INDIVIDUAL
    try:
        born = parse_date(request.POST.get("birth_date", ""))
    except ValueError:
        born = None
    found = look_alikes(user=request.user, kind=kind, birth_date=born, **typed)
    rows = [{"one": one, "words": reason_words(one.reasons), "certain": one.score >= CERTAIN} for one in found]
    return render(request, "customers/_alike.html", {"rows": rows})
