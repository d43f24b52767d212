"""The search of the top bar: each way of naming a customer, in scope, by POST."""

from importlib import import_module

import pytest
from django.db import connection
from django.urls import reverse

from customers.choices import IdType, Kind
from customers.models import Customer
from customers.models.sealed import index_personal
from customers.services.names import rebuild_name_keys

URL = reverse("customers:search")
ID_NO = "11010519491231002X"


@pytest.fixture
def zeng(manager, make_customer):
    customer = make_customer(
        manager, customer_no="C0001234", name="曾国藩", mobile="+8613812345678", id_no=ID_NO, id_type=IdType.RESIDENT_ID
    )
    rebuild_name_keys(customer)
    return customer


@pytest.fixture
def others(colleague, manager, make_customer):
    """Somebody else's customer with the same name, and two of one's own that must not be found."""
    for customer in (
        make_customer(colleague, customer_no="X9", name="曾国藩", mobile="+8613900005678", id_no=""),
        make_customer(manager, customer_no="C0009999", name="李四", mobile="+8613800001111"),
        make_customer(manager, customer_no="D1", name="Peng Trading", kind=Kind.ORGANIZATION),
    ):
        rebuild_name_keys(customer)


@pytest.mark.parametrize(
    "text",
    [
        *("曾国藩", "国藩", "藩", "zengguofan", "zengguo", "cengguofan", "zgf", "cgf", "ZGF", "Zeng Guofan"),
        *("zenggf", "cenggf", "zguofan", "zengguof", "zgfan", "guofan", "zeng gf"),
        *("C0001234", "C00012", "c0001234", "5678", "13812345678", "138 1234 5678", "+86 138-1234-5678"),
        *(ID_NO, ID_NO.lower(), " 曾国藩 "),
    ],
)
def test_search_finds_the_customer(text, zeng, others, manager):
    mine = Customer.objects.visible_to(manager)
    for found in (mine.search(text, index=index_personal), mine.search_one_by_one(text, index=index_personal)):
        assert [customer.customer_no for customer in found] == ["C0001234"]


@pytest.mark.parametrize("text", ["", "  ", "\x00", "zengf", "fan", "1234567", "13812345679", "曾藩", "%", "_", "'"])
def test_search_finds_nobody(text, zeng, others, manager):
    mine = Customer.objects.visible_to(manager)
    assert not mine.search(text, index=index_personal).exists()
    assert not mine.search_one_by_one(text, index=index_personal).exists()


def test_latin_names_are_found_by_any_part(zeng, others, manager):
    found = Customer.objects.visible_to(manager).search("trading")
    assert [customer.customer_no for customer in found] == ["D1"]


def test_firms_on_file_are_found_without_their_place_after_the_migration(manager, make_customer):
    firm = make_customer(manager, customer_no="D2", name="深圳市慕容餐饮有限公司", kind=Kind.ORGANIZATION)
    rebuild_name_keys(firm)
    firm.name_keys.filter(key__regex="^:?m").delete()
    person = make_customer(manager, customer_no="D3", name="慕容晨阳")
    mine, complete = (
        Customer.objects.visible_to(manager),
        import_module("customers.migrations.0015_firm_names_without_place").complete,
    )
    assert not mine.search("mrcy").exists()
    with connection.schema_editor() as editor:
        complete(None, editor)
        keys = firm.name_keys.count()
        complete(None, editor)
    assert [customer.customer_no for customer in mine.search("mrcy")] == ["D2"]
    assert firm.name_keys.count() == keys
    assert not person.name_keys.exists()


def test_rare_characters_are_found(manager, make_customer):
    rebuild_name_keys(make_customer(manager, customer_no="R1", name="𠮷䶮"))
    found = Customer.objects.visible_to(manager).search("𠮷")
    assert [customer.customer_no for customer in found] == ["R1"]


def followed(client, address):
    """How many customers the list of an address has."""
    return client.get(address).context["table"].paginator.count


def post(client, text, **headers):
    return client.post(URL, {"q": text}, headers=headers)


def test_dropdown_names_tier_branch_and_a_masked_phone(sign_in, manager, zeng, others, today):
    content = post(sign_in(manager), "zgf", **{"HX-Request": "true"}).content.decode()
    assert "曾国藩" in content
    assert "138****5678 · 南山支行" in content
    assert "13812345678" not in content
    assert "X9" not in content


def test_dropdown_offers_all_when_there_are_more_than_eight(sign_in, manager, make_customer, today):
    for _ in range(9):
        rebuild_name_keys(make_customer(manager, name="王芳"))
    response = post(sign_in(manager), "wf", **{"HX-Request": "true"})
    assert len(response.context["results"]) == 8
    assert followed(sign_in(manager), response.context["more_url"]) == 9


def test_enter_with_a_name_leads_to_the_list(sign_in, manager, zeng, today):
    client = sign_in(manager)
    address = post(client, "zgf").url
    assert "zgf" not in address
    assert followed(client, address) == 1


@pytest.mark.parametrize("text", ["13812345678", ID_NO])
def test_enter_with_a_full_number_leads_to_the_customer(text, sign_in, manager, zeng, others, today):
    assert post(sign_in(manager), text).url == zeng.get_absolute_url()
    response = post(sign_in(manager), text, **{"HX-Request": "true", "HX-Target": "list"})
    assert response.headers["HX-Redirect"] == zeng.get_absolute_url()


def test_a_number_of_nobody_stays_out_of_the_address(sign_in, colleague, zeng, today):
    assert post(sign_in(colleague), "13812345678").url == reverse("customers:list")


def test_search_is_refused_to_the_administrator_and_by_get(sign_in, administrator, manager, today):
    assert post(sign_in(administrator), "a").status_code == 403
    assert sign_in(manager).get(URL, {"q": "a"}).status_code == 405


@pytest.mark.parametrize("rows", [1, 3])
def test_search_asks_a_constant_number_of_queries(
    rows, sign_in, manager, make_customer, today, django_assert_num_queries
):
    for _ in range(rows):
        rebuild_name_keys(make_customer(manager, name="王芳"))
    client = sign_in(manager)
    with django_assert_num_queries(4):
        assert len(post(client, "wf", **{"HX-Request": "true"}).context["results"]) == rows


def test_a_syllable_that_very_many_begin_with_finds_the_same(sign_in, head, manager, make_customer, today, monkeypatch):
    monkeypatch.setattr("customers.querysets.customers.MANY", 2)
    for name in ("王芳", "王敏"):
        rebuild_name_keys(make_customer(manager, name=name))
    assert Customer.objects.is_meant_by_many("wang")
    assert not Customer.objects.is_meant_by_many("wangf")
    assert not Customer.objects.is_meant_by_many("zhang")
    for text, found in (("wang", 2), ("wangf", 1), ("zhang", 0)):
        response = post(sign_in(head), text, **{"HX-Request": "true"})
        assert len(response.context["results"]) == found
