"""What was offered, in four dimensions, and what became of it."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from customers.choices import Dimension
from customers.models import Customer, Product
from proposals.choices import Presentation, ProposalStatus
from proposals.querysets import ProposalQuerySet


class Template(models.Model):
    """A template of a financial service proposal (方案模板), edited by administrators (S0.14)."""

    code = models.CharField(_("code"), max_length=32, unique=True)
    name = models.CharField(_("name (Chinese)"), max_length=80)
    name_en = models.CharField(_("name (English)"), max_length=80, blank=True, default="")
    # Printed at the head and the foot of each proposal.
    opening = models.TextField(_("opening (Chinese)"), blank=True, default="", max_length=2000)
    opening_en = models.TextField(_("opening (English)"), blank=True, default="", max_length=2000)
    closing = models.TextField(_("closing (Chinese)"), blank=True, default="", max_length=2000)
    closing_en = models.TextField(_("closing (English)"), blank=True, default="", max_length=2000)
    # The rule of one, two, three, four: what a proposal of this template must have before it may be presented.
    needs_centre = models.BooleanField(_("names the customer's need"), default=True)
    needs_customer_side = models.BooleanField(_("says what the customer wins"), default=True)
    needs_bank_side = models.BooleanField(_("says what the bank wins"), default=True)
    needs_every_dimension = models.BooleanField(_("covers or explains each dimension"), default=True)
    active = models.BooleanField(_("in use"), default=True)

    class Meta:
        verbose_name = _("proposal template")
        verbose_name_plural = _("proposal templates")
        ordering = ["code"]

    def __str__(self):
        return self.label

    def _in_language(self, field):
        english = getattr(self, f"{field}_en")
        return english if english and (get_language() or "").startswith("en") else getattr(self, field)

    @property
    def label(self):
        """The name in the reader's language."""
        return self._in_language("name")

    @property
    def opening_text(self):
        """The opening in the reader's language."""
        return self._in_language("opening")

    @property
    def closing_text(self):
        """The closing in the reader's language."""
        return self._in_language("closing")


class Section(models.Model):
    """What a template says of one of the four dimensions: its title and what to think of."""

    template = models.ForeignKey(Template, on_delete=models.CASCADE, related_name="sections")
    dimension = models.CharField(_("dimension"), max_length=12, choices=Dimension)
    position = models.PositiveSmallIntegerField(_("order"), default=0)
    guidance = models.CharField(_("guidance (Chinese)"), max_length=300, blank=True, default="")
    guidance_en = models.CharField(_("guidance (English)"), max_length=300, blank=True, default="")

    class Meta:
        verbose_name = _("section")
        verbose_name_plural = _("sections")
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["template", "dimension"],
                name="section_dimension_once",
                violation_error_message=_("The template has this dimension already."),
            ),
        ]

    def __str__(self):
        return self.get_dimension_display()

    @property
    def guidance_text(self):
        """The guidance in the reader's language."""
        return self.guidance_en if self.guidance_en and (get_language() or "").startswith("en") else self.guidance


