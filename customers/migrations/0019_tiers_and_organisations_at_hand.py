from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("customers", "0018_sex_of_related_people"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="customer",
            index=models.Index(condition=models.Q(kind="organization"), fields=["id"], name="customer_organisation"),
        ),
        migrations.AddIndex(
            model_name="standing",
            index=models.Index(fields=["tier", "-asset_total", "customer"], name="standing_of_tier"),
        ),
    ]
