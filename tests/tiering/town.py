"""Sixty customers of two branches and ten companies, with watches, placings by hand and asked answers among them."""

import random
from datetime import date
from decimal import Decimal

from customers.choices import EaseOfContact, Education, Influence, Kind, Occupation
from customers.models import Person
from tiering.choices import OverrideState
from tiering.models import Answer, Assessment, Criterion, Cutoff, Option, Override, Scheme
from tiering.services.drafts import begin_sheet, write_draft
from tiering.services.retier import retier
from tiering.services.sheets import publish

DAY = date(2026, 11, 21)
# Watches of three months: begun on the first day they end on DAY, begun on the second they go on.
OPENED, FELL, FELL_LATER, EVE = date(2026, 8, 1), date(2026, 8, 21), date(2026, 10, 10), date(2026, 11, 20)
INDIVIDUALS, COMPANIES = 60, 10


def person(draw):
    """A person with gaps, as draws have it."""
    some = draw.random() < 0.85
    return {
        "occupation": draw.choice(["", *Occupation.values]),
        "annual_income": Decimal(draw.randrange(0, 400_000)) if some else None,
        "birth_date": date(draw.randrange(1940, 2008), 1 + draw.randrange(12), 1) if draw.random() < 0.9 else None,
        "marital_status": draw.choice(["", "married", "single"]),
        "children": draw.choice([None, 0, 1, 2]),
        "education": draw.choice(["", *Education.values]),
    }


def found(managers, administrator, make_customer, seed=7):
    """The town on the eve of DAY, placed by the rules in force; returns its customers by number."""
    draw = random.Random(seed)  # noqa: S311
    customers = {}
    for number in range(INDIVIDUALS + COMPANIES):
        company = number >= INDIVIDUALS
        customer = make_customer(
            managers[number % len(managers)],
            customer_no=f"T{number:03d}",
            kind=Kind.ORGANIZATION if company else Kind.INDIVIDUAL,
            name=f"客户{number:03d}",
            person=person(draw),
            known_since=date(draw.randrange(2012, 2026), 1 + draw.randrange(12), 1),
            ease_of_contact=draw.choice(["", *EaseOfContact.values]),
            influence=draw.choice(["", *Influence.values]),
            standing={"asset_total": Decimal(draw.randrange(0, 8_000_000)) / 2},
        )
        customers[customer.customer_no] = customer
    people = list(customers.values())[:INDIVIDUALS]
    retier(as_of=OPENED)
    for day, some in ((FELL, people[0:12]), (FELL_LATER, people[12:24])):
        for customer in some:
            Person.objects.filter(customer=customer).update(occupation="", education="", annual_income=None)
        retier(as_of=day)
    # Some of them recovered a little meanwhile: the step down leads to the best tier met.
    Person.objects.filter(customer__in=people[0:6]).update(annual_income=Decimal(150_000))
    retier(as_of=date(2026, 9, 30))
    Person.objects.filter(customer__in=people[0:4]).update(annual_income=None)
    by_hand(people[30], "VIP", OPENED, date(2027, 1, 31), administrator)
    by_hand(people[31], "C", OPENED, date(2027, 1, 31), administrator)
    by_hand(people[32], "VIP", OPENED, EVE, administrator)
    by_hand(people[0], "B", date(2026, 10, 1), date(2027, 1, 31), administrator)
    retier(as_of=EVE)
    by_hand(people[33], "A", DAY, date(2027, 1, 31), administrator)
    return customers


def by_hand(customer, code, first, last, by):
    """An override in force from a day to a day, in the scheme of the main sheet."""
    return Override.objects.create(
        customer=customer,
        scheme=Scheme.objects.get(code="sheet"),
        code=code,
        reason="熟客",
        starts_on=first,
        ends_on=last,
        state=OverrideState.APPROVED,
        proposed_by=by,
        proposed_on=first,
        decided_by=by,
        decided_on=first,
    )


def asked(name="数字化意愿", question="digital", stale_after=12):
    """An asked criterion with its options, unsaved."""
    criterion = Criterion(kind="choice", source="asked", question=question, name=name, stale_after=stale_after)
    options = [Option(value="high", name="高", points=9), Option(value="low", name="低", points=1)]
    return criterion, options


def answers(customers, sheet, by, question="digital"):
    """Answers of twenty customers to the asked question: some high, some low, some of too long ago."""
    for number, customer in enumerate(list(customers)[:20]):
        day = date(2025, 3, 1) if number % 5 == 4 else date(2026, 6, 1)
        talk = Assessment.objects.create(customer=customer, sheet=sheet, asked_on=day, asked_by=by)
        Answer.objects.create(
            assessment=talk,
            customer=customer,
            question=question,
            value="high" if number % 2 else "low",
            asked_on=day,
        )


def rewrite(draft, by, *, points=None, cutoffs=None, more=()):
    """Write a draft again: `points` {(fact, value): points}, `cutoffs` {code: least points}, `more` criteria."""
    criteria = []
    for criterion in draft.criteria.prefetch_related("options"):
        options = list(criterion.options.all())
        for option in options:
            option.pk, option.points = None, (points or {}).get((criterion.fact, option.value), option.points)
        criterion.pk = None
        criteria.append((criterion, options))
    tiers = list(draft.cutoffs.all())
    for tier in tiers:
        tier.pk = None
    if cutoffs is not None:
        known = {tier.code: tier for tier in tiers}
        tiers = []
        for code, minimum in cutoffs.items():
            tier = known.get(code) or Cutoff(code=code, name=code)
            tier.minimum = minimum
            tiers.append(tier)
    return write_draft(
        sheet=draft,
        edition=draft.edition,
        name=draft.name,
        name_en=draft.name_en,
        criteria=[*criteria, *more],
        cutoffs=tiers,
        by=by,
    )


def company_sheet(by):
    """A sheet for organisations in force, with its scheme; one question."""
    sheet = begin_sheet(code="companies", name="企业评估", name_en="Companies", kind=Kind.ORGANIZATION, by=by)
    sheet = write_draft(
        sheet=sheet,
        edition=sheet.edition,
        name="企业评估",
        name_en="Companies",
        criteria=[asked("规模", "size_of_it")],
        cutoffs=[Cutoff(code="A", minimum=5, name="A"), Cutoff(code="C", minimum=0, name="C")],
        by=by,
    )
    Scheme.objects.create(
        code="companies", name="企业分层", name_en="Companies", measure="sheet", sheet_code="companies",
        kind=Kind.ORGANIZATION, position=90,
    )  # fmt: skip
    publish(sheet=sheet, reason="新规则", on=EVE, now="2026-11-20T12:00:00Z", by=by)
    return sheet
