"""The pages of the what-if without the town: what they cost, an empty draft, two who publish at once."""

import threading
from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, connections
from django.urls import reverse

from jobs.models import Job
from tests.tiering.test_views_preview import NOW, WEIGHTS, page, rows
from tests.tiering.town import DAY, rewrite
from tiering.models import Publication
from tiering.services.drafts import begin_sheet, start_draft
from tiering.services.retier import retier
from tiering.services.sheets import publish

pytestmark = pytest.mark.usefixtures("today")


@pytest.mark.parametrize(
    ("url", "people"), [("preview", 1), ("preview", 3), ("preview_movers", 1), ("preview_movers", 3)]
)
def test_pages_cost_the_same_for_one_row_and_for_three(
    sheet, administrator, manager, make_customer, sign_in, django_assert_num_queries, url, people
):
    for _number in range(people):
        make_customer(manager, person={"annual_income": 250000, "occupation": "business_owner"})
    retier(as_of=DAY)
    draft = rewrite(
        start_draft(sheet=sheet, by=administrator), administrator, cutoffs={"VIP": 60, "A": 45, "B": 43, "C": 0}
    )
    client = sign_in(administrator)
    client.get(page(draft, url))
    with django_assert_num_queries({"preview": 26, "preview_movers": 17}[url]):
        assert rows(client.get(page(draft, url)).content.decode()) == {"preview": 2, "preview_movers": people}[url]


def test_empty_draft_of_a_new_sheet_has_a_page(administrator, sign_in):
    draft = begin_sheet(code="empty", name="空白", name_en="Empty", kind="individual", by=administrator)
    html = sign_in(administrator).get(page(draft)).content.decode()
    assert "preview-problems" in html
    assert sign_in(administrator).get(page(draft, "preview_movers")).status_code == 200


@pytest.mark.parametrize("number", [1, 3])
def test_list_of_publications_costs_the_same_for_one_and_for_three(
    sheet, administrator, sign_in, django_assert_num_queries, number
):
    for turn in range(number):
        draft = start_draft(sheet=sheet, by=administrator)
        publish(sheet=draft, reason=f"第 {turn}", on=date(2026, 11, 20), now=NOW, by=administrator)
    Job.objects.all().delete()
    client = sign_in(administrator)
    address = reverse("tiering:publications")
    client.get(address)
    with django_assert_num_queries(9):
        assert rows(client.get(address).content.decode()) == number


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_of_two_who_publish_at_once_one_does(transactional_db, sheet, administrator, second):
    draft = rewrite(start_draft(sheet=sheet, by=administrator), administrator, points=WEIGHTS)
    start, told = threading.Barrier(2), []

    def press(who):
        try:
            start.wait(30)
            publish(sheet=draft, reason=who.name, on=DAY, now=NOW, by=who, edition=draft.edition)
            told.append("published")
        except ValidationError as error:
            told.append(error.messages[0])
        finally:
            connections.close_all()

    threads = [threading.Thread(target=press, args=[who]) for who in (administrator, second)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(told) == sorted(["published", "这个版本已经发布过了。"])
    assert Publication.objects.count() == Job.objects.filter(kind="retier").count() == 1
    connection.close()
