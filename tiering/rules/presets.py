"""Bands to start a scheme from: plain data that the admin fills in and everybody edits.

The asset ladders are steps that banks commonly publish (S4.10); relationship layers (S0.1), cells of service need and
potential (S3.6), stickiness (S4.3), the loyalty ladder (S1.10) and the operating ladder (S4.5) follow their measures
(docs/tiering.md). Amounts are yuan.
"""

from dataclasses import dataclass, field

from tiering.choices import Axis, Measure, Tone

ASSETS = (Measure.ASSETS, Measure.ASSETS_MONTH_END, Measure.ASSETS_AVERAGE)
CONTRIBUTIONS = (Measure.CONTRIBUTION, Measure.NET_CONTRIBUTION)


@dataclass(frozen=True)
class PresetBand:
    """A band: its code, least value (None: takes everybody below the others), names, strategy and colour."""

    code: str
    minimum: int | None
    name: str
    name_en: str
    strategy: str = ""
    strategy_en: str = ""
    tone: int | None = None


@dataclass(frozen=True)
class Preset:
    """Bands for some measures, with the settings of the scheme that go with them."""

    code: str
    measures: tuple[Measure, ...]
    name: str
    name_en: str
    bands: tuple[PresetBand, ...]
    settings: dict = field(default_factory=dict)


def _ladder(code, name, name_en, *rows, measures=ASSETS):
    """A preset whose bands have no strategy: rows of (code, least value, name, English name, colour)."""
    bands = tuple(PresetBand(band, minimum, zh, en, tone=tone) for band, minimum, zh, en, tone in rows)
    return Preset(code, measures, name, name_en, bands)


