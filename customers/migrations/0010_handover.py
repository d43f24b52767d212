import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("customers", "0009_views"),
        ("staff", "0001_initial"),
        ("staff", "__first__"),
    ]

    operations = [
        migrations.CreateModel(
            name="Handover",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "reason",
                    models.CharField(
                        choices=[
                            ("leaving", "The manager leaves the bank"),
                            ("transfer", "The manager changes post"),
                            ("balance", "Balancing the load"),
                            ("fit", "Somebody else fits better"),
                            ("wish", "The customer's wish"),
                            ("other", "Other reason"),
                        ],
                        max_length=16,
                        verbose_name="reason",
                    ),
                ),
                ("note", models.CharField(blank=True, default="", max_length=300, verbose_name="note")),
                ("effective_on", models.DateField(verbose_name="from the day")),
                ("size", models.PositiveIntegerField(verbose_name="customers")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("proposed", "Proposed"),
                            ("accepted", "Accepted"),
                            ("declined", "Declined"),
                            ("withdrawn", "Withdrawn"),
                        ],
                        default="proposed",
                        editable=False,
                        max_length=12,
                        verbose_name="state",
                    ),
                ),
                ("proposed_on", models.DateField(verbose_name="proposed on")),
                ("decided_on", models.DateField(editable=False, null=True, verbose_name="decided on")),
                ("answer", models.CharField(blank=True, default="", max_length=300, verbose_name="answer")),
                ("moved_on", models.DateField(editable=False, null=True, verbose_name="carried out on")),
                ("obstacle", models.CharField(blank=True, default="", editable=False, max_length=200)),
            ],
            options={
                "verbose_name": "handover",
                "verbose_name_plural": "handovers",
                "ordering": ["-proposed_on", "-pk"],
            },
        ),
        migrations.CreateModel(
            name="HandoverLine",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("open", models.BooleanField(default=True, editable=False)),
                ("moved", models.BooleanField(default=False, editable=False, verbose_name="moved")),
            ],
            options={
                "verbose_name": "line of a handover",
                "verbose_name_plural": "lines of handovers",
                "ordering": ["pk"],
            },
        ),
        migrations.AddField(
            model_name="handover",
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
            model_name="handover",
            name="from_branch",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="staff.branch",
                verbose_name="from branch",
            ),
        ),
        migrations.AddField(
            model_name="handover",
            name="from_manager",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="handovers_given",
                to=settings.AUTH_USER_MODEL,
                verbose_name="from",
            ),
        ),
        migrations.AddField(
            model_name="handover",
            name="proposed_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="proposed by",
            ),
        ),
        migrations.AddField(
            model_name="handover",
            name="to_branch",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="staff.branch",
                verbose_name="to branch",
            ),
        ),
        migrations.AddField(
            model_name="handover",
            name="to_manager",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="handovers_received",
                to=settings.AUTH_USER_MODEL,
                verbose_name="to",
            ),
        ),
        migrations.AddField(
            model_name="ownerchange",
            name="handover",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="owner_changes",
                to="customers.handover",
            ),
        ),
        migrations.AddField(
            model_name="handoverline",
            name="customer",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="handover_lines", to="customers.customer"
            ),
        ),
        migrations.AddField(
            model_name="handoverline",
            name="handover",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="lines", to="customers.handover"
            ),
        ),
        migrations.AddIndex(
            model_name="handover",
            index=models.Index(
                condition=models.Q(("moved_on__isnull", True), ("state", "accepted")),
                fields=["effective_on"],
                name="handover_to_carry_out",
            ),
        ),
        migrations.AddConstraint(
            model_name="handover",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("from_manager__isnull", True),
                    models.Q(("from_manager", models.F("to_manager")), _negated=True),
                    _connector="OR",
                ),
                name="handover_to_somebody_else",
                violation_error_message="Giver and receiver are the same person.",
            ),
        ),
        migrations.AddConstraint(
            model_name="handover",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("decided_on", None), ("state", "proposed")),
                    models.Q(models.Q(("state", "proposed"), _negated=True), ("decided_on__isnull", False)),
                    _connector="OR",
                ),
                name="handover_decided_has_a_day",
            ),
        ),
        migrations.AddConstraint(
            model_name="handover",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "declined"), _negated=True),
                    models.Q(("answer", ""), _negated=True),
                    _connector="OR",
                ),
                name="handover_declined_has_a_reason",
                violation_error_message="Say why it is declined.",
            ),
        ),
        migrations.AddConstraint(
            model_name="handover",
            constraint=models.CheckConstraint(
                condition=models.Q(("moved_on", None), ("state", "accepted"), _connector="OR"),
                name="handover_moved_was_accepted",
            ),
        ),
        migrations.AddConstraint(
            model_name="handoverline",
            constraint=models.UniqueConstraint(fields=("handover", "customer"), name="handover_line_once"),
        ),
        migrations.AddConstraint(
            model_name="handoverline",
            constraint=models.UniqueConstraint(
                condition=models.Q(("open", True)),
                fields=("customer",),
                name="handover_customer_promised_once",
                violation_error_message="This customer is in another open handover.",
            ),
        ),
    ]
