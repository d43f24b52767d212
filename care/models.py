"""What should be done next, for whom, by when: rules and the follow-ups they raise."""

import uuid
from decimal import Decimal

from django.conf import settings
from django.db import models
from django.db.models import Q, Value
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from care.choices import PURPOSES, CareKind, DismissReason, FollowUpState, Service
from care.querysets import FollowUpQuerySet
from care.rules.watch import watch_text
from customers.choices import Category, EndingReason, Frequency, Kind
from customers.models import Customer, Holding
from customers.rules.kin import kin_word
from staff.models import Branch
from staff.querysets import ScopedQuerySet

# What rules of care remind of.
RULED = (CareKind.MATURITY, CareKind.OUTSIDE, CareKind.BIRTHDAY, CareKind.FAMILY, CareKind.WATCH)


class CareRule(models.Model):
    """A rule of care (关怀规则): so many days before an end, here or elsewhere, a birthday or a step down, remind."""

    code = models.CharField(_("code"), max_length=32, unique=True)
    kind = models.CharField(
        _("kind"),
        max_length=12,
        choices=[(kind, kind.label) for kind in RULED],
    )
    days_before = models.PositiveSmallIntegerField(_("days before"))
    best_tiers = models.PositiveSmallIntegerField(
        _("only the best tiers"),
        null=True,
        blank=True,
        help_text=_("2: only for customers of the best two tiers; empty: for everybody. Birthdays in the family only."),
    )
    script = models.CharField(_("what to say (Chinese)"), max_length=300, blank=True, default="")
    script_en = models.CharField(_("what to say (English)"), max_length=300, blank=True, default="")
    active = models.BooleanField(_("in force"), default=True)

    class Meta:
        verbose_name = _("care rule")
        verbose_name_plural = _("care rules")
        ordering = ["kind", "-days_before"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "days_before"],
                name="care_rule_once",
                violation_error_message=_("There is a rule for this many days already."),
            ),
            models.CheckConstraint(
                condition=Q(best_tiers=None) | Q(kind=CareKind.FAMILY, best_tiers__gte=1),
                name="care_rule_of_tiers",
                violation_error_message=_("Only birthdays in the family are limited to the best tiers, at least one."),
            ),
            models.CheckConstraint(
                condition=Q(days_before__lte=366),
                name="care_rule_within_a_year",
                violation_error_message=_("A reminder comes at most 366 days before."),
            ),
        ]

    def __str__(self):
        return f"{self.get_kind_display()} −{self.days_before}"

    @property
    def script_text(self):
        """What to say, in the reader's language."""
        return self.script_en if self.script_en and (get_language() or "").startswith("en") else self.script


