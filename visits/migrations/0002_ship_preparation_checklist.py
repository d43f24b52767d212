"""The preparation checklist that ships: information, tools, appearance, arrangement (S0.17, S1.7). Editable in admin."""

from django.db import migrations

# group, Chinese, English, only when people meet in person
LINES = [
    ("information", "想好这次要达成什么", "Decide what this visit is to achieve", False),
    ("information", "看过资料、持有产品和上次谈话", "Read the file, the holdings and the last talk", False),
    ("information", "熟悉要谈的产品、期限和费率", "Know the products, terms and rates to speak of", False),
    ("information", "了解客户的行业、近况，弄清谁能拍板", "Learn their trade and news, and who decides", False),
    ("information", "准备好要问的问题", "Prepare the questions to ask", False),
    ("information", "预想客户会问什么、怎么回答", "Foresee their questions and your answers", False),
    ("information", "把开场和要点演练一遍", "Rehearse the opening and the main points", False),
    ("tools", "方案或产品资料", "Proposal or product papers", False),
    ("tools", "计算器", "Calculator", False),
    ("tools", "笔和笔记本", "Pen and notebook", False),
    ("tools", "名片", "Business cards", True),
    ("tools", "可能当场要签的表单", "Forms that may be signed on the spot", True),
    ("appearance", "着装整洁，佩戴工牌", "Tidy dress, staff badge on", True),
    ("appearance", "手机静音，调整好精神状态", "Phone silent, mind settled", False),
    ("arrangement", "时间和地点已与客户说定", "Time and place agreed with the customer", False),
    ("arrangement", "路线、停车或接待室已安排", "Route, parking or a meeting room arranged", True),
    ("arrangement", "出发或联系前再确认一次", "Confirmed once more just before", False),
]


def ship(apps, schema_editor):
    """Add the lines to a checklist that is empty."""
    items = apps.get_model("visits", "PreparationItem").objects
    if items.exists():
        return
    for place, (group, text, text_en, face_to_face) in enumerate(LINES, start=1):
        items.create(group=group, text=text, text_en=text_en, face_to_face=face_to_face, position=place * 10)


class Migration(migrations.Migration):
    dependencies = [("visits", "0001_initial")]

    operations = [migrations.RunPython(ship, migrations.RunPython.noop)]
