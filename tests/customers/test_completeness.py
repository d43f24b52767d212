"""Completeness in one statement and in Python: the same for any file."""

from datetime import date
from decimal import Decimal

import pytest
from django.contrib.postgres.fields import ArrayField
from django.db import models
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from customers.choices import Kind
from customers.forms.facts import MODELS
from customers.models import (
    ContactPreference,
    Customer,
    CustomField,
    CustomValue,
    FactSource,
    Organisation,
    Person,
    Standing,
)
from customers.rules.file import facts_of
from customers.services.completeness import refresh_completeness
from customers.views.answers import read_file
from staff.choices import BranchLevel
from staff.models import Branch

TODAY = date(2026, 11, 21)
PERSONAL = {"id_no": "11010519491231002X", "mobile": "+8613812345678", "email": "a@b.cn", "address": "南山 1 号"}


def some_value(fact):
    """Any answer to a fact."""
    column = MODELS[fact.row]._meta.get_field(fact.name)
    if isinstance(column, ArrayField):
        return [column.base_field.choices[0][0]]
    if column.choices:
        return column.choices[0][0]
    if isinstance(column, models.DateField):
        return TODAY
    if isinstance(column, models.DecimalField):
        return Decimal(0)
    if isinstance(column, models.ForeignKey):
        return Branch.objects.get()
    if isinstance(column, models.IntegerField):
        return 101 if fact.name == "lunar_birthday" else 1
    return "words"


class TestTwins(TestCase):
    """Random files, weighed both ways."""

    @classmethod
    def setUpTestData(cls):
        cls.branch = Branch.objects.create(code="B1", name="支行", level=BranchLevel.SUB_BRANCH, path="/B1/")
        kinds = [("asked", "both", 3), ("of_people", "individual", 2), ("of_firms", "organization", 4)]
        for code, applies_to, weight in kinds:
            CustomField.objects.create(code=code, name=code, applies_to=applies_to, weight=weight)
        CustomField.objects.create(code="retired", name="old", active=False, weight=9)

    @settings(max_examples=25)
    @given(kind=st.sampled_from(Kind.values), data=st.data())
    def test_both_say_the_same(self, kind, data):
        facts = facts_of(kind)
        known = data.draw(st.sets(st.sampled_from(sorted(facts))))
        own = data.draw(st.sets(st.sampled_from(["asked", "of_people", "of_firms", "retired"])))
        customer = Customer(customer_no="C1", name="李", kind=kind, branch=self.branch)
        rows = {"customer": customer}
        rows["person" if kind == Kind.INDIVIDUAL else "organisation"] = (
            Person(customer=customer) if kind == Kind.INDIVIDUAL else Organisation(customer=customer)
        )
        rows["contact_preference"] = ContactPreference(customer=customer)
        for name in known:
            value = PERSONAL[name] if facts[name].personal else some_value(facts[name])
            setattr(rows[facts[name].row], name, value)
        customer.save()
        for name, row in rows.items():
            if name != "customer" and not (name == "contact_preference" and "channel" not in known):
                row.customer_id = customer.pk
                row.save()
        for code in own:
            CustomValue.objects.create(customer=customer, field=CustomField.objects.get(code=code), text="x")
        Standing.objects.create(customer=customer)
        refresh_completeness()
        fresh = Customer.objects.with_whole_file().get()
        assert fresh.standing.completeness == read_file(fresh, on=TODAY).share
        assert refresh_completeness() == refresh_completeness([customer.pk]) == 0


@pytest.fixture
def customer(manager, make_customer):
    return make_customer(manager, person={"occupation": "executive"})


def test_one_customer_alone_is_weighed_anew(customer, manager, make_customer, today):
    other = make_customer(manager, person={"occupation": "executive"})
    assert refresh_completeness([customer.pk]) == 1
    customer.standing.refresh_from_db()
    other.standing.refresh_from_db()
    assert customer.standing.completeness > other.standing.completeness == 0


@pytest.mark.parametrize("facts", [0, 6])
def test_reading_a_file_takes_a_constant_number_of_queries(facts, customer, manager, today, django_assert_num_queries):
    field = CustomField.objects.create(code="car", name="车")
    CustomValue.objects.create(customer=customer, field=field, text="有")
    for name in list(facts_of(Kind.INDIVIDUAL))[:facts]:
        FactSource.objects.create(customer=customer, field=name, by=manager, on=today)
    whole = Customer.objects.with_whole_file().get(pk=customer.pk)
    with django_assert_num_queries(4):
        read_file(whole, on=today)
