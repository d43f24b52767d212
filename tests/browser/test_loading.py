"""2. Loading: an administrator uploads a zip, reads what became of its rows and why; again changes nothing."""

import io
import re
import zipfile
from pathlib import Path

import pytest
from playwright.sync_api import expect

GOOD = 60
HEADER = "customer_no,kind,name,id_type,id_no,mobile,branch_code,manager_no,annual_income"


def odd_rows(prefix):
    """A row whose identity number is wrong, and two that cannot be taken at all."""
    return [
        f"{prefix}B1,individual,错号,resident_id,440305198505050013,13800000000,B0101,M010101,",
        f"{prefix}B2,individual,无此机构,,,13800000001,B9999,M010101,",
        f"{prefix}0001,individual,重号,,,13800000002,B0101,M010101,",
    ]


@pytest.fixture
def extract(turn, tmp_path):
    """A zip of two files: 60 good customers, three odd ones, and a holding of nobody."""
    prefix = f"Z{turn}"
    rows = [
        f"{prefix}{number:04d},individual,新客{number},,,1390000{number:04d},B0101,M010101,120000"
        for number in range(GOOD)
    ]
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("customers.csv", "\n".join([HEADER, *rows, *odd_rows(prefix)]) + "\n")
        archive.writestr(
            "holdings.csv",
            f"holding_no,customer_no,product_code,balance,status\n{prefix}H1,NOBODY{turn},CA01,100,open\n",
        )
    path = tmp_path / f"extract-{turn}.zip"
    path.write_bytes(content.getvalue())
    return path


def load(page, say, path, as_of):
    """Upload and wait until the load has ended; returns the numbers of each file's line."""
    page.goto("/customers/imports/")
    page.set_input_files("input[name=files]", path)
    page.fill("input[name=as_of]", as_of.isoformat())
    page.get_by_role("button", name=say("Load"), exact=True).click()
    page.wait_for_url(re.compile(r"/customers/imports/[0-9a-f-]{36}/$"))
    state = page.locator("#import-status .job-state").first
    expect(state).to_have_class(re.compile("job-state-done"))
    rows = page.locator("#import-status table").first.locator("tbody tr")
    return {tuple(int(text) for text in row.locator("td.num").all_inner_texts()) for row in rows.all()}


def test_zip_is_loaded_counted_and_its_bad_rows_explained(bank, browse, language, say, extract, turn):
    page = browse("admin", language)
    assert load(page, say, extract, bank.today) == {(GOOD + 3, GOOD + 1, 0, 0, 2, 1), (1, 0, 0, 0, 1, 0)}
    rejected = page.locator("#import-status table", has=page.locator("caption", has_text=say("Rejected rows")))
    expect(rejected.locator("tbody tr")).to_have_count(3)
    # A number that does not add up is kept from the file and told, masked.
    expect(page.get_by_text("440305198505050013")).to_have_count(0)
    expect(page.locator("#import-status")).to_contain_text("440***")
    with page.expect_download() as download:
        page.get_by_role("link", name=say("Download")).click()
    told = Path(download.value.path()).read_text(encoding="utf-8-sig")
    assert len(told.strip().splitlines()) == 4
    assert "B9999" in told
    # The administrator who loads customers sees none of them.
    expect(page.get_by_text("13900000001")).to_have_count(0)

    assert load(page, say, extract, bank.today) == {(GOOD + 3, 0, 0, GOOD + 1, 2, 1), (1, 0, 0, 0, 1, 0)}
    page.goto("/jobs/")
    expect(page.locator(".list")).to_contain_text(say("Done"))
    found = browse("manager", language)
    found.goto(f"/customers/?q=Z{turn}0007")
    expect(found.locator("#list tbody tr")).to_have_count(1)
    expect(found.locator("#list tbody tr")).to_contain_text("新客7")


def test_file_that_is_no_extract_is_refused_in_a_sentence(browse, bank, watch, language, say, tmp_path):
    path = tmp_path / "rubbish.zip"
    path.write_bytes(b"PK\x03\x04 not an archive")
    page = browse("admin", language)
    page.goto("/customers/imports/")
    page.set_input_files("input[name=files]", path)
    page.fill("input[name=as_of]", bank.today.isoformat())
    with watch.expecting("answer 422: POST /customers/imports/upload/"):
        page.get_by_role("button", name=say("Load"), exact=True).click()
        expect(page.get_by_role("alert")).not_to_be_empty()
