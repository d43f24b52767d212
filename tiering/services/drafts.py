"""Verbs of drafts: begin a sheet, start a draft from a version, write it."""

import re
from itertools import pairwise

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils.text import slugify
from django.utils.translation import gettext as _

from customers.rules.pinyin import spoken_keys
from staff.models import AuditEvent
from staff.services import record
from tiering.choices import SheetState, Source
from tiering.models import Criterion, Cutoff, Option, ScoringSheet
from tiering.rules.checks import MOST_TOTAL

WRITTEN = ("sheet.begun", "sheet.drafted", "sheet.written", "sheet.published")
KEY_LENGTH, CODE_LENGTH = 24, 32


class Overtaken(ValidationError):
    """Somebody else saved, published or threw away the draft since it was opened.

    `event` is the row of the trail that says who and when (None when there is none), `sheet` the row as it stands.
    """

    def __init__(self, sheet):
        self.sheet, self.event = sheet, last_written(sheet)
        super().__init__(_("Somebody else saved this draft after you opened it; your input was not saved."))


def last_written(sheet):
    """The row of the trail that tells who wrote the sheet last; None when nobody did since it came with the product."""
    return (
        AuditEvent.objects.filter(
            subject_kind=ScoringSheet._meta.label_lower, subject_id=str(sheet.public_id), verb__in=WRITTEN
        )
        .select_related("actor")
        .first()
    )


def kind_is_fixed(sheet):
    """Whether customers may have been placed by a version of the sheet: then it stays with their kind."""
    return ScoringSheet.objects.filter(code=sheet.code).exclude(state=SheetState.DRAFT).exists()


@transaction.atomic
def begin_sheet(*, code, name, name_en, kind, by, source=None):
    """A draft, version 1, under a new code: empty, or with the criteria and cut-offs of the version `source`.

    Raises ValidationError when there is a sheet of the code already: so sent twice it makes one.
    """
    taken = ValidationError({"code": _("There is a sheet with this code already.")})
    if ScoringSheet.objects.filter(code=code).exists():
        raise taken
    try:
        with transaction.atomic():
            draft = ScoringSheet.objects.create(code=code, name=name, name_en=name_en, kind=kind, version=1)
    except IntegrityError:  # begun twice at the same moment
        raise taken from None
    if source is not None:
        _copy(source, draft)
    record(
        actor=by,
        verb="sheet.begun",
        subject=draft,
        summary=str(draft),
        copied_from=f"{source.code} v{source.version}" if source else "",
    )
    return draft


@transaction.atomic
def start_draft(*, sheet, by):
    """Copy any version of a sheet into a new draft with the next version number and return it.

    A draft of this sheet that is there already is returned instead: called twice it makes one.
    """
    list(ScoringSheet.objects.select_for_update(of=("self",)).filter(code=sheet.code))
    open_draft = ScoringSheet.objects.filter(code=sheet.code, state=SheetState.DRAFT).first()
    if open_draft is not None:
        return open_draft
    last = ScoringSheet.objects.filter(code=sheet.code).aggregate(last=Max("version"))["last"]
    draft = ScoringSheet.objects.create(
        code=sheet.code, name=sheet.name, name_en=sheet.name_en, kind=sheet.kind, version=last + 1
    )
    _copy(sheet, draft)
    record(actor=by, verb="sheet.drafted", subject=draft, summary=str(draft), copied_from=sheet.version)
    return draft


def _copy(sheet, draft):
    """The criteria with their options, and the cut-offs, of one version into another."""
    for criterion in sheet.criteria.prefetch_related("options"):
        options = list(criterion.options.all())
        criterion.pk, criterion.sheet, criterion._state.adding = None, draft, True
        criterion.save()
        for option in options:
            option.pk, option.criterion = None, criterion
        Option.objects.bulk_create(options)
    cutoffs = list(sheet.cutoffs.all())
    for cutoff in cutoffs:
        cutoff.pk, cutoff.sheet = None, draft
    Cutoff.objects.bulk_create(cutoffs)


