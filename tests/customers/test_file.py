"""The file: editing a section in its place, who said what, old answers, the bank's own fields, loads over them."""

import json
from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from customers.choices import Kind, SaidBy
from customers.forms.facts import check_free_text
from customers.models import ContactPreference, Customer, CustomField, CustomValue, FactSource, Person
from customers.services.custom_fields import answer_of, values_of, write_values
from customers.services.customer import add_customer, edit_customer
from customers.services.sources import confirm_facts
from staff.models import AuditEvent
from tests.customers.extracts import BANK, load, write

HTMX = {"HX-Request": "true"}


def url(name, customer, *more):
    return reverse(f"customers:{name}", args=[customer.public_id, *more])


@pytest.fixture
def customer(manager, make_customer):
    made = make_customer(manager, mobile="+8613812345678", person={"occupation": "executive", "employer": "华为"})
    ContactPreference.objects.create(customer=made)
    return made


@pytest.fixture
def firm(manager, make_customer):
    return make_customer(manager, kind=Kind.ORGANIZATION, name="鹏程贸易")


def work(**changes):
    """What the form of the section “work” sends when nothing else is touched."""
    return {"occupation": "executive", "employer": "华为", "version": 1} | changes


def source(customer, name):
    row = FactSource.objects.get(customer=customer, field=name)
    return row.said_by, row.on, row.by


def test_a_section_is_saved_in_its_place_with_who_said_so(sign_in, manager, customer, today):
    client = sign_in(manager)
    form = client.get(url("file_section", customer, "work"), headers=HTMX)
    assert b"hx-post" in form.content
    assert b"<html" not in form.content
    sent = work(job_title="总监", monthly_income="30000", said_by="family", said_on="2026-11-01")
    response = client.post(url("file_section", customer, "work"), sent, headers=HTMX)
    assert response.status_code == 200
    assert "总监" in response.content.decode()
    assert "toast" in json.loads(response.headers["HX-Trigger"])
    customer.refresh_from_db()
    assert (customer.person.job_title, customer.person.monthly_income, customer.version) == ("总监", 30000, 2)
    assert source(customer, "job_title") == ("family", date(2026, 11, 1), manager)
    assert not FactSource.objects.filter(field__in=["occupation", "employer"]).exists()
    assert AuditEvent.objects.get(verb="customer.edited").particulars == {"fields": ["job_title", "monthly_income"]}
    assert customer.standing.completeness > 0


def test_a_section_works_without_scripts_and_leaves_the_rest_alone(sign_in, manager, customer, today):
    client = sign_in(manager)
    address = url("file_section", customer, "character")
    assert client.get(address).status_code == 200
    response = client.post(address, {"version": 1, "interests": "钓鱼", "influence": "great"})
    assert response.url == url("file", customer) + "#file-character"
    fresh = Customer.objects.with_whole_file().get()
    assert (fresh.person.interests, fresh.influence) == ("钓鱼", "great")
    assert (fresh.person.employer, fresh.mobile) == ("华为", "+8613812345678")
    assert client.get(address + "?show").status_code == 302
    assert b"<details" in client.get(address + "?show", headers=HTMX).content


def test_a_fact_taken_off_the_file_loses_its_source(manager, customer, today):
    now = timezone.now()
    edit_customer(customer=customer, by=manager, version=1, facts={"job_title": "总监"}, on=today, now=now)
    assert FactSource.objects.count() == 1
    edit_customer(customer=customer, by=manager, version=2, facts={"job_title": ""}, on=today, now=now)
    assert not FactSource.objects.exists()


def test_a_new_customer_comes_with_sources(manager, today):
    saved = add_customer(
        kind=Kind.INDIVIDUAL,
        by=manager,
        branch=manager.branch,
        manager=manager,
        facts={"name": "王五", "occupation": "sales", "email": ""},
        said_by=SaidBy.INTRODUCER,
        on=today,
        now=timezone.now(),
    )
    assert source(saved.customer, "occupation") == ("introducer", today, manager)
    assert FactSource.objects.count() == 1
    saved.customer.standing.refresh_from_db()
    assert saved.customer.standing.completeness > 0


