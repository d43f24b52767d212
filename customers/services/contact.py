"""Contact instructions: asked before every contact, edited under the file's version (S3.7)."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.dates import WEEKDAYS_ABBR
from django.utils.translation import gettext as _

from customers.choices import ConsentPurpose, ContactPurpose
from customers.models import ContactPreference, Customer
from customers.rules.contact import may_contact, next_contact, open_channels
from customers.services.customer import Conflict
from staff.models import User
from staff.services import record

FIELDS = (
    *("channel", "second_channel", "number_kind", "hours", "windows", "tongue", "every_days"),
    *("do_not_call", "do_not_message", "do_not_visit", "do_not_contact", "plain_envelope"),
    *("taboos", "hint", "introducer_hint", "valid_until"),
)


def preference_of(customer):
    """The contact preference of a customer, or None."""
    return getattr(customer, "contact_preference", None)


def preference_on(customer, *, on):
    """The contact preference that holds on the day; None when there is none, or when it has run out."""
    preference = preference_of(customer)
    return None if preference and preference.valid_until and preference.valid_until < on else preference


def bans_on(customer, *, on):
    """What stands against a contact on the day, in words, the gravest first: what a list says beside a name."""
    preference = preference_on(customer, on=on)
    bans = [_("Restricted list")] if customer.restricted else []
    if preference and preference.do_not_contact:
        return [*bans, _("Do not contact")]
    words = (("do_not_call", _("Do not call")), ("do_not_message", _("Do not send messages")))
    words += (("do_not_visit", _("Do not visit")),)
    return bans + [word for name, word in words if preference and getattr(preference, name)]


def facts_of_contact(customer):
    """What the rule of contact asks of a customer: preference, consents, restriction, state, in its order."""
    preference = preference_of(customer)
    return (
        preference,
        preference.consents if preference else {},
        customer.restricted_reason if customer.restricted else None,
        customer.state,
    )


def allowed(customer, *, purpose, at, channel=""):
    """What the rule of contact says: Allowed or Refused (`customers.rules.contact.may_contact`)."""
    return may_contact(*facts_of_contact(customer), channel, purpose, at)


def refuse_contact(customer, *, purpose, at, channel=""):
    """Raise ValidationError, with who and why, when the contact is not allowed."""
    answer = allowed(customer, purpose=purpose, at=at, channel=channel)
    if not answer:
        raise ValidationError(
            _("%(name)s: %(reason)s") % {"name": customer.name, "reason": answer}, code=str(answer.reason.value)
        )


def ways_to(customer, *, purpose, on):
    """The ways that are allowed for a purpose on the day, the preferred first."""
    return open_channels(*facts_of_contact(customer), purpose, on)


def window_words(window):
    """Hours as people read them: "Mon–Fri 09:00–11:00"."""
    days = [WEEKDAYS_ABBR[int(day) - 1] for day in window.days]
    row = len(days) > 2 and int(window.days[-1]) - int(window.days[0]) == len(days) - 1
    words = f"{days[0]}–{days[-1]}" if row else _(", ").join(map(str, days))
    return f"{words} {window.begins:%H:%M}–{window.ends:%H:%M}"


def instructions(customer, *, on):
    """What is shown before any contact (components/contact_rules.html): the preference if it holds on the day, the ways
    that are open for service and for offers with the reason when none is, hours in words, the next contact wished."""
    preference = preference_of(customer)
    lapsed = preference is not None and preference_on(customer, on=on) is None
    last = customer.standing.last_contact if hasattr(customer, "standing") else None
    return {
        "preference": None if lapsed else preference,
        "lapsed_on": preference.valid_until if lapsed else None,
        "customer": customer,
        "colleagues": list(preference.colleagues.all()) if preference else [],
        "service": ways_to(customer, purpose=ContactPurpose.SERVICE, on=on),
        "offers": ways_to(customer, purpose=ContactPurpose.MARKETING, on=on),
        "offer_refused": "" if (answer := allowed(customer, purpose=ContactPurpose.MARKETING, at=on)) else str(answer),
        "campaign": bool(allowed(customer, purpose=ContactPurpose.CAMPAIGN, at=on)),
        "next_on": next_contact(preference.every_days, last, on=on) if preference and not lapsed else None,
        "windows": [] if lapsed or preference is None else [window_words(window) for window in preference.times],
        "withdrawn": [ConsentPurpose(purpose).label for purpose in preference.withdrawn] if preference else [],
    }


@transaction.atomic
def edit_contact_rules(*, customer, by, version, facts, colleagues=None, on):
    """Change what differs of the contact instructions; the trail names the fields. Returns the names that changed.

    `facts` maps FIELDS to values, `colleagues` are users who know the customer (those who may see them). Raises
    Conflict when the file is no longer at `version`, ValidationError when an instruction forbids what another prefers.
    Saving the same again changes nothing and keeps the version.
    """
    locked = Customer.objects.select_for_update(of=("self",)).get(pk=customer.pk)
    if locked.version != version:
        raise Conflict(locked)
    preference, _made = ContactPreference.objects.select_for_update(of=("self",)).get_or_create(customer=locked)
    changed = [name for name in FIELDS if name in facts and getattr(preference, name) != facts[name]]
    if "valid_until" in changed and facts["valid_until"] and facts["valid_until"] < on:
        raise ValidationError({"valid_until": _("This day has passed.")})
    for name in changed:
        setattr(preference, name, facts[name])
    preference.validate_constraints()
    if changed:
        preference.save(update_fields=changed)
    if colleagues is not None and {user.pk for user in colleagues} != set(
        preference.colleagues.values_list("pk", flat=True)
    ):
        preference.colleagues.set(colleagues)
        changed.append("colleagues")
    if changed:
        locked.version += 1
        locked.save(update_fields=["version", "updated_at"])
        record(actor=by, verb="contact.edited", subject=locked, fields=sorted(changed))
    return changed


def who_may_know(customer, *, among, on):
    """Of the colleagues `among` (a queryset) those who may see the customer on the day `on`, as a list."""
    people = list(among.working().select_related("branch"))
    return [person for person in people if _sees(person, customer, on)]


def _sees(person: User, customer, on):
    person.on = on
    return Customer.objects.visible_to(person).filter(pk=customer.pk).exists()
