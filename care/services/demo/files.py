"""Files that somebody has filled in: facts with who said them and when, and two fields of the bank's own.

Everything follows from customer numbers by hashing, in a handful of statements.
"""

from customers.choices import (
    AppliesTo,
    BankView,
    BranchDistance,
    BusinessStage,
    CashNeed,
    CustomKind,
    ExtraIncome,
    FeeAcceptance,
    FileSection,
    FinancingNeed,
    Housing,
    HousingWish,
    IncomeStructure,
    InvestmentExperience,
    Lifestyle,
    MarketingLever,
    Premises,
    PurchasingNeed,
    RiskAppetite,
    SaidBy,
    SalesNeed,
    Segment,
    SettlementTerms,
    TargetType,
    TaxGrade,
    ValueType,
    VisitFrequency,
    WealthHabit,
)
from customers.models import CustomField
from customers.services.completeness import refresh_completeness
from customers.services.statements import execute, literal
from staff.choices import Market

# Of ten customers so many have a file that somebody filled in.
PEOPLE_IN_TEN, FIRMS_IN_TEN = 3, 6
EMPLOYERS = ("腾讯科技", "深圳地铁集团", "南山区人民医院", "华侨城集团", "个体经营", "深圳中学", "顺丰速运", "南方电网")
TITLES = ("工程师", "部门经理", "主治医师", "教师", "店主", "总监", "会计", "项目经理")
INTERESTS = (
    "钓鱼、茶道",
    "羽毛球",
    "旅游、摄影",
    "书法",
    "徒步、登山",
    "烹饪",
    "古典音乐",
    "炒股、财经新闻",
    "广场舞",
    "养花",
)
HOMETOWNS = ("湖南衡阳", "广东潮汕", "湖北武汉", "江西赣州", "四川成都", "广东梅州", "河南郑州", "福建泉州")
ESTATES = ("南山科技园一带", "前海", "蛇口", "福田中心区", "宝安中心区", "龙岗大运新城", "天河珠江新城")
SCHOOL = ("明年小升初，想进实验学校", "高中读国际班，计划出国", "正在比较幼儿园", "准备考研")
RETIREMENT = ("想回老家养老，每月稳定领取", "退休后想多旅游，先保本", "关心养老社区", "补充商业养老保险")
WORDS = ("排队时间长", "客户经理换得太勤", "手机银行好用", "理财到期提醒很及时", "希望利率再高一点")
BUSINESS = (
    "电子元器件加工与出口",
    "服装批发，主做华南市场",
    "餐饮连锁，直营门店十二家",
    "物业与园林养护",
    "工业软件开发",
)
UPSTREAM = ("东莞多家配件厂，月结", "两家大供应商占七成", "散户采购，现金为主", "进口原料，信用证付款")
DOWNSTREAM = ("大型商超，账期六十天", "海外客户，电汇", "零散客户，扫码收款", "政府采购，年底集中回款")
PAYS = ("月初集中付款，多用转账，手续费高", "预付三成，货到付清", "承兑汇票为主")
IS_PAID = ("扫码与转账并存，对账费时", "账期长，旺季压款", "电商平台两周一结")
BORROWS = ("旺季前需要一百万左右周转", "有他行抵押贷款，明年到期", "靠股东垫资")
LEFT = ("周末前账上常有闲钱", "多行开户，余额分散", "年底资金最宽裕")
BUSY = ("九月至次年一月忙，二三月淡", "全年平稳", "暑期最忙")


def fill_files(*, today):
    """Fill in files of the bank as somebody would over two years; only for an empty file. Returns nothing."""
    _people()
    _firms()
    _sources("customers_person", PERSON_FACTS, today)
    _sources("customers_organisation", FIRM_FACTS, today)
    _own_fields(today)
    refresh_completeness()


def _draw(name, whole):
    """A number from 0 to `whole` - 1 that follows from the customer number and a name."""
    return f"mod(hashtext(c.customer_no || {literal(name)}) & 2147483647, {whole})"


def _one_of(name, values, in_ten=8):
    listed = ", ".join(literal(str(value)) for value in values)
    pick = f"(ARRAY[{listed}])[1 + {_draw(name, len(values))}]"
    return f"CASE WHEN {_draw(name + '?', 10)} < {in_ten} THEN {pick} ELSE '' END"


def _number(name, least, step, steps, in_ten=7):
    return f"CASE WHEN {_draw(name + '?', 10)} < {in_ten} THEN {least} + {step} * {_draw(name, steps)} END"