PRESETS = (
    _ladder(
        "assets_6",
        "资产六级：5 / 20 / 50 / 100 / 600万",
        "Assets in six steps: ¥50k / 200k / 500k / 1m / 6m",
        ("W600", 6_000_000, "私行 600万+", "Private ¥6m+", Tone.GOLD),
        ("W100", 1_000_000, "财富 100万+", "Wealth ¥1m+", Tone.BLUE),
        ("W50", 500_000, "贵宾 50万+", "Premium ¥500k+", Tone.LIGHT_BLUE),
        ("W20", 200_000, "优质 20万+", "Preferred ¥200k+", Tone.TEAL),
        ("W5", 50_000, "潜力 5万+", "Rising ¥50k+", Tone.GREEN),
        ("W0", None, "大众 <5万", "Mass <¥50k", Tone.GREY),
    ),
    _ladder(
        "assets_8",
        "资产八级：1 / 5 / 20 / 50 / 100 / 600 / 1000万",
        "Assets in eight steps: ¥10k / 50k / 200k / 500k / 1m / 6m / 10m",
        ("W1000", 10_000_000, "超高净值 1000万+", "Ultra high ¥10m+", Tone.GOLD),
        ("W600", 6_000_000, "私行 600万+", "Private ¥6m+", Tone.VIOLET),
        ("W100", 1_000_000, "财富 100万+", "Wealth ¥1m+", Tone.BLUE),
        ("W50", 500_000, "贵宾 50万+", "Premium ¥500k+", Tone.LIGHT_BLUE),
        ("W20", 200_000, "优质 20万+", "Preferred ¥200k+", Tone.TEAL),
        ("W5", 50_000, "潜力 5万+", "Rising ¥50k+", Tone.GREEN),
        ("W1", 10_000, "基础 1万+", "Basic ¥10k+", Tone.BRICK),
        ("W0", None, "长尾 <1万", "Long tail <¥10k", Tone.GREY),
    ),
    _ladder(
        "assets_5",
        "资产五级：5 / 50 / 500 / 1000万",
        "Assets in five steps: ¥50k / 500k / 5m / 10m",
        ("W1000", 10_000_000, "私行 1000万+", "Private ¥10m+", Tone.GOLD),
        ("W500", 5_000_000, "钻石 500万+", "Diamond ¥5m+", Tone.VIOLET),
        ("W50", 500_000, "金卡 50万+", "Gold ¥500k+", Tone.BLUE),
        ("W5", 50_000, "银卡 5万+", "Silver ¥50k+", Tone.TEAL),
        ("W0", None, "普卡 <5万", "Standard <¥50k", Tone.GREY),
    ),
    _ladder(
        "assets_4",
        "资产四级：20 / 200 / 600万",
        "Assets in four steps: ¥200k / 2m / 6m",
        ("W600", 6_000_000, "私行 600万+", "Private ¥6m+", Tone.GOLD),
        ("W200", 2_000_000, "财富 200万+", "Wealth ¥2m+", Tone.BLUE),
        ("W20", 200_000, "理财 20万+", "Planning ¥200k+", Tone.TEAL),
        ("W0", None, "大众 <20万", "Mass <¥200k", Tone.GREY),
    ),
    _ladder(
        "contribution_5",
        "贡献五级：年5万 / 1万 / 2千 / 0",
        "Contribution in five steps: ¥50k / 10k / 2k / 0 a year",
        ("G5", 50_000, "核心 年5万+", "Core ¥50k+ a year", Tone.GOLD),
        ("G4", 10_000, "高 年1万+", "High ¥10k+ a year", Tone.BLUE),
        ("G3", 2_000, "中 年2千+", "Middle ¥2k+ a year", Tone.TEAL),
        ("G2", 0, "低 年<2千", "Low <¥2k a year", Tone.GREY),
        ("G1", None, "负 收不抵支", "Costs more than it brings", Tone.BRICK),
        measures=CONTRIBUTIONS,
    ),
    _ladder(
        "contribution_2",
        "资产或负债：收支相抵为界",
        "Asset or liability: by whether income covers the cost",
        ("ASSET", 0, "资产型 收大于支", "Asset: brings more than it costs", Tone.BLUE),
        ("DEBT", None, "负债型 支大于收", "Liability: costs more than it brings", Tone.BRICK),
        measures=CONTRIBUTIONS,
    ),
    _ladder(
        "loyalty_5",
        "忠诚度五级",
        "Loyalty ladder: five rungs",
        ("L5", 5, "传播者", "Advocate", Tone.GOLD),
        ("L4", 4, "拥护者", "Supporter", Tone.BLUE),
        ("L3", 3, "委托人", "Client", Tone.TEAL),
        ("L2", 2, "客户", "Customer", Tone.GREEN),
        ("L1", None, "可能客户", "Possible customer", Tone.GREY),
        measures=(Measure.LOYALTY,),
    ),
    Preset(
        "relationship_5",
        (Measure.RELATIONSHIP,),
        "关系五层：统计 / 存量 / 服务 / 关系 / 忠诚",
        "Relationship in five layers: counted, stock, served, related, loyal",
        (
            PresetBand(
                "R5", 5, "忠诚客户", "Loyal", "请其转介绍，重大日子由负责人出面",
                "Ask for introductions; the branch head comes on great days", Tone.GOLD,
            ),
            PresetBand(
                "R4", 4, "关系客户", "Related", "固定联系人，补齐产品，走向忠诚",
                "One fixed contact; complete the products on the way to loyalty", Tone.BLUE,
            ),
            PresetBand(
                "R3", 3, "服务客户", "Served", "由被动服务转为主动联系，每季至少一次",
                "From serving on demand to calling first: once a quarter at least", Tone.TEAL,
            ),
            PresetBand(
                "R2", 2, "存量客户", "Stock", "先打一个电话认识，核对资料和到期日",
                "Make the first call: get acquainted, check the file and what ends when", Tone.GREEN,
            ),
            PresetBand(
                "R1", None, "统计客户", "Counted only", "批量触达，有回应再跟进",
                "Reach them in groups; follow up whoever answers", Tone.GREY,
            ),
        ),
        {"watch_months": 0},
    ),
    Preset(
        "quadrant_4",
        (Measure.QUADRANT,),
        "服务需求×潜力四象限：联系6次、45分为界",
        "Service need × potential: from 6 contacts and 45 points",
        (
            PresetBand(
                "Q4", 4, "速赢", "Quick wins", "潜力高、需求低：优先安排，主动提供方案",
                "High potential, low need: work these first with a proposal", Tone.GOLD,
            ),
            PresetBand(
                "Q3", 3, "培育", "Cultivate", "潜力高、需求高：投入时间，提高每次服务的收获",
                "High potential, high need: invest time, and gain more from each contact", Tone.BLUE,
            ),
            PresetBand(
                "Q2", 2, "低优先", "Low priority", "潜力低、需求低：标准化服务，资料变化时再看",
                "Low potential, low need: standard service, look again when the file changes", Tone.TEAL,
            ),
            PresetBand(
                "Q1", None, "放手", "Let go", "潜力低、需求高：引导至自助渠道和批量服务",
                "Low potential, high need: lead to self-service and group events", Tone.GREY,
            ),
        ),
        {
            "watch_months": 0,
            "need_axis": Axis.CONTACTS.value,
            "need_from": 6,
            "potential_axis": Axis.SCORE.value,
            "potential_from": 45,
        },
    ),
    Preset(
        "behaviour_5",
        (Measure.BEHAVIOUR,),
        "行为五级：近度、频度、额度 3–15分",
        "Behaviour in five steps: recency, frequency, value, 3–15",
        (
            PresetBand("B5", 13, "高频大额", "Often and much", "守住主账户地位", "Stay their main bank", Tone.GOLD),
            PresetBand("B4", 10, "活跃", "Active", "跟着资金走，衔接理财", "Follow the money: add wealth", Tone.BLUE),
            PresetBand("B3", 7, "一般", "Middling", "绑定一项高频用途", "Win one frequent use", Tone.TEAL),
            PresetBand("B2", 5, "低频", "Seldom", "了解资金去向", "Learn where the money goes", Tone.GREEN),
            PresetBand("B1", None, "沉睡", "Asleep", "批量唤醒，有回应再跟进", "Wake them in groups", Tone.GREY),
        ),
        {"watch_months": 0},
    ),
    Preset(
        "stickiness_4",
        (Measure.STICKINESS,),
        "黏性四级：0–10分",
        "Stickiness in four steps: 0–10",
        (
            PresetBand("S4", 8, "牢固", "Anchored", "请其转介绍", "Ask for introductions", Tone.GOLD),
            PresetBand("S3", 5, "稳定", "Steady", "再加一类产品", "Add one more category", Tone.BLUE),
            PresetBand("S2", 3, "松动", "Loose", "争取代发或代扣", "Win the salary or a direct debit", Tone.TEAL),
            PresetBand("S1", None, "游离", "Adrift", "先做一项常用服务", "Begin with one everyday service", Tone.GREY),
        ),
        {"watch_months": 0},
    ),
    Preset(
        "operating_12",
        (Measure.OPERATING,),
        "经营十二级",
        "Operating ladder: twelve rungs",
        tuple(
            PresetBand(f"O{rung}", rung if rung > 1 else None, name, name_en, tone=tone)
            for rung, name, name_en, tone in (
                (12, "帮助客户的朋友", "Helps their friends", Tone.GOLD),
                (11, "创造更高价值", "Creates more value", Tone.GOLD),
                (10, "帮助实现小目标", "Helps to reach goals", Tone.BLUE),
                (9, "持续关注持有产品", "Follows what they hold", Tone.BLUE),
                (8, "帮助投融资成长", "Helps to grow in finance", Tone.LIGHT_BLUE),
                (7, "沙龙邀约", "Salons", Tone.LIGHT_BLUE),
                (6, "家庭纪念日送礼", "Gifts on family days", Tone.TEAL),
                (5, "节日送礼", "Gifts on festivals", Tone.TEAL),
                (4, "节日问候", "Greetings on festivals", Tone.GREEN),
                (3, "主动交流", "Talks of our own accord", Tone.GREEN),
                (2, "提醒才联系", "Contact only when reminded", Tone.GREY),
                (1, "没有联系", "No contact", Tone.GREY),
            )
        ),
        {"watch_months": 0},
    ),
)  # fmt: skip


def presets_for(measure):
    """The presets of a measure, in order."""
    return [preset for preset in PRESETS if measure in preset.measures]