@transaction.atomic
def write_draft(*, sheet, edition, name, name_en, criteria, cutoffs, by, kind=None):
    """Replace the whole content of a draft and return it; a draft that was put forward for publishing is taken back.

    `edition` is the one the writer saw. `criteria` are pairs of an unsaved Criterion and its unsaved Options in order,
    `cutoffs` unsaved Cutoffs; an asked criterion without a key gets one made from its name, its options codes likewise.
    `kind` (None: unchanged) changes only while no version of the sheet was published.

    Raises Overtaken when another edition is there or the sheet is no draft any longer; nothing is written then.
    """
    sheet = ScoringSheet.objects.select_for_update(of=("self",)).get(pk=sheet.pk)
    if not sheet.is_draft or edition != sheet.edition:
        raise Overtaken(sheet)
    if kind and kind != sheet.kind and kind_is_fixed(sheet):
        raise ValidationError(_("A version of this sheet was published: it stays with its kind of customer."))
    sheet.name, sheet.name_en, sheet.kind = name, name_en, kind or sheet.kind
    sheet.edition += 1
    sheet.submitted_by, sheet.submitted_on, sheet.submitted_reason = None, None, ""
    sheet.save(update_fields=["name", "name_en", "kind", "edition", "submitted_by", "submitted_on", "submitted_reason"])
    sheet.criteria.all().delete()
    sheet.cutoffs.all().delete()
    _name_questions(sheet, criteria)
    for position, (criterion, options) in enumerate(criteria, start=1):
        criterion.sheet, criterion.position = sheet, position
        for place, option in enumerate(options, start=1):
            option.position = place
    Criterion.objects.bulk_create([criterion for criterion, _options in criteria])
    for criterion, options in criteria:
        for option in options:
            option.criterion = criterion
    Option.objects.bulk_create([option for _criterion, options in criteria for option in options])
    for cutoff in cutoffs:
        cutoff.sheet = sheet
    Cutoff.objects.bulk_create(cutoffs)
    record(actor=by, verb="sheet.written", subject=sheet, summary=str(sheet), edition=sheet.edition)
    return sheet


def _name_questions(sheet, criteria):
    """Make the keys and codes that were left empty.

    A made key differs from those of other sheets too: answers are kept by key, and two questions must not share them.
    """
    asked = [(criterion, options) for criterion, options in criteria if criterion.source == Source.ASKED]
    taken = set(
        Criterion.objects.exclude(sheet__code=sheet.code).exclude(question="").values_list("question", flat=True)
    )
    taken |= {criterion.question for criterion, _options in asked}
    for criterion, options in asked:
        criterion.question = criterion.question or _word(criterion, taken, KEY_LENGTH, "question")
        taken.add(criterion.question)
        codes = {option.value for option in options}
        for option in options:
            option.value = option.value or _word(option, codes, CODE_LENGTH, "option")
            codes.add(option.value)


def _word(named, taken, length, otherwise):
    """A key from a name: its English words, else its pinyin; with a number behind when it is taken."""
    pinyin = spoken_keys(named.name)
    word = slugify(named.name_en) or slugify(pinyin[0].replace(" ", "") if pinyin else "") or otherwise
    word = re.sub(r"[^a-z0-9]+", "_", word)[:length].strip("_")
    numbers = iter(range(2, 1000))
    key = word
    while key in taken:
        ending = f"_{next(numbers)}"
        key = word[: length - len(ending)] + ending
    return key


@transaction.atomic
def move_cutoffs(*, sheet, edition, minimums, by):
    """Give the tiers of a draft other cut-offs, {code: least points}, and return it; whoever put it forward must again.

    Raises Overtaken when it is not the `edition` that was looked at or no draft any longer, ValidationError when the
    tiers are others, or one would not begin above the one below it; nothing is written then.
    """
    sheet = ScoringSheet.objects.select_for_update(of=("self",)).get(pk=sheet.pk)
    if not sheet.is_draft or edition != sheet.edition:
        raise Overtaken(sheet)
    cutoffs = list(sheet.cutoffs.all())
    if {cutoff.code for cutoff in cutoffs} != set(minimums):
        raise ValidationError(_("The tiers of the draft are others."))
    if any(minimums[above.code] <= minimums[below.code] for above, below in pairwise(cutoffs)):
        raise ValidationError(_("Each tier must begin above the one below it."))
    if not all(0 <= minimum <= MOST_TOTAL for minimum in minimums.values()):
        raise ValidationError(_("A tier begins between 0 and %(most)s points.") % {"most": MOST_TOTAL})
    sheet.edition += 1
    sheet.submitted_by, sheet.submitted_on, sheet.submitted_reason = None, None, ""
    sheet.save(update_fields=["edition", "submitted_by", "submitted_on", "submitted_reason"])
    # Written anew: one by one, a tier might meet the old points of another on the way.
    sheet.cutoffs.all().delete()
    for cutoff in cutoffs:
        cutoff.pk, cutoff.minimum = None, minimums[cutoff.code]
    Cutoff.objects.bulk_create(cutoffs)
    record(actor=by, verb="sheet.written", subject=sheet, summary=str(sheet), edition=sheet.edition, cutoffs=minimums)
    return sheet
