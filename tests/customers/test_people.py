"""People who are no customers: sealed phones, who decides, becoming a customer; groups and what they add up."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.urls import reverse
from django.utils import translation

from customers.choices import GroupKind, GroupRole, Kind
from customers.models import CustomerGroup, RelatedPerson, Relation, ValueRecord
from customers.rules.kin import kin_word
from customers.services.groups import add_member, form_group, homes_of, remove_member, roll_up
from customers.services.people import add_person, edit_person, link_person
from staff.models import AuditEvent

PHONE = "13912345678"


def url(name, *args):
    return reverse(f"customers:{name}", args=args)


@pytest.fixture
def father(manager, make_customer):
    return make_customer(manager, name="李国强", customer_no="P1")


@pytest.fixture
def firm(manager, make_customer):
    return make_customer(manager, name="华盛电子", customer_no="F1", kind=Kind.ORGANIZATION)


def person_of(customer, manager, **facts):
    return add_person(customer=customer, by=manager, on=date(2026, 11, 1), facts={"name": "李小明", **facts})


def test_phone_of_a_person_is_sealed_masked_and_revealed_for_a_reason(father, manager, sign_in, today):
    client = sign_in(manager)
    data = {"name": "李小明", "kind": "child", "mobile": PHONE, "lunar_birthday": "闰06-01", "school_stage": "primary"}
    assert client.post(url("person_add", father.public_id), data).status_code == 302
    person = RelatedPerson.objects.get()
    assert (person.mobile, person.lunar_birthday, person.lunar_leap) == (f"+86{PHONE}", 601, True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT t::text FROM customers_relatedperson t")
        assert PHONE not in cursor.fetchone()[0]
    panel = client.get(url("relations", father.public_id)).content.decode()
    assert "139****5678" in panel
    assert PHONE not in panel
    address = url("person_reveal", person.public_id)
    assert PHONE not in client.get(address).content.decode()
    assert PHONE not in client.post(address, {"reason": "x"}).content.decode()
    assert PHONE in client.post(address, {"reason": "生日祝福"}).content.decode()
    events = AuditEvent.objects.filter(verb="person.revealed")
    assert [(event.summary, event.subject_id) for event in events] == [("生日祝福", str(father.public_id))]
    assert PHONE not in str(list(AuditEvent.objects.values()))


def test_empty_phone_keeps_it_and_forget_takes_it_off(father, manager, sign_in, today):
    person = person_of(father, manager, kind="child", mobile=PHONE)
    client = sign_in(manager)
    client.post(url("person_edit", person.public_id), {"name": "李明", "kind": "child"})
    person.refresh_from_db()
    assert (person.name, person.mobile) == ("李明", f"+86{PHONE}")
    client.post(url("person_edit", person.public_id), {"name": "李明", "kind": "child", "forget": "on"})
    person.refresh_from_db()
    assert (person.mobile, person.mobile_index) == ("", "")


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({"name": ""}, "name"),
        ({"birth_date": "2030-01-01"}, "birth_date"),
        ({"birth_date": "1700-01-01"}, "birth_date"),
        ({"lunar_birthday": "13-40"}, "lunar_birthday"),
        ({"mobile": "12"}, "mobile"),
        ({"kind": "subsidiary"}, "kind"),
        ({"name": "x" * 61}, "name"),
        ({"name": "a\x00b"}, "name"),
    ],
)
def test_bad_person_says_what_is_wrong(data, field, father, manager, sign_in, today):
    response = sign_in(manager).post(url("person_add", father.public_id), {"name": "李小明", "kind": "child"} | data)
    assert response.status_code == 422
    assert list(response.context["form"].errors) == [field]
    assert not RelatedPerson.objects.exists()


def test_person_who_is_a_customer_is_offered_within_scope_only(
    father, manager, colleague, make_customer, sign_in, today
):
    make_customer(colleague, name="李小明", customer_no="FOREIGN-1", mobile=f"+86{PHONE}")
    mine = make_customer(manager, name="别名", customer_no="P2", mobile=f"+86{PHONE}")
    client = sign_in(manager)
    data = {"name": "李小明", "kind": "child", "mobile": PHONE}
    response = client.post(url("person_add", father.public_id), data, follow=True)
    assert [one.customer_no for one in response.context["matches"]] == ["P2"]
    assert "FOREIGN-1" not in response.content.decode()
    person = RelatedPerson.objects.get()
    client.post(url("person_link", person.public_id), {"known_as": str(mine.public_id)})
    relation = Relation.objects.get()
    assert (relation.customer, relation.related, relation.kind) == (father, mine, "child")
    person.refresh_from_db()
    assert person.known_as == mine


def test_linking_refuses_what_cannot_be_and_keeps_the_person(father, firm, manager):
    person = person_of(father, manager, kind="child")
    with pytest.raises(ValidationError):
        link_person(person=person, known_as=firm, by=manager)
    person.refresh_from_db()
    assert person.known_as is None


def test_people_next_door_stay_closed(father, manager, cast, client, today):
    person = person_of(father, manager, kind="child")
    for who, status in (("colleague", 404), ("other_head", 404), ("auditor", 403), ("administrator", 403)):
        client.force_login(cast[who])
        assert client.post(url("person_remove", person.public_id)).status_code == status
    person.refresh_from_db()
    assert not person.removed


def test_removed_person_comes_back_by_undo(father, manager, sign_in, today):
    person = person_of(father, manager, kind="child")
    client = sign_in(manager)
    client.post(url("person_remove", person.public_id))
    assert client.get(url("relations", father.public_id)).context["people"] == []
    client.post(url("person_restore", person.public_id))
    assert client.get(url("relations", father.public_id)).context["people"] == [person]


def test_saving_the_same_again_leaves_no_trace(father, manager):
    person = person_of(father, manager, kind="child")
    edit_person(person=person, by=manager, facts={"name": "李小明", "kind": "child"})
    assert not AuditEvent.objects.filter(verb="person.edited").exists()


def test_panel_says_who_decides_and_whom_nobody_has_met(firm, manager, make_customer, sign_in, today):
    chief = make_customer(manager, name="赵总")
    Relation.objects.create(customer=firm, related=chief, kind="legal_representative")
    Relation.objects.create(customer=chief, related=firm, kind="owned_company")
    person_of(firm, manager, name="钱财", kind="finance_head", role="cfo", say=5, access="well", attitude="opponent")
    person_of(firm, manager, name="孙出纳", kind="employee", role="cashier", say=1, access="never")
    context = sign_in(manager).get(url("deciders", firm.public_id)).context
    said = {name: [person.name for person in context[name]] for name in ("deciding", "unmet", "against")}
    assert said == {"deciding": ["钱财"], "unmet": ["孙出纳"], "against": ["钱财"]}
    assert [role.value for role in context["missing"]] == ["general_manager", "finance_deputy", "finance_manager"]
    assert [(row["name"], len(row["labels"])) for row in context["unrated"]] == [("赵总", 2)]


def test_rating_a_customer_links_them_in_one_step(firm, manager, make_customer, sign_in, today):
    chief = make_customer(manager, name="赵总")
    address = f"{url('person_add', firm.public_id)}?known_as={chief.public_id}"
    data = {"name": "赵总", "kind": "owner", "role": "general_manager", "say": "5"}
    sign_in(manager).post(address, data)
    assert RelatedPerson.objects.get().known_as == chief
    assert Relation.objects.get().kind == "owner"


@pytest.mark.parametrize(
    ("ties", "homes"),
    [
        ([], []),
        ([(1, 2, "spouse")], [([1, 2], {"spouse"})]),
        ([(1, 2, "spouse"), (3, 4, "address"), (2, 3, "child")], [([1, 2, 3, 4], {"spouse", "child", "address"})]),
        (
            [(5, 6, "spouse"), (1, 2, "spouse"), (2, 3, "child")],
            [([1, 2, 3], {"spouse", "child"}), ([5, 6], {"spouse"})],
        ),
    ],
)
def test_homes_are_joined_from_ties(ties, homes):
    assert homes_of(ties) == homes


@pytest.fixture
def family(father, manager, colleague, make_customer, make_holding):
    wife = make_customer(manager, name="王丽", customer_no="P2")
    son = make_customer(colleague, name="李秘密", customer_no="P3")
    for customer, sum_ in ((father, 100), (wife, 50), (son, 1000)):
        make_holding(customer, "TD01", balance=sum_)
        customer.standing.asset_total = sum_
        customer.standing.save()
        ValueRecord.objects.create(customer=customer, period=date(2026, 10, 1), fee_income=7, operating_cost=2)
    members = [(father, GroupRole.HEAD), (wife, GroupRole.SPOUSE), (son, GroupRole.CHILD)]
    return form_group(kind=GroupKind.HOUSEHOLD, name="李家", members=members, by=manager, on=date(2026, 11, 1))


def test_group_adds_up_only_whom_the_reader_may_see(family, manager, colleague, head, other_head, client, today):
    sums = {}
    for who in (manager, colleague, head):
        client.force_login(who)
        response = client.get(family.get_absolute_url())
        total = response.context["total"]
        sums[who.staff_no] = (total.assets, total.income, response.context["hidden"])
        if who == manager:
            assert "李秘密" not in response.content.decode()
    assert sums == {"M001": (150, 10, 1), "M002": (1000, 5, 2), "H001": (1150, 15, 0)}
    client.force_login(other_head)
    assert client.get(family.get_absolute_url()).status_code == 404


def test_customer_is_in_one_household_and_one_corporate_group(family, father, firm, manager, make_customer):
    other = make_customer(manager, name="丁")
    with pytest.raises(ValidationError, match="李家"):
        form_group(
            kind=GroupKind.HOUSEHOLD,
            name="另一家",
            members=[(other, "head"), (father, "member")],
            by=manager,
            on=family.created_on,
        )
    with pytest.raises(ValidationError):
        form_group(
            kind=GroupKind.HOUSEHOLD,
            name="企业家",
            members=[(other, "head"), (firm, "member")],
            by=manager,
            on=family.created_on,
        )
    with pytest.raises(ValidationError):
        form_group(kind=GroupKind.CORPORATE, name="单人", members=[(firm, "head")], by=manager, on=family.created_on)
    form_group(
        kind=GroupKind.CORPORATE,
        name="李氏",
        members=[(firm, "head"), (father, "owner")],
        by=manager,
        on=family.created_on,
    )
    assert CustomerGroup.objects.count() == 2


def test_new_head_takes_the_place_of_the_old_and_the_last_one_dissolves(family, father, manager):
    wife = family.members.get(role=GroupRole.SPOUSE).customer
    add_member(group=family, customer=wife, role=GroupRole.HEAD, by=manager)
    roles = dict(family.members.values_list("customer__name", "role"))
    assert roles == {"李国强": "member", "王丽": "head", "李秘密": "child"}
    for member in list(family.members.all()):
        remove_member(group=family, customer=member.customer, by=manager)
    assert not CustomerGroup.objects.exists()


def test_group_with_strangers_is_not_dissolved_by_one_manager(family, manager, head, client, today):
    client.force_login(manager)
    client.post(url("group_dissolve", family.public_id))
    assert CustomerGroup.objects.exists()
    client.force_login(head)
    client.post(url("group_dissolve", family.public_id))
    assert not CustomerGroup.objects.exists()


def test_household_is_suggested_from_family_ties_and_formed(father, manager, make_customer, sign_in, today):
    wife = make_customer(manager, name="王丽")
    Relation.objects.create(customer=wife, related=father, kind="spouse")
    client = sign_in(manager)
    rows = client.get(url("group_suggestions")).context["rows"]
    assert [{one.name for one in row["people"]} for row in rows] == [{"李国强", "王丽"}]
    form = client.get(url("group_add", father.public_id)).context["form"]
    data = {"kind": "household", "name": form["name"].value(), "members": form["members"].value()}
    assert client.post(url("group_add", father.public_id), data).status_code == 302
    group = CustomerGroup.objects.get()
    assert dict(group.members.values_list("customer__name", "role")) == {"李国强": "head", "王丽": "spouse"}
    assert client.get(url("group_suggestions")).context["rows"] == []


@pytest.mark.parametrize("rows", [1, 3])
def test_group_list_asks_a_constant_number_of_queries(
    rows, manager, make_customer, sign_in, today, django_assert_num_queries
):
    for _ in range(rows):
        members = [(make_customer(manager), GroupRole.HEAD), (make_customer(manager), GroupRole.MEMBER)]
        form_group(kind=GroupKind.HOUSEHOLD, name="家", members=members, by=manager, on=today)
    client = sign_in(manager)
    with django_assert_num_queries(7):
        assert len(client.get(url("groups")).context["rows"]) == rows


def test_owner_and_company_are_shown_to_each_other_with_what_is_missing(
    father, firm, manager, make_holding, make_customer, sign_in, today
):
    Relation.objects.create(customer=firm, related=father, kind="owner")
    make_holding(father, "TD01", balance=1)
    make_holding(firm, "CA01", balance=1)
    client = sign_in(manager)
    there = client.get(url("both_sides", firm.public_id)).context
    back = client.get(url("both_sides", father.public_id)).context
    assert [side["name"] for side in there["sides"]] == ["李国强"]
    assert [str(label) for label in there["sides"][0]["lacks"]] == ["理财产品", "基金", "保险", "银行卡"]
    assert [(side["name"], str(side["words"])) for side in back["sides"]] == [("华盛电子", "是其所有者")]
    alone = make_customer(manager, name="孤企", kind=Kind.ORGANIZATION)
    owner = make_customer(manager, name="老板", person={"occupation": "business_owner"})
    assert list(client.get(url("owners")).context["page"]) == [owner]
    assert list(client.get(url("owners") + "?show=companies").context["page"]) == [alone]


def test_roll_up_of_nobody_is_unknown_not_zero(db):
    total = roll_up([], on=date(2026, 11, 21))
    assert (total.customers, total.assets, total.income) == (0, Decimal(0), None)


@pytest.mark.parametrize(
    ("kind", "gender", "word"),
    [
        ("parent", "female", "母亲"),
        ("parent", "", "父母"),
        ("spouse", "male", "丈夫"),
        ("sibling", "female", "姐妹"),
        ("grandparent", "male", "祖辈"),
        ("owner", "male", "企业主"),
    ],
)
def test_kin_is_called_by_the_nearest_word(kind, gender, word):
    with translation.override("zh-hans"):
        assert kin_word(kind, gender) == word


def test_mother_reads_mother_everywhere_and_out_of_scope_nobody_learns_the_sex(
    father, manager, colleague, make_customer, sign_in, today
):
    client = sign_in(manager)
    client.post(url("person_add", father.public_id), {"name": "李秀英", "kind": "parent", "gender": "female"})
    mine = make_customer(manager, name="王梅", person={"gender": "female"})
    foreign = make_customer(colleague, name="李大山", person={"gender": "male"})
    Relation.objects.create(customer=father, related=mine, kind="spouse")
    Relation.objects.create(customer=foreign, related=father, kind="child")
    for page in (url("relations", father.public_id), url("relation_map", father.public_id)):
        text = client.get(page).content.decode()
        assert [word in text for word in ("母亲", "妻子", "父母", "父亲")] == [True, True, True, False]
    assert RelatedPerson.objects.get().gender == "female"


def test_second_editor_of_a_person_a_relation_or_a_group_sees_both_versions(
    firm, manager, make_customer, sign_in, today
):
    client = sign_in(manager)
    person = person_of(firm, manager, name="钱财", kind="employee", role="cfo", note="初见")
    chief = make_customer(manager)
    relation = Relation.objects.create(customer=firm, related=chief, kind="shareholder", share=30)
    asked = {
        url("person_edit", person.public_id): {"name": "钱财", "kind": "employee", "role": "cfo", "note": "我写的"},
        url("relation_edit", firm.public_id, relation.pk): {"share": "40"},
    }
    group = form_group(
        kind="corporate",
        name="集团",
        note="",
        members=[(firm, "head"), (chief, "member")],
        by=manager,
        on=date(2026, 11, 1),
    )
    asked[url("group_edit", group.public_id)] = {"name": "我的集团"}
    stamps = {address: client.get(address).context["form"].initial["stamp"] for address in asked}
    RelatedPerson.objects.update(note="同事写的", role="cashier")
    Relation.objects.update(share=35)
    CustomerGroup.objects.update(note="同事的组")
    for address, data in asked.items():
        told = client.post(address, data | {"stamp": stamps[address]})
        assert told.status_code == 422
        form = told.context["form"]
        assert ("我写的" in RelatedPerson.objects.get().note) != ("role" in data)
        assert ("35" in str(form.errors)) == ("share" in data)
        assert ("同事写的" in str(form.errors) and "出纳" in str(form.errors)) == ("role" in data)
        assert ("同事的组" in str(form.errors)) == (data.get("name") == "我的集团")
        assert client.post(address, data | {"stamp": form["stamp"].value()}).status_code == 302
    assert (RelatedPerson.objects.get().note, Relation.objects.get().share) == ("我写的", 40)
