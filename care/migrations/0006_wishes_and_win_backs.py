from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("care", "0005_service_counts"), ("customers", "0008_contact")]

    operations = [
        migrations.AlterField(
            model_name="followup",
            name="kind",
            field=models.CharField(
                choices=[
                    ("maturity", "Maturity"),
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
    ]
