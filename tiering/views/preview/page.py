"""The page of the what-if: the figures, and for an administrator of a draft what can be done with it."""

from django.conf import settings
from django.shortcuts import get_object_or_404, render
from django.views import View

from staff.access import RolesRequiredMixin
from staff.choices import Role
from staff.models import Branch
from tiering.forms.preview import CutoffsForm, ReasonForm
from tiering.models import Publication, ScoringSheet
from tiering.rules.checks import problems
from tiering.services.preview import effect, in_force
from tiering.views.preview.figures import Figures

# Administrators see every figure and nobody's name; heads and auditors what they see elsewhere, and write nothing.
LOOKERS = frozenset({Role.ADMIN, Role.HEAD, Role.AUDITOR})


def sheet_named(public_id):
    """The version in the address, whole; 404 when there is none."""
    return get_object_or_404(ScoringSheet.objects.whole().select_related("submitted_by"), public_id=public_id)


def branches_of(user):
    """Keys of the branches whose customers somebody may count; None: all."""
    if user.role != Role.HEAD:
        return None
    return list(Branch.objects.visible_to(user).values_list("pk", flat=True))


class Preview(RolesRequiredMixin, View):
    """Who would move if this version were in force today."""

    allowed_roles = LOOKERS

    def get(self, request, public_id):
        """The page; `sort` orders branches and managers, `whole` shows all of them."""
        return preview_page(request, sheet_named(public_id))


def preview_page(request, sheet, *, reason=None, moved=None, overtaken=None, errors=(), status=200):
    """The page, with the form that came back (`reason` or `moved` cut-offs), and what stands against it."""
    found = effect(sheet=sheet, on=request.today, branches=branches_of(request.user))
    current = in_force(sheet)
    figures = Figures(sheet, found, current, sort=request.GET.get("sort", ""), whole=bool(request.GET.get("whole")))
    acts = request.user.role == Role.ADMIN and sheet.is_draft
    by_tier = figures.by_tier
    if moved is None:
        initial = {CutoffsForm.name_of(tier): tier.minimum for tier in found.plan.tiers} | {"edition": sheet.edition}
        moved = CutoffsForm(tiers=found.plan.tiers, initial=initial)
    for row in by_tier:
        name = CutoffsForm.name_of(row["tier"])
        row["field"] = moved[name] if sheet.is_draft and name in moved.fields else None
    context = {
        "sheet": sheet,
        "current": current,
        "publication": Publication.objects.filter(sheet=sheet).select_related("published_by").first(),
        "found": found,
        "figures": figures,
        "by_branch": figures.by_branch(),
        "by_manager": figures.by_manager(request.user),
        "data": figures.data(),
        "acts": acts,
        "problems": problems(found.plan.definition, sheet.kind) if sheet.is_draft else [],
        "takes_two": settings.PUBLISHING_TAKES_TWO,
        "own": sheet.submitted_by_id == request.user.pk,
        "reason": reason or ReasonForm(initial={"edition": sheet.edition}),
        "moved": moved,
        "overtaken": overtaken,
        "errors": errors,
    }
    return render(request, "tiering/preview.html", context, status=status)
