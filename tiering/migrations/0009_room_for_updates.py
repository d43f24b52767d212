"""Room in the pages of rows that most runs rewrite: a new value then stays on its page and touches no index."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("tiering", "0008_ship_more_schemes")]

    operations = [
        migrations.RunSQL(
            "ALTER TABLE tiering_placement SET (fillfactor = 80); ALTER TABLE tiering_profile SET (fillfactor = 80)",
            "ALTER TABLE tiering_placement RESET (fillfactor); ALTER TABLE tiering_profile RESET (fillfactor)",
        ),
    ]
