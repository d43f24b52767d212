"""A small bank as files, and how tests load one."""

from datetime import UTC, date, datetime

from customers.services.extract import load_extract

AS_OF = date(2026, 12, 31)
NOW = datetime(2026, 12, 31, 18, tzinfo=UTC)

BANK = {
    "branches": ["branch_code,name,parent_code,level,market", "B01,深圳分行,B00,branch,商业区", "B00,总行,,总行,"],
    "staff": ["staff_no,name,branch_code,role", "M1,王芳,B01,manager", "M2,李强,B01,客户经理", "H1,陈刚,B01,head"],
    "products": [
        "product_code,name,category,dimension,risk_level",
        "CA01,活期存款,demand_deposit,savings,1",
        "TD01,定期存款,定期存款,储蓄,1",
        "LN01,消费贷款,loan,consumption,",
    ],
    "customers": [
        "customer_no,kind,name,id_type,id_no,gender,birth_date,lunar_birthday,mobile,email,address,branch_code,manager_no,"
        "opened_on,occupation,annual_income,marital_status,children,education,industry,org_type,restricted,known_since,"
        "ease_of_contact,influence",
        "C1,individual,曾国藩,,11010519491231002x,男,1949-12-31,闰11-12,138 1234 5678,zeng@example.com,"
        '湖南省长沙市天心区1号,B01,M1,20200101,行政管理,"250,000.50",已婚,2,本科,,,0,2019-05-01,容易,较大',
        "C2,organization,北京样例有限公司,,91110000600037341L,,,,010-62345678,,,B01,M1,2021/2/3,,,,,,批发,民营,1,,,",
    ],
    "relations": ["customer_no,related_customer_no,relation", "C2,C1,法定代表人"],
    "restrictions": [
        "customer_no,id_no,restriction_kind,restriction_reason,starts_on,ends_on,list_name",
        "C2,,法院,欠款未还,2026-06-01,,2026年第2批",
    ],
    "holdings": [
        "holding_no,customer_no,product_code,currency,balance,credit_limit,rate,opened_on,matures_on,status",
        "H1,C1,CA01,CNY,10000.00,,,2020-01-01,,open",
        "H2,C1,TD01,,500000.00,,2.75,2026-01-15,2027-01-15,",
        "H3,C1,TD01,CNY,0,,2.75,2025-01-15,2026-01-15,open",
        "H4,C1,TD01,CNY,70000,,2.75,2025-01-15,2027-01-10,closed",
        "H5,C1,LN01,人民币,20000,50000,4.5,2026-06-01,2028-06-01,正常",
    ],
    "values": [
        "customer_no,period,product_code,interest_income,fee_income,interest_cost,operating_cost,turnover",
        "C1,2026-11,,100.50,,,20,",
        "C1,202611,LN01,75,,,,",
    ],
    "cashflows": [
        "entry_no,customer_no,holding_no,booked_on,direction,amount,counterparty_bank,memo",
        "E1,C1,H1,2026-12-01,in,1000,,工资",
        "E2,C1,,2026-12-02,流出,200.00,他行,",
    ],
}


def write(folder, files, encoding="utf-8"):
    """Write files given as lists of lines; returns the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for kind, lines in files.items():
        (folder / f"{kind}.csv").write_bytes(("\n".join(lines) + "\n").encode(encoding))
    return folder


def load(path):
    """Load as of the last day of 2026."""
    return load_extract(path=path, as_of=AS_OF, now=NOW)
