"""The layout of a core-banking extract as data: files, their columns, and what is checked across a row.

A code nobody knows in an optional column leaves the value unknown and is a warning; any other bad cell refuses its row.
"""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from django.utils.translation import gettext_lazy as _

from customers.rules.cells import (
    CONTROL,
    Bad,
    code_reader,
    key_reader,
    number_reader,
    plain,
    read_count,
    read_currency,
    read_date,
    read_email,
    read_id_no,
    read_lunar,
    read_money,
    read_period,
    read_phone,
    read_positive_money,
    read_yes_no,
    text_reader,
)
from customers.rules.codes import CODES
from customers.rules.identity import credit_code, resident_id
from customers.rules.masking import mask_address, mask_email, mask_id, mask_phone
from customers.rules.reasons import Refused

WARNING, REJECTED = "warning", "rejected"
# Of a column that says something else in each row so many texts are kept.
MEMORY_LIMIT = 4096


class Problem(NamedTuple):
    """What is wrong with a cell: column, what stood there (masked if personal), reason code, warning or rejected."""

    column: str
    value: str
    reason: str
    level: str


@dataclass(frozen=True)
class Column:
    """A column of a file: its name, the Chinese heading, how a cell is read, and what a bad cell means."""

    name: str
    alias: str
    read: Callable
    required: bool = False
    # A bad cell of a forgiving column leaves the value unknown and takes the row.
    forgiving: bool = False
    mask: Callable | None = None


@dataclass(frozen=True)
class Layout:
    """A file of the extract: the names it goes by, its columns, and the columns that name a row."""

    kind: str
    names: tuple
    columns: tuple
    key: tuple
    by_name: dict = field(init=False, compare=False)

    def __post_init__(self):
        by_name = {}
        for column in self.columns:
            # Also as it is: two codes of the bank's own may differ in an underscore.
            by_name[column.name] = column
            for name in (column.name, *column.alias.split("|")):
                by_name.setdefault(heading(name), column)
        object.__setattr__(self, "by_name", by_name)


def heading(text):
    """A heading as it is compared: half-width, lower case, without spaces, asterisks and byte order mark."""
    text = unicodedata.normalize("NFKC", str(text)).casefold()
    return re.sub(r"[\s*_\ufeff]+", "", text)


def _key(name, alias, required=True, limit=32):
    return Column(name, alias, key_reader(limit), required)


def _text(name, alias, limit, required=False):
    return Column(name, alias, text_reader(limit), required)


def _code(name, alias, required=False):
    return Column(name, alias, code_reader(CODES[name]), required, forgiving=not required)


