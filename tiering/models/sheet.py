"""The scoring sheet (等级评估表, S2.3) as a document with versions."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from customers.choices import Kind
from tiering.choices import CriterionKind, Fact, SheetState, Source
from tiering.querysets import ScoringSheetQuerySet
from tiering.rules import bands
from tiering.rules import sheet as plain


class Bilingual(models.Model):
    """A name in Chinese and in English; `label` is the one of the reader's language."""

    name = models.CharField(_("name (Chinese)"), max_length=80)
    name_en = models.CharField(_("name (English)"), max_length=80, blank=True, default="")

    class Meta:
        abstract = True

    def __str__(self):
        return self.label

    @property
    def label(self):
        """The name in the reader's language; Chinese where no English one was given."""
        return self.name_en if self.name_en and (get_language() or "").startswith("en") else self.name


class Strategic(Bilingual):
    """A tier with the strategy that goes with it (S2.4), in both languages."""

    strategy = models.CharField(_("strategy (Chinese)"), max_length=200, blank=True, default="")
    strategy_en = models.CharField(_("strategy (English)"), max_length=200, blank=True, default="")

    class Meta:
        abstract = True

    @property
    def strategy_label(self):
        """The strategy in the reader's language; Chinese where no English one was given."""
        english = (get_language() or "").startswith("en")
        return self.strategy_en if self.strategy_en and english else self.strategy


class ScoringSheet(Bilingual):
    """One version of the scoring sheet: criteria, options, points, cut-offs. A published one never changes."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    code = models.CharField(_("code"), max_length=32)
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)
    # For whom the sheet asks; several sheets of different codes may be in force side by side.
    kind = models.CharField(_("for customers of the kind"), max_length=12, choices=Kind, default=Kind.INDIVIDUAL)
    state = models.CharField(_("state"), max_length=12, choices=SheetState, default=SheetState.DRAFT, editable=False)
    # Raised with every save of the draft, so that of two editors the second is told.
    edition = models.PositiveIntegerField(default=1, editable=False)
    # Put forward for a second person to publish; an edit takes this back.
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, editable=False, on_delete=models.PROTECT, related_name="+"
    )
    submitted_on = models.DateField(_("put forward on"), null=True, editable=False)
    submitted_reason = models.CharField(_("reason"), max_length=200, blank=True, default="", editable=False)
    published_on = models.DateField(_("published on"), null=True, editable=False)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, editable=False, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    objects = ScoringSheetQuerySet.as_manager()

    class Meta:
        verbose_name = _("scoring sheet")
        verbose_name_plural = _("scoring sheets")
        ordering = ["code", "-version"]
        constraints = [
            models.UniqueConstraint(fields=["code", "version"], name="sheet_version_once"),
            models.UniqueConstraint(
                fields=["code"],
                condition=Q(state=SheetState.PUBLISHED),
                name="sheet_one_in_force",
                violation_error_message=_("Another version of this sheet is in force."),
            ),
            models.CheckConstraint(
                condition=Q(state=SheetState.DRAFT) | Q(published_on__isnull=False), name="sheet_published_has_a_day"
            ),
        ]

    def __str__(self):
        return f"{self.label} v{self.version}"

    @property
    def is_draft(self):
        """May still change."""
        return self.state == SheetState.DRAFT

    def definition(self):
        """The sheet as plain values for the rules, labels in the reader's language (prefetch with `whole()`)."""
        return plain.Sheet(
            label=str(self),
            criteria=tuple(criterion.definition() for criterion in self.criteria.all()),
            tiers=bands.ranked(
                (cutoff.code, cutoff.minimum, cutoff.label, cutoff.strategy_label) for cutoff in self.cutoffs.all()
            ),
        )


