"""Verbs of proposals: draft, edit, present, take back, accept, decline, discard. The only door to `status`."""

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import formats
from django.utils.translation import gettext as _

from customers.choices import ASSET_CATEGORIES, ContactPurpose, Dimension
from customers.services.contact import refuse_contact
from customers.services.standing import note_contact
from proposals.choices import ProposalStatus
from proposals.models import Benefit, Proposal
from proposals.rules import Demands, Lane, findings, may_be_presented
from staff.services import record
from staff.templatetags.crm import format_money

# How far ahead a maturity is worth a line in the present situation, in days, and how many such lines.
SOON_DAYS, SOON_LINES = 180, 3


class Conflict(ValidationError):
    """Somebody else saved the proposal since it was opened."""


def refuse_restricted(customer):
    """Raise ValidationError, with the reason, for a customer on the restricted list (S1.3)."""
    if customer.restricted:
        raise ValidationError(
            _("%(name)s is on the restricted list (%(reason)s): nothing may be proposed.")
            % {"name": customer.name, "reason": customer.restricted_reason or _("no reason given")}
        )


def refuse_offer(customer, *, on):
    """Raise ValidationError, with the reason, when nothing may be offered to the customer on the day `on`.

    Restricted (S1.3), ended (S1.11), or no contact wanted at all (S3.7); a way that is left is enough.
    """
    refuse_restricted(customer)
    refuse_contact(customer, purpose=ContactPurpose.MARKETING, at=on)


def _locked(proposal):
    return Proposal.objects.select_for_update(of=("self",)).select_related("customer", "template").get(pk=proposal.pk)


def _require(proposal, *statuses):
    if proposal.status not in statuses:
        raise ValidationError(
            _("This proposal is “%(status)s”: that can no longer be done.") % {"status": proposal.get_status_display()}
        )


@transaction.atomic
def draft_proposal(*, customer, template, title, by, on):
    """Begin a proposal for `customer` on the day `on`: the need from open needs, the situation from what is held.

    A draft of the same template for the same customer is returned as it is: twice is once. Raises ValidationError for
    a customer to whom nothing may be offered.
    """
    refuse_offer(customer, on=on)
    needs = list(customer.needs.open())
    centre = "；".join(
        f"{need.get_dimension_display()}：{need.driver}" if need.driver else need.get_dimension_display()
        for need in needs
    )
    try:
        with transaction.atomic():
            proposal = Proposal.objects.create(
                customer=customer,
                template=template,
                title=title,
                centre=centre[:500],
                situation=present_situation(customer, on=on),
                drafted_on=on,
                drafted_by=by,
            )
    except IntegrityError:
        return Proposal.objects.get(customer=customer, template=template, status=ProposalStatus.DRAFT)
    Benefit.objects.bulk_create(Benefit(proposal=proposal, dimension=dimension) for dimension in Dimension.values)
    record(actor=by, verb="proposal.drafted", subject=proposal)
    return proposal


def present_situation(customer, *, on):
    """Where the customer stands with us, a line each: assets by dimension, then maturities near (writer's language)."""
    holdings = list(
        customer.holdings.open()
        .filter(product__category__in=ASSET_CATEGORIES, currency="CNY")
        .select_related("product")
        .order_by("pk")
    )
    held = {}
    for holding in holdings:
        held[holding.product.dimension] = held.get(holding.product.dimension, 0) + holding.balance
    lines = [f"{dimension.label} {format_money(held[dimension])}" for dimension in Dimension if held.get(dimension)]
    soon = sorted(
        (holding for holding in holdings if holding.matures_on and 0 <= (holding.matures_on - on).days <= SOON_DAYS),
        key=lambda holding: holding.matures_on,
    )
    for holding in soon[:SOON_LINES]:
        lines.append(
            _("%(product)s %(amount)s ends on %(day)s")
            % {
                "product": holding.product.name,
                "amount": format_money(holding.balance),
                "day": formats.date_format(holding.matures_on, "DATE_FORMAT"),
            }
        )
    return "\n".join(lines)


