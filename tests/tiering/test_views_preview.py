"""The pages of the what-if: figures, movers, cut-offs, publishing by one or two, taking back."""

import io
import json
import re
from zipfile import ZipFile

import pytest
from django.urls import reverse

from jobs.models import Job
from staff.models import AuditEvent
from tests.tiering.town import DAY, rewrite
from tiering.choices import Cause, SheetState
from tiering.models import Publication, Scheme, ScoringSheet
from tiering.services.drafts import start_draft
from tiering.services.movers import movers
from tiering.services.preview import effect
from tiering.services.retier import retier
from tiering.services.sheets import publish, take_back
from tiering.views.preview.movers import PER_PAGE

IN_TOWN = True
pytestmark = pytest.mark.usefixtures("today")
NOW = "2026-11-21T12:00:00Z"
WEIGHTS = {("occupation", "business_owner"): 2, ("occupation", "clerk"): 18, ("influence", "great"): 0}


@pytest.fixture
def draft(town, sheet, administrator):
    """A draft with other weights of occupation, over the town."""
    draft = rewrite(start_draft(sheet=sheet, by=administrator), administrator, points=WEIGHTS)
    return ScoringSheet.objects.whole().get(pk=draft.pk)


def page(sheet, name="preview", query=""):
    return reverse(f"tiering:{name}", args=[sheet.public_id]) + query


def data(html):
    """What the page gives its script."""
    return json.loads(re.search(r'<script id="preview-data" type="application/json">(.*?)</script>', html, re.S)[1])


def rows(html):
    return html.count("<tr data-row")


def test_administrator_sees_every_figure_and_no_name(draft, town, administrator, sign_in):
    client = sign_in(administrator)
    found = effect(sheet=draft, on=DAY)
    html = client.get(page(draft)).content.decode()
    assert f'data-figure="moved">{found.moved}<' in html
    assert f'data-figure="customers">{found.customers}<' in html
    for move in found.moves:
        if not move.stays:
            assert f"from={move.from_code or 'none'}&amp;to={move.to_code or 'none'}" in html
    assert sum(bar[4] for bar in data(html)["bars"]) == found.customers
    for text in ("南山支行", "福田支行", "王芳", "赵敏"):
        assert text in html
    listed = client.get(page(draft, "preview_movers")).content.decode()
    book = client.get(page(draft, "preview_movers", "?export=xlsx"))
    strings = ZipFile(io.BytesIO(book.content)).read("xl/sharedStrings.xml").decode()
    for text in (html, listed, strings):
        assert not re.search(r"客户\d{3}", text)
    assert "T0" in listed
    assert "T0" in strings
    for customer in town.values():
        assert str(customer.public_id) not in html + listed


def test_head_and_auditor_see_their_part_with_names_and_write_nothing(draft, tree, head, auditor, sign_in):
    part = effect(sheet=draft, on=DAY, branches=[tree["D001"].pk])
    html = sign_in(head).get(page(draft)).content.decode()
    assert f'data-figure="customers">{part.customers}<' in html
    assert "福田支行" not in html
    assert 'name="reason"' not in html
    assert "data-take" not in html
    listed = sign_in(head).get(page(draft, "preview_movers")).content.decode()
    assert re.search(r"客户\d{3}", listed)
    assert "赵敏" not in listed.split("<table")[1]
    assert f"<strong>{part.moved}</strong>" in listed
    html = sign_in(auditor).get(page(draft)).content.decode()
    assert f'data-figure="customers">{effect(sheet=draft, on=DAY).customers}<' in html
    # Another branch in the address finds nobody.
    assert "没有符合" in sign_in(head).get(page(draft, "preview_movers", "?branch=D002")).content.decode()


@pytest.mark.parametrize("name", ["preview", "preview_movers"])
def test_manager_is_refused(draft, manager, sign_in, name):
    assert sign_in(manager).get(page(draft, name)).status_code == 403


@pytest.mark.parametrize("who", ["head", "auditor"])
def test_only_administrators_change_anything(draft, cast, sign_in, who):
    client = sign_in(cast[who])
    for name in ("preview_cutoffs", "preview_forward", "preview_publish"):
        assert client.post(page(draft, name), {"reason": "x", "edition": draft.edition}).status_code == 403
    assert ScoringSheet.objects.get(pk=draft.pk).is_draft


