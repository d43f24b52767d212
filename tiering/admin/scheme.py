"""Schemes in Django admin: a measure, its bands, whom it places and how slowly a step down is; no code needed."""

import json

from django import forms
from django.contrib import admin
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from jobs.tasks import ring_on_commit
from staff.admin import AuditedAdmin
from tiering.choices import Measure
from tiering.forms.scheme import BandForm, BandRows, SchemeForm
from tiering.models import Band, Scheme
from tiering.rules.presets import PRESETS
from tiering.services.sheets import scheme_changed

# Rows that stand ready for the bands of a new scheme.
READY = 4


class BandInline(admin.TabularInline):
    """The bands, best first."""

    model = Band
    form = BandForm
    formset = BandRows

    def get_extra(self, request, obj=None, **kwargs):
        """A new scheme begins with some empty rows, or with those of the preset that the address names."""
        if obj is not None:
            return 0
        preset = preset_of(request)
        return len(preset.bands) if preset else READY

    def get_formset(self, request, obj=None, **kwargs):
        """With the bands of the preset that the address names."""
        formset = super().get_formset(request, obj, **kwargs)
        preset = preset_of(request) if obj is None and request.method == "GET" else None
        if preset is None:
            return formset

        class Filled(formset):
            def __init__(self, *args, **options):
                super().__init__(*args, initial=[vars(band) for band in preset.bands], **options)

        return Filled


def preset_of(request):
    """The preset that the address names, or None."""
    return next((preset for preset in PRESETS if preset.code == request.GET.get("preset")), None)


def presets_as_data():
    """The presets for the page's script, names in the reader's language."""
    english = (get_language() or "").startswith("en")
    return json.dumps(
        [
            {
                "code": preset.code,
                "measures": [measure.value for measure in preset.measures],
                "name": preset.name_en if english else preset.name,
                "bands": [vars(band) for band in preset.bands],
                "settings": preset.settings,
            }
            for preset in PRESETS
        ]
    )


@admin.register(Scheme)
class SchemeAdmin(AuditedAdmin):
    """Ways to tier; a change re-tiers everybody."""

    form = SchemeForm
    change_form_template = "admin/tiering/scheme/change_form.html"
    list_display = ["label", "code", "measure", "kind", "branch", "watch_months", "rhythm", "active", "position"]
    list_filter = ["active", "measure", "kind"]
    list_select_related = ["branch"]
    autocomplete_fields = ["branch"]
    inlines = [BandInline]
    fieldsets = [
        (None, {"fields": ["name", "name_en", "code", "measure", "position", "active"]}),
        (_("Scoring sheet"), {"fields": ["sheet_code"], "classes": ["only-sheet"]}),
        (
            _("Service need and potential"),
            {
                "fields": ["need_axis", "need_from", "potential_axis", "potential_from"],
                "classes": ["only-quadrant"],
                "description": _(
                    "A customer has high need, or high potential, from the threshold on. Quick wins have the value 4, "
                    "cultivate 3, low priority 2, let go 1."
                ),
            },
        ),
        (
            _("Whom it places"),
            {"fields": ["kind", "branch"], "description": _("Left empty, the scheme places everybody.")},
        ),
        (
            _("Step down"),
            {
                "fields": ["watch_months", "look_back_months"],
                "description": _(
                    "Up at once. Below the tier, the customer is watched for so many months and then steps down to the "
                    "best tier met meanwhile; 0 months: down at once."
                ),
            },
        ),
        (_("Rhythm"), {"fields": ["rhythm"]}),
    ]

    @admin.display(description=_("Name"), ordering="name")
    def label(self, obj):
        """In the reader's language."""
        return obj.label

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        """The branch is chosen here; branches are made and changed on pages of their own."""
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if db_field.name == "branch":
            for verb in ("add", "change", "delete", "view"):
                setattr(field.widget, f"can_{verb}_related", False)
        return field

    def get_readonly_fields(self, request, obj=None):
        """What placements lean on stays."""
        return ["code", "measure"] if obj else []

    def get_inlines(self, request, obj):
        """A sheet's tiers stand on the sheet."""
        return [] if obj is not None and obj.measure == Measure.SHEET else super().get_inlines(request, obj)

    def has_delete_permission(self, request, obj=None):
        """Moves of years hang on a scheme: it is put out of force instead."""
        return False

    def get_changeform_initial_data(self, request):
        """A new scheme stands behind the others, and starts from the preset that the address names."""
        last = Scheme.objects.order_by("-position").values_list("position", flat=True).first() or 0
        preset = preset_of(request)
        chosen = {"measure": preset.measures[0].value, **preset.settings} if preset else {}
        return {"position": last + 1, **chosen, **super().get_changeform_initial_data(request)}

    def render_change_form(self, request, context, *args, **kwargs):
        """With the presets to start from."""
        measure = context["original"].measure if context.get("original") else ""
        context |= {"presets": presets_as_data(), "measure": measure}
        return super().render_change_form(request, context, *args, **kwargs)

    @property
    def media(self):
        """The page's own script shows what the measure needs and fills in presets."""
        return super().media + forms.Media(js=["js/scheme.js"], css={"all": ["css/sheet.css"]})

    def save_related(self, request, form, formsets, change):
        """After the bands: audit, and re-tier."""
        super().save_related(request, form, formsets, change)
        job = scheme_changed(scheme=form.instance, on=request.today, now=timezone.now(), by=request.user)
        ring_on_commit(job)
        self.message_user(request, _("Customers are being re-tiered."))
