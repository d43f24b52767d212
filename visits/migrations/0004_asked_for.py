from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("visits", "0003_gifts_and_salons")]

    operations = [
        migrations.AddField(
            model_name="visit",
            name="asked_for",
            field=models.BooleanField(db_default=False, default=False, verbose_name="the customer asked for it"),
        ),
    ]
