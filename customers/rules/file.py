"""The customer's file: which facts it has, in which section, what each counts for, and when it has gone stale.

Individuals: S3.5, S0.10, S1.5, S3.4, S3.8, S3.9. Organisations: S0.2, S0.3, S0.11 to S0.13, S1.6.
"""

from dataclasses import dataclass
from datetime import date

from customers.choices import FileSection, Kind

# What a fact is asked for, in the order of asking: it decides the tier, shows needs, eases contact.
TIER, NEEDS, CONTACT = "tier", "needs", "contact"
MATTERS = (TIER, NEEDS, CONTACT)
# A fact of this weight or more is worth a conversation of its own: the next step asks for it, the key facts show it.
ESSENTIAL = 5
# Sealed, shown masked, never in the audit trail.
PERSONAL = ("id_no", "mobile", "email", "address")
# How a row of the database holds a fact.
CUSTOMER, PERSON, ORGANISATION, PREFERENCE = "customer", "person", "organisation", "contact_preference"
CUSTOM_PREFIX = "x_"


@dataclass(frozen=True)
class Fact:
    """A question of the file.

    `name` is the column of the row `row`; `weight` its part in completeness (0: the file is complete without it);
    `matters` what it is asked for; `stale` the months after which it has to be asked again (None: it stays true);
    `core` says that the core system may know it.
    """

    name: str
    row: str
    weight: int
    matters: str = NEEDS
    stale: int | None = None
    core: bool = False

    @property
    def essential(self):
        """Worth a conversation of its own."""
        return self.weight >= ESSENTIAL

    @property
    def personal(self):
        """Sealed and masked."""
        return self.name in PERSONAL


def _facts(row, *lines):
    return tuple(Fact(name, row, *rest) for name, *rest in lines)


