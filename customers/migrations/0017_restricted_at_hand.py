from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("customers", "0016_known_rows"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="customer",
            index=models.Index(condition=models.Q(restricted=True), fields=["id"], name="customer_restricted"),
        ),
    ]
