"""Needs: from the question to the day they are met, the list of a book, and what the product desk counts."""

import io
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from python_calamine import load_workbook

from customers.models import DiscoveryQuestion, Need, Product
from customers.services.conflict import Changed
from customers.services.needs import edit_need, record_need, set_need_status, undo_need_status
from staff.models import AuditEvent
from tests.conftest import TODAY


def url(name, *args):
    return reverse(f"customers:{name}", args=args)


@pytest.fixture
def customer(manager, make_customer, today):
    return make_customer(manager, name="李国强")


@pytest.fixture
def need(customer, manager):
    """`need(**facts)`: an open need."""

    def record(on=TODAY, dimension="wealth", **facts):
        return record_need(customer=customer, by=manager, on=on, dimension=dimension, **facts)

    return record


def test_status_keeps_its_day_and_reason_and_can_be_taken_back(need, manager):
    row = need()
    row = set_need_status(need=row, status="dropped", by=manager, on=TODAY, reason="改了主意")
    assert (row.dropped_on, row.drop_reason, row.met_on) == (TODAY, "改了主意", None)
    row = set_need_status(need=row, status="open", by=manager, on=TODAY)
    assert (row.dropped_on, row.drop_reason) == (None, "")
    row = undo_need_status(need=row, by=manager)
    row.refresh_from_db()
    assert (row.status, row.dropped_on, row.drop_reason) == ("dropped", TODAY, "改了主意")
    assert undo_need_status(need=row, by=manager).status == "dropped"
    row = set_need_status(need=row, status="met", by=manager, on=TODAY + timedelta(days=1))
    assert (row.met_on, row.dropped_on) == (TODAY + timedelta(days=1), None)


def test_either_a_product_meets_it_or_none_does(need, products):
    with pytest.raises(ValidationError):
        need(product=products["WM01"], no_product=True)
    with pytest.raises(ValueError, match="colour"):
        need(colour="red")


def test_editing_at_once_tells_the_second(need, manager, sign_in):
    row = need(driver="养老")
    edit_need(need=row, by=manager, version=1, driver="教育")
    with pytest.raises(Changed):
        edit_need(need=row, by=manager, version=1, driver="保障")
    data = {"dimension": "wealth", "driver": "保障", "version": 1}
    answer = sign_in(manager).post(url("need_edit", row.public_id), data)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "教育" in page
    assert "保障" in page
    assert edit_need(need=row, by=manager, version=2, driver="教育").version == 2


def test_need_is_written_with_driver_discovery_and_day(customer, manager, sign_in):
    client = sign_in(manager)
    form = client.get(url("need_add", customer.public_id), {"dimension": "wealth"})
    assert form.context["form"]["dimension"].value() == "wealth"
    assert {label for label, _questions in form.context["questions"]} == {"理财"}
    data = {"dimension": "wealth", "driver_code": "retirement", "wanted_by": "2027-06-30", "amount": "300000"}
    client.post(url("need_add", customer.public_id), data | {"reality": "<u>活期</u>", "no_product": "on"})
    row = Need.objects.get()
    assert (row.driver_code, row.wanted_by.isoformat(), row.no_product) == ("retirement", "2027-06-30", True)
    page = client.get(url("needs", customer.public_id)).content.decode()
    assert "养老" in page
    assert "<u>" not in page
    bad = data | {"driver_code": "magic", "amount": "-1", "wanted_by": "2027-02-30"}
    answer = client.post(url("need_add", customer.public_id), bad)
    assert set(answer.context["form"].errors) == {"driver_code", "amount", "wanted_by"}


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
def test_a_slip_of_the_hand_in_the_year_is_pointed_out(day, customer, manager, sign_in):
    client = sign_in(manager)
    forms = {
        "need_add": {"dimension": "wealth", "wanted_by": day},
        "outside_add": {"bank": "他行", "category": "time_deposit", "said_by": "customer", "matures_on": day},
        "consent_add": {"purpose": "calls", "given": "no", "source": "phone", "on": day},
        "relation_add": {"kind": "spouse", "since": day},
    }
    for name, data in forms.items():
        answer = client.post(url(name, customer.public_id), data)
        field = set(data) & {"wanted_by", "matures_on", "on", "since"}
        assert (answer.status_code, set(answer.context["form"].errors) & field) == (422, field), name


