"""The facts a criterion may ask for: one plain value each, from one plain record and a day."""

from calendar import monthrange
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from customers.choices import EaseOfContact, Education, Influence, MaritalStatus, Occupation
from tiering.choices import CriterionKind, Fact, Family


@dataclass(frozen=True)
class Asked:
    """The current answer to a question that is asked: the code of an option, and the day it was given."""

    value: str
    on: date


@dataclass(frozen=True, kw_only=True)
class Record:
    """What the bank has on file of one customer; empty text and None are unknown."""

    occupation: str = ""
    annual_income: Decimal | None = None
    birth_date: date | None = None
    marital_status: str = ""
    children: int | None = None
    education: str = ""
    opened_on: date | None = None
    known_since: date | None = None
    ease_of_contact: str = ""
    influence: str = ""
    assets: Decimal | None = None
    holdings: int | None = None
    categories: int | None = None
    risk_level: int | None = None
    contribution: Decimal | None = None
    introduced: int | None = None
    contacts: int | None = None
    # By the key of the question.
    answers: dict[str, Asked] = field(default_factory=dict)


# How a criterion of the fact finds its option; a fact has one natural kind.
KIND = {
    Fact.OCCUPATION: CriterionKind.CHOICE,
    Fact.ANNUAL_INCOME: CriterionKind.NUMBER,
    Fact.AGE: CriterionKind.YEARS,
    Fact.FAMILY: CriterionKind.CHOICE,
    Fact.EDUCATION: CriterionKind.CHOICE,
    Fact.KNOWN_FOR: CriterionKind.YEARS,
    Fact.EASE_OF_CONTACT: CriterionKind.CHOICE,
    Fact.INFLUENCE: CriterionKind.CHOICE,
    Fact.CHILDREN: CriterionKind.NUMBER,
    Fact.ASSETS: CriterionKind.NUMBER,
    Fact.HOLDINGS: CriterionKind.NUMBER,
    Fact.CATEGORIES: CriterionKind.NUMBER,
    Fact.RISK_LEVEL: CriterionKind.NUMBER,
    Fact.CONTRIBUTION: CriterionKind.NUMBER,
    Fact.INTRODUCED: CriterionKind.NUMBER,
    Fact.CONTACTS: CriterionKind.NUMBER,
}

# The answers a choice may have.
ANSWERS = {
    Fact.OCCUPATION: Occupation,
    Fact.FAMILY: Family,
    Fact.EDUCATION: Education,
    Fact.EASE_OF_CONTACT: EaseOfContact,
    Fact.INFLUENCE: Influence,
}

# Facts that may lie below zero: their lowest band must be open below.
SIGNED = frozenset({Fact.ASSETS, Fact.CONTRIBUTION})


def completed_years(begin, on):
    """Whole years from `begin` to `on`, by anniversary; somebody born on 29 February completes a year on 1 March.

    None when `begin` is unknown or lies after `on`: what has not begun has no length.
    """
    if begin is None or begin > on:
        return None
    return on.year - begin.year - ((on.month, on.day) < (begin.month, begin.day))


def years_before(on, years):
    """The latest day from which `years` whole years have passed on the day `on`; None when there is no such day."""
    if years >= on.year:
        return None
    try:
        return on.replace(year=on.year - years)
    except ValueError:  # 29 February in a common year
        return date(on.year - years, 2, 28)


def years_after(begin, years):
    """The first day on which `years` whole years have passed since `begin`; None beyond the calendar."""
    if begin.year + years > date.max.year:
        return None
    try:
        return begin.replace(year=begin.year + years)
    except ValueError:  # 29 February in a common year
        return date(begin.year + years, 3, 1)


def months_before(on, months):
    """The same day so many months before, or the last day of that month; None before the calendar begins."""
    month = on.year * 12 + on.month - 1 - months
    if month < 12:
        return None
    year, month = divmod(month, 12)
    return date(year, month + 1, min(on.day, monthrange(year, month + 1)[1]))


def months_after(on, months):
    """The same day so many months later, or the last day of that month; the last day there is beyond the calendar."""
    year, month = divmod(on.year * 12 + on.month - 1 + months, 12)
    if year > date.max.year:
        return date.max
    return date(year, month + 1, min(on.day, monthrange(year, month + 1)[1]))


def oldest(stale_after, on):
    """An asked answer counts when it was given after this day; None: however old it is."""
    return months_before(on, stale_after) if stale_after else None


def family(marital_status, children):
    """Married with children, married with none, everybody else single (S2.3); None while the marriage is unknown."""
    if not marital_status:
        return None
    if marital_status != MaritalStatus.MARRIED:
        return Family.SINGLE.value
    return (Family.MARRIED_WITH_CHILDREN if children else Family.MARRIED_WITHOUT_CHILDREN).value


def began(fact, record):
    """The day from which a fact of the kind “years” runs, or None: birth; known since, else customer since."""
    return record.birth_date if fact == Fact.AGE else record.known_since or record.opened_on


def answer(fact, record, on):
    """The value of `fact` on the day `on`: a code, a number, whole years; None when unknown."""
    if fact not in KIND:  # a fact of the database that this version of the product does not know
        return None
    if KIND[fact] == CriterionKind.YEARS:
        return completed_years(began(fact, record), on)
    if fact == Fact.FAMILY:
        return family(record.marital_status, record.children)
    value = getattr(record, str(fact.value if isinstance(fact, Fact) else fact))
    return None if value == "" else value


def asked(question, stale_after, record, on):
    """The answer to a question as it counts on the day `on`: None when it was never given, later, or is stale."""
    given = record.answers.get(question)
    if given is None or given.on > on:
        return None
    limit = oldest(stale_after, on)
    return given.value if limit is None or given.on > limit else None
