"""Sign-in, language, colours, profile, the audit trail, health."""

import pytest
from django.urls import reverse

from staff.models import AuditEvent, Cover
from staff.services import record


@pytest.mark.parametrize(
    "path", ["/", "/customers/", "/tiering/", "/visits/", "/proposals/", "/staff/audit/", "/jobs/", "/admin/"]
)
def test_every_page_asks_for_a_sign_in(client, db, path):
    response = client.get(path)
    assert response.status_code == 302
    assert "/login/" in response.url


def test_sign_in_and_out(client, manager):
    response = client.post(reverse("login"), {"username": "M001", "password": "correct horse battery"})
    assert (response.status_code, response.url) == (302, "/")
    assert client.post(reverse("logout")).status_code == 302
    assert client.get("/").status_code == 302


def test_wrong_password_says_so_in_the_language_of_the_page(client, manager):
    client.cookies["language"] = "en"
    page = client.post(reverse("login"), {"username": "M001", "password": "wrong"}).content.decode()
    assert "M001" in page
    assert 'lang="en"' in page


def test_language_is_kept_with_the_person(sign_in, manager):
    client = sign_in(manager)
    client.post(reverse("staff:language"), {"language": "en", "next": "/staff/profile/"})
    assert client.get(reverse("staff:profile")).headers["Content-Language"] == "en"
    manager.refresh_from_db()
    assert manager.language == "en"


@pytest.mark.parametrize("target", ["https://elsewhere.example/", "//elsewhere.example/", "javascript:alert(1)"])
def test_switches_never_lead_off_the_host(sign_in, manager, target):
    response = sign_in(manager).post(reverse("staff:language"), {"language": "en", "next": target})
    assert response.url == "/"


@pytest.mark.parametrize(("name", "field"), [("language", "language"), ("theme", "theme")])
def test_unknown_choice_is_refused(sign_in, manager, name, field):
    assert sign_in(manager).post(reverse(f"staff:{name}"), {field: "klingon"}).status_code == 400


def test_theme_is_kept_with_the_person(sign_in, manager):
    sign_in(manager).post(reverse("staff:theme"), {"theme": "dark"})
    manager.refresh_from_db()
    assert manager.theme == "dark"


def test_password_change_checks_the_old_one(sign_in, manager):
    client = sign_in(manager)
    new = {"new_password1": "another long phrase", "new_password2": "another long phrase"}
    assert client.post(reverse("password_change"), {"old_password": "wrong"} | new).status_code == 200
    assert client.post(reverse("password_change"), {"old_password": "correct horse battery"} | new).status_code == 302
    manager.refresh_from_db()
    assert manager.check_password("another long phrase")


def test_profile_names_whom_one_stands_in_for(sign_in, manager, colleague, today):
    Cover.objects.create(absent=colleague, substitute=manager, starts_on=today, ends_on=today)
    assert colleague.name in sign_in(manager).get(reverse("staff:profile")).content.decode()


@pytest.mark.parametrize(
    ("who", "expected"), [("auditor", 200), ("administrator", 200), ("manager", 403), ("head", 403)]
)
def test_audit_trail_is_for_auditors_and_administrators(cast, sign_in, who, expected):
    assert sign_in(cast[who]).get(reverse("staff:audit")).status_code == expected


def test_refusal_leaves_a_row_in_the_trail(sign_in, manager):
    sign_in(manager).get(reverse("staff:audit"))
    assert AuditEvent.objects.filter(verb="access.denied", actor=manager).count() == 1


@pytest.mark.parametrize("rows", [1, 3])
def test_audit_trail_takes_the_same_queries_for_one_and_three(
    sign_in, auditor, manager, django_assert_num_queries, rows
):
    for _ in range(rows):
        record(actor=manager, verb="customer.edited", subject=manager, fields=["name"])
    client = sign_in(auditor)
    with django_assert_num_queries(4):
        response = client.get(reverse("staff:audit"))
    assert response.content.decode().count("customer.edited") == rows


def test_audit_trail_filters_by_person_and_action(sign_in, auditor, manager, head):
    record(actor=manager, verb="visit.recorded")
    record(actor=head, verb="proposal.accepted")
    page = sign_in(auditor).get(reverse("staff:audit"), {"staff_no": "m001", "verb": "visit"}).content.decode()
    assert "visit.recorded" in page
    assert "proposal.accepted" not in page


def test_pages_are_not_kept_by_browsers(sign_in, manager):
    assert sign_in(manager).get(reverse("staff:profile")).headers["Cache-Control"] == "no-store"


def test_health_answers_without_sign_in(client, db):
    assert client.get("/livez").status_code == 200
    assert client.get("/readyz").status_code == 200


def test_every_page_forbids_foreign_scripts(client, db):
    policy = client.get(reverse("login")).headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy


@pytest.mark.parametrize(
    ("name", "asked"),
    [
        ("customers:list", "tier"),
        ("customers:handover_unplaced", "of"),
        ("customers:handover_add", "to"),
        ("customers:need_unmet", "branch"),
        ("tiering:dashboard", "manager"),
    ],
)
def test_an_address_with_a_nul_is_answered(head, sign_in, name, asked):
    assert sign_in(head).get(reverse(name), {asked: "\x00"}).status_code < 500