class Proposal(models.Model):
    """A financial service proposal (金融服务方案) for one customer."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    customer = models.ForeignKey(
        Customer, verbose_name=_("customer"), on_delete=models.CASCADE, related_name="proposals"
    )
    template = models.ForeignKey(
        Template, verbose_name=_("template"), on_delete=models.PROTECT, related_name="proposals"
    )
    title = models.CharField(_("title"), max_length=120)
    # One centre: the customer's need.
    centre = models.CharField(_("the customer's need"), max_length=500, blank=True, default="")
    situation = models.TextField(_("present situation"), blank=True, default="", max_length=4000)
    # Two sides that must both win.
    customer_side = models.TextField(_("what the customer wins"), blank=True, default="", max_length=2000)
    bank_side = models.TextField(_("what the bank wins"), blank=True, default="", max_length=2000)
    # Three ways to present.
    presentation = models.CharField(
        _("way of presenting"), max_length=16, choices=Presentation, default=Presentation.TAILORED
    )
    status = models.CharField(
        _("status"), max_length=12, choices=ProposalStatus, default=ProposalStatus.DRAFT, editable=False
    )
    drafted_on = models.DateField(_("drafted on"))
    drafted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="proposals")
    presented_on = models.DateField(_("presented on"), null=True, editable=False)
    presented_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, editable=False, on_delete=models.PROTECT, related_name="+"
    )
    decided_on = models.DateField(_("decided on"), null=True, editable=False)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, editable=False, on_delete=models.PROTECT, related_name="+"
    )
    decline_reason = models.CharField(_("why it was declined"), max_length=300, blank=True, default="")
    valid_until = models.DateField(_("valid until"), null=True, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)
    updated_at = models.DateTimeField(auto_now=True)

    objects = ProposalQuerySet.as_manager()
    scope_paths = {"branch": "customer__branch", "manager": "customer__manager"}

    class Meta:
        verbose_name = _("proposal")
        verbose_name_plural = _("proposals")
        ordering = ["-drafted_on", "-pk"]
        indexes = [models.Index(fields=["customer", "-drafted_on"], name="proposal_of_customer")]
        constraints = [
            models.CheckConstraint(
                condition=Q(status=ProposalStatus.DRAFT, presented_on=None)
                | (~Q(status=ProposalStatus.DRAFT) & Q(presented_on__isnull=False)),
                name="proposal_presented_has_a_day",
            ),
            models.CheckConstraint(
                condition=Q(status__in=[ProposalStatus.ACCEPTED, ProposalStatus.DECLINED], decided_on__isnull=False)
                | Q(status__in=[ProposalStatus.DRAFT, ProposalStatus.PRESENTED], decided_on=None),
                name="proposal_decided_has_a_day",
            ),
            models.CheckConstraint(
                condition=~Q(status=ProposalStatus.DECLINED) | ~Q(decline_reason=""),
                name="proposal_declined_has_a_reason",
                violation_error_message=_("Say why the customer declined."),
            ),
            models.CheckConstraint(
                condition=Q(valid_until=None) | Q(valid_until__gte=F("drafted_on")),
                name="proposal_valid_after_drafted",
                violation_error_message=_("The proposal would have run out before it was written."),
            ),
            # Pressing the button twice opens the same draft twice.
            models.UniqueConstraint(
                fields=["customer", "template"],
                condition=Q(status=ProposalStatus.DRAFT),
                name="proposal_one_draft_per_template",
                violation_error_message=_(
                    "There is a draft of this kind for the customer already: carry on with that one."
                ),
            ),
        ]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        """The page of the proposal."""
        return reverse("proposals:detail", args=[self.public_id])


class Benefit(models.Model):
    """One of the four dimensions of a proposal: covered by items, or the reason why not."""

    proposal = models.ForeignKey(Proposal, on_delete=models.CASCADE, related_name="benefits")
    dimension = models.CharField(_("dimension"), max_length=12, choices=Dimension)
    # What we suggest here and what it does for the customer; or, with no items, why this dimension is left out.
    text = models.CharField(_("what it does, or why it is left out"), max_length=500, blank=True, default="")

    class Meta:
        verbose_name = _("dimension of a proposal")
        verbose_name_plural = _("dimensions of a proposal")
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["proposal", "dimension"], name="benefit_dimension_once")]

    def __str__(self):
        return self.get_dimension_display()


class ProposalItem(models.Model):
    """A product with an amount within one dimension of a proposal."""

    proposal = models.ForeignKey(Proposal, on_delete=models.CASCADE, related_name="items")
    dimension = models.CharField(_("dimension"), max_length=12, choices=Dimension)
    product = models.ForeignKey(Product, verbose_name=_("product"), on_delete=models.PROTECT, related_name="+")
    amount = models.DecimalField(_("amount (yuan)"), max_digits=18, decimal_places=2, null=True, blank=True)
    reason = models.CharField(_("why it fits"), max_length=200, blank=True, default="")

    class Meta:
        verbose_name = _("item of a proposal")
        verbose_name_plural = _("items of a proposal")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(amount=None) | Q(amount__gt=0),
                name="proposal_item_amount_positive",
                violation_error_message=_("An amount must be above zero."),
            ),
        ]

    def __str__(self):
        return str(self.product)