LAYOUTS = {
    layout.kind: layout
    for layout in (
        Layout(
            "branches",
            ("机构",),
            (
                _key("branch_code", "机构号"),
                _text("name", "机构名称", 120, required=True),
                _key("parent_code", "上级机构号", required=False),
                _code("level", "机构级别"),
                _code("market", "市场类型"),
            ),
            ("branch_code",),
        ),
        Layout(
            "staff",
            ("员工", "人员"),
            (
                _key("staff_no", "工号"),
                _text("name", "姓名", 60, required=True),
                _key("branch_code", "机构号"),
                _code("role", "角色", required=True),
            ),
            ("staff_no",),
        ),
        Layout(
            "products",
            ("产品",),
            (
                _key("product_code", "产品代码"),
                _text("name", "产品名称", 120, required=True),
                _code("category", "产品类别", required=True),
                _code("dimension", "维度"),
                _code("risk_level", "风险等级"),
            ),
            ("product_code",),
        ),
        Layout(
            "customers",
            ("客户",),
            (
                _key("customer_no", "客户号"),
                _code("kind", "客户类型", required=True),
                _text("name", "姓名/名称|姓名|名称|客户名称|客户姓名", 120, required=True),
                _code("id_type", "证件类型"),
                Column("id_no", "证件号|证件号码", read_id_no, mask=mask_id),
                _code("gender", "性别"),
                Column("birth_date", "出生日期", read_date),
                Column("birth_approximate", "出生日期为约数", read_yes_no, forgiving=True),
                Column("lunar_birthday", "农历生日", read_lunar),
                Column("mobile", "手机号|手机号码", read_phone, mask=mask_phone),
                Column("email", "邮箱|电子邮箱", read_email, forgiving=True, mask=mask_email),
                Column("address", "地址", text_reader(300), mask=mask_address),
                _key("branch_code", "机构号"),
                _key("manager_no", "客户经理工号", required=False),
                Column("opened_on", "开户日期", read_date),
                _code("occupation", "职业"),
                Column("annual_income", "年收入", read_positive_money),
                _code("marital_status", "婚姻|婚姻状况"),
                Column("children", "子女数", read_count),
                _code("education", "学历"),
                _text("industry", "行业", 60),
                _text("org_type", "机构性质", 60),
                Column("restricted", "限制类", read_yes_no, forgiving=True),
                Column("known_since", "相识日期", read_date),
                _code("ease_of_contact", "接触程度"),
                _code("influence", "影响力"),
            ),
            ("customer_no",),
        ),
        Layout(
            "relations",
            ("客户关系", "关系", "关联"),
            (
                _key("customer_no", "客户号"),
                _key("related_customer_no", "关联客户号"),
                _code("relation", "关系", required=True),
            ),
            ("customer_no", "related_customer_no", "relation"),
        ),
        Layout(
            "restrictions",
            ("限制名单", "限制类名单"),
            (
                _key("customer_no", "客户号", required=False),
                Column("id_no", "证件号|证件号码", read_id_no, mask=mask_id),
                _code("restriction_kind", "名单类别"),
                _text("restriction_reason", "限制原因|原因", 200, required=True),
                Column("starts_on", "生效日期", read_date, required=True),
                Column("ends_on", "失效日期", read_date),
                _text("list_name", "名单名称", 80),
            ),
            ("customer_no", "list_name", "starts_on"),
        ),
        Layout(
            "holdings",
            ("持有产品", "账户", "持有"),
            (
                _key("holding_no", "账号", limit=40),
                _key("customer_no", "客户号"),
                _key("product_code", "产品代码"),
                Column("currency", "币种", read_currency, forgiving=True),
                Column("balance", "余额", read_money, required=True),
                Column("credit_limit", "额度", read_positive_money),
                Column("rate", "利率", number_reader(digits=3, decimals=4)),
                Column("opened_on", "起息日", read_date),
                Column("matures_on", "到期日", read_date),
                _code("status", "状态"),
            ),
            ("holding_no",),
        ),
        Layout(
            "values",
            ("客户价值", "价值"),
            (
                _key("customer_no", "客户号"),
                Column("period", "期间", read_period, required=True),
                _key("product_code", "产品代码", required=False),
                Column("interest_income", "利息收入", read_money),
                Column("fee_income", "非利息收入", read_money),
                Column("interest_cost", "利息成本", read_money),
                Column("operating_cost", "操作成本", read_money),
                Column("turnover", "营业额", read_money),
            ),
            ("customer_no", "period", "product_code"),
        ),
        Layout(
            "cashflows",
            ("资金流水", "流水"),
            (
                _key("entry_no", "流水号", limit=40),
                _key("customer_no", "客户号"),
                _key("holding_no", "账号", required=False, limit=40),
                Column("booked_on", "记账日期", read_date, required=True),
                _code("direction", "方向", required=True),
                Column("amount", "金额", read_positive_money, required=True),
                _text("counterparty_bank", "对手行", 80),
                _text("memo", "摘要", 200),
            ),
            ("entry_no",),
        ),
    )
}
"""In the order in which they are loaded: a file leans only on files before it."""

TITLES = {
    "branches": _("Branches"),
    "staff": _("Staff"),
    "products": _("Products"),
    "customers": _("Customers"),
    "relations": _("Relations"),
    "restrictions": _("Restricted list"),
    "holdings": _("Holdings"),
    "values": _("Values"),
    "cashflows": _("Cash flows"),
}

FILE_NAME = re.compile(r"(.+?)(?:[-_ .]?\d{4,14})?\.(?:csv|txt|tsv|xlsx)", re.IGNORECASE)
KINDS = {name.casefold(): layout.kind for layout in LAYOUTS.values() for name in (layout.kind, *layout.names)}


def kind_of(file_name):
    """Which file of the extract a name means (``customers.csv``, ``客户_20261231.xlsx``), or None."""
    match = FILE_NAME.fullmatch(unicodedata.normalize("NFKC", file_name).strip())
    return KINDS.get(match[1].strip().casefold()) if match else None


# ---- header and rows -------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Header:
    """Which column of the layout stands in which place of a file."""

    layout: Layout
    columns: tuple  # of Column, in the order of the file, None where nobody knows the heading
    width: int

    @cached_property
    def places(self):
        """Where each known column stands, and how its cells are read: [(place, column, its name, memory of texts)]."""
        return tuple(
            (place, column, column.name, _Memory(column.read))
            for place, column in enumerate(self.columns)
            if column is not None
        )

    @property
    def names(self):
        """The known columns of the file."""
        return [column.name for column in self.columns if column is not None]


