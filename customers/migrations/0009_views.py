import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("customers", "0008_contact"),
        ("jobs", "0001_initial"),
        ("staff", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="tiername",
            name="tone",
            field=models.CharField(blank=True, db_default="", default="", max_length=12, verbose_name="colour"),
        ),
        migrations.CreateModel(
            name="BulkAction",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("tag", "Tag"),
                            ("untag", "Take a tag off"),
                            ("add", "Add to a list"),
                            ("follow_up", "Plan a follow-up"),
                            ("assign", "Assign to a manager"),
                        ],
                        max_length=12,
                        verbose_name="kind",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("chosen", "Chosen"),
                            ("waiting", "Under way"),
                            ("done", "Done"),
                            ("undoing", "Being undone"),
                            ("undone", "Undone"),
                        ],
                        default="chosen",
                        max_length=8,
                        verbose_name="state",
                    ),
                ),
                ("on", models.DateField(verbose_name="day")),
                ("params", models.JSONField(default=dict, verbose_name="parameters")),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="created")),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="bulk_actions",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="by",
                    ),
                ),
                (
                    "job",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="jobs.job",
                    ),
                ),
            ],
            options={
                "verbose_name": "bulk action",
                "verbose_name_plural": "bulk actions",
                "ordering": ["-created_at", "-pk"],
            },
        ),
        migrations.CreateModel(
            name="BulkItem",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("waiting", "Waiting"),
                            ("done", "Done"),
                            ("undone", "Undone"),
                            ("changed", "Changed meanwhile, left as it is"),
                            ("gone", "No longer in your scope"),
                            ("already", "Already so"),
                            ("silent", "Must not be contacted"),
                            ("restricted", "On the restricted list"),
                            ("ended", "The relationship has ended"),
                            ("pending", "A handover is under way"),
                        ],
                        default="waiting",
                        max_length=12,
                        verbose_name="outcome",
                    ),
                ),
                ("before", models.JSONField(default=dict)),
                (
                    "action",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="items", to="customers.bulkaction"
                    ),
                ),
                (
                    "customer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="customers.customer"
                    ),
                ),
            ],
            options={
                "verbose_name": "customer of a bulk action",
                "verbose_name_plural": "customers of bulk actions",
                "ordering": ["pk"],
            },
        ),
        migrations.CreateModel(
            name="Export",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("on", models.DateField(verbose_name="day")),
                ("params", models.JSONField(default=dict, verbose_name="parameters")),
                ("reason", models.CharField(blank=True, default="", max_length=200, verbose_name="why in clear")),
                ("rows", models.PositiveIntegerField(default=0, verbose_name="rows")),
                ("file_name", models.CharField(blank=True, default="", max_length=120, verbose_name="file")),
                ("expires_at", models.DateTimeField(blank=True, null=True, verbose_name="can be fetched until")),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="created")),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="exports", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "job",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="jobs.job",
                    ),
                ),
            ],
            options={
                "verbose_name": "export",
                "verbose_name_plural": "exports",
                "ordering": ["-created_at", "-pk"],
            },
        ),
        migrations.CreateModel(
            name="SavedView",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("name", models.CharField(max_length=40, verbose_name="name")),
                (
                    "scope",
                    models.CharField(
                        choices=[("mine", "Only me"), ("branch", "My branch and below"), ("everyone", "Everyone")],
                        default="mine",
                        max_length=8,
                        verbose_name="who sees it",
                    ),
                ),
                ("definition", models.JSONField(default=dict, verbose_name="what it looks for")),
                ("columns", models.JSONField(default=list, verbose_name="columns")),
                ("sort", models.CharField(blank=True, default="", max_length=64, verbose_name="order")),
                ("group", models.CharField(blank=True, default="", max_length=64, verbose_name="grouped by")),
                ("fixed", models.BooleanField(default=False, verbose_name="members are put in by hand")),
                ("removed_at", models.DateTimeField(blank=True, editable=False, null=True)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                (
                    "branch",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="staff.branch",
                        verbose_name="branch",
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="saved_views",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="owner",
                    ),
                ),
            ],
            options={
                "verbose_name": "saved list",
                "verbose_name_plural": "saved lists",
                "ordering": ["name", "pk"],
            },
        ),
        migrations.CreateModel(
            name="Tag",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("name", models.CharField(max_length=24, verbose_name="tag")),
                (
                    "tone",
                    models.CharField(
                        choices=[
                            ("grey", "Grey"),
                            ("blue", "Blue"),
                            ("green", "Green"),
                            ("amber", "Amber"),
                            ("red", "Red"),
                            ("violet", "Violet"),
                        ],
                        default="grey",
                        max_length=8,
                        verbose_name="colour",
                    ),
                ),
                (
                    "branch",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="tags",
                        to="staff.branch",
                        verbose_name="branch",
                    ),
                ),
                (
                    "created_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "tag",
                "verbose_name_plural": "tags",
                "ordering": ["name", "pk"],
            },
        ),
        migrations.CreateModel(
            name="Tagging",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("on", models.DateField(verbose_name="day")),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "customer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="taggings", to="customers.customer"
                    ),
                ),
                (
                    "tag",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="taggings", to="customers.tag"
                    ),
                ),
            ],
            options={
                "verbose_name": "tag on a customer",
                "verbose_name_plural": "tags on customers",
            },
        ),
        migrations.CreateModel(
            name="ViewMember",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("on", models.DateField(verbose_name="day")),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "customer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="view_members",
                        to="customers.customer",
                    ),
                ),
                (
                    "view",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="members", to="customers.savedview"
                    ),
                ),
            ],
            options={
                "verbose_name": "member of a saved list",
                "verbose_name_plural": "members of saved lists",
            },
        ),
        migrations.CreateModel(
            name="ViewPlace",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("pinned", models.BooleanField(default=False, verbose_name="among the tabs")),
                ("position", models.PositiveSmallIntegerField(default=0, verbose_name="position")),
                ("opens_first", models.BooleanField(default=False, verbose_name="opened first")),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="view_places",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "view",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="places", to="customers.savedview"
                    ),
                ),
            ],
            options={
                "verbose_name": "place of a saved list",
                "verbose_name_plural": "places of saved lists",
                "ordering": ["position", "pk"],
            },
        ),
        migrations.AddIndex(
            model_name="bulkaction",
            index=models.Index(fields=["by", "-created_at"], name="bulk_of_person"),
        ),
        migrations.AddConstraint(
            model_name="bulkaction",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["tag", "untag", "add", "follow_up", "assign"])), name="bulk_kind_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="bulkaction",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["chosen", "waiting", "done", "undoing", "undone"])),
                name="bulk_state_known",
            ),
        ),
        migrations.AddIndex(
            model_name="bulkitem",
            index=models.Index(fields=["action", "outcome", "id"], name="bulk_item_waiting"),
        ),
        migrations.AddConstraint(
            model_name="bulkitem",
            constraint=models.UniqueConstraint(fields=("action", "customer"), name="bulk_item_once"),
        ),
        migrations.AddConstraint(
            model_name="bulkitem",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "outcome__in",
                        [
                            "waiting",
                            "done",
                            "undone",
                            "changed",
                            "gone",
                            "already",
                            "silent",
                            "restricted",
                            "ended",
                            "pending",
                        ],
                    )
                ),
                name="bulk_outcome_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="savedview",
            constraint=models.UniqueConstraint(
                condition=models.Q(("removed_at", None)),
                fields=("owner", "name"),
                name="saved_view_once",
                violation_error_message="You have a list of this name already.",
            ),
        ),
        migrations.AddConstraint(
            model_name="savedview",
            constraint=models.CheckConstraint(
                condition=models.Q(("name", ""), _negated=True),
                name="saved_view_has_a_name",
                violation_error_message="Enter a name.",
            ),
        ),
        migrations.AddConstraint(
            model_name="savedview",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("scope", "branch"), _negated=True), ("branch__isnull", False), _connector="OR"
                ),
                name="saved_view_names_its_branch",
                violation_error_message="Say which branch shares it.",
            ),
        ),
        migrations.AddConstraint(
            model_name="tag",
            constraint=models.UniqueConstraint(
                fields=("branch", "name"), name="tag_once", violation_error_message="There is such a tag already."
            ),
        ),
        migrations.AddConstraint(
            model_name="tag",
            constraint=models.CheckConstraint(
                condition=models.Q(("name", ""), _negated=True),
                name="tag_has_a_name",
                violation_error_message="Enter a name.",
            ),
        ),
        migrations.AddIndex(
            model_name="tagging",
            index=models.Index(fields=["tag", "customer"], name="tagging_by_tag"),
        ),
        migrations.AddConstraint(
            model_name="tagging",
            constraint=models.UniqueConstraint(fields=("customer", "tag"), name="tagging_once"),
        ),
        migrations.AddConstraint(
            model_name="viewmember",
            constraint=models.UniqueConstraint(fields=("view", "customer"), name="view_member_once"),
        ),
        migrations.AddConstraint(
            model_name="viewplace",
            constraint=models.UniqueConstraint(fields=("user", "view"), name="view_place_once"),
        ),
        migrations.AddConstraint(
            model_name="viewplace",
            constraint=models.UniqueConstraint(
                condition=models.Q(("opens_first", True)), fields=("user",), name="view_place_one_first"
            ),
        ),
    ]
