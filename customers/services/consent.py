"""Consents: the only door to what a customer agreed to or withdrew (S3.11)."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from customers.choices import ConsentPurpose, ConsentSource
from customers.models import Consent, ContactPreference
from staff.services import record


@transaction.atomic
def record_consent(*, customer, by, purpose, given, on, source, today, evidence=""):
    """Write down that the customer agreed to a purpose, or withdrew it, on the day `on`; returns the Consent.

    It counts at once, unless a later day already says otherwise; of several on one day the last one written down does.
    What was written last of the purpose, again, changes nothing. Raises ValidationError for a day after `today`.
    """
    if on > today:
        raise ValidationError({"on": _("This day has not come yet.")})
    preference, _made = ContactPreference.objects.select_for_update(of=("self",)).get_or_create(customer=customer)
    same = {
        "purpose": ConsentPurpose(purpose),
        "given": given,
        "on": on,
        "source": ConsentSource(source),
        "evidence": evidence.strip(),
    }
    # Only against the last word of that day: yes, no and yes again within a day are three entries.
    consent = Consent.objects.filter(customer=customer, purpose=same["purpose"], on=on).order_by("-pk").first()
    if consent is None or any(getattr(consent, name) != value for name, value in same.items()):
        consent = Consent.objects.create(customer=customer, by=by, **same)
        record(
            actor=by,
            verb="consent.given" if given else "consent.withdrawn",
            subject=customer,
            purpose=str(purpose),
            on=on.isoformat(),
        )
    settle_consents(preference=preference)
    return consent


def latest_of(customer):
    """What the customer said last of each purpose: {ConsentPurpose: Consent}; purposes never spoken of are missing."""
    latest = Consent.objects.filter(customer=customer).order_by("purpose", "-on", "-pk").distinct("purpose")
    return {ConsentPurpose(consent.purpose): consent for consent in latest.select_related("by")}


def settle_consents(*, preference):
    """Write what the latest consents say beside the customer; the same again changes nothing."""
    latest = latest_of(preference.customer_id)
    given = sorted(purpose.value for purpose, consent in latest.items() if consent.given)
    withdrawn = sorted(purpose.value for purpose, consent in latest.items() if not consent.given)
    if (preference.given, preference.withdrawn) != (given, withdrawn):
        preference.given, preference.withdrawn = given, withdrawn
        preference.save(update_fields=["given", "withdrawn"])
