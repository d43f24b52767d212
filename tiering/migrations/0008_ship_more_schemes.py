"""More schemes to start with, one a measure; those that need data or answers of the bank's own are out of force."""

from django.db import migrations

# scheme: code, measure, sheet, kind, Chinese, English, watch (months), in force, bands
# band: code, least value, colour, Chinese, English, Chinese strategy, English strategy
SCHEMES = [
    ("organisation", "sheet", "large_customer", "organization", "大客户评估", "Organisations by traits", 3, True, []),
    (
        "relationship",
        "relationship",
        "",
        "",
        "关系分层",
        "By relationship",
        0,
        True,
        [
            (
                "R5",
                5,
                1,
                "忠诚客户",
                "Loyal",
                "请其转介绍，重大日子由负责人出面",
                "Ask for introductions; the branch head comes on great days",
            ),
            (
                "R4",
                4,
                2,
                "关系客户",
                "Related",
                "固定联系人，补齐产品，走向忠诚",
                "One fixed contact; complete the products on the way to loyalty",
            ),
            (
                "R3",
                3,
                4,
                "服务客户",
                "Served",
                "由被动服务转为主动联系，每季至少一次",
                "From serving on demand to calling first: once a quarter at least",
            ),
            (
                "R2",
                2,
                5,
                "存量客户",
                "Stock",
                "先打一个电话认识，核对资料和到期日",
                "Make the first call: get acquainted, check the file and what ends when",
            ),
            (
                "R1",
                None,
                8,
                "统计客户",
                "Counted only",
                "批量触达，有回应再跟进",
                "Reach them in groups; follow up whoever answers",
            ),
        ],
    ),
    (
        "quadrant",
        "quadrant",
        "",
        "",
        "服务需求与潜力",
        "Need and potential",
        0,
        True,
        [
            (
                "Q4",
                4,
                1,
                "速赢",
                "Quick wins",
                "潜力高、需求低：优先安排，主动提供方案",
                "High potential, low need: work these first with a proposal",
            ),
            (
                "Q3",
                3,
                2,
                "培育",
                "Cultivate",
                "潜力高、需求高：投入时间，提高每次服务的收获",
                "High potential, high need: invest time, and gain more from each contact",
            ),
            (
                "Q2",
                2,
                4,
                "低优先",
                "Low priority",
                "潜力低、需求低：标准化服务，资料变化时再看",
                "Low potential, low need: standard service, look again when the file changes",
            ),
            (
                "Q1",
                None,
                8,
                "放手",
                "Let go",
                "潜力低、需求高：引导至自助渠道和批量服务",
                "Low potential, high need: lead to self-service and group events",
            ),
        ],
    ),
    (
        "stickiness",
        "stickiness",
        "",
        "",
        "黏性",
        "Stickiness",
        0,
        True,
        [
            ("S4", 8, 1, "牢固", "Anchored", "请其转介绍", "Ask for introductions"),
            ("S3", 5, 2, "稳定", "Steady", "再加一类产品", "Add one more category"),
            ("S2", 3, 4, "松动", "Loose", "争取代发或代扣", "Win the salary or a direct debit"),
            ("S1", None, 8, "游离", "Adrift", "先做一项常用服务", "Begin with one everyday service"),
        ],
    ),
    (
        "operating",
        "operating",
        "",
        "",
        "经营阶梯",
        "Operating ladder",
        0,
        True,
        [
            ("O12", 12, 1, "帮助客户的朋友", "Helps their friends"),
            ("O11", 11, 1, "创造更高价值", "Creates more value"),
            ("O10", 10, 2, "帮助实现小目标", "Helps to reach goals"),
            ("O9", 9, 2, "持续关注持有产品", "Follows what they hold"),
            ("O8", 8, 3, "帮助投融资成长", "Helps to grow in finance"),
            ("O7", 7, 3, "沙龙邀约", "Salons"),
            ("O6", 6, 4, "家庭纪念日送礼", "Gifts on family days"),
            ("O5", 5, 4, "节日送礼", "Gifts on festivals"),
            ("O4", 4, 5, "节日问候", "Greetings on festivals"),
            ("O3", 3, 5, "主动交流", "Talks of our own accord"),
            ("O2", 2, 8, "提醒才联系", "Contact only when reminded"),
            ("O1", None, 8, "没有联系", "No contact"),
        ],
    ),
    ("satisfaction", "sheet", "satisfaction", "individual", "满意度", "Satisfaction", 0, True, []),
    (
        "assets_month_end",
        "assets_month_end",
        "",
        "",
        "月末资产分层",
        "By month-end assets",
        3,
        False,
        [
            ("W600", 6000000, 1, "私行 600万+", "Private ¥6m+"),
            ("W100", 1000000, 2, "财富 100万+", "Wealth ¥1m+"),
            ("W50", 500000, 3, "贵宾 50万+", "Premium ¥500k+"),
            ("W20", 200000, 4, "优质 20万+", "Preferred ¥200k+"),
            ("W5", 50000, 5, "潜力 5万+", "Rising ¥50k+"),
            ("W0", None, 8, "大众 <5万", "Mass <¥50k"),
        ],
    ),
    (
        "assets_average",
        "assets_average",
        "",
        "",
        "月日均资产分层",
        "By average assets of the month",
        3,
        False,
        [
            ("W600", 6000000, 1, "私行 600万+", "Private ¥6m+"),
            ("W100", 1000000, 2, "财富 100万+", "Wealth ¥1m+"),
            ("W50", 500000, 3, "贵宾 50万+", "Premium ¥500k+"),
            ("W20", 200000, 4, "优质 20万+", "Preferred ¥200k+"),
            ("W5", 50000, 5, "潜力 5万+", "Rising ¥50k+"),
            ("W0", None, 8, "大众 <5万", "Mass <¥50k"),
        ],
    ),
    (
        "net_contribution",
        "net_contribution",
        "",
        "",
        "净贡献分层",
        "By contribution less service",
        3,
        False,
        [
            ("G5", 50000, 1, "核心 年5万+", "Core ¥50k+ a year"),
            ("G4", 10000, 2, "高 年1万+", "High ¥10k+ a year"),
            ("G3", 2000, 4, "中 年2千+", "Middle ¥2k+ a year"),
            ("G2", 0, 8, "低 年<2千", "Low <¥2k a year"),
            ("G1", None, 7, "负 收不抵支", "Costs more than it brings"),
        ],
    ),
    (
        "behaviour",
        "behaviour",
        "",
        "",
        "行为分层",
        "By behaviour",
        0,
        False,
        [
            ("B5", 13, 1, "高频大额", "Often and much", "守住主账户地位", "Stay their main bank"),
            ("B4", 10, 2, "活跃", "Active", "跟着资金走，衔接理财", "Follow the money: add wealth"),
            ("B3", 7, 4, "一般", "Middling", "绑定一项高频用途", "Win one frequent use"),
            ("B2", 5, 5, "低频", "Seldom", "了解资金去向", "Learn where the money goes"),
            ("B1", None, 8, "沉睡", "Asleep", "批量唤醒，有回应再跟进", "Wake them in groups"),
        ],
    ),
    ("knowledge", "sheet", "knowledge", "individual", "金融知识", "By financial knowledge", 0, False, []),
    ("education", "sheet", "education", "individual", "网点教育", "By education", 0, False, []),
]

