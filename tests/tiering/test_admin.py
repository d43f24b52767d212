"""The scoring sheet and the schemes in Django admin."""

from datetime import date

import pytest
from django.urls import reverse

from jobs.models import Job
from staff.models import AuditEvent
from tiering.choices import SheetState
from tiering.models import Criterion, Cutoff, Option, Placement, Scheme, ScoringSheet
from tiering.services.drafts import start_draft
from tiering.services.preview import effect
from tiering.services.retier import retier

DAY = date(2026, 11, 21)
PUBLISH = {"_publish": "1", "reason": "新口径"}


def page(sheet):
    return reverse("admin:tiering_scoringsheet_change", args=[sheet.pk])


@pytest.fixture
def admin(administrator, sign_in, today):
    return sign_in(administrator)


@pytest.fixture
def draft(sheet, administrator):
    return start_draft(sheet=sheet, by=administrator)


def payload(client, sheet, **changes):
    """The draft's page as the browser would post it, with some fields changed (None takes one out)."""
    editor = client.get(page(sheet)).context["editor"]
    data = {}
    for form in [
        editor.names,
        editor.criteria.management_form,
        editor.cutoffs.management_form,
        *editor.criteria,
        *editor.cutoffs,
        *(criterion.options.management_form for criterion in editor.criteria),
        *(option for criterion in editor.criteria for option in criterion.options),
    ]:
        for field in form:
            value = field.value()
            if field.name != "DELETE" and not field.field.disabled:
                data[field.html_name] = "" if value is None else value
    data |= changes
    return {name: value for name, value in data.items() if value is not None}


def contents(sheet):
    """A sheet as plain values without labels of the version."""
    definition = sheet.definition()
    return definition.criteria, definition.tiers


def test_starting_a_draft_copies_the_version_and_makes_one(admin, sheet):
    url = reverse("admin:tiering_scoringsheet_draft", args=[sheet.pk])
    response = admin.post(url)
    copy = ScoringSheet.objects.whole().get(version=2)
    assert response["Location"] == page(copy)
    assert admin.post(url)["Location"] == page(copy)
    assert contents(copy) == contents(sheet)
    assert admin.get(url).status_code == 405


def test_page_of_a_draft_holds_the_whole_sheet(admin, draft):
    html = admin.get(page(draft)).content.decode()
    assert html.count('name="criteria-') > 8 * 4
    assert 'name="criteria-0-options-8-points"' in html
    assert 'name="cutoffs-3-minimum"' in html
    assert 'name="criteria-__prefix__-options-__prefix__-points"' in html
    assert "<output data-highest>80</output>" in html
    assert "<output data-lowest>12</output>" in html


def test_saving_unchanged_keeps_the_sheet_as_it_is(admin, draft, sheet):
    response = admin.post(page(draft), payload(admin, draft))
    assert response["Location"] == page(draft)
    assert contents(ScoringSheet.objects.whole().get(pk=draft.pk)) == contents(sheet)


def test_saving_changes_points_cut_offs_and_rows(admin, draft):
    data = payload(
        admin,
        draft,
        **{
            "criteria-0-options-0-points": "20",
            "criteria-0-order": "9",
            "criteria-7-DELETE": "on",
            "criteria-1-options-4-DELETE": "on",
            "criteria-1-options-3-lower": "",
            "cutoffs-0-minimum": "62",
            "criteria-TOTAL_FORMS": "9",
            "criteria-8-fact": "children",
            "criteria-8-name": "子女",
            "criteria-8-order": "10",
            "criteria-8-options-TOTAL_FORMS": "1",
            "criteria-8-options-INITIAL_FORMS": "0",
            "criteria-8-options-0-name": "任意",
            "criteria-8-options-0-points": "2",
        },
    )
    admin.post(page(draft), data)
    facts = list(Criterion.objects.filter(sheet=draft).values_list("fact", flat=True))
    assert facts == [
        "annual_income",
        "age",
        "family",
        "education",
        "known_for",
        "ease_of_contact",
        "occupation",
        "children",
    ]
    assert Option.objects.get(criterion__sheet=draft, value="business_owner").points == 20
    assert Option.objects.filter(criterion__sheet=draft, criterion__fact="annual_income").count() == 4
    assert Cutoff.objects.get(sheet=draft, code="VIP").minimum == 62


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"criteria-1-fact": "occupation"}, "已"),
        ({"cutoffs-1-minimum": "60"}, "不能"),
        ({"cutoffs-1-code": "VIP"}, "已"),
        ({"criteria-0-options-1-value": "business_owner"}, "已"),
        ({"criteria-0-options-1-value": "great"}, "great"),
        ({"criteria-1-options-1-lower": "300000"}, "上限"),
        ({"criteria-0-options-1-points": "-1"}, "0"),
        ({"criteria-0-options-1-points": "a"}, "整数"),
        ({"criteria-TOTAL_FORMS": "x"}, ""),
    ],
)
def test_wrong_values_are_named_and_nothing_is_saved(admin, draft, sheet, changes, message):
    response = admin.post(page(draft), payload(admin, draft, **changes))
    assert response.status_code == 200
    assert "errorlist" in response.content.decode()
    assert message in response.content.decode()
    assert contents(ScoringSheet.objects.whole().get(pk=draft.pk)) == contents(sheet)


