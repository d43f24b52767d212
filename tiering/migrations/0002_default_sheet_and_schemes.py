"""The scoring sheet, its cut-offs and the four schemes that the product starts with; all of it is edited in the admin."""

from datetime import date

from django.db import migrations

SHEET = "standard"

# criterion: fact, kind, Chinese, English, options: (answer or (lower, upper), Chinese, English, points)
CRITERIA = [
    (
        "occupation",
        "choice",
        "职业",
        "Occupation",
        [
            ("business_owner", "商务经营", "Business owner", 15),
            ("executive", "行政管理", "Executive", 11),
            ("civil_servant", "公务员", "Civil servant", 9),
            ("technician", "技术人员", "Technician", 7),
            ("sales", "业务员", "Sales", 5),
            ("clerk", "文职人员", "Clerk", 4),
            ("homemaker", "家庭主妇", "Homemaker", 3),
            ("factory_worker", "制造工人", "Factory worker", 2),
            ("other", "其他", "Other", 1),
        ],
    ),
    (
        "annual_income",
        "number",
        "年收入",
        "Annual income",
        [
            ((200000, None), "20万元及以上", "¥200,000 or more", 15),
            ((150000, 200000), "15万–20万元", "¥150,000 to 200,000", 12),
            ((100000, 150000), "10万–15万元", "¥100,000 to 150,000", 9),
            ((50000, 100000), "5万–10万元", "¥50,000 to 100,000", 6),
            ((None, 50000), "5万元以下", "under ¥50,000", 3),
        ],
    ),
    (
        "age",
        "years",
        "年龄",
        "Age",
        [
            ((45, None), "45岁及以上", "45 or older", 4),
            ((35, 45), "35–45岁", "35 to 45", 10),
            ((25, 35), "25–35岁", "25 to 35", 6),
            ((None, 25), "25岁以下", "under 25", 2),
        ],
    ),
    (
        "family",
        "choice",
        "家庭状况",
        "Family",
        [
            ("married_with_children", "已婚有子女", "Married with children", 8),
            ("married_without_children", "已婚无子女", "Married without children", 4),
            ("single", "单身", "Single", 2),
        ],
    ),
    (
        "education",
        "choice",
        "文化水平",
        "Education",
        [
            ("postgraduate", "研究生以上", "Postgraduate", 8),
            ("bachelor", "本科", "Bachelor", 5),
            ("junior_college", "专科", "Junior college", 2),
            ("below_college", "专科以下", "Below college", 1),
        ],
    ),
    (
        "known_for",
        "years",
        "相识时间",
        "Known for",
        [
            ((3, None), "3年及以上", "3 years or longer", 4),
            ((1, 3), "1–3年", "1 to 3 years", 2),
            ((None, 1), "1年以内", "less than a year", 1),
        ],
    ),
    (
        "ease_of_contact",
        "choice",
        "接触程度",
        "Ease of contact",
        [
            ("very_easy", "很容易", "Very easy", 10),
            ("easy", "容易", "Easy", 6),
            ("hard", "困难", "Hard", 3),
            ("very_hard", "很困难", "Very hard", 1),
        ],
    ),
    (
        "influence",
        "choice",
        "影响力",
        "Influence",
        [
            ("great", "很大", "Great", 10),
            ("considerable", "较大", "Considerable", 6),
            ("some", "一般", "Some", 3),
            ("none", "没有", "None", 1),
        ],
    ),
]

# Which tiers begin at which points is this product's default (the source of the sheet prints none); banks edit it.
CUTOFFS = [
    (
        "VIP",
        60,
        "贵宾客户",
        "VIP",
        "负责人与客户经理共同维护，每月至少见面一次，方案量身定制",
        "Kept by the branch head and the manager together: meet monthly, tailor-made proposals",
    ),
    (
        "A",
        45,
        "重点客户",
        "Key customer",
        "客户经理重点培育，每季见面，主动提供成套产品",
        "The manager's first care: meet every quarter, offer a set of products",
    ),
    (
        "B",
        30,
        "目标客户",
        "Prospect",
        "列入转化名单，补齐资料，找到一项真实需求再推进",
        "On the list to convert: complete the file, find one real need, then go on",
    ),
    (
        "C",
        0,
        "普通客户",
        "Ordinary customer",
        "以标准化服务和批量活动维护，资料变化时重新评估",
        "Standard service and group events; assess again when the file changes",
    ),
]

