"""Pages of proposals: scope, the editor, verbs, print and PDF."""

from datetime import date

import pytest
from django.urls import reverse

from customers.choices import Dimension
from proposals.models import Proposal, Template
from proposals.services import proposal as verbs

DAY = date(2026, 11, 21)

pytestmark = pytest.mark.usefixtures("today")


@pytest.fixture
def template(db):
    return Template.objects.get(code="four_dimensions")


@pytest.fixture
def make_proposal(make_customer, template):
    def make(manager, **fields):
        customer = make_customer(manager)
        proposal = verbs.draft_proposal(customer=customer, template=template, title="养老规划", by=manager, on=DAY)
        for name, value in fields.items():
            setattr(proposal, name, value)
        proposal.save()
        return proposal

    return make


def payload(proposal, products, **changed):
    """A valid form of the editor, one field changed."""
    lanes = {}
    for dimension in Dimension.values:
        lanes[f"{dimension}-rows"] = "2"
        lanes[f"{dimension}-text"] = "暂不需要"
        for number in range(2):
            lanes |= {f"{dimension}-{number}-{name}": "" for name in ("product", "amount", "reason")}
    return (
        {
            "version": str(proposal.version),
            "title": "养老规划",
            "centre": "退休后每月多 3,000 元",
            "situation": "",
            "customer_side": "安心",
            "bank_side": "留存",
            "presentation": "tailored",
            "valid_until": "2026-12-31",
        }
        | lanes
        | {"savings-0-product": str(products["TD01"].pk), "savings-0-amount": "200000", "savings-0-reason": "到期衔接"}
        | changed
    )


@pytest.mark.parametrize("rows", [1, 3])
def test_list_takes_the_same_queries_for_one_and_three(
    manager, make_proposal, sign_in, django_assert_num_queries, rows
):
    for _ in range(rows):
        make_proposal(manager)
    client = sign_in(manager)
    with django_assert_num_queries(7):
        response = client.get(reverse("proposals:list"))
    assert response.content.decode().count("养老规划</a>") == rows


def test_list_shows_own_proposals_only(cast, make_proposal, sign_in):
    make_proposal(cast["manager"], title="我的")
    make_proposal(cast["other_manager"], title="别人的")
    page = sign_in(cast["manager"]).get(reverse("proposals:list")).content.decode()
    assert "我的" in page
    assert "别人的" not in page


def test_panel_of_one_customer_says_what_to_do_when_empty(manager, make_customer, sign_in):
    customer = make_customer(manager)
    page = (
        sign_in(manager).get(reverse("proposals:list"), {"customer": customer.public_id, "panel": 1}).content.decode()
    )
    assert f"{reverse('proposals:add')}?customer={customer.public_id}" in page


@pytest.mark.parametrize(
    ("who", "expected"),
    [("manager", 200), ("head", 200), ("auditor", 403), ("administrator", 403), ("other_head", 404)],
)
def test_editor_opens_for_those_who_may_write(cast, make_proposal, sign_in, who, expected):
    proposal = make_proposal(cast["manager"])
    assert sign_in(cast[who]).get(reverse("proposals:edit", args=[proposal.public_id])).status_code == expected


def test_editor_saves_words_products_and_dimensions(manager, make_proposal, products, sign_in):
    proposal = make_proposal(manager)
    response = sign_in(manager).post(reverse("proposals:edit", args=[proposal.public_id]), payload(proposal, products))
    assert response.status_code == 302
    proposal.refresh_from_db()
    item = proposal.items.get()
    assert (item.dimension, item.product.code, str(item.amount)) == ("savings", "TD01", "200000.00")
    assert proposal.version == 2
    assert set(proposal.benefits.values_list("text", flat=True)) == {"暂不需要"}


@pytest.mark.parametrize(
    "changed",
    [
        {"savings-0-amount": "-5"},
        {"savings-0-amount": "many"},
        {"savings-0-product": "999999"},
        {"savings-1-amount": "5"},
        {"title": ""},
        {"title": "a\x00b"},
        {"centre": "长" * 501},
        {"valid_until": "2026-11-01"},
        {"savings-text": "长" * 501},
        {"presentation": "loudly"},
        {"version": "99"},
    ],
)
def test_editor_keeps_what_was_typed_when_something_is_wrong(manager, make_proposal, products, sign_in, changed):
    proposal = make_proposal(manager)
    response = sign_in(manager).post(
        reverse("proposals:edit", args=[proposal.public_id]), payload(proposal, products, **changed)
    )
    assert response.status_code == 422
    assert "到期衔接" in response.content.decode()
    proposal.refresh_from_db()
    assert (proposal.version, proposal.items.count()) == (1, 0)