class FollowUp(models.Model):
    """Something to do for a customer by a day (跟进任务): the row the work list is made of."""

    # A reminder that nobody has touched follows from a rule: it goes with its customer when an import is undone.
    derived = Q(rule__isnull=False, state__in=[FollowUpState.OPEN, FollowUpState.WITHDRAWN], closed_by=None)

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    customer = models.ForeignKey(
        Customer, verbose_name=_("customer"), on_delete=models.CASCADE, related_name="followups"
    )
    kind = models.CharField(_("kind"), max_length=12, choices=CareKind)
    rule = models.ForeignKey(CareRule, null=True, blank=True, on_delete=models.PROTECT, related_name="followups")
    # What it is about: "holding:A001", "outside:<uuid>", "birthday:solar", "birthday:lunar",
    # "family:<uuid>:solar", "family:<uuid>:lunar", "watch:<scheme>", "visit:<uuid>", "form:<uuid>".
    subject = models.CharField(max_length=80, blank=True, default="")
    holding = models.ForeignKey(Holding, null=True, blank=True, on_delete=models.CASCADE, related_name="followups")
    # The day it happens: maturity, birthday or step down; null for next steps and own reminders.
    happens_on = models.DateField(_("happens on"), null=True, blank=True)
    # The day it belongs to; together with rule, customer and subject it is raised once. Snoozing moves `due_on` only.
    raised_for = models.DateField(editable=False)
    due_on = models.DateField(_("due on"))
    text = models.CharField(_("what to do"), max_length=200, blank=True, default="")
    # What a reminder of a watch says: the tier with its names, and what is missing (care.rules.watch); of an end at
    # another bank: the bank, the category, the amount in yuan; of a birthday in the family: the name, the relation.
    facts = models.JSONField(default=dict, db_default=Value({}, models.JSONField()), editable=False)
    state = models.CharField(
        _("state"), max_length=12, choices=FollowUpState, default=FollowUpState.OPEN, editable=False
    )
    note = models.CharField(_("note"), max_length=500, blank=True, default="")
    dismiss_reason = models.CharField(_("why dismissed"), max_length=16, choices=DismissReason, blank=True, default="")
    closed_on = models.DateField(_("closed on"), null=True, editable=False)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, editable=False, on_delete=models.PROTECT, related_name="+"
    )
    # Whether it was done by speaking with the customer.
    contacted = models.BooleanField(_("spoke with the customer"), default=False, editable=False)
    gift = models.BooleanField(_("with a gift"), default=False, db_default=False, editable=False)
    # The last verb a person did, shared by all rows of one click, and what stood here before: undo needs both.
    verb = models.UUIDField(null=True, editable=False, db_index=True)
    before = models.JSONField(default=dict, editable=False)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    objects = FollowUpQuerySet.as_manager()
    scope_paths = {"branch": "customer__branch", "manager": "customer__manager"}

    class Meta:
        verbose_name = _("follow-up")
        verbose_name_plural = _("follow-ups")
        ordering = ["due_on", "pk"]
        indexes = [
            models.Index(fields=["due_on", "customer"], name="followup_due", condition=Q(state=FollowUpState.OPEN)),
            models.Index(fields=["customer", "-due_on"], name="followup_of_customer"),
            # Open ones by their day, then closed ones, the latest first: the order of the list.
            models.Index(fields=["-closed_on", "due_on", "id"], name="followup_in_order"),
            models.Index(fields=["customer", "subject", "happens_on"], name="followup_subject"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["rule", "customer", "subject", "raised_for"],
                condition=Q(rule__isnull=False),
                name="followup_once",
            ),
            models.UniqueConstraint(
                fields=["customer", "kind", "subject"],
                condition=Q(kind__in=[CareKind.NEXT_STEP, CareKind.MANUAL]),
                name="followup_by_people_once",
                violation_error_message=_("This reminder has been added already."),
            ),
            models.CheckConstraint(
                condition=Q(state=FollowUpState.OPEN, closed_on=None)
                | (~Q(state=FollowUpState.OPEN) & Q(closed_on__isnull=False)),
                name="followup_closed_has_a_day",
            ),
            models.CheckConstraint(
                condition=~Q(state=FollowUpState.DISMISSED) | ~Q(dismiss_reason=""),
                name="followup_dismissed_has_a_reason",
                violation_error_message=_("Say why it is dismissed."),
            ),
        ]

    def __str__(self):
        return f"{self.customer_id} {self.kind} {self.due_on}"

    @property
    def is_open(self):
        """Still to be done."""
        return self.state == FollowUpState.OPEN

    @property
    def alone(self):
        """Itself as a list, for a form that acts on several."""
        return [self]

    @property
    def is_lunar(self):
        """A birthday of the lunar calendar, the customer's or of the family."""
        return self.subject.endswith(":lunar")

    @property
    def family_word(self):
        """What the person whose birthday it is is to the customer; only for a birthday in the family."""
        return kin_word(self.facts.get("relation", ""), self.facts.get("gender", ""))

    @property
    def outside_category(self):
        """What ends at another bank, in words; only for an end elsewhere."""
        code = self.facts.get("category", "")
        return Category(code).label if code in Category.values else ""

    @property
    def outside_amount(self):
        """Yuan that end at another bank, or None when nobody knows; only for an end elsewhere."""
        amount = self.facts.get("amount")
        return None if amount is None else Decimal(str(amount))

    @property
    def watch_text(self):
        """Which tier is at risk and what is missing, in the reader's language; only for a watch."""
        return watch_text(self.facts)

    @property
    def purpose(self):
        """What the contact is for, and with it what the customer must allow (care.choices.PURPOSES)."""
        return PURPOSES[CareKind(self.kind)]

    @property
    def wish_text(self):
        """How often they wish to hear from us, or why they left; for contacts as wished and win-backs."""
        if days := self.facts.get("every_days"):
            return Frequency(days).label if days in Frequency.values else ""
        reason = self.facts.get("reason")
        return EndingReason(reason).label if reason in EndingReason.values else ""

    @property
    def script_text(self):
        """What to say, in the reader's language; empty for next steps and own reminders."""
        return self.rule.script_text if self.rule else ""


