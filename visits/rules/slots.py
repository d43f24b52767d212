"""Concrete times to offer: two alternatives, never "when?" (S0.18)."""

from datetime import datetime, time, timedelta

MORNING, AFTERNOON, EVENING = (
    (time(10, 0), time(9, 30), time(11, 0)),
    (time(15, 0), time(14, 0), time(16, 0)),
    (time(18, 30),),
)
SATURDAY = 5


def next_working_day(day):
    """The first day from Monday to Friday after `day`."""
    day += timedelta(days=1)
    while day.weekday() >= SATURDAY:
        day += timedelta(days=1)
    return day


def preferred_hours(text):
    """The parts of the day that a customer's preferred hours speak of, as (first, second) lists of times."""
    text = text.lower()
    wants_morning = any(word in text for word in ("上午", "早", "morning", "am"))
    wants_afternoon = any(word in text for word in ("下午", "午后", "afternoon", "pm"))
    if any(word in text for word in ("晚", "下班", "evening", "after work")):
        return EVENING, EVENING
    if wants_morning and not wants_afternoon:
        return MORNING, MORNING
    if wants_afternoon and not wants_morning:
        return AFTERNOON, AFTERNOON
    return MORNING, AFTERNOON


def two_slots(*, today, taken=(), hours=""):
    """Two times on two working days after `today`, free in the diary `taken` (days with times), within `hours`."""
    taken = set(taken)
    slots, day = [], today
    while len(slots) < 2:
        day = next_working_day(day)
        wanted = preferred_hours(hours)[len(slots)]
        free = next((at for at in wanted if (day, at) not in taken), None)
        if free is not None:
            slots.append(datetime.combine(day, free))
    return slots


def two_days(*, today):
    """Two days for a next step: soon (about three days) and in a week, never at a weekend."""
    soon = next_working_day(today + timedelta(days=2))
    week = next_working_day(today + timedelta(days=6))
    return [soon, week if week != soon else next_working_day(soon)]
