"""Rules of tiering in Django admin: the scoring sheet on one page, schemes with their bands, the runs."""

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from jobs.tasks import ring_on_commit
from staff.admin import AuditedAdmin
from tiering.choices import Measure
from tiering.forms import SheetEditor
from tiering.models import Band, Scheme, ScoringSheet, TieringRun
from tiering.rules.checks import problems
from tiering.services.sheets import preview, publish, scheme_changed, spread, start_draft, write_draft


@admin.register(ScoringSheet)
class ScoringSheetAdmin(AuditedAdmin):
    """A draft is edited whole on one page; a published version is shown, and drafts start from it."""

    list_display = ["name", "code", "version", "state", "published_on", "published_by"]
    list_filter = ["state"]
    actions = None

    def has_add_permission(self, request):
        """Drafts start from a version."""
        return False

    def has_delete_permission(self, request, obj=None):
        """Only a draft may be thrown away."""
        return obj is not None and obj.is_draft and super().has_delete_permission(request, obj)

    def get_urls(self):
        """The verb “start a draft” beside the usual pages."""
        start = self.admin_site.admin_view(require_POST(self.start_draft))
        return [path("<int:pk>/draft/", start, name="tiering_scoringsheet_draft"), *super().get_urls()]

    def start_draft(self, request, pk):
        """Copy a version into a draft and open it."""
        sheet = self.get_object(request, str(pk))
        if sheet is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, str(pk))
        if not self.has_change_permission(request, sheet):
            raise PermissionDenied
        return HttpResponseRedirect(self.page(start_draft(sheet=sheet, by=request.user)))

    @staticmethod
    def page(sheet, query=""):
        """The address of a sheet's page."""
        return reverse("admin:tiering_scoringsheet_change", args=[sheet.pk]) + query

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        """Show a sheet; write a draft; with the buttons of the page also show its effect, or publish it."""
        sheet = ScoringSheet.objects.whole().filter(pk=object_id).first() if str(object_id).isdigit() else None
        if sheet is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, str(object_id))
        if not self.has_view_or_change_permission(request, sheet):
            raise PermissionDenied
        editor = SheetEditor(sheet) if sheet.is_draft else None
        if request.method == "POST":
            if not self.has_change_permission(request, sheet):
                raise PermissionDenied
            editor = SheetEditor(sheet, request.POST)
            if editor.is_valid():
                return self.act(request, sheet, editor)
        return self.show(request, sheet, editor, extra_context)

    def act(self, request, sheet, editor):
        """Write the draft, then do what the button says."""
        now = timezone.now()
        try:
            sheet = write_draft(sheet=sheet, by=request.user, **editor.content())
            if "_publish" in request.POST:
                ring_on_commit(publish(sheet=sheet, on=request.today, now=now, by=request.user))
                self.message_user(
                    request, _("%(sheet)s is in force; customers are being re-tiered.") % {"sheet": sheet}
                )
            else:
                self.message_user(request, _("%(sheet)s was saved.") % {"sheet": sheet})
        except ValidationError as error:
            for text in error.messages:
                self.message_user(request, text, messages.ERROR)
        return HttpResponseRedirect(self.page(sheet, "?effect=1" if "_effect" in request.POST else ""))

    def show(self, request, sheet, editor, extra_context):
        """The page."""
        definition = sheet.definition()
        effect = "effect" in request.GET
        counts = spread(sheet=sheet, on=request.today) if effect else {}
        context = {
            **self.admin_site.each_context(request),
            "title": str(sheet),
            "opts": self.opts,
            "original": sheet,
            "sheet": sheet,
            "editor": editor,
            "definition": definition,
            "tiers": definition.tiers,
            "rows": _rows(definition, counts),
            "editor_rows": _editor_rows(editor, counts) if editor else [],
            "problems": problems(definition),
            "effect": effect,
            "moves": preview(sheet=sheet, on=request.today) if effect else [],
            "has_change_permission": self.has_change_permission(request, sheet),
            "has_delete_permission": self.has_delete_permission(request, sheet),
            **(extra_context or {}),
        }
        return TemplateResponse(request, "admin/tiering/scoringsheet/change_form.html", context)


def _rows(definition, counts):
    """Criteria with their options and how many customers have each (None: not counted)."""
    return [
        {
            "criterion": criterion,
            "missing": counts.get((at, None), 0) if counts else None,
            "options": [
                {"option": option, "count": counts.get((at, place), 0) if counts else None}
                for place, option in enumerate(criterion.options)
            ],
        }
        for at, criterion in enumerate(definition.criteria)
    ]


def _editor_rows(editor, counts):
    """The forms of the criteria, each option's form with how many customers have it (None: not counted)."""
    return [
        {
            "form": form,
            "missing": counts.get((at, None), 0) if counts else None,
            "options": [
                (option, counts.get((at, place), 0) if counts else None)
                for place, option in enumerate(form.options.forms)
            ],
        }
        for at, form in enumerate(editor.criteria.forms)
    ]


class BandRows(forms.BaseInlineFormSet):
    """The bands of a scheme leave nobody out."""

    def clean(self):
        """One band has no lower bound."""
        super().clean()
        kept = [form.cleaned_data for form in self.forms if form.cleaned_data and not form.cleaned_data.get("DELETE")]
        if any(self.errors):
            return
        if not any(band.get("minimum") is None for band in kept):
            raise ValidationError(_("Leave “from” of the lowest band empty, so that everybody has a band."))


class BandInline(admin.TabularInline):
    """The bands, best first."""

    model = Band
    formset = BandRows
    extra = 0


@admin.register(Scheme)
class SchemeAdmin(AuditedAdmin):
    """Ways to tier; a change re-tiers everybody."""

    list_display = ["name", "code", "measure", "active", "position"]
    fields = ["name", "name_en", "code", "measure", "sheet_code", "position", "active"]
    inlines = [BandInline]

    def get_readonly_fields(self, request, obj=None):
        """What placements lean on stays."""
        return ["code", "measure"] if obj else []

    def get_inlines(self, request, obj):
        """A sheet's tiers stand on the sheet."""
        return [] if obj is not None and obj.measure == Measure.SHEET else super().get_inlines(request, obj)

    def has_delete_permission(self, request, obj=None):
        """Moves of years hang on a scheme: it is put out of force instead."""
        return False

    def save_related(self, request, form, formsets, change):
        """After the bands: audit, and re-tier."""
        super().save_related(request, form, formsets, change)
        job = scheme_changed(scheme=form.instance, on=request.today, now=timezone.now(), by=request.user)
        ring_on_commit(job)
        self.message_user(request, _("Customers are being re-tiered."))


@admin.register(TieringRun)
class TieringRunAdmin(admin.ModelAdmin):
    """The runs, read only."""

    list_display = ["started_at", "as_of", "started_by", "scored", "incomplete", "changed"]
    list_select_related = ["started_by"]

    def has_add_permission(self, request):
        """Runs are made by running."""
        return False

    def has_change_permission(self, request, obj=None):
        """What happened stays."""
        return False

    def has_delete_permission(self, request, obj=None):
        """What happened stays."""
        return False
