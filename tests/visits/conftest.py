"""What the tests of visits start from."""

import uuid
from datetime import date

import pytest

from visits.choices import ObjectionKind, VisitChannel
from visits.services.objection import raise_objection
from visits.services.visit import plan_visit, record_visit

TODAY = date(2026, 11, 21)


@pytest.fixture
def plan():
    """`plan(customer, by, planned_on=…)`: a planned visit, one of a kind unless a token says otherwise."""

    def make(customer, by, **fields):
        fields.setdefault("token", uuid.uuid4())
        fields.setdefault("planned_on", TODAY)
        fields.setdefault("planned_at", None)
        fields.setdefault("channel", VisitChannel.OUR_BRANCH)
        fields.setdefault("purpose", "到期转存")
        fields.setdefault("today", min(TODAY, fields["planned_on"]))
        return plan_visit(customer=customer, by=by, **fields)

    return make


@pytest.fixture
def hold(plan):
    """`hold(customer, by, notes=…)`: a visit that was held today."""

    def make(customer, by, *, held_on=TODAY, notes="谈了孩子上学", **said):
        visit = plan(customer, by, planned_on=held_on)
        return record_visit(visit=visit, by=by, held_on=held_on, notes=notes, today=TODAY, **said)

    return make


@pytest.fixture
def object_to():
    """`object_to(customer, by, "利率太低")`: an open objection raised today."""

    def make(customer, by, words="利率太低", **fields):
        fields.setdefault("kind", ObjectionKind.REAL)
        fields.setdefault("on", TODAY)
        return raise_objection(customer=customer, by=by, words=words, **fields)

    return make
