"""A sheet that asks, for tests: version 2 of the standard sheet with a question, and a sheet for organisations."""

from datetime import date

from customers.choices import Kind
from tiering.models import Criterion, Cutoff, Option, Scheme, ScoringSheet

PUBLISHED = date(2026, 1, 1)


def make_sheet(code, kind, questions, facts=(), cutoffs=(("A", 20), ("B", 10), ("C", 0))):
    """A published sheet: `questions` as (key, stale_after, [(value, name, points)]), `facts` as (fact, kind, […])."""
    sheet = ScoringSheet.objects.create(
        code=code, name=f"{code}评估表", name_en=f"{code} sheet", kind=kind, state="published", published_on=PUBLISHED
    )
    rows = [("asked", key, "", "choice", stale, options) for key, stale, options in questions]
    rows += [("fact", "", fact, of, None, options) for fact, of, options in facts]
    for position, (source, question, fact, of, stale, options) in enumerate(rows):
        criterion = Criterion.objects.create(
            sheet=sheet,
            position=position,
            source=source,
            question=question,
            fact=fact,
            kind=of,
            stale_after=stale,
            name=f"问{question or fact}",
            name_en=question or fact,
        )
        Option.objects.bulk_create(
            Option(criterion=criterion, position=at, value=value, name=name, name_en=value, points=points)
            for at, (value, name, points) in enumerate(options)
        )
    Cutoff.objects.bulk_create(Cutoff(sheet=sheet, code=tier, minimum=least, name=tier) for tier, least in cutoffs)
    return sheet


DEMAND = ("demand", 12, [("strong", "强烈", 15), ("some", "一般", 8), ("none", "没有", 2)])
ATTITUDE = ("attitude", 6, [("warm", "热情", 15), ("cool", "冷淡", 3)])


def asking_sheet(code="trait", kind=Kind.INDIVIDUAL, questions=(DEMAND, ATTITUDE), **rest):
    """A sheet that asks, with the scheme that it measures."""
    sheet = make_sheet(code, kind, questions, **rest)
    Scheme.objects.create(
        code=code, name=f"{code}评级", name_en=f"{code} tiers", measure="sheet", sheet_code=code, kind=kind, position=50
    )
    return sheet
