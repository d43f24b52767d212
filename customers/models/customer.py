"""The customer, as a person or an organisation, and whom they know."""

import uuid

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from customers.choices import (
    CustomerSource,
    CustomerState,
    EaseOfContact,
    IdType,
    Influence,
    Kind,
)
from customers.models.sealed import Personal
from customers.querysets import CustomerQuerySet
from customers.rules.masking import mask_address, mask_email, mask_id, mask_phone
from staff.models import Branch


class Customer(models.Model):
    """A customer (客户) of the bank, individual or organisation."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    customer_no = models.CharField(_("customer number"), max_length=32, unique=True)
    kind = models.CharField(_("kind of customer"), max_length=12, choices=Kind, default=Kind.INDIVIDUAL)
    name = models.CharField(_("name"), max_length=120)
    # One- and two-letter pieces of the name, so that two Chinese letters anywhere in it are found by index.
    name_grams = ArrayField(models.CharField(max_length=2), default=list, editable=False)
    branch = models.ForeignKey(
        Branch, verbose_name=_("branch"), on_delete=models.PROTECT, related_name="customers", db_index=False
    )
    manager = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        db_index=False,
        verbose_name=_("relationship manager"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="customers",
    )
    id_type = models.CharField(_("document"), max_length=20, choices=IdType, blank=True, default="")
    id_no_sealed = models.TextField(blank=True, default="", editable=False)
    id_no_index = models.CharField(max_length=32, blank=True, default="", editable=False)
    mobile_sealed = models.TextField(blank=True, default="", editable=False)
    mobile_index = models.CharField(max_length=32, blank=True, default="", editable=False)
    mobile_tail = models.CharField(max_length=4, blank=True, default="", editable=False)
    email_sealed = models.TextField(blank=True, default="", editable=False)
    email_index = models.CharField(max_length=32, blank=True, default="", editable=False)
    address_sealed = models.TextField(blank=True, default="", editable=False)
    address_index = models.CharField(max_length=32, blank=True, default="", editable=False)
    opened_on = models.DateField(_("customer since"), null=True, blank=True)
    known_since = models.DateField(_("known since"), null=True, blank=True)
    ease_of_contact = models.CharField(
        _("ease of contact"), max_length=16, choices=EaseOfContact, blank=True, default=""
    )
    influence = models.CharField(_("influence"), max_length=16, choices=Influence, blank=True, default="")
    source = models.CharField(_("source"), max_length=16, choices=CustomerSource, blank=True, default="", db_default="")
    state = models.CharField(
        _("state of the relationship"),
        max_length=8,
        choices=CustomerState,
        default=CustomerState.ACTIVE,
        db_default=CustomerState.ACTIVE,
    )
    restricted = models.BooleanField(_("on the restricted list"), default=False)
    restricted_reason = models.CharField(_("reason for the restriction"), max_length=200, blank=True, default="")
    # Raised with every edit, so that of two people editing at once the second is told.
    version = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = CustomerQuerySet.as_manager()
    scope_paths = {"branch": "branch", "manager": "manager"}

    id_no, mobile, email, address = Personal(), Personal(), Personal(), Personal()

    class Meta:
        verbose_name = _("customer")
        verbose_name_plural = _("customers")
        ordering = ["customer_no"]
        indexes = [
            # With the key, so that whoever is asked for the customers in scope need not read their rows.
            models.Index(fields=["manager", "customer_no"], include=["id"], name="customer_book"),
            models.Index(fields=["branch", "customer_no"], include=["id"], name="customer_of_branch"),
            models.Index(fields=["customer_no"], name="customer_no_prefix", opclasses=["varchar_pattern_ops"]),
            models.Index(fields=["name"], name="customer_name_prefix", opclasses=["varchar_pattern_ops"]),
            GinIndex(fields=["name_grams"], name="customer_name_grams"),
            models.Index(fields=["mobile_tail"], name="customer_mobile_tail", condition=~Q(mobile_tail="")),
            models.Index(fields=["mobile_index"], name="customer_mobile", condition=~Q(mobile_index="")),
            models.Index(fields=["id_no_index"], name="customer_id_no", condition=~Q(id_no_index="")),
            models.Index(fields=["email_index"], name="customer_email", condition=~Q(email_index="")),
            models.Index(fields=["state", "branch"], name="customer_not_active", condition=~Q(state="active")),
            models.Index(fields=["id"], name="customer_restricted", condition=Q(restricted=True)),
            models.Index(fields=["id"], name="customer_organisation", condition=Q(kind=Kind.ORGANIZATION)),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(name=""), name="customer_has_a_name", violation_error_message=_("Enter the name.")
            ),
            models.CheckConstraint(
                condition=Q(kind__in=Kind.values),
                name="customer_kind_known",
                violation_error_message=_("A customer is an individual or an organisation."),
            ),
            models.CheckConstraint(
                condition=Q(state__in=CustomerState.values),
                name="customer_state_known",
                violation_error_message=_("A relationship is active, dormant or ended."),
            ),
        ]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        """The 360° page."""
        return reverse("customers:detail", args=[self.public_id])

    @property
    def is_individual(self):
        """A person, not an organisation."""
        return self.kind == Kind.INDIVIDUAL

    @property
    def masked_id_no(self):
        """The id number as it may be shown to everybody in scope."""
        return mask_id(self.id_no)

    @property
    def masked_mobile(self):
        """The phone number as it may be shown to everybody in scope."""
        return mask_phone(self.mobile)

    @property
    def masked_email(self):
        """The e-mail address as it may be shown to everybody in scope."""
        return mask_email(self.email)

    @property
    def masked_address(self):
        """The address as it may be shown to everybody in scope."""
        return mask_address(self.address)


class NameKey(models.Model):
    """One way to type a customer's name: full pinyin, initials or given name (customers.rules.pinyin.search_keys)."""

    # Follows from other rows: goes with the customer when an import is undone.
    derived = True

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="name_keys")
    key = models.CharField(max_length=120)

    # A merge of two customers leaves these rows with the file that goes.
    goes_with_its_file = True

    class Meta:
        verbose_name = _("name key")
        verbose_name_plural = _("name keys")
        constraints = [models.UniqueConstraint(fields=["customer", "key"], name="name_key_once")]
        indexes = [models.Index(fields=["key"], name="name_key_prefix", opclasses=["varchar_pattern_ops"])]

    def __str__(self):
        return self.key
