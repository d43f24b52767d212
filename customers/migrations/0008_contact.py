import uuid

import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

# Who was restricted before the list had a history: what came without a reason is the core system's flag.
RESTRICTED_ALREADY = """
    INSERT INTO customers_restriction
        (public_id, customer_id, kind, reason, starts_on, source, origin, entered_at, lift_reason)
    SELECT gen_random_uuid(), id, CASE WHEN restricted_reason = '' THEN 'core' ELSE 'internal' END, restricted_reason,
        current_date, '', CASE WHEN restricted_reason = '' THEN 'flag' ELSE 'person' END, now(), ''
    FROM customers_customer WHERE restricted
"""


class Migration(migrations.Migration):
    dependencies = [
        ("customers", "0007_wallet"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Consent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "purpose",
                    models.CharField(
                        choices=[
                            ("calls", "Calls with offers"),
                            ("messages", "Messages with offers"),
                            ("profiling", "Choosing them by their data"),
                            ("group", "Sharing within the group"),
                            ("partners", "Passing data to partners"),
                        ],
                        max_length=12,
                        verbose_name="purpose",
                    ),
                ),
                ("given", models.BooleanField(verbose_name="given")),
                ("on", models.DateField(verbose_name="day")),
                (
                    "source",
                    models.CharField(
                        choices=[
                            ("counter", "Signed at the counter"),
                            ("spoken", "Said in a talk"),
                            ("phone", "Recorded call"),
                            ("app", "Mobile banking"),
                            ("letter", "By letter or e-mail"),
                        ],
                        max_length=8,
                        verbose_name="how they said so",
                    ),
                ),
                ("evidence", models.CharField(blank=True, default="", max_length=200, verbose_name="where it stands")),
                ("created_at", models.DateTimeField(auto_now_add=True)),
            ],
            options={
                "verbose_name": "consent",
                "verbose_name_plural": "consents",
                "ordering": ["-on", "-pk"],
            },
        ),
        migrations.CreateModel(
            name="Ending",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "reason",
                    models.CharField(
                        choices=[
                            ("not_met", "We did not meet their need"),
                            ("competitor", "A competitor meets it better"),
                            ("need_gone", "The need is gone"),
                            ("closed_down", "The customer closed down or died"),
                            ("we_stopped", "We gave up the business or the outlet"),
                            ("we_ended", "We ended a bad relationship"),
                        ],
                        max_length=12,
                        verbose_name="reason",
                    ),
                ),
                (
                    "words",
                    models.CharField(blank=True, default="", max_length=300, verbose_name="in the customer's words"),
                ),
                ("started_on", models.DateField(verbose_name="begun on")),
                (
                    "assets",
                    models.DecimalField(
                        decimal_places=2, default=0, max_digits=18, verbose_name="assets at stake (yuan)"
                    ),
                ),
                ("lessons", models.TextField(blank=True, default="", max_length=2000, verbose_name="what we learn")),
                ("win_back_on", models.DateField(blank=True, null=True, verbose_name="try to win back on")),
                ("ended_on", models.DateField(editable=False, null=True, verbose_name="ended on")),
                ("back_on", models.DateField(editable=False, null=True, verbose_name="stayed or came back on")),
            ],
            options={
                "verbose_name": "ending",
                "verbose_name_plural": "endings",
                "ordering": ["-started_on", "-pk"],
            },
        ),
        migrations.CreateModel(
            name="EndingDeed",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "step",
                    models.CharField(
                        choices=[
                            ("talk", "Seek the talk"),
                            ("third", "Bring in a third person"),
                            ("solve", "Solve the problem at hand"),
                            ("listen", "Listen and write down"),
                            ("compensate", "Compensate fairly"),
                            ("close", "Close smoothly"),
                            ("thank", "Say thank you"),
                        ],
                        max_length=12,
                        verbose_name="step",
                    ),
                ),
                ("on", models.DateField(verbose_name="done on")),
                ("note", models.CharField(blank=True, default="", max_length=300, verbose_name="note")),
            ],
            options={
                "verbose_name": "step of an ending",
                "verbose_name_plural": "steps of an ending",
                "ordering": ["pk"],
            },
        ),
        migrations.CreateModel(
            name="Mention",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("seen_at", models.DateTimeField(editable=False, null=True)),
            ],
            options={
                "verbose_name": "mention",
                "verbose_name_plural": "mentions",
            },
        ),
        migrations.CreateModel(
            name="Note",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("token", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("text", models.TextField(max_length=2000, verbose_name="note")),
                ("pinned", models.BooleanField(default=False, verbose_name="pinned")),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("edited_at", models.DateTimeField(editable=False, null=True)),
                ("deleted_at", models.DateTimeField(editable=False, null=True)),
            ],
            options={
                "verbose_name": "note",
                "verbose_name_plural": "notes",
                "ordering": ["-created_at", "-pk"],
            },
        ),
        migrations.CreateModel(
            name="Restriction",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("core", "Flag of the core system"),
                            ("regulator", "Regulator's list"),
                            ("laundering", "Anti-money-laundering list"),
                            ("court", "Court order"),
                            ("credit", "Credit risk list"),
                            ("internal", "The bank's own list"),
                        ],
                        default="internal",
                        max_length=12,
                        verbose_name="list",
                    ),
                ),
                ("reason", models.CharField(blank=True, default="", max_length=200, verbose_name="reason")),
                ("starts_on", models.DateField(verbose_name="from")),
                ("ends_on", models.DateField(blank=True, null=True, verbose_name="until")),
                ("source", models.CharField(blank=True, default="", max_length=80, verbose_name="name of the list")),
                (
                    "origin",
                    models.CharField(
                        choices=[
                            ("flag", "Extract of the customers"),
                            ("list", "Loaded list"),
                            ("person", "Entered by hand"),
                        ],
                        default="person",
                        editable=False,
                        max_length=8,
                        verbose_name="came with",
                    ),
                ),
                ("entered_at", models.DateTimeField(auto_now_add=True)),
                ("lifted_on", models.DateField(editable=False, null=True, verbose_name="lifted on")),
                (
                    "lift_reason",
                    models.CharField(blank=True, default="", max_length=200, verbose_name="why it was lifted"),
                ),
            ],
            options={
                "verbose_name": "restriction",
                "verbose_name_plural": "restricted list",
                "ordering": ["-starts_on", "-pk"],
            },
        ),
        migrations.AddField(
            model_name="contactpreference",
            name="colleagues",
            field=models.ManyToManyField(
                blank=True, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="colleagues who know them"
            ),
        ),
        migrations.AddField(
            model_name="contactpreference",
            name="do_not_message",
            field=models.BooleanField(db_default=False, default=False, verbose_name="do not send messages"),
        ),
        migrations.AddField(
            model_name="contactpreference",
            name="do_not_visit",
            field=models.BooleanField(db_default=False, default=False, verbose_name="do not visit"),
        ),
        migrations.AddField(
            model_name="contactpreference",
            name="every_days",
            field=models.PositiveSmallIntegerField(
                blank=True,
                choices=[
                    (7, "Once a week"),
                    (14, "Every two weeks"),
                    (30, "Once a month"),
                    (91, "Once a quarter"),
                    (182, "Twice a year"),
                    (365, "Once a year"),
                ],
                null=True,
                verbose_name="wishes to hear from us",
            ),
        ),
        migrations.AddField(
            model_name="contactpreference",
            name="given",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=12),
                blank=True,
                db_default=models.Value(
                    [], django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=12), size=None)
                ),
                default=list,
                size=None,
            ),
        ),
        migrations.AddField(
            model_name="contactpreference",
            name="introducer_hint",
            field=models.CharField(
                blank=True, db_default="", default="", max_length=200, verbose_name="what the introducer said"
            ),
        ),
        migrations.AddField(
            model_name="contactpreference",
            name="number_kind",
            field=models.CharField(
                blank=True,
                choices=[("mobile", "Mobile"), ("office", "Office"), ("home", "Home"), ("other", "Another number")],
                db_default="",
                default="",
                max_length=8,
                verbose_name="number to use",
            ),
        ),
        migrations.AddField(
            model_name="contactpreference",
            name="plain_envelope",
            field=models.BooleanField(db_default=False, default=False, verbose_name="plain envelope"),
        ),
        migrations.AddField(
            model_name="contactpreference",
            name="second_channel",
            field=models.CharField(
                blank=True,
                choices=[
                    ("phone", "Phone"),
                    ("wechat", "WeChat"),
                    ("sms", "Text message"),
                    ("meeting", "Meeting"),
                    ("visit", "Visit at their place"),
                    ("email", "E-mail"),
                    ("letter", "Letter"),
                ],
                db_default="",
                default="",
                max_length=12,
                verbose_name="else by",
            ),
        ),
        migrations.AddField(
            model_name="contactpreference",
            name="tongue",
            field=models.CharField(
                blank=True,
                choices=[
                    ("mandarin", "Mandarin"),
                    ("cantonese", "Cantonese"),
                    ("teochew", "Teochew"),
                    ("hakka", "Hakka"),
                    ("minnan", "Southern Min"),
                    ("wu", "Shanghainese"),
                    ("sichuan", "Sichuanese"),
                    ("english", "English language"),
                    ("sign", "Sign language"),
                ],
                db_default="",
                default="",
                max_length=12,
                verbose_name="language or dialect",
            ),
        ),
        migrations.AddField(
            model_name="contactpreference",
            name="valid_until",
            field=models.DateField(blank=True, null=True, verbose_name="valid until"),
        ),
        migrations.AddField(
            model_name="contactpreference",
            name="windows",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=20),
                blank=True,
                db_default=models.Value(
                    [], django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=20), size=None)
                ),
                default=list,
                size=None,
            ),
        ),
        migrations.AddField(
            model_name="contactpreference",
            name="withdrawn",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=12),
                blank=True,
                db_default=models.Value(
                    [], django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=12), size=None)
                ),
                default=list,
                size=None,
            ),
        ),
        migrations.AlterField(
            model_name="contactpreference",
            name="channel",
            field=models.CharField(
                blank=True,
                choices=[
                    ("phone", "Phone"),
                    ("wechat", "WeChat"),
                    ("sms", "Text message"),
                    ("meeting", "Meeting"),
                    ("visit", "Visit at their place"),
                    ("email", "E-mail"),
                    ("letter", "Letter"),
                ],
                default="",
                max_length=12,
                verbose_name="preferred channel",
            ),
        ),
        migrations.AddIndex(
            model_name="contactpreference",
            index=models.Index(
                condition=models.Q(
                    ("do_not_contact", True),
                    ("do_not_call", True),
                    ("do_not_message", True),
                    ("do_not_visit", True),
                    _connector="OR",
                ),
                fields=["customer"],
                name="contact_forbidden",
            ),
        ),
        migrations.AddConstraint(
            model_name="contactpreference",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("channel__in", ["wechat", "sms", "email"]), ("do_not_message", True), _negated=True
                ),
                name="contact_message_not_forbidden",
                violation_error_message="Messages cannot be preferred by somebody who wants none.",
            ),
        ),
        migrations.AddConstraint(
            model_name="contactpreference",
            constraint=models.CheckConstraint(
                condition=models.Q(("channel", "visit"), ("do_not_visit", True), _negated=True),
                name="contact_visit_not_forbidden",
                violation_error_message="A visit cannot be preferred by somebody who wants none.",
            ),
        ),
        migrations.AddField(
            model_name="consent",
            name="by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="consent",
            name="customer",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="consents",
                to="customers.customer",
            ),
        ),
        migrations.AddField(
            model_name="ending",
            name="back_by",
            field=models.ForeignKey(
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="ending",
            name="customer",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="endings",
                to="customers.customer",
                verbose_name="customer",
            ),
        ),
        migrations.AddField(
            model_name="ending",
            name="ended_by",
            field=models.ForeignKey(
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="ending",
            name="started_by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="endingdeed",
            name="by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="endingdeed",
            name="ending",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="deeds", to="customers.ending"
            ),
        ),
        migrations.AddField(
            model_name="mention",
            name="user",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="mentions", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="note",
            name="by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="note",
            name="customer",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="notes",
                to="customers.customer",
            ),
        ),
        migrations.AddField(
            model_name="note",
            name="mentioned",
            field=models.ManyToManyField(related_name="+", through="customers.Mention", to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name="mention",
            name="note",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="mentions", to="customers.note"
            ),
        ),
        migrations.AddField(
            model_name="restriction",
            name="customer",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="restrictions",
                to="customers.customer",
                verbose_name="customer",
            ),
        ),
        migrations.AddField(
            model_name="restriction",
            name="entered_by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="restriction",
            name="lifted_by",
            field=models.ForeignKey(
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddIndex(
            model_name="consent",
            index=models.Index(fields=["customer", "-on"], name="consent_of_customer"),
        ),
        migrations.AddConstraint(
            model_name="consent",
            constraint=models.CheckConstraint(
                condition=models.Q(("purpose__in", ["calls", "messages", "profiling", "group", "partners"])),
                name="consent_purpose_known",
            ),
        ),
        migrations.AddIndex(
            model_name="ending",
            index=models.Index(fields=["started_on"], name="ending_by_day"),
        ),
        migrations.AddIndex(
            model_name="ending",
            index=models.Index(
                condition=models.Q(
                    ("back_on__isnull", True), ("ended_on__isnull", False), ("win_back_on__isnull", False)
                ),
                fields=["win_back_on"],
                name="ending_win_back",
            ),
        ),
        migrations.AddConstraint(
            model_name="ending",
            constraint=models.UniqueConstraint(
                condition=models.Q(("back_on__isnull", True)),
                fields=("customer",),
                name="ending_one_at_a_time",
                violation_error_message="The ending of this relationship is under way already.",
            ),
        ),
        migrations.AddConstraint(
            model_name="endingdeed",
            constraint=models.UniqueConstraint(
                fields=("ending", "step"),
                name="ending_step_once",
                violation_error_message="This step was taken already.",
            ),
        ),
        migrations.AddIndex(
            model_name="note",
            index=models.Index(fields=["customer", "-created_at"], name="note_of_customer"),
        ),
        migrations.AddIndex(
            model_name="note",
            index=models.Index(
                condition=models.Q(("deleted_at__isnull", True), ("pinned", True)),
                fields=["customer"],
                name="note_pinned",
            ),
        ),
        migrations.AddConstraint(
            model_name="note",
            constraint=models.CheckConstraint(
                condition=models.Q(("text", ""), _negated=True),
                name="note_has_words",
                violation_error_message="Write something.",
            ),
        ),
        migrations.AddIndex(
            model_name="mention",
            index=models.Index(condition=models.Q(("seen_at__isnull", True)), fields=["user"], name="mention_unseen"),
        ),
        migrations.AddConstraint(
            model_name="mention",
            constraint=models.UniqueConstraint(fields=("note", "user"), name="mention_once"),
        ),
        migrations.AddIndex(
            model_name="restriction",
            index=models.Index(
                condition=models.Q(("lifted_on__isnull", True)), fields=["customer"], name="restriction_in_force"
            ),
        ),
        migrations.AddIndex(
            model_name="restriction",
            index=models.Index(fields=["-starts_on", "-id"], name="restriction_by_day"),
        ),
        migrations.AddConstraint(
            model_name="restriction",
            constraint=models.CheckConstraint(
                condition=models.Q(("origin", "flag"), models.Q(("reason", ""), _negated=True), _connector="OR"),
                name="restriction_has_a_reason",
                violation_error_message="Say why the customer is restricted.",
            ),
        ),
        migrations.AddConstraint(
            model_name="restriction",
            constraint=models.CheckConstraint(
                condition=models.Q(("ends_on__isnull", True), ("ends_on__gte", models.F("starts_on")), _connector="OR"),
                name="restriction_ends_after_it_starts",
                violation_error_message="The last day is before the first.",
            ),
        ),
        migrations.AddConstraint(
            model_name="restriction",
            constraint=models.UniqueConstraint(
                condition=models.Q(("lifted_on__isnull", True), ("origin", "flag")),
                fields=("customer",),
                name="restriction_one_flag",
            ),
        ),
        migrations.RunSQL(RESTRICTED_ALREADY, migrations.RunSQL.noop),
    ]
