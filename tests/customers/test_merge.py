"""Two files of one customer made into one, and taken apart again: nothing is lost on either way."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import connection
from django.utils import timezone

from care.models import FollowUp
from customers.models import (
    BalanceMonth,
    CashFlow,
    ContactPreference,
    Customer,
    CustomField,
    CustomValue,
    DuplicatePair,
    FactSource,
    Merge,
    Need,
    Note,
    OwnerChange,
    Relation,
    Standing,
    Tag,
    Tagging,
    ValueRecord,
)
from customers.services.consent import record_consent
from customers.services.custom_fields import write_values
from customers.services.customer import edit_customer
from customers.services.merge import choices_of, merge_customers, undo_merge, where_it_went
from customers.services.names import rebuild_name_keys
from jobs.models import Job
from jobs.tasks import run_now
from staff.models import AuditEvent
from tiering.models import Movement, Placement, Touched
from tiering.services.retier import retier
from visits.models import Objection, Visit

NOW = timezone.now()
# What tells of the merge itself; everything else must be as it was.
TELLING = {Merge, AuditEvent, Job, Touched}


def tables():
    """Every row of every table, as the database writes it; what moves on with each save is left out."""
    rows = {}
    with connection.cursor() as cursor:
        for model in apps.get_models(include_auto_created=True):
            if model in TELLING or not model._meta.managed:
                continue
            table = model._meta.db_table
            cursor.execute(f"SELECT to_jsonb(t) - 'version' - 'updated_at' FROM {table} t")
            rows[model._meta.label] = sorted(str(row) for (row,) in cursor.fetchall())
    return rows


def differences(before, after):
    """Tables that are not the same, with what was lost and what came in addition."""
    return {
        name: (set(before[name]) - set(after[name]), set(after[name]) - set(before[name]))
        for name in before
        if before[name] != after[name]
    }


@pytest.fixture
def pair(make_customer, make_holding, manager, tree, today):
    """A customer and a second file of the same person, with something in every room."""
    kept = make_customer(
        manager, name="王小明", mobile="13800138000", person={"occupation": "sales", "birth_date": date(1980, 5, 4)}
    )
    other = make_customer(
        manager,
        name="王晓明",
        id_no="11010519491231002X",
        id_type="resident_id",
        mobile="13800138001",
        person={"occupation": "executive", "annual_income": Decimal("300000.00")},
        restricted=True,
        restricted_reason="诉讼",
    )
    third = make_customer(manager, name="赵敏")
    for customer in (kept, other, third):
        rebuild_name_keys(customer)
        ContactPreference.objects.get_or_create(customer=customer, defaults={"do_not_call": customer == other})
        holding = make_holding(customer, "TD01", balance=100_000, matures_on=today + timedelta(days=9))
        CashFlow.objects.create(
            entry_no=f"E{customer.pk}", customer=customer, holding=holding, booked_on=today, direction="in", amount=10
        )
        BalanceMonth.objects.create(
            customer=customer, month=today.replace(day=1), assets=100_000, yuan_days=5_000_000, counted_to=today
        )
        ValueRecord.objects.create(customer=customer, period=today.replace(day=1), interest_income=100, fee_income=20)
        Need.objects.create(customer=customer, dimension="savings", found_on=today)
        FollowUp.objects.create(
            customer=customer,
            kind="maturity",
            holding=holding,
            raised_for=today,
            due_on=today,
            subject=f"holding:{holding}",
        )
        visit = Visit.objects.create(customer=customer, by=manager, planned_on=today, purpose="理财")
        visit.needs.set(customer.needs.all())
        Objection.objects.create(customer=customer, visit=visit, raised_on=today, by=manager, kind="real", words="太低")
        OwnerChange.objects.create(customer=customer, on=today, to_manager=manager, to_branch=manager.branch)
        Note.objects.create(customer=customer, by=manager, text="喜欢茶")
    tag = Tag.objects.create(name="重点", branch=tree["D001"], created_by=manager)
    for customer in (kept, other):
        Tagging.objects.create(customer=customer, tag=tag, by=manager, on=today)
        Relation.objects.create(customer=customer, related=third, kind="spouse")
    Relation.objects.create(customer=third, related=other, kind="child")
    Relation.objects.create(customer=kept, related=other, kind="sibling")
    DuplicatePair.objects.create(first=kept, second=other, score=60, reasons=["name"], found_on=today)
    Standing.objects.update(asset_total=100_000, holding_count=1, next_maturity=today + timedelta(days=9))
    retier(as_of=today)
    return kept, other


def test_merge_and_undo_leave_every_table_as_it_was(pair, manager, today):
    kept, other = pair
    before = tables()
    take = {"name", "mobile", "occupation"}
    merge = merge_customers(survivor=kept, loser=other, take=take, by=manager, on=today, now=NOW).merge
    assert not Customer.objects.filter(pk=other.pk).exists()
    undo_merge(merge=merge, by=manager, on=today, now=NOW)
    assert differences(before, tables()) == {}


def test_merge_points_everything_to_the_kept_file(pair, manager, today):
    kept, other = pair
    merge_customers(survivor=kept, loser=other, take={"name", "mobile"}, by=manager, on=today, now=NOW)
    kept = Customer.objects.select_related("person", "standing", "contact_preference").get(pk=kept.pk)
    assert kept.name == "王晓明"
    assert (kept.mobile, kept.mobile_tail, kept.id_no) == ("13800138001", "8001", "11010519491231002X")
    assert kept.id_type == "resident_id"
    assert (kept.person.occupation, kept.person.annual_income) == ("sales", Decimal("300000.00"))
    assert kept.restricted
    assert kept.contact_preference.do_not_call
    assert (kept.standing.asset_total, kept.standing.holding_count) == (Decimal(200_000), 2)
    month = BalanceMonth.objects.get(customer=kept, month=today.replace(day=1))
    assert (month.assets, month.yuan_days) == (Decimal(200_000), Decimal(10_000_000))
    assert ValueRecord.objects.get(customer=kept).interest_income == 200
    counts = [kept.holdings, kept.needs, kept.followups, kept.visits, kept.notes, kept.owner_changes]
    assert [rows.count() for rows in counts] == [2, 2, 2, 2, 2, 2]
    assert Relation.objects.filter(customer=kept).count() == 1
    assert kept.name_keys.filter(key="wang xiao ming").exists()
    assert Placement.objects.filter(customer=kept).count() == Placement.objects.filter(customer__name="赵敏").count()
    assert Movement.objects.filter(customer_id=other.pk).count() == 0


def test_merge_tiers_the_kept_file_again_and_undo_both(pair, manager, today):
    kept, other = pair
    merged = merge_customers(survivor=kept, loser=other, take=(), by=manager, on=today, now=NOW)
    assert [run_now(job.pk).state for job in merged.jobs] == ["done"]
    undone = undo_merge(merge=merged.merge, by=manager, on=today, now=timezone.now())
    assert [run_now(job.pk).state for job in undone.jobs] == ["done", "done"]


def test_what_was_changed_since_stays_when_a_merge_is_undone(pair, manager, today):
    kept, other = pair
    merge = merge_customers(survivor=kept, loser=other, take={"name"}, by=manager, on=today, now=NOW).merge
    kept.refresh_from_db()
    facts = {"name": "王大明", "do_not_call": True}
    edit_customer(customer=kept, by=manager, version=kept.version, facts=facts, on=today, now=NOW)
    undo_merge(merge=merge, by=manager, on=today, now=NOW)
    assert Customer.objects.get(pk=kept.pk).name == "王大明"
    assert Customer.objects.get(customer_no=other.customer_no).name == "王晓明"


def test_undo_is_refused_whole_when_something_stands_in_the_way(pair, make_customer, manager, today):
    kept, other = pair
    merge = merge_customers(survivor=kept, loser=other, take=(), by=manager, on=today, now=NOW).merge
    make_customer(manager, customer_no=other.customer_no)
    before = tables()
    with pytest.raises(ValidationError):
        undo_merge(merge=merge, by=manager, on=today, now=NOW)
    assert differences(before, tables()) == {}


def test_merges_of_merges_are_undone_in_turn(pair, make_customer, manager, today):
    kept, other = pair
    first = merge_customers(survivor=kept, loser=other, take=(), by=manager, on=today, now=NOW).merge
    final = make_customer(manager, name="王小明")
    second = merge_customers(survivor=final, loser=kept, take=(), by=manager, on=today, now=NOW).merge
    assert where_it_went(other.public_id) == where_it_went(kept.public_id) == final
    with pytest.raises(ValidationError):
        undo_merge(merge=first, by=manager, on=today, now=NOW)
    undo_merge(merge=second, by=manager, on=today, now=NOW)
    undo_merge(merge=Merge.objects.get(pk=first.pk), by=manager, on=today, now=NOW)
    assert Customer.objects.filter(pk__in=[kept.pk, other.pk, final.pk]).count() == 3
    with pytest.raises(ValidationError):
        undo_merge(merge=first, by=manager, on=today, now=NOW)


def test_merge_across_branches_is_for_a_head_above_both(make_customer, manager, other_manager, head, city_head, today):
    here, there = make_customer(manager), make_customer(other_manager)
    for who in (manager, head):
        with pytest.raises(ValidationError, match="吴昊"):
            merge_customers(survivor=here, loser=there, take=(), by=who, on=today, now=NOW)
    merge = merge_customers(survivor=here, loser=there, take=(), by=city_head, on=today, now=NOW).merge
    with pytest.raises(ValidationError):
        undo_merge(merge=merge, by=head, on=today, now=NOW)
    undo_merge(merge=merge, by=city_head, on=today, now=NOW)


def test_a_withdrawal_in_either_file_counts_in_the_merged_one(pair, manager, today):
    kept, other = pair
    for customer, given, day in ((kept, True, today - timedelta(days=9)), (other, False, today)):
        record_consent(customer=customer, by=manager, purpose="calls", given=given, on=day, source="phone", today=today)
    assert not {"given", "withdrawn"} & {choice.name for choice in choices_of(*pair)}
    before = tables()
    merge_customers(survivor=kept, loser=other, take=("given",), by=manager, on=today, now=NOW)
    preference = ContactPreference.objects.get(customer=kept)
    assert (preference.given, preference.withdrawn) == ([], ["calls"])
    undo_merge(merge=Merge.objects.get(), by=manager, on=today, now=NOW)
    assert differences(before, tables()) == {}


@pytest.fixture
def answered(pair, manager, today):
    """Both files answer a question of the bank's own differently, the other one answers a second one too."""
    kept, other = pair
    hobby = CustomField.objects.create(code="hobby", name="爱好", kind="text")
    visits = CustomField.objects.create(code="visits", name="次数", kind="number")
    CustomValue.objects.create(customer=kept, field=hobby, text="酒")
    CustomValue.objects.create(customer=other, field=hobby, text="茶")
    CustomValue.objects.create(customer=other, field=visits, number=3)
    FactSource.objects.create(customer=kept, field="x_hobby", by=manager, on=today - timedelta(days=5))
    for fact in ("x_hobby", "x_visits"):
        FactSource.objects.create(customer=other, field=fact, by=manager, on=today)
    return kept, other


