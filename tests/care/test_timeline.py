"""The timeline: every source, in order, page by page; notes and the colleagues they name."""

import uuid
from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse
from django.utils import timezone

from care.rules.cursor import read_cursor
from care.services.timeline import ZONE, people_of, timeline
from customers.models import CashFlow, Mention, Note, OwnerChange
from customers.services import ending, notes
from customers.services.consent import record_consent
from customers.services.restriction import restrict
from staff.models import User
from tests.visits.conftest import hold, plan  # noqa: F401 fixtures
from tiering.models import Movement, Scheme

TODAY = date(2026, 11, 21)


@pytest.fixture
def customer(manager, make_customer):
    return make_customer(manager)


def write(customer, by, text="客户要换车", **fields):
    return notes.add_note(customer=customer, by=by, text=text, token=uuid.uuid4(), on=TODAY, **fields)


@pytest.fixture
def past(customer, manager, head, make_holding, hold):  # noqa: F811
    """Something of nearly every kind."""
    make_holding(customer, "TD01", balance=100000, opened_on=date(2025, 11, 20), matures_on=date(2026, 11, 20))
    for number, amount in enumerate((80000, 10, 60000)):
        CashFlow.objects.create(
            customer=customer, entry_no=f"E{number}", booked_on=date(2026, 11, 20), direction="in", amount=amount
        )
    OwnerChange.objects.create(customer=customer, on=date(2026, 1, 1), to_manager=manager, by=head, reason="分户")
    hold(customer, manager)
    record_consent(customer=customer, by=manager, purpose="calls", given=False, on=TODAY, source="spoken", today=TODAY)
    restrict(customer=customer, by=head, kind="court", reason="欠款", on=TODAY)
    ending.begin_ending(customer=customer, by=manager, reason="not_met", on=TODAY)
    note = write(customer, manager)
    Note.objects.filter(pk=note.pk).update(created_at=datetime(2026, 11, 20, 4, tzinfo=UTC))
    return customer


def test_stream_is_whole_in_order_and_the_same_in_pages_of_any_size(past):
    whole = timeline(past, on=TODAY, size=100)
    assert whole.after is None
    assert len(whole.entries) == 10
    assert {entry.kind for entry in whole.entries} == {"product", "owner", "visit", "rule", "note"}
    moments = [entry.at for entry in whole.entries]
    assert moments == sorted(moments, reverse=True)
    for size in (1, 2, 4):
        cursor, seen = None, []
        for _page in range(20):
            page = timeline(past, on=TODAY, size=size, before=read_cursor(cursor, ZONE))
            seen += [entry.cursor for entry in page.entries]
            if page.after is None:
                break
            cursor = str(page.after)
        assert seen == [entry.cursor for entry in whole.entries]


def test_kind_and_person_leave_out_the_rest(past, head):
    assert {entry.kind for entry in timeline(past, on=TODAY, size=50, kind="rule").entries} == {"rule"}
    assert {entry.by for entry in timeline(past, on=TODAY, size=50, person=head).entries} == {head}
    assert {entry.kind for entry in timeline(past, on=TODAY - timedelta(400), size=50).entries} == {"note"}


def test_everybody_of_whom_the_stream_tells_can_be_asked_for(past, manager, head, colleague):
    # The head only restricted the customer and changed hands; the colleague did nothing.
    assert people_of(past, among=User.objects.all()) == sorted([manager, head], key=lambda user: user.staff_no)


def test_a_tier_is_told_by_its_name(customer):
    scheme = Scheme.objects.filter(measure="assets").first()
    best, least = scheme.bands.order_by("-minimum").first(), scheme.bands.order_by("minimum").first()
    Movement.objects.create(
        customer=customer, scheme=scheme, on=TODAY, from_code=least.code, to_code=best.code, reason="run"
    )
    (entry,) = timeline(customer, on=TODAY, size=5, kind="tier").entries
    assert entry.title.endswith(f"{least.label} → {best.label}")


@pytest.mark.parametrize("text", ["", "x", "1~2", "1~2~3~4", "1e400~1~1", "1~-1~1", "nan~1~1", "1~1~" + "9" * 40])
def test_cursor_of_nonsense_is_no_cursor(text):
    assert read_cursor(text, ZONE) is None


def test_page_takes_as_many_queries_for_much_as_for_little(past, manager, sign_in, make_customer):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client, counts = sign_in(manager), []
    for customer in (past, make_customer(manager)):
        with CaptureQueriesContext(connection) as asked:
            answer = client.get(f"{reverse('care:timeline')}?customer={customer.public_id}")
        assert answer.status_code == 200
        counts.append(len(asked))
    # Prefetching the mentions of a note is one more.
    assert counts[0] - counts[1] <= 1
    assert counts[0] < 45


def test_foreign_customer_is_not_found(customer, other_manager, sign_in):
    assert sign_in(other_manager).get(f"{reverse('care:timeline')}?customer={customer.public_id}").status_code == 404


def test_colleague_is_told_and_a_barred_one_refused(customer, manager, colleague, head, sign_in):
    write(customer, manager, "@陈刚请协助，另 a@陈 不算")
    assert Mention.objects.get().user == head
    for text, words in (
        (f"@{colleague.name}看看", "无权查看"),
        ("@张三丰", "没有"),
    ):
        with pytest.raises(ValidationError) as refused:
            write(customer, manager, text)
        assert words in " ".join(refused.value.messages)
    client = sign_in(head)
    assert "1 条备注提到您" in client.get("/").text
    page = client.get(reverse("care:mentions")).text
    assert customer.name in page
    client.post(reverse("customers:mention_seen", args=[Mention.objects.get().public_id]))
    assert "条备注提到您" not in client.get("/").text


def test_two_colleagues_of_one_name_need_the_number(customer, manager, head, tree):
    from tests.conftest import make_user

    make_user("H077", head.name, "head", tree["D001"])
    with pytest.raises(ValidationError):
        write(customer, manager, f"@{head.name}")
    write(customer, manager, "@h077 请看")
    assert Mention.objects.get().user.staff_no == "H077"


def test_note_is_its_writers_own_and_comes_back(customer, manager, head):
    note = write(customer, manager)
    with pytest.raises(PermissionDenied):
        notes.edit_note(note=note, by=head, text="x", on=TODAY, now=timezone.now())
    notes.edit_note(note=note, by=manager, text="改了", on=TODAY, now=timezone.now())
    notes.delete_note(note=note, by=manager, now=timezone.now())
    assert not Note.objects.kept().exists()
    notes.restore_note(note=note, by=manager)
    assert Note.objects.kept().get().edited_at is not None


def test_note_from_the_page_is_one_however_often_it_is_sent(customer, manager, head, sign_in):
    client, address = sign_in(manager), reverse("customers:note_add", args=[customer.public_id])
    data = {"text": "<b>喜欢喝茶</b>", "token": uuid.uuid4(), "pinned": "on"}
    assert client.post(address, {**data, "text": " "}).status_code == 422
    for _twice in range(2):
        assert client.post(address, data).status_code == 302
    assert Note.objects.count() == 1
    panel = client.get(
        f"{reverse('care:timeline')}?customer={customer.public_id}&panel=1", headers={"HX-Request": "true"}
    ).text
    assert "&lt;b&gt;喜欢喝茶" in panel
    assert "<html" not in panel
    offered = client.get(reverse("customers:colleagues", args=[customer.public_id]), {"at": "陈"}).text
    assert "陈刚" in offered
