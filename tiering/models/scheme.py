"""Schemes: any number of ways to tier, each with its measure and bands (S4.2)."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from customers.choices import Kind
from staff.models import Branch
from tiering.choices import Axis, Measure, Rhythm, Tone
from tiering.models.sheet import Bilingual, Strategic
from tiering.rules import bands


class Scheme(Bilingual):
    """A way to tier customers (分层方案): a measure and its bands."""

    code = models.CharField(_("code"), max_length=24, unique=True)
    measure = models.CharField(_("measure"), max_length=16, choices=Measure)
    # For the measure “sheet”: the code of the sheet whose published version counts.
    sheet_code = models.CharField(_("sheet"), max_length=32, blank=True, default="")
    # Whom the scheme places; empty: everybody.
    kind = models.CharField(_("only customers of the kind"), max_length=12, choices=Kind, blank=True, default="")
    branch = models.ForeignKey(
        Branch,
        verbose_name=_("only this branch and all below"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    # Up at once, down slowly: below the tier a watch runs so many months before the step down; 0: down at once.
    watch_months = models.PositiveSmallIntegerField(_("watch before a step down (months)"), default=3)
    look_back_months = models.PositiveSmallIntegerField(_("step down to the best tier met within (months)"), default=6)
    rhythm = models.CharField(_("looks again"), max_length=12, choices=Rhythm, default=Rhythm.DAILY)
    # The day on which everybody was looked at last; empty: due at once, as after a change of the rules.
    reviewed_on = models.DateField(null=True, editable=False)
    # For the measure “cell of service need and potential” (S3.6): what stands on each axis, and from where it is high.
    need_axis = models.CharField(_("service need is measured by"), max_length=16, choices=Axis, blank=True, default="")
    need_from = models.DecimalField(_("need is high from"), max_digits=18, decimal_places=2, null=True, blank=True)
    potential_axis = models.CharField(
        _("potential is measured by"), max_length=16, choices=Axis, blank=True, default=""
    )
    potential_from = models.DecimalField(
        _("potential is high from"), max_digits=18, decimal_places=2, null=True, blank=True
    )
    position = models.PositiveSmallIntegerField(_("order"), default=0)
    active = models.BooleanField(_("in force"), default=True)

    class Meta:
        verbose_name = _("scheme")
        verbose_name_plural = _("schemes")
        ordering = ["position", "code"]
        constraints = [
            models.CheckConstraint(
                condition=Q(watch_months__lte=36) & Q(look_back_months__range=(1, 36)),
                name="scheme_watch_within_three_years",
                violation_error_message=_("A watch lasts at most 36 months, and looks back from 1 to 36."),
            ),
            models.CheckConstraint(
                condition=~Q(measure=Measure.QUADRANT)
                | (
                    ~Q(need_axis="")
                    & ~Q(potential_axis="")
                    & Q(need_from__isnull=False)
                    & Q(potential_from__isnull=False)
                ),
                name="scheme_quadrant_has_axes",
                violation_error_message=_("Say what measures need and potential, and from where each is high."),
            ),
        ]

    def tiers(self):
        """The bands as plain tiers, best first; for a sheet's scheme they are the cut-offs of the sheet in force."""
        return bands.ranked(
            (band.code, band.minimum, band.label, band.strategy_label, band.colour) for band in self.bands.all()
        )


class Band(Strategic):
    """A band (层级) of a scheme that is not a sheet: it begins at `minimum` (yuan or rung), that value included."""

    scheme = models.ForeignKey(Scheme, on_delete=models.CASCADE, related_name="bands")
    code = models.CharField(_("tier"), max_length=12)
    # Empty: the lowest band, which takes everybody below the others.
    minimum = models.DecimalField(_("from (included)"), max_digits=18, decimal_places=2, null=True, blank=True)
    # The colour of its sign, 1 to 8 of the palette (static/css/crm.css); empty: by its rank.
    tone = models.PositiveSmallIntegerField(_("colour (1–8)"), null=True, blank=True)

    class Meta:
        verbose_name = _("band")
        verbose_name_plural = _("bands")
        ordering = [models.F("minimum").desc(nulls_last=True), "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["scheme", "code"],
                name="band_code_once",
                violation_error_message=_("This tier is there already."),
            ),
            models.UniqueConstraint(
                fields=["scheme", "minimum"],
                nulls_distinct=False,
                name="band_minimum_once",
                violation_error_message=_("Two bands cannot begin at the same value."),
            ),
            models.CheckConstraint(
                condition=Q(tone__isnull=True) | Q(tone__range=(1, 8)),
                name="band_tone_1_to_8",
                violation_error_message=_("Colours run from 1 to 8."),
            ),
        ]

    @property
    def colour(self):
        """The name of the colour in the style sheets; empty: by its rank."""
        return Tone(self.tone).name.lower().replace("_", "-") if self.tone else ""