@transaction.atomic
def edit_proposal(*, proposal, version, fields, texts, items, by):
    """Write a draft whole: `fields` of the proposal, `texts` {dimension: words}, `items` as unsaved ProposalItem rows.

    `version` is the one the editor saw; raises Conflict when another has been saved since, ValidationError when the
    proposal is no longer a draft, or the customer has been restricted since. Returns the saved proposal, its version
    raised by one.
    """
    current = _locked(proposal)
    _require(current, ProposalStatus.DRAFT)
    refuse_restricted(current.customer)
    if current.version != version:
        raise Conflict(_("Somebody else has changed this proposal since you opened it. Your text is kept below."))
    for name, value in fields.items():
        setattr(current, name, value)
    current.version += 1
    current.full_clean(exclude=["customer", "template"], validate_unique=False)
    current.save(update_fields=[*fields, "version", "updated_at"])
    for benefit in current.benefits.all():
        if benefit.text != texts.get(benefit.dimension, ""):
            benefit.text = texts.get(benefit.dimension, "")
            benefit.save(update_fields=["text"])
    current.items.all().delete()
    for item in items:
        item.pk, item.proposal = None, current
        item.save()
    record(actor=by, verb="proposal.edited", subject=current, version=current.version)
    return current


def rule_check(proposal):
    """What the rule of one, two, three, four says of a proposal as it is saved (two queries)."""
    products = {}
    for item in proposal.items.all():
        products[item.dimension] = products.get(item.dimension, 0) + 1
    lanes = {
        benefit.dimension: Lane(products.get(benefit.dimension, 0), benefit.text) for benefit in proposal.benefits.all()
    }
    return findings(
        centre=proposal.centre,
        customer_side=proposal.customer_side,
        bank_side=proposal.bank_side,
        presentation=proposal.presentation,
        lanes=lanes,
        demands=demands_of(proposal.template),
    )


def demands_of(template):
    """What a template asks of its proposals."""
    return Demands(
        centre=template.needs_centre,
        customer_side=template.needs_customer_side,
        bank_side=template.needs_bank_side,
        every_dimension=template.needs_every_dimension,
    )


@transaction.atomic
def present(*, proposal, by, on):
    """draft → presented on the day `on` by `by`; a contact with the customer.

    Raises ValidationError when the rule is not met, nothing may be offered to the customer (restricted, ended, no
    contact wanted), or it is not a draft (so not twice).
    """
    current = _locked(proposal)
    _require(current, ProposalStatus.DRAFT)
    refuse_offer(current.customer, on=on)
    if not may_be_presented(rule_check(current)):
        raise ValidationError(
            _("The proposal does not meet the rule of one, two, three, four yet: see what is missing.")
        )
    current.status, current.presented_on, current.presented_by = ProposalStatus.PRESENTED, on, by
    current.save(update_fields=["status", "presented_on", "presented_by", "updated_at"])
    note_contact(customer=current.customer, on=on)
    record(actor=by, verb="proposal.presented", subject=current)
    return current


@transaction.atomic
def take_back(*, proposal, by):
    """presented → draft, after a slip; ValidationError when another draft of the template has been begun since."""
    current = _locked(proposal)
    _require(current, ProposalStatus.PRESENTED)
    current.status, current.presented_on, current.presented_by = ProposalStatus.DRAFT, None, None
    try:
        with transaction.atomic():
            current.save(update_fields=["status", "presented_on", "presented_by", "updated_at"])
    except IntegrityError:
        raise ValidationError(_("There is a newer draft for this customer: carry on with that one.")) from None
    record(actor=by, verb="proposal.taken_back", subject=current)
    return current


@transaction.atomic
def accept(*, proposal, by, on):
    """presented → accepted on the day `on`.

    Raises ValidationError from any other status, and for a customer restricted since: nothing is concluded then.
    """
    current = _locked(proposal)
    _require(current, ProposalStatus.PRESENTED)
    refuse_restricted(current.customer)
    current.status, current.decided_on, current.decided_by = ProposalStatus.ACCEPTED, on, by
    current.save(update_fields=["status", "decided_on", "decided_by", "updated_at"])
    note_contact(customer=current.customer, on=on)
    record(actor=by, verb="proposal.accepted", subject=current)
    return current


@transaction.atomic
def decline(*, proposal, reason, by, on):
    """presented → declined on the day `on`, with the customer's reason (required)."""
    current = _locked(proposal)
    _require(current, ProposalStatus.PRESENTED)
    if not reason.strip():
        raise ValidationError(_("Say why the customer declined."))
    current.status, current.decided_on, current.decided_by = ProposalStatus.DECLINED, on, by
    current.decline_reason = reason.strip()
    current.save(update_fields=["status", "decided_on", "decided_by", "decline_reason", "updated_at"])
    note_contact(customer=current.customer, on=on)
    record(actor=by, verb="proposal.declined", subject=current)
    return current


@transaction.atomic
def discard(*, proposal, by):
    """Throw a draft away for good; anything that was presented stays."""
    current = _locked(proposal)
    _require(current, ProposalStatus.DRAFT)
    record(actor=by, verb="proposal.discarded", subject=current)
    current.delete()