@pytest.mark.parametrize(("take", "text"), [({"x_hobby"}, "茶"), (set(), "酒")])
def test_answers_of_the_bank_s_own_are_chosen_and_go_back(answered, take, text, manager, today):
    kept, other = answered
    choices = {choice.name: choice for choice in choices_of(kept, other)}
    assert (choices["x_hobby"].kept, choices["x_hobby"].other, choices["x_hobby"].differs) == ("酒", "茶", True)
    assert (choices["x_visits"].other, choices["x_visits"].differs) == ("3", False)
    before = tables()
    merge = merge_customers(survivor=kept, loser=other, take=take, by=manager, on=today, now=NOW).merge
    answers = {row.field.code: row.value for row in kept.custom_values.select_related("field")}
    assert answers == {"hobby": text, "visits": 3}
    said = dict(FactSource.objects.filter(customer=kept, field__startswith="x_").values_list("field", "on"))
    assert said == {"x_hobby": today if take else today - timedelta(days=5), "x_visits": today}
    undo_merge(merge=merge, by=manager, on=today, now=NOW)
    assert differences(before, tables()) == {}


def test_answer_given_after_a_merge_stays_when_it_is_undone(answered, manager, today):
    kept, other = answered
    merge = merge_customers(survivor=kept, loser=other, take={"x_hobby"}, by=manager, on=today, now=NOW).merge
    write_values(customer=kept, values={"hobby": "棋"})
    undo_merge(merge=merge, by=manager, on=today, now=NOW)
    texts = CustomValue.objects.filter(field__code="hobby").order_by("customer").values_list("text", flat=True)
    assert list(texts) == ["棋", "茶"]


