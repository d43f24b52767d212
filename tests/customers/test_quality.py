"""Duplicates, questions about facts, and numbers of merged customers in the next extract."""

from datetime import date
from decimal import Decimal
from random import Random

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from customers.models import Customer, DuplicatePair, Question, Relation
from customers.rules import contradictions as rules
from customers.rules.contradictions import RULES, doubts
from customers.rules.duplicates import AGAINST, POINTS, REASONS, reason_words, score
from customers.rules.file import years_between
from customers.services.contradictions import (
    answer_question,
    ask_question_again,
    contradictions,
    find_contradictions,
    open_questions,
)
from customers.services.duplicates import ask_again, find_duplicates, look_alikes, say_different
from customers.services.extract import load_extract
from customers.services.merge import merge_customers, undo_merge
from customers.services.names import rebuild_name_keys

NOW = timezone.now()
PHONE, NUMBER, CREDIT_CODE = "13800138000", "11010519491231002X", "91110000600037341L"
BORN = date(1980, 5, 4)


@pytest.mark.parametrize(
    ("shared", "against", "points"),
    [
        ((), (), 0),
        (("id_no",), (), 90),
        (("id_no", "mobile", "name"), (), 100),
        (("mobile",), ("id_no",), 5),
        (("name", "birth_date"), (), 50),
        (("name",), tuple(AGAINST), 0),
        (tuple(POINTS), (), 100),
    ],
)
def test_score_adds_what_is_shared_and_takes_what_differs(shared, against, points):
    assert score(shared, against) == points


@pytest.mark.parametrize(
    ("one", "two", "reasons"),
    [
        ({"id_no": NUMBER}, {"id_no": NUMBER, "name": "别人"}, {"id_no"}),
        ({"mobile": PHONE}, {"mobile": PHONE, "name": "王敏"}, {"mobile"}),
        ({"person": {"birth_date": BORN}}, {"person": {"birth_date": BORN}}, {"name", "birth_date"}),
        ({"mobile": PHONE}, {"mobile": "13900138000"}, {"name", "pinyin"}),
        # Spouses who share a phone, namesakes born on one day with two numbers, and strangers.
        (
            {"mobile": PHONE, "id_no": NUMBER, "id_type": "resident_id"},
            {"mobile": PHONE, "name": "王敏", "id_no": "11010119900307123X", "id_type": "resident_id"},
            None,
        ),
        ({}, {}, None),
        ({"mobile": PHONE}, {"mobile": "13900138000", "name": "赵敏"}, None),
        ({"id_no": NUMBER}, {"id_no": NUMBER, "kind": "organization"}, None),
    ],
)
def test_duplicates_are_found_for_what_they_share(make_customer, manager, today, one, two, reasons):
    customers = [make_customer(manager, **{"name": "李国强"} | fields) for fields in (one, two)]
    for customer in customers:
        rebuild_name_keys(customer)
    for _twice in range(2):
        assert find_duplicates(on=today)["open"] == (reasons is not None)
    if reasons is not None:
        pair = DuplicatePair.objects.get()
        assert set(pair.reasons) == reasons
        assert (pair.first, pair.second, pair.score) == (*customers, score(reasons))


def test_companies_of_one_name_are_asked_about(make_customer, manager, today):
    for _row in range(2):
        make_customer(manager, kind="organization", name="南山电子")
    find_duplicates(on=today)
    assert DuplicatePair.objects.get().reasons == ["name", "company"]


def test_a_number_of_many_makes_no_pairs(make_customer, manager, today):
    for number in range(8):
        make_customer(manager, name=f"客户{number}", mobile=PHONE)
    assert find_duplicates(on=today)["open"] == 0


def test_what_was_called_different_is_not_asked_again_until_undone(make_customer, manager, today):
    _first, second = (make_customer(manager, id_no=NUMBER) for _row in range(2))
    find_duplicates(on=today)
    pair = DuplicatePair.objects.get()
    say_different(pair=pair, by=manager, on=today)
    assert find_duplicates(on=today)["open"] == 0
    ask_again(pair=pair, by=manager)
    assert find_duplicates(on=today)["open"] == 1
    second.id_no = ""
    second.save()
    Customer.objects.filter(pk=second.pk).update(name="别人")
    assert find_duplicates(on=today)["open"] == 0
    assert not DuplicatePair.objects.exists()


