"""The dashboard and its parts, each an address of its own: a slow one keeps nobody from reading the others."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View

from customers.services.workbook import workbook
from staff.access import READERS, RolesRequiredMixin, wants_part
from staff.services import record
from staff.templatetags.crm import format_day
from tiering.views.dashboard.asked import Asked
from tiering.views.dashboard.insight import Agreement, Concentration, Coverage
from tiering.views.dashboard.lines import Lines
from tiering.views.dashboard.matrix import MatrixPart
from tiering.views.dashboard.page import Page
from tiering.views.dashboard.schemes import Maturing, Schemes
from tiering.views.dashboard.watching import Watching

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class Dashboard(RolesRequiredMixin, View):
    """Sums, tiers and their trend; the other parts load by themselves."""

    allowed_roles = READERS

    def get(self, request):
        """Everything the page shows; scheme, branch, manager, kind, days and order come from the address."""
        asked = Asked(request)
        page = Page(asked) if asked.scope else None
        return render(request, "tiering/dashboard.html", {"page": page, "asked": asked})


class Part(RolesRequiredMixin, View):
    """A part of the dashboard: alone for htmx, else as a page of its own."""

    allowed_roles = READERS
    title = ""
    template = ""
    read = None

    def get(self, request):
        """The part for what was asked for; 404 without a scheme in force."""
        asked = Asked(request)
        if asked.scope is None:
            raise Http404
        context = {"part": type(self).read(asked), "asked": asked, "title": self.title, "template": self.template}
        return render(request, self.template if wants_part(request) else "tiering/dashboard_part.html", context)


class MatrixView(Part):
    """Where customers went between the two days."""

    title, template, read = gettext_lazy("Migration between tiers"), "tiering/_dashboard_matrix.html", MatrixPart


class LinesView(Part):
    """By branch and by manager."""

    title, template, read = gettext_lazy("Branches and managers"), "tiering/_dashboard_lines.html", Lines


class SchemesView(Part):
    """The other schemes."""

    title, template, read = gettext_lazy("Other schemes"), "tiering/_dashboard_schemes.html", Schemes


class MaturingView(Part):
    """What matures by week."""

    title, template, read = gettext_lazy("Maturing in the next 90 days"), "tiering/_dashboard_weeks.html", Maturing


class WatchingView(Part):
    """Who steps down soon."""

    title, template, read = gettext_lazy("Under watch"), "tiering/_dashboard_watching.html", Watching


class ConcentrationView(Part):
    """What the largest hold."""

    title, template, read = gettext_lazy("Concentration"), "tiering/_dashboard_concentration.html", Concentration


class CoverageView(Part):
    """Which answers are missing."""

    title, template, read = gettext_lazy("Coverage of the sheet"), "tiering/_dashboard_coverage.html", Coverage


class AgreementView(Part):
    """How far two schemes agree."""

    title, template, read = gettext_lazy("Agreement of two schemes"), "tiering/_dashboard_agreement.html", Agreement


# Sheets of the workbook, in the order of the page.
PARTS = [Page, MatrixPart, Schemes, Watching, Lines, Concentration, Coverage, Agreement, Maturing]


class Export(RolesRequiredMixin, View):
    """Every table of the dashboard as one workbook."""

    allowed_roles = READERS

    def get(self, request):
        """The workbook, with what was looked at on top of each sheet; leaves a row in the audit trail."""
        asked = Asked(request)
        if asked.scope is None:
            raise Http404
        sheets = [sheet for part in PARTS for sheet in part(asked).sheets()]
        record(
            actor=request.user,
            verb="tiering.dashboard_exported",
            summary=asked.scope.scheme.code,
            **{name: value for name, value in asked.asked().items() if value},
        )
        return attachment(workbook(sheets, preamble=preamble(asked)), f"tiers-{asked.scope.until:%Y%m%d}.xlsx")


def attachment(content, name):
    """A workbook to be kept as a file."""
    response = HttpResponse(content, content_type=XLSX)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def preamble(asked):
    """What was looked at, in the words of the scope bar."""
    scope = asked.scope
    kinds = dict(asked.choices["kind"])
    place = scope.branch.name if scope.branch else (asked.tops[0].name if len(asked.tops) == 1 else _("all branches"))
    who = [place, scope.manager.name if scope.manager else "", str(kinds.get(scope.kind, ""))]
    return [
        _("Scheme: %(scheme)s") % {"scheme": scope.scheme.label},
        _("Scope: %(scope)s") % {"scope": " · ".join(word for word in who if word)},
        _("Days: %(first)s to %(last)s") % {"first": scope.since.isoformat(), "last": scope.until.isoformat()},
        _("Written by %(who)s on %(day)s") % {"who": asked.user.name, "day": format_day(scope.today)},
    ]