# Weights of what the scoring sheet (S2.3) asks are the most points each answer can bring there.
PERSON_FILE = {
    FileSection.WHO: (
        *_facts(
            PERSON,
            ("gender", 1, CONTACT, None, True),
            ("birth_date", 10, TIER, None, True),
            ("lunar_birthday", 0, CONTACT, None, True),
            ("marital_status", 8, TIER, 24, True),
            ("children", 3, NEEDS, 24, True),
            ("education", 8, TIER, None, True),
            ("hometown", 1, CONTACT),
        ),
        *_facts(CUSTOMER, ("id_no", 2, CONTACT, None, True)),
    ),
    FileSection.WORK: _facts(
        PERSON,
        ("occupation", 15, TIER, 24, True),
        ("annual_income", 15, TIER, 12, True),
        ("employer", 3, NEEDS, 24),
        ("job_title", 2, NEEDS, 24),
        ("monthly_income", 2, NEEDS, 12),
        ("household_income", 2, NEEDS, 12),
        ("income_structure", 3, NEEDS, 24),
        ("extra_income", 2, NEEDS, 12),
        ("extra_income_amount", 0, NEEDS, 12),
        ("extra_income_month", 0, NEEDS, 12),
    ),
    FileSection.HOME: _facts(
        PERSON,
        ("housing", 3, NEEDS, 24),
        ("housing_size", 1, NEEDS, 24),
        ("housing_place", 1, CONTACT, 24),
        ("housing_wish", 3, NEEDS, 12),
        ("zone", 1, CONTACT, 24),
        ("branch_distance", 2, CONTACT, 24),
    ),
    FileSection.PLANS: _facts(
        PERSON,
        ("school_stage", 2, NEEDS, 12),
        ("school_plan", 2, NEEDS, 12),
        ("retirement_age", 1, NEEDS, 24),
        ("retirement_plan", 3, NEEDS, 24),
    ),
    FileSection.MONEY: _facts(
        PERSON,
        ("risk_appetite", 6, NEEDS, 12),
        ("risk_share", 2, NEEDS, 12),
        ("investment_experience", 4, NEEDS, 24),
        ("wealth_habit", 3, NEEDS, 24),
        ("value_type", 1, NEEDS, 12),
    ),
    FileSection.BANK: (
        *_facts(CUSTOMER, ("known_since", 4, TIER, None, True), ("source", 2, CONTACT)),
        *_facts(
            PERSON,
            ("visit_frequency", 2, CONTACT, 12),
            ("usual_branch", 1, CONTACT, 24),
            ("fee_acceptance", 2, NEEDS, 12),
            ("bank_view", 3, NEEDS, 12),
            ("bank_view_note", 0, NEEDS, 12),
        ),
    ),
    FileSection.CHARACTER: (
        *_facts(CUSTOMER, ("influence", 10, TIER, 24, True)),
        *_facts(
            PERSON,
            ("interests", 3, CONTACT, 24),
            ("lifestyle", 2, NEEDS, 24),
            ("influence_culture", 1, CONTACT, 24),
            ("influence_social", 1, CONTACT, 24),
            ("influence_personal", 1, CONTACT, 24),
            ("influence_mind", 1, CONTACT, 24),
        ),
    ),
    FileSection.REACH: (
        *_facts(CUSTOMER, ("ease_of_contact", 10, TIER, 24, True), ("mobile", 6, CONTACT, None, True)),
        *_facts(PREFERENCE, ("channel", 5, CONTACT, 24)),
        *_facts(CUSTOMER, ("email", 1, CONTACT, None, True), ("address", 2, CONTACT, None, True)),
    ),
    FileSection.MORE: (),
}
ORGANISATION_FILE = {
    FileSection.WHO: (
        *_facts(
            ORGANISATION,
            ("industry", 8, TIER, None, True),
            ("org_type", 3, TIER, None, True),
            ("segment", 6, TIER),
            ("target_type", 3, NEEDS, 24),
            ("marketing_levers", 3, NEEDS, 24),
            ("founded_on", 2, NEEDS),
        ),
        *_facts(CUSTOMER, ("id_no", 5, CONTACT, None, True)),
    ),
    FileSection.SCALE: _facts(
        ORGANISATION,
        ("yearly_turnover", 8, TIER, 12),
        ("employees", 5, TIER, 12),
        ("registered_capital", 2, TIER, 24),
        ("stage", 3, NEEDS, 24),
        ("credit_rating", 2, NEEDS, 12),
    ),
    FileSection.MARKET: _facts(
        ORGANISATION,
        ("main_business", 5, NEEDS, 24),
        ("market", 2, NEEDS, 24),
        ("upstream", 3, NEEDS, 24),
        ("downstream", 3, NEEDS, 24),
    ),
    FileSection.TRAITS: _facts(
        ORGANISATION,
        ("trait_performance", 2, TIER, 12),
        ("trait_brand", 2, TIER, 12),
        ("trait_head_office", 2, TIER, 24),
        ("trait_demand", 2, TIER, 12),
        ("trait_attitude", 2, TIER, 12),
        ("trait_benchmark", 2, TIER, 24),
    ),
    FileSection.CYCLE: _facts(
        ORGANISATION,
        ("cycle_purchasing", 2, NEEDS, 12),
        ("purchasing_needs", 3, NEEDS, 12),
        ("cycle_sales", 2, NEEDS, 12),
        ("sales_needs", 3, NEEDS, 12),
        ("cycle_financing", 2, NEEDS, 12),
        ("financing_needs", 3, NEEDS, 12),
        ("cycle_cash", 2, NEEDS, 12),
        ("cash_needs", 3, NEEDS, 12),
    ),
    FileSection.OPERATIONS: _facts(
        ORGANISATION,
        ("premises", 2, NEEDS, 24),
        ("premises_size", 0, NEEDS, 24),
        ("settlement_terms", 2, NEEDS, 12),
        ("busy_months", 1, NEEDS, 24),
        ("tax_grade", 2, NEEDS, 12),
        ("export_share", 1, NEEDS, 12),
        ("collateral", 2, NEEDS, 24),
    ),
    FileSection.DECISIONS: (
        *_facts(CUSTOMER, ("influence", 4, TIER, 24, True)),
        *_facts(
            ORGANISATION,
            ("influence_environment", 1, NEEDS, 24),
            ("influence_organisation", 1, NEEDS, 24),
            ("influence_interpersonal", 1, NEEDS, 24),
            ("influence_personal", 1, NEEDS, 24),
        ),
    ),
    FileSection.REACH: (
        *_facts(
            CUSTOMER,
            ("ease_of_contact", 5, TIER, 24, True),
            ("mobile", 6, CONTACT, None, True),
            ("known_since", 3, CONTACT, None, True),
            ("source", 2, CONTACT),
        ),
        *_facts(PREFERENCE, ("channel", 5, CONTACT, 24)),
        *_facts(CUSTOMER, ("email", 1, CONTACT, None, True), ("address", 2, CONTACT, None, True)),
    ),
    FileSection.MORE: (),
}
FILES = {Kind.INDIVIDUAL: PERSON_FILE, Kind.ORGANIZATION: ORGANISATION_FILE}


