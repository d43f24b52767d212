"""The attention audit (S4.8): whom does our time go to, and is it those it should go to?"""

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from care.models import AttentionGoal, ServiceCount
from care.rules.attention import WORTH_SAYING, Load, gap, misplaced, percent
from care.services.attention import loads_of, summed
from customers.choices import Kind
from customers.models import TierName
from customers.services.workbook import Sheet, workbook
from customers.views.scope import scope_of
from staff.access import READERS, roles_required
from staff.choices import Role
from staff.models import Branch, User
from staff.templatetags.crm import MINUS, format_money

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# A page to be read and printed: the rest is one branch away.
MOST_LINES = 30
MONTHS = 12
# Places in the keys of what is loaded.
CODE, BRANCH, MANAGER = range(3)


@require_safe
@roles_required(*READERS)
def attention(request):
    """Contacts, time and cost by tier against the shares intended, what they brought, by branch and manager."""
    scope = scope_of(request)
    goals = dict(AttentionGoal.objects.values_list("code", "share"))
    kind = request.GET.get("kind") if request.GET.get("kind") in Kind.values else ""
    counts = scope.rows(ServiceCount)
    if kind:
        counts = counts.filter(kind=kind)
    day, months = _days(counts, request.GET.get("month"))
    loads = loads_of(counts.filter(on=day), "code", "branch", "manager")
    by_tier = summed(loads, CODE)
    total = summed({(code,): load for code, load in by_tier.items()}).get((), Load())
    tiers = _tiers(scope, by_tier, total, goals)
    codes = [tier["code"] for tier in tiers if tier["code"]]
    kept = {"kind": kind, "month": f"{day:%Y-%m}" if months and day != months[0] else ""}
    of_many = request.user.role != Role.MANAGER
    # A page to be read has the first ones, a file has them all.
    most = None if request.GET.get("format") == "xlsx" else MOST_LINES
    branches, _more = _lines(scope, loads, "branch", codes, goals, kept) if of_many else ([], 0)
    managers, more = _lines(scope, loads, "manager", codes, goals, kept, most) if of_many else ([], 0)
    context = {
        "scope": scope,
        "total": total,
        "tiers": tiers,
        "goals_total": sum(goals.values()),
        "codes": codes,
        "branches": branches if len(branches) > 1 else [],
        "managers": managers,
        "more": more,
        "findings": _findings(tiers),
        "day": day,
        "months": months,
        "kind": kind,
        "kinds": Kind.choices,
        "trend": _trend(counts, months, codes),
        "xlsx_url": reverse("care:service_attention") + scope.query(**kept, format="xlsx"),
    }
    if request.GET.get("format") == "xlsx":
        return _download(request, context)
    return render(request, "care/attention.html", context)


def _days(counts, month):
    """The day looked at (of the month asked for, else the last one counted), and the last day of each month."""
    by_month = {}
    for day in counts.order_by("on").values_list("on", flat=True).distinct():
        by_month[f"{day:%Y-%m}"] = day
    months = sorted(by_month.values(), reverse=True)[:MONTHS]
    return by_month.get(month) or (months[0] if months else None), months


def _trend(counts, months, codes):
    """For each month the talks, hours and the share of time by tier; nothing for a single month."""
    if len(months) < 2:
        return []
    by_tier = loads_of(counts.filter(on__in=months), "on", "code")
    by_day = summed(by_tier, 0)
    return [
        {
            "day": day,
            "total": by_day[day],
            "shares": [
                (code, percent(by_tier.get((day, code), Load()).minutes, by_day[day].minutes)) for code in codes
            ],
        }
        for day in months
    ]


def _tiers(scope, loads, total, goals):
    """The tiers by rank, those without a tier last, each with its shares and its list of customers."""
    names = {name.code: name for name in TierName.objects.filter(column="tier")}
    known = sorted(names, key=lambda code: names[code].rank)
    codes = [*known, *sorted(set(goals) - set(known)), *sorted(set(loads) - set(known) - set(goals) - {""})]
    rows = []
    for code in [*codes, *([""] if "" in loads else [])]:
        load, goal = loads.get(code, Load()), goals.get(code)
        share = percent(load.minutes, total.minutes)
        rows.append(
            {
                "code": code,
                "rank": names[code].rank if code in names else None,
                "label": names[code].label if code in names else code or _("not tiered yet"),
                "name": code or _("not tiered yet"),
                "load": load,
                "goal": goal,
                "customers_share": percent(load.customers, total.customers),
                "contacts_share": percent(load.contacts, total.contacts),
                "share": share,
                "gap": gap(load, total, goal),
                "gap_words": _gap_words(gap(load, total, goal)),
                "width": _width(share),
                "goal_width": _width(goal),
                "url": reverse("customers:list") + scope.query(tier=code or "none"),
            }
        )
    return rows


def _gap_words(points):
    """An arrow with whole percentage points; “＝” within half a point."""
    if points is None:
        return "—"
    whole = round(abs(points))
    return "＝" if not whole else f"▲ +{whole}" if points > 0 else f"▼ {MINUS}{whole}"


def _width(share):
    return f"{share or 0:.1f}"


