"""Looking at files of strangers: encoding, delimiter, headings, and one sentence for each that is none."""

import gzip
import random
import zipfile

import pytest

from customers.rules.foreign import COLUMNS_LIMIT, Options, delimiter_in, headings_of, look_at, unpack
from customers.rules.tables import Unreadable

TEXT = "客户编号;姓名;余额\nK1;王芳;1.234,50\n\nK2;李强;0\n"


def write(folder, data, name="foreign.csv"):
    path = folder / name
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_encoding_and_delimiter_are_found_out(tmp_path, encoding):
    foreign = look_at(write(tmp_path, TEXT.encode(encoding)))
    assert foreign.headings == ("客户编号", "姓名", "余额")
    assert foreign.delimiter == ";"
    assert [line for line, _cells in foreign.rows()] == [2, 4]


def test_encoding_that_was_chosen_is_obeyed(tmp_path):
    path = write(tmp_path, "jméno,č\nŽofie,1\n".encode("cp1250"))
    assert look_at(path, Options(encoding="cp1250")).headings == ("jméno", "č")
    with pytest.raises(Unreadable, match="utf-8"):
        look_at(path, Options(encoding="utf-8"))


@pytest.mark.parametrize(
    ("text", "mark"),
    [
        ("a,b\n1,2", ","),
        ("a;b\n1,5;2,5\n", ";"),
        ("a\tb\n1, 2\t3", "\t"),
        ("a|b|c\n1|2|3", "|"),
        ('"a;b",c\n"1;2",3\n', ","),
        ("one column\nof words\n", ","),
        ("", ","),
    ],
)
def test_delimiter_gives_every_line_the_same_cells(text, mark):
    assert delimiter_in(text) == mark


def test_headings_name_every_column_once():
    assert headings_of(["a", "", " a ", "b\nc", "{x}"]) == ("a", "#2", "a (2)", "b c", "(x)")


def test_header_may_stand_lower_or_be_missing(tmp_path):
    path = write(tmp_path, "Report,,\n,,\nno,name,sum\n1,x,2\n")
    assert look_at(path, Options(header_row=3)).headings == ("no", "name", "sum")
    bare = look_at(write(tmp_path, "1,x\n2,y\n"), Options(header_row=0))
    assert bare.headings == ("#1", "#2")
    assert len(list(bare.rows())) == 2


@pytest.mark.parametrize("pack", ["gz", "zip"])
def test_packed_file_is_unpacked(tmp_path, pack):
    path = tmp_path / f"foreign.csv.{pack}"
    if pack == "gz":
        path.write_bytes(gzip.compress(TEXT.encode()))
    else:
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("__MACOSX/._foreign.csv", b"x")
            archive.writestr("foreign.csv", TEXT)
    assert look_at(unpack(path, tmp_path)).headings[0] == "客户编号"


def zipped(**members):
    def make(path):
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, data in members.items():
                archive.writestr(name, data)

    return make


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("nothing.csv", b"", "empty"),
        ("blank.csv", b"\n\n  \n", "empty"),
        ("header.csv", b"a,b\n", "no_rows"),
        ("old.xls", b"\xd0\xcf\x11\xe0" + b"x" * 600, "old_workbook"),
        ("picture.csv", b"\x89PNG" + b"\0\1" * 3000, "no_table"),
        ("mixed.csv", "a,b\n王,1\n".encode() + "李,2\n".encode("gb18030") + b"\xff\xff\n", "encoding"),
        ("wide.csv", ",".join(f"c{n}" for n in range(2000)).encode() + b"\n1\n", "too_many_columns"),
        ("broken.gz", b"\x1f\x8b\x08nonsense", "zip_broken"),
        ("broken.xlsx", b"PK\x03\x04nonsense", "zip_broken"),
        ("many.zip", zipped(**{"a.csv": "x", "b.csv": "y"}), "zip_several"),
        ("bomb.xlsx", zipped(**{"[Content_Types].xml": "x", "xl/a.xml": b"0" * (300 * 1024**2)}), "zip_too_large"),
        ("fake.xlsx", zipped(**{"[Content_Types].xml": "x"}), "workbook_broken"),
    ],
)
def test_what_is_no_table_gets_one_sentence(tmp_path, name, data, code):
    path = tmp_path / name
    if callable(data):
        data(path)
    else:
        path.write_bytes(data)
    with pytest.raises(Unreadable) as refused:
        list(look_at(unpack(path, tmp_path)).rows())
    assert refused.value.code == code
    assert str(refused.value)


def test_rubbish_of_ten_megabytes_is_refused_or_read_but_never_breaks(tmp_path):
    noise = random.Random(1).randbytes(10 * 1024**2)  # noqa: S311 (only noise)
    with pytest.raises(Unreadable):
        list(look_at(write(tmp_path, noise)).rows())
    long_line = b"a,b\n" + b"x" * (10 * 1024**2)
    with pytest.raises(Unreadable):
        list(look_at(write(tmp_path, long_line)).rows())


def test_rows_of_many_widths_and_nul_bytes_are_passed_on(tmp_path):
    wide = ",".join("x" * COLUMNS_LIMIT)
    foreign = look_at(write(tmp_path, f"a,b\n1\n{wide}\n1,\0\n"))
    assert [len(cells) for _line, cells in foreign.rows()] == [1, COLUMNS_LIMIT, 2]
