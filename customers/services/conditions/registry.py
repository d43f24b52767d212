"""What lists can be narrowed and shown by: the facts of the file, the standing, and what stands beside a customer.

Fields come from the models by themselves: a column with choices, a day, a number, an amount or a yes-or-no that is
added to a customer's file is filtered and shown from then on. What needs more than a column is written out below.
"""

from datetime import timedelta

from django.contrib.postgres.aggregates import StringAgg
from django.db import models
from django.db.models import Case, Exists, OuterRef, Prefetch, Q, Subquery, Value, When
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from customers.choices import Category, ConsentPurpose, Dimension, GroupKind, HoldingStatus, RelationKind
from customers.models import (
    ContactPreference,
    Customer,
    CustomField,
    CustomValue,
    GroupMember,
    Holding,
    Need,
    Relation,
    SavedView,
    Standing,
    Tag,
    Tagging,
    ViewMember,
)
from customers.rules.conditions import (
    BIRTHDAY,
    CHOICE,
    DAY,
    NUMBER,
    OPERATORS,
    SEVERAL,
    WORDS,
    YES_NO,
    Field,
    Group,
    period,
    read_value,
)
from customers.services.conditions.columns import (
    BANKS_OWN,
    BESIDE,
    HIDDEN,
    INDIVIDUALS,
    ORGANISATIONS,
    SOURCES,
    TIERS,
    WISHES,
    choices_of,
    kind_of,
    tiers,
)
from customers.services.conditions.comparing import (
    GIVEN,
    SILENT,
    WITHDRAWN,
    between,
    compared,
    consented,
    managed,
    named,
    overlapping,
    years_before,
)
from customers.services.conditions.sources import Capital, ConsentWords, Keyed, Loaded, Source
from staff.choices import Role
from staff.models import Branch, User

SAID = {
    GIVEN: gettext_lazy("given"),
    WITHDRAWN: gettext_lazy("withdrawn"),
    SILENT: gettext_lazy("not asked yet"),
}


