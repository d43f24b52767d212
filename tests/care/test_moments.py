"""Moments to ask for a referral: talks that went well, and nobody who must not be asked."""

import uuid
from datetime import timedelta

import pytest
from django.urls import reverse

from customers.models import ContactPreference, Customer, Need
from customers.services.referrals import record_referral
from visits.models import Objection, Visit


@pytest.fixture
def held(manager, today, make_customer):
    def make(days=3, customer=None, next_step="再约", **fields):
        customer = customer or make_customer(manager, name=fields.pop("name", "李国强"))
        day = today - timedelta(days=days)
        return Visit.objects.create(
            customer=customer,
            by=manager,
            status="held",
            planned_on=day,
            held_on=day,
            notes="谈得好",
            purpose="到期",
            next_step=next_step,
            **fields,
        )

    return make


def asked(client):
    return {row["visit"].pk: row["reasons"] for row in client.get(reverse("care:moments")).context["rows"]}


def test_only_talks_that_went_well_lately_are_moments(held, manager, sign_in, today):
    agreed, met = held(), held(next_step="", days=30)
    met.needs.add(
        Need.objects.create(customer=met.customer, dimension="savings", found_on=today, status="met", met_on=today)
    )
    held(next_step="")
    held(days=31)
    assert asked(sign_in(manager)) == {agreed.pk: ["约定了下一步"], met.pk: ["满足了一项需求"]}


def test_latest_talk_of_a_customer_stands_for_it(held, manager, sign_in):
    first = held(days=5)
    last = held(days=2, customer=first.customer)
    assert set(asked(sign_in(manager))) == {last.pk}


def test_whoever_must_not_be_asked_is_left_out(held, manager, colleague, make_customer, sign_in, today):
    quiet, restricted, doubtful, fresh, gone = (held() for _ in range(5))
    ContactPreference.objects.create(customer=quiet.customer, do_not_contact=True)
    Customer.objects.filter(pk=restricted.customer_id).update(restricted=True)
    Customer.objects.filter(pk=gone.customer_id).update(state="ended")
    Objection.objects.create(customer=doubtful.customer, raised_on=today, by=manager, kind="real", words="利率低")
    record_referral(introducer=fresh.customer, by=manager, on=today - timedelta(days=89), token=uuid.uuid4())
    held(customer=make_customer(colleague))
    client = sign_in(manager)
    assert asked(client) == {}
    assert client.get(reverse("care:moments")).context["asked"] == 0


@pytest.mark.parametrize("rows", [1, 3])
def test_moments_ask_a_constant_number_of_queries(rows, held, manager, sign_in, django_assert_num_queries):
    for _ in range(rows):
        held()
    client = sign_in(manager)
    with django_assert_num_queries(8):
        assert len(asked(client)) == rows
