"""What the demo bank is made of: cities, products, occupations, other banks."""

OFFICE = "B00"
AUDITOR, ADMINISTRATOR = "A001", "S001"
CITIES = (
    ("B01", "深圳分行", "深圳市", ("南山", "福田", "罗湖", "宝安", "龙岗", "龙华", "光明", "坪山")),
    ("B02", "广州分行", "广州市", ("天河", "越秀", "海珠", "番禺", "白云", "黄埔", "荔湾", "花都")),
)
MARKETS = ("commercial", "residential", "industrial")
MANAGERS_EACH = 5
CUSTOMERS_EACH = 125

# code, name, category, dimension, risk level, days it runs (0: no end), yearly rate
PRODUCTS = (
    ("CA01", "个人活期存款", "demand_deposit", "savings", 1, 0, 0.05),
    ("CA02", "单位活期存款", "demand_deposit", "savings", 1, 0, 0.05),
    ("TD03", "三个月定期存款", "time_deposit", "savings", 1, 91, 0.80),
    ("TD06", "六个月定期存款", "time_deposit", "savings", 1, 182, 1.00),
    ("TD12", "一年定期存款", "time_deposit", "savings", 1, 365, 1.15),
    ("TD36", "三年定期存款", "time_deposit", "savings", 1, 1095, 1.55),
    ("CD20", "大额存单（两年）", "time_deposit", "savings", 1, 730, 1.45),
    ("WM00", "天天盈现金理财", "wealth", "wealth", 1, 0, 1.60),
    ("WM90", "季季享九十天理财", "wealth", "wealth", 2, 90, 2.20),
    ("WM18", "安享一百八十天理财", "wealth", "wealth", 2, 180, 2.50),
    ("WM36", "稳利一年期理财", "wealth", "wealth", 3, 365, 2.90),
    ("FD01", "稳健债券基金", "fund", "investment", 2, 0, 2.60),
    ("FD02", "沪深三百指数基金", "fund", "investment", 4, 0, 0),
    ("FD03", "成长混合基金", "fund", "investment", 4, 0, 0),
    ("BD03", "储蓄国债（三年期）", "bond", "investment", 1, 1095, 1.93),
    ("MT01", "黄金积存", "metal", "investment", 3, 0, 0),
    ("IN01", "鑫享年金保险", "insurance", "wealth", 2, 3650, 2.00),
    ("LN01", "个人消费贷款", "loan", "consumption", "", 1095, 3.60),
    ("LN02", "小微经营贷款", "loan", "consumption", "", 365, 3.85),
    ("LN03", "流动资金贷款", "loan", "consumption", "", 365, 3.70),
    ("MG01", "个人住房贷款", "mortgage", "consumption", "", 9131, 3.45),
    ("CC01", "信用卡", "card", "consumption", "", 0, 0),
    ("PY01", "代发工资", "payment", "consumption", "", 0, 0),
    ("PY02", "企业收款码", "payment", "consumption", "", 0, 0),
)
PRODUCT = {row[0]: row for row in PRODUCTS}
TIMED = (("TD12", 30), ("TD03", 14), ("TD06", 16), ("TD36", 16), ("CD20", 8), ("WM90", 12), ("WM18", 12), ("WM36", 10))
# occupation: how common, a usual yearly income in yuan
OCCUPATIONS = {
    "business_owner": (14, 260_000),
    "executive": (9, 230_000),
    "civil_servant": (9, 150_000),
    "technician": (16, 160_000),
    "sales": (14, 110_000),
    "clerk": (13, 90_000),
    "homemaker": (6, 40_000),
    "factory_worker": (11, 72_000),
    "other": (8, 70_000),
}
OTHER_BANKS = ("工商银行", "建设银行", "招商银行", "中国银行", "农业银行", "平安银行", "微众银行", "交通银行")
