"""Who may be on file twice, what was merged (so that it can be undone), and facts that do not agree."""

import uuid

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from customers.choices import PairState, QuestionState
from customers.models.customer import Customer
from customers.querysets import DuplicatePairQuerySet, MergeQuerySet
from staff.models import Branch
from staff.querysets import ScopedQuerySet


class DuplicatePair(models.Model):
    """Two customers who may be one (疑似重复): why, how surely, and what somebody said about it."""

    # A finding nobody has judged goes with its customer when an import is undone.
    derived = Q(state="open")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    # Of the two the one with the smaller key stands first.
    first = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="pairs_as_first")
    second = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="pairs_as_second")
    # Codes of customers.rules.duplicates.
    reasons = ArrayField(models.CharField(max_length=16), default=list)
    score = models.PositiveSmallIntegerField(_("how surely (0–100)"))
    state = models.CharField(_("state"), max_length=16, choices=PairState, default=PairState.OPEN, editable=False)
    found_on = models.DateField(_("found on"))
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, editable=False, on_delete=models.PROTECT, related_name="+"
    )
    decided_on = models.DateField(null=True, editable=False)

    objects = DuplicatePairQuerySet.as_manager()

    # A merge of two customers leaves these rows with the file that goes.
    goes_with_its_file = True

    class Meta:
        verbose_name = _("possible duplicate")
        verbose_name_plural = _("possible duplicates")
        ordering = ["-score", "pk"]
        indexes = [models.Index(fields=["-score", "id"], name="pair_open", condition=Q(state=PairState.OPEN))]
        constraints = [
            models.UniqueConstraint(fields=["first", "second"], name="pair_once"),
            models.CheckConstraint(condition=Q(first__lt=F("second")), name="pair_in_order"),
            models.CheckConstraint(condition=Q(score__lte=100), name="pair_score_in_per_cent"),
        ]

    def __str__(self):
        return f"{self.first_id} = {self.second_id}? {self.score}"


class Merge(models.Model):
    """Two files of one customer made into one (客户合并), with everything that is needed to take them apart again."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    survivor = models.ForeignKey(Customer, verbose_name=_("kept"), on_delete=models.CASCADE, related_name="merges")
    # As it was then: a later merge may have taken the survivor itself into another file.
    survivor_no = models.CharField(_("kept customer number"), max_length=32)
    loser_no = models.CharField(_("merged customer number"), max_length=32)
    loser_public_id = models.UUIDField(editable=False)
    loser_name = models.CharField(_("name"), max_length=120)
    loser_branch = models.ForeignKey(Branch, on_delete=models.PROTECT, related_name="+")
    # {"rows": {table: [row as text]}, "moved": {…}, "changed": […], "cleared": […]}: see services/merge.py.
    snapshot = models.JSONField(default=dict, editable=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    on = models.DateField(_("day"))
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, editable=False, on_delete=models.PROTECT, related_name="+"
    )
    undone_on = models.DateField(_("undone on"), null=True, editable=False)

    objects = MergeQuerySet.as_manager()
    scope_paths = {"branch": "survivor__branch", "manager": "survivor__manager"}

    class Meta:
        verbose_name = _("merge")
        verbose_name_plural = _("merges")
        ordering = ["-on", "-pk"]
        indexes = [models.Index(fields=["loser_public_id"], name="merge_old_address")]
        constraints = [
            # Of one number there is one file or one place where it went.
            models.UniqueConstraint(
                fields=["loser_no"], condition=Q(undone_on__isnull=True), name="merge_of_a_number_once"
            ),
        ]

    def __str__(self):
        return f"{self.loser_no} ⇢ {self.survivor_no}"


class Question(models.Model):
    """Facts of a customer that do not agree (疑问), as a question; an answer is remembered until the facts change."""

    # A finding nobody has judged goes with its customer when an import is undone.
    derived = Q(state="open")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="questions")
    # A code of customers.rules.contradictions, and what the sentence speaks of.
    code = models.CharField(_("question"), max_length=32)
    facts = models.JSONField(default=dict)
    state = models.CharField(
        _("state"), max_length=8, choices=QuestionState, default=QuestionState.OPEN, editable=False
    )
    found_on = models.DateField(_("found on"))
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, editable=False, on_delete=models.PROTECT, related_name="+"
    )
    answered_on = models.DateField(null=True, editable=False)

    objects = ScopedQuerySet.as_manager()
    scope_paths = {"branch": "customer__branch", "manager": "customer__manager"}

    # A merge of two customers leaves these rows with the file that goes.
    goes_with_its_file = True

    class Meta:
        verbose_name = _("question about facts")
        verbose_name_plural = _("questions about facts")
        ordering = ["code", "pk"]
        indexes = [models.Index(fields=["code", "customer"], name="question_open", condition=Q(state="open"))]
        constraints = [models.UniqueConstraint(fields=["customer", "code"], name="question_once")]

    def __str__(self):
        return f"{self.customer_id} {self.code}"
