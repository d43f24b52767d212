"""Schemes in Django admin: what is measured, for whom, how slowly a step down is, and the bands."""

from decimal import Decimal

from django import forms
from django.core.exceptions import ValidationError
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from customers.choices import Kind
from tiering.choices import Measure, Tone
from tiering.models import Band, Scheme, ScoringSheet
from tiering.rules.checks import plain


def sheets():
    """The sheets in force, by code; of each whom it asks for."""
    rows = ScoringSheet.objects.in_force().order_by("code")
    return [("", "—"), *((sheet.code, f"{sheet.label} · {sheet.code} · {sheet.get_kind_display()}") for sheet in rows)]


class SchemeForm(forms.ModelForm):
    """A scheme; the parts that only one measure needs are looked at for that measure only."""

    sheet_code = forms.ChoiceField(label=_("Sheet"), required=False)

    class Meta:
        model = Scheme
        fields = [
            *("name", "name_en", "code", "measure", "position", "active", "sheet_code", "kind", "branch"),
            *("need_axis", "need_from", "potential_axis", "potential_from"),
            *("watch_months", "look_back_months", "rhythm"),
        ]

    def __init__(self, *args, **kwargs):
        """The sheets in force to choose from; one that no longer is stays visible."""
        super().__init__(*args, **kwargs)
        _shorten(self, "need_from", "potential_from")
        if "sheet_code" in self.fields:
            choices, held = sheets(), self.instance.sheet_code
            if held and held not in dict(choices):
                choices.append((held, _("%(code)s (not in force)") % {"code": held}))
            self.fields["sheet_code"].choices = choices

    def clean(self):
        """A sheet's scheme has a sheet in force and its kind of customer; a quadrant has axes; the rest is emptied."""
        cleaned = super().clean()
        measure = cleaned.get("measure") or self.instance.measure
        if measure == Measure.SHEET:
            self._check_sheet(cleaned)
        else:
            cleaned["sheet_code"] = ""
        if measure == Measure.QUADRANT:
            self._check_axes(cleaned)
        else:
            cleaned |= {"need_axis": "", "potential_axis": "", "need_from": None, "potential_from": None}
        if "watch_months" in cleaned and cleaned["watch_months"] and cleaned["watch_months"] > 36:
            self.add_error("watch_months", _("A watch lasts at most 36 months."))
        if "look_back_months" in cleaned and not 1 <= (cleaned["look_back_months"] or 0) <= 36:
            self.add_error("look_back_months", _("From 1 to 36 months."))
        return cleaned

    def _check_sheet(self, cleaned):
        sheet = ScoringSheet.objects.in_force().filter(code=cleaned.get("sheet_code") or "").first()
        if sheet is None:
            self.add_error("sheet_code", _("Choose a sheet that is in force: publish it first."))
        elif cleaned.get("kind") and cleaned["kind"] != sheet.kind:
            words = {"kind": Kind(sheet.kind).label}
            self.add_error("kind", _("The sheet asks for customers of the kind “%(kind)s”.") % words)

    def _check_axes(self, cleaned):
        for name in ("need_axis", "need_from", "potential_axis", "potential_from"):
            if cleaned.get(name) in ("", None) and name not in self.errors:
                self.add_error(name, _("The cells of service need and potential need this."))
        if cleaned.get("need_axis") and cleaned.get("need_axis") == cleaned.get("potential_axis"):
            self.add_error("potential_axis", _("Both axes measure the same."))


def _shorten(form, *names):
    """Numbers as people write them, without trailing zeros."""
    for name in names:
        if isinstance(number := form.initial.get(name), Decimal):
            form.initial[name] = Decimal(plain(number))


class ToneSelect(forms.Select):
    """The colours by name, with a sample beside."""

    def render(self, name, value, attrs=None, renderer=None):
        """The select with a sample of the colour before it."""
        sample = '<span class="band-tone"><span class="band-swatch" data-tone="{}" aria-hidden="true"></span>{}</span>'
        return format_html(sample, value or "", super().render(name, value, attrs, renderer))


class BandForm(forms.ModelForm):
    """A band; that codes and bounds are there once is looked at over all rows together."""

    tone = forms.TypedChoiceField(
        label=_("Colour"),
        choices=[("", _("by rank")), *Tone.choices],
        coerce=int,
        empty_value=None,
        required=False,
        widget=ToneSelect,
    )

    class Meta:
        model = Band
        fields = ["code", "minimum", "name", "name_en", "strategy", "strategy_en", "tone"]

    def __init__(self, *args, **kwargs):
        """Bounds without trailing zeros; cells have no labels of their own."""
        super().__init__(*args, **kwargs)
        _shorten(self, "minimum")
        for field in self.fields.values():
            field.widget.attrs["aria-label"] = field.label

    def validate_constraints(self):
        """Against the rows of the page, not against those they replace (`BandRows.clean`)."""


class BandRows(forms.BaseInlineFormSet):
    """The bands of a scheme: saved all together, so that bounds may be swapped."""

    def add_fields(self, form, index):
        """The mark of a row taken away is named as well."""
        super().add_fields(form, index)
        if "DELETE" in form.fields:
            form.fields["DELETE"].widget.attrs["aria-label"] = _("Take away")

    @property
    def written(self):
        """The forms that count."""
        return [form for form in self.forms if form.cleaned_data and not form.cleaned_data.get("DELETE")]

    def validate_unique(self):
        """Looked at in `clean`, in words of bands."""

    def clean(self):
        """Codes and bounds are there once, and one band takes everybody below the others."""
        super().clean()
        if any(form.errors for form in self.forms if not self._should_delete_form(form)):
            return
        if self.instance.measure == Measure.SHEET:
            if self.written:
                raise ValidationError(_("The tiers of a sheet stand on the sheet: take the bands away."))
            return
        codes, bounds = set(), set()
        for form in self.written:
            code, minimum = form.cleaned_data["code"], form.cleaned_data.get("minimum")
            if code in codes:
                form.add_error("code", _("This tier is there already."))
            if minimum in bounds:
                form.add_error(
                    "minimum",
                    _("Only one band takes everybody below the others.")
                    if minimum is None
                    else _("Two bands cannot begin at the same value."),
                )
            codes.add(code)
            bounds.add(minimum)
        if None not in bounds:
            raise ValidationError(_("Leave “from” of the lowest band empty, so that everybody has a band."))

    def save(self, commit=True):
        """Replace the bands. Placements name a band by its code, so nothing hangs on the rows."""
        kept = self.written
        self.new_objects = [form.instance for form in kept if form.instance.pk is None]
        self.changed_objects = [
            (form.instance, form.changed_data) for form in kept if form.instance.pk and form.has_changed()
        ]
        self.deleted_objects = [form.instance for form in self.deleted_forms if form.instance.pk]
        self.instance.bands.all().delete()
        bands = [form.instance for form in kept]
        for band in bands:
            band.pk, band.scheme = None, self.instance
        return Band.objects.bulk_create(bands)
