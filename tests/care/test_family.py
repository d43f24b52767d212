"""Birthdays in the families of customers: whose, for whom, and until when."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import translation

from care.models import CareRule, FollowUp
from care.services.raising import raise_followups
from customers.models import ContactPreference, RelatedPerson
from tests.conftest import TODAY


@pytest.fixture
def customer(manager, make_customer):
    return make_customer(manager, name="曾小满", standing={"tier": "VIP", "tier_rank": 1})


@pytest.fixture
def mother(customer):
    return make_relative(customer)


def make_relative(customer, **fields):
    facts = {"name": "李秀英", "kind": "parent", "birth_date": born(TODAY + timedelta(days=3)), "added_on": TODAY}
    return RelatedPerson.objects.create(customer=customer, **(facts | fields))


def born(day):
    return day.replace(year=1960)


def raised(as_of=TODAY):
    return raise_followups(as_of=as_of)["by_rule"]["family"]


@pytest.mark.parametrize(("rank", "days", "expected"), [(1, 3, 1), (2, 0, 1), (3, 3, 0), (None, 3, 0), (1, 4, 0)])
def test_rule_that_ships_reminds_three_days_before_for_the_best_two_tiers(manager, make_customer, rank, days, expected):
    customer = make_customer(manager, standing={"tier_rank": rank})
    make_relative(customer, birth_date=born(TODAY + timedelta(days=days)))
    assert raised() == expected


def test_reminder_says_whose_birthday_it_is_and_leads_to_the_customer(mother, customer, manager, sign_in, today):
    assert raised() == 1
    followup = FollowUp.objects.get()
    assert (followup.customer, followup.happens_on, followup.due_on) == (customer, TODAY + timedelta(days=3), TODAY)
    with translation.override("zh-hans"):
        page = sign_in(manager).get(reverse("care:worklist")).content.decode()
        assert "父母 李秀英 的生日" in " ".join(page.split())
    assert customer.get_absolute_url() in page


def test_twice_writes_nothing(mother):
    assert raised() == 1
    before = list(FollowUp.objects.values())
    assert raised() == 0
    assert list(FollowUp.objects.values()) == before


def test_mother_is_called_mother_when_her_own_file_says_so(customer, colleague, make_customer):
    own = make_customer(colleague, person={"gender": "female"})
    make_relative(customer, known_as=own)
    assert raised() == 1
    with translation.override("en"):
        assert FollowUp.objects.get().family_word == "Mother"


def test_mother_who_is_no_customer_is_called_mother_when_somebody_wrote_it_down(mother):
    RelatedPerson.objects.update(gender="female")
    assert raised() == 1
    with translation.override("zh-hans"):
        assert FollowUp.objects.get().family_word == "母亲"


def test_who_is_congratulated_in_the_same_book_is_not_reminded_of_again(customer, manager, make_customer):
    own = make_customer(manager, person={"birth_date": born(TODAY + timedelta(days=3))})
    make_relative(customer, known_as=own)
    assert raised() == 0


def test_lunar_birthday_is_reminded_of(customer):
    # 2026-11-22 is 十月十四.
    make_relative(customer, birth_date=None, lunar_birthday=1014)
    assert raised(date(2026, 11, 20)) == 1
    assert FollowUp.objects.get().is_lunar


@pytest.mark.parametrize(("kind", "expected"), [("sibling", 1), ("friend", 0), ("finance_head", 0)])
def test_only_the_family_counts(customer, kind, expected):
    make_relative(customer, kind=kind)
    assert raised() == expected


def test_tightest_rule_that_holds_for_the_customer_speaks(mother, manager, make_customer):
    CareRule.objects.create(code="family-10", kind="family", days_before=10)
    other = make_customer(manager, standing={"tier_rank": 4})
    make_relative(other)
    assert raised() == 2
    assert dict(FollowUp.objects.values_list("customer", "rule__days_before")) == {mother.customer_id: 3, other.pk: 10}


def test_nearer_reminder_supersedes_the_earlier(mother):
    CareRule.objects.create(code="family-0", kind="family", days_before=0)
    for day in range(5):
        raised(TODAY + timedelta(days=day))
    assert list(FollowUp.objects.order_by("pk").values_list("rule__days_before", "state")) == [
        (3, "superseded"),
        (0, "open"),
    ]


def test_nobody_is_reminded_for_who_wants_no_contact(mother, customer):
    ContactPreference.objects.create(customer=customer, do_not_contact=True)
    assert raised() == 0


def test_open_reminder_goes_when_the_person_is_removed_or_born_another_day(mother):
    assert raised() == 1
    RelatedPerson.objects.update(name="李秀芳")
    raised()
    assert FollowUp.objects.get().facts["name"] == "李秀芳"
    RelatedPerson.objects.update(birth_date=born(TODAY + timedelta(days=2)))
    assert raised() == 1
    RelatedPerson.objects.update(removed=True)
    assert raised() == 0
    assert set(FollowUp.objects.values_list("state", flat=True)) == {"withdrawn"}


def test_rules_of_other_kinds_are_not_limited_to_tiers(db):
    with pytest.raises(ValidationError):
        CareRule(code="birthday-3", kind="birthday", days_before=3, best_tiers=2).full_clean()
