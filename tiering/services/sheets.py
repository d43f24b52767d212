"""Verbs of scoring sheets: start a draft, write it, see what it would move, publish it."""

from dataclasses import dataclass
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from jobs.choices import JobKind
from jobs.services import enqueue
from staff.services import record
from tiering.choices import Measure, SheetState
from tiering.models import Criterion, Cutoff, Option, Scheme, ScoringSheet
from tiering.rules.checks import problems
from tiering.services.compile import code_of, rank_of, sheet_points, sheet_total


@dataclass(frozen=True)
class Move:
    """A group of customers that a draft would move: from and to (codes), how many, and their assets in yuan."""

    from_code: str
    from_rank: int | None
    to_code: str
    to_rank: int
    count: int
    assets: Decimal

    @property
    def up(self):
        """To a better tier."""
        return self.from_rank is not None and self.to_rank < self.from_rank


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
    draft = ScoringSheet.objects.create(code=sheet.code, name=sheet.name, name_en=sheet.name_en, version=last + 1)
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
    record(actor=by, verb="sheet.drafted", subject=draft, summary=str(draft), copied_from=sheet.version)
    return draft


@transaction.atomic
def write_draft(*, sheet, name, name_en, criteria, cutoffs, by):
    """Replace the whole content of a draft: `criteria` are pairs of an unsaved Criterion and its unsaved Options in
    order, `cutoffs` unsaved Cutoffs.

    Raises ValidationError when the sheet is no draft any longer. Called twice with the same content it says the same.
    """
    sheet = ScoringSheet.objects.select_for_update(of=("self",)).get(pk=sheet.pk)
    if not sheet.is_draft:
        raise ValidationError(_("This version is published and cannot change: start a draft from it."))
    sheet.name, sheet.name_en = name, name_en
    sheet.save(update_fields=["name", "name_en"])
    sheet.criteria.all().delete()
    sheet.cutoffs.all().delete()
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
    record(actor=by, verb="sheet.written", subject=sheet, summary=str(sheet))
    return sheet


@transaction.atomic
def publish(*, sheet, on, now, by):
    """Put a draft in force on the day `on`, retire the version before, and enqueue the re-tiering; returns the Job.

    Raises ValidationError with everything that stands against it (tiering.rules.checks), or when it is no draft:
    so publishing twice publishes once.
    """
    versions = {one.pk: one for one in ScoringSheet.objects.select_for_update(of=("self",)).filter(code=sheet.code)}
    sheet = versions[sheet.pk]
    if not sheet.is_draft:
        raise ValidationError(_("This version has been published already."))
    found = problems(sheet.definition())
    if found:
        raise ValidationError([f"{problem.place}: {problem.text}" for problem in found])
    before = [one.version for one in versions.values() if one.state == SheetState.PUBLISHED]
    ScoringSheet.objects.filter(code=sheet.code, state=SheetState.PUBLISHED).update(state=SheetState.RETIRED)
    sheet.state, sheet.published_on, sheet.published_by = SheetState.PUBLISHED, on, by
    sheet.save(update_fields=["state", "published_on", "published_by"])
    event = record(actor=by, verb="sheet.published", subject=sheet, summary=str(sheet), before=before)
    return enqueue_retier(event=event, as_of=on, now=now, by=by)


@transaction.atomic
def scheme_changed(*, scheme, on, now, by):
    """After a scheme or its bands were edited: an audit row and a re-tiering; returns the Job."""
    bands = [[tier.code, None if tier.minimum is None else str(tier.minimum)] for tier in scheme.tiers()]
    event = record(
        actor=by, verb="scheme.changed", subject=scheme, summary=scheme.code, active=scheme.active, bands=bands
    )
    return enqueue_retier(event=event, as_of=on, now=now, by=by)


def enqueue_retier(*, event, as_of, now, by):
    """A re-tiering of its own for one change of rules: one that runs already may have read the rules before."""
    return enqueue(kind=JobKind.RETIER, key=f"retier:{event.pk}", now=now, params={"as_of": as_of.isoformat()}, by=by)


def preview(*, sheet, on):
    """What `sheet` (any state) would move on the day `on`, if it were in force: a list of `Move`, nothing written.

    Compared with the placements in force, in one statement; customers that stay are no move.
    """
    definition = sheet.definition()
    columns, params = sheet_points(definition, on, "p")
    total, _answered = sheet_total(definition, "p")
    code, code_params = code_of("score", definition.tiers)
    rank, rank_params = rank_of("score", definition.tiers)
    scheme = Scheme.objects.filter(measure=Measure.SHEET, sheet_code=sheet.code, active=True).first()
    text = f"""
        SELECT COALESCE(o.code, ''), o.rank, n.code, n.rank, count(*), sum(n.assets)
        FROM (
            SELECT customer_id, assets, {code} AS code, {rank} AS rank
            FROM (
                SELECT customer_id, assets, {total} AS score
                FROM (
                    SELECT c.id AS customer_id, TRUE AS individual, COALESCE(s.asset_total, 0) AS assets
                        {"".join(f", {column}" for column in columns)}
                    FROM customers_customer c
                    JOIN customers_person p ON p.customer_id = c.id
                    LEFT JOIN customers_standing s ON s.customer_id = c.id
                    WHERE c.kind = 'individual'
                    OFFSET 0
                ) facts
                OFFSET 0
            ) scored
        ) n
        LEFT JOIN tiering_placement o ON o.customer_id = n.customer_id AND o.scheme_id = %s
        WHERE n.code IS NOT NULL AND o.code IS DISTINCT FROM n.code
        GROUP BY 1, 2, 3, 4 ORDER BY 2 NULLS FIRST, 4
    """  # noqa: S608 the text is ours, values are parameters
    with connection.cursor() as cursor:
        cursor.execute(text, [*code_params, *rank_params, *params, scheme.pk if scheme else None])
        return [Move(*row) for row in cursor.fetchall()]


def spread(*, sheet, on):
    """How many individuals have each option of `sheet` on the day `on`, in one statement.

    {(criterion's index, option's index): count}; None instead of an option's index counts the missing answers.
    """
    definition = sheet.definition()
    indexed = [
        type(criterion)(
            criterion.fact,
            criterion.kind,
            tuple(
                type(option)(place, option.value, option.lower, option.upper)
                for place, option in enumerate(criterion.options)
            ),
        )
        for criterion in definition.criteria
    ]
    if not indexed:
        return {}
    columns, params = sheet_points(type(definition)(tuple(indexed), ()), on, "p")
    union = " UNION ALL ".join(f"SELECT {at}, p_{at}, count(*) FROM facts GROUP BY 2" for at in range(len(indexed)))  # noqa: S608
    text = f"""
        WITH facts AS MATERIALIZED (
            SELECT {", ".join(columns)}
            FROM customers_customer c
            JOIN customers_person p ON p.customer_id = c.id
            LEFT JOIN customers_standing s ON s.customer_id = c.id
            WHERE c.kind = 'individual'
        ) {union}
    """  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(text, params)
        return {(criterion, option): count for criterion, option, count in cursor.fetchall()}
