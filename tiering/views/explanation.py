"""Why a customer stands in a tier, what separates it from the next, and every move."""

from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe
from django_tables2 import RequestConfig

from customers.access import customer_named
from customers.models import Customer
from staff.access import READERS, roles_required, wants_part
from staff.tables import CappedPaginator
from tiering.filters import MovementFilter
from tiering.models import Movement
from tiering.rules import loyalty
from tiering.services.explain import explain, reckoning_day
from tiering.services.spoken import spoken
from tiering.tables import MovementTable

MOVES_SHOWN, MOVES_ON_PAGE = 5, 30
TALKS_SHOWN, PLACINGS_SHOWN = 10, 5


@require_safe
@roles_required(*READERS)
def explanation(request, public_id):
    """Each sheet line by line, watch and placing by hand, what separates the next tier; the other schemes; the history.

    As a panel the latest moves, as a page of its own also the talks, the placings by hand, and words to read out.
    """
    customer = get_object_or_404(
        Customer.objects.visible_to(request.user).select_related("person", "standing"), public_id=public_id
    )
    found = explain(customer=customer, on=reckoning_day(request.today))
    part = wants_part(request)
    moves_shown = MOVES_SHOWN if part else MOVES_ON_PAGE
    moves = Movement.objects.visible_to(request.user).filter(customer=customer).select_related("scheme")
    placings = customer.overrides.with_place().order_by("-proposed_on", "-pk")
    context = {
        "customer": customer,
        "explanation": found,
        "main": found.main,
        "sheets": found.sheets,
        "others": found.others,
        "evidence": _evidence(),
        "spoken": spoken(found),
        "moves": list(moves[: moves_shown + 1]),
        "moves_shown": moves_shown,
        "placings": list(placings[:PLACINGS_SHOWN]),
        "talks": _talks(customer, found),
        "can_edit": request.user.can_write,
    }
    return render(request, "tiering/_explanation.html" if part else "tiering/explanation.html", context)


@require_safe
@roles_required(*READERS)
def movements(request):
    """Who moved between tiers, when and why; of one customer with `customer`, as a panel with `panel`."""
    moves = Movement.objects.visible_to(request.user).select_related("scheme", "customer__manager")
    customer = customer_named(request)
    if customer is not None:
        moves = moves.filter(customer=customer)
        if request.GET.get("panel"):
            shown = list(moves[: MOVES_SHOWN + 1])
            context = {"customer": customer, "moves": shown, "moves_shown": MOVES_SHOWN}
            return render(request, "tiering/_moves.html", context)
    chosen = MovementFilter(request.GET, queryset=moves, request=request)
    table = MovementTable(chosen.qs)
    RequestConfig(request, paginate={"per_page": 30, "paginator_class": CappedPaginator}).configure(table)
    template = "tables/_list.html" if wants_part(request) else "tiering/movements.html"
    return render(request, template, {"table": table, "filter": chosen, "customer": customer})


def _talks(customer, found):
    """The assessments of the customer, the latest first: each with its answers in the words of the sheets in force."""
    words = {
        question.criterion.question: question.criterion
        for stand in found.sheets
        for _line, question in stand.lines
        if question
    }
    talks = customer.assessments.select_related("asked_by", "sheet").prefetch_related("answers")[:TALKS_SHOWN]
    return [{"talk": talk, "answers": [_answer(answer, words) for answer in talk.answers.all()]} for talk in talks]


def _answer(answer, words):
    criterion = words.get(answer.question)
    option = criterion.option_for(answer.value) if criterion else None
    return {
        "what": criterion.label if criterion else answer.question,
        "answer": option.label if option else answer.value,
        "current": answer.current,
    }


def _evidence():
    """What each rung of the ladder asks for, in words (tiering.rules.loyalty)."""
    return {
        1: _("on file"),
        2: _("holds a product"),
        3: _lasting(loyalty.CLIENT_CATEGORIES, loyalty.CLIENT_YEARS),
        4: _lasting(loyalty.SUPPORTER_CATEGORIES, loyalty.SUPPORTER_YEARS),
        5: _("has introduced another customer"),
    }


def _lasting(categories, years):
    return ngettext(
        "holds products of %(categories)s categories, with us for %(years)s year or longer",
        "holds products of %(categories)s categories, with us for %(years)s years or longer",
        years,
    ) % {"categories": categories, "years": years}