def facts_of(kind):
    """The facts of a kind of customer by name, in the order of the file."""
    return {fact.name: fact for facts in FILES[kind].values() for fact in facts}


def section_of(kind, name):
    """The section of the kind's file a fact stands in; a custom field that belongs elsewhere stands under “more”."""
    for section, facts in FILES[kind].items():
        if any(fact.name == name for fact in facts):
            return section
    return FileSection.MORE


def is_known(value):
    """Whether an answer says something: an unknown number is None, a text or a choice of several is empty."""
    return value is not None and value != "" and value != []


def completeness(weights, known):
    """How much of what counts is known, in whole per cent, rounded down.

    `weights` maps names to weights, `known` holds the names that have an answer. 100 when nothing counts.
    """
    whole = sum(weights.values())
    part = sum(weight for name, weight in weights.items() if name in known)
    return 100 * part // whole if whole else 100


def months_later(day, months):
    """The same day so many months later, or the last of that month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    for last in (day.day, 30, 29, 28):
        try:
            return date(year, month + 1, last)
        except ValueError:
            continue
    raise AssertionError("every month has 28 days")


def is_stale(said_on, months, *, on):
    """Whether what was said on a day has to be asked again on the day `on`; a fact that stays true never."""
    return months is not None and said_on is not None and months_later(said_on, months) <= on


def years_between(first, last):
    """Completed years from one day to another: an age."""
    return last.year - first.year - ((last.month, last.day) < (first.month, first.day))


@dataclass(frozen=True)
class Ask:
    """Something to ask next: the fact, why, and whether an old answer is to be renewed."""

    name: str
    matters: str
    weight: int
    stale: bool = False


def ask_next(facts, known, stale):
    """What to ask, the most telling first: for the tier, then for needs, then for contact; in each by weight.

    `facts` are Facts, `known` the names with an answer, `stale` those whose answer has gone stale. What counts nothing
    is not asked for.
    """
    asked = [
        Ask(fact.name, fact.matters, fact.weight, fact.name in known)
        for fact in facts
        if fact.weight and (fact.name not in known or fact.name in stale)
    ]
    return sorted(asked, key=lambda ask: (MATTERS.index(ask.matters), ask.stale, -ask.weight))


# Needs that come with an age (S3.8): from the age, a word for it. The last that fits counts.
LIFE_STAGES = (
    (0, "child"),
    (18, "start"),
    (30, "family"),
    (35, "school"),
    (45, "wealth"),
    (55, "retiring"),
    (65, "care"),
)
# The better educated want facts and logic (S3.8).
FACTUAL = ("postgraduate", "bachelor")


def life_stage(age):
    """The word of LIFE_STAGES for an age in years; None for an unknown one."""
    if age is None or age < 0:
        return None
    return [word for since, word in LIFE_STAGES if age >= since][-1]
