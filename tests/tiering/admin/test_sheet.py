"""The scoring sheet in Django admin: one page edits and checks a whole draft."""

import re
from datetime import UTC, date, datetime

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import translation

from jobs.models import Job
from staff.models import AuditEvent
from tiering.choices import SheetState
from tiering.models import Criterion, Cutoff, Option, Placement, ScoringSheet
from tiering.services.drafts import start_draft
from tiering.services.retier import retier
from tiering.services.sheets import publish, put_forward

DAY = date(2026, 11, 21)
PUBLISH = {"_publish": "1"}


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


@pytest.mark.parametrize(("button", "place"), [("_effect", ""), ("_publish", "#publish")])
def test_saved_draft_leads_to_who_would_move(admin, draft, button, place):
    response = admin.post(page(draft), payload(admin, draft, **{"cutoffs-0-minimum": "70"}) | {button: "1"})
    assert response["Location"] == reverse("tiering:preview", args=[draft.public_id]) + place
    draft.refresh_from_db()
    assert (draft.state, draft.cutoffs.get(code="VIP").minimum) == (SheetState.DRAFT, 70)
    assert not Job.objects.exists()


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
def test_unsound_draft_is_kept_and_told_what_to_mend(admin, draft, changes, place):
    response = admin.post(page(draft), payload(admin, draft, **changes) | PUBLISH, follow=True)
    assert ScoringSheet.objects.get(pk=draft.pk).state == SheetState.DRAFT
    assert not Job.objects.exists()
    assert place in {problem.place for problem in response.context["problems"]}


def test_published_version_cannot_be_written(admin, sheet, draft):
    before = contents(sheet)
    admin.post(page(sheet), payload(admin, draft, **{"cutoffs-0-minimum": "70"}))
    assert contents(ScoringSheet.objects.whole().get(pk=sheet.pk)) == before
    assert admin.post(reverse("admin:tiering_scoringsheet_delete", args=[sheet.pk]), {"post": "yes"}).status_code == 403


def test_customers_are_counted_by_option_and_nothing_is_written(admin, draft, sheet, manager, make_customer):
    for income in (250000, None):
        make_customer(manager, person={"annual_income": income, "occupation": "business_owner"})
    retier(as_of=DAY)
    before = list(Placement.objects.order_by("pk").values())
    for version in (draft, sheet):
        html = admin.get(page(version) + "?effect=1").content.decode()
        assert '<td class="num">2</td>' in html
        assert reverse("tiering:preview", args=[sheet.public_id]) in html or version.is_draft
    assert list(Placement.objects.order_by("pk").values()) == before


@pytest.mark.parametrize("who", ["manager", "head", "auditor"])
def test_only_administrators_come_in(request, sign_in, sheet, who):
    client = sign_in(request.getfixturevalue(who))
    assert client.get(page(sheet)).status_code == 302
    assert client.post(reverse("admin:tiering_scoringsheet_draft", args=[sheet.pk])).status_code == 302
    assert not ScoringSheet.objects.filter(version=2).exists()


def check(client, sheet, data):
    return client.post(reverse("admin:tiering_scoringsheet_check", args=[sheet.pk]), data)


ASKED = {
    "criteria-TOTAL_FORMS": "9",
    "criteria-8-fact": "asked",
    "criteria-8-name": "忠诚意愿",
    "criteria-8-stale_after": "6",
    "criteria-8-options-TOTAL_FORMS": "2",
    "criteria-8-options-INITIAL_FORMS": "0",
    "criteria-8-options-0-name": "愿意",
    "criteria-8-options-0-name_en": "Willing",
    "criteria-8-options-0-points": "5",
    "criteria-8-options-1-name": "不愿意",
    "criteria-8-options-1-code": "no",
    "criteria-8-options-1-points": "0",
}


def test_asked_criterion_gets_its_key_and_codes(admin, draft):
    assert admin.post(page(draft), payload(admin, draft, **ASKED)).status_code == 302
    criterion = Criterion.objects.get(sheet=draft, source="asked")
    assert (criterion.question, criterion.stale_after, criterion.fact) == ("zhongchengyiyuan", 6, "")
    assert list(criterion.options.values_list("value", "points")) == [("willing", 5), ("no", 0)]
    # And stays the same when the page is saved again.
    assert admin.post(page(draft), payload(admin, draft)).status_code == 302
    criterion = Criterion.objects.get(sheet=draft, source="asked")
    assert criterion.question == "zhongchengyiyuan"
    assert list(criterion.options.values_list("value", flat=True)) == ["willing", "no"]


def test_order_of_options_is_the_one_of_the_page(admin, draft):
    order = {f"criteria-3-options-{at}-order": str(3 - at) for at in range(3)}
    admin.post(page(draft), payload(admin, draft, **order))
    family = Criterion.objects.get(sheet=draft, fact="family")
    assert list(family.options.values_list("points", flat=True)) == [2, 4, 8]


