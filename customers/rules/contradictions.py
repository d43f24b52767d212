"""Facts that do not agree, as questions (疑问): what is asked, of which facts, and from where on.

One table for those who type a file and for the night that goes through the whole stock: what follows from the file of
a person alone is tested here in Python, and `customers.services.contradictions` says every test in SQL; a property test
holds the two together.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from customers.choices import Occupation

# Assets with us of so many years' income are asked about, from this sum on (yuan).
YEARS_OF_INCOME = 50
ASSETS_FROM = 1_000_000
# An income of this size (yuan a year) beside hardly any assets.
INCOME_FROM = 1_000_000
ASSETS_HARDLY = 10_000
# Ages: the lawful age of marriage for women is the lower one; nobody works below 16; a first degree, a second one.
MARRIED_FROM = 20
WORKS_FROM, WORKS_UNTIL = 16, 75
DEGREE_FROM, POSTGRADUATE_FROM = 19, 21
PARENT_FROM = 18
SCHOOL_PARENTS_UNTIL = 70
MANY_CHILDREN = 8
# A phone of so many customers.
PHONE_SHARED_BY = 5
# An ended relationship with so much still here (yuan).
LEFT_OVER = 10_000
# Ages at which a birth date is asked about rather than refused.
OLDEST, YOUNGEST_OWNER = 105, 16
HIGHEST_INCOME = 50_000_000
# Per cent in risk assets that need some experience.
RISK_SHARE_FROM = 20
# Occupations that are no work for somebody else.
NOT_AT_WORK = ("", "other", "homemaker", "business_owner")


@dataclass(frozen=True)
class Rule:
    """A question: its words, what it is about in the choice above a list, and of which facts of the file it is asked.

    `asks` gets the answers of a person's file, {name: answer} without unknown ones, and the age in years or None; it
    returns the facts of the sentence, or None when they agree. Without `asks` only the stock as a whole can tell.
    """

    words: str
    subject: str
    about: tuple = ()
    asks: Callable | None = None


def _of_age(test):
    """A test that needs the age: without one nothing is asked."""
    return lambda known, age: test(known, age) if age is not None else None


def _at_work(known):
    return known.get("occupation", "") not in NOT_AT_WORK


@_of_age
def _married_young(known, age):
    return {"age": age} if known.get("marital_status") == "married" and age < MARRIED_FROM else None


@_of_age
def _works_young(known, age):
    return {"age": age, "occupation": known["occupation"]} if _at_work(known) and age < WORKS_FROM else None


@_of_age
def _works_old(known, age):
    return {"age": age, "occupation": known["occupation"]} if _at_work(known) and age > WORKS_UNTIL else None


@_of_age
def _degree_young(known, age):
    least = {"bachelor": DEGREE_FROM, "postgraduate": POSTGRADUATE_FROM}.get(known.get("education"), 0)
    return {"age": age} if age < least else None


@_of_age
def _children_young(known, age):
    children = known.get("children", 0)
    return {"age": age, "children": children} if children > 0 and age < PARENT_FROM else None


def _many_children(known, age):
    children = known.get("children", 0)
    return {"children": children} if children >= MANY_CHILDREN else None


def _child_at_school(known, age):
    stage = known.get("school_stage", "")
    return {"stage": stage} if known.get("children") == 0 and stage not in {"", "finished"} else None


@_of_age
def _school_old(known, age):
    return (
        {"age": age} if known.get("school_stage", "") not in {"", "finished"} and age > SCHOOL_PARENTS_UNTIL else None
    )


def _months_over_year(known, age):
    month, year = known.get("monthly_income", 0), known.get("annual_income", 0)
    if not (month > 0 and year > 0) or year / 4 <= month * 12 <= year * 2:
        return None
    return {"month_yuan": month, "income_yuan": year}


@_of_age
def _retired_already(known, age):
    wanted = known.get("retirement_age")
    return {"age": age, "wanted": wanted} if _at_work(known) and wanted is not None and age > wanted else None


@_of_age
def _very_old(known, age):
    return {"age": age} if age > OLDEST else None


@_of_age
def _very_young(known, age):
    return {"age": age} if age < YOUNGEST_OWNER else None


def _income_high(known, age):
    income = known.get("annual_income", 0)
    return {"income_yuan": income} if income > HIGHEST_INCOME else None


def _household_below_own(known, age):
    month, household = known.get("monthly_income"), known.get("household_income")
    if month is None or household is None or household >= month:
        return None
    return {"household_yuan": household, "month_yuan": month}


def _risk_without_experience(known, age):
    share = known.get("risk_share", 0)
    asked = known.get("investment_experience") == "none" and share > RISK_SHARE_FROM
    return {"share": share} if asked else None


RULES = {
    "born_late": Rule(
        _("Born on %(born)s but a customer since %(since)s: which day is right?"), _("Birth and opening")
    ),
    "married_young": Rule(
        _("Married at %(age)s: are birth date and marriage right?"),
        _("Age and marriage"),
        ("birth_date", "marital_status"),
        _married_young,
    ),
    "works_young": Rule(
        _("%(age)s years old and at work as “%(occupation)s”: are birth date and occupation right?"),
        _("Age and work"),
        ("birth_date", "occupation"),
        _works_young,
    ),
    "works_old": Rule(
        _("%(age)s years old and still at work as “%(occupation)s”: is the occupation still right?"),
        _("Age and work (old)"),
        ("birth_date", "occupation"),
        _works_old,
    ),
    "degree_young": Rule(
        _("A degree at %(age)s: are birth date and education right?"),
        _("Age and education"),
        ("birth_date", "education"),
        _degree_young,
    ),
    "children_young": Rule(
        _("%(children)s children at %(age)s: are birth date and children right?"),
        _("Age and children"),
        ("birth_date", "children"),
        _children_young,
    ),
    "many_children": Rule(
        _("%(children)s children: is the number right?"), _("Number of children"), ("children",), _many_children
    ),
    "child_at_school": Rule(
        _("No children on file, but a child at school: how many children are there?"),
        _("Children and school"),
        ("children", "school_stage"),
        _child_at_school,
    ),
    "school_old": Rule(
        _("%(age)s years old with a child at school: is it a grandchild?"),
        _("Age and school"),
        ("birth_date", "school_stage"),
        _school_old,
    ),
    "assets_over_income": Rule(
        _("Assets of %(assets_yuan)s with an income of %(income_yuan)s a year: has the income grown?"),
        _("Assets above income"),
    ),
    "income_without_assets": Rule(
        _("An income of %(income_yuan)s a year, but only %(assets_yuan)s with us: is it right, or where is the money?"),
        _("Income without assets"),
    ),
    "months_over_year": Rule(
        _("%(month_yuan)s a month is not %(income_yuan)s a year: which is right?"),
        _("Income by month and year"),
        ("monthly_income", "annual_income"),
        _months_over_year,
    ),
    "spouse_of_single": Rule(
        _("Not married on file, but a spouse among the relations: which is right?"), _("Marriage and relations")
    ),
    "no_spouse": Rule(
        _("Married and in the best tier, but no spouse on file: who decides with them?"), _("Spouse missing")
    ),
    "phone_shared": Rule(_("The phone is that of %(number)s customers: whose is it?"), _("Shared phone")),
    "ended_with_assets": Rule(
        _("The relationship has ended, but %(assets_yuan)s is still here: is it over?"), _("Ended with assets")
    ),
    "known_before_birth": Rule(
        _("Known since %(since)s, before the birth on %(born)s: which day is right?"), _("Birth and first acquaintance")
    ),
    "resident_number": Rule(
        _("The document is not a resident identity card, but its number is one: which document is it?"),
        _("Document and number"),
    ),
    "retired_already": Rule(
        _("%(age)s years old and wanted to retire at %(wanted)s: are they retired by now?"),
        _("Age and retirement"),
        ("birth_date", "occupation", "retirement_age"),
        _retired_already,
    ),
    "very_old": Rule(_("%(age)s years old: is the birth date right?"), _("Age above 105"), ("birth_date",), _very_old),
    "very_young": Rule(
        _("%(age)s years old: is the birth date right, and who acts for them?"),
        _("Age below 16"),
        ("birth_date",),
        _very_young,
    ),
    "income_high": Rule(
        _("An income of %(income_yuan)s a year: was it meant in yuan?"),
        _("Very high income"),
        ("annual_income",),
        _income_high,
    ),
    "household_below_own": Rule(
        _("The household earns %(household_yuan)s a month, the customer alone %(month_yuan)s: which is right?"),
        _("Income of the household"),
        ("monthly_income", "household_income"),
        _household_below_own,
    ),
    "risk_without_experience": Rule(
        _("%(share)s %% in risk assets without any investment experience: which is right?"),
        _("Risk and experience"),
        ("risk_share", "investment_experience"),
        _risk_without_experience,
    ),
}

QUESTIONS = {code: rule.words for code, rule in RULES.items()}
SUBJECTS = {code: rule.subject for code, rule in RULES.items()}


def doubts(values, *, age=None, changed=None):
    """What does not agree in the answers of a person's file, as [(code, facts)] in the order of the table.

    `values` maps names of facts to answers, `age` is in years. With `changed` (names) only what these are part of.
    """
    known = {name: value for name, value in values.items() if value is not None}
    found = []
    for code, rule in RULES.items():
        if rule.asks is None or (changed is not None and not set(rule.about) & set(changed)):
            continue
        facts = rule.asks(known, age)
        if facts is not None:
            found.append((code, facts))
    return found


def sentence(code, facts, money):
    """The question in the reader's language; `money` writes an amount in yuan. A code of an older version is itself.

    Facts that the question does not speak of by name leave it as its code.
    """
    words = QUESTIONS.get(code)
    if words is None:
        return code
    shown = {name: money(value) if name.endswith("_yuan") else value for name, value in facts.items()}
    if "occupation" in facts:
        shown["occupation"] = dict(Occupation.choices).get(facts["occupation"], facts["occupation"])
    try:
        return words % shown
    except KeyError:
        return code
