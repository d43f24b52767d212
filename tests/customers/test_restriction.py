"""The restricted list: one door, a history, and the extract that fills it."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from customers.models import Customer, Restriction
from customers.services.customer import edit_customer
from customers.services.restriction import lift, restrict, settle
from staff.models import AuditEvent
from tests.customers.extracts import BANK, load, write

TODAY = date(2026, 11, 21)


def state(customer):
    customer.refresh_from_db()
    return customer.restricted, customer.restricted_reason


@pytest.fixture
def customer(manager, make_customer):
    return make_customer(manager)


def put(customer, by, **fields):
    return restrict(**{"customer": customer, "by": by, "kind": "internal", "reason": "案件调查", "on": TODAY, **fields})


def test_restricting_twice_is_one_entry_and_lifting_frees(customer, head):
    entry = put(customer, head)
    assert put(customer, head) == entry
    assert state(customer) == (True, "案件调查")
    with pytest.raises(ValidationError):
        lift(restriction=entry, by=head, reason=" ", on=TODAY)
    lift(restriction=entry, by=head, reason="已结案", on=TODAY)
    lift(restriction=entry, by=head, reason="又一次", on=TODAY)
    assert state(customer) == (False, "")
    entry.refresh_from_db()
    assert (entry.lifted_on, entry.lifted_by, entry.lift_reason) == (TODAY, head, "已结案")
    verbs = AuditEvent.objects.filter(verb__startswith="restriction.").order_by("pk").values_list("verb", flat=True)
    assert list(verbs) == ["restriction.entered", "restriction.lifted"]


def test_of_two_entries_lifting_one_keeps_the_other(customer, head):
    first, _second = put(customer, head), put(customer, head, reason="反洗钱名单", kind="laundering")
    assert state(customer) == (True, "反洗钱名单")
    lift(restriction=first, by=head, reason="已结案", on=TODAY)
    assert state(customer) == (True, "反洗钱名单")


@pytest.mark.parametrize(
    "wrong",
    [
        {"reason": "  "},
        {"reason": "x" * 201},
        {"ends_on": TODAY - timedelta(1)},
        {"starts_on": TODAY + timedelta(2), "ends_on": TODAY + timedelta(1)},
    ],
)
def test_nonsense_is_refused(customer, head, wrong):
    with pytest.raises(ValidationError):
        put(customer, head, **wrong)
    assert not Restriction.objects.exists()


def test_night_lifts_what_ran_out_and_begins_what_begins(customer, make_customer, manager, head):
    later = make_customer(manager)
    put(customer, head, ends_on=TODAY)
    put(later, head, starts_on=TODAY + timedelta(1))
    assert (state(customer)[0], state(later)[0]) == (True, False)
    assert settle(on=TODAY + timedelta(1)) == 2
    assert (state(customer), state(later)[0]) == ((False, ""), True)
    assert settle(on=TODAY + timedelta(1)) == 0


def test_edit_of_the_file_goes_through_the_list(customer, head):
    def edit(**facts):
        customer.refresh_from_db()
        edit_customer(customer=customer, by=head, version=customer.version, facts=facts, on=TODAY, now=timezone.now())

    edit(restricted=True, restricted_reason="内部限制")
    assert Restriction.objects.open().get().reason == "内部限制"
    edit(restricted=False, restricted_reason="")
    assert (state(customer), Restriction.objects.open().count()) == ((False, ""), 0)


def bank_with(flag, listed=()):
    lines = [
        "customer_no,kind,name,branch_code,manager_no,id_no,restricted",
        f"C1,individual,曾国藩,B01,M1,11010519491231002X,{flag}",
    ]
    columns = "customer_no,id_no,restriction_kind,restriction_reason,starts_on,ends_on,list_name"
    files = {"branches": BANK["branches"], "staff": BANK["staff"], "customers": lines}
    return files | ({"restrictions": [columns, *listed]} if listed else {})


@pytest.mark.django_db
def test_flag_of_the_extract_comes_and_goes_and_touches_nothing_else(tmp_path, head):
    load(write(tmp_path / "1", bank_with("1")))
    customer = Customer.objects.get(customer_no="C1")
    assert customer.restricted
    assert Restriction.objects.get().origin == "flag"
    again = load(write(tmp_path / "1", bank_with("1")))
    assert again.files["customers"]["unchanged"] == 1
    assert Restriction.objects.count() == 1
    put(customer, head)
    load(write(tmp_path / "2", bank_with("0")))
    assert state(customer) == (True, "案件调查")
    assert Restriction.objects.open().get().origin == "person"
    assert load(write(tmp_path / "2", bank_with("0"))).files["customers"]["unchanged"] == 1
    lift(restriction=Restriction.objects.open().get(), by=head, reason="已结案", on=date(2026, 12, 31))
    assert state(customer) == (False, "")


@pytest.mark.django_db
def test_list_is_loaded_by_number_or_document_and_keeps_no_document(tmp_path):
    listed = [
        "C1,,反洗钱,可疑交易,2026-01-01,,一批",
        ",11010519491231002x,regulator,监管要求,2026-02-01,2027-02-01,二批",
        ",,court,没有客户,2026-01-01,,",
        "C9,,court,不认识,2026-01-01,,",
        "C1,,court,,2026-01-01,,",
        "C1,,court,日期颠倒,2026-02-01,2026-01-01,",
    ]
    run = load(write(tmp_path, bank_with("0", listed)))
    counts = run.files["restrictions"]
    assert (counts["inserted"], counts["rejected"]) == (2, 4)
    assert state(Customer.objects.get()) == (True, "监管要求")
    assert {entry.kind for entry in Restriction.objects.all()} == {"laundering", "regulator"}
    assert "110105" not in "".join(str(vars(issue)) for issue in run.issues.all())
    again = load(write(tmp_path, bank_with("0", listed)))
    assert (again.files["restrictions"]["inserted"], again.files["restrictions"]["unchanged"]) == (0, 2)


def test_list_is_for_heads_and_auditors_and_each_sees_their_scope(customer, cast, client, make_customer):
    put(customer, cast["head"])
    seen = {}
    for who in ("manager", "head", "other_head", "auditor", "administrator"):
        client.force_login(cast[who])
        answer = client.get(reverse("customers:restriction_list"))
        seen[who] = answer.status_code if answer.status_code != 200 else "案件调查" in answer.text
    assert seen == {"manager": 403, "head": True, "other_head": False, "auditor": True, "administrator": 403}


@pytest.mark.parametrize("rows", [1, 3])
def test_list_takes_the_same_queries(rows, head, manager, make_customer, sign_in, django_assert_num_queries):
    for _number in range(rows):
        put(make_customer(manager), head)
    client = sign_in(head)
    with django_assert_num_queries(7):
        client.get(reverse("customers:restriction_list"))


def test_head_restricts_and_lifts_from_the_pages(customer, head, sign_in):
    client = sign_in(head)
    data = {"customer": customer.public_id, "kind": "court", "reason": "欠款未还", "starts_on": "2026-11-21"}
    assert client.post(reverse("customers:restriction_add"), {**data, "ends_on": "2026-11-01"}).status_code == 422
    assert client.post(reverse("customers:restriction_add"), data).status_code == 302
    entry = Restriction.objects.get()
    assert "欠款未还" in client.get(customer.get_absolute_url()).text
    address = reverse("customers:restriction_lift", args=[entry.public_id])
    assert client.post(address, {"reason": ""}).status_code == 422
    assert client.post(address, {"reason": "已还清"}).status_code == 302
    assert state(customer) == (False, "")