# What stands on the axes of service need and potential, and from where each is high.
AXES = {"need_axis": "contacts", "need_from": 6, "potential_axis": "score", "potential_from": 45}

# Colours of the bands that ship since the beginning; ladders step down at once.
TONES = {
    "assets": {"W600": 1, "W100": 2, "W50": 3, "W20": 4, "W5": 5, "W0": 8},
    "contribution": {"G5": 1, "G4": 2, "G3": 4, "G2": 8, "G1": 7},
    "loyalty": {"L5": 1, "L4": 2, "L3": 4, "L2": 5, "L1": 8},
}


def ship(apps, schema_editor):
    """Write the schemes with their bands, and the colours of those that are there."""
    schemes, bands = (apps.get_model("tiering", name) for name in ("Scheme", "Band"))
    position = schemes.objects.count()
    for code, measure, sheet, kind, name, name_en, watch, active, rows in SCHEMES:
        position += 1
        scheme = schemes.objects.create(
            code=code,
            measure=measure,
            sheet_code=sheet,
            kind=kind,
            name=name,
            name_en=name_en,
            watch_months=watch,
            active=active,
            position=position,
            **(AXES if measure == "quadrant" else {}),
        )
        for band, minimum, tone, *words in rows:
            named = dict(zip(("name", "name_en", "strategy", "strategy_en"), words, strict=False))
            bands.objects.create(scheme=scheme, code=band, minimum=minimum, tone=tone, **named)
    schemes.objects.filter(code="loyalty").update(watch_months=0)
    for scheme, tones in TONES.items():
        for code, tone in tones.items():
            bands.objects.filter(scheme__code=scheme, code=code, tone=None).update(tone=tone)


class Migration(migrations.Migration):
    dependencies = [("tiering", "0007_ship_more_sheets")]

    operations = [migrations.RunPython(ship, migrations.RunPython.noop)]
