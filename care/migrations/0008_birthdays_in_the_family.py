"""Birthdays in the family are a kind of reminder, with a rule for the best two tiers that ships and can be edited."""

from django.db import migrations, models

RULE = {
    "kind": "family",
    "days_before": 3,
    "best_tiers": 2,
    "script": "家人快过生日了：替客户记着，问一句打算怎么过；备一张贺卡或小礼物由客户转交，不谈产品。",
    "script_en": "A birthday in the family is near: ask how it will be kept, have a card or a small gift ready for the "
    "customer to hand over, and leave products for another day.",
}


def ship(apps, schema_editor):
    apps.get_model("care", "CareRule").objects.get_or_create(code="family-3", defaults=RULE)


class Migration(migrations.Migration):
    dependencies = [
        ("care", "0007_ends_elsewhere"),
    ]

    operations = [
        migrations.AddField(
            model_name="carerule",
            name="best_tiers",
            field=models.PositiveSmallIntegerField(
                blank=True,
                help_text="2: only for customers of the best two tiers; empty: for everybody. Birthdays in the family only.",
                null=True,
                verbose_name="only the best tiers",
            ),
        ),
        migrations.AlterField(
            model_name="carerule",
            name="kind",
            field=models.CharField(
                choices=[
                    ("maturity", "Maturity"),
                    ("outside", "Maturity elsewhere"),
                    ("birthday", "Birthday"),
                    ("family", "Birthday in the family"),
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
                    ("family", "Birthday in the family"),
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
        migrations.AddConstraint(
            model_name="carerule",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("best_tiers", None), models.Q(("best_tiers__gte", 1), ("kind", "family")), _connector="OR"
                ),
                name="care_rule_of_tiers",
                violation_error_message="Only birthdays in the family are limited to the best tiers, at least one.",
            ),
        ),
        migrations.RunPython(ship, migrations.RunPython.noop),
    ]
