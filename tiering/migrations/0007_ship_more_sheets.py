"""More sheets to start with: large customers, satisfaction, financial knowledge, education by the branch.

Which points and bounds the sheets have is this product's default (their sources name the criteria without a rule); banks
edit them.
"""

from datetime import date

from django.db import migrations

# sheet: code, kind, Chinese, English, criteria, cut-offs
# criterion: question or fact, stale after (months; 0: a fact of the record), Chinese, English, options
# option: code or (lower, upper), Chinese, English, points; cut-off: code, least points, names, strategies
SHEETS = [
    (
        "large_customer",
        "organization",
        "大客户特征评估表",
        "Large-customer traits",
        [
            (
                "performance",
                12,
                "经营业绩",
                "Performance",
                [
                    ("leading", "行业领先，连续增长", "Leads its trade and grows", 20),
                    ("profitable", "稳定盈利", "Steadily profitable", 14),
                    ("even", "基本持平", "About even", 8),
                    ("falling", "下滑或亏损", "Falling or losing", 2),
                ],
            ),
            (
                "brand",
                24,
                "品牌",
                "Brand",
                [
                    ("national", "全国知名", "Known nationwide", 15),
                    ("regional", "区域知名", "Known in the region", 10),
                    ("local", "本地知名", "Known locally", 6),
                    ("unknown", "不知名", "Hardly known", 2),
                ],
            ),
            (
                "head_office",
                36,
                "总部所在",
                "Head office",
                [
                    ("here", "总部在本地", "Here", 15),
                    ("regional", "区域总部在本地", "Regional head office here", 10),
                    ("branch", "仅分支机构在本地", "Only a branch here", 5),
                    ("away", "均不在本地", "None here", 1),
                ],
            ),
            (
                "demand_strength",
                12,
                "需求强度",
                "Strength of demand",
                [
                    ("strong", "多项需求，时间紧", "Several needs, soon", 20),
                    ("clear", "有明确需求", "A clear need", 14),
                    ("some", "需求一般", "Some need", 7),
                    ("weak", "需求弱", "Little need", 2),
                ],
            ),
            (
                "attitude_to_us",
                12,
                "对我行态度",
                "Attitude to us",
                [
                    ("seeking", "主动寻求合作", "Seeks to work with us", 15),
                    ("open", "愿意接触", "Open to talk", 10),
                    ("neutral", "中立", "Neutral", 5),
                    ("closed", "抵触", "Closed", 1),
                ],
            ),
            (
                "trade_benchmark",
                24,
                "行业标杆",
                "Benchmark of its trade",
                [
                    ("benchmark", "行业标杆，同业跟随", "The benchmark others follow", 15),
                    ("notable", "重点企业", "A notable one", 10),
                    ("ordinary", "一般企业", "An ordinary one", 5),
                    ("minor", "影响很小", "A minor one", 1),
                ],
            ),
        ],
        [
            (
                "VIP",
                75,
                "战略大客户",
                "Strategic",
                "负责人牵头，组团队服务，方案量身定制",
                "Led by the branch head: a team, and tailor-made proposals",
            ),
            (
                "A",
                55,
                "重点大客户",
                "Key",
                "专人负责，每月拜访，补齐四类需求",
                "One manager's first care: visit monthly, meet all four kinds of need",
            ),
            (
                "B",
                35,
                "培育客户",
                "To cultivate",
                "先找到一项需求切入，每季评估",
                "Begin with one need, assess again every quarter",
            ),
            ("C", 0, "一般客户", "Ordinary", "标准化服务", "Standard service"),
        ],
    ),
    (
        "satisfaction",
        "individual",
        "客户满意度评估表",
        "Satisfaction",
        [
            (
                key,
                12,
                name,
                name_en,
                [
                    ("very", "很满意", "Very satisfied", 20),
                    ("satisfied", "满意", "Satisfied", 15),
                    ("so_so", "一般", "So-so", 8),
                    ("dissatisfied", "不满意", "Dissatisfied", 0),
                ],
            )
            for key, name, name_en in [
                ("sat_service", "服务态度", "How we serve"),
                ("sat_speed", "办理效率", "How quick we are"),
                ("sat_products", "产品适合程度", "How well the products fit"),
                ("sat_advice", "建议的帮助", "How our advice helps"),
            ]
        ]
        + [
            (
                "sat_recommend",
                12,
                "是否愿意推荐我行",
                "Would recommend us",
                [
                    ("surely", "一定会", "Surely", 20),
                    ("perhaps", "可能会", "Perhaps", 15),
                    ("unsure", "说不准", "Unsure", 8),
                    ("no", "不会", "No", 0),
                ],
            )
        ],
        [
            ("M4", 80, "很满意", "Very satisfied", "请其转介绍", "Ask for introductions"),
            ("M3", 60, "满意", "Satisfied", "保持节奏，再问一项改进", "Keep on, and ask for one thing to better"),
            ("M2", 35, "一般", "So-so", "一个月内改进最低的一项", "Better the lowest answer within a month"),
            ("M1", 0, "不满意", "Dissatisfied", "负责人三天内致电", "The branch head calls within three days"),
        ],
    ),
    (
        "knowledge",
        "individual",
        "客户金融知识评估表",
        "Financial knowledge",
        [
            (
                key,
                24,
                name,
                name_en,
                [
                    ("explains", "能说清楚", "Can explain it", 20),
                    ("heard", "知道一些", "Knows something of it", 12),
                    ("unknown", "不了解", "Does not know it", 4),
                ],
            )
            for key, name, name_en in [
                ("know_products", "常见产品的区别", "How common products differ"),
                ("know_risk", "收益与风险的关系", "Return and risk"),
                ("know_inflation", "通胀与复利", "Inflation and compound interest"),
                ("know_spreading", "分散与长期持有", "Spreading and holding on"),
            ]
        ]
        + [
            (
                "risk_level",
                0,
                "持有的最高风险等级",
                "Highest risk level held",
                [
                    ((4, None), "R4及以上", "R4 or higher", 20),
                    ((3, 4), "R3", "R3", 14),
                    ((2, 3), "R2", "R2", 8),
                    ((None, 2), "R1", "R1", 4),
                ],
            )
        ],
        [
            ("K4", 75, "精通", "Expert", "给数据和逻辑，由其选择", "Give figures and logic, and let them choose"),
            ("K3", 50, "熟悉", "Versed", "比较两三种方案", "Compare two or three proposals"),
            ("K2", 25, "入门", "Beginner", "从一个目标讲起", "Begin with one goal"),
            ("K1", 0, "待启蒙", "New to it", "邀请参加投教活动", "Invite to a lesson"),
        ],
    ),
    (
        "education",
        "individual",
        "网点教育程度评估表",
        "Education by the branch",
        [
            (
                key,
                12,
                name,
                name_en,
                [
                    ("often", "经常", "Often", 20),
                    ("sometimes", "有过", "Sometimes", 12),
                    ("never", "没有", "Never", 2),
                ],
            )
            for key, name, name_en in [
                ("edu_salons", "参加我行的讲座或沙龙", "Comes to our lessons or salons"),
                ("edu_explained", "客户经理讲解过市场与产品", "Had markets and products explained by the manager"),
                ("edu_materials", "阅读我行的资料", "Reads what we send"),
                ("edu_review", "一起做过资产检视", "Went through the assets with us"),
                ("edu_channels", "使用我行线上渠道", "Uses our e-channels"),
            ]
        ],
        [
            ("E4", 75, "充分", "Well taught", "请其带朋友来听", "Ask them to bring friends"),
            ("E3", 50, "较好", "Taught", "每年一次资产检视", "Go through the assets once a year"),
            ("E2", 25, "初步", "Begun", "邀请参加下一场沙龙", "Invite to the next salon"),
            ("E1", 0, "未开展", "Not begun", "先发一份易懂的资料", "Send something easy to read first"),
        ],
    ),
]


