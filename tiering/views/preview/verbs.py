"""What follows from a preview: take cut-offs into the draft, put it forward, publish it."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from jobs.tasks import ring_on_commit
from staff.access import roles_required
from staff.choices import Role
from tiering.forms.preview import CutoffsForm, ReasonForm
from tiering.services import sheets
from tiering.services.drafts import Overtaken, move_cutoffs
from tiering.views.preview.page import preview_page, sheet_named


@require_POST
@roles_required(Role.ADMIN)
def cutoffs(request, public_id):
    """Take the cut-offs of the page into the draft."""
    sheet = sheet_named(public_id)
    form = CutoffsForm(request.POST, tiers=sheet.definition().tiers)
    if not form.is_valid():
        return preview_page(request, sheet, moved=form, status=422)
    try:
        move_cutoffs(sheet=sheet, edition=form.cleaned_data["edition"], minimums=form.minimums(), by=request.user)
    except Overtaken as error:
        return preview_page(request, sheet_named(public_id), overtaken=error, status=409)
    except ValidationError as error:
        return preview_page(request, sheet, moved=form, errors=error.messages, status=422)
    messages.success(request, _("The cut-offs stand in the draft."))
    return redirect("tiering:preview", public_id)


@require_POST
@roles_required(Role.ADMIN)
def forward(request, public_id):
    """Put the draft forward for a second person."""

    def act(sheet, reason, edition):
        sheets.put_forward(sheet=sheet, reason=reason, edition=edition, on=request.today, by=request.user)
        messages.success(request, _("Put forward. Somebody else publishes it."))
        return redirect("tiering:preview", public_id)

    return _with_reason(request, public_id, act)


@require_POST
@roles_required(Role.ADMIN)
def publish(request, public_id):
    """Put the draft in force; everybody is re-tiered."""

    def act(sheet, reason, edition):
        now = timezone.now()
        job = sheets.publish(sheet=sheet, reason=reason, edition=edition, on=request.today, now=now, by=request.user)
        ring_on_commit(job)
        messages.success(request, _("%(sheet)s is in force; customers are being re-tiered.") % {"sheet": sheet})
        return redirect("tiering:publications")

    return _with_reason(request, public_id, act)


def _with_reason(request, public_id, act):
    sheet = sheet_named(public_id)
    form = ReasonForm(request.POST, given=sheet.submitted_reason)
    if not form.is_valid():
        return preview_page(request, sheet, reason=form, status=422)
    try:
        return act(sheet, form.cleaned_data["reason"], form.cleaned_data["edition"])
    except Overtaken as error:
        return preview_page(request, sheet_named(public_id), reason=form, overtaken=error, status=409)
    except ValidationError as error:
        return preview_page(request, sheet_named(public_id), reason=form, errors=error.messages, status=422)
