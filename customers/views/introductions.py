"""What introductions bring: chains, influence centres, sources of customers, contact pools."""

from datetime import timedelta
from decimal import Decimal

from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from customers.choices import CustomerSource, PoolClass
from customers.models import Customer, Referral, ReferralPolicy
from customers.services.groups import income_of
from customers.services.introductions import Pool, centres, chain_from, pools, ranking, sources
from customers.views.customers import visible_customer
from customers.views.people import seen_name
from customers.views.scope import scope_of
from staff.access import READERS, roles_required
from staff.choices import Role
from staff.models import User
from staff.templatetags.crm import share_of

MOST_MANAGERS = 60
_NUMBERS = ("a", "b", "c", "d", "untouched", "new_30", "new_90", "names")
PERIODS = {"all": None, "12": 365, "24": 730}


@require_safe
@roles_required(*READERS)
def chain(request, public_id):
    """Everybody who came through a customer, as a tree, with what they brought; sums of those in scope."""
    customer = visible_customer(request, public_id)
    links = chain_from(customer)
    everybody = Customer.objects.select_related("standing").in_bulk([link.pk for link in links])
    visible = set(Customer.objects.visible_to(request.user).filter(pk__in=everybody).values_list("pk", flat=True))
    income = income_of(visible, on=request.today)
    rows = [
        {
            "depth": link.depth,
            "customer": everybody[link.pk] if link.pk in visible else None,
            "name": seen_name(everybody[link.pk], visible=link.pk in visible),
            "income": income.get(link.pk) if link.pk in visible else None,
        }
        for link in links
    ]
    seen = [row["customer"] for row in rows if row["customer"]]
    context = {
        "customer": customer,
        "rows": rows,
        "direct": sum(row["depth"] == 1 for row in rows),
        "assets": sum((one.standing.asset_total for one in seen), Decimal(0)),
        "income": sum(income.values(), Decimal(0)) if income else None,
        "hidden": len(rows) - len(seen),
        "deepest": max((row["depth"] for row in rows), default=0),
    }
    return render(request, "customers/referral_chain.html", context)


@require_safe
@roles_required(*READERS)
def influence(request):
    """Introducers by what came through them, and candidates for influence centres with the reasons (S2.1)."""
    scope = scope_of(request)
    mine = scope.rows(Customer)
    brought, candidates = ranking(mine, on=request.today), centres(mine, on=request.today)
    keys = {row.pk for row in [*brought, *candidates]}
    people = scope.rows(Customer).filter(pk__in=keys).select_related("standing", "manager").in_bulk()
    policy = ReferralPolicy.current()
    since = request.today - timedelta(days=policy.ask_again_days)
    asked = dict(
        Referral.objects.filter(introducer__in=[row.pk for row in candidates], asked_on__gt=since)
        .order_by("asked_on")
        .values_list("introducer", "asked_on")
    )
    context = {
        "scope": scope,
        "brought": [{"customer": people[row.pk], "brought": row} for row in brought if row.pk in people],
        "candidates": [
            {"customer": people[row.pk], "centre": row, "asked_on": asked.get(row.pk)}
            for row in candidates
            if row.pk in people
        ],
    }
    return render(request, "customers/referral_centres.html", context)


@require_safe
@roles_required(*READERS)
def source_list(request):
    """How customers were found, and what each way yielded (S1.4)."""
    scope = scope_of(request)
    # Whoever looks at many books begins with the last year's customers.
    usual = "all" if request.user.role == Role.MANAGER else "12"
    period = request.GET.get("period") if request.GET.get("period") in PERIODS else usual
    mine = scope.rows(Customer)
    if PERIODS[period]:
        mine = mine.filter(opened_on__gt=request.today - timedelta(days=PERIODS[period]))
    found = sources(mine, on=request.today)
    total = sum(row.customers for row in found.values())
    rows = []
    for code, label in [*CustomerSource.choices, ("", _("not known"))]:
        row = found.get(code)
        if row is None and not code:
            continue
        rows.append(
            {
                "code": code,
                "label": label,
                "customers": row.customers if row else 0,
                "assets": row.assets if row else None,
                "income": row.income if row else None,
                "share": share_of(row.customers, total) if row else 0,
                "high": 100 * row.high / row.tiered if row and row.tiered else None,
                "average": row.assets / row.customers if row else None,
            }
        )
    context = {
        "scope": scope,
        "rows": rows,
        "total": total,
        "period": period,
        "periods": [("all", _("all the time")), ("12", _("12 months")), ("24", _("24 months"))],
        "path": reverse("customers:referral_sources"),
    }
    return render(request, "customers/source_list.html", context)


@require_safe
@roles_required(*READERS)
def pool_list(request):
    """Contact pools of each manager (S0.15): size, untouched, inflow, and what is missing to the goal."""
    scope = scope_of(request)
    policy = ReferralPolicy.current()
    found = pools(scope.rows(Customer), on=request.today, policy=policy)
    goals = {PoolClass.READY: policy.goal_a, PoolClass.WARM: policy.goal_b}
    goals |= {PoolClass.KNOWN: policy.goal_c, PoolClass.NAME: policy.goal_d}
    # A manager with nobody to call is the one whom the page is for.
    own = [request.user] if request.user.role == Role.MANAGER else []
    asked = [scope.manager] if scope.manager else scope.managers or own
    for person in asked:
        if person.pk:
            found.setdefault(person.pk, Pool(person.pk))
    managers = User.objects.filter(pk__in=found).select_related("branch").in_bulk()
    rows = []
    for key, pool in found.items():
        cells = [(pool.of(one), goals[one], max(goals[one] - pool.of(one), 0)) for one in PoolClass]
        rows.append(
            {
                "manager": managers[key],
                "pool": pool,
                "cells": cells,
                "missing": sum(missing for _size, _goal, missing in cells),
            }
        )
    # Who has fewest people to talk with stands on top.
    rows.sort(key=lambda row: (-row["missing"], row["manager"].staff_no))
    total = Pool(0, *(sum(getattr(pool, name) for pool in found.values()) for name in _NUMBERS))
    many = max(len(found), 1)
    context = {
        "scope": scope,
        "rows": rows[:MOST_MANAGERS],
        "more": max(len(rows) - MOST_MANAGERS, 0),
        "total": total,
        "bars": [
            {
                "code": one.value,
                "label": one.label,
                "number": total.of(one),
                "goal": goals[one] * many,
                "missing": max(goals[one] * many - total.of(one), 0),
                "share": share_of(min(total.of(one), goals[one] * many), goals[one] * many),
            }
            for one in PoolClass
        ],
        "policy": policy,
        "untouched_url": f"{reverse('customers:list')}{scope.query(quiet=policy.untouched_days, restricted=0)}",
        "single": rows[0] if len(rows) == 1 else None,
    }
    return render(request, "customers/contact_pool.html", context)
