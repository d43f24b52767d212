"""Standard costs of service, intended shares of time, and the reminder of a watch that ship. All can be edited."""

from django.db import migrations

# Minutes with the way there and the notes after it; yuan with the person's time, travel and gifts.
RATES = [
    ("their_place", 120, 160),
    ("our_branch", 45, 50),
    ("phone", 15, 12),
    ("wechat", 10, 8),
    ("video", 30, 25),
    ("salon", 60, 150),
    ("maturity", 15, 12),
    ("birthday", 10, 8),
    ("followup", 15, 12),
    ("gift", 10, 120),
]
GOALS = [("VIP", 40), ("A", 30), ("B", 20), ("C", 10)]
WATCH = {
    "kind": "watch",
    # From the first day of a watch of up to a year.
    "days_before": 366,
    "script": "先看差在哪里：资产降了就问资金去向和打算，资料缺了就补齐；说明这个层级的服务，约好怎么恢复。",
    "script_en": "See first what is missing: ask where the money went and what it is meant for, or complete the file; say "
    "what service the tier brings, and agree on how to keep it.",
}


def ship(apps, schema_editor):
    ServiceRate = apps.get_model("care", "ServiceRate")
    AttentionGoal = apps.get_model("care", "AttentionGoal")
    for code, minutes, cost in RATES:
        ServiceRate.objects.get_or_create(code=code, defaults={"minutes": minutes, "cost": cost})
    for code, share in GOALS:
        AttentionGoal.objects.get_or_create(code=code, defaults={"share": share})
    apps.get_model("care", "CareRule").objects.get_or_create(code="watch", defaults=WATCH)


class Migration(migrations.Migration):
    dependencies = [("care", "0003_service_rates_watches_and_gifts")]

    operations = [migrations.RunPython(ship, migrations.RunPython.noop)]