def test_the_second_editor_keeps_what_the_first_one_changed_and_loses_nothing(sign_in, manager, customer, today):
    client = sign_in(manager)
    address = url("file_section", customer, "work")
    seen = client.get(address).context["form"].initial["seen"]
    client.post(address, work(employer="腾讯", job_title="总监"))
    mine = work(job_title="工程师", income_structure="stable", seen=seen)
    response = client.post(address, mine)
    assert response.status_code == 409
    rows = {row["name"]: row for row in response.context["differences"]}
    assert {name: row["keep"] for name, row in rows.items()} == {
        "employer": "theirs",  # I never touched it
        "job_title": "mine",
        "income_structure": "mine",
    }
    assert (rows["employer"]["theirs"], rows["employer"]["yours"]) == ("腾讯", "华为")
    assert 'name="keep_employer"' in response.content.decode()
    again = mine | {
        "version": 2,
        "keep_employer": "theirs",
        "keep_job_title": "theirs",
        "keep_income_structure": "mine",
    }
    assert client.post(address, again).status_code == 302
    person = Person.objects.get()
    assert (person.employer, person.job_title, person.income_structure) == ("腾讯", "总监", "stable")


def test_conflict_in_place_keeps_the_form_and_broken_sums_do_no_harm(sign_in, manager, customer, today):
    client = sign_in(manager)
    address = url("file_section", customer, "work")
    client.post(address, work(employer="腾讯"))
    for seen in ("", "{", "[]", "1"):
        response = client.post(address, work(employer="中兴", seen=seen), headers=HTMX)
        assert response.status_code == 200
        assert [row["keep"] for row in response.context["differences"]] == ["mine"]


@pytest.mark.parametrize(
    ("section", "field", "value"),
    [
        ("work", "monthly_income", "-1"),
        ("work", "household_income", "1.001"),
        ("work", "extra_income_month", "13"),
        ("work", "employer", "x" * 81),
        ("work", "employer", "手机 138 1234 5678"),
        ("work", "income_structure", "rich"),
        ("work", "said_on", "2026-11-22"),
        ("work", "said_by", "core"),
        ("home", "housing_size", "0"),
        ("money", "risk_share", "101"),
        ("money", "risk_appetite", "C6"),
        ("plans", "retirement_age", "3"),
        ("plans", "school_plan", "\x00"),
        ("bank", "usual_branch", "999999"),
        ("bank", "known_since", "2026-11-22"),
    ],
)
def test_a_bad_answer_is_refused_with_a_sentence(section, field, value, sign_in, manager, customer, today):
    response = sign_in(manager).post(url("file_section", customer, section), work(**{field: value}))
    assert response.status_code == 422
    assert response.context["form"].errors[field]
    assert Customer.objects.get().version == 1


@pytest.mark.parametrize(
    ("section", "field", "value"),
    [
        ("who", "founded_on", "2026-11-22"),
        ("who", "marketing_levers", ["magic"]),
        ("scale", "employees", "-1"),
        ("scale", "yearly_turnover", "-0.01"),
        ("traits", "trait_brand", "6"),
        ("operations", "export_share", "101"),
    ],
)
def test_a_bad_answer_of_an_organisation_is_refused(section, field, value, sign_in, manager, firm, today):
    response = sign_in(manager).post(url("file_section", firm, section), {"version": 1, field: value})
    assert response.status_code == 422
    assert response.context["form"].errors[field]


def test_an_organisation_says_what_it_needs_in_each_phase(sign_in, manager, firm, today):
    client = sign_in(manager)
    sent = {"version": 1, "cycle_sales": "账期六十天", "sales_needs": ["faster", "buyers"], "cash_needs": ["owner"]}
    assert client.post(url("file_section", firm, "cycle"), sent).status_code == 302
    traits = {"version": 2, "trait_brand": "4", "trait_demand": ""}
    assert client.post(url("file_section", firm, "traits"), traits).status_code == 302
    firm.refresh_from_db()
    assert (firm.organisation.sales_needs, firm.organisation.cash_needs) == (["faster", "buyers"], ["owner"])
    assert (firm.organisation.trait_brand, firm.organisation.trait_demand) == (4, None)
    assert "加快" in client.get(url("file", firm)).content.decode()


