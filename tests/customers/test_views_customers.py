"""The customer page, add, edit and reveal: scope, validation, two editors, masked values."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.urls import reverse

from customers.choices import Kind
from customers.models import ContactPreference, Customer, OwnerChange
from jobs.models import Job
from staff.models import AuditEvent

ID_NO = "11010519491231002X"
CREDIT_CODE = "91110000600037341L"
ADD = reverse("customers:add")


def url(name, customer, *more):
    return reverse(f"customers:{name}", args=[customer.public_id, *more])


@pytest.fixture
def customer(manager, make_customer):
    made = make_customer(
        manager,
        name="李国强",
        mobile="+8613812345678",
        id_no=ID_NO,
        id_type="resident_id",
        person={"gender": "female", "birth_date": date(1949, 12, 31)},
    )
    ContactPreference.objects.create(customer=made)
    return made


@pytest.fixture
def payload(customer):
    """`payload(version=1, **changes)`: what the edit form sends when nothing else is touched."""

    def make(**changes):
        return {
            "name": customer.name,
            "id_type": customer.id_type,
            "gender": "female",
            "birth_date": "1949-12-31",
            "version": customer.version,
        } | changes

    return make


PAGES = [
    "detail",
    "edit",
    "file",
    "holdings",
    "relations",
    "cash_flows",
    "needs",
    "history",
    "relation_add",
    "need_add",
]


@pytest.mark.parametrize("name", PAGES)
def test_page_is_open_to_its_manager_and_missing_for_others(name, customer, cast, client):
    address = url(name, customer)
    writes = name in {"edit", "relation_add", "need_add"}
    expected = {
        "manager": 200,
        "head": 200,
        "city_head": 200,
        "colleague": 404,
        "other_manager": 404,
        "other_head": 404,
        "auditor": 403 if writes else 200,
        "administrator": 403,
    }
    for who, status in expected.items():
        client.force_login(cast[who])
        assert client.get(address).status_code == status, who


@pytest.mark.parametrize("rows", [1, 3])
def test_detail_asks_a_constant_number_of_queries(
    rows, sign_in, manager, customer, make_holding, today, django_assert_num_queries
):
    for month in range(rows):
        make_holding(customer, "TD01", balance=100, matures_on=today + timedelta(days=5 + month))
        customer.balance_months.create(month=date(2026, 1 + month, 1), assets=month)
    client = sign_in(manager)
    with django_assert_num_queries(12):
        assert client.get(url("detail", customer)).status_code == 200


@pytest.mark.parametrize(("name", "queries"), [("holdings", 6), ("relations", 7), ("cash_flows", 7), ("needs", 7)])
@pytest.mark.parametrize("rows", [1, 3])
def test_panel_asks_a_constant_number_of_queries(
    rows, name, queries, sign_in, manager, customer, make_customer, make_holding, today, django_assert_num_queries
):
    for number in range(rows):
        make_holding(customer, "CA01", balance=number)
        customer.relations.create(related=make_customer(manager), kind="sibling")
        customer.needs.create(dimension="savings", found_on=today, found_by=manager)
        customer.cash_flows.create(entry_no=f"E{number}", booked_on=today, direction="in", amount=1)
    client = sign_in(manager)
    with django_assert_num_queries(queries):
        assert client.get(url(name, customer), headers={"HX-Request": "true"}).status_code == 200


def test_detail_masks_and_shows_nothing_in_clear(sign_in, manager, customer, today):
    content = sign_in(manager).get(url("detail", customer)).content.decode()
    assert "138****5678" in content
    assert "13812345678" not in content
    assert ID_NO not in content


def test_detail_of_an_organisation_is_useful(sign_in, manager, make_customer, today):
    firm = make_customer(
        manager, kind=Kind.ORGANIZATION, name="鹏程贸易", organisation={"industry": "批发零售"}, restricted=True
    )
    content = sign_in(manager).get(url("detail", firm)).content.decode()
    assert "批发零售" in content
    assert "band-danger" in content


@pytest.mark.parametrize("text", ["<script>alert(1)</script>", "{{ 7*7 }}", "😀" * 30, "𠮷䶮", "'; DROP TABLE x; --"])
def test_hostile_text_is_kept_and_shown_inert(text, sign_in, manager, customer, payload, today):
    client = sign_in(manager)
    assert client.post(url("edit", customer), payload(name=text, taboos=text)).status_code == 302
    customer.refresh_from_db()
    assert customer.name == text
    for page in ("detail", "edit", "history"):
        content = client.get(url(page, customer)).content.decode()
        assert "<script>alert" not in content
    assert text in client.get(reverse("customers:list")).context["table"].rows[0].record.name


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("name", "李\x00"),
        ("name", "x" * 121),
        ("taboos", "x" * 201),
        ("birth_date", "2026-02-30"),
        ("birth_date", "2026-11-22"),
        ("birth_date", "1849-01-01"),
        ("birth_date", "1950-01-01"),
        ("gender", "male"),
        ("id_no", "110105194912310021"),
        ("id_no", "1.1010519491231e+16"),
        ("lunar_birthday", "13-01"),
        ("children", "-1"),
        ("children", "2.5"),
        ("annual_income", "-0.01"),
        ("annual_income", "NaN"),
        ("annual_income", "1.001"),
        ("email", "nobody"),
        ("occupation", "nosuch"),
    ],
)
def test_edit_refuses_and_keeps_the_input(field, value, sign_in, manager, customer, payload, today):
    response = sign_in(manager).post(url("edit", customer), payload(**{field: value, "hint": "kept"}))
    assert response.status_code == 422
    assert field in response.context["form"].errors
    assert 'value="kept"' in response.content.decode()
    assert Customer.objects.get().version == 1


def test_edit_writes_what_differs_and_names_the_fields_only(sign_in, manager, customer, payload, today):
    changes = {"mobile": "13900001111", "annual_income": "300000", "lunar_birthday": "闰06-01", "channel": "wechat"}
    response = sign_in(manager).post(url("edit", customer), payload(**changes))
    assert response.url == customer.get_absolute_url()
    customer = Customer.objects.with_whole_file().get()
    assert (customer.mobile, customer.mobile_tail, customer.version) == ("+8613900001111", "1111", 2)
    assert (customer.person.annual_income, customer.person.lunar_birthday, customer.person.lunar_leap) == (
        Decimal(300000),
        601,
        True,
    )
    event = AuditEvent.objects.get(verb="customer.edited")
    assert event.particulars == {"fields": ["annual_income", "channel", "lunar_birthday", "lunar_leap", "mobile"]}
    job = Job.objects.get(kind="retier")
    assert (job.key, job.params) == (f"retier:customer:{customer.pk}", {"customers": [customer.pk]})


def test_edit_without_a_change_leaves_no_trace(sign_in, manager, customer, payload, today):
    sign_in(manager).post(url("edit", customer), payload())
    assert Customer.objects.get().version == 1
    assert not AuditEvent.objects.filter(verb="customer.edited").exists()
    assert not Job.objects.exists()


def test_empty_personal_fields_keep_what_is_on_file_and_forget_takes_it_off(sign_in, manager, customer, payload, today):
    client = sign_in(manager)
    client.post(url("edit", customer), payload(mobile="", hint="x"))
    assert Customer.objects.get().mobile == "+8613812345678"
    client.post(url("edit", customer), payload(version=2, hint="x", forget=["mobile"]))
    customer = Customer.objects.get()
    assert (customer.mobile, customer.mobile_index, customer.mobile_tail, customer.id_no) == ("", "", "", ID_NO)


def test_second_editor_is_told_and_sees_both_values(sign_in, cast, customer, payload, today):
    sign_in(cast["manager"]).post(url("edit", customer), payload(hours="morning"))
    response = sign_in(cast["manager"]).post(url("edit", customer), payload(hours="evening", taboos="golf"))
    assert response.status_code == 409
    rows = response.context["differences"]
    assert [(str(row["theirs"]), str(row["yours"])) for row in rows] == [
        ("morning", "evening"),
        ("—", "golf"),
    ]
    content = response.content.decode()
    assert 'value="golf"' in content
    assert 'name="version" value="2"' in content
    assert Customer.objects.with_whole_file().get().contact_preference.hours == "morning"
    sign_in(cast["manager"]).post(url("edit", customer), payload(version=2, hours="evening"))
    assert Customer.objects.with_whole_file().get().contact_preference.hours == "evening"


def test_manager_cannot_hand_over_or_lift_a_restriction(sign_in, manager, colleague, customer, payload, today):
    Customer.objects.update(restricted=True)
    sign_in(manager).post(url("edit", customer), payload(manager=colleague.pk, restricted="", hint="x"))
    customer.refresh_from_db()
    assert (customer.manager, customer.restricted) == (manager, True)


def test_head_hands_over_and_it_is_remembered(sign_in, head, manager, colleague, customer, payload, today):
    branch = customer.branch_id
    sign_in(head).post(url("edit", customer), payload(manager=colleague.pk, branch=branch))
    change = OwnerChange.objects.get()
    assert (change.from_manager, change.to_manager, change.on, change.by) == (manager, colleague, today, head)
    assert sign_in(manager).get(url("detail", customer)).status_code == 404


def test_head_cannot_hand_over_to_another_branch(sign_in, head, other_manager, customer, payload, tree, today):
    response = sign_in(head).post(url("edit", customer), payload(manager=other_manager.pk, branch=tree["D002"].pk))
    assert set(response.context["form"].errors) == {"manager", "branch"}


def test_add_makes_the_customer_the_managers_own(sign_in, manager, today):
    client = sign_in(manager)
    response = client.post(ADD, {"name": "单雄信", "id_type": "resident_id", "id_no": ID_NO, "mobile": "13812345678"})
    customer = Customer.objects.with_whole_file().get()
    assert response.url == customer.get_absolute_url()
    assert (customer.customer_no, customer.manager, customer.branch) == ("N00000001", manager, manager.branch)
    # Birth date and sex follow from the number.
    assert (customer.person.birth_date, customer.person.gender) == (date(1949, 12, 31), "female")
    assert set(customer.name_keys.values_list("key", flat=True)) >= {
        "shan xiong xin",
        ":sxx:shan xiong xin",
        "dan xiong xin",
    }
    client.post(ADD, {"name": "王五"})
    assert Customer.objects.filter(customer_no="N00000002").exists()


def test_add_refuses_a_number_that_is_taken(sign_in, manager, customer, today):
    response = sign_in(manager).post(ADD, {"name": "王五", "customer_no": customer.customer_no})
    assert response.status_code == 422
    assert Customer.objects.count() == 1


@pytest.mark.parametrize(
    ("code", "status"), [(CREDIT_CODE, 302), (CREDIT_CODE.lower(), 302), ("911100006000373410", 422)]
)
def test_add_an_organisation_checks_the_credit_code(code, status, sign_in, manager, today):
    data = {"name": "鹏程贸易", "id_type": "credit_code", "id_no": code, "industry": "批发零售"}
    assert sign_in(manager).post(f"{ADD}?kind=organization", data).status_code == status
    if status == 302:
        customer = Customer.objects.with_whole_file().get()
        assert (customer.id_no, customer.organisation.industry) == (CREDIT_CODE, "批发零售")


def test_a_number_needs_its_document(sign_in, manager, today):
    assert sign_in(manager).post(ADD, {"name": "王五", "id_no": ID_NO}).status_code == 422


def test_a_doubtful_phone_is_kept_with_a_warning(sign_in, manager, today):
    response = sign_in(manager).post(ADD, {"name": "王五", "mobile": "95588"}, follow=True)
    assert Customer.objects.get().mobile == "95588"
    assert [message.level_tag for message in response.context["messages"]] == ["success", "warning"]
    assert sign_in(manager).post(ADD, {"name": "王五", "mobile": "=cmd()"}).status_code == 422


@pytest.mark.parametrize("who", ["auditor", "administrator"])
def test_add_and_edit_are_for_writers(who, cast, client, customer, payload):
    client.force_login(cast[who])
    assert client.post(ADD, {"name": "王五"}).status_code == 403
    assert client.post(url("edit", customer), payload(name="x")).status_code == 403
    assert Customer.objects.get().name == "李国强"


def test_reveal_takes_a_reason_and_leaves_a_row(sign_in, manager, customer, today):
    client = sign_in(manager)
    address = url("reveal", customer, "mobile")
    assert "13812345678" not in client.get(address).content.decode()
    assert "13812345678" not in client.post(address, {"reason": "abc"}).content.decode()
    assert not AuditEvent.objects.filter(verb="customer.revealed").exists()
    response = client.post(address, {"reason": "约访客户"}, headers={"HX-Request": "true"})
    assert "+8613812345678" in response.content.decode()
    assert response.headers["Cache-Control"] == "no-store"
    event = AuditEvent.objects.get(verb="customer.revealed")
    assert (event.actor, event.summary, event.particulars) == (manager, "约访客户", {"field": "mobile"})
    assert "13812345678" not in str(event.__dict__)


def test_reveal_is_limited_to_personal_columns_and_the_scope(sign_in, cast, customer, today):
    assert sign_in(cast["manager"]).get(url("reveal", customer, "name")).status_code == 404
    assert sign_in(cast["colleague"]).post(url("reveal", customer, "id_no"), {"reason": "needed"}).status_code == 404
    assert (
        sign_in(cast["administrator"]).post(url("reveal", customer, "id_no"), {"reason": "needed"}).status_code == 403
    )