def test_dropping_asks_why_and_offers_the_way_back(need, manager, sign_in):
    row = need()
    client = sign_in(manager)
    assert client.post(url("need_drop", row.public_id), {"reason": " "}).status_code == 422
    answer = client.post(url("need_drop", row.public_id), {"reason": "改了主意"}, follow=True)
    undo = url("need_undo", row.public_id)
    assert [message.extra_tags for message in answer.context["messages"]] == [f"undo:{undo}"]
    client.post(undo)
    row.refresh_from_db()
    assert (row.status, row.drop_reason) == ("open", "")


def test_dimensions_say_what_is_held_what_is_needed_and_what_was_never_asked(
    need, customer, make_holding, manager, sign_in
):
    make_holding(customer, "CA01", balance=5)
    need(dimension="wealth")
    seen = sign_in(manager).get(url("needs", customer.public_id)).context["dimensions"]
    assert {row["code"]: row["state"] for row in seen} == {
        "savings": "held",
        "investment": "blank",
        "wealth": "needed",
        "consumption": "blank",
    }


def test_questions_ship_for_both_kinds_and_each_dimension(db):
    for kind in ("individual", "organization"):
        found = DiscoveryQuestion.objects.filter(kind__in=["", kind])
        assert set(found.values_list("dimension", flat=True)) == {"savings", "investment", "wealth", "consumption"}


def test_list_shows_open_needs_of_the_own_scope(need, cast, manager, sign_in):
    need(driver="急", wanted_by=TODAY - timedelta(days=1))
    need(driver="缓", dimension="savings", wanted_by=TODAY + timedelta(days=90))
    set_need_status(need=need(driver="成"), status="met", by=manager, on=TODAY)

    def drivers(user, **asked):
        return [row.record.driver for row in sign_in(user).get(url("need_list"), asked).context["table"].rows]

    assert drivers(manager) == drivers(cast["head"]) == ["急", "缓"]
    assert drivers(cast["colleague"]) == drivers(cast["other_head"]) == []
    assert drivers(manager, status="overdue") == ["急"]
    assert drivers(manager, status="met") == ["成"]
    assert drivers(manager, dimension="savings") == ["缓"]
    assert drivers(manager, wanted=30) == ["急"]
    assert drivers(manager, month="2026-1x") == []


@pytest.mark.parametrize("rows", [1, 3])
def test_list_takes_as_many_queries_for_one_as_for_three(rows, need, manager, sign_in, django_assert_num_queries):
    for _ in range(rows):
        need(product=Product.objects.first())
    client = sign_in(manager)
    with django_assert_num_queries(6):
        client.get(url("need_list"))


def test_what_no_product_meets_is_counted_and_each_count_leads_to_its_list(need, manager, cast, sign_in):
    need(driver_code="retirement", no_product=True, amount=100)
    dropped = need(driver_code="retirement", no_product=True, on=TODAY - timedelta(days=40))
    set_need_status(need=dropped, status="dropped", by=manager, on=TODAY, reason="没有产品")
    need(driver="宠物", no_product=True, dimension="consumption")
    need(driver_code="education")
    met = need(driver_code="education", no_product=True)
    set_need_status(need=met, status="met", by=manager, on=TODAY)
    client = sign_in(cast["head"])
    page = client.get(url("need_unmet"))
    tables = page.context["tables"]
    assert [(row["number"], row["yuan"], row["silent"]) for row in tables[0]["rows"]] == [(2, 100, 1), (1, None, 1)]
    assert page.context["total"] == 3
    for table in tables:
        for row in table["rows"]:
            assert len(client.get(row["url"]).context["table"].rows) == row["number"], row
    assert sign_in(cast["other_head"]).get(url("need_unmet")).context["total"] == 0
    assert sign_in(cast["other_head"]).get(url("need_unmet"), {"branch": "D001"}).status_code == 404
    book = load_workbook(io.BytesIO(sign_in(manager).get(url("need_unmet_export")).content))
    assert len(book.sheet_names) == 4
    assert AuditEvent.objects.get(verb="needs.exported").particulars["rows"] == 3
