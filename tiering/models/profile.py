"""What the rules read of a customer, in one narrow row, and the counts that dashboards read."""

from django.conf import settings
from django.db import models
from django.db.models import Value
from django.utils.translation import gettext_lazy as _

from customers.models import Customer
from staff.models import Branch
from staff.querysets import ScopedQuerySet
from tiering.models.scheme import Scheme


class Profile(models.Model):
    """The facts of a customer as small numbers (评分底表): derived at each re-tiering, never edited, never shown.

    A million customers are scored from here in a fraction of a second, which the wide customer row does not allow.
    Choices are numbered in the order of their codes, from 1; amounts are whole fen, so that bounds of two decimals stay
    exact. NULL is unknown, or not asked for by any scheme in force.
    """

    # Follows from other rows: goes with the customer when an import is undone.
    derived = True

    customer = models.OneToOneField(Customer, primary_key=True, on_delete=models.CASCADE, related_name="+")
    individual = models.BooleanField()
    branch_id = models.BigIntegerField()
    manager_id = models.BigIntegerField(null=True)
    occupation = models.SmallIntegerField(null=True)
    family = models.SmallIntegerField(null=True)
    education = models.SmallIntegerField(null=True)
    ease_of_contact = models.SmallIntegerField(null=True)
    influence = models.SmallIntegerField(null=True)
    children = models.SmallIntegerField(null=True)
    income_fen = models.BigIntegerField(null=True)
    birth_date = models.DateField(null=True)
    known_from = models.DateField(null=True)
    assets_fen = models.BigIntegerField()
    holdings = models.IntegerField()
    categories = models.SmallIntegerField(null=True)
    risk_level = models.SmallIntegerField(null=True)
    # 1 with a card, 2 with a payment service, 3 with both.
    channels = models.SmallIntegerField(null=True)
    with_us_since = models.DateField(null=True)
    introduced = models.IntegerField(null=True)
    month_end_fen = models.BigIntegerField(null=True)
    average_fen = models.BigIntegerField(null=True)
    contribution_fen = models.BigIntegerField(null=True)
    contacts = models.IntegerField(null=True)
    service_cost_fen = models.BigIntegerField(null=True)
    operating = models.SmallIntegerField(null=True)
    # Money that moved in the last 90 days: the latest day, how often, how much, and how often it was pay.
    flow_on = models.DateField(null=True)
    flows = models.IntegerField(null=True)
    flow_fen = models.BigIntegerField(null=True)
    salaries = models.SmallIntegerField(null=True)

    # A merge of two customers leaves these rows with the file that goes.
    goes_with_its_file = True

    class Meta:
        verbose_name = _("profile")
        verbose_name_plural = _("profiles")

    def __str__(self):
        return f"{self.customer_id}"


class Touched(models.Model):
    """A customer whose profile must be read anew (待重算): something that it is made from has changed since.

    Written by triggers of those tables, taken away by the run that reads them; one customer may stand here many times.
    """

    # Empty: everybody, since a product is counted otherwise.
    customer_id = models.BigIntegerField(null=True)
    # Holdings, income or introductions changed: totals are added up anew. Else the customer's own row is read again.
    totals = models.BooleanField(default=True, db_default=True)

    class Meta:
        verbose_name = _("touched customer")
        verbose_name_plural = _("touched customers")

    def __str__(self):
        return f"{self.customer_id or '*'}"


class Gathered(models.Model):
    """What all profiles hold, and of which month: one row at most; none: everybody must be read anew."""

    month = models.DateField()
    needs = models.JSONField(default=list)
    # How often a customer was read and placed by itself since.
    edits = models.PositiveIntegerField(default=0)
    # The day whose counts were made when nobody was read or placed since; empty: somebody was.
    counted_on = models.DateField(null=True)
    # {scheme key: digest of the rules} of the schemes in which everybody was placed since anything was noted.
    placed = models.JSONField(default=dict, db_default=Value({}, models.JSONField()))

    class Meta:
        verbose_name = _("state of the profiles")
        verbose_name_plural = _("state of the profiles")

    def __str__(self):
        return f"{self.month:%Y-%m}"


class TierCount(models.Model):
    """How many customers of a branch and manager stood in a tier on a day, with their assets (层级统计).

    Written by each run for its day; the days between month-ends go after five weeks.
    """

    scheme = models.ForeignKey(Scheme, on_delete=models.CASCADE, related_name="counts", db_index=False)
    on = models.DateField(_("day"))
    branch = models.ForeignKey(Branch, on_delete=models.CASCADE, related_name="+", db_index=False)
    manager = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    # Empty: the scheme places these customers nowhere.
    code = models.CharField(_("tier"), max_length=12, blank=True, default="")
    customers = models.IntegerField(_("customers"))
    assets = models.DecimalField(_("assets (yuan)"), max_digits=20, decimal_places=2)
    # Sum of the measured values: points, yuan or rungs.
    value = models.DecimalField(_("sum of values"), max_digits=24, decimal_places=2, null=True)
    watched = models.IntegerField(_("under watch"), default=0)
    pinned = models.IntegerField(_("placed by hand"), default=0)
    # Of these customers the organisations, and their assets; empty: not counted apart.
    organisations = models.IntegerField(_("organisations"), null=True)
    organisation_assets = models.DecimalField(
        _("assets of organisations (yuan)"), max_digits=20, decimal_places=2, null=True
    )

    objects = ScopedQuerySet.as_manager()
    scope_paths = {"branch": "branch", "manager": "manager"}

    class Meta:
        verbose_name = _("count of a tier")
        verbose_name_plural = _("counts of tiers")
        constraints = [
            models.UniqueConstraint(
                fields=["scheme", "on", "branch", "manager", "code"], nulls_distinct=False, name="tier_count_once"
            ),
        ]
        indexes = [models.Index(fields=["manager", "scheme", "on"], name="tier_count_of_manager")]

    def __str__(self):
        return f"{self.on} {self.code} {self.customers}"
