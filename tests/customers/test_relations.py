"""Relations: one row read from both ends, no circles, nothing that cannot be, undo with everything that stood there."""

from datetime import date
from decimal import Decimal
from itertools import combinations

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from customers.choices import Kind, RelationKind
from customers.models import Relation
from customers.rules.relation_map import draw
from customers.rules.relations import CHAINS, INVERSE, SYMMETRIC, fits
from customers.services.relations import add_relation, edit_relation, remove_relation


def url(name, *args):
    return reverse(f"customers:{name}", args=args)


@pytest.fixture
def people(manager, make_customer):
    return [make_customer(manager, name=name, customer_no=f"P{place}") for place, name in enumerate("甲乙丙丁")]


@pytest.fixture
def firm(manager, make_customer):
    return make_customer(manager, name="华盛电子", customer_no="F1", kind=Kind.ORGANIZATION)


def test_every_kind_has_an_inverse_that_leads_back():
    assert set(INVERSE) == set(RelationKind.values)
    assert all(INVERSE[INVERSE[kind]] == kind for kind in INVERSE)
    assert {kind for kind in INVERSE if INVERSE[kind] == kind} == SYMMETRIC


@pytest.mark.parametrize(
    ("kind", "customer_is_person", "related_is_person", "can_be"),
    [
        ("spouse", True, True, True),
        ("spouse", True, False, False),
        ("child", False, True, False),
        ("owner", False, True, True),
        ("owner", True, True, False),
        ("owned_company", True, False, True),
        ("owned_company", True, True, False),
        ("subsidiary", False, False, True),
        ("subsidiary", True, False, False),
        ("guarantor", True, False, True),
        ("supplier", False, True, True),
        ("employee", False, False, False),
    ],
)
def test_relation_goes_together_or_not(kind, customer_is_person, related_is_person, can_be):
    assert fits(kind, customer_is_person=customer_is_person, related_is_person=related_is_person) is can_be


@pytest.mark.parametrize(("kind", "back"), [("spouse", "spouse"), ("parent", "child"), ("introducer", "introduced")])
def test_relation_told_from_both_ends_is_one(kind, back, people, manager):
    one, other = people[:2]
    first = add_relation(customer=one, related=other, kind=kind, by=manager)
    assert add_relation(customer=other, related=one, kind=back, by=manager) == first
    assert Relation.objects.count() == 1


@pytest.mark.parametrize("chain", CHAINS)
def test_circle_is_refused_directly_and_through_others(chain, people, manager, make_customer):
    up, down = chain
    row = people[:3]
    if not fits(up, customer_is_person=True, related_is_person=True):
        row = [make_customer(manager, kind=Kind.ORGANIZATION, name=f"企业{n}") for n in range(3)]
    # The second step is written from the other end: the chain is read through both.
    add_relation(customer=row[0], related=row[1], kind=up, by=manager)
    add_relation(customer=row[2], related=row[1], kind=down, by=manager)
    with pytest.raises(ValidationError, match="循环"):
        add_relation(customer=row[1], related=row[0], kind=up, by=manager)
    with pytest.raises(ValidationError, match="循环"):
        add_relation(customer=row[2], related=row[0], kind=up, by=manager)
    assert Relation.objects.count() == 2


def test_companies_may_hold_shares_of_each_other(firm, manager, make_customer):
    other = make_customer(manager, kind=Kind.ORGANIZATION, name="通达")
    add_relation(customer=firm, related=other, kind="shareholder", by=manager, share=Decimal("10"))
    add_relation(customer=other, related=firm, kind="shareholder", by=manager, share=Decimal("5"))
    assert Relation.objects.count() == 2


def test_share_stays_only_where_there_is_one(people, firm, manager):
    owner = add_relation(customer=firm, related=people[0], kind="owner", by=manager, share=Decimal("60"))
    spouse = add_relation(customer=people[0], related=people[1], kind="spouse", by=manager, share=Decimal("60"))
    assert (owner.share, spouse.share) == (60, None)
    for share in (Decimal("0"), Decimal("101")):
        with pytest.raises(ValidationError):
            edit_relation(relation=owner, by=manager, share=share)


