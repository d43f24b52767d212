"""Whom a customer knows among customers: typed relations, read from both ends."""

from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from customers.choices import RelationKind
from customers.models.customer import Customer
from staff.querysets import ScopedQuerySet


class Relation(models.Model):
    """`related` is the `kind` of `customer` (spouse, owner, introducer …); from the other end it is the inverse.

    One row says it for both ends. The service keeps a fact from being told a second time from the other end; a file of
    the core system may tell it from both, so pages read it once.
    """

    customer = models.ForeignKey(
        Customer, verbose_name=_("customer"), on_delete=models.CASCADE, related_name="relations"
    )
    related = models.ForeignKey(
        Customer, verbose_name=_("related customer"), on_delete=models.CASCADE, related_name="related_from"
    )
    kind = models.CharField(_("relation"), max_length=24, choices=RelationKind)
    # Of a shareholder, an owner or a controller: the share in the company, in per cent.
    share = models.DecimalField(
        _("share (%)"), max_digits=5, decimal_places=2, null=True, blank=True, validators=[MaxValueValidator(100)]
    )
    since = models.DateField(_("since"), null=True, blank=True)
    until = models.DateField(_("until"), null=True, blank=True)
    note = models.CharField(_("note"), max_length=200, blank=True, default="", db_default="")

    objects = ScopedQuerySet.as_manager()
    scope_paths = {"branch": "customer__branch", "manager": "customer__manager"}

    class Meta:
        verbose_name = _("relation")
        verbose_name_plural = _("relations")
        ordering = ["pk"]
        indexes = [models.Index(fields=["kind", "related"], name="relation_of_kind")]
        constraints = [
            models.UniqueConstraint(
                fields=["customer", "related", "kind"],
                name="relation_once",
                violation_error_message=_("This relation is already on file."),
            ),
            models.CheckConstraint(
                condition=~Q(customer=F("related")),
                name="relation_to_somebody_else",
                violation_error_message=_("A customer cannot be related to itself."),
            ),
            models.CheckConstraint(
                condition=Q(share__isnull=True) | Q(share__gt=0, share__lte=100),
                name="relation_share_a_part_of_the_whole",
                violation_error_message=_("A share lies above 0 and at most at 100 per cent."),
            ),
            models.CheckConstraint(
                condition=Q(since__isnull=True) | Q(until__isnull=True) | Q(until__gte=F("since")),
                name="relation_ends_after_it_begins",
                violation_error_message=_("The end is before the beginning."),
            ),
        ]

    def __str__(self):
        return f"{self.related} – {self.get_kind_display()}"