def test_odd_answers_are_kept_and_asked_about(sign_in, manager, customer, today):
    response = sign_in(manager).post(
        url("file_section", customer, "work"), work(annual_income="99000000", monthly_income="100"), follow=True
    )
    assert Person.objects.get().annual_income == Decimal(99_000_000)
    text = " ".join(str(message) for message in response.context["messages"])
    assert text.count("？") == 2


def test_an_old_answer_is_marked_and_confirmed(sign_in, manager, customer, today):
    FactSource.objects.create(customer=customer, field="employer", by=manager, on=date(2024, 1, 1))
    client = sign_in(manager)
    file = client.get(url("file", customer)).context["file"]
    assert [answer.name for answer in file.stale] == ["employer"]
    assert ("employer", True) in [(ask["name"], ask["stale"]) for ask in file.asks]
    response = client.post(url("fact_confirm", customer, "work"), headers=HTMX)
    assert b"fact-stale" not in response.content
    assert source(customer, "employer") == ("customer", today, manager)
    assert AuditEvent.objects.get(verb="customer.confirmed").particulars == {"fields": ["employer"]}
    assert Customer.objects.get().version == 1


def test_what_is_unknown_cannot_be_confirmed(manager, customer, today):
    names = ["job_title", "nonsense", "x_car"]
    assert confirm_facts(customer=customer, names=names, by=manager, said_by=SaidBy.CUSTOMER, on=today) == []
    assert not FactSource.objects.exists()


def test_a_fact_of_the_core_system_says_so_and_personal_ones_are_masked(sign_in, manager, customer, today):
    content = sign_in(manager).get(url("file", customer)).content.decode()
    assert "核心系统" in content
    assert "13812345678" not in content
    assert "138****5678" in content


@pytest.mark.parametrize("name", ["file", "file_section", "fact_confirm"])
def test_another_section_or_kind_is_not_found(name, sign_in, manager, customer, firm, today):
    client = sign_in(manager)
    if name == "file":
        return
    for which, section in ((customer, "cycle"), (firm, "work"), (customer, "nonsense")):
        method = client.post if name == "fact_confirm" else client.get
        assert method(url(name, which, section)).status_code == 404


# ---- the bank's own fields ----


@pytest.fixture
def fields(db):
    kinds = {"note": "text", "car": "choice", "dogs": "number", "since": "date", "member": "yesno"}
    return {
        code: CustomField.objects.create(
            code=code, name=code, kind=kind, options=["有", "无"] if kind == "choice" else []
        )
        for code, kind in kinds.items()
    }


@pytest.mark.parametrize(
    ("code", "value", "answer"),
    [
        ("note", " 话 ", {"text": "话"}),
        ("note", "", None),
        ("note", None, None),
        ("car", "有", {"text": "有"}),
        ("dogs", "1,234.5", {"number": Decimal("1234.5")}),
        ("dogs", 0, {"number": Decimal(0)}),
        ("since", "2026-11-21", {"day": date(2026, 11, 21)}),
        ("since", date(2026, 1, 2), {"day": date(2026, 1, 2)}),
        ("member", False, {"text": "no"}),
        ("member", "是", {"text": "yes"}),
    ],
)
def test_an_answer_takes_the_form_of_its_field(code, value, answer, fields):
    assert answer_of(fields[code], value) == answer


@pytest.mark.parametrize(
    ("code", "value"),
    [
        ("note", "x" * 301),
        ("car", "大"),
        ("dogs", "many"),
        ("dogs", "NaN"),
        ("dogs", "1e15"),
        ("since", "2026-02-30"),
        ("since", "gestern"),
        ("member", "maybe"),
        ("member", 1.5),
    ],
)
def test_an_answer_that_does_not_fit_is_refused(code, value, fields):
    with pytest.raises(ValidationError):
        answer_of(fields[code], value)


def test_own_fields_are_edited_like_any_fact(sign_in, manager, customer, fields, today):
    client = sign_in(manager)
    address = url("file_section", customer, "more")
    sent = {"version": 1, "x_note": "话", "x_car": "有", "x_dogs": "2", "x_since": "2026-01-02", "x_member": "yes"}
    assert client.post(address, sent).status_code == 302
    values = {"note": "话", "car": "有", "dogs": 2, "since": date(2026, 1, 2), "member": True}
    assert values_of([customer.pk], fields.values()) == {customer.pk: values}
    assert source(customer, "x_dogs") == ("customer", today, manager)
    form = client.get(address).context["form"]
    assert {name: form.initial[name] for name in ("x_car", "x_member")} == {"x_car": "有", "x_member": "yes"}
    assert client.post(address, sent | {"version": 2, "x_note": ""}).status_code == 302
    assert not CustomValue.objects.filter(field=fields["note"]).exists()
    assert not FactSource.objects.filter(field="x_note").exists()
    assert "car" in client.get(url("history", customer)).content.decode()


