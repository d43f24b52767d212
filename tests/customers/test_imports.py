"""The pages of extracts: who may, what an upload becomes, what a download says."""

import csv
import io
import stat
import zipfile
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from customers.models import Customer, ImportIssue, ImportRun
from customers.rules.exports import DANGEROUS, csv_lines, safe_cell
from jobs.models import Job
from jobs.tasks import run_now
from staff.models import AuditEvent
from tests.customers.extracts import AS_OF, BANK

pytestmark = pytest.mark.django_db

LIST = reverse("customers:import_list")
UPLOAD = reverse("customers:import_upload")


@pytest.fixture(autouse=True)
def uploads(settings, tmp_path, monkeypatch):
    """Uploads go to a folder of the test; nobody rings, the test does the job itself."""
    settings.UPLOAD_DIR = tmp_path / "uploads"
    monkeypatch.setattr("jobs.tasks.run.delay", lambda job_id: None)
    return settings.UPLOAD_DIR


def files(**kinds):
    return [
        SimpleUploadedFile(f"{kind}.csv", ("\n".join(lines) + "\n").encode()) for kind, lines in (kinds or BANK).items()
    ]


def upload(client, chosen, as_of="2026-12-31"):
    return client.post(UPLOAD, {"files": chosen, "as_of": as_of})


@pytest.fixture
def run(administrator):
    return ImportRun.objects.create(as_of=AS_OF, source="x.zip", state="done", started_by=administrator)


def refuse(run, **fields):
    fields = {"level": "rejected", "file": "customers", "line": 2, "column": "name", "reason": "missing"} | fields
    return ImportIssue.objects.create(run=run, **fields)


@pytest.mark.parametrize(("who", "status"), [("administrator", 200), ("auditor", 200), ("manager", 403), ("head", 403)])
def test_list_is_for_administrators_and_auditors(cast, sign_in, who, status):
    assert sign_in(cast[who]).get(LIST).status_code == status


@pytest.mark.parametrize(("who", "status"), [("administrator", 422), ("auditor", 403), ("manager", 403)])
def test_only_administrators_upload(cast, sign_in, who, status):
    assert sign_in(cast[who]).post(UPLOAD).status_code == status


def test_only_administrators_see_the_form(administrator, auditor, sign_in):
    assert b'name="files"' in sign_in(administrator).get(LIST).content
    assert b'name="files"' not in sign_in(auditor).get(LIST).content


@pytest.mark.parametrize("rows", [1, 3])
def test_list_asks_the_same_number_of_questions(administrator, sign_in, django_assert_num_queries, rows):
    for _ in range(rows):
        ImportRun.objects.create(as_of=AS_OF, source="x.zip", state="done", started_by=administrator)
    client = sign_in(administrator)
    client.get(LIST)
    with django_assert_num_queries(5):
        client.get(LIST)


@pytest.mark.parametrize("rows", [1, 3])
def test_detail_asks_the_same_number_of_questions(run, administrator, sign_in, django_assert_num_queries, rows):
    for line in range(rows):
        refuse(run, line=line)
        refuse(run, line=line, level="warning", value=f"v{line}", reason="bad_code")
    client = sign_in(administrator)
    address = reverse("customers:import_detail", args=[run.public_id])
    client.get(address)
    with django_assert_num_queries(5):
        client.get(address)


def test_upload_is_kept_private_loaded_by_a_job_and_thrown_away(administrator, sign_in, uploads):
    client = sign_in(administrator)
    response = upload(client, files())
    run = ImportRun.objects.get()
    address = reverse("customers:import_detail", args=[run.public_id])
    assert response.headers["Location"] == address
    kept = list(uploads.rglob("*.csv"))
    assert len(kept) == len(BANK)
    assert {stat.S_IMODE(path.stat().st_mode) for path in kept} == {0o600}
    assert b'hx-trigger="every 1s"' in client.get(address, headers={"HX-Request": "true"}).content
    job = run_now(run.job_id)
    assert (job.state, job.error) == ("done", "")
    run.refresh_from_db()
    assert (run.state, run.files["customers"]["inserted"]) == ("done", 2)
    assert Customer.objects.count() == 2
    assert list(uploads.iterdir()) == []
    page = client.get(address, headers={"HX-Request": "true"}).content
    assert b'hx-trigger="every 1s"' not in page
    assert set(AuditEvent.objects.values_list("verb", flat=True)) >= {"extract.uploaded", "extract.loaded"}
    assert Job.objects.filter(kind="retier").count() == 1