def read_header(layout, cells):
    """Match the headings of a file with its layout.

    Returns (Header, unknown headings, missing required columns, columns that stand twice).
    """
    cells = list(cells)
    while cells and not str(cells[-1] or "").strip():
        cells.pop()
    columns = tuple(layout.by_name.get(cell) or layout.by_name.get(heading(cell)) for cell in cells)
    found = [column.name for column in columns if column is not None]
    unknown = [str(cell).strip() for cell, column in zip(cells, columns, strict=True) if column is None]
    missing = [column.name for column in layout.columns if column.required and column.name not in found]
    doubled = sorted({name for name in found if found.count(name) > 1})
    return Header(layout, columns, len(cells)), unknown, missing, doubled


class _Memory(dict):
    """What texts were read as: most columns say the same few things over and over. A bad text is read every time."""

    def __init__(self, read):
        self.read = read

    def __missing__(self, text):
        value = self.read(text)
        if len(self) < MEMORY_LIMIT:
            self[text] = value
        return value


def _shown(column, cell):
    text = str(cell)[:200]
    text = CONTROL.sub("\N{REPLACEMENT CHARACTER}", text)
    return column.mask(text) if column.mask else text


def read_row(header, cells, *, on):
    """Read the cells of one row. Returns ({column: canonical text or None}, [Problem]).

    A row with a problem of level rejected must not be taken. `on` is the day of the extract: nobody is born after it.
    """
    # Empty cells beyond the last heading are an export's habit; anything else has slipped into the wrong column.
    if len(cells) != header.width and (
        len(cells) < header.width or any(plain(cell) is not None for cell in cells[header.width :])
    ):
        widths = cells[0].text if cells and isinstance(cells[0], Bad) else f"{len(cells)} ≠ {header.width}"
        return {}, [Problem("", widths, "row_width", REJECTED)]
    row, problems = {}, []
    for place, column, name, memory in header.places:
        cell = cells[place]
        try:
            if type(cell) is str:
                value = memory[cell]
            elif type(cell) is Bad:
                level = REJECTED if cell.reject or column.required else WARNING
                problems.append(Problem(name, _shown(column, cell.text), cell.reason, level))
                row[name] = None
                continue
            else:
                # One and true are equal, and are not read alike: nothing but text is remembered.
                value = memory.read(cell)
        except Refused as refused:
            value = None
            level = WARNING if column.forgiving else REJECTED
            problems.append(Problem(name, _shown(column, cell), refused.reason, level))
        else:
            if value is None and column.required:
                problems.append(Problem(name, "", "missing", REJECTED))
        row[name] = value
    check = ROW_CHECKS.get(header.layout.kind)
    if check is not None:
        problems.extend(check(row, on))
    return row, problems


def _check_customer(row, on):
    born = row.get("birth_date")
    if born is not None and born > on.isoformat():
        yield Problem("birth_date", born, "date_in_future", REJECTED)
    number = row.get("id_no")
    if number is not None:
        yield from _check_identity(row, number, on)
    phone = row.get("mobile")
    if phone is not None and not phone.startswith("+"):
        yield Problem("mobile", mask_phone(phone), "doubtful_phone", WARNING)


def _check_identity(row, number, on):
    """A number that fails its own check digit is left unknown: it would find the wrong person."""
    id_type, kind = row.get("id_type"), row.get("kind")
    resident = id_type == "resident_id" or (id_type is None and kind == "individual" and len(number) in (15, 18))
    company = id_type == "credit_code" or (id_type is None and kind == "organization" and len(number) == 18)
    if not resident and not company:
        return
    try:
        row["id_no"] = resident_id(number, on=on) if resident else credit_code(number)
    except Refused as refused:
        row["id_no"] = None
        yield Problem("id_no", mask_id(number), refused.reason, WARNING)
        return
    if id_type is None:
        row["id_type"] = "resident_id" if resident else "credit_code"
    if resident:
        said = row["id_no"][6:14]
        if row.get("birth_date") is not None and row["birth_date"].replace("-", "") != said:
            yield Problem("birth_date", row["birth_date"], "id_disagrees", WARNING)


def _check_relation(row, on):
    if row.get("customer_no") is not None and row["customer_no"] == row.get("related_customer_no"):
        yield Problem("related_customer_no", row["customer_no"], "related_to_itself", REJECTED)


def _check_restriction(row, on):
    if row.get("customer_no") is None and row.get("id_no") is None:
        yield Problem("customer_no", "", "missing", REJECTED)
    starts, ends = row.get("starts_on"), row.get("ends_on")
    if starts is not None and ends is not None and ends < starts:
        yield Problem("ends_on", ends, "dates_reversed", REJECTED)


def _check_holding(row, on):
    opened, matures = row.get("opened_on"), row.get("matures_on")
    if opened is not None and matures is not None and matures < opened:
        yield Problem("matures_on", matures, "dates_reversed", REJECTED)


ROW_CHECKS = {
    "customers": _check_customer,
    "relations": _check_relation,
    "restrictions": _check_restriction,
    "holdings": _check_holding,
}