def test_look_alikes_name_nobody_outside_the_scope(make_customer, manager, colleague):
    theirs = make_customer(colleague, mobile=PHONE, person={"birth_date": BORN})
    rebuild_name_keys(theirs)
    found = look_alikes(user=manager, kind="individual", name="李国强", birth_date=BORN)
    assert found == []
    [one] = look_alikes(user=manager, kind="individual", name="李国强", mobile=PHONE, birth_date=BORN)
    assert (one.customer, one.manager, one.reasons) == (None, colleague.name, ("mobile",))
    [one] = look_alikes(user=colleague, kind="individual", name="李国强", birth_date=BORN)
    assert (one.customer, set(one.reasons)) == (theirs, {"name", "birth_date"})
    [one] = look_alikes(user=colleague, kind="individual", name="李国墙", mobile="13111138000")
    assert one.reasons == ("pinyin",)
    assert look_alikes(user=colleague, kind="individual", mobile=PHONE, leave_out=theirs.pk) == []
    assert look_alikes(user=colleague, kind="individual") == []


def test_look_alikes_share_an_email_or_a_credit_code(make_customer, manager, colleague):
    person = make_customer(manager, name="李国强")
    person.email = "li@example.com"
    person.save()
    company = make_customer(manager, name="甲公司", kind="organization", id_no=CREDIT_CODE, id_type="credit_code")
    [one] = look_alikes(user=manager, kind="individual", name="李国墙", email=" li@example.com ")
    assert (one.customer, one.reasons) == (person, ("email",))
    [one] = look_alikes(user=colleague, kind="organization", name="乙公司", id_no=CREDIT_CODE.lower())
    assert (one.customer, one.manager, one.reasons) == (None, manager.name, ("id_no",))
    [one] = look_alikes(user=colleague, kind="individual", email="li@example.com")
    assert (one.customer, one.manager, one.reasons) == (None, manager.name, ("email",))
    assert look_alikes(user=manager, kind="individual", id_no=CREDIT_CODE) == []
    assert company.id_no_index


def test_the_night_asks_what_is_asked_of_who_types(make_customer, manager, today):
    chance = Random(4)  # noqa: S311 answers at random need no secrets
    answers = {
        "birth_date": [None, *(date(year, 5, 4) for year in (1915, 1945, 1960, 1980, 2004, 2007, 2012))],
        "marital_status": ["", "married", "single"],
        "occupation": ["", "clerk", "other"],
        "education": ["", "bachelor", "postgraduate"],
        "children": [None, 0, 2, 8],
        "school_stage": ["", "primary", "finished"],
        "monthly_income": [None, 0, 1_000, 20_000],
        "annual_income": [None, 0, 10_000, 240_000, 60_000_000],
        "household_income": [None, 5_000, 50_000],
        "retirement_age": [None, 50, 60],
        "risk_share": [None, 20, 30],
        "investment_experience": ["", "none"],
    }
    files = {}
    for _number in range(60):
        person = {name: chance.choice(choices) for name, choices in answers.items()}
        files[make_customer(manager, person=person).pk] = person
    asked = {(key, code) for key, code, _facts in contradictions(on=today, customers=files) if RULES[code].asks}
    typed = set()
    for key, person in files.items():
        age = years_between(person["birth_date"], today) if person["birth_date"] else None
        typed |= {(key, code) for code, _facts in doubts(person, age=age) if code != "very_young"}
    assert asked == typed
    assert len({code for _key, code in typed}) > 10


@pytest.mark.parametrize(
    ("person", "fields", "assets", "code"),
    [
        ({"birth_date": date(2024, 1, 1)}, {"opened_on": date(2020, 1, 1)}, 0, "born_late"),
        ({"birth_date": date(2010, 1, 1), "marital_status": "married"}, {}, 0, "married_young"),
        ({"birth_date": date(2015, 1, 1), "occupation": "sales"}, {}, 0, "works_young"),
        ({"birth_date": date(1940, 1, 1), "occupation": "factory_worker"}, {}, 0, "works_old"),
        ({"birth_date": date(2010, 1, 1), "education": "postgraduate"}, {}, 0, "degree_young"),
        ({"birth_date": date(2012, 1, 1), "children": 2}, {}, 0, "children_young"),
        ({"children": 9}, {}, 0, "many_children"),
        ({"children": 0, "school_stage": "primary"}, {}, 0, "child_at_school"),
        ({"birth_date": date(1940, 1, 1), "school_stage": "primary"}, {}, 0, "school_old"),
        ({"annual_income": 30_000}, {}, 5_000_000, "assets_over_income"),
        ({"annual_income": 2_000_000}, {"opened_on": date(2020, 1, 1)}, 100, "income_without_assets"),
        ({"annual_income": 10_000, "monthly_income": 10_000}, {}, 0, "months_over_year"),
        ({"birth_date": date(1960, 1, 1), "occupation": "clerk", "retirement_age": 55}, {}, 0, "retired_already"),
        ({}, {"state": "ended"}, 50_000, "ended_with_assets"),
        ({"birth_date": BORN}, {"known_since": date(1970, 1, 1)}, 0, "known_before_birth"),
        ({}, {"id_no": NUMBER, "id_type": "passport"}, 0, "resident_number"),
    ],
)
def test_facts_that_do_not_agree_are_asked_about(make_customer, manager, today, person, fields, assets, code):
    customer = make_customer(manager, person=person, standing={"asset_total": Decimal(assets)}, **fields)
    make_customer(manager, person={"birth_date": BORN, "occupation": "sales", "annual_income": 200_000})
    [(asked, facts)] = open_questions(customer=customer, on=today)
    assert asked == code
    assert "%(" not in rules.sentence(code, facts, str)
    for _twice in range(2):
        assert find_contradictions(on=today) == {"open": 1}
    assert Question.objects.get().facts == facts


