from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("customers", "0004_state_and_source")]

    operations = []
