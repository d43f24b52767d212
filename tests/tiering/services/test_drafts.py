"""Drafts of sheets: begun, copied, written by one editor at a time."""

import threading

import pytest
from django.core.exceptions import ValidationError
from django.db import connections

from staff.models import AuditEvent
from tiering.choices import CriterionKind, Source
from tiering.models import Criterion, Cutoff, Option, ScoringSheet
from tiering.services.drafts import Overtaken, begin_sheet, start_draft, write_draft


def question(name, key="", name_en=""):
    """An asked criterion with two options, unsaved."""
    criterion = Criterion(
        source=Source.ASKED, kind=CriterionKind.CHOICE, question=key, name=name, name_en=name_en, stale_after=6
    )
    return criterion, [Option(name="是", points=5), Option(name="是", points=0)]


def write(draft, by, *criteria, edition=None, **fields):
    return write_draft(
        sheet=draft,
        edition=draft.edition if edition is None else edition,
        name="草稿",
        name_en="",
        criteria=criteria,
        cutoffs=[Cutoff(code="A", minimum=0, name="甲")],
        by=by,
        **fields,
    )


@pytest.fixture
def draft(administrator):
    return begin_sheet(code="fresh", name="新", name_en="", kind="organization", by=administrator)


def test_draft_of_an_asked_sheet_copies_keys_kind_and_staleness(db, administrator):
    sheet = ScoringSheet.objects.get(code="large_customer")
    copy = start_draft(sheet=sheet, by=administrator)
    assert (copy.kind, copy.version, copy.edition) == ("organization", 2, 1)
    fields = ("source", "question", "stale_after", "kind", "name", "name_en")
    assert list(copy.criteria.values_list(*fields)) == list(sheet.criteria.values_list(*fields))
    assert start_draft(sheet=sheet, by=administrator) == copy


def test_made_keys_and_codes_differ_from_all_others(draft, administrator):
    write(
        draft,
        administrator,
        question("品牌", name_en="Brand"),
        question("品牌", name_en="Brand"),
        question("行业地位"),
        question("★"),
        question("一个非常长的问题名称需要被截断才能保存为键"),
        question("随意", key="own_key"),
    )
    keys = list(draft.criteria.values_list("question", flat=True))
    # “brand” is a question of the large-customer sheet, whose answers must not become answers to this one.
    assert keys[:4] == ["brand_2", "brand_3", "hangyediwei", "question"]
    assert len(set(keys)) == 6
    assert max(map(len, keys)) <= 24
    assert keys[5] == "own_key"
    assert list(draft.criteria.first().options.values_list("value", flat=True)) == ["shi", "shi_2"]


def test_code_is_begun_once(draft, administrator):
    with pytest.raises(ValidationError):
        begin_sheet(code="fresh", name="又", name_en="", kind="individual", by=administrator)
    assert ScoringSheet.objects.filter(code="fresh").count() == 1


def test_every_save_raises_the_edition_and_an_older_one_writes_nothing(draft, administrator):
    first = write(draft, administrator, question("甲"))
    assert first.edition == 2
    with pytest.raises(Overtaken) as told:
        write(draft, administrator, question("乙"), edition=1)
    assert told.value.event == AuditEvent.objects.filter(verb="sheet.written").latest("pk")
    assert told.value.sheet.edition == 2
    assert list(draft.criteria.values_list("name", flat=True)) == ["甲"]


def test_published_version_is_not_written(db, administrator):
    sheet = ScoringSheet.objects.get(code="standard")
    with pytest.raises(Overtaken):
        write(sheet, administrator, question("甲"))
    assert sheet.criteria.count() == 8


def test_kind_of_a_published_code_stays(db, administrator):
    copy = start_draft(sheet=ScoringSheet.objects.get(code="standard"), by=administrator)
    with pytest.raises(ValidationError):
        write(copy, administrator, question("甲"), kind="organization")
    copy.refresh_from_db()
    assert (copy.kind, copy.edition) == ("individual", 1)


@pytest.mark.django_db(transaction=True)
def test_of_two_saves_at_the_same_time_one_is_told(draft, administrator):
    results, start = [], threading.Barrier(2)

    def save(name):
        start.wait()
        try:
            write(draft, administrator, question(name), edition=1)
            results.append("saved")
        except Overtaken:
            results.append("told")
        finally:
            connections.close_all()

    threads = [threading.Thread(target=save, args=(name,)) for name in ("甲", "乙")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(results) == ["saved", "told"]
    assert ScoringSheet.objects.get(pk=draft.pk).criteria.count() == 1