def test_zip_is_taken(administrator, sign_in, uploads):
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for kind, lines in BANK.items():
            archive.writestr(f"{kind}.csv", "\n".join(lines))
    upload(sign_in(administrator), [SimpleUploadedFile("extract.zip", content.getvalue())])
    assert run_now(Job.objects.get(kind="load_extract").pk).state == "done"
    assert Customer.objects.count() == 2


@pytest.mark.parametrize(
    ("chosen", "as_of"),
    [
        ([], "2026-12-31"),
        ([("customers.csv", b"x")], ""),
        ([("customers.csv", b"x")], "9999-12-31"),
        ([("notes.csv", b"x")], "2026-12-31"),
        ([("customers.csv", b"x"), ("客户.csv", b"x")], "2026-12-31"),
        ([("customers.csv", b"x"), ("customers.csv", b"x")], "2026-12-31"),
        ([("extract.zip", b"PK\x03\x04rubbish")], "2026-12-31"),
        ([("customers.csv", b"")], "2026-12-31"),
    ],
)
def test_what_is_no_extract_is_refused_at_once_and_not_kept(administrator, sign_in, uploads, chosen, as_of):
    response = upload(sign_in(administrator), [SimpleUploadedFile(*file) for file in chosen], as_of)
    assert response.status_code == 422
    assert b"form-errors" in response.content
    assert not ImportRun.objects.exists()
    assert not uploads.exists() or list(uploads.iterdir()) == []


def test_upload_beyond_the_limit_is_refused(administrator, sign_in, settings):
    settings.UPLOAD_LIMIT_BYTES = 10
    assert upload(sign_in(administrator), files()).status_code == 422


def test_second_upload_waits_until_the_first_has_ended(administrator, sign_in, uploads):
    client = sign_in(administrator)
    upload(client, files())
    assert upload(client, files()).status_code == 422
    assert ImportRun.objects.count() == 1
    assert len(list(uploads.iterdir())) == 1
    run_now(ImportRun.objects.get().job_id)
    assert upload(client, files()).status_code == 302


def test_unreadable_upload_fails_with_its_sentence(administrator, sign_in, uploads):
    client = sign_in(administrator)
    upload(client, [SimpleUploadedFile("customers.csv", b"customer_no,name\nC1,x\n")])
    run = ImportRun.objects.get()
    assert run_now(run.job_id).state == "failed"
    run.refresh_from_db()
    assert run.state == "failed"
    page = client.get(reverse("customers:import_detail", args=[run.public_id])).content.decode()
    assert "kind, branch_code" in page
    assert list(uploads.iterdir()) == []


def test_cancelled_load_leaves_a_sentence(administrator, sign_in, uploads):
    client = sign_in(administrator)
    upload(client, files())
    run = ImportRun.objects.get()
    Job.objects.filter(pk=run.job_id).update(cancel_asked=True)
    assert run_now(run.job_id).state == "cancelled"
    run.refresh_from_db()
    assert run.state == "failed"
    assert not Customer.objects.exists()
    assert list(uploads.iterdir()) == []


def test_names_of_uploads_lead_nowhere_else(administrator, sign_in, uploads):
    upload(sign_in(administrator), [SimpleUploadedFile("../../../customers.csv", b"x")])
    assert not (Path(uploads).parent / "customers.csv").exists()


def test_rejected_rows_are_downloaded_with_their_reasons(run, administrator, sign_in):
    refuse(run, line=7, column="branch_code", value="=cmd()", reason="unknown_branch")
    refuse(run, line=8, level="warning")
    response = sign_in(administrator).get(reverse("customers:import_rejected", args=[run.public_id]))
    content = b"".join(response.streaming_content)
    assert content.startswith(b"\xef\xbb\xbf")
    _, *rows = csv.reader(io.StringIO(content.decode("utf-8-sig")))
    assert [row[:4] for row in rows] == [["customers", "7", "branch_code", "'=cmd()"]]
    assert rows[0][4]


def test_page_shows_script_tags_inert(run, administrator, sign_in):
    refuse(run, value="<script>alert(1)</script>")
    refuse(run, level="warning", value="<script>alert(2)</script>", reason="bad_code")
    page = sign_in(administrator).get(reverse("customers:import_detail", args=[run.public_id])).content
    assert b"<script>alert" not in page


@pytest.mark.parametrize("text", [f"{mark}1" for mark in DANGEROUS] + ["  =1", "\t=1"])
def test_no_cell_begins_like_a_formula(text):
    assert safe_cell(text).startswith("'")


def test_plain_cells_stay_as_they_are():
    assert [safe_cell(cell) for cell in ("a=b", 12, None, "")] == ["a=b", "12", "", ""]
    assert "".join(csv_lines(["a"], [["1,2"]])) == '\ufeffa\r\n"1,2"\r\n'
