"""Schemes: any number of ways to tier, each with its measure and bands (S4.2)."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from tiering.choices import Measure
from tiering.models.sheet import Bilingual, Strategic
from tiering.rules import bands


class Scheme(Bilingual):
    """A way to tier customers (分层方案): a measure and its bands."""

    code = models.CharField(_("code"), max_length=24, unique=True)
    measure = models.CharField(_("measure"), max_length=16, choices=Measure)
    # For the measure “sheet”: the code of the sheet whose published version counts.
    sheet_code = models.CharField(_("sheet"), max_length=32, blank=True, default="")
    position = models.PositiveSmallIntegerField(_("order"), default=0)
    active = models.BooleanField(_("in force"), default=True)

    class Meta:
        verbose_name = _("scheme")
        verbose_name_plural = _("schemes")
        ordering = ["position", "code"]

    def tiers(self):
        """The bands as plain tiers, best first; for a sheet's scheme they are the cut-offs of the sheet in force."""
        return bands.ranked((band.code, band.minimum, band.label, band.strategy_label) for band in self.bands.all())


class Band(Strategic):
    """A band (层级) of a scheme that is not a sheet: it begins at `minimum` (yuan or rung), that value included."""

    scheme = models.ForeignKey(Scheme, on_delete=models.CASCADE, related_name="bands")
    code = models.CharField(_("tier"), max_length=12)
    # Empty: the lowest band, which takes everybody below the others.
    minimum = models.DecimalField(_("from (included)"), max_digits=18, decimal_places=2, null=True, blank=True)

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
        ]
