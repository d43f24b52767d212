"""Reminders of tiers at risk: raised once a watch, kept up to date, withdrawn when it is over."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils.translation import override

from care.models import CareRule, FollowUp
from care.rules.watch import watch_text
from care.services.followups import complete, dismiss
from care.services.raising import raise_followups
from customers.models import Standing
from tests.conftest import TODAY
from tiering.models import Placement, Scheme, ScoringSheet

SINCE = TODAY - timedelta(days=10)
UNTIL = TODAY + timedelta(days=80)


@pytest.fixture
def customer(manager, make_customer):
    return make_customer(manager)


@pytest.fixture
def watched(customer):
    """`watched("sheet", "VIP", 55)`: the customer's place in the scheme is under watch."""

    def make(scheme="sheet", code="VIP", value=55, *, since=SINCE, until=UNTIL, of=customer):
        placement, _new = Placement.objects.update_or_create(
            customer=of,
            scheme=Scheme.objects.get(code=scheme),
            defaults={
                "code": code,
                "rank": 1,
                "value": Decimal(value),
                "since": since,
                "watch_from": since,
                "watch_until": until,
            },
        )
        return placement

    return make


def states():
    return list(FollowUp.objects.order_by("pk").values_list("subject", "state"))


def test_a_watch_is_raised_once_with_what_is_missing(customer, watched):
    watched()
    result = raise_followups(as_of=TODAY)
    assert {kind: number for kind, number in result["by_rule"].items() if number} == {"watch": 1}
    followup = FollowUp.objects.get()
    assert (followup.kind, followup.subject, followup.state) == ("watch", "watch:sheet", "open")
    assert (followup.raised_for, followup.happens_on, followup.due_on) == (SINCE, UNTIL, TODAY)
    assert followup.facts["missing"] == "5"
    assert followup.script_text.startswith("先看差在哪里")
    before = list(FollowUp.objects.values())
    assert raise_followups(as_of=TODAY)["raised"] == 0
    assert list(FollowUp.objects.values()) == before
    assert Standing.objects.get(customer=customer).open_followups == 1


@pytest.mark.parametrize(
    ("scheme", "code", "value", "chinese", "english"),
    [
        (
            "sheet",
            "VIP",
            55,
            "等级评估：VIP 层级有风险，还差 5 分",
            "Scoring sheet: the tier VIP is at risk, 5 points short",
        ),
        (
            "sheet",
            "VIP",
            59,
            "等级评估：VIP 层级有风险，还差 1 分",
            "Scoring sheet: the tier VIP is at risk, 1 point short",
        ),
        ("loyalty", "4", 3, "还差 1 级", "1 rung short"),
    ],
)
def test_the_reminder_is_read_in_both_languages(watched, scheme, code, value, chinese, english):
    scheme_row = Scheme.objects.get(code=scheme)
    if scheme == "loyalty":
        code = scheme_row.bands.get(minimum=4).code
    watched(scheme, code, value)
    raise_followups(as_of=TODAY)
    followup = FollowUp.objects.get()
    with override("zh-hans"):
        assert followup.watch_text.endswith(chinese)
    with override("en"):
        assert followup.watch_text.endswith(english)


def test_a_tier_measured_in_yuan_says_how_many(watched):
    band = Scheme.objects.get(code="assets").bands.filter(minimum=500_000).get()
    watched("assets", band.code, "345678.90")
    raise_followups(as_of=TODAY)
    followup = FollowUp.objects.get()
    assert (followup.facts["missing"], followup.facts["unit"]) == ("154321.1", "yuan")
    with override("zh-hans"):
        assert followup.watch_text == f"资产分层：{band.name} 层级有风险，还差 15.43万"


def test_a_scheme_without_a_distance_says_none():
    facts = {"scheme": "四象限", "scheme_en": "Cells", "code": "2", "name": "培育", "name_en": "", "unit": "points"}
    with override("en"):
        assert watch_text(facts | {"missing": ""}) == "Cells: the tier 2 is at risk"
        assert watch_text(facts | {"missing": "0.5"}) == "Cells: the tier 2 is at risk, 0.5 points short"
    assert watch_text({}) == ""


