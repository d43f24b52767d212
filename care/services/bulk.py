"""Follow-ups planned for many customers at once, and taken back."""

from datetime import date

from care.choices import CareKind, FollowUpState
from care.models import FollowUp
from care.services.raising import recount
from staff.services import record_many


def plan_follow_ups(action, customers):
    """A reminder of one's own for each of the customers, as the bulk action says; returns what undo needs for each.

    One a customer and action, however often it is called.
    """
    due_on = date.fromisoformat(action.params["due_on"])
    subject = f"bulk:{action.public_id}"
    FollowUp.objects.bulk_create(
        [
            FollowUp(
                customer=customer,
                kind=CareKind.MANUAL,
                subject=subject,
                text=action.params["text"],
                due_on=due_on,
                raised_for=due_on,
                created_by=action.by,
            )
            for customer in customers
        ],
        ignore_conflicts=True,
    )
    keys = [customer.pk for customer in customers]
    recount(customers=keys)
    record_many(actor=action.by, verb="followup.added", subjects=customers, bulk=str(action.public_id))
    return {key: {} for key in keys}


def take_back_follow_ups(action, items):
    """Remove the reminders that nobody has dealt with yet; returns the keys of their customers."""
    rows = FollowUp.objects.filter(
        subject=f"bulk:{action.public_id}",
        customer__in=[item.customer_id for item in items],
        state=FollowUpState.OPEN,
    )
    found = set(rows.values_list("customer_id", flat=True))
    rows.delete()
    recount(customers=list(found))
    return found
