import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("customers", "0011_merge"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="importrun",
            name="definition",
            field=models.JSONField(default=dict, editable=False),
        ),
        migrations.AddField(
            model_name="importrun",
            name="journal",
            field=models.JSONField(default=dict, editable=False),
        ),
        migrations.AddField(
            model_name="importrun",
            name="preview",
            field=models.JSONField(default=dict, editable=False),
        ),
        migrations.AddField(
            model_name="importrun",
            name="undo",
            field=models.JSONField(default=dict, editable=False),
        ),
        migrations.AddField(
            model_name="importrun",
            name="undone_at",
            field=models.DateTimeField(null=True, verbose_name="undone"),
        ),
        migrations.AddField(
            model_name="importrun",
            name="undone_by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="person",
            name="birth_approximate",
            field=models.BooleanField(db_default=False, default=False, verbose_name="birth date is approximate"),
        ),
        migrations.AlterField(
            model_name="importissue",
            name="level",
            field=models.CharField(
                choices=[("rejected", "Rejected"), ("warning", "Warning"), ("left", "Left as it is")],
                max_length=10,
                verbose_name="level",
            ),
        ),
        migrations.AlterField(
            model_name="importrun",
            name="state",
            field=models.CharField(
                choices=[
                    ("draft", "Being prepared"),
                    ("waiting", "Waiting"),
                    ("running", "Running"),
                    ("done", "Done"),
                    ("failed", "Failed"),
                    ("undone", "Undone"),
                ],
                default="waiting",
                editable=False,
                max_length=12,
                verbose_name="state",
            ),
        ),
        migrations.CreateModel(
            name="Mapping",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("name", models.CharField(max_length=80, unique=True, verbose_name="name")),
                ("target", models.CharField(max_length=20, verbose_name="target")),
                ("retired", models.BooleanField(default=False, verbose_name="retired")),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="created")),
            ],
            options={
                "verbose_name": "mapping",
                "verbose_name_plural": "mappings",
                "ordering": ["name"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("name", ""), _negated=True),
                        name="mapping_has_a_name",
                        violation_error_message="Enter a name.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="MappingEdition",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveIntegerField(verbose_name="edition")),
                ("definition", models.JSONField(verbose_name="definition")),
                ("saved_at", models.DateTimeField(auto_now_add=True, verbose_name="saved")),
                (
                    "mapping",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="editions", to="customers.mapping"
                    ),
                ),
                (
                    "saved_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "edition of a mapping",
                "verbose_name_plural": "editions of mappings",
                "ordering": ["-number"],
            },
        ),
        migrations.AddField(
            model_name="importrun",
            name="edition",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="runs",
                to="customers.mappingedition",
                verbose_name="mapping",
            ),
        ),
        migrations.CreateModel(
            name="ImportChange",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("table", models.CharField(max_length=40)),
                ("row_id", models.BigIntegerField()),
                ("before", models.JSONField(null=True)),
                ("mark", models.UUIDField(null=True)),
                (
                    "run",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="changes", to="customers.importrun"
                    ),
                ),
            ],
            options={
                "verbose_name": "change by an import",
                "verbose_name_plural": "changes by imports",
                "indexes": [models.Index(fields=["table", "row_id"], name="import_change_of_row")],
            },
        ),
        migrations.CreateModel(
            name="ImportRejection",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("line", models.PositiveIntegerField(verbose_name="line")),
                ("sealed", models.TextField()),
                (
                    "run",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="rejections", to="customers.importrun"
                    ),
                ),
            ],
            options={
                "verbose_name": "rejected row",
                "verbose_name_plural": "rejected rows",
                "ordering": ["line"],
                "constraints": [models.UniqueConstraint(fields=("run", "line"), name="import_rejection_once")],
            },
        ),
        migrations.AddConstraint(
            model_name="mappingedition",
            constraint=models.UniqueConstraint(fields=("mapping", "number"), name="mapping_edition_once"),
        ),
    ]
