"""The pages of imports by mapping: from the file to the undo, and what an administrator must not see."""

import csv
import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from customers.models import Customer, ImportRun, Mapping
from customers.services.mapping.library import save_mapping
from jobs.models import Job
from jobs.tasks import run_now
from staff.models import AuditEvent

pytestmark = pytest.mark.django_db

BEGIN = reverse("customers:import_begin")
FILE = (
    "客户编号,姓名,手机号,职业,备注,婚姻状况\n"
    "K1,王小芳,13812345678,管理人员,身份证11010519491231002X,已婚\n"
    "K2,李强,13912345678,木匠,lee@example.com,离婚\n"
    "K3,,13712345678,公务员,,未婚\n"
)


@pytest.fixture(autouse=True)
def uploads(settings, tmp_path, monkeypatch):
    """Uploads go to a folder of the test; nobody rings, the test does the job itself."""
    settings.UPLOAD_DIR = tmp_path / "uploads"
    monkeypatch.setattr("jobs.tasks.run.delay", lambda job_id: None)


@pytest.fixture
def admin(administrator, sign_in):
    return sign_in(administrator)


def begin(client, text=FILE, **said):
    file = SimpleUploadedFile("客户.csv", text.encode("gb18030"))
    return client.post(BEGIN, {"begin-file": file, "begin-target": "customers", "begin-as_of": "2026-11-21"} | said)


def address(name, run):
    return reverse(f"customers:{name}", args=[run.public_id])


@pytest.fixture
def draft(admin, tree):
    answer = begin(admin)
    run = ImportRun.objects.get()
    assert answer.url == address("import_mapping", run)
    return run


def fill(run, **changes):
    """The grid as a browser would send it, with changes."""
    said = {}
    for name, column in run.definition["columns"].items():
        said[f"source-{name}"] = f"h:{column['from']}" if "from" in column else "constant"
        said[f"text-{name}"] = column.get("constant", "")
    return said | {
        "source-kind": "constant",
        "text-kind": "individual",
        "source-branch_code": "constant",
        "text-branch_code": "D001",
        **changes,
    }


def do_jobs():
    for job in Job.objects.open().exclude(kind="retier"):
        Job.objects.filter(pk=job.pk).update(due_at=timezone.now())
        run_now(job.pk)


def test_headings_and_codes_are_suggested(draft):
    columns = draft.definition["columns"]
    assert columns["customer_no"] == {"from": "客户编号"}
    assert columns["occupation"] == {"from": "职业", "codes": {"管理人员": "executive"}}
    assert columns["marital_status"]["codes"] == {"离婚": "divorced"}


def test_administrator_sees_codes_but_no_personal_data(admin, draft):
    page = admin.get(address("import_mapping", draft)).content.decode()
    for hidden in ("王小芳", "13812345678", "11010519491231002X", "lee@example.com"):
        assert hidden not in page
    for shown in ("管理人员", "木匠", "已婚", "K1", "138****5678"):
        assert shown in page


def test_whole_way_from_file_to_undo(admin, draft, manager):
    posted = fill(draft, verb="check")
    posted |= {"their-occupation-0": "木匠", "code-occupation-0": "technician", "unknown-occupation": "leave"}
    posted |= {"their-occupation-1": "管理人员", "code-occupation-1": "executive"}
    answer = admin.post(address("import_mapping", draft), posted)
    assert answer.url == address("import_detail", draft)
    assert b"hx-get" in admin.get(answer.url).content
    do_jobs()
    draft.refresh_from_db()
    counts = draft.preview["counts"]
    assert (counts["rows"], counts["inserted"], counts["rejected"]) == (3, 2, 1)
    assert not Customer.objects.exists()

    assert "import_run" not in admin.get(address("import_detail", draft)).content.decode()
    admin.post(address("import_save", draft), {"name": "柜面系统"})
    admin.post(address("import_run", draft))
    do_jobs()
    assert Customer.objects.get(customer_no="K2").person.occupation == "technician"
    page = admin.get(address("import_detail", draft)).content.decode()
    assert "柜面系统" in page
    assert address("import_undo", draft) in page

    admin.post(address("import_undo", draft))
    do_jobs()
    assert not Customer.objects.exists()
    assert address("import_undo", draft) not in admin.get(address("import_detail", draft)).content.decode()
    assert set(AuditEvent.objects.values_list("verb", flat=True)) >= {
        "import.begun",
        "import.started",
        "import.undone",
        "mapping.saved",
    }


