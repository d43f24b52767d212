"""One suggestion for a customer, from what is known: the nearest duty first, then what is missing."""

from dataclasses import dataclass, field
from datetime import date, timedelta

# A maturity this near comes before everything else (the first maturity reminder, S3.1).
MATURITY_DAYS = 30
BIRTHDAY_DAYS = 7
# How long a customer of a tier may go without a word, in days (S3.10); any other tier waits longest.
QUIET_DAYS = {"VIP": 30, "A": 45, "B": 90}
QUIET_DAYS_OTHERS = 180


@dataclass(frozen=True)
class Known:
    """What the customer page knows when it asks for the next step."""

    restricted: bool = False
    do_not_contact: bool = False
    next_maturity: date | None = None
    birthday: date | None = None
    tier: str = ""
    last_contact: date | None = None
    # Fields of the file without an answer, the most telling first.
    missing: tuple = ()
    has_open_need: bool = False
    # Dimensions (S0.9) in which nothing is held.
    uncovered: tuple = ()


@dataclass(frozen=True)
class Step:
    """The suggestion: a code the page turns into a sentence, and what the sentence speaks of."""

    code: str
    day: date | None = None
    days: int | None = None
    names: tuple = field(default=())


def next_step(known, *, on):
    """The one thing to do next, as a Step.

    Codes: restricted, do_not_contact, maturity, birthday, never_contacted, quiet, ask, needs, uncovered, keep_up.
    """
    if known.restricted:
        return Step("restricted")
    if known.do_not_contact:
        return Step("do_not_contact")
    if known.next_maturity and on <= known.next_maturity <= on + timedelta(days=MATURITY_DAYS):
        return Step("maturity", day=known.next_maturity)
    if known.birthday and on <= known.birthday <= on + timedelta(days=BIRTHDAY_DAYS):
        return Step("birthday", day=known.birthday)
    if known.last_contact is None:
        return Step("never_contacted")
    allowed = QUIET_DAYS.get(known.tier, QUIET_DAYS_OTHERS)
    if (quiet := (on - known.last_contact).days) > allowed:
        return Step("quiet", day=known.last_contact, days=quiet)
    if known.missing:
        return Step("ask", names=tuple(known.missing[:3]))
    if not known.has_open_need:
        return Step("needs")
    if known.uncovered:
        return Step("uncovered", names=tuple(known.uncovered))
    return Step("keep_up")
