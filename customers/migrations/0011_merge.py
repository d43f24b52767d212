import uuid

import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("customers", "0010_handover"),
        ("staff", "0001_initial"),
        ("staff", "__first__"),
    ]

    operations = [
        migrations.CreateModel(
            name="DuplicatePair",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "reasons",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=16), default=list, size=None
                    ),
                ),
                ("score", models.PositiveSmallIntegerField(verbose_name="how surely (0–100)")),
                (
                    "state",
                    models.CharField(
                        choices=[("open", "Open"), ("not_duplicate", "Not a duplicate")],
                        default="open",
                        editable=False,
                        max_length=16,
                        verbose_name="state",
                    ),
                ),
                ("found_on", models.DateField(verbose_name="found on")),
                ("decided_on", models.DateField(editable=False, null=True)),
            ],
            options={
                "verbose_name": "possible duplicate",
                "verbose_name_plural": "possible duplicates",
                "ordering": ["-score", "pk"],
            },
        ),
        migrations.CreateModel(
            name="Merge",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("survivor_no", models.CharField(max_length=32, verbose_name="kept customer number")),
                ("loser_no", models.CharField(max_length=32, verbose_name="merged customer number")),
                ("loser_public_id", models.UUIDField(editable=False)),
                ("loser_name", models.CharField(max_length=120, verbose_name="name")),
                ("snapshot", models.JSONField(default=dict, editable=False)),
                ("on", models.DateField(verbose_name="day")),
                ("undone_on", models.DateField(editable=False, null=True, verbose_name="undone on")),
            ],
            options={
                "verbose_name": "merge",
                "verbose_name_plural": "merges",
                "ordering": ["-on", "-pk"],
            },
        ),
        migrations.CreateModel(
            name="Question",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("code", models.CharField(max_length=32, verbose_name="question")),
                ("facts", models.JSONField(default=dict)),
                (
                    "state",
                    models.CharField(
                        choices=[("open", "Open"), ("right", "It is right")],
                        default="open",
                        editable=False,
                        max_length=8,
                        verbose_name="state",
                    ),
                ),
                ("found_on", models.DateField(verbose_name="found on")),
                ("answered_on", models.DateField(editable=False, null=True)),
            ],
            options={
                "verbose_name": "question about facts",
                "verbose_name_plural": "questions about facts",
                "ordering": ["code", "pk"],
            },
        ),
        migrations.AddField(
            model_name="duplicatepair",
            name="decided_by",
            field=models.ForeignKey(
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="duplicatepair",
            name="first",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="pairs_as_first", to="customers.customer"
            ),
        ),
        migrations.AddField(
            model_name="duplicatepair",
            name="second",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="pairs_as_second", to="customers.customer"
            ),
        ),
        migrations.AddField(
            model_name="merge",
            name="by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="merge",
            name="loser_branch",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="staff.branch"),
        ),
        migrations.AddField(
            model_name="merge",
            name="survivor",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="merges",
                to="customers.customer",
                verbose_name="kept",
            ),
        ),
        migrations.AddField(
            model_name="merge",
            name="undone_by",
            field=models.ForeignKey(
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="question",
            name="answered_by",
            field=models.ForeignKey(
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="question",
            name="customer",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="questions", to="customers.customer"
            ),
        ),
        migrations.AddIndex(
            model_name="duplicatepair",
            index=models.Index(condition=models.Q(("state", "open")), fields=["-score", "id"], name="pair_open"),
        ),
        migrations.AddConstraint(
            model_name="duplicatepair",
            constraint=models.UniqueConstraint(fields=("first", "second"), name="pair_once"),
        ),
        migrations.AddConstraint(
            model_name="duplicatepair",
            constraint=models.CheckConstraint(
                condition=models.Q(("first__lt", models.F("second"))), name="pair_in_order"
            ),
        ),
        migrations.AddConstraint(
            model_name="duplicatepair",
            constraint=models.CheckConstraint(condition=models.Q(("score__lte", 100)), name="pair_score_in_per_cent"),
        ),
        migrations.AddIndex(
            model_name="merge",
            index=models.Index(fields=["loser_public_id"], name="merge_old_address"),
        ),
        migrations.AddConstraint(
            model_name="merge",
            constraint=models.UniqueConstraint(
                condition=models.Q(("undone_on__isnull", True)), fields=("loser_no",), name="merge_of_a_number_once"
            ),
        ),
        migrations.AddIndex(
            model_name="question",
            index=models.Index(
                condition=models.Q(("state", "open")), fields=["code", "customer"], name="question_open"
            ),
        ),
        migrations.AddConstraint(
            model_name="question",
            constraint=models.UniqueConstraint(fields=("customer", "code"), name="question_once"),
        ),
    ]
