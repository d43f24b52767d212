"""How a customer wants to be reached, and what they agreed to."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q, Value
from django.utils.translation import gettext_lazy as _

from customers.choices import Channel, ConsentPurpose, ConsentSource, Frequency, NumberKind, Tongue
from customers.models.customer import Customer
from customers.rules.contact import Window
from staff.querysets import ScopedQuerySet

FORBIDS_ANYTHING = Q(do_not_contact=True) | Q(do_not_call=True) | Q(do_not_message=True) | Q(do_not_visit=True)


def _texts(length):
    """A list of short texts, empty until somebody says otherwise."""
    base = models.CharField(max_length=length)
    return ArrayField(base, default=list, db_default=Value([], ArrayField(base)), blank=True)


class ContactPreference(models.Model):
    """How a customer wants to be reached, and what never to mention (联系须知, S3.7).

    With `valid_until` the instructions end after that day; consents do not.
    """

    customer = models.OneToOneField(
        Customer, primary_key=True, on_delete=models.CASCADE, related_name="contact_preference"
    )
    channel = models.CharField(_("preferred channel"), max_length=12, choices=Channel, blank=True, default="")
    second_channel = models.CharField(
        _("else by"), max_length=12, choices=Channel, blank=True, default="", db_default=""
    )
    number_kind = models.CharField(
        _("number to use"), max_length=8, choices=NumberKind, blank=True, default="", db_default=""
    )
    hours = models.CharField(_("preferred hours"), max_length=60, blank=True, default="")
    # The same as rules.contact.Window writes them: "12345 09:00-11:00". Empty: at any time.
    windows = _texts(20)
    tongue = models.CharField(
        _("language or dialect"), max_length=12, choices=Tongue, blank=True, default="", db_default=""
    )
    every_days = models.PositiveSmallIntegerField(_("wishes to hear from us"), choices=Frequency, null=True, blank=True)
    do_not_call = models.BooleanField(_("do not call"), default=False)
    do_not_message = models.BooleanField(_("do not send messages"), default=False, db_default=False)
    do_not_visit = models.BooleanField(_("do not visit"), default=False, db_default=False)
    do_not_contact = models.BooleanField(_("do not contact at all"), default=False)
    plain_envelope = models.BooleanField(_("plain envelope"), default=False, db_default=False)
    taboos = models.CharField(_("never mention"), max_length=200, blank=True, default="")
    hint = models.CharField(_("hint for contact"), max_length=200, blank=True, default="")
    introducer_hint = models.CharField(
        _("what the introducer said"), max_length=200, blank=True, default="", db_default=""
    )
    colleagues = models.ManyToManyField(
        settings.AUTH_USER_MODEL, verbose_name=_("colleagues who know them"), blank=True, related_name="+"
    )
    valid_until = models.DateField(_("valid until"), null=True, blank=True)
    # What the latest consent of each purpose says: kept by services.consent, so that one row answers every question.
    given = _texts(12)
    withdrawn = _texts(12)

    objects = ScopedQuerySet.as_manager()
    scope_paths = {"branch": "customer__branch", "manager": "customer__manager"}

    class Meta:
        verbose_name = _("contact preference")
        verbose_name_plural = _("contact preferences")
        indexes = [models.Index(fields=["customer"], name="contact_forbidden", condition=FORBIDS_ANYTHING)]
        constraints = [
            models.CheckConstraint(
                condition=~Q(do_not_call=True, channel="phone"),
                name="contact_channel_not_forbidden",
                violation_error_message=_("Phone cannot be preferred by somebody who must not be called."),
            ),
            models.CheckConstraint(
                condition=~Q(do_not_message=True, channel__in=["wechat", "sms", "email"]),
                name="contact_message_not_forbidden",
                violation_error_message=_("Messages cannot be preferred by somebody who wants none."),
            ),
            models.CheckConstraint(
                condition=~Q(do_not_visit=True, channel="visit"),
                name="contact_visit_not_forbidden",
                violation_error_message=_("A visit cannot be preferred by somebody who wants none."),
            ),
        ]

    def __str__(self):
        return str(self.customer)

    @property
    def times(self):
        """The windows as rules.contact.Window, those that can be read."""
        return [window for window in map(Window.read, self.windows) if window is not None]

    @property
    def consents(self):
        """{purpose: given or not} of the purposes the customer spoke about."""
        return dict.fromkeys(self.given, True) | dict.fromkeys(self.withdrawn, False)


class Consent(models.Model):
    """A customer agreed to a purpose, or withdrew it (授权与撤回, S3.11): written once, never changed."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="consents", db_index=False)
    purpose = models.CharField(_("purpose"), max_length=12, choices=ConsentPurpose)
    given = models.BooleanField(_("given"))
    on = models.DateField(_("day"))
    source = models.CharField(_("how they said so"), max_length=8, choices=ConsentSource)
    evidence = models.CharField(_("where it stands"), max_length=200, blank=True, default="")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    objects = ScopedQuerySet.as_manager()
    scope_paths = {"branch": "customer__branch", "manager": "customer__manager"}

    class Meta:
        verbose_name = _("consent")
        verbose_name_plural = _("consents")
        ordering = ["-on", "-pk"]
        indexes = [models.Index(fields=["customer", "-on"], name="consent_of_customer")]
        constraints = [
            models.CheckConstraint(condition=Q(purpose__in=ConsentPurpose.values), name="consent_purpose_known"),
        ]

    def __str__(self):
        return f"{self.customer_id} {self.purpose} {self.given}"
