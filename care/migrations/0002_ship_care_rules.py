"""The reminders that ship: maturity 30, 7 and 1 days before; birthday 7 days before and on the day. All can be edited."""

from django.db import migrations

RULES = [
    (
        "maturity-30",
        "maturity",
        30,
        "先问这笔钱到期后的打算，再约个时间面谈；准备两三个适合的方案，由客户自己选。",
        "Ask what the money is meant for once it matures and agree on a time to meet; bring two or three plans that fit and let the customer choose.",
    ),
    (
        "maturity-7",
        "maturity",
        7,
        "确认是续存、取用还是转投；说清办理方式、时间和需要带的证件。",
        "Settle whether it is renewed, used or invested; say how and when it is done and which documents to bring.",
    ),
    (
        "maturity-1",
        "maturity",
        1,
        "明天到期：提醒客户，确认已商定的安排，当面办的约好几点。",
        "It matures tomorrow: remind the customer, confirm what was agreed, and fix the hour if it is done in the branch.",
    ),
    (
        "birthday-7",
        "birthday",
        7,
        "快过生日了：查看客户喜好和忌讳，备好贺卡或小礼物，想好哪天用什么方式祝贺。",
        "The birthday is near: look up likes and taboos, prepare a card or a small gift, and decide when and how to congratulate.",
    ),
    (
        "birthday-0",
        "birthday",
        0,
        "今天生日：送上祝福，今天不谈产品。",
        "The birthday is today: congratulate, and leave products for another day.",
    ),
]


def ship(apps, schema_editor):
    CareRule = apps.get_model("care", "CareRule")
    for code, kind, days_before, script, script_en in RULES:
        CareRule.objects.get_or_create(
            code=code,
            defaults={"kind": kind, "days_before": days_before, "script": script, "script_en": script_en},
        )


class Migration(migrations.Migration):
    dependencies = [("care", "0001_initial")]

    operations = [migrations.RunPython(ship, migrations.RunPython.noop)]
