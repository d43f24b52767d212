"""People who belong to a customer without being one, and groups of customers that belong together."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from customers.choices import (
    Attitude,
    Gender,
    GroupKind,
    GroupRole,
    KeyRole,
    PersonAccess,
    RelationKind,
    Say,
    SchoolStage,
)
from customers.models.customer import Customer
from customers.models.sealed import PersonalOf
from customers.querysets import GroupQuerySet, RelatedPersonQuerySet
from customers.rules.kin import gender_of, kin_word
from customers.rules.masking import mask_phone
from staff.querysets import ScopedQuerySet


class RelatedPerson(models.Model):
    """Somebody of the family or the company (关系人) who need not be a customer (S4.9, S0.13, S0.16).

    `role`, `say`, `attitude` and `access` are asked of key persons of organisations; `known_as` is the customer that
    the person has become or always was.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    customer = models.ForeignKey(Customer, verbose_name=_("customer"), on_delete=models.CASCADE, related_name="people")
    known_as = models.ForeignKey(
        Customer,
        verbose_name=_("is the customer"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="known_from",
    )
    name = models.CharField(_("name"), max_length=60)
    kind = models.CharField(_("relation"), max_length=24, choices=RelationKind, default=RelationKind.OTHER)
    # Of who is a customer the own file says it, and this waits.
    gender = models.CharField(_("sex"), max_length=8, choices=Gender, blank=True, default="", db_default="")
    birth_date = models.DateField(_("birth date"), null=True, blank=True)
    # Month * 100 + day of the lunar birthday, as of customers.
    lunar_birthday = models.PositiveSmallIntegerField(_("lunar birthday"), null=True, blank=True)
    lunar_leap = models.BooleanField(_("in a leap month"), default=False)
    mobile_sealed = models.TextField(blank=True, default="", editable=False)
    mobile_index = models.CharField(max_length=32, blank=True, default="", editable=False)
    school_stage = models.CharField(_("school"), max_length=12, choices=SchoolStage, blank=True, default="")
    note = models.CharField(_("notes"), max_length=300, blank=True, default="")
    role = models.CharField(_("role"), max_length=16, choices=KeyRole, blank=True, default="")
    say = models.PositiveSmallIntegerField(_("influence on the decision"), choices=Say, null=True, blank=True)
    attitude = models.CharField(_("attitude to us"), max_length=12, choices=Attitude, blank=True, default="")
    access = models.CharField(_("how well we reach them"), max_length=12, choices=PersonAccess, blank=True, default="")
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    added_on = models.DateField(_("on file since"))
    # Taken off the page, and with it out of every list; undo puts it back.
    removed = models.BooleanField(default=False, db_default=False, editable=False)

    objects = RelatedPersonQuerySet.as_manager()
    scope_paths = {"branch": "customer__branch", "manager": "customer__manager"}

    mobile = PersonalOf("relatedperson")

    class Meta:
        verbose_name = _("related person")
        verbose_name_plural = _("related people")
        ordering = ["pk"]
        indexes = [
            models.Index(fields=["mobile_index"], name="related_person_mobile", condition=~Q(mobile_index="")),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(name=""), name="related_person_has_a_name", violation_error_message=_("Enter the name.")
            ),
            models.CheckConstraint(
                condition=Q(known_as__isnull=True) | ~Q(known_as=models.F("customer")),
                name="related_person_is_somebody_else",
                violation_error_message=_("A customer cannot be related to itself."),
            ),
            models.UniqueConstraint(
                fields=["customer", "known_as", "kind"],
                condition=Q(known_as__isnull=False, removed=False),
                name="related_person_known_once",
                violation_error_message=_("This person is on file for this customer already."),
            ),
            models.CheckConstraint(
                condition=Q(say__isnull=True) | Q(say__range=(1, 5)),
                name="related_person_say_known",
                violation_error_message=_("Influence runs from 1 to 5."),
            ),
            models.CheckConstraint(
                condition=Q(lunar_birthday__isnull=True) | Q(lunar_birthday__range=(101, 1230)),
                name="related_person_lunar_birthday_real",
                violation_error_message=_("A lunar birthday has a month from 1 to 12 and a day from 1 to 30."),
            ),
        ]

    def __str__(self):
        return self.name

    @property
    def kind_word(self):
        """What the person is to the customer: mother, father or parent (select `known_as__person` with many)."""
        own = gender_of(self.known_as) if self.known_as_id else ""
        return kin_word(self.kind, own or self.gender)

    @property
    def masked_mobile(self):
        """The phone number as it may be shown to everybody in scope."""
        return mask_phone(self.mobile)


class CustomerGroup(models.Model):
    """Customers that belong together (客户组): a household 家庭 or a corporate group 集团."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(_("kind of group"), max_length=12, choices=GroupKind, default=GroupKind.HOUSEHOLD)
    name = models.CharField(_("name"), max_length=80)
    note = models.CharField(_("notes"), max_length=300, blank=True, default="")
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    created_on = models.DateField(_("on file since"))

    objects = GroupQuerySet.as_manager()

    class Meta:
        verbose_name = _("group of customers")
        verbose_name_plural = _("groups of customers")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(name=""), name="group_has_a_name", violation_error_message=_("Enter the name.")
            ),
        ]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        """The page of the group."""
        return reverse("customers:group", args=[self.public_id])


class GroupMember(models.Model):
    """A customer's place in a group; of each kind of group a customer has one place at most."""

    group = models.ForeignKey(CustomerGroup, on_delete=models.CASCADE, related_name="members")
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="memberships")
    # The kind of the group, kept here so that the database can hold the rule.
    kind = models.CharField(max_length=12, choices=GroupKind, editable=False)
    role = models.CharField(_("role"), max_length=12, choices=GroupRole, default=GroupRole.MEMBER)

    objects = ScopedQuerySet.as_manager()
    scope_paths = {"branch": "customer__branch", "manager": "customer__manager"}

    class Meta:
        verbose_name = _("member of a group")
        verbose_name_plural = _("members of groups")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["customer", "kind"],
                name="member_of_one_group_of_a_kind",
                violation_error_message=_("A customer belongs to one household and one corporate group at most."),
            ),
            models.UniqueConstraint(
                fields=["group"],
                condition=Q(role="head"),
                name="group_has_one_head",
                violation_error_message=_("A group has one head."),
            ),
        ]

    def __str__(self):
        return f"{self.customer} – {self.get_role_display()}"