def test_publishing_retires_the_version_before_and_enqueues_a_retier(admin, draft, sheet):
    data = payload(admin, draft, **{"cutoffs-0-minimum": "70"})
    admin.post(page(draft), data | PUBLISH)
    states = dict(ScoringSheet.objects.values_list("version", "state"))
    assert states == {1: SheetState.RETIRED, 2: SheetState.PUBLISHED}
    job = Job.objects.get(kind="retier")
    assert (job.params["as_of"], job.params["cause"]) == ("2026-11-21", "publish")
    assert AuditEvent.objects.filter(verb="sheet.published").count() == 1
    # The same form once more: the version is published, nothing happens.
    admin.post(page(draft), data | PUBLISH)
    assert Job.objects.filter(kind="retier").count() == 1


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"criteria-1-options-0-lower": "250000"}, "年收入"),
        ({"criteria-1-options-0-lower": "180000"}, "年收入"),
        ({"criteria-1-options-4-DELETE": "on"}, "年收入"),
        ({"criteria-0-options-0-DELETE": "on"}, "职业"),
        ({"cutoffs-0-minimum": "81"}, "分档线"),
        ({"cutoffs-3-minimum": "5"}, "分档线"),
        ({f"cutoffs-{at}-DELETE": "on" for at in range(4)}, "分档线"),
        ({f"criteria-3-options-{at}-DELETE": "on" for at in range(3)}, "家庭状况"),
    ],
)
def test_unsound_draft_is_kept_but_not_published(admin, draft, changes, place):
    response = admin.post(page(draft), payload(admin, draft, **changes) | PUBLISH, follow=True)
    assert ScoringSheet.objects.get(pk=draft.pk).state == SheetState.DRAFT
    assert not Job.objects.exists()
    assert place in {problem.place for problem in response.context["problems"]}


def test_published_version_cannot_be_written(admin, sheet, draft):
    before = contents(sheet)
    admin.post(page(sheet), payload(admin, draft, **{"cutoffs-0-minimum": "70"}))
    assert contents(ScoringSheet.objects.whole().get(pk=sheet.pk)) == before
    assert admin.post(reverse("admin:tiering_scoringsheet_delete", args=[sheet.pk]), {"post": "yes"}).status_code == 403


def test_effect_counts_moves_and_writes_nothing(admin, draft, manager, make_customer):
    for income in (250000, None):
        make_customer(manager, person={"annual_income": income, "occupation": "business_owner"})
    retier(as_of=DAY)
    draft.cutoffs.filter(code="B").update(minimum=31)
    before = list(Placement.objects.order_by("pk").values())
    html = admin.get(page(draft) + "?effect=1").content.decode()
    (move,) = [move for move in effect(sheet=draft, on=DAY).moves if not move.stays]
    assert (move.from_code, move.to_code, move.count, move.up) == ("B", "C", 1, False)
    assert "B" in html
    assert list(Placement.objects.order_by("pk").values()) == before


@pytest.mark.parametrize("who", ["manager", "head", "auditor"])
def test_only_administrators_come_in(request, sign_in, sheet, who):
    client = sign_in(request.getfixturevalue(who))
    for url in [page(sheet), reverse("admin:tiering_scheme_changelist")]:
        assert client.get(url).status_code == 302
    assert client.post(reverse("admin:tiering_scoringsheet_draft", args=[sheet.pk])).status_code == 302
    assert ScoringSheet.objects.count() == 1


def scheme_payload(scheme, **changes):
    bands = list(scheme.bands.all())
    data = {
        "name": scheme.name,
        "name_en": scheme.name_en,
        "sheet_code": "",
        "position": scheme.position,
        "watch_months": scheme.watch_months,
        "look_back_months": scheme.look_back_months,
        "rhythm": scheme.rhythm,
        "active": "on",
        "bands-TOTAL_FORMS": len(bands),
        "bands-INITIAL_FORMS": len(bands),
    }
    for at, band in enumerate(bands):
        for name in ("id", "code", "name", "name_en", "strategy", "strategy_en", "minimum"):
            value = getattr(band, name)
            data[f"bands-{at}-{name}"] = "" if value is None else value
    return data | changes


def test_changed_bands_are_audited_and_enqueue_a_retier(admin):
    scheme = Scheme.objects.get(code="assets")
    url = reverse("admin:tiering_scheme_change", args=[scheme.pk])
    assert admin.post(url, scheme_payload(scheme, **{"bands-0-minimum": "8000000"})).status_code == 302
    assert scheme.tiers()[0].minimum == 8000000
    assert Job.objects.filter(kind="retier").count() == 1
    assert AuditEvent.objects.get(verb="scheme.changed").particulars["bands"][0] == ["W600", "8000000.00"]


def test_bands_that_leave_somebody_out_are_refused(admin):
    scheme = Scheme.objects.get(code="assets")
    url = reverse("admin:tiering_scheme_change", args=[scheme.pk])
    assert admin.post(url, scheme_payload(scheme, **{"bands-5-minimum": "0"})).status_code == 200
    assert not Job.objects.exists()
