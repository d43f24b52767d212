"""Two concrete times to offer."""

from datetime import date, time

import pytest

from visits.rules.slots import next_working_day, two_days, two_slots

SATURDAY = date(2026, 11, 21)


@pytest.mark.parametrize(
    ("day", "following"),
    [
        (date(2026, 11, 19), date(2026, 11, 20)),
        (date(2026, 11, 20), date(2026, 11, 23)),
        (SATURDAY, date(2026, 11, 23)),
        (date(2026, 12, 31), date(2027, 1, 1)),
    ],
)
def test_next_working_day_skips_the_weekend(day, following):
    assert next_working_day(day) == following


def words(slots):
    return [f"{slot:%d %H:%M}" for slot in slots]


def test_two_slots_offer_a_morning_and_an_afternoon():
    assert words(two_slots(today=SATURDAY)) == ["23 10:00", "24 15:00"]


def test_two_slots_leave_out_what_is_taken():
    taken = [(date(2026, 11, 23), time(10, 0))]
    assert words(two_slots(today=SATURDAY, taken=taken)) == ["23 09:30", "24 15:00"]


def test_two_slots_go_to_the_next_day_when_a_day_is_full():
    taken = [(date(2026, 11, 23), at) for at in (time(10), time(9, 30), time(11))]
    assert words(two_slots(today=SATURDAY, taken=taken)) == ["24 10:00", "25 15:00"]


@pytest.mark.parametrize(
    ("hours", "times"),
    [
        ("", [time(10), time(15)]),
        ("上午", [time(10), time(10)]),
        ("工作日下午", [time(15), time(15)]),
        ("上午或下午", [time(10), time(15)]),
        ("晚上", [time(18, 30), time(18, 30)]),
        ("Afternoons, pm", [time(15), time(15)]),
    ],
)
def test_two_slots_respect_the_hours_a_customer_prefers(hours, times):
    assert [slot.time() for slot in two_slots(today=SATURDAY, hours=hours)] == times


@pytest.mark.parametrize("offset", range(7))
def test_two_days_differ_and_are_never_at_a_weekend(offset):
    days = two_days(today=date(2026, 11, 16 + offset))
    assert days[0] < days[1]
    assert all(day.weekday() < 5 for day in days)