@pytest.mark.parametrize(("reason", "clear"), [("", False), ("退回柜面更正", True)])
def test_rejected_rows_come_back_clear_only_with_a_reason(admin, draft, manager, reason, clear):
    admin.post(address("import_mapping", draft), fill(draft, verb="check"))
    do_jobs()
    admin.post(address("import_run", draft))
    do_jobs()
    answer = admin.post(address("import_rows", draft), {"reason": reason})
    rows = list(csv.reader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))
    assert rows[0][:3] == ["客户编号", "姓名", "手机号"]
    assert (rows[1][2] == "13712345678") is clear
    assert AuditEvent.objects.get(verb="import.rejected_rows_exported").particulars["clear"] is clear


def test_missing_columns_are_named_and_nothing_begins(admin, draft):
    answer = admin.post(address("import_mapping", draft), fill(draft, verb="check") | {"source-branch_code": ""})
    assert answer.status_code == 422
    assert "branch_code" in answer.content.decode()
    assert not Job.objects.exists()
    draft.refresh_from_db()
    assert draft.definition["columns"]["kind"] == {"constant": "individual"}


def test_changing_how_the_file_is_written_begins_anew(admin, draft):
    options = {"verb": "options", "target": "holdings", "encoding": "gb18030", "delimiter": ",", "header_row": "0"}
    assert admin.post(address("import_mapping", draft), options).status_code == 302
    draft.refresh_from_db()
    assert (draft.definition["target"], draft.definition["file"]["header_row"]) == ("holdings", 0)
    options |= {"encoding": "utf-8"}
    assert admin.post(address("import_mapping", draft), options).status_code == 422


def test_saved_mapping_reads_the_next_file(admin, draft, administrator):
    save_mapping(name="柜面系统", definition=draft.definition, by=administrator)
    begin(admin, **{"begin-mapping": Mapping.objects.get().pk})
    run = ImportRun.objects.order_by("-pk").first()
    assert (run.edition.mapping.name, run.definition["columns"]) == ("柜面系统", draft.definition["columns"])
    mapping = Mapping.objects.get()
    edition = reverse("customers:import_mapping_edition", args=[mapping.public_id, 1])
    assert admin.get(edition).json()["target"] == "customers"
    assert admin.get(reverse("customers:import_mapping_detail", args=[mapping.public_id])).status_code == 200
    admin.post(reverse("customers:import_mapping_retire", args=[mapping.public_id]))
    assert begin(admin, **{"begin-mapping": mapping.pk}).status_code == 422


@pytest.mark.parametrize("text", ["", "a,b\n", "\0\1" * 500])
def test_file_that_is_none_gets_a_sentence(admin, text):
    answer = begin(admin, text)
    assert answer.status_code == 422
    assert "form-errors" in answer.content.decode()
    assert not ImportRun.objects.exists()


def test_draft_is_thrown_away_with_its_file(admin, draft, settings):
    admin.post(address("import_discard", draft))
    assert not ImportRun.objects.exists()
    assert not list(settings.UPLOAD_DIR.iterdir())


@pytest.mark.parametrize("rows", [1, 3])
def test_list_of_mappings_asks_the_same_number_of_questions(admin, administrator, django_assert_num_queries, rows):
    for number in range(rows):
        definition = {"target": "customers", "columns": {"kind": {"constant": "individual"}}}
        save_mapping(name=f"系统 {number}", definition=definition, by=administrator)
    admin.get(reverse("customers:import_mappings"))
    with django_assert_num_queries(3):
        admin.get(reverse("customers:import_mappings"))
