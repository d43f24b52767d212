import random
import zipfile
from pathlib import Path

import pytest
import xlsxwriter

from customers.rules.tables import Unreadable, find_files, open_table, sentence

HEADER = "branch_code,name"


def write(folder, name, content):
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def rows(path):
    files, _ = find_files(path)
    return {kind: list(open_table(file).rows()) for kind, file in files.items()}


def refused(path):
    with pytest.raises(Unreadable) as error:
        rows(path)
    assert str(error.value)
    return error.value.code


def workbook(path, *lines, sheets=1):
    book = xlsxwriter.Workbook(path)
    for _ in range(sheets):
        sheet = book.add_worksheet()
        for at, cells in enumerate(lines):
            for column, cell in enumerate(cells):
                sheet.write(at, column, cell)
    book.close()
    return Path(path)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("mark", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_text_is_read_in_every_dress(tmp_path, encoding, mark, end):
    lines = [["branch_code", "name"], ["B1", "㛃䶮𠮷€支行"], ["B2", "a b"]]
    write(tmp_path, "branches.csv", end.join(mark.join(line) for line in lines).encode(encoding))
    assert rows(tmp_path)["branches"] == [(number, line) for number, line in enumerate(lines, 1)]


def test_lines_are_numbered_as_in_an_editor(tmp_path):
    write(tmp_path, "branches.csv", f'\n\n{HEADER}\nB1,"first\nsecond"\n\n  \nB2,x\n')
    assert rows(tmp_path)["branches"] == [
        (3, ["branch_code", "name"]),
        (4, ["B1", "first\nsecond"]),
        (8, ["B2", "x"]),
    ]


def test_nul_reaches_the_reader_of_cells(tmp_path):
    write(tmp_path, "branches.csv", f"{HEADER}\nB1,a\x00b\n")
    assert rows(tmp_path)["branches"][1] == (2, ["B1", "a\x00b"])


def test_archive_with_folders_and_chinese_names_is_read(tmp_path):
    path = tmp_path / "extract.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("夜间/客户.csv", "x")
        archive.writestr("__MACOSX/branches.csv", "x")
        archive.writestr("readme.pdf", "x")
        archive.writestr("NAME.csv", f"{HEADER}\nB1,x\n")
    # Chinese Windows writes names in GBK and says nothing about it.
    path.write_bytes(path.read_bytes().replace(b"NAME.csv", "机构.csv".encode("gb18030")))
    files, unknown = find_files(path)
    assert sorted(files) == ["branches", "customers"]
    assert unknown == ["readme.pdf"]
    assert rows(path)["branches"] == [(1, ["branch_code", "name"]), (2, ["B1", "x"])]


def test_workbook_is_read_with_its_row_numbers(tmp_path):
    lines = [["branch_code", "name", "parent_code"], ["B1", "x"], [], [12345.0, True, 1.5], ["B3", "y", "", "beyond"]]
    workbook(tmp_path / "branches.xlsx", *lines)
    assert rows(tmp_path)["branches"] == [
        (1, ["branch_code", "name", "parent_code"]),
        (2, ["B1", "x", ""]),
        (4, [12345.0, True, 1.5]),
        (5, ["B3", "y", "", "beyond"]),
    ]


def test_workbook_inside_an_archive_is_read(tmp_path):
    book = workbook(tmp_path / "b.xlsx", ["branch_code", "name"], ["B1", "x"])
    path = tmp_path / "all.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.write(book, "branches.xlsx")
    assert rows(path)["branches"][1] == (2, ["B1", "x"])


def test_path_that_is_not_there(tmp_path):
    assert refused(tmp_path / "none") == "no_path"


def test_folder_without_any_file_of_the_extract(tmp_path):
    write(tmp_path, "readme.txt", "x")
    assert refused(tmp_path) == "nothing_recognised"
    assert refused(tmp_path / "readme.txt") == "nothing_recognised"


def test_two_files_of_the_same_kind(tmp_path):
    write(tmp_path, "customers.csv", "x")
    write(tmp_path, "客户.csv", "x")
    assert refused(tmp_path) == "doubled_file"


def test_ten_megabytes_of_rubbish(tmp_path):
    write(tmp_path, "customers.csv", random.Random(1).randbytes(10 * 1024 * 1024))  # noqa: S311 (rubbish on purpose)
    assert refused(tmp_path) == "encoding"


def test_quote_that_never_closes(tmp_path):
    write(tmp_path, "branches.csv", f'{HEADER}\nB1,"' + "x,y\n" * 100_000)
    assert refused(tmp_path) == "quotes"


@pytest.mark.parametrize("name", ["customers.xlsx", "extract.zip"])
def test_damaged_archive(tmp_path, name):
    write(tmp_path, name, b"PK\x03\x04" + b"rubbish" * 1000)
    assert refused(tmp_path / name) == "zip_broken"


def test_archive_that_is_no_workbook(tmp_path):
    with zipfile.ZipFile(tmp_path / "customers.xlsx", "w") as archive:
        archive.writestr("hello.txt", "x")
    assert refused(tmp_path) == "workbook_broken"


def test_archive_with_a_damaged_member(tmp_path):
    path = tmp_path / "extract.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("branches.csv", f"{HEADER}\n" + "B1,x\n" * 1000)
    content = bytearray(path.read_bytes())
    content[60] ^= 0xFF
    path.write_bytes(content)
    assert refused(path) == "zip_broken"


def test_archive_bomb_is_not_opened(tmp_path):
    path = tmp_path / "extract.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("customers.csv", "w") as member:
        for _ in range(64):
            member.write(b"0" * 1024 * 1024)
    assert path.stat().st_size < 100_000
    assert refused(path) == "zip_too_large"


def test_workbook_bomb_is_not_opened(tmp_path):
    path = tmp_path / "customers.xlsx"
    with (
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open("xl/worksheets/sheet1.xml", "w") as sheet,
    ):
        for _ in range(64):
            sheet.write(b"0" * 1024 * 1024)
    assert refused(path) == "zip_too_large"


def test_workbook_with_one_cell_in_the_last_corner_is_cheap(tmp_path):
    book = xlsxwriter.Workbook(tmp_path / "customers.xlsx")
    sheet = book.add_worksheet()
    sheet.write(0, 0, "customer_no")
    sheet.write(1048575, 16383, "x")
    book.close()
    assert refused(tmp_path) == "workbook_too_large"


def test_sentences_are_filled_in():
    assert sentence("no_path", {"name": "x"})
    assert sentence("told by an older version", {}) == "told by an older version"
