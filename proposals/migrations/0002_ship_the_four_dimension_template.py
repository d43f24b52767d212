"""The template that the product ships with: four dimensions and the rule of one, two, three, four (S0.14)."""

from django.db import migrations

TEMPLATES = [
    {
        "code": "four_dimensions",
        "name": "四维金融服务方案",
        "name_en": "Four-dimension proposal",
        "opening": "感谢您一直以来的信任。结合您的需求与目前的安排，我们从储蓄、投资、理财、消费四个方面为您准备了以下建议，供您选择。",
        "opening_en": "Thank you for your trust. Starting from what you want to reach and what you have today, we prepared suggestions in four dimensions for you to choose from.",
        "closing": "以上建议以您的实际需要为准，产品的收益与风险请以产品说明书和合同为准。如有任何疑问，请随时与我联系。",
        "closing_en": "Choose what fits you. Returns and risks are those of the product documents and contracts. Please ask me about anything that is not clear.",
        "sections": [
            (
                "savings",
                "备用金与安全：习惯、距离、价格、信任哪一点对客户最重要？",
                "Reserve and safety: which matters most – habit, nearness, price or trust?",
            ),
            (
                "investment",
                "增长：客户能承受的风险与期限；与现有持仓的差距。",
                "Growth: the risk and term the customer can bear; the gap to what they hold.",
            ),
            (
                "wealth",
                "长期与保障：养老、子女教育、家庭保障、传承。",
                "Long term and protection: retirement, children's education, the family, passing on.",
            ),
            (
                "consumption",
                "便利与用途：住房、车、日常支付、渠道与安全。",
                "Convenience and purpose: home, car, daily payments, channels and safety.",
            ),
        ],
    },
    {
        "code": "small_business",
        "name": "小微企业综合方案",
        "name_en": "Small-business proposal",
        "opening": "感谢贵公司的支持。我们围绕采购、销售、融资与资金管理四个环节，结合贵公司目前的账户与业务情况，准备了以下建议。",
        "opening_en": "Thank you for your business. Around purchasing, sales, financing and cash management, and starting from your accounts with us, we prepared these suggestions.",
        "closing": "具体额度、价格与期限以审批结果和合同为准。",
        "closing_en": "Limits, prices and terms are those of the approval and the contract.",
        "sections": [
            (
                "savings",
                "结算与沉淀：付款成本、回款速度、闲置资金。",
                "Settlement and balances: cost of payments, speed of collection, idle money.",
            ),
            ("investment", "资金增值：短期闲置资金的安排。", "Making money work: short-term idle funds."),
            (
                "wealth",
                "企业主与家庭：个人财富、保障与公私联动。",
                "The owner and the family: personal wealth and protection.",
            ),
            (
                "consumption",
                "融资与支付：更便宜、更快的融资，延后付款。",
                "Financing and payments: cheaper and quicker finance, later outflow.",
            ),
        ],
    },
]


def ship(apps, schema_editor):
    """Add each template that is not there; one edited since stays as it is."""
    Template = apps.get_model("proposals", "Template")
    Section = apps.get_model("proposals", "Section")
    for given in TEMPLATES:
        fields = {name: value for name, value in given.items() if name not in {"code", "sections"}}
        template, created = Template.objects.get_or_create(code=given["code"], defaults=fields)
        if created:
            Section.objects.bulk_create(
                Section(template=template, dimension=dimension, position=number, guidance=zh, guidance_en=en)
                for number, (dimension, zh, en) in enumerate(given["sections"], 1)
            )


class Migration(migrations.Migration):
    """Data only; going back leaves the templates, proposals may stand on them."""

    dependencies = [("proposals", "0001_initial")]

    operations = [migrations.RunPython(ship, migrations.RunPython.noop)]
