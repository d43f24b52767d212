from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("customers", "0015_firm_names_without_place"),
    ]

    operations = [
        migrations.CreateModel(
            name="KnownRow",
            fields=[
                ("customer_id", models.BigIntegerField(primary_key=True, serialize=False)),
                ("digest", models.UUIDField()),
                ("stamp", models.CharField(max_length=200)),
                ("read_on", models.DateField()),
            ],
            options={"verbose_name": "known row", "verbose_name_plural": "known rows"},
        ),
    ]
