import uuid

import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


def ship_policy(apps, schema_editor):
    apps.get_model("customers", "ReferralPolicy").objects.get_or_create(pk=1)


class Migration(migrations.Migration):
    dependencies = [
        ("customers", "0005_file"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="CustomerGroup",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "kind",
                    models.CharField(
                        choices=[("household", "Household"), ("corporate", "Corporate group")],
                        default="household",
                        max_length=12,
                        verbose_name="kind of group",
                    ),
                ),
                ("name", models.CharField(max_length=80, verbose_name="name")),
                ("note", models.CharField(blank=True, default="", max_length=300, verbose_name="notes")),
                ("created_on", models.DateField(verbose_name="on file since")),
            ],
            options={
                "verbose_name": "group of customers",
                "verbose_name_plural": "groups of customers",
                "ordering": ["-pk"],
            },
        ),
        migrations.CreateModel(
            name="GroupMember",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[("household", "Household"), ("corporate", "Corporate group")],
                        editable=False,
                        max_length=12,
                    ),
                ),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("head", "Head"),
                            ("spouse", "Spouse"),
                            ("child", "Child"),
                            ("parent", "Parent"),
                            ("company", "Company"),
                            ("owner", "Owner"),
                            ("member", "Member"),
                        ],
                        default="member",
                        max_length=12,
                        verbose_name="role",
                    ),
                ),
            ],
            options={
                "verbose_name": "member of a group",
                "verbose_name_plural": "members of groups",
                "ordering": ["pk"],
            },
        ),
        migrations.CreateModel(
            name="Referral",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("token", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("name", models.CharField(blank=True, default="", max_length=60, verbose_name="name")),
                ("mobile_sealed", models.TextField(blank=True, default="", editable=False)),
                ("mobile_index", models.CharField(blank=True, default="", editable=False, max_length=32)),
                (
                    "quality",
                    models.CharField(
                        choices=[("ordinary", "Ordinary"), ("high", "High quality")],
                        default="ordinary",
                        max_length=8,
                        verbose_name="quality",
                    ),
                ),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("asked", "Asked, no name yet"),
                            ("named", "Name given"),
                            ("contacted", "Contacted"),
                            ("customer", "Became a customer"),
                            ("declined", "Declined"),
                        ],
                        default="asked",
                        max_length=9,
                        verbose_name="outcome",
                    ),
                ),
                ("outcome_on", models.DateField(verbose_name="outcome on")),
                ("asked_on", models.DateField(verbose_name="asked on")),
                ("visit", models.UUIDField(blank=True, editable=False, null=True)),
                ("note", models.CharField(blank=True, default="", max_length=300, verbose_name="notes")),
                ("gift", models.CharField(blank=True, default="", max_length=80, verbose_name="gift")),
                (
                    "gift_cost",
                    models.DecimalField(
                        blank=True, decimal_places=2, max_digits=10, null=True, verbose_name="cost of the gift (yuan)"
                    ),
                ),
                ("gift_on", models.DateField(blank=True, null=True, verbose_name="gift given on")),
                ("thanked_on", models.DateField(blank=True, null=True, verbose_name="thanked on")),
            ],
            options={
                "verbose_name": "referral",
                "verbose_name_plural": "referrals",
                "ordering": ["-asked_on", "-pk"],
            },
        ),
        migrations.CreateModel(
            name="ReferralPolicy",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "gift_limit",
                    models.DecimalField(
                        decimal_places=2,
                        default=200,
                        help_text="For one referral; a dearer gift is refused.",
                        max_digits=10,
                        validators=[django.core.validators.MinValueValidator(0)],
                        verbose_name="limit of a gift (yuan)",
                    ),
                ),
                (
                    "gift_limit_year",
                    models.DecimalField(
                        decimal_places=2,
                        default=1000,
                        max_digits=10,
                        validators=[django.core.validators.MinValueValidator(0)],
                        verbose_name="limit of gifts to one introducer in a year (yuan)",
                    ),
                ),
                (
                    "ask_again_days",
                    models.PositiveSmallIntegerField(
                        default=90, verbose_name="ask the same customer again after (days)"
                    ),
                ),
                (
                    "warm_days",
                    models.PositiveSmallIntegerField(
                        default=90,
                        help_text="Somebody spoke with the customer within so many days: pool B.",
                        verbose_name="warm for (days)",
                    ),
                ),
                (
                    "ready_days",
                    models.PositiveSmallIntegerField(
                        default=30,
                        help_text="Something matures within so many days: pool A for customers who are warm.",
                        verbose_name="ready for (days)",
                    ),
                ),
                (
                    "untouched_days",
                    models.PositiveSmallIntegerField(default=180, verbose_name="untouched after (days)"),
                ),
                ("goal_a", models.PositiveSmallIntegerField(default=20, verbose_name="pool A a manager should have")),
                ("goal_b", models.PositiveSmallIntegerField(default=60, verbose_name="pool B a manager should have")),
                ("goal_c", models.PositiveSmallIntegerField(default=150, verbose_name="pool C a manager should have")),
                ("goal_d", models.PositiveSmallIntegerField(default=50, verbose_name="pool D a manager should have")),
            ],
            options={
                "verbose_name": "rules of referrals and contact pools",
                "verbose_name_plural": "rules of referrals and contact pools",
            },
        ),
        migrations.CreateModel(
            name="RelatedPerson",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("name", models.CharField(max_length=60, verbose_name="name")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("spouse", "Spouse"),
                            ("parent", "Parent"),
                            ("child", "Child"),
                            ("sibling", "Sibling"),
                            ("grandparent", "Grandparent"),
                            ("grandchild", "Grandchild"),
                            ("relative", "Other relative"),
                            ("owner", "Owner"),
                            ("owned_company", "Owns it"),
                            ("actual_controller", "Actual controller"),
                            ("controlled_company", "Controls it"),
                            ("shareholder", "Shareholder"),
                            ("invested_company", "Holds shares of it"),
                            ("legal_representative", "Legal representative"),
                            ("represented_company", "Legally represents it"),
                            ("finance_head", "Finance head"),
                            ("financed_company", "Heads its finance"),
                            ("accountant", "Accountant"),
                            ("accounted_company", "Keeps its books"),
                            ("authorised_user", "Authorised user"),
                            ("authorised_for", "May use its accounts"),
                            ("employer", "Employer"),
                            ("employee", "Employee"),
                            ("parent_company", "Parent company"),
                            ("subsidiary", "Subsidiary"),
                            ("sister_company", "Sister company"),
                            ("supplier", "Supplier"),
                            ("buyer", "Buys from it"),
                            ("partner", "Business partner"),
                            ("guarantor", "Guarantor"),
                            ("guaranteed", "Guaranteed by this customer"),
                            ("introducer", "Introducer"),
                            ("introduced", "Introduced by this customer"),
                            ("friend", "Friend"),
                            ("colleague", "Colleague at work"),
                            ("classmate", "Classmate"),
                            ("other", "Other relation"),
                        ],
                        default="other",
                        max_length=24,
                        verbose_name="relation",
                    ),
                ),
                ("birth_date", models.DateField(blank=True, null=True, verbose_name="birth date")),
                (
                    "lunar_birthday",
                    models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="lunar birthday"),
                ),
                ("lunar_leap", models.BooleanField(default=False, verbose_name="in a leap month")),
                ("mobile_sealed", models.TextField(blank=True, default="", editable=False)),
                ("mobile_index", models.CharField(blank=True, default="", editable=False, max_length=32)),
                (
                    "school_stage",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("preschool", "Before school"),
                            ("primary", "Primary school"),
                            ("middle", "Middle school"),
                            ("high", "High school"),
                            ("university", "University"),
                            ("abroad", "Studying abroad"),
                            ("finished", "Finished"),
                        ],
                        default="",
                        max_length=12,
                        verbose_name="school",
                    ),
                ),
                ("note", models.CharField(blank=True, default="", max_length=300, verbose_name="notes")),
                (
                    "role",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("general_manager", "General manager"),
                            ("finance_deputy", "Deputy for finance"),
                            ("cfo", "Chief financial officer"),
                            ("finance_manager", "Finance manager"),
                            ("cashier", "Cashier"),
                            ("other", "Another role"),
                        ],
                        default="",
                        max_length=16,
                        verbose_name="role",
                    ),
                ),
                (
                    "say",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        choices=[
                            (1, "1 – none"),
                            (2, "2 – is heard"),
                            (3, "3 – prepares it"),
                            (4, "4 – can stop it"),
                            (5, "5 – decides"),
                        ],
                        null=True,
                        verbose_name="influence on the decision",
                    ),
                ),
                (
                    "attitude",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("supporter", "Supporter"),
                            ("favourable", "Favourable"),
                            ("neutral", "Neutral"),
                            ("sceptical", "Sceptical"),
                            ("opponent", "Opponent"),
                        ],
                        default="",
                        max_length=12,
                        verbose_name="attitude to us",
                    ),
                ),
                (
                    "access",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("well", "Known well"),
                            ("reachable", "Reachable"),
                            ("hardly", "Hard to reach"),
                            ("never", "Never met"),
                        ],
                        default="",
                        max_length=12,
                        verbose_name="how well we reach them",
                    ),
                ),
                ("added_on", models.DateField(verbose_name="on file since")),
                ("removed", models.BooleanField(db_default=False, default=False, editable=False)),
            ],
            options={
                "verbose_name": "related person",
                "verbose_name_plural": "related people",
                "ordering": ["pk"],
            },
        ),
        migrations.AddField(
            model_name="relation",
            name="note",
            field=models.CharField(blank=True, db_default="", default="", max_length=200, verbose_name="note"),
        ),
        migrations.AddField(
            model_name="relation",
            name="share",
            field=models.DecimalField(
                blank=True,
                decimal_places=2,
                max_digits=5,
                null=True,
                validators=[django.core.validators.MaxValueValidator(100)],
                verbose_name="share (%)",
            ),
        ),
        migrations.AddField(
            model_name="relation",
            name="since",
            field=models.DateField(blank=True, null=True, verbose_name="since"),
        ),
        migrations.AddField(
            model_name="relation",
            name="until",
            field=models.DateField(blank=True, null=True, verbose_name="until"),
        ),
        migrations.AlterField(
            model_name="relation",
            name="kind",
            field=models.CharField(
                choices=[
                    ("spouse", "Spouse"),
                    ("parent", "Parent"),
                    ("child", "Child"),
                    ("sibling", "Sibling"),
                    ("grandparent", "Grandparent"),
                    ("grandchild", "Grandchild"),
                    ("relative", "Other relative"),
                    ("owner", "Owner"),
                    ("owned_company", "Owns it"),
                    ("actual_controller", "Actual controller"),
                    ("controlled_company", "Controls it"),
                    ("shareholder", "Shareholder"),
                    ("invested_company", "Holds shares of it"),
                    ("legal_representative", "Legal representative"),
                    ("represented_company", "Legally represents it"),
                    ("finance_head", "Finance head"),
                    ("financed_company", "Heads its finance"),
                    ("accountant", "Accountant"),
                    ("accounted_company", "Keeps its books"),
                    ("authorised_user", "Authorised user"),
                    ("authorised_for", "May use its accounts"),
                    ("employer", "Employer"),
                    ("employee", "Employee"),
                    ("parent_company", "Parent company"),
                    ("subsidiary", "Subsidiary"),
                    ("sister_company", "Sister company"),
                    ("supplier", "Supplier"),
                    ("buyer", "Buys from it"),
                    ("partner", "Business partner"),
                    ("guarantor", "Guarantor"),
                    ("guaranteed", "Guaranteed by this customer"),
                    ("introducer", "Introducer"),
                    ("introduced", "Introduced by this customer"),
                    ("friend", "Friend"),
                    ("colleague", "Colleague at work"),
                    ("classmate", "Classmate"),
                    ("other", "Other relation"),
                ],
                max_length=24,
                verbose_name="relation",
            ),
        ),
        migrations.AddIndex(
            model_name="relation",
            index=models.Index(fields=["kind", "related"], name="relation_of_kind"),
        ),
        migrations.AddConstraint(
            model_name="relation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("share__isnull", True), models.Q(("share__gt", 0), ("share__lte", 100)), _connector="OR"
                ),
                name="relation_share_a_part_of_the_whole",
                violation_error_message="A share lies above 0 and at most at 100 per cent.",
            ),
        ),
        migrations.AddConstraint(
            model_name="relation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("since__isnull", True), ("until__isnull", True), ("until__gte", models.F("since")), _connector="OR"
                ),
                name="relation_ends_after_it_begins",
                violation_error_message="The end is before the beginning.",
            ),
        ),
        migrations.AddField(
            model_name="customergroup",
            name="created_by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="groupmember",
            name="customer",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="memberships", to="customers.customer"
            ),
        ),
        migrations.AddField(
            model_name="groupmember",
            name="group",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="members", to="customers.customergroup"
            ),
        ),
        migrations.AddField(
            model_name="referral",
            name="by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="referrals",
                to=settings.AUTH_USER_MODEL,
                verbose_name="asked by",
            ),
        ),
        migrations.AddField(
            model_name="referral",
            name="introducer",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="referrals",
                to="customers.customer",
                verbose_name="introducer",
            ),
        ),
        migrations.AddField(
            model_name="referral",
            name="referred",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="referred_by",
                to="customers.customer",
                verbose_name="referred customer",
            ),
        ),
        migrations.AddConstraint(
            model_name="referralpolicy",
            constraint=models.CheckConstraint(condition=models.Q(("pk", 1)), name="referral_policy_is_one"),
        ),
        migrations.AddField(
            model_name="relatedperson",
            name="added_by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="relatedperson",
            name="customer",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="people",
                to="customers.customer",
                verbose_name="customer",
            ),
        ),
        migrations.AddField(
            model_name="relatedperson",
            name="known_as",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="known_from",
                to="customers.customer",
                verbose_name="is the customer",
            ),
        ),
        migrations.AddConstraint(
            model_name="customergroup",
            constraint=models.CheckConstraint(
                condition=models.Q(("name", ""), _negated=True),
                name="group_has_a_name",
                violation_error_message="Enter the name.",
            ),
        ),
        migrations.AddConstraint(
            model_name="groupmember",
            constraint=models.UniqueConstraint(
                fields=("customer", "kind"),
                name="member_of_one_group_of_a_kind",
                violation_error_message="A customer belongs to one household and one corporate group at most.",
            ),
        ),
        migrations.AddConstraint(
            model_name="groupmember",
            constraint=models.UniqueConstraint(
                condition=models.Q(("role", "head")),
                fields=("group",),
                name="group_has_one_head",
                violation_error_message="A group has one head.",
            ),
        ),
        migrations.AddIndex(
            model_name="referral",
            index=models.Index(fields=["introducer", "-asked_on"], name="referral_of_introducer"),
        ),
        migrations.AddIndex(
            model_name="referral",
            index=models.Index(fields=["-asked_on", "-id"], name="referral_by_day"),
        ),
        migrations.AddIndex(
            model_name="referral",
            index=models.Index(fields=["by", "outcome"], name="referral_of_manager"),
        ),
        migrations.AddIndex(
            model_name="referral",
            index=models.Index(
                condition=models.Q(("mobile_index", ""), _negated=True), fields=["mobile_index"], name="referral_mobile"
            ),
        ),
        migrations.AddConstraint(
            model_name="referral",
            constraint=models.UniqueConstraint(
                condition=models.Q(("referred__isnull", False)),
                fields=("introducer", "referred"),
                name="referral_of_a_customer_once",
                violation_error_message="This customer's referral is on file already.",
            ),
        ),
        migrations.AddConstraint(
            model_name="referral",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("referred__isnull", True),
                    models.Q(("referred", models.F("introducer")), _negated=True),
                    _connector="OR",
                ),
                name="referral_of_somebody_else",
                violation_error_message="Nobody introduces themselves.",
            ),
        ),
        migrations.AddConstraint(
            model_name="referral",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("outcome", "asked"),
                    ("outcome", "declined"),
                    models.Q(("name", ""), _negated=True),
                    ("referred__isnull", False),
                    _connector="OR",
                ),
                name="referral_has_a_name",
                violation_error_message="Who was named? Without a name it is only asked for.",
            ),
        ),
        migrations.AddConstraint(
            model_name="referral",
            constraint=models.CheckConstraint(
                condition=models.Q(("gift_cost__isnull", True), ("gift_cost__gte", 0), _connector="OR"),
                name="referral_gift_cost_not_negative",
                violation_error_message="An amount cannot be negative.",
            ),
        ),
        migrations.AddConstraint(
            model_name="referral",
            constraint=models.CheckConstraint(
                condition=models.Q(("outcome_on__gte", models.F("asked_on"))),
                name="referral_outcome_after_asking",
                violation_error_message="The outcome cannot be before the asking.",
            ),
        ),
        migrations.AddIndex(
            model_name="relatedperson",
            index=models.Index(
                condition=models.Q(("mobile_index", ""), _negated=True),
                fields=["mobile_index"],
                name="related_person_mobile",
            ),
        ),
        migrations.AddConstraint(
            model_name="relatedperson",
            constraint=models.CheckConstraint(
                condition=models.Q(("name", ""), _negated=True),
                name="related_person_has_a_name",
                violation_error_message="Enter the name.",
            ),
        ),
        migrations.AddConstraint(
            model_name="relatedperson",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("known_as__isnull", True),
                    models.Q(("known_as", models.F("customer")), _negated=True),
                    _connector="OR",
                ),
                name="related_person_is_somebody_else",
                violation_error_message="A customer cannot be related to itself.",
            ),
        ),
        migrations.AddConstraint(
            model_name="relatedperson",
            constraint=models.UniqueConstraint(
                condition=models.Q(("known_as__isnull", False), ("removed", False)),
                fields=("customer", "known_as", "kind"),
                name="related_person_known_once",
                violation_error_message="This person is on file for this customer already.",
            ),
        ),
        migrations.AddConstraint(
            model_name="relatedperson",
            constraint=models.CheckConstraint(
                condition=models.Q(("say__isnull", True), ("say__range", (1, 5)), _connector="OR"),
                name="related_person_say_known",
                violation_error_message="Influence runs from 1 to 5.",
            ),
        ),
        migrations.AddConstraint(
            model_name="relatedperson",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("lunar_birthday__isnull", True), ("lunar_birthday__range", (101, 1230)), _connector="OR"
                ),
                name="related_person_lunar_birthday_real",
                violation_error_message="A lunar birthday has a month from 1 to 12 and a day from 1 to 30.",
            ),
        ),
        migrations.RunPython(ship_policy, migrations.RunPython.noop),
    ]
