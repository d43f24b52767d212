"""What a customer is entitled to by the tiers in force, and the verbs of using it (S4.4)."""

from collections import Counter
from dataclasses import dataclass
from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from customers.models import Customer
from staff.choices import Role
from staff.services import record
from tiering.models import Right, RightUse, ServicePackage
from tiering.rules.rhythm import Rhythm, rhythm


@dataclass(frozen=True)
class Entitlement:
    """A right with what was used of it this year; `used` also counts what was used under another tier's package."""

    right: Right
    used: int
    latest: RightUse | None = None

    @property
    def left(self):
        """How often it may still be used this year."""
        return max(self.right.allowance - self.used, 0)


@dataclass(frozen=True)
class Service:
    """The package of one tier in force for a customer: when the next talk is due, and every right."""

    package: ServicePackage
    rhythm: Rhythm | None
    entitlements: list[Entitlement]


def services_of(*, customer, on):
    """The packages of the tiers in force of `customer` (with its standing) on the day `on`, the main scheme's first."""
    packages = ServicePackage.objects.of(customer).select_related("scheme").prefetch_related("rights")
    used, latest = Counter(), {}
    for use in customer.right_uses.counted().in_year(on.year).select_related("right", "by"):
        used[use.right.code] += 1
        latest.setdefault(use.right.code, use)
    return [
        Service(
            package,
            rhythm(package.contact_days, customer.standing.last_contact, on),
            [
                Entitlement(right, used[right.code], latest.get(right.code))
                for right in package.rights.all()
                if right.active
            ],
        )
        for package in packages
    ]


@transaction.atomic
def use_right(*, customer, right, by, on, note=""):
    """Note that the customer used a right on the day `on`, and return the RightUse.

    Raises ValidationError when the tier in force does not give the right, and beyond the allowance of the calendar
    year. Called twice it is used twice; of two at once for the last one, the second is refused.
    """
    # What becomes scarcer is the customer's allowance: whoever uses a right of this customer waits here.
    Customer.objects.select_for_update(of=("self",), no_key=True).get(pk=customer.pk)
    if not right.active or not ServicePackage.objects.of(customer).filter(pk=right.package_id).exists():
        raise ValidationError(_("The tier in force does not give “%(right)s”.") % {"right": right.label})
    used = customer.right_uses.counted().in_year(on.year).filter(right__code=right.code).count()
    if used >= right.allowance:
        raise ValidationError(
            _("All %(n)s of this year's “%(right)s” are used; the next is from %(day)s.")
            % {"n": right.allowance, "right": right.label, "day": date(on.year + 1, 1, 1).isoformat()}
        )
    use = RightUse.objects.create(customer=customer, right=right, used_on=on, by=by, note=note.strip())
    record(actor=by, verb="right.used", subject=customer, right=right.code, use=str(use.public_id))
    return use


@transaction.atomic
def take_back_use(*, use, by, on):
    """Take back a use that did not take place; it counts no more. Twice changes nothing.

    Raises ValidationError for anybody but who noted it and a head.
    """
    use = RightUse.objects.select_for_update(of=("self",)).select_related("customer", "right").get(pk=use.pk)
    if use.taken_back_on is not None:
        return use
    if by.role != Role.HEAD and by.pk != use.by_id:
        raise ValidationError(_("Who noted it, or a branch head, takes it back."))
    use.taken_back_on, use.taken_back_by = on, by
    use.save(update_fields=["taken_back_on", "taken_back_by"])
    record(actor=by, verb="right.taken_back", subject=use.customer, right=use.right.code, use=str(use.public_id))
    return use
