"""Where facts of a file come from, and the facts a bank adds to it by itself."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from customers.choices import AppliesTo, CustomKind, FileSection, SaidBy
from customers.models.customer import Customer
from staff.querysets import ScopedQuerySet

# Before the code of a custom field, so that no fact of ours can have the same name.
CUSTOM_PREFIX = "x_"


class FactSource(models.Model):
    """Who said a fact of a customer's file, and when (来源); a fact without a row came from the core system."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="fact_sources")
    # The name of the fact in `customers.rules.file`, or x_ and the code of a custom field.
    field = models.CharField(_("fact"), max_length=40)
    said_by = models.CharField(_("said by"), max_length=16, choices=SaidBy, default=SaidBy.CUSTOMER)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("written by"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    on = models.DateField(_("said on"))

    objects = ScopedQuerySet.as_manager()
    scope_paths = {"branch": "customer__branch", "manager": "customer__manager"}

    class Meta:
        verbose_name = _("source of a fact")
        verbose_name_plural = _("sources of facts")
        ordering = ["field"]
        constraints = [models.UniqueConstraint(fields=["customer", "field"], name="fact_has_one_source")]

    def __str__(self):
        return f"{self.field} {self.on}"


class CustomField(models.Model):
    """A question of the bank's own in every customer's file (自定义字段)."""

    code = models.CharField(
        _("code"),
        max_length=30,
        unique=True,
        validators=[RegexValidator(r"\A[a-z][a-z0-9_]*\Z", _("Small letters, digits and _, beginning with a letter."))],
        help_text=_("For imports and exports; cannot be changed once the field is used."),
    )
    name = models.CharField(_("name (Chinese)"), max_length=40)
    name_en = models.CharField(_("name (English)"), max_length=60, blank=True, default="")
    kind = models.CharField(_("kind"), max_length=8, choices=CustomKind, default=CustomKind.TEXT)
    options = ArrayField(
        models.CharField(max_length=60),
        verbose_name=_("options"),
        blank=True,
        default=list,
        help_text=_("For a choice: one option a line."),
    )
    applies_to = models.CharField(_("asked of"), max_length=12, choices=AppliesTo, default=AppliesTo.BOTH)
    section = models.CharField(_("section"), max_length=12, choices=FileSection, default=FileSection.MORE)
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    weight = models.PositiveSmallIntegerField(
        _("weight in completeness"), default=1, help_text=_("0: the file is complete without it.")
    )
    stale_after = models.PositiveSmallIntegerField(
        _("goes stale after (months)"), null=True, blank=True, help_text=_("Empty: never.")
    )
    active = models.BooleanField(_("in use"), default=True)

    class Meta:
        verbose_name = _("custom field")
        verbose_name_plural = _("custom fields")
        ordering = ["order", "code"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(kind="choice") | ~Q(options=[]),
                name="custom_choice_has_options",
                violation_error_message=_("A choice needs its options."),
            ),
            models.CheckConstraint(
                condition=Q(weight__lte=20),
                name="custom_weight_moderate",
                violation_error_message=_("A weight of more than 20 would drown the file."),
            ),
        ]

    def __str__(self):
        return self.label

    def clean(self):
        """Code and kind stay as they are once a customer has a value; options in use cannot be taken away."""
        super().clean()
        before = CustomField.objects.filter(pk=self.pk).first() if self.pk else None
        if before is None or not before.values.exists():
            return
        if before.code != self.code or before.kind != self.kind:
            raise ValidationError(_("Customers have values of this field: its code and kind stay as they are."))
        gone = set(before.options) - set(self.options)
        used = before.values.filter(text__in=gone).values_list("text", flat=True).first() if gone else None
        if used:
            raise ValidationError(_("Customers have the option “%(option)s”: it must stay."), params={"option": used})

    @property
    def label(self):
        """The name in the reader's language; Chinese where no English one was given."""
        return self.name_en if self.name_en and (get_language() or "").startswith("en") else self.name

    @property
    def fact(self):
        """The name of its fact in the file."""
        return f"{CUSTOM_PREFIX}{self.code}"

    @property
    def column(self):
        """The column of CustomValue that holds its values."""
        return {CustomKind.NUMBER: "number", CustomKind.DATE: "day"}.get(self.kind, "text")

    def asked_of(self, kind):
        """Whether it belongs to the file of customers of the kind."""
        return self.applies_to in {AppliesTo.BOTH, kind}


class CustomValue(models.Model):
    """A customer's answer to a question of the bank's own."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="custom_values")
    field = models.ForeignKey(CustomField, on_delete=models.PROTECT, related_name="values")
    # Texts, options, and “yes” or “no”.
    text = models.CharField(max_length=300, blank=True, default="")
    number = models.DecimalField(max_digits=20, decimal_places=4, null=True, blank=True)
    day = models.DateField(null=True, blank=True)

    objects = ScopedQuerySet.as_manager()
    scope_paths = {"branch": "customer__branch", "manager": "customer__manager"}

    class Meta:
        verbose_name = _("value of a custom field")
        verbose_name_plural = _("values of custom fields")
        constraints = [
            models.UniqueConstraint(fields=["customer", "field"], name="custom_value_once"),
            models.CheckConstraint(
                condition=~Q(text="") | Q(number__isnull=False) | Q(day__isnull=False),
                name="custom_value_says_something",
                violation_error_message=_("An unknown value has no row."),
            ),
        ]
        indexes = [
            models.Index(fields=["field", "text"], name="custom_value_text"),
            models.Index(fields=["field", "number"], name="custom_value_number"),
            models.Index(fields=["field", "day"], name="custom_value_day"),
        ]

    def __str__(self):
        return f"{self.customer_id} {self.field_id}"

    @property
    def value(self):
        """The answer: a text, number, day, or truth."""
        if self.field.kind == CustomKind.YESNO:
            return self.text == "yes"
        return getattr(self, self.field.column)
