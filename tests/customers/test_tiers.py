"""The sign of a tier in signs and in words."""

from datetime import date, timedelta

import pytest
from django.template import Context, Template
from django.urls import reverse
from django.utils.translation import override

from customers.models import Standing
from customers.templatetags.tiers import standing_tier, tier_sign

DAY = date(2026, 11, 21)


def drawn(language="en", **columns):
    with override(language):
        return standing_tier(Standing(**{"tier": "A", "tier_rank": 2, "coverage": 100} | columns), DAY)


def test_plain_tier_has_a_letter_and_nothing_else():
    sign = drawn()
    assert "tier-a" in sign
    for mark in ["tier-watch", "tier-mark", "tier-words"]:
        assert mark not in sign


@pytest.mark.parametrize(
    ("language", "days", "short", "words"),
    [
        ("en", 1, "1 d", "under watch: keeps A until Sun 22 Nov, 1 day left"),
        ("en", 12, "12 d", "under watch: keeps A until Thu 3 Dec, 12 days left"),
        ("zh-hans", 12, "12天", "保级观察：A 保留至12月3日 周四，还剩 12 天"),
        ("en", 50, "50 d", "until Sun 10 Jan 2027"),
        ("en", 0, "due", "leaves A at the next run"),
        ("en", -3, "due", "leaves A at the next run"),
    ],
)
def test_watch_is_a_dashed_outline_with_days_left(language, days, short, words):
    sign = drawn(language, tier_until=DAY + timedelta(days=days))
    assert "tier-watch" in sign
    assert f">{short}</span>" in sign
    assert words in sign


def test_placing_by_hand_is_a_pin_with_its_end_and_no_watch():
    sign = drawn(tier_pinned=True, tier_until=date(2027, 3, 31))
    assert "#pin" in sign
    assert "placed by hand until Wed 31 Mar 2027" in sign
    assert "tier-watch" not in sign
    assert "placed by hand" in drawn(tier_pinned=True)


def test_missing_answers_are_a_question_mark():
    sign = drawn(coverage=63)
    assert ">?</span>" in sign
    assert "answers are missing" in sign
    assert "?" not in drawn(coverage=None)


def test_range_and_name_stand_with_the_sign():
    with override("en"):
        sign = tier_sign("B", 3, today=DAY, incomplete=True, reach="C–A", title="Prospect")
    assert "C–A" in sign
    assert 'title="Prospect; answers are missing, could be C–A"' in sign


def test_no_standing_and_no_day_draw_no_error():
    assert "tier-none" in Template("{% load tiers %}{% standing_tier nothing request.today %}").render(Context({}))
    assert "tier-none" in drawn(tier="")


@pytest.mark.usefixtures("today")
def test_list_head_and_work_list_show_the_watch(manager, make_customer, sign_in):
    standing = {"tier": "A", "tier_rank": 2, "tier_until": date(2026, 12, 3), "coverage": 63}
    customer = make_customer(manager, standing=standing)
    client = sign_in(manager)
    for address in [reverse("customers:list"), customer.get_absolute_url()]:
        page = client.get(address).content.decode()
        assert "12天" in page
        assert "保级观察：A 保留至12月3日 周四，还剩 12 天" in page
    found = client.post(
        reverse("customers:search"), {"q": customer.customer_no}, headers={"HX-Request": "true"}
    ).content.decode()
    assert "12天" in found