def test_own_fields_are_read_for_a_page_of_customers_in_one_query(
    manager, make_customer, fields, django_assert_num_queries
):
    customers = [make_customer(manager) for _number in range(3)]
    for customer in customers:
        write_values(customer=customer, values={"dogs": 3, "car": "无"})
        assert write_values(customer=customer, values={"dogs": 3}) == []
    with django_assert_num_queries(1):
        found = values_of([customer.pk for customer in customers], list(fields.values()))
    assert all(found[customer.pk] == {"dogs": 3, "car": "无"} for customer in customers)


@pytest.mark.parametrize("changes", [{"applies_to": "organization"}, {"active": False}])
def test_a_field_not_asked_of_a_customer_takes_no_answer(changes, customer, fields):
    CustomField.objects.filter(code="note").update(**changes)
    with pytest.raises(ValidationError):
        write_values(customer=customer, values={"note": "x"})


def test_code_and_kind_are_fixed_once_answered(customer, fields):
    car = fields["car"]
    car.kind = "text"
    car.full_clean()
    car.kind = "choice"
    write_values(customer=customer, values={"car": "有"})
    for changes in ({"kind": "text"}, {"code": "auto"}, {"options": ["无"]}):
        changed = CustomField.objects.get(code="car")
        for name, value in changes.items():
            setattr(changed, name, value)
        with pytest.raises(ValidationError):
            changed.full_clean()
    car.options = ["有", "无", "两辆"]
    car.full_clean()


def test_own_fields_are_made_in_the_admin(sign_in, administrator, customer, fields):
    client = sign_in(administrator)
    sent = {"name": "宠物", "code": "pet", "kind": "choice", "options": " 猫 \n\n狗", "applies_to": "both"}
    sent |= {"section": "character", "order": "1", "weight": "2", "active": "on"}
    add = reverse("admin:customers_customfield_add")
    assert client.post(add, sent).status_code == 302
    assert CustomField.objects.get(code="pet").options == ["猫", "狗"]
    for bad in ({"code": "Pet!"}, {"options": "猫\n猫"}, {"options": ""}, {"weight": "99"}, {"code": "note"}):
        assert client.post(add, sent | {"code": "other"} | bad).status_code == 200
    write_values(customer=customer, values={"pet": "猫"})
    pet = CustomField.objects.get(code="pet")
    page = client.get(reverse("admin:customers_customfield_change", args=[pet.pk]))
    assert "code" not in page.context["adminform"].form.fields
    assert client.post(reverse("admin:customers_customfield_delete", args=[pet.pk]), {"post": "yes"}).status_code == 403


def test_the_administrator_sees_no_answers(sign_in, administrator, customer):
    assert sign_in(administrator).get(url("file", customer)).status_code == 403


@pytest.mark.parametrize("text", ["钓鱼 3 次", "2026-11-21", "1234567890", "12 34 56", "上海"])
def test_ordinary_numbers_may_stand_in_a_text(text):
    assert check_free_text(text) is None


# ---- loads ----


def test_a_load_drops_the_word_of_a_person_only_where_it_says_otherwise(tmp_path, manager, today):
    load(write(tmp_path / "bank", BANK))
    customer = Customer.objects.get(customer_no="C1")
    for name in ("occupation", "annual_income", "mobile", "employer", "x_car"):
        FactSource.objects.create(customer=customer, field=name, by=manager, on=today)
    lines = [
        BANK["customers"][0],
        BANK["customers"][1].replace("行政管理", "公务员").replace("138 1234 5678", "13900000000"),
    ]
    load(write(tmp_path / "later", {"customers": lines}))
    assert set(FactSource.objects.values_list("field", flat=True)) == {"annual_income", "employer", "x_car"}
    customer.standing.refresh_from_db()
    assert customer.standing.completeness > 50