def test_hostile_text_is_shown_inert(manager, make_proposal, products, sign_in):
    proposal = make_proposal(manager)
    client = sign_in(manager)
    words = '<script>alert(1)</script>"><img src=x>😀𠮷'
    client.post(reverse("proposals:edit", args=[proposal.public_id]), payload(proposal, products, centre=words))
    for name in ("detail", "edit", "print"):
        page = client.get(reverse(f"proposals:{name}", args=[proposal.public_id])).content.decode()
        assert "<script>alert(1)" not in page
        assert "&lt;script&gt;alert(1)" in page
        assert "😀𠮷" in page


def test_live_check_says_what_is_missing_and_saves_nothing(manager, make_proposal, products, sign_in):
    proposal = make_proposal(manager)
    response = sign_in(manager).post(
        reverse("proposals:check", args=[proposal.public_id]), payload(proposal, products, **{"wealth-text": ""})
    )
    assert response.content.decode().count("rule-missing") == 1
    proposal.refresh_from_db()
    assert (proposal.centre, proposal.version) == ("", 1)


def test_way_from_draft_to_accepted(manager, make_proposal, products, sign_in):
    proposal = make_proposal(manager)
    client = sign_in(manager)
    client.post(reverse("proposals:edit", args=[proposal.public_id]), payload(proposal, products))
    client.post(reverse("proposals:present", args=[proposal.public_id]))
    client.post(reverse("proposals:accept", args=[proposal.public_id]))
    proposal.refresh_from_db()
    assert (proposal.status, proposal.presented_on, proposal.decided_on) == ("accepted", DAY, DAY)


def test_unfinished_proposal_stays_a_draft_and_says_why(manager, make_proposal, sign_in):
    proposal = make_proposal(manager)
    page = sign_in(manager).post(reverse("proposals:present", args=[proposal.public_id]), follow=True)
    proposal.refresh_from_db()
    assert proposal.status == "draft"
    assert page.context["messages"]


@pytest.mark.parametrize("name", ["present", "take_back", "accept", "decline", "discard"])
def test_verbs_are_posted_by_writers_in_scope(cast, make_proposal, sign_in, name):
    proposal = make_proposal(cast["manager"])
    address = reverse(f"proposals:{name}", args=[proposal.public_id])
    answers = {
        who: sign_in(cast[who]).post(address).status_code for who in ("auditor", "administrator", "other_manager")
    }
    assert answers == {"auditor": 403, "administrator": 403, "other_manager": 404}
    assert sign_in(cast["manager"]).get(address).status_code == 405
    assert Proposal.objects.get(pk=proposal.pk).status == "draft"


def test_pdf_is_served_without_a_name_in_its_file_name(manager, make_proposal, sign_in):
    proposal = make_proposal(manager)
    response = sign_in(manager).get(reverse("proposals:pdf", args=[proposal.public_id]))
    assert response.headers["Content-Type"] == "application/pdf"
    assert (
        response.headers["Content-Disposition"] == f'attachment; filename="proposal-{str(proposal.public_id)[:8]}.pdf"'
    )


def test_bank_side_is_not_printed(manager, make_proposal, sign_in):
    proposal = make_proposal(manager, bank_side="网点存款指标")
    page = sign_in(manager).get(reverse("proposals:print", args=[proposal.public_id])).content.decode()
    assert "网点存款指标" not in page


def test_add_for_a_customer_of_somebody_else_is_not_found(cast, make_customer, sign_in):
    foreign = make_customer(cast["other_manager"])
    client = sign_in(cast["manager"])
    assert client.get(reverse("proposals:add"), {"customer": foreign.public_id}).status_code == 404
    assert client.get(reverse("proposals:add"), {"customer": "rubbish"}).status_code == 404
    template = Template.objects.get(code="four_dimensions")
    response = client.post(reverse("proposals:add"), {"customer": foreign.public_id, "template": template.pk})
    assert response.status_code == 422
    assert Proposal.objects.count() == 0
