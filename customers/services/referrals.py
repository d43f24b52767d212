"""Verbs of referrals (S2.1): ask, say what became of it, give the gift, thank."""

from datetime import timedelta
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F, Sum
from django.utils.translation import gettext as _

from customers.choices import ContactPurpose, CustomerSource, ReferralOutcome, ReferralQuality, RelationKind
from customers.models import Customer, Referral, ReferralPolicy
from customers.rules.phone import parse_phone
from customers.services.conflict import refuse_stale
from customers.services.contact import refuse_contact
from customers.services.relations import add_relation, stands_above
from staff.services import record
from staff.templatetags.crm import format_yuan

YEAR = timedelta(days=365)
# What a stamp of a referral is made of: the phone by its blind index.
STAMPED = ("quality", "name", "note", "mobile_index")
NAMELESS = (ReferralOutcome.ASKED, ReferralOutcome.DECLINED)


@transaction.atomic
def record_referral(
    *,
    introducer,
    by,
    on,
    token,
    quality=ReferralQuality.ORDINARY,
    name="",
    mobile="",
    referred=None,
    note="",
    visit=None,
):
    """`introducer` was asked on the day `on` and named somebody, or nobody yet; audited.

    Sent twice with one token it makes one. With `referred` (a customer) it is a success at once, and the relation
    “introducer” is written. Raises ValidationError for a customer who introduces themselves, was introduced through the
    person named, or is on file already, and where it is only asked, of nobody who may not be contacted for that
    (S3.7, S1.3); who names somebody unasked is written down all the same.
    """
    if known := Referral.objects.filter(token=token).first():
        return known
    if not name.strip() and referred is None:
        refuse_contact(introducer, purpose=ContactPurpose.MARKETING, at=on)
    referral = Referral(introducer=introducer, by=by, asked_on=on, outcome_on=on, token=token, quality=quality)
    referral.name, referral.note, referral.visit = name.strip(), note, visit
    referral.mobile = parse_phone(mobile).number if mobile else ""
    if referral.mobile and not referral.name and referred is None:
        raise ValidationError({"name": _("Whose phone number is it? Enter the name.")})
    if referral.name:
        referral.outcome = ReferralOutcome.NAMED
    if referred is not None:
        _become(referral, referred, by)
    referral.save()
    record(actor=by, verb="referral.recorded", subject=introducer, referral=str(referral.public_id))
    return referral


@transaction.atomic
def set_outcome(*, referral, outcome, by, on):
    """Say how far a referral came; audited. Becoming a customer goes through `became_customer`. Twice changes nothing.

    Raises ValidationError when nobody was named, and for a referral whose person is a customer already.
    """
    locked = _locked(referral)
    outcome = ReferralOutcome(outcome)
    if locked.outcome == outcome:
        return locked
    if outcome == ReferralOutcome.CUSTOMER:
        raise ValidationError(_("Say which customer it is."))
    if locked.referred_id:
        raise ValidationError(_("The person is a customer already; that stays so."))
    if outcome not in NAMELESS and not locked.name:
        raise ValidationError(_("Who was named? Without a name it is only asked for."))
    locked.outcome, locked.outcome_on = outcome, max(on, locked.asked_on)
    locked.save(update_fields=["outcome", "outcome_on"])
    record(actor=by, verb="referral.outcome", subject=locked.introducer, referral=str(locked.public_id), to=outcome)
    return locked


@transaction.atomic
def edit_referral(*, referral, by, quality, name, mobile, note, stamp=""):
    """Mend quality, name, phone or notes; audited by the names of the fields. A first name makes “asked” “named”.

    Raises Changed when the referral no longer stands as the `stamp` (of STAMPED) says.
    """
    locked = _locked(referral)
    refuse_stale(locked, STAMPED, stamp)
    changed = []
    given = {"quality": quality, "name": name.strip(), "note": note}
    for column, value in given.items():
        if getattr(locked, column) != value:
            setattr(locked, column, value)
            changed.append(column)
    # None: the phone stays as it is.
    text = parse_phone(mobile).number if mobile else mobile
    if text is not None and locked.mobile != text:
        locked.mobile = text
        changed.append("mobile")
    if locked.outcome == ReferralOutcome.ASKED and locked.name:
        locked.outcome = ReferralOutcome.NAMED
    if not locked.name and not locked.referred_id and locked.outcome not in NAMELESS:
        raise ValidationError({"name": _("Who was named? Without a name it is only asked for.")})
    if changed:
        locked.save()
        record(
            actor=by, verb="referral.edited", subject=locked.introducer, referral=str(locked.public_id), fields=changed
        )
    return locked