# scheme: code, measure, Chinese, English, bands: (code, least value, Chinese, English)
SCHEMES = [
    ("sheet", "sheet", "等级评估", "Scoring sheet", []),
    (
        "assets",
        "assets",
        "资产分层",
        "By assets",
        [
            ("W600", 6000000, "私行 600万+", "Private ¥6m+"),
            ("W100", 1000000, "财富 100万+", "Wealth ¥1m+"),
            ("W50", 500000, "贵宾 50万+", "Premium ¥500k+"),
            ("W20", 200000, "优质 20万+", "Preferred ¥200k+"),
            ("W5", 50000, "潜力 5万+", "Rising ¥50k+"),
            ("W0", None, "大众 <5万", "Mass <¥50k"),
        ],
    ),
    (
        "contribution",
        "contribution",
        "贡献分层",
        "By contribution",
        [
            ("G5", 50000, "核心 年5万+", "Core ¥50k+ a year"),
            ("G4", 10000, "高 年1万+", "High ¥10k+ a year"),
            ("G3", 2000, "中 年2千+", "Middle ¥2k+ a year"),
            ("G2", 0, "低 年<2千", "Low <¥2k a year"),
            ("G1", None, "负 收不抵支", "Costs more than it brings"),
        ],
    ),
    (
        "loyalty",
        "loyalty",
        "忠诚度阶梯",
        "Loyalty ladder",
        [
            ("L5", 5, "传播者", "Advocate"),
            ("L4", 4, "拥护者", "Supporter"),
            ("L3", 3, "委托人", "Client"),
            ("L2", 2, "客户", "Customer"),
            ("L1", None, "可能客户", "Possible customer"),
        ],
    ),
]


def ship(apps, schema_editor):
    """Write the sheet as version 1 in force, and the schemes."""
    sheets, criteria, options, cutoffs, schemes, bands = (
        apps.get_model("tiering", name) for name in ("ScoringSheet", "Criterion", "Option", "Cutoff", "Scheme", "Band")
    )
    sheet = sheets.objects.create(
        code=SHEET,
        name="等级评估表",
        name_en="Scoring sheet",
        version=1,
        state="published",
        published_on=date(2026, 11, 21),
    )
    for position, (fact, kind, name, name_en, answers) in enumerate(CRITERIA, start=1):
        criterion = criteria.objects.create(
            sheet=sheet, position=position, fact=fact, kind=kind, name=name, name_en=name_en
        )
        for place, (answer, label, label_en, points) in enumerate(answers, start=1):
            value, (lower, upper) = (answer, (None, None)) if isinstance(answer, str) else ("", answer)
            options.objects.create(
                criterion=criterion,
                position=place,
                value=value,
                lower=lower,
                upper=upper,
                name=label,
                name_en=label_en,
                points=points,
            )
    for code, minimum, name, name_en, strategy, strategy_en in CUTOFFS:
        cutoffs.objects.create(
            sheet=sheet,
            code=code,
            minimum=minimum,
            name=name,
            name_en=name_en,
            strategy=strategy,
            strategy_en=strategy_en,
        )
    for position, (code, measure, name, name_en, rows) in enumerate(SCHEMES, start=1):
        scheme = schemes.objects.create(
            code=code,
            measure=measure,
            name=name,
            name_en=name_en,
            position=position,
            sheet_code=SHEET if measure == "sheet" else "",
        )
        for band, minimum, label, label_en in rows:
            bands.objects.create(scheme=scheme, code=band, minimum=minimum, name=label, name_en=label_en)


class Migration(migrations.Migration):
    dependencies = [("tiering", "0001_initial")]

    operations = [migrations.RunPython(ship, migrations.RunPython.noop)]