def test_check_names_places_and_totals_and_writes_nothing(admin, draft, sheet):
    data = payload(
        admin,
        draft,
        **{
            "criteria-1-options-0-lower": "210000",
            "criteria-2-options-1-points": "x",
            "cutoffs-0-minimum": "90",
            "criteria-7-options-0-points": "30",
        },
    )
    said = check(admin, draft, data).json()
    assert set(said["places"]) == {"criteria-1-options-0", "criteria-2-options-1-points"}
    assert "200000" in said["places"]["criteria-1-options-0"][0]
    assert "<output data-highest>96</output>" in said["summary"]
    assert said["notice"] == ""
    # A cut-off of 96 points can just be reached, one of 97 cannot; the points that could not be read count as none.
    data["cutoffs-0-minimum"] = "97"
    assert set(check(admin, draft, data).json()["places"]) >= {"cutoffs-0"}
    assert contents(ScoringSheet.objects.whole().get(pk=draft.pk)) == contents(sheet)


def test_check_says_what_saving_says(admin, draft):
    data = payload(admin, draft, **{"criteria-1-fact": "occupation", "cutoffs-1-minimum": "60"})
    places = check(admin, draft, data).json()["places"]
    assert set(places) == {"criteria-1-fact", "cutoffs-1-minimum"}
    html = admin.post(page(draft), data).content.decode()
    assert all(text in html for texts in places.values() for text in texts)


def test_check_counts_the_customers_of_each_tier_while_the_page_is_sound(admin, draft, manager, make_customer):
    make_customer(manager, person={"occupation": "executive"})
    retier(as_of=DAY)
    summary = check(admin, draft, payload(admin, draft)).json()["summary"]
    assert "各层级客户数" in summary
    rows = re.findall(r"<tr><th scope=.row.>(\w+)</th><td class=.num.>(\d+)</td><td class=.num.>(\d+)</td>", summary)
    assert ("C", "1", "1") in rows
    points = next(name for name, value in payload(admin, draft).items() if name.endswith("-points") and value)
    assert "各层级客户数" not in check(admin, draft, payload(admin, draft, **{points: "x"})).json()["summary"]


@pytest.mark.parametrize("who", ["manager", "head", "auditor"])
def test_only_administrators_check(request, sign_in, draft, who):
    client = sign_in(request.getfixturevalue(who))
    assert check(client, draft, {}).status_code == 302
    assert client.get(reverse("admin:tiering_scoringsheet_add")).status_code == 302


def test_check_of_a_broken_page_answers(admin, draft):
    said = check(admin, draft, {}).json()
    assert said["places"]
    assert admin.get(reverse("admin:tiering_scoringsheet_check", args=[draft.pk])).status_code == 405
    assert admin.post(reverse("admin:tiering_scoringsheet_check", args=[10**9])).status_code == 404


def test_second_of_two_editors_is_told_and_keeps_the_input(admin, draft, administrator):
    mine = payload(admin, draft, **{"criteria-0-options-0-points": "13"})
    admin.post(page(draft), mine | {"criteria-0-options-0-points": "14"})
    assert administrator.name in check(admin, draft, mine).json()["notice"]

    response = admin.post(page(draft), mine)
    assert response.status_code == 409
    html = response.content.decode()
    assert administrator.name in html
    assert 'name="criteria-0-options-0-points" value="13"' in html
    assert f'href="{page(draft)}"' in html
    assert Option.objects.get(criterion__sheet=draft, value="business_owner").points == 14

    draft.refresh_from_db()
    assert admin.post(page(draft), mine | {"_over": str(draft.edition)}).status_code == 302
    assert Option.objects.get(criterion__sheet=draft, value="business_owner").points == 13
    # Somebody saved once more: “over it” meant the version that was seen.
    assert admin.post(page(draft), mine | {"_over": str(draft.edition)}).status_code == 409


def test_input_for_a_version_published_meanwhile_becomes_a_new_draft(admin, draft, administrator):
    mine = payload(admin, draft, **{"cutoffs-0-minimum": "70"})
    admin.post(page(draft), mine | {"cutoffs-0-minimum": "65"})
    publish(sheet=draft, reason="新口径", on=DAY, now=datetime(2026, 11, 21, tzinfo=UTC), by=administrator)
    response = admin.post(page(draft), mine)
    assert response.status_code == 409
    assert "_anew" in response.content.decode()
    response = admin.post(page(draft), mine | {"_anew": "1"})
    third = ScoringSheet.objects.get(version=3)
    assert response["Location"] == page(third)
    assert third.cutoffs.get(code="VIP").minimum == 70
    # With that draft there, another input for the old version does not replace it unseen.
    assert admin.post(page(draft), mine | {"_anew": "1", "cutoffs-0-minimum": "71"}).status_code == 409
    assert third.cutoffs.get(code="VIP").minimum == 70


