"""A month as weeks from Monday to Sunday."""

import re
from calendar import Calendar
from datetime import date

from customers.rules.lunar import lunar_text

WRITTEN = re.compile(r"(\d{4})-(\d{2})")
FIRST_YEAR, LAST_YEAR = 2000, 2098


def parse_month(text, *, today):
    """The first day of a month written ``2026-11``; of the month of `today` for anything else."""
    match = WRITTEN.fullmatch(text or "")
    if match and FIRST_YEAR <= int(match[1]) <= LAST_YEAR and 1 <= int(match[2]) <= 12:
        return date(int(match[1]), int(match[2]), 1)
    return today.replace(day=1)


def month_before(first):
    """The first day of the month before."""
    return date(first.year - 1, 12, 1) if first.month == 1 else first.replace(month=first.month - 1)


def month_after(first):
    """The first day of the month after."""
    return date(first.year + 1, 1, 1) if first.month == 12 else first.replace(month=first.month + 1)


def weeks_of(first):
    """The weeks that touch the month, each seven days from Monday, days of the neighbouring months included."""
    return Calendar(firstweekday=0).monthdatescalendar(first.year, first.month)


def short_lunar(day):
    """A day's lunar name as calendars print it: the day (初五), on the first of a lunar month the month (十月)."""
    text = lunar_text(day).removeprefix("农历")
    month, _, rest = text.partition("月")
    return f"{month}月" if rest == "初一" else rest