@transaction.atomic
def became_customer(*, referral, referred, by, on):
    """The person named is the customer `referred` now: outcome, relation “introducer” and, where unknown, the source of
    the customer; audited. Twice is the same as once. Raises ValidationError for circles and doubles."""
    locked = _locked(referral)
    if locked.referred_id == referred.pk:
        return locked
    _become(locked, referred, by)
    locked.outcome_on = max(on, locked.asked_on)
    locked.save(update_fields=["referred", "name", "outcome", "outcome_on"])
    record(
        actor=by,
        verb="referral.customer",
        subject=locked.introducer,
        referral=str(locked.public_id),
        referred=str(referred.public_id),
    )
    return locked


@transaction.atomic
def give_gift(*, referral, gift, cost, by, on):
    """The introducer gets a gift of `cost` yuan, whether or not anything comes of it (S2.1); audited.

    Raises ValidationError above the bank's limit for one referral or for one introducer in twelve months. Called
    twice, the second gift replaces the first.
    """
    policy = ReferralPolicy.current()
    # The introducer's row: two gifts at once must not pass the limit of the year together.
    introducer = Customer.objects.select_for_update(of=("self",)).get(pk=referral.introducer_id)
    locked = _locked(referral)
    gift, cost = gift.strip(), Decimal(cost)
    if not gift:
        raise ValidationError({"gift": _("Say what the gift is.")})
    if cost < 0:
        raise ValidationError({"gift_cost": _("An amount cannot be negative.")})
    if cost > policy.gift_limit:
        raise ValidationError(
            {
                "gift_cost": _("A gift for a referral may cost at most %(limit)s yuan.")
                % {"limit": format_yuan(policy.gift_limit)}
            }
        )
    given = Referral.objects.filter(introducer=introducer, gift_on__gt=on - YEAR).exclude(pk=locked.pk)
    spent = given.aggregate(total=Sum("gift_cost"))["total"] or Decimal(0)
    if spent + cost > policy.gift_limit_year:
        raise ValidationError(
            {
                "gift_cost": _(
                    "In twelve months %(name)s may get gifts for %(limit)s yuan together; %(left)s are left of it."
                )
                % {
                    "name": introducer.name,
                    "limit": format_yuan(policy.gift_limit_year),
                    "left": format_yuan(max(policy.gift_limit_year - spent, Decimal(0))),
                }
            }
        )
    locked.gift, locked.gift_cost, locked.gift_on = gift, cost, on
    locked.save(update_fields=["gift", "gift_cost", "gift_on"])
    record(actor=by, verb="referral.gift", subject=introducer, referral=str(locked.public_id), cost=str(cost))
    return locked


@transaction.atomic
def thank(*, referral, by, on):
    """Note that the introducer was thanked on the day `on`; audited. The first thanks stay: twice changes nothing."""
    locked = _locked(referral)
    if locked.thanked_on is None:
        locked.thanked_on = on
        locked.save(update_fields=["thanked_on"])
        record(actor=by, verb="referral.thanked", subject=locked.introducer, referral=str(locked.public_id))
    return locked


def _locked(referral):
    rows = Referral.objects.select_for_update(of=("self",)).select_related("introducer")
    return rows.get(pk=referral.pk)


def _become(referral, referred, by):
    introducer = referral.introducer
    if introducer.pk == referred.pk:
        raise ValidationError(_("Nobody introduces themselves."))
    others = Referral.objects.filter(introducer=introducer, referred=referred).exclude(pk=referral.pk)
    if others.exists():
        raise ValidationError(_("This customer's referral is on file already."))
    if stands_above(start=introducer.pk, goal=referred.pk, kind=RelationKind.INTRODUCER):
        raise ValidationError(
            _("That would be a circle: %(introducer)s came to us through %(name)s.")
            % {"introducer": introducer.name, "name": referred.name}
        )
    add_relation(customer=referred, related=introducer, kind=RelationKind.INTRODUCER, by=by)
    referral.referred, referral.outcome = referred, ReferralOutcome.CUSTOMER
    referral.name = referral.name or referred.name[:60]
    found = Customer.objects.filter(pk=referred.pk, source="")
    if found.update(source=CustomerSource.INTRODUCTION, version=F("version") + 1):
        record(actor=by, verb="customer.edited", subject=referred, fields=["source"])