def test_marriage_is_held_against_the_relations(make_customer, manager, today):
    single = make_customer(manager, person={"marital_status": "single"})
    other = make_customer(manager, person={"marital_status": "married"}, standing={"tier": "VIP", "tier_rank": 1})
    asked = {key: code for key, code, _facts in contradictions(on=today, customers=[single.pk, other.pk])}
    assert asked == {other.pk: "no_spouse"}
    Relation.objects.create(customer=single, related=other, kind="spouse")
    asked = {key: code for key, code, _facts in contradictions(on=today, customers=[single.pk, other.pk])}
    assert asked == {single.pk: "spouse_of_single"}


def test_a_phone_of_five_customers_is_asked_about_for_each(make_customer, manager, today):
    customers = [make_customer(manager, name=f"客户{number}", mobile=PHONE) for number in range(5)]
    assert find_contradictions(on=today) == {"open": 5}
    assert open_questions(customer=customers[0], on=today) == [("phone_shared", {"number": 5})]


def test_an_answer_is_remembered_until_the_facts_change(make_customer, manager, today):
    customer = make_customer(manager, person={"children": 9})
    find_contradictions(on=today)
    for _twice in range(2):
        answer_question(customer=customer, code="many_children", by=manager, on=today)
    assert open_questions(customer=customer, on=today) == []
    assert find_contradictions(on=today) == {"open": 0}
    ask_question_again(customer=customer, code="many_children", by=manager)
    assert find_contradictions(on=today) == {"open": 1}
    answer_question(customer=customer, code="many_children", by=manager, on=today)
    customer.person.children = 10
    customer.person.save()
    assert find_contradictions(on=today) == {"open": 1}
    with pytest.raises(ValidationError):
        answer_question(customer=customer, code="works_old", by=manager, on=today)


def test_the_next_extract_does_not_bring_a_merged_customer_back(make_customer, make_holding, manager, tmp_path, today):
    kept, other = (make_customer(manager, customer_no=number, name="王敏") for number in ("K1", "L1"))
    third = make_customer(manager, customer_no="T1")
    merge = merge_customers(survivor=kept, loser=other, take=(), by=manager, on=today, now=NOW).merge
    make_holding(third)
    files = {
        "customers": "customer_no,kind,name,branch_code,manager_no\nL1,individual,旧名,D001,M001\n"
        "K1,individual,王敏,D001,M001\n",
        "relations": "customer_no,related_customer_no,relation\nL1,T1,spouse\nK1,T1,spouse\nK1,L1,sibling\n",
        "holdings": "holding_no,customer_no,product_code,balance\nH1,K1,CA01,100\nH2,L1,CA01,50\n",
        "values": "customer_no,period,interest_income\nK1,2026-10,100\nL1,2026-10,11\nL1,2026-09,5\nT1,2026-10,7\n",
        "cashflows": "entry_no,customer_no,booked_on,direction,amount\nE1,L1,2026-11-01,in,5\n",
    }
    for name, text in files.items():
        (tmp_path / f"{name}.csv").write_text(text, encoding="utf-8")
    for _twice in range(2):
        run = load_extract(path=tmp_path, as_of=today, now=NOW)
        assert sum(counts["rejected"] for counts in run.files.values()) == 0
    assert run.issues.filter(reason="merged").count() == 1
    assert not Customer.objects.filter(customer_no="L1").exists()
    assert Customer.objects.get(pk=kept.pk).name == "王敏"
    assert set(kept.holdings.values_list("holding_no", flat=True)) == {"H1", "H2"}
    assert sorted(kept.values.values_list("interest_income", flat=True)) == [5, 111]
    assert kept.relations.count() == 1
    assert kept.cash_flows.count() == 1
    undo_merge(merge=merge, by=manager, on=today, now=NOW)
    load_extract(path=tmp_path, as_of=today, now=NOW)
    back = Customer.objects.get(customer_no="L1")
    assert (back.pk, back.name) == (other.pk, "旧名")
    assert set(back.holdings.values_list("holding_no", flat=True)) == {"H2"}


def test_the_same_name_is_not_said_to_sound_the_same_as_well():
    assert reason_words(["mobile", "name", "pinyin"]) == [REASONS["mobile"], REASONS["name"]]
    assert reason_words(["pinyin"]) == [REASONS["pinyin"]]
    assert reason_words(["gone"]) == ["gone"]
