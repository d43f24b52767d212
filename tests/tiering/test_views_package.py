"""The panel of services, the click that uses a right, and the list of rights used."""

import uuid
from datetime import date

import pytest
from django.urls import reverse

from customers.models import ContactPreference, Standing
from tests.conftest import TODAY
from tests.tiering.services.test_package import place, right_of
from tiering.models import RightUse, ServicePackage
from tiering.services.package import use_right

pytestmark = pytest.mark.usefixtures("today")
HTMX = {"headers": {"HX-Request": "true"}}


@pytest.fixture
def customer(manager, make_customer):
    """A customer in A, last spoken to in September."""
    customer = make_customer(manager, standing={"tier": "A", "last_contact": date(2026, 9, 1)})
    place(customer, "A")
    return customer


def panel(customer):
    return reverse("tiering:services", args=[customer.public_id])


def click(customer, right):
    return reverse("tiering:right_use", args=[customer.public_id, right.public_id])


def test_panel_says_rhythm_channels_and_what_is_left(customer, manager, sign_in):
    page = sign_in(manager).get(panel(customer), **HTMX).content.decode()
    assert "<html" not in page
    for text in ["重点客户服务", "已逾期 36 天", "至少每 45 天一次", "电话 · 微信", "已用 0 / 2 次", "机场贵宾厅"]:
        assert text in page


@pytest.mark.parametrize(
    ("last", "text"),
    [(None, "从未联系"), (date(2026, 11, 20), "1月4日 周一应联系"), (date(2026, 10, 10), "3 天后应联系")],
)
def test_rhythm_is_read_against_the_last_talk(customer, manager, sign_in, last, text):
    Standing.objects.filter(customer=customer).update(last_contact=last)
    assert text in sign_in(manager).get(panel(customer)).content.decode()


def test_customer_who_asked_not_to_be_contacted_is_not_due(customer, manager, sign_in):
    ContactPreference.objects.create(customer=customer, do_not_contact=True)
    page = sign_in(manager).get(panel(customer)).content.decode()
    assert "已逾期" not in page
    assert "微信" not in page


def test_click_uses_one_and_undo_takes_it_back(customer, manager, sign_in):
    client = sign_in(manager)
    response = client.post(click(customer, right_of("A", "gift")), {"note": "生日"}, follow=True)
    assert response.redirect_chain[0][0].endswith("#services")
    use = RightUse.objects.get()
    assert (use.note, use.used_on, use.by) == ("生日", TODAY, manager)
    undo = reverse("tiering:right_take_back", args=[use.public_id])
    assert undo in response.content.decode()
    page = client.get(panel(customer)).content.decode()
    assert "今年已用完" in page
    assert "生日" in page
    assert click(customer, right_of("A", "gift")) not in page
    client.post(undo)
    assert "今年已用完" not in client.get(panel(customer)).content.decode()


def test_beyond_the_allowance_the_page_says_so(customer, manager, sign_in):
    client = sign_in(manager)
    address = click(customer, right_of("A", "gift"))
    client.post(address)
    page = client.post(address, follow=True).content.decode()
    assert "今年的“节日或生日礼遇”1 次已全部用完" in page
    assert RightUse.objects.count() == 1


def test_unknown_right_and_other_peoples_customers_are_not_found(customer, manager, colleague, sign_in):
    gift = right_of("A", "gift")
    gone = reverse("tiering:right_use", args=[customer.public_id, uuid.uuid4()])
    assert sign_in(manager).post(gone).status_code == 404
    assert sign_in(colleague).post(click(customer, gift)).status_code == 404


def test_auditor_reads_and_finds_no_button(customer, auditor, sign_in):
    client = sign_in(auditor)
    page = client.get(panel(customer)).content.decode()
    assert "机场贵宾厅" in page
    assert "right-use" not in page
    assert client.post(click(customer, right_of("A", "gift"))).status_code == 403


def test_no_tier_and_no_package_say_why(manager, make_customer, customer, sign_in):
    client = sign_in(manager)
    assert "尚未分层" in client.get(panel(make_customer(manager))).content.decode()
    ServicePackage.objects.all().delete()
    assert "由管理员在规则中设定" in client.get(panel(customer)).content.decode()


def test_head_sees_the_rights_used_of_the_branch(customer, manager, head, other_head, sign_in):
    use_right(customer=customer, right=right_of("A", "gift"), by=manager, on=TODAY)
    use_right(customer=customer, right=right_of("A", "salon"), by=manager, on=TODAY)
    address = reverse("tiering:rights")
    client = sign_in(head)

    def rows(**query):
        return len(client.get(address, query).context["table"].data)

    assert rows() == rows(branch="D001", manager="M001", since="2026-11-21") == 2
    assert rows(right="gift") == 1
    assert rows(until="2026-11-20") == 0
    assert "目标" not in client.get(address).content.decode()
    assert len(sign_in(other_head).get(address).context["table"].data) == 0


@pytest.mark.parametrize("number", [1, 3])
def test_list_takes_the_same_queries_for_one_and_three(
    manager, head, make_customer, sign_in, django_assert_num_queries, number
):
    for _one in range(number):
        customer = make_customer(manager)
        place(customer, "A")
        use_right(customer=customer, right=right_of("A", "gift"), by=manager, on=TODAY)
    client = sign_in(head)
    with django_assert_num_queries(8):
        client.get(reverse("tiering:rights"))


def test_panel_takes_the_same_queries_whatever_was_used(customer, manager, sign_in, django_assert_num_queries):
    client = sign_in(manager)
    with django_assert_num_queries(7):
        client.get(panel(customer), **HTMX)
    for code in ("gift", "salon", "salon"):
        use_right(customer=customer, right=right_of("A", code), by=manager, on=TODAY)
    with django_assert_num_queries(7):
        client.get(panel(customer), **HTMX)


def test_administrator_edits_packages_with_their_rights(administrator, client):
    client.force_login(administrator)
    package = ServicePackage.objects.get(code="C")
    address = reverse("admin:tiering_servicepackage_change", args=[package.pk])
    data = {
        "scheme": package.scheme_id,
        "code": "C",
        "name": "标准服务",
        "name_en": "",
        "contact_days": 120,
        "channels": ["letter", "sms"],
        "rights-TOTAL_FORMS": 1,
        "rights-INITIAL_FORMS": 0,
        "rights-0-position": 1,
        "rights-0-code": "salon",
        "rights-0-name": "沙龙",
        "rights-0-allowance": 1,
        "rights-0-unit": "席",
        "rights-0-active": "on",
    }
    assert client.get(address).status_code == 200
    assert client.post(address, data | {"code": "Z"}).status_code == 200
    assert client.post(address, data).status_code == 302
    package.refresh_from_db()
    assert (package.contact_days, package.channels, package.rights.get().label) == (120, ["letter", "sms"], "沙龙")
