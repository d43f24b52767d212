"""Publications of versions: the list with the drafts that wait, and taking one back."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Prefetch
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.http import require_http_methods
from django_tables2 import RequestConfig

from jobs.choices import JobKind
from jobs.models import Job
from jobs.tasks import ring_on_commit
from staff.access import RolesRequiredMixin, roles_required, wants_part
from staff.choices import Role
from tiering.choices import Cause, Measure, SheetState
from tiering.forms.preview import ReasonForm
from tiering.models import Publication, Scheme, ScoringSheet, TieringRun
from tiering.services.rollback import returns
from tiering.services.sheets import against_taking_back, take_back
from tiering.tables import PublicationTable
from tiering.views.preview.page import LOOKERS

PER_PAGE = 30


class PublicationList(RolesRequiredMixin, View):
    """What was put in force when, why and by whom; for an administrator with the way back."""

    allowed_roles = LOOKERS

    def get(self, request):
        """The page, or for htmx the list alone."""
        runs = TieringRun.objects.filter(cause=Cause.PUBLISH)
        rows = Publication.objects.select_related(
            "sheet", "before", "proposed_by", "published_by", "taken_back_by"
        ).prefetch_related(Prefetch("runs", runs, to_attr="written"))
        table = PublicationTable(rows)
        RequestConfig(request, paginate={"per_page": PER_PAGE}).configure(table)
        jobs = Job.objects.visible_to(request.user).filter(kind=JobKind.RETIER).open()
        acts = request.user.role == Role.ADMIN
        schemes = dict(Scheme.objects.filter(measure=Measure.SHEET).values_list("code", "sheet_code"))
        current = {sheet.code: sheet for sheet in ScoringSheet.objects.in_force()}
        for row in table.paginated_rows:
            publication = row.record
            publication.moved = _moved(publication, schemes)
            publication.against = against_taking_back(publication, current.get(publication.sheet.code))
            publication.acts = acts
            publication.scheme = next((code for code, of in schemes.items() if of == publication.sheet.code), "")
        context = {
            "table": table,
            "drafts": ScoringSheet.objects.filter(state=SheetState.DRAFT).select_related("submitted_by"),
            "jobs": [job for job in jobs if "publication" in job.params],
            "acts": acts,
        }
        return render(request, "tables/_list.html" if wants_part(request) else "tiering/publications.html", context)


def _moved(publication, schemes):
    """How many customers it moved in the schemes of its sheet; None while the run has not finished."""
    run = next((run for run in publication.written if run.finished_at), None)
    if run is None:
        return None
    moves = run.result.get("moves", [])
    return sum(move["count"] for move in moves if schemes.get(move["scheme"]) == publication.sheet.code)


@require_http_methods(["GET", "POST"])
@roles_required(Role.ADMIN)
def take_back_page(request, public_id):
    """What would be put back, and with a reason do it."""
    publications = Publication.objects.select_related("sheet", "before", "published_by", "taken_back_by")
    publication = get_object_or_404(publications, public_id=public_id)
    current = ScoringSheet.objects.in_force().filter(code=publication.sheet.code).first()
    form = ReasonForm(request.POST or None)
    if form.is_valid():
        try:
            job = take_back(
                publication=publication,
                reason=form.cleaned_data["reason"],
                on=request.today,
                now=timezone.now(),
                by=request.user,
            )
        except ValidationError as error:
            form.add_error(None, error)
        else:
            ring_on_commit(job)
            words = {"sheet": publication.sheet, "before": publication.before}
            messages.success(request, _("%(sheet)s was taken back; %(before)s is in force again.") % words)
            return redirect("tiering:publications")
    found = returns(publication)
    moves = [one for one in found if not one.stays]
    context = {
        "publication": publication,
        "form": form,
        "against": against_taking_back(publication, current),
        "moves": moves,
        "count": sum(one.count for one in moves),
        "assets": sum(one.assets for one in moves),
        "watches": sum(one.watches for one in found),
        "unfinished": not publication.runs.filter(cause=Cause.PUBLISH, finished_at__isnull=False).exists(),
    }
    return render(request, "tiering/publication_take_back.html", context, status=422 if form.is_bound else 200)
