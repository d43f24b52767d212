"""Which reminder of a happening's day has come.

A rule of care says "so many days before". Its day has come from that day on until the happening itself; of several
whose day has come only the tightest (fewest days before) speaks. So what a missed night left out is caught up once, by
the reminder that fits the day, and a happening that is over is not reminded of.
"""

from datetime import timedelta


def tightest(days_left, days_before):
    """The fewest of `days_before` that still covers `days_left` days; None when no day has come or it is over."""
    if days_left < 0:
        return None
    return min((days for days in days_before if days >= days_left), default=None)


def raised_for(happens_on, days_before):
    """The day a reminder belongs to: so many days before the happening."""
    return happens_on - timedelta(days=days_before)
