"""Money that ends at another bank is a kind of reminder, with a rule that ships and can be edited."""

from django.db import migrations, models

RULE = {
    "kind": "outside",
    "days_before": 30,
    "script": "他行的钱快到期了：问到期后的打算和那边的利率，带上适合的两三款，约在到期前谈。",
    "script_en": "Money ends at another bank: ask what it is meant for and what it earned there, bring two or three "
    "products that fit, and meet before the day.",
}


def ship(apps, schema_editor):
    apps.get_model("care", "CareRule").objects.get_or_create(code="outside-30", defaults=RULE)


class Migration(migrations.Migration):
    dependencies = [("care", "0006_wishes_and_win_backs"), ("customers", "0007_wallet")]

    operations = [
        migrations.AlterField(
            model_name="carerule",
            name="kind",
            field=models.CharField(
                choices=[
                    ("maturity", "Maturity"),
                    ("outside", "Maturity elsewhere"),
                    ("birthday", "Birthday"),
                    ("watch", "Tier at risk"),
                ],
                max_length=12,
                verbose_name="kind",
            ),
        ),
        migrations.AlterField(
            model_name="followup",
            name="kind",
            field=models.CharField(
                choices=[
                    ("maturity", "Maturity"),
                    ("outside", "Maturity elsewhere"),
                    ("birthday", "Birthday"),
                    ("watch", "Tier at risk"),
                    ("next_step", "Next step"),
                    ("rhythm", "Contact as wished"),
                    ("win_back", "Win back"),
                    ("manual", "Own reminder"),
                ],
                max_length=12,
                verbose_name="kind",
            ),
        ),
        migrations.RunPython(ship, migrations.RunPython.noop),
    ]
