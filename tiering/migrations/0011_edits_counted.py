"""How many customers were placed by themselves since the last run: figures kept since then hold only while none was."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("tiering", "0010_touched")]

    operations = [
        migrations.AddField(model_name="gathered", name="edits", field=models.PositiveIntegerField(default=0)),
    ]
