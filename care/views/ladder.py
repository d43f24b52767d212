"""The operating ladder (S4.5): how far do our relationships go, and what takes each one further?"""

from functools import partial

from django.db.models import Count
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from django_tables2 import RequestConfig

from care.choices import DEEDS, STEPS, Rung
from care.services.service import deeds_of
from care.tables import CountedPaginator, LadderTable
from customers.models import Customer, Standing, TierName
from customers.views.scope import scope_of
from staff.access import READERS, roles_required, wants_part
from staff.choices import Role
from staff.templatetags.crm import share_of

PER_PAGE = 30
# From this rung on the relationship is more than talks and presents.
CULTIVATED = Rung.GROWING


@require_safe
@roles_required(*READERS)
def ladder(request):
    """How many customers stand on each rung, and those of one rung with what takes them one further."""
    scope = scope_of(request)
    tiers = list(TierName.objects.filter(column="tier"))
    tier = next((one for one in tiers if one.code == request.GET.get("tier")), None)
    rung = _rung(request.GET.get("rung"))
    standings, customers = scope.rows(Standing), scope.rows(Customer)
    if tier:
        standings, customers = standings.filter(tier=tier.code), customers.filter(standing__tier=tier.code)
    counts = dict(standings.order_by().values_list("operating_rung").annotate(Count("pk")))
    # Every standing has a rung; asked for, the two tables are joined so that the order can be read from an index.
    customers = customers.filter(standing__operating_rung__range=(rung or min(Rung), rung or max(Rung)))
    table = LadderTable(
        customers.select_related("standing", "manager").order_by("standing__tier_rank", "-standing__asset_total", "pk"),
        with_manager=request.user.role != Role.MANAGER,
    )
    known = counts.get(rung, 0) if rung else sum(counts.values())
    pages = {"per_page": PER_PAGE, "paginator_class": partial(CountedPaginator, known=known)}
    RequestConfig(request, paginate=pages).configure(table)
    if wants_part(request) and request.htmx.target != "scoped":
        return render(request, "tables/_list.html", {"table": table})
    code = tier.code if tier else ""
    total = sum(counts.values())
    context = {
        "scope": scope,
        "tiers": tiers,
        "tier": tier,
        "rung": rung,
        "rows": _bars(scope, counts, code),
        "total": total,
        "silent": counts.get(Rung.SILENT, 0),
        "silent_url": reverse("care:service_ladder") + scope.query(tier=code, rung=1),
        "cultivated": sum(number for step, number in counts.items() if step >= CULTIVATED),
        "average": sum(step * number for step, number in counts.items()) / total if total else None,
        "words": [(step, DEEDS[step], STEPS.get(step, "")) for step in reversed(Rung)],
        "all_url": reverse("care:service_ladder") + scope.query(tier=code),
        "table": table,
    }
    return render(request, "care/ladder.html", context)


def _rung(text):
    """The rung asked for, or None."""
    return Rung(int(text)) if text and text.isascii() and text.isdigit() and int(text) in Rung.values else None


def _bars(scope, counts, tier):
    """The rungs as bars, the highest on top as on a ladder; each leads to its customers."""
    most, total = max(counts.values(), default=0), sum(counts.values())
    return [
        {
            "label": f"{step.value} {step.label}",
            "display": f"{counts.get(step, 0):,}",
            "note": f"{counts.get(step, 0) / total:.1%}" if total else "",
            "share": share_of(counts.get(step, 0), most),
            "pattern": 1 if step >= CULTIVATED else 3 if step > Rung.SILENT else 2,
            "url": f"{reverse('care:service_ladder')}{scope.query(tier=tier, rung=step.value)}#list",
        }
        for step in reversed(Rung)
    ]


@require_safe
@roles_required(*READERS)
def of_customer(request, public_id):
    """How far the relationship with one customer goes: what was done, what was left out, the next rung."""
    customer = get_object_or_404(
        Customer.objects.visible_to(request.user).select_related("standing"), public_id=public_id
    )
    done = deeds_of(customer=customer.pk, on=request.today)
    reached = max(done, default=Rung.SILENT)
    following = Rung(reached + 1) if reached < max(Rung) else None
    context = {
        "customer": customer,
        "standing": customer.standing,
        "hours": customer.standing.service_minutes / 60,
        "reached": reached,
        "deed": DEEDS[reached],
        "next": following,
        "step": STEPS[following] if following else "",
        "steps": [
            {
                "rung": step,
                "deed": DEEDS[step],
                "done": step in done,
                "times": done[step][0] if step in done else 0,
                "latest": done[step][1] if step in done else None,
                "reached": step == reached,
                "left_out": step < reached and step not in done,
            }
            for step in Rung
            if step > Rung.SILENT
        ],
        "ladder_url": reverse("care:service_ladder"),
        "panel": "care/_ladder.html",
        "title": _("How far it goes"),
    }
    return render(request, "care/_ladder.html" if wants_part(request) else "customers/panel_page.html", context)