def _lines(scope, loads, key, codes, goals, kept, most=None):
    """Branches or managers, those whose time is furthest from the goals first, `most` of them; and how many more."""
    by_tier = summed(loads, BRANCH if key == "branch" else MANAGER, CODE)
    totals = summed(by_tier, 0)
    # The bar knows most of them; others have left.
    named = {one.pk: one for one in (scope.branches if key == "branch" else scope.managers) if one.pk in totals}
    if unknown := [pk for pk in totals if pk and pk not in named]:
        rows = (Branch if key == "branch" else User).objects.visible_to(scope.user)
        named |= (rows if key == "branch" else rows.select_related("branch")).in_bulk(unknown)
    owns = {pk: {code: by_tier.get((pk, code), Load()) for code in codes} for pk in named}
    off = {pk: misplaced(owns[pk], totals[pk], goals) for pk in named}
    order = sorted(named, key=lambda pk: (-(off[pk] or 0), -totals[pk].minutes, str(named[pk])))[:most]
    address, lines = reverse("care:service_attention"), []
    for pk in order:
        who, own, total = named[pk], owns[pk], totals[pk]
        narrowed = {"branch": who.code, "manager": ""} if key == "branch" else {"manager": who.staff_no}
        lines.append(
            {
                "who": who,
                "total": total,
                "shares": [(code, percent(own[code].minutes, total.minutes)) for code in codes],
                "misplaced": off[pk],
                "url": address + scope.query(**kept, **narrowed),
            }
        )
    return lines, len(named) - len(lines)


def _findings(tiers):
    """What the numbers say, in sentences."""
    said = []
    gaps = sorted((row for row in tiers if row["gap"] is not None), key=lambda row: -abs(row["gap"]))
    for row in gaps[:2]:
        points = round(abs(row["gap"]))
        if points >= WORTH_SAYING:
            words = {"tier": row["name"], "share": round(row["share"]), "goal": row["goal"], "points": points}
            said.append(
                _("%(tier)s gets %(share)s%% of our time, %(goal)s%% is intended: %(points)s points too little.")
                % words
                if row["gap"] < 0
                else _("%(tier)s gets %(share)s%% of our time, %(goal)s%% is intended: %(points)s points too much.")
                % words
            )
    paid = sorted(
        (row for row in tiers if row["code"] and row["load"].per_hour is not None),
        key=lambda row: -row["load"].per_hour,
    )
    if len(paid) > 1:
        best, worst = paid[0], paid[-1]
        said.append(
            _("An hour for %(best)s goes with %(much)s of income a year, an hour for %(worst)s with %(little)s.")
            % {
                "best": best["name"],
                "much": format_money(best["load"].per_hour),
                "worst": worst["name"],
                "little": format_money(worst["load"].per_hour),
            }
        )
    first = next((row for row in tiers if row["load"].customers), None)
    if first and first["load"].untouched:
        number = first["load"].untouched
        said.append(
            ngettext(
                "%(n)s of %(all)s customers of tier %(tier)s had no contact in twelve months.",
                "%(n)s of %(all)s customers of tier %(tier)s had no contact in twelve months.",
                number,
            )
            % {"n": f"{number:,}", "all": f"{first['load'].customers:,}", "tier": first["name"]}
        )
    return said


def _download(request, context):
    """The same figures as a workbook."""
    scope, codes = context["scope"], context["codes"]
    preamble = [
        _("Attention audit, %(day)s") % {"day": (context["day"] or request.today).isoformat()},
        " · ".join(str(one) for one in (scope.branch, scope.manager) if one),
    ]
    heads = [_("Customers"), _("Contacts"), _("Hours"), _("Cost (yuan)"), _("Income (yuan)")]
    rates = [_("Income an hour (yuan)"), _("Income a yuan spent")]
    tiers = Sheet(
        _("By tier"),
        [_("Tier"), *heads, *rates, _("Share of contacts"), _("Share of time"), _("Intended"), _("Without contact")],
        [
            [
                row["label"],
                *_figures(row["load"]),
                _part(row["contacts_share"]),
                _part(row["share"]),
                _part(row["goal"]),
                row["load"].untouched,
            ]
            for row in context["tiers"]
        ],
    )
    sheets = [tiers]
    for title, lines in ((_("By branch"), context["branches"]), (_("By relationship manager"), context["managers"])):
        if lines:
            sheets.append(
                Sheet(
                    title,
                    [_("Name"), *heads, *rates, *codes, _("Off the goals")],
                    [
                        [
                            str(line["who"]),
                            *_figures(line["total"]),
                            *[_part(share) for _code, share in line["shares"]],
                            _part(line["misplaced"]),
                        ]
                        for line in lines
                    ],
                )
            )
    response = HttpResponse(workbook(sheets, preamble=preamble), content_type=XLSX)
    response["Content-Disposition"] = f'attachment; filename="attention-{request.today.isoformat()}.xlsx"'
    return response


def _figures(load):
    return [load.customers, load.contacts, round(load.hours, 2), load.cost, load.income, load.per_hour, load.per_yuan]


def _part(share):
    """Per cent as the fraction a workbook shows as per cent."""
    return None if share is None else float(share) / 100
