"""Two ways to the same result, measured in turn: what counts is the ratio of their medians."""

import statistics
import time
from pathlib import Path

from django.db import connection, transaction

BY_HAND = Path(__file__).with_name("by_hand")


class _Undo(Exception):
    """Leaves a transaction without a trace."""


def by_hand(name, **values):
    """The statement somebody would write by hand, from the folder of that name."""
    return (BY_HAND / f"{name}.sql").read_text(encoding="utf-8").format(**values)


def run(sql):
    """One statement or several; returns the rows of the last one, if it gives any."""
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchall() if cursor.description else cursor.rowcount


def timed(call):
    """Seconds a call took, and what it returned."""
    began = time.perf_counter()
    result = call()
    return time.perf_counter() - began, result


def undone(call):
    """What `call` returns; what it wrote is taken back."""
    found = []
    try:
        with transaction.atomic():
            found.append(call())
            raise _Undo
    except _Undo:
        return found[0]


def in_turn(sides, repeats, *, tidy=()):
    """{name: median seconds} of the `sides` (name → call), each run `repeats` times in turn and taken back.

    A side may return {name: seconds} of its own, for what must be measured within it; anything else is thrown away. The
    first turn warms up and does not count when there are five or more. `tidy` names tables that the taken-back rows
    would swell: they are vacuumed in between.
    """
    found = {}
    warm_up = repeats >= 5
    for turn in range(repeats + warm_up):
        for name, side in sides.items():
            seconds, said = undone(lambda side=side: timed(side))
            measured = said if isinstance(said, dict) else {name: seconds}
            if turn or not warm_up:
                for key, value in measured.items():
                    found.setdefault(key, []).append(value)
            if tidy:
                run(f"VACUUM (ANALYZE) {', '.join(tidy)}")
    return {name: statistics.median(values) for name, values in found.items()}
