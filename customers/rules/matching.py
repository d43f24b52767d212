"""Guesses that save a person work: which column of a foreign file means what, how it is written, what its codes are."""

import difflib
import re

from customers.rules.cells import plain
from customers.rules.codes import CODES
from customers.rules.converters import CONVERTERS, date_in
from customers.rules.custom import with_columns
from customers.rules.extract import LAYOUTS, heading
from customers.rules.mapping import is_date
from customers.rules.reasons import Refused

ALIKE = 0.84
# Beside the names and aliases of the extract itself.
WORDS = {
    "customer_no": "客户编号|客户代码|客户号码|客户id|核心客户号|client_id|cust_id|customer_id|cust_no|cif|cif_no",
    "kind": "客户类别|客户性质|公私标志|customer_type|client_type|cust_type",
    "name": "客户|名字|户名|单位名称|企业名称|full_name|customer_name|client_name|cust_name|surname",
    "id_type": "证件种类|id_kind|document_type",
    "id_no": "身份证|身份证号|身份证号码|证件编号|统一社会信用代码|id_number|id_card|passport_no|identity_no|ssn",
    "gender": "sex",
    "birth_date": "生日|出生年月日|出生日|date_of_birth|dob|birthday|birth|born|age|年龄|birth_number",
    "mobile": "手机|电话|联系电话|移动电话|手机号码|phone|phone_no|telephone|cell|cellphone|mobile_no|tel",
    "email": "email_address|mail|e_mail",
    "address": "住址|联系地址|通讯地址|家庭住址|home_address|addr|street",
    "branch_code": "机构|网点|网点号|所属机构|开户机构|支行|支行号|branch|branch_id|branch_no|org_code|district_id",
    "manager_no": "客户经理|经理|客户经理号|管户经理|管户人|工号|manager|manager_id|rm|rm_no|officer",
    "opened_on": "开户日|建立日期|客户建立日期|起始日|open_date|opening_date|since|date_opened|start_date",
    "occupation": "工作|职务|job|profession|occupation_code",
    "annual_income": "收入|年薪|年收入(元)|income|salary|yearly_income",
    "marital_status": "婚否|marital|marriage|civil_status",
    "children": "子女|子女个数|孩子|kids|dependents|dependants|number_of_children",
    "education": "教育程度|文化程度|最高学历|degree|education_level|schooling",
    "industry": "所属行业|行业类别|sector|trade",
    "org_type": "企业性质|单位性质|legal_form|company_type",
    "restricted": "黑名单|限制|限制标志|blacklist|blocked",
    "holding_no": "账户号|帐号|合同号|借据号|卡号|account_id|account_no|account|loan_id|contract_no|iban",
    "product_code": "产品|产品编号|产品号|product|product_id|prod_code|product_type",
    "currency": "货币|ccy|curr",
    "balance": "账户余额|本金|存款余额|当前余额|amount|principal|outstanding|bal",
    "credit_limit": "授信额度|limit|credit_line",
    "rate": "利率|年利率|interest_rate|apr",
    "matures_on": "到期|止期|maturity|maturity_date|end_date|due_date|expiry",
    "status": "账户状态|state",
    "period": "月份|期次|month|yyyymm",
    "entry_no": "交易流水号|流水编号|trans_id|transaction_id|txn_id|serial_no",
    "booked_on": "交易日期|记账日|入账日期|transaction_date|booking_date|value_date|date",
    "direction": "收支|借贷标志|借贷方向|type|dr_cr|debit_credit",
    "amount": "交易金额|发生额|transaction_amount|amt",
    "counterparty_bank": "对方银行|对手银行|bank|counterparty",
    "memo": "附言|备注|用途|description|narrative|remark|purpose|k_symbol",
    "related_customer_no": "关联客户编号|关系人客户号|related_id|related_customer",
    "relation": "关系类型|与客户关系|relationship|relation_type",
    "parent_code": "上级机构|上级|parent|parent_branch",
    "level": "级别|branch_level",
    "category": "类别|产品类型|product_category",
    "risk_level": "风险|产品风险等级|risk",
}
MEANT = {
    "occupation": {
        "business_owner": "entrepreneur|self-employed|owner|businessman|个体|个体户|企业主|私营业主|老板|自雇",
        "executive": "management|manager|director|管理|管理人员|高管|企业管理|管理层",
        "civil_servant": "government|public servant|civil service|公职|机关|事业单位|公务人员",
        "technician": "engineer|technical|技术|工程师|专业技术人员|技术员",
        "sales": "services|salesman|service|销售|业务|销售员|服务业",
        "clerk": "admin.|admin|office|secretary|文员|职员|办事员|文职",
        "homemaker": "housewife|家庭主妇|主妇|家务",
        "factory_worker": "blue-collar|worker|labourer|laborer|工人|蓝领",
        "other": "housemaid|retired|student|unemployed|退休|学生|无业|农民|自由职业",
    },
    "marital_status": {
        "married": "m|已结婚|有配偶",
        "single": "s|unmarried|never married|未结婚|未婚",
        "divorced": "d|separated|离婚",
        "widowed": "w|widow|widower|丧偶",
    },
    "education": {
        "postgraduate": "master|doctor|phd|graduate|硕士|博士|硕士研究生|博士研究生",
        "bachelor": "tertiary|university|undergraduate|大学|大学本科|学士",
        "junior_college": "college|associate|大专|高职|大学专科",
        "below_college": "primary|secondary|high school|none|高中|中专|初中|小学|高中及以下|中专及以下",
    },
    "gender": {"male": "man|1|先生|男士", "female": "woman|2|女士"},
    "kind": {"individual": "person|p|retail|1|零售", "organization": "company|corporate|c|2|公司"},
    "status": {"open": "active|a|1|normal", "closed": "inactive|c|0|cancelled|结清"},
    "direction": {"in": "credit|cr|c|prijem|+|贷方", "out": "debit|dr|d|vydaj|vyber|-|借方"},
}
UNKNOWN = {"unknown", "n/a", "na", "null", "none", "-", "?", "不详", "未知", "无"}
FORMS = (
    "YYYYMMDD",
    "DD.MM.YYYY",
    "DD/MM/YYYY",
    "MM/DD/YYYY",
    "D.M.YYYY",
    "D/M/YYYY",
    "M/D/YYYY",
    "DD-MM-YYYY",
    "YYYY-M-D",
    "YYYY/M/D",
    "YYYY年M月D日",
    "DD.MM.YY",
    "DD/MM/YY",
    "YYMMDD",
    "D-MON-YY",
    "D-MON-YYYY",
    "D MON YYYY",
    "YYYY-MM",
    "YYYYMM",
    "excel",
)
AGE = re.compile(r"age|年龄|岁数", re.IGNORECASE)
CZECH = re.compile(r"birth_?number|rodne_?cislo|rc", re.IGNORECASE)