def _some_of(name, values, in_ten=7):
    listed = ", ".join(literal(str(value)) for value in values)
    first = _draw(name, len(values))
    several = f"(ARRAY[{listed}]::varchar[])[1 + {first} : 2 + {first}]"
    return f"CASE WHEN {_draw(name + '?', 10)} < {in_ten} THEN {several} ELSE '{{}}' END"


AGE = "date_part('year', age(p.birth_date))"
PERSON_FACTS = {
    "employer": _one_of("employer", EMPLOYERS),
    "job_title": _one_of("job_title", TITLES),
    "monthly_income": f"CASE WHEN {_draw('monthly?', 10)} < 6 THEN round(p.annual_income / 13, -2) END",
    "household_income": f"CASE WHEN {_draw('household?', 10)} < 4 THEN round(p.annual_income / 8, -2) END",
    "income_structure": _one_of("income_structure", IncomeStructure.values),
    "extra_income": _one_of("extra_income", ExtraIncome.values, 5),
    "extra_income_month": _number("extra_income_month", 1, 1, 12, 4),
    "hometown": _one_of("hometown", HOMETOWNS, 6),
    "housing": _one_of("housing", Housing.values),
    "housing_size": _number("housing_size", 48, 9, 14, 5),
    "housing_place": _one_of("housing_place", ESTATES, 5),
    "housing_wish": _one_of("housing_wish", HousingWish.values, 6),
    "zone": _one_of("zone", Market.values, 6),
    "branch_distance": _one_of("branch_distance", BranchDistance.values),
    "school_stage": "CASE WHEN p.children > 0 THEN CASE WHEN " + AGE + " < 34 THEN 'preschool' WHEN " + AGE + " < 42"
    " THEN 'primary' WHEN " + AGE + " < 48 THEN 'middle' WHEN " + AGE + " < 56 THEN 'university' ELSE 'finished' END"
    " ELSE '' END",
    "school_plan": "CASE WHEN p.children > 0 AND "
    + AGE
    + " < 50 THEN "
    + _one_of("school_plan", SCHOOL, 6)
    + " ELSE '' END",
    "retirement_age": "CASE WHEN " + AGE + " BETWEEN 35 AND 57 THEN " + _number("retirement_age", 58, 1, 6, 5) + " END",
    "retirement_plan": "CASE WHEN " + AGE + " > 42 THEN " + _one_of("retirement_plan", RETIREMENT, 6) + " ELSE '' END",
    "risk_appetite": _one_of("risk_appetite", RiskAppetite.values, 9),
    "risk_share": _number("risk_share", 0, 5, 12, 6),
    "investment_experience": _one_of("investment_experience", InvestmentExperience.values[1:]),
    "wealth_habit": _one_of("wealth_habit", WealthHabit.values),
    "value_type": _one_of("value_type", ValueType.values, 6),
    "visit_frequency": _one_of("visit_frequency", VisitFrequency.values),
    "fee_acceptance": _one_of("fee_acceptance", FeeAcceptance.values, 6),
    "bank_view": _one_of("bank_view", BankView.values[:4], 7),
    "bank_view_note": _one_of("bank_view_note", WORDS, 3),
    "interests": _one_of("interests", INTERESTS),
    "lifestyle": _one_of("lifestyle", Lifestyle.values, 5),
}
FIRM_FACTS = {
    "segment": _one_of(
        "segment", [Segment.SMALL_MICRO, Segment.SMALL_MICRO, Segment.LARGE_MEDIUM, Segment.PUBLIC_BODY], 9
    ),
    "target_type": _one_of("target_type", TargetType.values, 7),
    "marketing_levers": _some_of("marketing_levers", MarketingLever.values),
    "employees": _number("employees", 8, 17, 30),
    "yearly_turnover": _number("yearly_turnover", 2_000_000, 1_500_000, 40),
    "registered_capital": _number("registered_capital", 1_000_000, 500_000, 12),
    "stage": _one_of("stage", BusinessStage.values[:4]),
    "main_business": _one_of("main_business", BUSINESS),
    "upstream": _one_of("upstream", UPSTREAM, 6),
    "downstream": _one_of("downstream", DOWNSTREAM, 6),
    **{
        f"trait_{name}": _number(f"trait_{name}", 1, 1, 5, 6)
        for name in ("performance", "brand", "head_office", "demand", "attitude", "benchmark")
    },
    "cycle_purchasing": _one_of("cycle_purchasing", PAYS, 6),
    "purchasing_needs": _some_of("purchasing_needs", PurchasingNeed.values, 6),
    "cycle_sales": _one_of("cycle_sales", IS_PAID, 6),
    "sales_needs": _some_of("sales_needs", SalesNeed.values, 6),
    "cycle_financing": _one_of("cycle_financing", BORROWS, 5),
    "financing_needs": _some_of("financing_needs", FinancingNeed.values, 6),
    "cycle_cash": _one_of("cycle_cash", LEFT, 5),
    "cash_needs": _some_of("cash_needs", CashNeed.values, 6),
    "premises": _one_of("premises", Premises.values),
    "settlement_terms": _one_of("settlement_terms", SettlementTerms.values, 6),
    "busy_months": _one_of("busy_months", BUSY, 5),
    "tax_grade": _one_of("tax_grade", TaxGrade.values[:3], 6),
}


