"""Moments to ask for a referral (S2.1): talks that went well, with customers who were not asked lately."""

from datetime import timedelta

from django.db.models import Exists, F, OuterRef, Q

from customers.choices import ContactPurpose
from customers.models import Need, Referral
from proposals.models import Proposal
from visits.models import Objection, Visit

WITHIN_DAYS = 30
# Why a talk went well: the first that holds speaks loudest.
REASONS = ("accepted", "resolved", "met", "next_step")


def moments(*, customers, on, ask_again_days):
    """Visits held in the last 30 days that went well, the latest of each customer of `customers` (a queryset).

    Well means that a proposal was accepted, an objection resolved or a need met in those days, or that a next step was
    agreed on. Left out: whoever was asked within `ask_again_days`, is restricted, has ended, does not want to be
    contacted, or has an objection open. Rows are annotated with `accepted`, `resolved`, `met` and `next_step`.
    """
    since = on - timedelta(days=WITHIN_DAYS)
    of_customer = {"customer": OuterRef("customer")}
    may_be_asked = (
        customers.contactable(purpose=ContactPurpose.MARKETING, on=on)
        .filter(state="active")
        .exclude(referrals__asked_on__gt=on - timedelta(days=ask_again_days))
        .exclude(objections__outcome="open")
    )
    later = Visit.objects.filter(**of_customer, status="held", held_on__gte=since, held_on__lte=on).filter(
        Q(held_on__gt=OuterRef("held_on")) | Q(held_on=OuterRef("held_on"), pk__gt=OuterRef("pk"))
    )
    return (
        Visit.objects.held()
        .filter(held_on__gte=since, held_on__lte=on, customer__in=may_be_asked.order_by().values("pk"))
        .filter(~Exists(later))
        .annotate(
            accepted=Exists(
                Proposal.objects.filter(**of_customer, status="accepted", decided_on__gte=since, decided_on__lte=on)
            ),
            resolved=Exists(
                Objection.objects.filter(**of_customer, outcome="resolved", closed_on__gte=since, closed_on__lte=on)
            ),
            met=Exists(Need.objects.filter(visits=OuterRef("pk"), status="met")),
        )
        .filter(Q(accepted=True) | Q(resolved=True) | Q(met=True) | ~Q(next_step=""))
        .order_by(F("accepted").desc(), F("resolved").desc(), F("met").desc(), "-held_on", "-pk")
    )


def asked_count(*, customers, on, days=WITHIN_DAYS):
    """How many referrals were asked for among `customers` in the last `days` days."""
    asked = Referral.objects.filter(introducer__in=customers.order_by().values("pk"))
    return asked.filter(asked_on__gt=on - timedelta(days=days), asked_on__lte=on).count()