def test_what_is_missing_follows_the_value(watched):
    watched(value=55)
    raise_followups(as_of=TODAY)
    watched(value="57.5", until=UNTIL + timedelta(days=3))
    assert raise_followups(as_of=TODAY + timedelta(days=1))["raised"] == 0
    followup = FollowUp.objects.get()
    assert (followup.facts["missing"], followup.happens_on) == ("2.5", UNTIL + timedelta(days=3))


def test_a_changed_cut_off_changes_what_is_missing(watched):
    watched(value=55)
    raise_followups(as_of=TODAY)
    ScoringSheet.objects.in_force().get(code=Scheme.objects.get(code="sheet").sheet_code).cutoffs.filter(
        code="VIP"
    ).update(minimum=70)
    raise_followups(as_of=TODAY)
    assert FollowUp.objects.get().facts["missing"] == "15"


@pytest.mark.parametrize("ends", ["over", "gone", "scheme"])
def test_it_is_withdrawn_when_the_watch_is_over(customer, watched, ends):
    placement = watched()
    raise_followups(as_of=TODAY)
    if ends == "over":
        Placement.objects.update(watch_from=None, watch_until=None)
    elif ends == "gone":
        placement.delete()
    else:
        Scheme.objects.filter(code="sheet").update(active=False)
    raise_followups(as_of=TODAY + timedelta(days=1))
    assert states() == [("watch:sheet", "withdrawn")]
    assert Standing.objects.get(customer=customer).open_followups == 0


def test_the_next_watch_is_a_new_reminder(watched):
    watched()
    raise_followups(as_of=TODAY)
    watched(since=TODAY)
    assert raise_followups(as_of=TODAY)["by_rule"]["watch"] == 1
    assert states() == [("watch:sheet", "withdrawn"), ("watch:sheet", "open")]


@pytest.mark.parametrize("verb", ["done", "dismissed"])
def test_what_a_person_closed_stays_closed_through_the_watch(watched, manager, verb):
    watched()
    raise_followups(as_of=TODAY)
    if verb == "done":
        complete(followups=FollowUp.objects.all(), by=manager, on=TODAY)
    else:
        dismiss(followups=FollowUp.objects.all(), by=manager, on=TODAY, reason="not_useful")
    watched(value=50, until=UNTIL + timedelta(days=5))
    assert raise_followups(as_of=TODAY + timedelta(days=1))["raised"] == 0
    assert states() == [("watch:sheet", verb)]


def test_schemes_remind_apart(watched):
    watched()
    watched("assets", Scheme.objects.get(code="assets").bands.filter(minimum=500_000).get().code, 1)
    assert raise_followups(as_of=TODAY)["by_rule"]["watch"] == 2


def test_the_rule_says_how_long_before_and_whether_at_all(watched):
    watched()
    CareRule.objects.filter(code="watch").update(days_before=30)
    assert raise_followups(as_of=TODAY)["raised"] == 0
    assert raise_followups(as_of=UNTIL - timedelta(days=30))["raised"] == 1
    FollowUp.objects.all().delete()
    CareRule.objects.filter(code="watch").update(active=False)
    assert raise_followups(as_of=UNTIL - timedelta(days=30))["raised"] == 0


def test_a_watch_that_ends_today_is_too_late_to_raise(watched):
    watched(until=TODAY)
    assert raise_followups(as_of=TODAY)["raised"] == 0


def test_the_work_list_shows_the_reason_the_tab_and_the_script(today, customer, manager, watched, sign_in):
    watched()
    raise_followups(as_of=TODAY)
    client = sign_in(manager)
    page = client.get("/")
    assert "等级评估：VIP 层级有风险，还差 5 分" in page.text
    assert "保级观察 1" in page.text
    assert [row.customer for row in client.get("/", {"kind": "watch"}).context["rows"]] == [customer]
    aside = client.get(reverse("care:aside", args=[customer.public_id]), headers={"HX-Request": "true"})
    assert "先看差在哪里" in aside.text
