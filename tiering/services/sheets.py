"""Verbs of scoring sheets that change who stands where: put forward, publish, take back; and of schemes."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from jobs.choices import JobKind
from jobs.services import enqueue
from staff.services import record
from tiering.choices import Cause, SheetState
from tiering.models import Publication, Scheme, ScoringSheet
from tiering.rules.checks import problems
from tiering.services.drafts import Overtaken


def _locked(sheet):
    """All versions of a sheet, locked; the given one as it stands now, and the one in force or None."""
    versions = {one.pk: one for one in ScoringSheet.objects.select_for_update(of=("self",)).filter(code=sheet.code)}
    before = next((one for one in versions.values() if one.state == SheetState.PUBLISHED), None)
    return versions[sheet.pk], before


def _check(sheet, edition):
    """Raise ValidationError with what stands against a draft; Overtaken when it is not the `edition` looked at."""
    if not sheet.is_draft:
        raise ValidationError(_("This version has been published already."))
    if edition is not None and edition != sheet.edition:
        raise Overtaken(sheet)
    found = problems(sheet.definition(), sheet.kind)
    if found:
        raise ValidationError([f"{problem.place}: {problem.text}" for problem in found])


@transaction.atomic
def put_forward(*, sheet, reason, on, by, edition=None):
    """Put a draft forward for a second person to publish; an edit takes it back. Twice: the later reason counts.

    Raises ValidationError when the draft is unsound or the reason is empty, Overtaken when it is another `edition` than
    the one looked at.
    """
    sheet, _before = _locked(sheet)
    _check(sheet, edition)
    if not reason.strip():
        raise ValidationError(_("Say why the rules change."))
    sheet.submitted_by, sheet.submitted_on, sheet.submitted_reason = by, on, reason.strip()
    sheet.save(update_fields=["submitted_by", "submitted_on", "submitted_reason"])
    record(actor=by, verb="sheet.put_forward", subject=sheet, summary=str(sheet), reason=reason.strip())
    return sheet


@transaction.atomic
def publish(*, sheet, reason, on, now, by, edition=None):
    """Put a draft in force on the day `on`, retire the version before, and enqueue the re-tiering; returns the Job.

    When the bank asks for two people (setting PUBLISHING_TAKES_TWO) somebody else must have put the draft forward, and
    their reason holds where none is given. Raises ValidationError with everything that stands against it, or when it is
    no draft: so publishing twice publishes once; Overtaken when it is another `edition` than the one looked at.
    """
    sheet, before = _locked(sheet)
    _check(sheet, edition)
    if settings.PUBLISHING_TAKES_TWO:
        if sheet.submitted_by is None:
            raise ValidationError(_("Somebody must put the draft forward before a second person publishes it."))
        if sheet.submitted_by == by:
            raise ValidationError(_("You put this draft forward: somebody else must publish it."))
    reason = reason.strip() or sheet.submitted_reason
    if not reason:
        raise ValidationError(_("Say why the rules change."))
    if before is not None:
        before.state = SheetState.RETIRED
        before.save(update_fields=["state"])
    sheet.state, sheet.published_on, sheet.published_by = SheetState.PUBLISHED, on, by
    sheet.save(update_fields=["state", "published_on", "published_by"])
    publication = Publication.objects.create(
        sheet=sheet, before=before, on=on, reason=reason, proposed_by=sheet.submitted_by or by, published_by=by
    )
    Scheme.objects.filter(sheet_code=sheet.code).update(reviewed_on=None)
    version = before.version if before else None
    event = record(actor=by, verb="sheet.published", subject=sheet, summary=str(sheet), before=version, reason=reason)
    return enqueue_retier(event=event, as_of=on, now=now, by=by, cause=Cause.PUBLISH, publication=publication)


def against_taking_back(publication, current):
    """Why a publication cannot be taken back while `current` is the version in force; '' when it can."""
    if publication.taken_back_on is not None:
        return _("This publication has been taken back already.")
    if publication.before_id is None:
        return _("There was no version before this one to go back to.")
    if current is None or current.pk != publication.sheet_id:
        return _("A later version is in force: take that one back first.")
    return ""


@transaction.atomic
def take_back(*, publication, reason, on, now, by):
    """Undo a publication: the version before is in force again and every tier it moved is put back; returns the Job.

    Raises ValidationError when it is not the publication in force, when there was no version before, when it was taken
    back already (so twice does it once), or without a reason.
    """
    publication = Publication.objects.select_for_update(of=("self",)).get(pk=publication.pk)
    sheet, current = _locked(publication.sheet)
    if against := against_taking_back(publication, current):
        raise ValidationError(against)
    if not reason.strip():
        raise ValidationError(_("Say why it is taken back."))
    sheet.state = SheetState.RETIRED
    sheet.save(update_fields=["state"])
    ScoringSheet.objects.filter(pk=publication.before_id).update(state=SheetState.PUBLISHED)
    publication.taken_back_on, publication.taken_back_by = on, by
    publication.taken_back_reason = reason.strip()
    publication.save(update_fields=["taken_back_on", "taken_back_by", "taken_back_reason"])
    Scheme.objects.filter(sheet_code=sheet.code).update(reviewed_on=None)
    event = record(
        actor=by,
        verb="sheet.taken_back",
        subject=sheet,
        summary=str(sheet),
        back_to=publication.before.version,
        reason=reason.strip(),
    )
    return enqueue_retier(event=event, as_of=on, now=now, by=by, cause=Cause.ROLLBACK, publication=publication)


@transaction.atomic
def scheme_changed(*, scheme, on, now, by):
    """After a scheme or its bands were edited: an audit row and a re-tiering; returns the Job."""
    bands = [[tier.code, None if tier.minimum is None else str(tier.minimum)] for tier in scheme.tiers()]
    Scheme.objects.filter(pk=scheme.pk).update(reviewed_on=None)
    event = record(
        actor=by, verb="scheme.changed", subject=scheme, summary=scheme.code, active=scheme.active, bands=bands
    )
    return enqueue_retier(event=event, as_of=on, now=now, by=by, cause=Cause.SCHEME)


def enqueue_retier(*, event, as_of, now, by, cause, publication=None):
    """A re-tiering of its own for one change of rules: one that runs already may have read the rules before."""
    params = {"as_of": as_of.isoformat(), "cause": cause.value}
    if publication is not None:
        params["publication"] = publication.pk
    return enqueue(kind=JobKind.RETIER, key=f"retier:{event.pk}", now=now, params=params, by=by)