def ship(apps, schema_editor):
    """Write the sheets as versions 1 in force."""
    for sheet in SHEETS:
        ship_sheet(apps, *sheet)


def ship_sheet(apps, code, kind, name, name_en, criteria, cutoffs):
    """One sheet as version 1 in force."""
    sheets, rows, options, tiers = (
        apps.get_model("tiering", name) for name in ("ScoringSheet", "Criterion", "Option", "Cutoff")
    )
    sheet = sheets.objects.create(
        code=code,
        kind=kind,
        name=name,
        name_en=name_en,
        version=1,
        state="published",
        published_on=date(2026, 11, 21),
    )
    for position, (key, stale_after, label, label_en, answers) in enumerate(criteria, start=1):
        source = (
            {"source": "asked", "question": key, "kind": "choice", "stale_after": stale_after}
            if stale_after
            else {"source": "fact", "fact": key, "kind": "number"}
        )
        criterion = rows.objects.create(sheet=sheet, position=position, name=label, name_en=label_en, **source)
        for place, (answer, words, words_en, points) in enumerate(answers, start=1):
            value, (lower, upper) = (answer, (None, None)) if isinstance(answer, str) else ("", answer)
            options.objects.create(
                criterion=criterion,
                position=place,
                value=value,
                lower=lower,
                upper=upper,
                name=words,
                name_en=words_en,
                points=points,
            )
    for tier, minimum, label, label_en, strategy, strategy_en in cutoffs:
        tiers.objects.create(
            sheet=sheet,
            code=tier,
            minimum=minimum,
            name=label,
            name_en=label_en,
            strategy=strategy,
            strategy_en=strategy_en,
        )


class Migration(migrations.Migration):
    dependencies = [("tiering", "0006_default_service_packages")]

    operations = [migrations.RunPython(ship, migrations.RunPython.noop)]