def words_of(column):
    """Every heading under which a column of the extract may stand, as compared."""
    return {
        heading(word) for word in (column.name, *column.alias.split("|"), *WORDS.get(column.name, "").split("|"))
    } - {""}


def match_headings(target, headings, own=()):
    """{column: heading}: exact names first, then those that look alike; no heading is used twice.

    `own` are columns of the bank's own fields.
    """
    found, free = {}, {heading(text): text for text in reversed(headings)}
    layout = with_columns(LAYOUTS[target], own)
    for column in layout.columns:
        known = layout.by_name
        for text in list(free):
            if known.get(text) is column and column.name not in found:
                found[column.name] = free.pop(text)
    for column in layout.columns:
        for text in sorted(words_of(column) & set(free)):
            if column.name not in found:
                found[column.name] = free.pop(text)
    for column in layout.columns:
        if column.name in found:
            continue
        likest = max(((_likeness(text, column), text) for text in free), default=(0, ""))
        if likest[0] >= ALIKE:
            found[column.name] = free.pop(likest[1])
    return found


def _likeness(text, column):
    return max(difflib.SequenceMatcher(None, text, word).ratio() for word in words_of(column))


def suggest(target, headings, sample, *, on, own=()):
    """The columns of a definition for a file: headings matched, dates and codes read from the rows of `sample`.

    `own` are columns of the bank's own fields.
    """
    found, columns = match_headings(target, headings, own), {}
    for column in with_columns(LAYOUTS[target], own).columns:
        if column.name not in found:
            continue
        place = headings.index(found[column.name])
        values = [text for cells in sample if place < len(cells) and (text := plain(cells[place])) is not None]
        columns[column.name] = {"from": found[column.name]} | how_written(column, found[column.name], values, on=on)
    if columns.get("birth_date", {}).get("convert") == "age_at_as_of":
        columns["birth_approximate"] = {"constant": "1"}
    if columns.get("birth_date", {}).get("convert") == "czech_birth_number_date" and "gender" not in columns:
        columns["gender"] = {"from": found["birth_date"], "convert": "czech_birth_number_sex"}
    return columns


def how_written(column, title, values, *, on):
    """What a definition must say so that the values of a column can be read; empty when they can be as they are."""
    if is_date(column):
        return _how_dated(column, title, values, on)
    if getattr(column, "coded", column.name in CODES) and column.name not in ("id_type",):
        codes = {}
        for value in dict.fromkeys(values):
            if not _reads(column, value) and (ours := meaning_of(column.name, value)) is not None:
                codes[value] = ours
        return {"codes": codes} if codes else {}
    return {}


def meaning_of(name, value):
    """Our code for a word of theirs: "" when it says that nothing is known, None when we do not know it."""
    text = value.strip().casefold()
    for code, words in MEANT.get(name, {}).items():
        if text in words.split("|"):
            return code
    return "" if text in UNKNOWN else None


def _reads(column, value):
    try:
        column.read(value)
    except Refused:
        return False
    return True


def _how_dated(column, title, values, on):
    some = list(dict.fromkeys(values))[:50]
    if not some:
        return {}
    if column.name == "birth_date":
        for pattern, convert in ((AGE, "age_at_as_of"), (CZECH, "czech_birth_number_date")):
            if pattern.fullmatch(title) and _converts(convert, some, on):
                return {"convert": convert}
    if all(_reads(column, value) for value in some):
        return {}
    pivot = on.year % 100
    for form in FORMS:
        if all(date_in(value, form, pivot=pivot) is not None for value in some):
            return {"dates": [form]}
    return {}


def _converts(name, values, on):
    try:
        for value in values:
            CONVERTERS[name](value, on=on, pivot=None)
    except Refused:
        return False
    return True