class Criterion(Bilingual):
    """A criterion (评分项) of a sheet: which fact it asks for, and how the answer finds its option."""

    sheet = models.ForeignKey(ScoringSheet, on_delete=models.CASCADE, related_name="criteria")
    position = models.PositiveSmallIntegerField(_("order"), default=0)
    kind = models.CharField(_("kind"), max_length=8, choices=CriterionKind)
    source = models.CharField(_("source"), max_length=8, choices=Source, default=Source.FACT)
    # Of a criterion from the record: which fact. Of an asked one: empty.
    fact = models.CharField(_("fact"), max_length=24, choices=Fact, blank=True, default="")
    # Of an asked criterion: the key under which answers are kept, the same through all versions.
    question = models.SlugField(_("key of the question"), max_length=24, blank=True, default="", db_index=False)
    # Months after which an asked answer counts as missing; empty: never.
    stale_after = models.PositiveSmallIntegerField(_("stale after (months)"), null=True, blank=True, default=12)

    class Meta:
        verbose_name = _("criterion")
        verbose_name_plural = _("criteria")
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["sheet", "fact"],
                condition=~Q(fact=""),
                name="criterion_fact_once",
                violation_error_message=_("The sheet asks for this fact already."),
            ),
            models.UniqueConstraint(
                fields=["sheet", "question"],
                condition=~Q(question=""),
                name="criterion_question_once",
                violation_error_message=_("The sheet asks this question already."),
            ),
            models.CheckConstraint(
                condition=(Q(source=Source.FACT, question="") & ~Q(fact=""))
                | (Q(source=Source.ASKED, fact="", kind=CriterionKind.CHOICE) & ~Q(question="")),
                name="criterion_has_its_source",
                violation_error_message=_("A criterion takes a fact of the record, or is a choice that is asked."),
            ),
        ]

    def definition(self):
        """The criterion as plain values for the rules."""
        return plain.Criterion(
            fact=self.fact,
            question=self.question,
            stale_after=self.stale_after,
            kind=self.kind,
            label=self.label,
            options=tuple(
                plain.Option(option.points, option.value, option.lower, option.upper, option.label)
                for option in self.options.all()
            ),
        )


class Option(Bilingual):
    """An option (选项) of a criterion with its points: a code of the fact, or a half-open band [lower, upper)."""

    criterion = models.ForeignKey(Criterion, on_delete=models.CASCADE, related_name="options")
    position = models.PositiveSmallIntegerField(_("order"), default=0)
    value = models.CharField(_("answer"), max_length=32, blank=True, default="")
    # Lower bound included, upper bound not (S2.3); empty is open-ended. Yuan, years or counts, as the fact says.
    lower = models.DecimalField(_("from (included)"), max_digits=18, decimal_places=2, null=True, blank=True)
    upper = models.DecimalField(_("to (not included)"), max_digits=18, decimal_places=2, null=True, blank=True)
    points = models.SmallIntegerField(_("points"))

    class Meta:
        verbose_name = _("option")
        verbose_name_plural = _("options")
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["criterion", "value"],
                condition=~Q(value=""),
                name="option_answer_once",
                violation_error_message=_("This answer has its points already."),
            ),
            models.CheckConstraint(
                condition=Q(points__range=(0, 1000)),
                name="option_points_0_to_1000",
                violation_error_message=_("Points run from 0 to 1000."),
            ),
            models.CheckConstraint(
                condition=Q(lower__isnull=True) | Q(upper__isnull=True) | Q(lower__lt=F("upper")),
                name="option_band_not_empty",
                violation_error_message=_("The upper bound must lie above the lower bound."),
            ),
        ]


class Cutoff(Strategic):
    """The least points of a tier (分档线): VIP, A, B … down to the lowest, which starts at 0 (S2.4)."""

    sheet = models.ForeignKey(ScoringSheet, on_delete=models.CASCADE, related_name="cutoffs")
    code = models.CharField(_("tier"), max_length=12)
    minimum = models.PositiveSmallIntegerField(_("least points"))

    class Meta:
        verbose_name = _("cut-off")
        verbose_name_plural = _("cut-offs")
        ordering = ["-minimum", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["sheet", "code"],
                name="cutoff_tier_once",
                violation_error_message=_("This tier is there already."),
            ),
            models.UniqueConstraint(
                fields=["sheet", "minimum"],
                name="cutoff_minimum_once",
                violation_error_message=_("Two tiers cannot start at the same points."),
            ),
        ]
