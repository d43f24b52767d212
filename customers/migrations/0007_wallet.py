"""Money at other banks, the wallet, model allocations, targets; days, drivers and questions of needs."""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import F

# Defaults of this product, to be edited by the bank: level, cash, fixed income, equity and mixed, insurance, metal.
ALLOCATIONS = (
    ("C1", 30, 60, 0, 10, 0),
    ("C2", 20, 55, 10, 10, 5),
    ("C3", 15, 40, 30, 10, 5),
    ("C4", 10, 25, 50, 10, 5),
    ("C5", 10, 15, 60, 5, 10),
)
# Dimension, part of the talk, kind of customer, question and the feature it leads to, Chinese and English.
QUESTIONS = (
    (
        "savings",
        "reality",
        "",
        "您的工资和日常备用金平时放在哪里？",
        "Where do your pay and your reserve stay?",
        "代发与活期",
        "Pay account and demand deposit",
    ),
    (
        "savings",
        "reality",
        "individual",
        "最近有哪些存款快到期，打算怎么安排？",
        "Which deposits end soon, and what then?",
        "到期续存、大额存单",
        "Renewal, certificates of deposit",
    ),
    (
        "savings",
        "trouble",
        "",
        "遇到急用钱时，提前支取损失过利息吗？",
        "Have you lost interest by drawing early?",
        "期限错开、靠档计息",
        "Staggered terms",
    ),
    (
        "savings",
        "ideal",
        "",
        "您觉得手边留多少、放多久最安心？",
        "How much at hand, and for how long, feels right?",
        "备用金加定期组合",
        "Reserve with term deposits",
    ),
    (
        "savings",
        "desire",
        "",
        "如果随用随取又不损失利息，您会先放多少？",
        "If you could draw without loss, how much would you place?",
        "通知存款、现金管理类产品",
        "Notice deposit, cash products",
    ),
    (
        "investment",
        "reality",
        "",
        "现在有哪些投资，是怎么选的？",
        "What do you invest in, and how did you choose?",
        "持有检视",
        "Review of holdings",
    ),
    (
        "investment",
        "trouble",
        "",
        "过去一年哪一笔最让您不放心？",
        "Which one worried you most last year?",
        "分散配置、稳健基金",
        "Spreading, steady funds",
    ),
    (
        "investment",
        "ideal",
        "",
        "三年后回头看，收益多少、波动多大您算满意？",
        "In three years, what return and what swings would please you?",
        "风险测评与模型配置",
        "Risk assessment and model allocation",
    ),
    (
        "investment",
        "desire",
        "individual",
        "每月固定投一点、不用盯盘，您愿意从多少开始？",
        "With a small monthly plan, how much would you begin with?",
        "基金定投",
        "Monthly fund plan",
    ),
    (
        "wealth",
        "reality",
        "individual",
        "家里的大事（上学、养老、保障）各准备了多少？",
        "What is put aside for school, old age and protection?",
        "家庭资产表",
        "Overview of the family's money",
    ),
    (
        "wealth",
        "trouble",
        "individual",
        "如果主要收入中断半年，哪一件会先受影响？",
        "If the main income stopped for half a year, what would suffer first?",
        "保障与应急金",
        "Protection and reserve",
    ),
    (
        "wealth",
        "ideal",
        "individual",
        "您希望退休后每月有多少固定的钱？",
        "How much should come in every month when you are retired?",
        "年金、养老理财",
        "Annuity, pension products",
    ),
    (
        "wealth",
        "desire",
        "individual",
        "如果现在开始每年存一笔就能备好，您想先解决哪一件？",
        "If a yearly sum would do, what would you settle first?",
        "教育金、年金计划",
        "Education and annuity plans",
    ),
    (
        "wealth",
        "reality",
        "organization",
        "账上平均闲置资金有多少，闲多久？",
        "How much money lies idle, and for how long?",
        "现金管理",
        "Cash management",
    ),
    (
        "wealth",
        "trouble",
        "organization",
        "闲钱和急用钱撞在一起的时候怎么处理？",
        "What do you do when idle money is suddenly needed?",
        "通知存款、随借随还",
        "Notice deposit, revolving credit",
    ),
    (
        "wealth",
        "ideal",
        "organization",
        "企业的钱和您个人的钱，希望怎样分开打理？",
        "How should the firm's money and yours be kept apart?",
        "公私联动方案",
        "One plan for firm and owner",
    ),
    (
        "consumption",
        "reality",
        "",
        "平时付款、收款、还款主要用哪家的工具？",
        "What do you pay, collect and repay with?",
        "手机银行、收款码、银行卡",
        "Mobile bank, payment code, card",
    ),
    (
        "consumption",
        "trouble",
        "",
        "哪一步最麻烦：排队、限额、手续费还是时间？",
        "What is worst: queues, limits, fees or time?",
        "限额调整、费率优惠",
        "Limits and fees",
    ),
    (
        "consumption",
        "ideal",
        "individual",
        "近一两年有没有想换房、装修、买车的打算？",
        "Do you plan a home, decoration or a car?",
        "装修分期、消费贷款",
        "Instalments, consumer loan",
    ),
    (
        "consumption",
        "desire",
        "individual",
        "如果利息和手续都能更省，什么时候办最合适？",
        "If it cost less, when would suit you?",
        "预审批额度",
        "Pre-approved limit",
    ),
    (
        "consumption",
        "reality",
        "organization",
        "从付货款到收回货款，一般隔多少天？",
        "How many days from paying to being paid?",
        "应收账款融资、票据",
        "Receivables finance, bills",
    ),
    (
        "consumption",
        "desire",
        "organization",
        "旺季多一笔随借随还的额度，您会用在哪里？",
        "Where would you use a revolving limit in the high season?",
        "经营贷、随借随还",
        "Working-capital credit",
    ),
)


