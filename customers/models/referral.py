"""Who introduced whom, and what the bank decided about asking, gifts and contact pools."""

import uuid

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from customers.choices import ReferralOutcome, ReferralQuality
from customers.models.customer import Customer
from customers.models.sealed import PersonalOf
from customers.querysets import ReferralQuerySet
from customers.rules.masking import mask_phone


class Referral(models.Model):
    """A referral (转介绍): a customer was asked for a name, gave one, and something became of it (S2.1).

    The gift is for the introducer whether or not anything comes of it, within the bank's limit.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    # Made by the form: sent twice, it still makes one row.
    token = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    introducer = models.ForeignKey(
        Customer, verbose_name=_("introducer"), on_delete=models.CASCADE, related_name="referrals"
    )
    referred = models.ForeignKey(
        Customer,
        verbose_name=_("referred customer"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="referred_by",
    )
    name = models.CharField(_("name"), max_length=60, blank=True, default="")
    mobile_sealed = models.TextField(blank=True, default="", editable=False)
    mobile_index = models.CharField(max_length=32, blank=True, default="", editable=False)
    quality = models.CharField(_("quality"), max_length=8, choices=ReferralQuality, default=ReferralQuality.ORDINARY)
    outcome = models.CharField(_("outcome"), max_length=9, choices=ReferralOutcome, default=ReferralOutcome.ASKED)
    outcome_on = models.DateField(_("outcome on"))
    asked_on = models.DateField(_("asked on"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("asked by"), on_delete=models.PROTECT, related_name="referrals"
    )
    # The public id of the visit in which it was asked; visits belong to a room above.
    visit = models.UUIDField(null=True, blank=True, editable=False)
    note = models.CharField(_("notes"), max_length=300, blank=True, default="")
    gift = models.CharField(_("gift"), max_length=80, blank=True, default="")
    gift_cost = models.DecimalField(
        _("cost of the gift (yuan)"), max_digits=10, decimal_places=2, null=True, blank=True
    )
    gift_on = models.DateField(_("gift given on"), null=True, blank=True)
    thanked_on = models.DateField(_("thanked on"), null=True, blank=True)

    objects = ReferralQuerySet.as_manager()
    scope_paths = {"branch": "introducer__branch", "manager": "introducer__manager"}

    mobile = PersonalOf("referral")

    class Meta:
        verbose_name = _("referral")
        verbose_name_plural = _("referrals")
        ordering = ["-asked_on", "-pk"]
        indexes = [
            models.Index(fields=["introducer", "-asked_on"], name="referral_of_introducer"),
            models.Index(fields=["-asked_on", "-id"], name="referral_by_day"),
            models.Index(fields=["by", "outcome"], name="referral_of_manager"),
            models.Index(fields=["mobile_index"], name="referral_mobile", condition=~Q(mobile_index="")),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["introducer", "referred"],
                condition=Q(referred__isnull=False),
                name="referral_of_a_customer_once",
                violation_error_message=_("This customer's referral is on file already."),
            ),
            models.CheckConstraint(
                condition=Q(referred__isnull=True) | ~Q(referred=models.F("introducer")),
                name="referral_of_somebody_else",
                violation_error_message=_("Nobody introduces themselves."),
            ),
            models.CheckConstraint(
                condition=Q(outcome="asked") | Q(outcome="declined") | ~Q(name="") | Q(referred__isnull=False),
                name="referral_has_a_name",
                violation_error_message=_("Who was named? Without a name it is only asked for."),
            ),
            models.CheckConstraint(
                condition=Q(gift_cost__isnull=True) | Q(gift_cost__gte=0),
                name="referral_gift_cost_not_negative",
                violation_error_message=_("An amount cannot be negative."),
            ),
            models.CheckConstraint(
                condition=Q(outcome_on__gte=models.F("asked_on")),
                name="referral_outcome_after_asking",
                violation_error_message=_("The outcome cannot be before the asking."),
            ),
        ]

    def __str__(self):
        return f"{self.introducer} → {self.referred or self.name or self.get_outcome_display()}"

    @property
    def masked_mobile(self):
        """The phone number as it may be shown to everybody in scope."""
        return mask_phone(self.mobile)

    @property
    def waiting(self):
        """A name was given and nothing became of it yet."""
        return self.outcome in {ReferralOutcome.NAMED, ReferralOutcome.CONTACTED}


class ReferralPolicy(models.Model):
    """What the bank decided about referrals and contact pools (转介绍与名单规则): one row, edited in the admin."""

    gift_limit = models.DecimalField(
        _("limit of a gift (yuan)"),
        max_digits=10,
        decimal_places=2,
        default=200,
        validators=[MinValueValidator(0)],
        help_text=_("For one referral; a dearer gift is refused."),
    )
    gift_limit_year = models.DecimalField(
        _("limit of gifts to one introducer in a year (yuan)"),
        max_digits=10,
        decimal_places=2,
        default=1000,
        validators=[MinValueValidator(0)],
    )
    ask_again_days = models.PositiveSmallIntegerField(_("ask the same customer again after (days)"), default=90)
    warm_days = models.PositiveSmallIntegerField(
        _("warm for (days)"), default=90, help_text=_("Somebody spoke with the customer within so many days: pool B.")
    )
    ready_days = models.PositiveSmallIntegerField(
        _("ready for (days)"),
        default=30,
        help_text=_("Something matures within so many days: pool A for customers who are warm."),
    )
    untouched_days = models.PositiveSmallIntegerField(_("untouched after (days)"), default=180)
    goal_a = models.PositiveSmallIntegerField(_("pool A a manager should have"), default=20)
    goal_b = models.PositiveSmallIntegerField(_("pool B a manager should have"), default=60)
    goal_c = models.PositiveSmallIntegerField(_("pool C a manager should have"), default=150)
    goal_d = models.PositiveSmallIntegerField(_("pool D a manager should have"), default=50)

    class Meta:
        verbose_name = _("rules of referrals and contact pools")
        verbose_name_plural = _("rules of referrals and contact pools")
        constraints = [models.CheckConstraint(condition=Q(pk=1), name="referral_policy_is_one")]

    def __str__(self):
        return str(self._meta.verbose_name)

    @classmethod
    def current(cls):
        """The rules in force; the product's own where the bank has not written any."""
        return cls.objects.filter(pk=1).first() or cls(pk=1)
