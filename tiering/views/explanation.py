"""Why a customer stands in a tier, what separates it from the next, and every move."""

from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe
from django_tables2 import RequestConfig

from customers.access import customer_named
from customers.models import Customer
from staff.access import READERS, roles_required
from tiering.filters import MovementFilter
from tiering.models import Movement
from tiering.rules import loyalty
from tiering.services.explain import explain, reckoning_day
from tiering.tables import CappedPaginator, MovementTable

MOVES_SHOWN = 5
WAYS_SHOWN = 4


@require_safe
@roles_required(*READERS)
def explanation(request, public_id):
    """Every line of the sheet with answer and points, and what separates the next tier; the other schemes; moves."""
    customer = get_object_or_404(
        Customer.objects.visible_to(request.user).select_related("person", "standing"), public_id=public_id
    )
    found = explain(customer=customer, on=reckoning_day(request.today))
    moves = Movement.objects.visible_to(request.user).filter(customer=customer).select_related("scheme")
    context = {
        "customer": customer,
        "explanation": found,
        "main": found.main,
        "ways": found.main.assessment.ways[:WAYS_SHOWN] if found.main else [],
        "others": found.others,
        "evidence": _evidence(),
        "moves": list(moves[: MOVES_SHOWN + 1]),
        "moves_shown": MOVES_SHOWN,
        "can_edit": request.user.can_write,
    }
    fragment = request.htmx and not request.htmx.boosted
    return render(request, "tiering/_explanation.html" if fragment else "tiering/explanation.html", context)


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
    template = "tables/_list.html" if request.htmx and not request.htmx.boosted else "tiering/movements.html"
    return render(request, template, {"table": table, "filter": chosen, "customer": customer})


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
