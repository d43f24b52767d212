"""Saved lists and tags: how people group customers for themselves and for their branch."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from customers.choices import Tone, ViewScope
from customers.models.customer import Customer
from customers.querysets import SavedViewQuerySet, TagQuerySet
from staff.models import Branch
from staff.querysets import ScopedQuerySet


class Tag(models.Model):
    """A word that a branch puts on customers (标签); seen in the branch and in every branch below it."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(_("tag"), max_length=24)
    tone = models.CharField(_("colour"), max_length=8, choices=Tone, default=Tone.GREY)
    branch = models.ForeignKey(Branch, verbose_name=_("branch"), on_delete=models.PROTECT, related_name="tags")
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    objects = TagQuerySet.as_manager()

    class Meta:
        verbose_name = _("tag")
        verbose_name_plural = _("tags")
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["branch", "name"], name="tag_once", violation_error_message=_("There is such a tag already.")
            ),
            models.CheckConstraint(
                condition=~Q(name=""), name="tag_has_a_name", violation_error_message=_("Enter a name.")
            ),
        ]

    def __str__(self):
        return self.name


class Tagging(models.Model):
    """A tag on a customer: who put it there, and when."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="taggings")
    tag = models.ForeignKey(Tag, on_delete=models.CASCADE, related_name="taggings")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    on = models.DateField(_("day"))

    objects = ScopedQuerySet.as_manager()
    scope_paths = {"branch": "customer__branch", "manager": "customer__manager"}

    class Meta:
        verbose_name = _("tag on a customer")
        verbose_name_plural = _("tags on customers")
        constraints = [models.UniqueConstraint(fields=["customer", "tag"], name="tagging_once")]
        indexes = [models.Index(fields=["tag", "customer"], name="tagging_by_tag")]

    def __str__(self):
        return f"{self.customer_id} {self.tag_id}"


class SavedView(models.Model):
    """A list of customers that is kept (保存的视图): by what it looks for, or (`fixed`) by who was put into it.

    Whatever it says, everybody sees only their own scope in it.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("owner"), on_delete=models.PROTECT, related_name="saved_views"
    )
    name = models.CharField(_("name"), max_length=40)
    scope = models.CharField(_("who sees it"), max_length=8, choices=ViewScope, default=ViewScope.MINE)
    # The branch it is shared with, when it is.
    branch = models.ForeignKey(
        Branch, verbose_name=_("branch"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    # {"where": tree of conditions, "quick": {parameter: value}, "text": what was searched for}
    definition = models.JSONField(_("what it looks for"), default=dict)
    columns = models.JSONField(_("columns"), default=list)
    sort = models.CharField(_("order"), max_length=64, blank=True, default="")
    group = models.CharField(pgettext_lazy("list", "grouped by"), max_length=64, blank=True, default="")
    fixed = models.BooleanField(_("members are put in by hand"), default=False)
    # Removed ones can be put back; nobody sees them.
    removed_at = models.DateTimeField(null=True, blank=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = SavedViewQuerySet.as_manager()

    class Meta:
        verbose_name = _("saved list")
        verbose_name_plural = _("saved lists")
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["owner", "name"],
                condition=Q(removed_at=None),
                name="saved_view_once",
                violation_error_message=_("You have a list of this name already."),
            ),
            models.CheckConstraint(
                condition=~Q(name=""), name="saved_view_has_a_name", violation_error_message=_("Enter a name.")
            ),
            models.CheckConstraint(
                condition=~Q(scope="branch") | Q(branch__isnull=False),
                name="saved_view_names_its_branch",
                violation_error_message=_("Say which branch shares it."),
            ),
        ]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        """The list as it was saved."""
        return f"{reverse('customers:list')}?view={self.public_id}"


class ViewPlace(models.Model):
    """Where a saved list stands for one person: among the tabs or not, in which order, opened first or not."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="view_places")
    view = models.ForeignKey(SavedView, on_delete=models.CASCADE, related_name="places")
    pinned = models.BooleanField(_("among the tabs"), default=False)
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    opens_first = models.BooleanField(_("opened first"), default=False)

    class Meta:
        verbose_name = _("place of a saved list")
        verbose_name_plural = _("places of saved lists")
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["user", "view"], name="view_place_once"),
            models.UniqueConstraint(fields=["user"], condition=Q(opens_first=True), name="view_place_one_first"),
        ]

    def __str__(self):
        return f"{self.user_id} {self.view_id}"


class ViewMember(models.Model):
    """A customer who was put into a saved list by hand."""

    view = models.ForeignKey(SavedView, on_delete=models.CASCADE, related_name="members")
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="view_members")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    on = models.DateField(_("day"))

    objects = ScopedQuerySet.as_manager()
    scope_paths = {"branch": "customer__branch", "manager": "customer__manager"}

    class Meta:
        verbose_name = _("member of a saved list")
        verbose_name_plural = _("members of saved lists")
        constraints = [models.UniqueConstraint(fields=["view", "customer"], name="view_member_once")]

    def __str__(self):
        return f"{self.view_id} {self.customer_id}"
