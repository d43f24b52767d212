"""The shell of every page: places by role, the badge, sign-in, errors, and what the browser is allowed."""

import json
import re

import pytest
from django.urls import reverse

PROFILE = "/staff/profile/"
DESK = ["/", "/customers/", "/visits/", "/visits/calendar/", "/proposals/"]
SERVED = [f"/customers/{place}/" for place in ("groups", "referrals", "needs", "outside", "handovers")]
KEPT = ["/customers/endings/", "/customers/quality/"]
STAND = ["/tiering/", "/tiering/overrides/", "/tiering/rights/", "/care/ladder/", "/care/attention/"]
PLACES = {
    "manager": [*DESK, *SERVED, *KEPT, *STAND],
    "head": [*DESK, *SERVED, "/customers/restricted/", *KEPT, *STAND],
    "auditor": [
        *[*DESK, *SERVED, "/customers/restricted/", *KEPT, *STAND],
        *["/customers/imports/", "/jobs/", "/staff/audit/"],
    ],
    "administrator": ["/customers/imports/", "/jobs/", "/staff/audit/", "/tiering/publications/", "/admin/"],
}


def sidebar(html):
    return html[html.index('<nav class="shell-nav"') : html.index('<div class="shell-sidebar-foot">')]


@pytest.mark.parametrize("role", PLACES)
def test_sidebar_offers_the_places_of_the_role(role, cast, client):
    client.force_login(cast[role])
    html = client.get(PROFILE).content.decode()
    assert re.findall(r'<a[^>]* href="([^"]+)"', sidebar(html)) == PLACES[role]


@pytest.mark.parametrize("role", PLACES)
def test_no_place_of_the_sidebar_is_forbidden_or_missing(role, cast, client):
    client.force_login(cast[role])
    assert {address: client.get(address).status_code for address in PLACES[role]} == dict.fromkeys(PLACES[role], 200)


def test_sidebar_marks_the_page_in_hand(manager, client):
    client.force_login(manager)
    html = sidebar(client.get(reverse("visits:calendar")).content.decode())
    assert html.count('aria-current="page"') == 1
    assert 'href="/visits/calendar/" aria-current="page"' in html


def test_administrator_has_no_customer_search(administrator, client):
    client.force_login(administrator)
    assert "top-search-results" not in client.get(PROFILE).content.decode()


def test_search_is_sent_by_post(manager, client):
    client.force_login(manager)
    html = client.get(PROFILE).content.decode()
    assert f'hx-post="{reverse("customers:search")}"' in html
    assert f'hx-get="{reverse("customers:search")}"' not in html


@pytest.mark.parametrize(
    ("theme", "language", "start"),
    [
        ("dark", "en", 'lang="en" data-theme="dark" data-bs-theme="dark" data-rise="green"'),
        ("auto", "zh-hans", 'lang="zh-hans" data-theme="auto" data-bs-theme="light" data-rise="red"'),
    ],
)
def test_page_starts_in_the_colours_and_language_of_the_person(theme, language, start, manager, client):
    manager.theme, manager.language = theme, language
    manager.save()
    client.force_login(manager)
    assert start in client.get(PROFILE).content.decode()


def test_sign_in_page_says_what_is_wrong_and_keeps_the_number(manager, client):
    response = client.post(reverse("login"), {"username": "nobody", "password": "wrong"})
    html = response.content.decode()
    assert 'role="alert"' in html
    assert 'value="nobody"' in html
    assert "wrong" not in html


def test_sign_in_page_shows_hostile_input_inert(db, client):
    html = client.post(reverse("login"), {"username": '"><script>1</script>', "password": "x"}).content.decode()
    assert "<script>1" not in html


def test_missing_page_has_a_way_back(manager, client):
    client.force_login(manager)
    response = client.get("/nowhere/")
    assert response.status_code == 404
    assert 'href="/"' in response.content.decode()


@pytest.mark.parametrize("address", [PROFILE, "/accounts/login/", "/nowhere/"])
def test_pages_carry_neither_inline_style_nor_script(address, manager, client):
    if address != "/accounts/login/":
        client.force_login(manager)
    response = client.get(address)
    html = response.content.decode()
    assert not re.search(r"<[^>]+\sstyle=", html)
    assert not re.search(r"<script(?![^>]*\ssrc=)", html)
    assert not re.search(r"\son\w+=", html)
    assert "unsafe" not in response.headers["Content-Security-Policy"]


def test_only_admin_may_use_inline_styles(administrator, client):
    client.force_login(administrator)
    policy = client.get("/admin/").headers["Content-Security-Policy"]
    assert "style-src 'self' 'unsafe-inline'" in policy
    assert "script-src 'self';" in f"{policy};"
    assert "unsafe" not in client.get(PROFILE).headers["Content-Security-Policy"]


def test_admin_leads_back_to_the_desk(administrator, client):
    client.force_login(administrator)
    assert f'href="{PROFILE}"' in client.get("/admin/").content.decode()


def test_an_empty_list_says_what_to_do(manager, client):
    client.force_login(manager)
    page = client.get(reverse("visits:list")).content.decode()
    assert "安排第一次拜访：选客户、给两个时间、做准备。" in page


def test_htmx_writes_no_style_that_the_content_policy_would_refuse(manager, client):
    client.force_login(manager)
    config = re.search(r"name=\"htmx-config\" content='([^']+)'", client.get(PROFILE).content.decode())
    told = json.loads(config[1])
    assert told["includeIndicatorStyles"] is False
    assert "style" not in told["attributesToSettle"]
