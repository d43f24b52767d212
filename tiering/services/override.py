"""Verbs of a placing by hand: propose, approve, decline, end early. One door to its state."""

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from customers.services.customer import tier_again
from staff.choices import Role
from staff.services import record
from tiering.choices import OverrideState
from tiering.models import Override, TieringRun
from tiering.rules.facts import months_after
from tiering.services.compile import plans
from tiering.services.explain import concerns

# Longer than a year is no exception any more, but a rule.
LONGEST_MONTHS = 12


def offered(customer):
    """The plans of the schemes in force that place this customer: of its kind and branch."""
    return [plan for plan in plans() if concerns(plan, customer)]


@transaction.atomic
def propose_override(*, customer, scheme, code, reason, ends_on, by, on):
    """Ask for a tier of a scheme by hand until a day, that day included; somebody else decides. Returns the Override.

    Raises ValidationError, by field, for a tier the scheme does not have, a last day that has passed or lies more than
    a year ahead, no reason, and while another proposal of this scheme waits: called twice, the second is refused.
    """
    plan = next((plan for plan in offered(customer) if plan.scheme.pk == scheme.pk), None)
    if plan is None or code not in {tier.code for tier in plan.tiers}:
        raise ValidationError({"tier": _("This scheme has no such tier.")})
    if not reason.strip():
        raise ValidationError({"reason": _("Say why.")})
    check_last_day(ends_on, on=on)
    override = Override(
        customer=customer,
        scheme=scheme,
        code=code,
        reason=reason.strip(),
        starts_on=on,
        ends_on=ends_on,
        proposed_by=by,
        proposed_on=on,
    )
    try:
        with transaction.atomic():
            override.save()
    except IntegrityError:
        raise ValidationError(_("A placing by hand waits for approval already.")) from None
    _note("override.proposed", override, by=by)
    return override


def check_last_day(ends_on, *, on):
    """Raise ValidationError for a last day before `on`, or more than a year after it."""
    if ends_on < on:
        raise ValidationError({"ends_on": _("This day has passed.")})
    if ends_on > months_after(on, LONGEST_MONTHS):
        raise ValidationError({"ends_on": _("A placing by hand lasts at most a year.")})


@transaction.atomic
def approve_override(*, override, by, on, now):
    """Put a proposal in force from the day of the tiers in force, and place the customer again by a job.

    Returns (override, job). An earlier placing by hand of the same scheme ends with it. Raises ValidationError when
    somebody has decided already (of two heads at once, the second is told), for the one who proposed it, for anybody
    but a head, and when its last day has passed.
    """
    override = _waiting(override)
    if by.role != Role.HEAD:
        raise ValidationError(_("Only a branch head approves."))
    if by.pk == override.proposed_by_id:
        raise ValidationError(_("Somebody else has to approve what you proposed."))
    if override.ends_on < on:
        raise ValidationError(_("Its last day has passed: decline it, and propose it anew."))
    Override.objects.filter(
        customer=override.customer_id, scheme=override.scheme_id, state=OverrideState.APPROVED
    ).update(state=OverrideState.ENDED)
    # The tiers in force are those of the last run: from its day on the placing counts, so that it shows at once.
    last_run = TieringRun.objects.values_list("as_of", flat=True).first()
    override.starts_on = min(on, last_run or on)
    _decide(override, OverrideState.APPROVED, by=by, on=on)
    _note("override.approved", override, by=by)
    return override, tier_again(override.customer, by=by, now=now)


@transaction.atomic
def decline_override(*, override, by, on):
    """Turn a proposal down; who proposed it takes it back this way. Raises ValidationError when it is decided."""
    override = _waiting(override)
    if by.role != Role.HEAD and by.pk != override.proposed_by_id:
        raise ValidationError(_("Only a branch head declines."))
    _decide(override, OverrideState.DECLINED, by=by, on=on)
    _note("override.declined", override, by=by)
    return override


@transaction.atomic
def end_override(*, override, by, on, now):
    """End a placing by hand before its last day, and place the customer by the rules again by a job.

    Returns (override, job). A head may, and who proposed it. Raises ValidationError when it is not in force.
    """
    override = _locked(override)
    if override.state != OverrideState.APPROVED:
        raise ValidationError(_("This placing by hand is not in force."))
    if by.role != Role.HEAD and by.pk != override.proposed_by_id:
        raise ValidationError(_("A branch head, or who proposed it, ends it early."))
    override.state = OverrideState.ENDED
    override.save(update_fields=["state"])
    _note("override.ended", override, by=by, on=on.isoformat())
    return override, tier_again(override.customer, by=by, now=now)


def _locked(override):
    # Who decided is fetched afterwards: a row joined while waiting for the lock would be the one from before.
    return Override.objects.select_for_update(of=("self",)).select_related("customer", "scheme").get(pk=override.pk)


def _waiting(override):
    override = _locked(override)
    if override.state != OverrideState.PROPOSED:
        raise ValidationError(
            _("%(name)s has decided already: %(state)s.")
            % {"name": override.decided_by, "state": override.get_state_display()}
        )
    return override


def _decide(override, state, *, by, on):
    override.state, override.decided_by, override.decided_on = state, by, on
    override.save(update_fields=["state", "starts_on", "decided_by", "decided_on"])


def _note(verb, override, *, by, **particulars):
    record(
        actor=by,
        verb=verb,
        subject=override.customer,
        override=str(override.public_id),
        scheme=override.scheme.code,
        tier=override.code,
        **particulars,
    )