def give_days(apps, _schema_editor):
    """Needs marked as met or dropped before days were kept have the day on which they were found."""
    need = apps.get_model("customers", "Need")
    need.objects.filter(status="met", met_on=None).update(met_on=F("found_on"))
    need.objects.filter(status="dropped", dropped_on=None).update(dropped_on=F("found_on"))


def ship(apps, _schema_editor):
    """Model allocations and prepared questions to begin with."""
    allocation = apps.get_model("customers", "ModelAllocation")
    for level, cash, fixed_income, equity, insurance, alternative in ALLOCATIONS:
        allocation.objects.get_or_create(
            level=level,
            defaults={
                "cash": cash,
                "fixed_income": fixed_income,
                "equity": equity,
                "insurance": insurance,
                "alternative": alternative,
            },
        )
    question = apps.get_model("customers", "DiscoveryQuestion")
    for position, (dimension, part, kind, text, text_en, leads_to, leads_to_en) in enumerate(QUESTIONS, 1):
        question.objects.get_or_create(
            dimension=dimension,
            text=text,
            defaults={
                "part": part,
                "kind": kind,
                "text_en": text_en,
                "leads_to": leads_to,
                "leads_to_en": leads_to_en,
                "position": position,
            },
        )


class Migration(migrations.Migration):
    dependencies = [("customers", "0006_people"), migrations.swappable_dependency(settings.AUTH_USER_MODEL)]

    operations = [
        migrations.CreateModel(
            name="DiscoveryQuestion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "dimension",
                    models.CharField(
                        choices=[
                            ("savings", "Savings"),
                            ("investment", "Investment"),
                            ("wealth", "Wealth management"),
                            ("consumption", "Consumption"),
                        ],
                        max_length=12,
                        verbose_name="dimension",
                    ),
                ),
                (
                    "part",
                    models.CharField(
                        choices=[
                            ("reality", "Reality"),
                            ("trouble", "Trouble"),
                            ("ideal", "Ideal"),
                            ("desire", "Desire"),
                        ],
                        max_length=8,
                        verbose_name="part of the talk",
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        blank=True,
                        choices=[("individual", "Individual"), ("organization", "Organisation")],
                        default="",
                        max_length=12,
                        verbose_name="kind of customer",
                    ),
                ),
                ("text", models.CharField(max_length=200, verbose_name="question (Chinese)")),
                (
                    "text_en",
                    models.CharField(blank=True, default="", max_length=200, verbose_name="question (English)"),
                ),
                (
                    "leads_to",
                    models.CharField(blank=True, default="", max_length=120, verbose_name="leads to (Chinese)"),
                ),
                (
                    "leads_to_en",
                    models.CharField(blank=True, default="", max_length=120, verbose_name="leads to (English)"),
                ),
                ("position", models.PositiveSmallIntegerField(default=0, verbose_name="position")),
                ("active", models.BooleanField(default=True, verbose_name="in use")),
            ],
            options={
                "verbose_name": "prepared question",
                "verbose_name_plural": "prepared questions",
                "ordering": ["dimension", "position", "pk"],
            },
        ),
        migrations.CreateModel(
            name="ModelAllocation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "level",
                    models.CharField(
                        choices=[
                            ("C1", "C1 conservative"),
                            ("C2", "C2 cautious"),
                            ("C3", "C3 balanced"),
                            ("C4", "C4 growth"),
                            ("C5", "C5 venturesome"),
                        ],
                        max_length=2,
                        unique=True,
                        verbose_name="risk level",
                    ),
                ),
                ("cash", models.PositiveSmallIntegerField(verbose_name="cash (%)")),
                ("fixed_income", models.PositiveSmallIntegerField(verbose_name="fixed income (%)")),
                ("equity", models.PositiveSmallIntegerField(verbose_name="equity and mixed (%)")),
                ("insurance", models.PositiveSmallIntegerField(verbose_name="insurance (%)")),
                ("alternative", models.PositiveSmallIntegerField(verbose_name="metal and alternatives (%)")),
            ],
            options={
                "verbose_name": "model allocation",
                "verbose_name_plural": "model allocations",
                "ordering": ["level"],
            },
        ),
        migrations.CreateModel(
            name="OtherIncome",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("year", models.PositiveSmallIntegerField(verbose_name="year")),
                ("what", models.CharField(max_length=120, verbose_name="what it is")),
                ("amount", models.DecimalField(decimal_places=2, max_digits=18, verbose_name="amount (yuan)")),
                ("entered_on", models.DateField(verbose_name="entered on")),
                ("removed_on", models.DateField(editable=False, null=True)),
            ],
            options={
                "verbose_name": "other income",
                "verbose_name_plural": "other income",
                "ordering": ["year", "pk"],
            },
        ),
        migrations.CreateModel(
            name="OutsideHolding",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("bank", models.CharField(max_length=80, verbose_name="bank")),
                (
                    "category",
                    models.CharField(
                        choices=[
                            ("demand_deposit", "Demand deposit"),
                            ("time_deposit", "Time deposit"),
                            ("wealth", "Wealth product"),
                            ("fund", "Fund"),
                            ("insurance", "Insurance"),
                            ("bond", "Bond"),
                            ("metal", "Precious metal"),
                            ("loan", "Loan"),
                            ("mortgage", "Mortgage"),
                            ("card", "Card"),
                            ("payment", "Payment service"),
                            ("other", "Other product"),
                        ],
                        max_length=16,
                        verbose_name="category",
                    ),
                ),
                (
                    "dimension",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("savings", "Savings"),
                            ("investment", "Investment"),
                            ("wealth", "Wealth management"),
                            ("consumption", "Consumption"),
                        ],
                        default="",
                        max_length=12,
                        verbose_name="dimension",
                    ),
                ),
                (
                    "amount",
                    models.DecimalField(
                        blank=True, decimal_places=2, max_digits=18, null=True, verbose_name="amount (yuan)"
                    ),
                ),
                ("approximate", models.BooleanField(default=True, verbose_name="roughly")),
                (
                    "rate",
                    models.DecimalField(blank=True, decimal_places=4, max_digits=8, null=True, verbose_name="rate (%)"),
                ),
                ("matures_on", models.DateField(blank=True, null=True, verbose_name="matures on")),
                (
                    "risk_level",
                    models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="risk level (1–5)"),
                ),
                (
                    "said_by",
                    models.CharField(
                        choices=[
                            ("customer", "The customer said so"),
                            ("family", "Family or friends said so"),
                            ("statement", "Seen on a statement"),
                            ("transfer", "Concluded from transfers"),
                            ("colleague", "A colleague said so"),
                            ("guess", "Our estimate"),
                        ],
                        max_length=12,
                        verbose_name="how we know",
                    ),
                ),
                ("evidence", models.CharField(blank=True, default="", max_length=300, verbose_name="evidence")),
                ("found_on", models.DateField(verbose_name="known on")),
                ("closed_on", models.DateField(blank=True, null=True, verbose_name="over on")),
                (
                    "end",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("won", "Came to us"),
                            ("spent", "Spent or paid back"),
                            ("moved", "Went to yet another bank"),
                            ("wrong", "Was never so"),
                        ],
                        default="",
                        max_length=8,
                        verbose_name="what became of it",
                    ),
                ),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
            ],
            options={
                "verbose_name": "holding at another bank",
                "verbose_name_plural": "holdings at other banks",
                "ordering": ["category", models.OrderBy(models.F("amount"), descending=True, nulls_last=True), "pk"],
            },
        ),
        migrations.CreateModel(
            name="ValueGoal",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("year", models.PositiveSmallIntegerField(verbose_name="year")),
                ("target", models.DecimalField(decimal_places=2, max_digits=18, verbose_name="target (yuan)")),
                ("set_on", models.DateField(verbose_name="set on")),
            ],
            options={
                "verbose_name": "target of a relationship",
                "verbose_name_plural": "targets of relationships",
                "ordering": ["year"],
            },
        ),
        migrations.AddField(
            model_name="need",
            name="desire",
            field=models.CharField(blank=True, db_default="", default="", max_length=300, verbose_name="desire"),
        ),
        migrations.AddField(
            model_name="need",
            name="driver_code",
            field=models.CharField(
                blank=True,
                choices=[
                    ("habit", "Habit"),
                    ("nearness", "Nearness"),
                    ("price", "Price"),
                    ("trust", "Trust"),
                    ("growth", "Growth of wealth"),
                    ("return", "Return"),
                    ("wealth_habit", "Wealth habit"),
                    ("education", "Children's education"),
                    ("retirement", "Old age"),
                    ("protection", "Protection of the family"),
                    ("spreading", "Spreading of risk"),
                    ("function", "Function"),
                    ("convenience", "Convenience"),
                    ("branch", "The branch"),
                    ("e_channels", "Electronic channels"),
                    ("safety", "Safety of payments"),
                    ("home", "Home and decoration"),
                    ("payment_cost", "Purchasing: lower cost of payment"),
                    ("delay_outflow", "Purchasing: paying later"),
                    ("faster_collection", "Sales: faster collection"),
                    ("cheaper_finance", "Financing: cheaper"),
                    ("quicker_finance", "Financing: quicker"),
                    ("idle_money", "Cash management: idle money"),
                    ("owner_wealth", "Cash management: the owner's wealth"),
                ],
                db_default="",
                default="",
                max_length=20,
                verbose_name="what drives it",
            ),
        ),
        migrations.AddField(
            model_name="need",
            name="drop_reason",
            field=models.CharField(blank=True, db_default="", default="", max_length=200, verbose_name="why dropped"),
        ),
        migrations.AddField(
            model_name="need",
            name="dropped_on",
            field=models.DateField(blank=True, null=True, verbose_name="dropped on"),
        ),
        migrations.AddField(
            model_name="need",
            name="ideal",
            field=models.CharField(blank=True, db_default="", default="", max_length=300, verbose_name="ideal"),
        ),
        migrations.AddField(
            model_name="need",
            name="met_on",
            field=models.DateField(blank=True, null=True, verbose_name="met on"),
        ),
        migrations.AddField(
            model_name="need",
            name="no_product",
            field=models.BooleanField(db_default=False, default=False, verbose_name="no product of ours meets it"),
        ),
        migrations.AddField(
            model_name="need",
            name="product",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="needs",
                to="customers.product",
                verbose_name="product that meets it",
            ),
        ),
        migrations.AddField(
            model_name="need",
            name="reality",
            field=models.CharField(blank=True, db_default="", default="", max_length=300, verbose_name="reality"),
        ),
        migrations.AddField(
            model_name="need",
            name="trouble",
            field=models.CharField(blank=True, db_default="", default="", max_length=300, verbose_name="trouble"),
        ),
        migrations.AddField(
            model_name="need",
            name="version",
            field=models.PositiveIntegerField(db_default=1, default=1, editable=False),
        ),
        migrations.AddField(
            model_name="need",
            name="wanted_by",
            field=models.DateField(blank=True, null=True, verbose_name="by when"),
        ),
        migrations.AddField(
            model_name="standing",
            name="next_outside_maturity",
            field=models.DateField(null=True, verbose_name="next maturity at another bank"),
        ),
        migrations.AddField(
            model_name="standing",
            name="outside_total",
            field=models.DecimalField(decimal_places=2, max_digits=18, null=True, verbose_name="at other banks (yuan)"),
        ),
        migrations.AddField(
            model_name="standing",
            name="wallet_share",
            field=models.PositiveSmallIntegerField(null=True, verbose_name="share of wallet (%)"),
        ),
        migrations.AlterField(
            model_name="need",
            name="driver",
            field=models.CharField(blank=True, default="", max_length=120, verbose_name="in their own words"),
        ),
        migrations.AlterField(
            model_name="need",
            name="horizon",
            field=models.CharField(blank=True, default="", max_length=60, verbose_name="by when, in words"),
        ),
        migrations.AddIndex(
            model_name="need",
            index=models.Index(
                condition=models.Q(("no_product", True)), fields=["dimension", "found_on"], name="need_unmet"
            ),
        ),
        migrations.AddIndex(
            model_name="need",
            index=models.Index(condition=models.Q(("status", "open")), fields=["wanted_by", "id"], name="need_open"),
        ),
        migrations.AddIndex(
            model_name="need",
            index=models.Index(condition=models.Q(("met_on__isnull", False)), fields=["met_on"], name="need_met"),
        ),
        migrations.AddIndex(
            model_name="standing",
            index=models.Index(
                condition=models.Q(("next_outside_maturity__isnull", False)),
                fields=["next_outside_maturity"],
                name="standing_by_outside_end",
            ),
        ),
        migrations.AddIndex(
            model_name="standing",
            index=models.Index(
                condition=models.Q(("wallet_share__isnull", False)),
                fields=["wallet_share", "customer"],
                name="standing_by_wallet",
            ),
        ),
        migrations.AddField(
            model_name="need",
            name="before",
            field=models.JSONField(db_default=models.Value({}, models.JSONField()), default=dict, editable=False),
        ),
        migrations.RunPython(give_days, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name="need",
            constraint=models.CheckConstraint(
                condition=models.Q(("no_product", False), ("product", None), _connector="OR"),
                name="need_product_or_none",
                violation_error_message="Either a product meets it, or none of ours does.",
            ),
        ),
        migrations.AddConstraint(
            model_name="need",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("met_on__isnull", False), ("status", "met")),
                    models.Q(models.Q(("status", "met"), _negated=True), ("met_on", None)),
                    _connector="OR",
                ),
                name="need_met_has_a_day",
                violation_error_message="Say on which day the need was met.",
            ),
        ),
        migrations.AddConstraint(
            model_name="need",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("dropped_on__isnull", False), ("status", "dropped")),
                    models.Q(models.Q(("status", "dropped"), _negated=True), ("dropped_on", None)),
                    _connector="OR",
                ),
                name="need_dropped_has_a_day",
                violation_error_message="Say on which day the need was dropped.",
            ),
        ),
        migrations.AddConstraint(
            model_name="discoveryquestion",
            constraint=models.UniqueConstraint(
                fields=("dimension", "text"),
                name="discovery_question_once",
                violation_error_message="This question is there already.",
            ),
        ),
        migrations.AddConstraint(
            model_name="modelallocation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "cash",
                        django.db.models.expressions.CombinedExpression(
                            django.db.models.expressions.CombinedExpression(
                                django.db.models.expressions.CombinedExpression(
                                    django.db.models.expressions.CombinedExpression(
                                        models.Value(100), "-", models.F("fixed_income")
                                    ),
                                    "-",
                                    models.F("equity"),
                                ),
                                "-",
                                models.F("insurance"),
                            ),
                            "-",
                            models.F("alternative"),
                        ),
                    )
                ),
                name="model_allocation_makes_100",
                violation_error_message="The shares must make 100 per cent together.",
            ),
        ),
        migrations.AddField(
            model_name="otherincome",
            name="customer",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="other_incomes",
                to="customers.customer",
                verbose_name="customer",
            ),
        ),
        migrations.AddField(
            model_name="otherincome",
            name="entered_by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="outsideholding",
            name="customer",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="outside_holdings",
                to="customers.customer",
                verbose_name="customer",
            ),
        ),
        migrations.AddField(
            model_name="outsideholding",
            name="found_by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="valuegoal",
            name="customer",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="value_goals",
                to="customers.customer",
                verbose_name="customer",
            ),
        ),
        migrations.AddField(
            model_name="valuegoal",
            name="set_by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddConstraint(
            model_name="otherincome",
            constraint=models.CheckConstraint(
                condition=models.Q(("year__range", (1990, 2100))),
                name="other_income_year_real",
                violation_error_message="Enter a year such as 2026.",
            ),
        ),
        migrations.AddConstraint(
            model_name="otherincome",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount__gt", 0)),
                name="other_income_positive",
                violation_error_message="Enter an amount above zero.",
            ),
        ),
        migrations.AddIndex(
            model_name="outsideholding",
            index=models.Index(condition=models.Q(("closed_on", None)), fields=["customer"], name="outside_open"),
        ),
        migrations.AddIndex(
            model_name="outsideholding",
            index=models.Index(
                condition=models.Q(("closed_on", None)),
                fields=["matures_on", "id"],
                name="outside_maturity",
            ),
        ),
        migrations.AddConstraint(
            model_name="outsideholding",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount__isnull", True), ("amount__gte", 0), _connector="OR"),
                name="outside_amount_not_negative",
                violation_error_message="An amount cannot be negative.",
            ),
        ),
        migrations.AddConstraint(
            model_name="outsideholding",
            constraint=models.CheckConstraint(
                condition=models.Q(("rate__isnull", True), ("rate__range", (0, 100)), _connector="OR"),
                name="outside_rate_in_per_cent",
                violation_error_message="A rate lies between 0 and 100 per cent.",
            ),
        ),
        migrations.AddConstraint(
            model_name="outsideholding",
            constraint=models.CheckConstraint(
                condition=models.Q(("risk_level__isnull", True), ("risk_level__range", (1, 5)), _connector="OR"),
                name="outside_risk_1_to_5",
                violation_error_message="Risk levels run from 1 to 5.",
            ),
        ),
        migrations.AddConstraint(
            model_name="outsideholding",
            constraint=models.CheckConstraint(
                condition=models.Q(("bank", ""), _negated=True),
                name="outside_has_a_bank",
                violation_error_message="Say at which bank.",
            ),
        ),
        migrations.AddConstraint(
            model_name="outsideholding",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("closed_on", None), ("end", "")),
                    models.Q(("closed_on__isnull", False), models.Q(("end", ""), _negated=True)),
                    _connector="OR",
                ),
                name="outside_end_has_a_day",
                violation_error_message="Say what became of it, and when.",
            ),
        ),
        migrations.AddConstraint(
            model_name="valuegoal",
            constraint=models.UniqueConstraint(fields=("customer", "year"), name="value_goal_once_a_year"),
        ),
        migrations.AddConstraint(
            model_name="valuegoal",
            constraint=models.CheckConstraint(
                condition=models.Q(("year__range", (1990, 2100))),
                name="value_goal_year_real",
                violation_error_message="Enter a year such as 2026.",
            ),
        ),
        migrations.AddConstraint(
            model_name="valuegoal",
            constraint=models.CheckConstraint(
                condition=models.Q(("target__gte", 0)),
                name="value_goal_not_negative",
                violation_error_message="A target cannot be negative.",
            ),
        ),
        migrations.RunPython(ship, migrations.RunPython.noop),
    ]
