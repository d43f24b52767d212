"""Relations and needs: both sides, undo, scope."""

import pytest
from django.urls import reverse

from customers.models import Need, Relation
from staff.models import AuditEvent


def url(name, *args):
    return reverse(f"customers:{name}", args=args)


@pytest.fixture
def pair(manager, make_customer):
    return make_customer(manager, customer_no="P1", name="李国强"), make_customer(
        manager, customer_no="F1", name="鹏程", kind="organization"
    )


@pytest.mark.parametrize("by", ["public_id", "customer_no", "name"])
def test_relation_is_seen_from_both_sides(by, pair, sign_in, manager, today):
    person, firm = pair
    client = sign_in(manager)
    data = {"kind": "legal_representative", "related": str(getattr(person, by))}
    assert client.post(url("relation_add", firm.public_id), data).status_code == 302
    rows = {customer.customer_no: client.get(url("relations", customer.public_id)).context["rows"] for customer in pair}
    assert [(row["name"], str(row["label"])) for row in rows["F1"]] == [("李国强", "法定代表人")]
    assert [(row["name"], str(row["label"])) for row in rows["P1"]] == [("鹏程", "任其法定代表人")]


@pytest.mark.parametrize("related", ["", "NOSUCH", "F1", "\x00", "X1"])
def test_relation_refuses_nobody_itself_and_somebody_elses(
    related, pair, sign_in, manager, colleague, make_customer, today
):
    make_customer(colleague, customer_no="X1")
    response = sign_in(manager).post(url("relation_add", pair[1].public_id), {"kind": "owner", "related": related})
    assert response.status_code == 422
    assert not Relation.objects.exists()


def test_relation_added_twice_is_one(pair, sign_in, manager, today):
    for _ in range(2):
        sign_in(manager).post(url("relation_add", pair[1].public_id), {"kind": "owner", "related": "P1"})
    assert Relation.objects.count() == 1
    assert AuditEvent.objects.filter(verb="relation.added").count() == 1


def test_names_outside_the_scope_are_not_given_away(pair, sign_in, manager, colleague, make_customer, today):
    secret = make_customer(colleague, name="王秘密")
    Relation.objects.create(customer=pair[0], related=secret, kind="spouse")
    content = sign_in(manager).get(url("relations", pair[0].public_id)).content.decode()
    assert "王**" in content
    assert "秘密" not in content
    assert str(secret.public_id) not in content


def test_removed_relation_comes_back_by_undo(pair, sign_in, manager, today):
    person, firm = pair
    relation = Relation.objects.create(customer=firm, related=person, kind="owner")
    client = sign_in(manager)
    response = client.post(url("relation_remove", person.public_id, relation.pk), follow=True)
    assert not Relation.objects.exists()
    undo = url("relation_restore", firm.public_id, person.public_id, "owner")
    assert [message.extra_tags for message in response.context["messages"]] == [f"undo:{undo}"]
    client.post(undo)
    assert Relation.objects.get().kind == "owner"


def test_relation_of_others_cannot_be_removed(pair, sign_in, colleague, auditor, today):
    relation = Relation.objects.create(customer=pair[0], related=pair[1], kind="owner")
    address = url("relation_remove", pair[0].public_id, relation.pk)
    assert sign_in(colleague).post(address).status_code == 404
    assert sign_in(auditor).post(address).status_code == 403
    assert Relation.objects.exists()


def test_need_is_added_met_and_opened_again(pair, sign_in, manager, today):
    client = sign_in(manager)
    data = {"dimension": "investment", "driver": "回报", "amount": "500000", "evidence": "<b>x</b>"}
    client.post(url("need_add", pair[0].public_id), data)
    need = Need.objects.get()
    assert (need.found_by, need.found_on, need.amount) == (manager, today, 500000)
    assert "<b>x" not in client.get(url("needs", pair[0].public_id)).content.decode()
    for status in ("met", "open", "dropped"):
        client.post(url("need_status", need.public_id, status))
        need.refresh_from_db()
        assert need.status == status


@pytest.mark.parametrize(("who", "status"), [("colleague", 404), ("auditor", 403), ("administrator", 403)])
def test_need_of_others_stays_as_it_is(who, status, pair, cast, client, today):
    need = pair[0].needs.create(dimension="savings", found_on=today)
    client.force_login(cast[who])
    assert client.post(url("need_status", need.public_id, "met")).status_code == status
    need.refresh_from_db()
    assert need.status == "open"