def test_consents_stand_side_by_side_and_the_latest_is_named(pair, manager, today):
    for customer, given, day in zip(pair, (True, False), (today - timedelta(days=9), today), strict=True):
        record_consent(customer=customer, by=manager, purpose="calls", given=given, on=day, source="phone", today=today)
    choice = next(choice for choice in choices_of(*pair) if choice.name == "consent_calls")
    assert (choice.differs, "2026-11-12" in choice.kept) == (False, True)
    assert choice.other == "已撤回 2026-11-21，以此为准"


def test_merge_refuses_what_cannot_be_one(make_customer, manager, today):
    person, company = make_customer(manager), make_customer(manager, kind="organization", name="南山电子")
    for survivor, loser in ((person, company), (person, person)):
        with pytest.raises(ValidationError):
            merge_customers(survivor=survivor, loser=loser, take=(), by=manager, on=today, now=NOW)


def test_choices_show_both_sides_masked_and_those_that_differ_first(pair):
    choices = {choice.name: choice for choice in choices_of(*pair)}
    assert choices["name"].differs
    assert choices["occupation"].differs
    assert not choices["annual_income"].differs
    assert "13800138000" not in str(choices["mobile"])
    order = [choice.differs for choice in choices_of(*pair)]
    assert order == sorted(order, reverse=True)