@pytest.mark.parametrize(
    "query",
    [
        "",
        "?direction=up",
        "?direction=down",
        "?from=B&to=A",
        "?branch=D001",
        "?manager=M003",
        "?branch=D002&direction=down",
    ],
)
def test_list_has_the_movers_behind_the_number(draft, tree, manager, other_manager, administrator, sign_in, query):
    asked = dict(pair.split("=") for pair in query.lstrip("?").split("&") if pair)
    branch = tree[asked["branch"]].pk if "branch" in asked else None
    found = movers(
        sheet=draft,
        on=DAY,
        most=1000,
        branches=[branch] if branch else None,
        manager=other_manager.pk if "manager" in asked else None,
        left=asked.get("from"),
        reached=asked.get("to"),
        direction=asked.get("direction", ""),
    )
    html = sign_in(administrator).get(page(draft, "preview_movers", query)).content.decode()
    assert rows(html) == min(found.total, PER_PAGE)
    if found.total:
        assert f"<strong>{found.total}</strong>" in html


def test_list_is_ordered_and_paged_by_the_address(draft, administrator, sign_in, monkeypatch):
    monkeypatch.setattr("tiering.views.preview.movers.PER_PAGE", 4)
    client = sign_in(administrator)
    every = movers(sheet=draft, on=DAY, order="customer", most=1000)
    seen = []
    for number in range(1, -(-every.total // 4) + 1):
        html = client.get(page(draft, "preview_movers", f"?sort=customer&page={number}")).content.decode()
        seen += re.findall(r"\bT\d{3}\b", html.split("<tbody")[1])
    assert seen == sorted(set(seen))
    assert len(seen) == every.total
    for odd in ("99", "-1", "x", "0"):
        html = client.get(page(draft, "preview_movers", f"?sort=nonsense&page={odd}")).content.decode()
        assert 'aria-current="page"' in html


@pytest.mark.parametrize("query", ["?from=XX", "?branch=nowhere", "?direction=sideways", "?manager=nobody%00"])
def test_address_that_names_nothing_finds_nobody(draft, administrator, sign_in, query):
    response = sign_in(administrator).get(page(draft, "preview_movers", query))
    assert response.status_code == 200
    assert rows(response.content.decode()) == 0


def test_export_is_safe_capped_and_noted(draft, head, town, sign_in, monkeypatch):
    monkeypatch.setattr("tiering.views.preview.movers.MOST_ROWS", 1)
    for customer in town.values():
        customer.name = "=1+1"
        customer.save(update_fields=["name"])
    response = sign_in(head).get(page(draft, "preview_movers", "?direction=up&export=xlsx"))
    assert "attachment" in response["Content-Disposition"]
    book = ZipFile(io.BytesIO(response.content))
    assert b"<f>" not in book.read("xl/worksheets/sheet1.xml")
    assert "仅含前 1 行" in book.read("xl/sharedStrings.xml").decode()
    event = AuditEvent.objects.get(verb="sheet.movers_exported")
    assert (event.actor, event.particulars["rows"]) == (head, 1)
    assert "direction=up" in event.particulars["asked"]


# ---- cut-offs ------------------------------------------------------------------------------------------------


def cutoffs(sheet, **minimums):
    return {"edition": sheet.edition} | {f"minimum-{code}": number for code, number in minimums.items()}


def saved(sheet):
    return dict(ScoringSheet.objects.get(pk=sheet.pk).cutoffs.values_list("code", "minimum"))


def test_cut_offs_are_taken_into_the_draft(draft, administrator, sign_in):
    # A tier takes the old points of another one.
    response = sign_in(administrator).post(page(draft, "preview_cutoffs"), cutoffs(draft, VIP=45, A=30, B=12))
    assert response.url == page(draft)
    assert saved(draft) == {"VIP": 45, "A": 30, "B": 12, "C": 0}
    assert ScoringSheet.objects.get(pk=draft.pk).edition == draft.edition + 1
    assert AuditEvent.objects.filter(verb="sheet.written").latest("pk").particulars["cutoffs"]["VIP"] == 45


@pytest.mark.parametrize(
    "typed",
    [
        {"VIP": 45, "A": 45, "B": 30},
        {"VIP": 45, "A": 50, "B": 30},
        {"VIP": 60, "A": 45, "B": 0},
        {"VIP": 60, "A": 45, "B": -3},
        {"VIP": 99999, "A": 45, "B": 3},
        {"VIP": "x", "A": 45, "B": 30},
        {"VIP": "", "A": 45, "B": 30},
        {"A": 45},
    ],
)
def test_cut_offs_out_of_order_come_back_with_the_reason(draft, administrator, sign_in, typed):
    before = saved(draft)
    response = sign_in(administrator).post(page(draft, "preview_cutoffs"), cutoffs(draft, **typed))
    assert response.status_code == 422
    assert 'role="alert"' in response.content.decode()
    assert saved(draft) == before


def test_second_editor_is_told_and_nothing_is_done(draft, administrator, second, sign_in):
    rewrite(draft, second, cutoffs={"VIP": 70, "A": 45, "B": 30, "C": 0})
    client = sign_in(administrator)
    posts = [
        client.post(page(draft, "preview_cutoffs"), cutoffs(draft, VIP=55, A=45, B=30)),
        client.post(page(draft, "preview_publish"), {"edition": draft.edition, "reason": "权重调整"}),
    ]
    for response in posts:
        assert response.status_code == 409
        assert "何洁" in response.content.decode()
    assert saved(draft)["VIP"] == 70
    assert ScoringSheet.objects.get(pk=draft.pk).is_draft


# ---- publishing ------------------------------------------------------------------------------------------------


def test_publishing_takes_a_reason_and_leads_to_the_job(draft, administrator, sign_in):
    client = sign_in(administrator)
    refused = client.post(page(draft, "preview_publish"), {"edition": draft.edition, "reason": "  "})
    assert refused.status_code == 422
    assert ScoringSheet.objects.get(pk=draft.pk).is_draft
    response = client.post(
        page(draft, "preview_publish"), {"edition": draft.edition, "reason": "权重调整"}, follow=True
    )
    job = Job.objects.get(kind="retier")
    html = response.content.decode()
    assert reverse("jobs:progress", args=[job.public_id]) in html
    for text in ("权重调整", "正在重新评级", administrator.name):
        assert text in html
    publication = Publication.objects.get()
    assert job.params == {"as_of": "2026-11-21", "cause": "publish", "publication": publication.pk}
    run = retier(as_of=DAY, cause=Cause.PUBLISH, publication=publication)
    Job.objects.update(state="done")
    moved = sum(move["count"] for move in run.result["moves"] if move["scheme"] == "sheet")
    html = client.get(reverse("tiering:publications")).content.decode()
    assert re.search(rf'class="num"[^>]*>\s*{moved}\s*</td>', html)
    assert reverse("tiering:publication_take_back", args=[publication.public_id]) in html
    again = client.post(page(draft, "preview_publish"), {"edition": draft.edition, "reason": "再来一次"})
    assert again.status_code == 422
    assert Publication.objects.count() == 1


def test_unsound_draft_shows_what_to_mend_and_where(draft, administrator, sign_in):
    draft.criteria.get(fact="occupation").options.first().delete()
    draft.cutoffs.filter(code="C").update(minimum=5)
    client = sign_in(administrator)
    html = client.get(page(draft)).content.decode()
    assert "职业" in html.split("preview-problems")[1].split("</section>")[0]
    assert "data-publish" not in html
    response = client.post(page(draft, "preview_publish"), {"edition": draft.edition, "reason": "权重调整"})
    assert response.status_code == 422
    assert ScoringSheet.objects.get(pk=draft.pk).is_draft


def test_page_says_that_no_scheme_uses_the_sheet(draft, administrator, sign_in):
    Scheme.objects.filter(code="sheet").update(active=False)
    assert "没有启用的分层方案使用此评估表" in sign_in(administrator).get(page(draft)).content.decode()


@pytest.mark.parametrize("state", [SheetState.PUBLISHED, SheetState.RETIRED])
def test_version_that_is_no_draft_is_shown_and_not_offered(draft, sheet, administrator, sign_in, state):
    publish(sheet=draft, reason="权重调整", on=DAY, now=NOW, by=administrator)
    version = ScoringSheet.objects.get(code="standard", state=state)
    html = sign_in(administrator).get(page(version)).content.decode()
    assert "data-cutoffs" not in html
    assert 'name="reason"' not in html


def test_two_people_publish_where_the_bank_asks_for_it(draft, administrator, second, sign_in, settings):
    settings.PUBLISHING_TAKES_TWO = True
    client = sign_in(administrator)
    alone = client.post(page(draft, "preview_publish"), {"edition": draft.edition, "reason": "权重调整"})
    assert alone.status_code == 422
    assert page(draft, "preview_forward") in client.get(page(draft)).content.decode()
    response = client.post(page(draft, "preview_forward"), {"edition": draft.edition, "reason": "权重调整"})
    assert response.url == page(draft)
    own = client.get(page(draft)).content.decode()
    assert 'name="reason"' not in own
    assert "由另一人发布" in own
    refused = client.post(page(draft, "preview_publish"), {"edition": draft.edition, "reason": "还是我"})
    assert refused.status_code == 422
    assert ScoringSheet.objects.get(pk=draft.pk).is_draft
    client = sign_in(second)
    html = client.get(page(draft)).content.decode()
    for text in (administrator.name, "权重调整", page(draft, "preview_publish")):
        assert text in html
    assert administrator.name in client.get(reverse("tiering:publications")).content.decode()
    # Without a reason of their own the first one's holds.
    client.post(page(draft, "preview_publish"), {"edition": draft.edition, "reason": ""})
    publication = Publication.objects.get()
    assert (publication.proposed_by, publication.published_by, publication.reason) == (
        administrator,
        second,
        "权重调整",
    )


def test_edit_takes_back_what_was_put_forward(draft, administrator, second, sign_in, settings):
    settings.PUBLISHING_TAKES_TWO = True
    client = sign_in(administrator)
    client.post(page(draft, "preview_forward"), {"edition": draft.edition, "reason": "权重调整"})
    client.post(page(draft, "preview_cutoffs"), cutoffs(draft, VIP=50, A=45, B=30))
    draft.refresh_from_db()
    assert draft.submitted_by is None
    refused = sign_in(second).post(page(draft, "preview_publish"), {"edition": draft.edition, "reason": "同意"})
    assert refused.status_code == 422


# ---- taking back ------------------------------------------------------------------------------------------------


def in_force(draft, by):
    publish(sheet=draft, reason="权重调整", on=DAY, now=NOW, by=by)
    publication = Publication.objects.get(sheet=draft)
    return publication, retier(as_of=DAY, cause=Cause.PUBLISH, publication=publication)


def test_taking_back_shows_what_is_put_back_and_takes_a_reason(draft, administrator, sign_in):
    retier(as_of=DAY)
    publication, run = in_force(draft, administrator)
    moved = sum(move["count"] for move in run.result["moves"] if move["scheme"] == "sheet")
    address = reverse("tiering:publication_take_back", args=[publication.public_id])
    client = sign_in(administrator)
    assert f"<strong>{moved} 户退回原层级</strong>" in client.get(address).content.decode()
    assert client.post(address, {"reason": " "}).status_code == 422
    publication.refresh_from_db()
    assert publication.taken_back_on is None
    assert client.post(address, {"reason": "影响太大"}).url == reverse("tiering:publications")
    publication.refresh_from_db()
    assert (publication.taken_back_reason, publication.taken_back_by) == ("影响太大", administrator)
    assert Job.objects.filter(params__cause="rollback").count() == 1
    html = client.get(reverse("tiering:publications")).content.decode()
    assert "影响太大" in html
    assert address not in html
    again = client.post(address, {"reason": "再撤一次"})
    assert again.status_code == 422
    assert "不能撤回" in again.content.decode()
    assert Job.objects.filter(params__cause="rollback").count() == 1


def test_only_the_publication_in_force_can_be_taken_back(draft, administrator, sign_in):
    first, _run = in_force(draft, administrator)
    later, _run = in_force(start_draft(sheet=draft, by=administrator), administrator)
    client = sign_in(administrator)
    html = client.get(reverse("tiering:publication_take_back", args=[first.public_id])).content.decode()
    assert 'name="reason"' not in html
    assert "先撤回" in html
    take_back(publication=later, reason="影响太大", on=DAY, now=NOW, by=administrator)
    html = client.get(reverse("tiering:publication_take_back", args=[first.public_id])).content.decode()
    assert 'name="reason"' in html


def test_heads_and_auditors_read_publications_and_are_led_to_the_moves(draft, administrator, head, auditor, sign_in):
    publication, _run = in_force(draft, administrator)
    address = reverse("tiering:publication_take_back", args=[publication.public_id])
    for who in (head, auditor):
        html = sign_in(who).get(reverse("tiering:publications")).content.decode()
        assert "权重调整" in html
        assert address not in html
        assert f"{reverse('tiering:movements')}?scheme=sheet&amp;since=2026-11-21&amp;until=2026-11-21" in html
        assert sign_in(who).get(address).status_code == 403