class ServiceRate(models.Model):
    """The standard cost of one service (标准成本): how many minutes and yuan it takes, everything included (S4.1)."""

    code = models.CharField(_("service"), max_length=12, choices=Service, unique=True)
    minutes = models.PositiveSmallIntegerField(_("minutes"), help_text=_("With the way there and the notes after it."))
    cost = models.DecimalField(
        _("cost (yuan)"), max_digits=10, decimal_places=2, help_text=_("With the time of the person, travel and gifts.")
    )

    class Meta:
        verbose_name = _("standard cost of service")
        verbose_name_plural = _("standard costs of service")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(minutes__lte=600),
                name="service_rate_within_ten_hours",
                violation_error_message=_("A service takes at most 600 minutes."),
            ),
            models.CheckConstraint(
                condition=Q(cost__gte=0),
                name="service_rate_not_negative",
                violation_error_message=_("A cost cannot be negative."),
            ),
        ]

    def __str__(self):
        return self.get_code_display()


class AttentionGoal(models.Model):
    """The share of our time that a tier should get (投入目标), in per cent (S3.10, S4.8)."""

    code = models.CharField(_("tier"), max_length=12, unique=True)
    share = models.PositiveSmallIntegerField(_("share of the time (%)"))

    class Meta:
        verbose_name = _("intended share of time")
        verbose_name_plural = _("intended shares of time")
        ordering = ["-share", "code"]
        constraints = [
            models.CheckConstraint(
                condition=Q(share__lte=100),
                name="attention_goal_within_the_whole",
                violation_error_message=_("A share cannot pass one hundred."),
            ),
        ]

    def __str__(self):
        return self.code


class ServiceCount(models.Model):
    """What serving the customers of a branch, manager, kind and tier took in the twelve months to a day (投入统计).

    Counted every night; the days between month-ends go after five weeks.
    """

    on = models.DateField(_("day"))
    branch = models.ForeignKey(Branch, on_delete=models.CASCADE, related_name="+", db_index=False)
    manager = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    kind = models.CharField(_("kind of customer"), max_length=12, choices=Kind)
    # Empty: not tiered.
    code = models.CharField(_("tier"), max_length=12, blank=True, default="")
    customers = models.IntegerField(_("customers"))
    untouched = models.IntegerField(_("without contact"))
    contacts = models.IntegerField(_("contacts"))
    minutes = models.BigIntegerField(_("minutes"))
    cost = models.DecimalField(_("cost (yuan)"), max_digits=20, decimal_places=2)
    # Of the twelve months that end with the day's month; empty: nothing is known.
    income = models.DecimalField(_("income less cost (yuan)"), max_digits=20, decimal_places=2, null=True)

    objects = ScopedQuerySet.as_manager()
    scope_paths = {"branch": "branch", "manager": "manager"}

    class Meta:
        verbose_name = _("count of service")
        verbose_name_plural = _("counts of service")
        constraints = [
            models.UniqueConstraint(
                fields=["on", "branch", "manager", "kind", "code"], nulls_distinct=False, name="service_count_once"
            ),
        ]

    def __str__(self):
        return f"{self.on} {self.code} {self.contacts}"
