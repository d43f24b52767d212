from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("tiering", "0003_versions_watches_and_schemes")]

    operations = [
        migrations.AddField(
            model_name="tiercount",
            name="organisations",
            field=models.IntegerField(null=True, verbose_name="organisations"),
        ),
        migrations.AddField(
            model_name="tiercount",
            name="organisation_assets",
            field=models.DecimalField(
                decimal_places=2, max_digits=20, null=True, verbose_name="assets of organisations (yuan)"
            ),
        ),
    ]