def _people():
    _fill("customers_person", PERSON_FACTS, PEOPLE_IN_TEN)


def _firms():
    _fill("customers_organisation", FIRM_FACTS, FIRMS_IN_TEN)


def _fill(table, facts, in_ten):
    sets = ", ".join(f"{name} = {sql}" for name, sql in facts.items())
    execute(
        f"UPDATE {table} p SET {sets} FROM customers_customer c"  # noqa: S608 our own words
        f" WHERE c.id = p.customer_id AND {_draw('file', 10)} < {in_ten}"
    )


def _sources(table, facts, today):
    """Who said each filled-in fact: mostly the customer, on a day of the last two years; written by the manager."""
    speakers = [SaidBy.CUSTOMER, SaidBy.CUSTOMER, SaidBy.CUSTOMER, SaidBy.COLLEAGUE, SaidBy.FAMILY, SaidBy.OBSERVED]
    listed = ", ".join(literal(speaker.value) for speaker in speakers)
    facts = [name for name in facts if name != "risk_appetite"]
    rows = ", ".join(f"({literal(name)}, nullif(nullif(p.{name}::text, ''), '{{}}') IS NOT NULL)" for name in facts)
    if table == "customers_person":
        rows += ", ('risk_appetite', p.risk_appetite <> '')"
    execute(
        'INSERT INTO customers_factsource (customer_id, field, said_by, by_id, "on")'  # noqa: S608 our own words
        f" SELECT c.id, said.field, CASE WHEN said.field = 'risk_appetite' THEN '{SaidBy.SELF_ASSESSMENT.value}'"
        f" ELSE (ARRAY[{listed}])[1 + {_draw('speaker', len(speakers))}] END, c.manager_id,"
        f" %s::date - mod(hashtext(c.customer_no || left(said.field, 5)) & 2147483647, 700)"
        f" FROM {table} p JOIN customers_customer c ON c.id = p.customer_id"
        f" CROSS JOIN LATERAL (VALUES {rows}) AS said (field, known) WHERE said.known",
        [today],
    )


def _own_fields(today):
    """Two questions of the bank's own, answered for one customer in five."""
    group, _new = CustomField.objects.get_or_create(
        code="wechat_group",
        defaults={
            "name": "是否加入客户微信群",
            "name_en": "In our WeChat group",
            "kind": CustomKind.YESNO,
            "applies_to": AppliesTo.BOTH,
            "section": FileSection.REACH,
            "stale_after": 12,
        },
    )
    car, _new = CustomField.objects.get_or_create(
        code="car",
        defaults={
            "name": "座驾",
            "name_en": "Car",
            "kind": CustomKind.CHOICE,
            "options": ["无", "20万以下", "20万–50万", "50万以上", "新能源车"],
            "applies_to": AppliesTo.INDIVIDUAL,
            "section": FileSection.CHARACTER,
            "stale_after": 24,
        },
    )
    for field, words in ((group, ["yes", "yes", "no"]), (car, car.options)):
        listed = ", ".join(literal(word) for word in words)
        word = f"(ARRAY[{listed}])[1 + {_draw(field.code, len(words))}]"
        execute(
            "INSERT INTO customers_customvalue (customer_id, field_id, text)"  # noqa: S608 our own words
            f" SELECT c.id, {field.pk}, {word} FROM customers_customer c"
            f" WHERE c.kind IN ('{AppliesTo.INDIVIDUAL.value}', %s) AND {_draw(field.code + '?', 10)} < 2",
            [AppliesTo.ORGANIZATION if field.applies_to == AppliesTo.BOTH else AppliesTo.INDIVIDUAL],
        )
        execute(
            'INSERT INTO customers_factsource (customer_id, field, said_by, by_id, "on")'  # noqa: S608 our own words
            f" SELECT v.customer_id, %s, '{SaidBy.CUSTOMER.value}', c.manager_id,"
            f" %s::date - {_draw(field.code + '!', 400)}"
            " FROM customers_customvalue v JOIN customers_customer c ON c.id = v.customer_id WHERE v.field_id = %s",
            [field.fact, today, field.pk],
        )
