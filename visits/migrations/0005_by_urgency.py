from django.db import migrations, models
from django.db.models import Case, F, OrderBy, When
from django.db.models.functions import Coalesce


class Migration(migrations.Migration):
    dependencies = [
        ("visits", "0004_asked_for"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="visit",
            index=models.Index(
                OrderBy(Case(When(status="planned", then=F("planned_on"))), nulls_last=True),
                OrderBy(Case(When(status="planned", then=F("planned_at"))), nulls_first=True),
                OrderBy(Coalesce("held_on", "planned_on"), descending=True),
                OrderBy(F("id"), descending=True),
                name="visit_by_urgency",
            ),
        ),
    ]