class Registry:
    """Everything a person may filter by on a day; choices are loaded when they are needed."""

    def __init__(self, *, user, on):
        self.user, self.on = user, on
        self.sources, self.answers = {}, {}
        for model, prefix, path, whose, section in SOURCES:
            self._columns_of(model, prefix, path, whose, section)
        self._written_out()
        self._custom()
        self.fields = {code: source.field for code, source in self.sources.items()}

    def sections(self):
        """The fields by heading, in the order of the drop-down: [(heading, [Field])]."""
        grouped = {}
        for field in self.fields.values():
            grouped.setdefault(str(field.section), []).append(field)
        return list(grouped.items())

    def condition(self, tree):
        """The tree as one condition on customers; None when it asks nothing. A tree with a problem finds nobody."""
        if tree.problems:
            return Q(pk__in=[])
        return self._of(tree)

    def with_values(self, customers, codes):
        """The customers fetched with the facts `codes`, in the same query (tags in a second one)."""
        sources = [self.sources[code] for code in codes if code in self.sources]
        if related := {source.related for source in sources if source.related}:
            customers = customers.select_related(*related)
        for source in sources:
            if source.annotation:
                customers = customers.annotate(**{source.annotation: self.answers[source.annotation]})
            elif source.field.code == "tag":
                customers = customers.prefetch_related(
                    Prefetch("taggings", Tagging.objects.select_related("tag").order_by("tag__name"))
                )
        return customers

    def _of(self, part):
        if not isinstance(part, Group):
            source = self.sources[part.field]
            operator = OPERATORS[part.operator]
            values = [read_value(value, source.field, operator) for value in part.values]
            return source.condition(part.operator, values)
        found = None
        for below in part.parts:
            one = self._of(below)
            if one is not None:
                found = one if found is None else (found & one if part.every else found | one)
        return found

    # ---- columns -----------------------------------------------------------------------------------------------------

    def _columns_of(self, model, prefix, path, whose, section):
        for column in model._meta.concrete_fields:
            name = column.name
            if (
                column.primary_key
                or column.is_relation
                or name in HIDDEN
                or name.endswith(("_sealed", "_index", "_tail"))
            ):
                continue
            kind = kind_of(model, column)
            # A column that nobody named for people is not theirs.
            if kind is None or not isinstance(column.verbose_name, Promise):
                continue
            choices = dict(choices_of(column))
            tier = model is Standing and name in TIERS
            if tier:
                choices = Loaded(lambda name=name: tiers(name))
            code = f"{prefix}-{name}" if prefix else name
            optional = column.null or tier or (column.blank and kind in {CHOICE, WORDS}) or kind == SEVERAL
            field = Field(code, Capital(column.verbose_name), kind, choices, not tier, section, optional)
            if model is ContactPreference and name in WISHES:
                self._add(field, self._wished(name), path + name)
                continue
            self._add(field, self._asked(path + name, kind, whose, column), path + name)

    def _asked(self, path, kind, whose, column):
        texts = isinstance(column, models.CharField | models.TextField)

        def condition(operator, values):
            if kind == SEVERAL:
                found = overlapping(path, operator, values)
            elif operator in {"unknown", "known"}:
                missing = Q(**{f"{path}__isnull": True})
                if texts:
                    missing |= Q(**{path: ""})
                found = missing if operator == "unknown" else ~missing
            else:
                found = compared(path, kind, operator, values, on=self.on)
            return found if whose is None else whose & found

        return condition

    def _wished(self, name):
        """A wish counts while it holds; who has said nothing has no wish."""

        def condition(operator, _values):
            in_force = Q(valid_until=None) | Q(valid_until__gte=self.on)
            wished = Exists(ContactPreference.objects.filter(in_force, customer=OuterRef("pk"), **{name: True}))
            return Q(wished) if operator == "yes" else ~Q(wished)

        return condition

    def _add(self, field, condition, path=""):
        self.sources[field.code] = Source(field, condition, path)

    # ---- what is more than a column ----------------------------------------------------------------------------------

    def _written_out(self):
        who, beside = SOURCES[0][4], BESIDE
        add = self._add
        add(Field("name", gettext_lazy("Name"), WORDS, section=who, optional=False), named, "name")
        add(
            Field("number", gettext_lazy("Customer number"), WORDS, section=who, optional=False),
            lambda operator, values: compared("customer_no", WORDS, operator, [values[0].upper()]),
            "customer_no",
        )
        add(
            Field("phone", gettext_lazy("Phone is on file"), YES_NO, section=who, optional=False),
            lambda operator, _values: ~Q(mobile_index="") if operator == "yes" else Q(mobile_index=""),
        )
        branches = Loaded(lambda: Branch.objects.visible_to(self.user).order_by("path").values_list("code", "name"))
        add(
            Field("branch", gettext_lazy("Branch, with those below"), SEVERAL, branches, True, who, False),
            self._in_branch,
        )
        if self.user.role != Role.MANAGER:
            people = Loaded(
                lambda: User.objects.visible_to(self.user).managers().order_by("name").values_list("staff_no", "name")
            )
            add(
                Field("manager", gettext_lazy("Relationship manager"), CHOICE, people, False, who),
                managed,
            )
        add(Field("age", gettext_lazy("Age"), NUMBER, section=SOURCES[2][4]), self._aged)
        add(
            Field(
                "birthday", gettext_lazy("Birthday, solar or lunar"), BIRTHDAY, section=SOURCES[2][4], optional=False
            ),
            self._birthday,
        )
        open_holdings = Holding.objects.filter(status=HoldingStatus.OPEN)
        self._several(
            "holds", gettext_lazy("Holds"), dict(Category.choices), open_holdings, "product__category", beside
        )
        self._several(
            "holds_product",
            gettext_lazy("Holds the product"),
            Loaded(products),
            open_holdings,
            "product__code",
            beside,
        )
        add(
            Field("matures", gettext_lazy("A holding matures"), DAY, section=beside, optional=False),
            lambda operator, values: Exists(
                open_holdings.filter(between("matures_on", *period(operator, values, self.on)), customer=OuterRef("pk"))
            ),
        )
        self._several(
            "need", gettext_lazy("Open need"), dict(Dimension.choices), Need.objects.open(), "dimension", beside
        )
        self._several(
            "relation",
            gettext_lazy("Has a relation"),
            dict(RelationKind.choices),
            Relation.objects.all(),
            "kind",
            beside,
        )
        self._groups()
        self._consents()
        tags = Loaded(lambda: Tag.objects.visible_to(self.user).order_by("name").values_list("public_id", "name"))
        self._several("tag", gettext_lazy("Tag"), Keyed(tags), Tagging.objects.all(), "tag__public_id", beside)
        lists = Loaded(
            lambda: SavedView.objects.visible_to(self.user).filter(fixed=True).values_list("public_id", "name")
        )
        self._several(
            "list",
            gettext_lazy("Put into the list"),
            Keyed(lists),
            ViewMember.objects.all(),
            "view__public_id",
            beside,
        )

    def _several(self, code, label, choices, rows, path, section):
        """A field about rows beside the customer: some row, or no row, of these kinds."""

        def condition(operator, values):
            beside = rows.filter(customer=OuterRef("pk"))
            if operator == "unknown":
                return ~Exists(beside)
            if operator == "known":
                return Exists(beside)
            found = Exists(beside.filter(**{f"{path}__in": values}))
            return ~found if operator in {"not", "out"} else found

        self._add(Field(code, label, SEVERAL, choices, True, section), condition)

    def _groups(self):
        """The household and the corporate group a customer is in, by kind and by name."""
        self._several(
            "group", gettext_lazy("Is in a group"), dict(GroupKind.choices), GroupMember.objects.all(), "kind", BESIDE
        )

        def in_named(operator, values):
            beside = GroupMember.objects.filter(customer=OuterRef("pk"))
            if operator in {"unknown", "known"}:
                return ~Exists(beside) if operator == "unknown" else Exists(beside)
            return Exists(beside.filter(compared("group__name", WORDS, operator, values)))

        names = GroupMember.objects.filter(customer=OuterRef("pk")).order_by().values("customer")
        self._shown(
            Field("group_name", gettext_lazy("Name of their group"), WORDS, section=BESIDE),
            in_named,
            Subquery(names.annotate(names=StringAgg("group__name", _(", "), order_by="kind")).values("names")),
        )

    def _consents(self):
        """What the customer last said of each purpose; one row beside the customer answers all of them."""
        for purpose, words in ConsentPurpose.choices:
            code = f"consent_{purpose}"
            field = Field(code, ConsentWords(words), CHOICE, SAID, False, SOURCES[4][4], False)
            given, withdrawn = (
                When(**{f"contact_preference__{said}__contains": [purpose], "then": Value(said)})
                for said in (GIVEN, WITHDRAWN)
            )
            self._shown(field, consented(purpose), Case(given, withdrawn, default=Value(SILENT)))

    def _shown(self, field, condition, answer):
        """A field whose value is no column."""
        source = Source(field, condition, annotation=f"shown_{field.code}")
        self.sources[field.code] = source
        self.answers[source.annotation] = answer

    def _in_branch(self, operator, values):
        below = Q()
        for code in values:
            below |= Q(path__contains=f"/{code}/")
        found = Q(branch__in=Branch.objects.filter(below).values("pk"))
        return ~found if operator in {"not", "out"} else found

    def _aged(self, operator, values):
        """Ages as days of birth: who is 60 today was born on this day 60 years ago or in the year before."""
        if operator in {"unknown", "known"}:
            missing = Q(person__birth_date=None)
            return INDIVIDUALS & (missing if operator == "unknown" else ~missing)
        years = [int(min(max(value, 0), 200)) for value in values]
        least, most = {
            "is": (years[0], years[0]),
            "least": (years[0], None),
            "above": (years[0] + 1, None),
            "most": (None, years[0]),
            "below": (None, years[0] - 1),
            "between": (years[0], years[-1]),
        }[operator]
        first = None if most is None else years_before(self.on, most + 1) + timedelta(days=1)
        last = None if least is None else years_before(self.on, least)
        return INDIVIDUALS & between("person__birth_date", first, last)

    def _birthday(self, operator, values):
        first, last = period(operator, values, self.on)
        kept = Customer.objects.birthday(within=(last - first).days, on=first)
        return Q(pk__in=kept.values("pk"))

    def _custom(self):
        for row in CustomField.objects.filter(active=True):
            column = {"number": "number", "date": "day"}.get(row.kind, "text")
            kind = {"number": NUMBER, "date": DAY, "choice": CHOICE, "yesno": YES_NO}.get(row.kind, WORDS)
            choices = {option: option for option in row.options} if kind == CHOICE else {}
            whose = {"individual": INDIVIDUALS, "organization": ORGANISATIONS}.get(row.applies_to)
            field = Field(f"custom-{row.code}", row.label, kind, choices, False, BANKS_OWN)
            source = Source(field, self._answered(row, column, kind, whose), annotation=f"custom_{row.code}")
            self.sources[field.code] = source
            self.answers[source.annotation] = Subquery(
                CustomValue.objects.filter(field=row, customer=OuterRef("pk")).values(column)[:1]
            )

    def _answered(self, row, column, kind, whose):
        def condition(operator, values):
            answers = CustomValue.objects.filter(field=row, customer=OuterRef("pk"))
            if operator in {"unknown", "known"}:
                found = ~Exists(answers) if operator == "unknown" else Exists(answers)
            elif kind == YES_NO:
                found = Exists(answers.filter(text=operator))
            elif operator in {"not", "out"}:
                found = ~Exists(answers.filter(**{f"{column}__in": values}))
            else:
                found = Exists(answers.filter(compared(column, kind, operator, values, on=self.on)))
            return found if whose is None else whose & found

        return condition


def products():
    """The products that people may choose of, by code."""
    from_holdings = Holding._meta.get_field("product").related_model
    return from_holdings.objects.order_by("code").values_list("code", "name")[:1000]


def narrowed(queryset, tree, *, registry):
    """The customers of the queryset for whom the tree holds; a tree with a problem finds nobody."""
    condition = registry.condition(tree)
    return queryset if condition is None else queryset.filter(condition)