def test_save_without_an_edition_is_refused(admin, draft):
    response = admin.post(page(draft), payload(admin, draft, **{"sheet-edition": None, "cutoffs-0-minimum": "70"}))
    assert response.status_code == 200
    assert draft.cutoffs.get(code="VIP").minimum == 60


def test_saving_takes_back_what_was_put_forward(admin, draft, administrator):
    put_forward(sheet=draft, reason="新口径", on=DAY, by=administrator)
    assert administrator.name in admin.get(page(draft)).content.decode()
    admin.post(page(draft), payload(admin, draft))
    draft.refresh_from_db()
    assert (draft.submitted_by, draft.submitted_on, draft.submitted_reason) == (None, None, "")


def test_source_that_is_gone_is_named_and_refused(admin, draft, sheet, administrator, manager, make_customer):
    Criterion.objects.filter(sheet=draft, fact="influence").update(fact="zodiac")
    response = admin.get(page(draft))
    assert 'value="zodiac" selected' in response.content.decode()
    (problem,) = response.context["problems"]
    assert (problem.place, problem.at) == ("影响力", ("criteria", 7))
    assert "zodiac" in problem.text
    response = admin.post(page(draft), payload(admin, draft))
    assert response.status_code == 200
    assert set(response.context["look"].places) == {"criteria-7-fact"}
    with pytest.raises(ValidationError):
        publish(sheet=draft, reason="x", on=DAY, now=datetime(2026, 11, 21, tzinfo=UTC), by=administrator)
    # In force it harms nobody: the page shows it, everybody is scored without it.
    Criterion.objects.filter(sheet=sheet, fact="influence").update(fact="zodiac")
    assert "zodiac" in admin.get(page(sheet)).content.decode()
    make_customer(manager, person={"occupation": "business_owner"}, influence="great")
    retier(as_of=DAY)
    assert Placement.objects.get(scheme__code="sheet").value == 15


def test_new_sheet_begins_empty_under_its_code(admin):
    url = reverse("admin:tiering_scoringsheet_add")
    data = {"name": "小微企业", "name_en": "Small firms", "code": "small_firms", "kind": "organization"}
    draft_page = admin.post(url, data)["Location"]
    draft = ScoringSheet.objects.get(code="small_firms")
    assert draft_page == page(draft)
    assert (draft.version, draft.state, draft.kind, draft.criteria.count()) == (1, "draft", "organization", 0)
    assert {problem["id"] for problem in admin.get(draft_page).context["look"].problems} == {"criteria", "cutoffs"}
    # Sent twice it makes one, and says so.
    assert admin.post(url, data).status_code == 200
    assert ScoringSheet.objects.filter(code="small_firms").count() == 1
    assert admin.post(url, data | {"code": "Has Spaces"}).status_code == 200


def test_copy_under_another_code_has_the_content_of_the_version(admin, sheet):
    url = reverse("admin:tiering_scoringsheet_add") + f"?from={sheet.pk}"
    assert admin.get(url).context["form"]["name"].value() == sheet.name
    admin.post(url, {"name": "副本", "name_en": "", "code": "second", "kind": "individual"})
    copy = ScoringSheet.objects.whole().get(code="second")
    assert contents(copy) == contents(sheet)
    assert AuditEvent.objects.get(verb="sheet.begun").particulars["copied_from"] == "standard v1"


def test_kind_changes_only_before_a_version_was_published(admin, draft):
    assert admin.get(page(draft)).context["editor"].names.fields["kind"].disabled
    admin.post(page(draft), payload(admin, draft) | {"sheet-kind": "organization"})
    draft.refresh_from_db()
    assert draft.kind == "individual"
    data = {"name": "小微企业", "code": "small_firms", "kind": "organization"}
    admin.post(reverse("admin:tiering_scoringsheet_add"), data)
    fresh = ScoringSheet.objects.get(code="small_firms")
    admin.post(page(fresh), payload(admin, fresh) | {"sheet-kind": "individual"})
    fresh.refresh_from_db()
    assert fresh.kind == "individual"


@pytest.fixture
def in_english(administrator):
    """The administrator reads English; the language of the thread is put back afterwards."""
    administrator.language = "en"
    administrator.save()
    with translation.override("en"):
        yield


def test_page_speaks_english(admin, draft, in_english):
    html = admin.get(page(draft)).content.decode()
    assert "Points per criterion" in html
    said = check(admin, draft, payload(admin, draft, **{"criteria-1-options-0-lower": "210000"})).json()
    assert "gap from 200000 to 210000" in said["places"]["criteria-1-options-0"][0]
