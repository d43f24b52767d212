from django.db import migrations, models

import jobs.choices


class Migration(migrations.Migration):
    dependencies = [("jobs", "0002_service_is_counted")]

    operations = [
        migrations.AlterField(
            model_name="job",
            name="kind",
            field=models.CharField(choices=jobs.choices.job_kinds, max_length=32, verbose_name="kind"),
        ),
    ]
