"""What is on file of one customer as the plain record that the rules evaluate."""

from decimal import Decimal

from django.db import connection

from customers.models import Person
from tiering.models import Answer
from tiering.rules.facts import Asked, Record
from tiering.services.profile import EARNED, HELD, INTRODUCED, profile_select


def record_of(customer, on):
    """The `Record` of a customer (with person and standing) on the day `on`: facts, sums and asked answers.

    Sums come from the SELECT that everybody is scored from, so that an explanation and a run agree.
    """
    person = getattr(customer, "person", None) or Person()
    standing = getattr(customer, "standing", None)
    text, params = profile_select(on, {HELD, INTRODUCED, EARNED}, customer=customer.pk)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT categories, risk_level, contribution_fen, introduced, contacts FROM ({text}) profile", params
        )
        categories, risk_level, contribution, introduced, contacts = cursor.fetchone()
    answers = Answer.objects.filter(customer=customer, current=True).values_list("question", "value", "asked_on")
    return Record(
        occupation=person.occupation,
        annual_income=person.annual_income,
        birth_date=person.birth_date,
        marital_status=person.marital_status,
        children=person.children,
        education=person.education,
        opened_on=customer.opened_on,
        known_since=customer.known_since,
        ease_of_contact=customer.ease_of_contact,
        influence=customer.influence,
        assets=standing.asset_total if standing else Decimal(0),
        holdings=standing.holding_count if standing else 0,
        categories=categories,
        risk_level=risk_level,
        contribution=None if contribution is None else Decimal(contribution) / 100,
        introduced=introduced,
        contacts=contacts,
        answers={question: Asked(value, day) for question, value, day in answers},
    )
