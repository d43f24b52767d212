"""The month calendar of visits."""

from django.db.models import Count, F, Window
from django.db.models.functions import RowNumber
from django.shortcuts import render
from django.views.decorators.http import require_safe

from customers.rules.lunar import lunar_text
from staff.access import READERS, roles_required
from visits.models import Visit
from visits.rules.month import month_after, month_before, parse_month, short_lunar, weeks_of

A_DAY_SHOWS = 4


@require_safe
@roles_required(*READERS)
def month(request):
    """The visits of a month by day, with lunar days; the person's own with ``who=mine``. One query."""
    first = parse_month(request.GET.get("month"), today=request.today)
    weeks = weeks_of(first)
    mine = request.GET.get("who") == "mine"
    rows = Visit.objects.visible_to(request.user).between(weeks[0][0], weeks[-1][-1])
    if mine:
        rows = rows.filter(by=request.user)
    rows = (
        rows.annotate(
            place=Window(
                RowNumber(), partition_by=F("day"), order_by=[F("planned_at").asc(nulls_last=True), F("pk").asc()]
            ),
            on_day=Window(Count("pk"), partition_by=F("day")),
        )
        .filter(place__lte=A_DAY_SHOWS)
        .select_related("customer__standing", "customer__contact_preference")
        .order_by("day", "place")
    )
    by_day = {}
    for visit in rows:
        by_day.setdefault(visit.day, []).append(visit)
    context = {
        "first": first,
        "before": month_before(first),
        "after": month_after(first),
        "mine": mine,
        "total": sum(visits[0].on_day for day, visits in by_day.items() if day.month == first.month),
        "weeks": [
            [_cell(day, by_day.get(day, []), first=first, today=request.today) for day in week] for week in weeks
        ],
    }
    return render(request, "visits/calendar.html", context)


def _cell(day, visits, *, first, today):
    return {
        "day": day,
        "lunar": short_lunar(day),
        "lunar_full": lunar_text(day),
        "inside": day.month == first.month,
        "today": day == today,
        "past": day < today,
        "visits": visits,
        "more": visits[0].on_day - len(visits) if visits else 0,
    }