def test_relation_told_twice_by_a_file_reads_once_and_goes_as_one(people, manager, sign_in, today):
    Relation.objects.create(customer=people[0], related=people[1], kind="spouse")
    Relation.objects.create(customer=people[1], related=people[0], kind="spouse")
    rows = sign_in(manager).get(url("relations", people[0].public_id)).context["rows"]
    assert [row["name"] for row in rows] == ["乙"]
    remove_relation(relation=Relation.objects.first(), by=manager)
    assert not Relation.objects.exists()


def test_undo_puts_share_days_and_notes_back(people, firm, manager, sign_in, today):
    relation = add_relation(
        customer=firm,
        related=people[0],
        kind="shareholder",
        by=manager,
        share=Decimal("33.50"),
        since=date(2020, 5, 1),
        note="一致行动人",
    )
    client = sign_in(manager)
    client.post(url("relation_remove", firm.public_id, relation.pk))
    assert not Relation.objects.exists()
    client.post(url("relation_restore", firm.public_id, people[0].public_id, "shareholder"))
    back = Relation.objects.get()
    assert (back.share, back.since, back.note) == (Decimal("33.50"), date(2020, 5, 1), "一致行动人")


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({"since": "2026-01-02", "until": "2026-01-01"}, "until"),
        ({"share": "0"}, "share"),
        ({"share": "100.5"}, "share"),
        ({"kind": "nonsense"}, "kind"),
        ({"kind": "subsidiary"}, "__all__"),
    ],
)
def test_bad_relation_says_what_is_wrong_and_keeps_the_input(data, field, people, firm, manager, sign_in, today):
    given = {"kind": "owner", "related": people[0].customer_no, **data}
    response = sign_in(manager).post(url("relation_add", firm.public_id), given)
    assert response.status_code == 422
    assert list(response.context["form"].errors) == [field]
    assert not Relation.objects.exists()


def test_map_hides_strangers_and_what_stands_behind_them(people, manager, colleague, make_customer, sign_in, today):
    secret = make_customer(colleague, name="秘密先生")
    behind = make_customer(colleague, name="幕后女士")
    add_relation(customer=people[0], related=people[1], kind="spouse", by=manager)
    add_relation(customer=people[1], related=people[2], kind="parent", by=manager)
    Relation.objects.create(customer=people[0], related=secret, kind="friend")
    Relation.objects.create(customer=secret, related=behind, kind="spouse")
    response = sign_in(manager).get(url("relation_map", people[0].public_id))
    content = response.content.decode()
    assert {node["name"] for node in response.context["nodes"]} == {"甲", "乙", "丙", "秘**"}
    assert "秘密" not in content
    assert "幕" not in content
    assert str(secret.public_id) not in content
    second = response.context["second"]
    assert [(node["name"], node["via"]["name"], node["words"]) for node in second] == [("丙", "乙", "父母")]


def test_map_places_two_rings_apart_and_counts_who_does_not_fit():
    ties = [(0, n) for n in range(1, 31)] + [(1, 100 + n) for n in range(30)]
    drawing = draw(0, ties, most=40)
    places = {(node.x, node.y) for node in drawing.nodes.values()}
    assert len(drawing.nodes) == len(places) == 40
    assert drawing.left_out == 21
    assert all(node.ring == 1 for key, node in drawing.nodes.items() if 0 < key < 100)
    assert all(one.key in drawing.nodes and other.key in drawing.nodes for one, other in drawing.lines)
    assert draw(0, []).left_out == 0


@pytest.mark.parametrize(("near", "behind"), [(3, 0), (12, 0), (20, 0), (20, 1), (12, 2), (8, 3), (4, 8), (2, 16)])
def test_names_on_the_map_do_not_lie_on_each_other_and_stay_in_the_frame(near, behind):
    ties = [(0, n) for n in range(1, near + 1)]
    ties += [(n, 100 * n + k) for k in range(behind) for n in range(1, near + 1)]
    drawing = draw(0, ties)
    boxes = [(node.x - 26, node.y - 14, node.x + 26, node.y + 42) for node in drawing.nodes.values()]
    for one, other in combinations(boxes, 2):
        assert one[0] >= other[2] or other[0] >= one[2] or one[1] >= other[3] or other[1] >= one[3]
    left, top, width, height = drawing.frame
    assert all(left <= box[0] and box[2] <= left + width for box in boxes)
    assert all(top <= box[1] and box[3] <= top + height for box in boxes)
