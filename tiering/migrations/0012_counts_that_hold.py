"""Until when the counts of a day are those of now: a run that writes nothing need not count everybody again."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("tiering", "0011_edits_counted")]

    operations = [
        migrations.AddField(model_name="gathered", name="counted_on", field=models.DateField(null=True)),
    ]
