"""The narrow row beside a customer that lists filter and sort by; bulk jobs rewrite only what differs."""

from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from customers.models.customer import Customer
from staff.querysets import ScopedQuerySet


class Standing(models.Model):
    """Where a customer stands (客户现况): tiers in force, assets, next maturity, last contact, open follow-ups.

    Every column is derived; the room that knows sets it through `customers.services.standing`.
    """

    # Follows from other rows: goes with the customer when an import is undone.
    derived = True

    customer = models.OneToOneField(Customer, primary_key=True, on_delete=models.CASCADE, related_name="standing")
    # Band codes of the four schemes that ship; rank 1 is the best band, for sorting. Empty: not placed yet.
    tier = models.CharField(_("tier"), max_length=12, blank=True, default="")
    tier_rank = models.PositiveSmallIntegerField(null=True)
    asset_tier = models.CharField(_("asset tier"), max_length=12, blank=True, default="")
    asset_rank = models.PositiveSmallIntegerField(null=True)
    contribution_tier = models.CharField(_("contribution tier"), max_length=12, blank=True, default="")
    contribution_rank = models.PositiveSmallIntegerField(null=True)
    loyalty_tier = models.CharField(_("loyalty rung"), max_length=12, blank=True, default="")
    loyalty_rank = models.PositiveSmallIntegerField(null=True)
    score = models.SmallIntegerField(_("score"), null=True)
    # How many of the sheet's criteria have an answer, in per cent.
    coverage = models.PositiveSmallIntegerField(_("coverage (%)"), null=True)
    # Whether somebody placed the customer by hand; the last day of that, else the day a watch ends in a step down.
    tier_until = models.DateField(_("tier kept until"), null=True)
    tier_pinned = models.BooleanField(_("placed by hand"), default=False)
    asset_total = models.DecimalField(_("assets (yuan)"), max_digits=18, decimal_places=2, default=0)
    loan_total = models.DecimalField(_("loans (yuan)"), max_digits=18, decimal_places=2, default=0)
    holding_count = models.PositiveIntegerField(_("open holdings"), default=0)
    next_maturity = models.DateField(_("next maturity"), null=True)
    last_contact = models.DateField(_("last contact"), null=True)
    open_followups = models.PositiveIntegerField(_("open follow-ups"), default=0)
    # Of the last twelve months: talks held and follow-ups done by speaking, their time, and their cost at the
    # bank's standard rates (S4.1).
    contacts = models.PositiveIntegerField(_("contacts in twelve months"), default=0)
    service_minutes = models.PositiveIntegerField(_("service time in twelve months (minutes)"), default=0)
    service_cost = models.DecimalField(
        _("cost of service in twelve months (yuan)"), max_digits=18, decimal_places=2, default=0
    )
    # The rung of the operating ladder that was reached by what was done (S4.5): 1 to 12.
    operating_rung = models.PositiveSmallIntegerField(_("rung of the operating ladder"), default=1)
    # Assets at other banks, as far as known; null when nothing is known, which is not zero. Our part in per cent.
    outside_total = models.DecimalField(_("at other banks (yuan)"), max_digits=18, decimal_places=2, null=True)
    wallet_share = models.PositiveSmallIntegerField(_("share of wallet (%)"), null=True)
    next_outside_maturity = models.DateField(_("next maturity at another bank"), null=True)

    # How much of the file is known, by weight, in per cent (`customers.rules.file`).
    completeness = models.PositiveSmallIntegerField(_("completeness of the file (%)"), default=0, db_default=0)

    objects = ScopedQuerySet.as_manager()
    scope_paths = {"branch": "customer__branch", "manager": "customer__manager"}

    # A merge of two customers leaves these rows with the file that goes.
    goes_with_its_file = True

    class Meta:
        verbose_name = _("standing")
        verbose_name_plural = _("standings")
        indexes = [
            models.Index(fields=["-asset_total", "customer"], name="standing_by_assets"),
            models.Index(fields=["tier_rank", "-asset_total", "customer"], name="standing_by_tier"),
            models.Index(fields=["tier", "-asset_total", "customer"], name="standing_of_tier"),
            models.Index(fields=["next_maturity"], name="standing_by_maturity"),
            models.Index(
                fields=["next_outside_maturity"],
                name="standing_by_outside_end",
                condition=Q(next_outside_maturity__isnull=False),
            ),
            models.Index(
                fields=["wallet_share", "customer"], name="standing_by_wallet", condition=Q(wallet_share__isnull=False)
            ),
        ]

    def __str__(self):
        return f"{self.customer_id} {self.tier}"


class TierName(models.Model):
    """What a tier in a column of the standing is called (层级名称), for lists, filters and headings.

    Tiers belong to the room above; it writes their names here through `customers.services.standing.name_tiers`.
    """

    column = models.CharField(_("column"), max_length=24)
    code = models.CharField(_("tier"), max_length=12)
    # 1 is the best band.
    rank = models.PositiveSmallIntegerField(_("rank"))
    name = models.CharField(_("name (Chinese)"), max_length=80)
    name_en = models.CharField(_("name (English)"), max_length=80, blank=True, default="")
    # The colour of the band, a second hint beside the sign's shape.
    tone = models.CharField(_("colour"), max_length=12, blank=True, default="", db_default="")
    for_organisations = models.BooleanField(_("organisations stand in it too"), default=False, db_default=False)

    class Meta:
        verbose_name = _("name of a tier")
        verbose_name_plural = _("names of tiers")
        ordering = ["column", "rank"]
        constraints = [models.UniqueConstraint(fields=["column", "code"], name="tier_name_once")]

    def __str__(self):
        return self.label

    @property
    def label(self):
        """The name in the reader's language; Chinese where no English one was given."""
        return self.name_en if self.name_en and (get_language() or "").startswith("en") else self.name
