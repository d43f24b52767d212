"""What lists can be narrowed and shown by: the facts of the file, the standing, and what stands beside a customer.

Fields come from the models by themselves: a column with choices, a day, a number, an amount or a yes-or-no that is
added to a customer's file is filtered and shown from then on. What needs more than a column is written out below.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from functools import cached_property

from django.contrib.postgres.aggregates import StringAgg
from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ObjectDoesNotExist
from django.db import models
from django.db.models import Case, Exists, OuterRef, Prefetch, Q, Subquery, Value, When
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from customers.choices import Category, ConsentPurpose, Dimension, GroupKind, HoldingStatus, Kind, RelationKind
from customers.models import (
    ContactPreference,
    Customer,
    CustomField,
    CustomValue,
    GroupMember,
    Holding,
    Need,
    Organisation,
    Person,
    Relation,
    SavedView,
    Standing,
    Tag,
    Tagging,
    TierName,
    ViewMember,
)
from customers.rules.conditions import (
    BIRTHDAY,
    CHOICE,
    DAY,
    MONEY,
    NUMBER,
    OPERATORS,
    SEVERAL,
    WORDS,
    YES_NO,
    Field,
    Group,
    period,
    read_value,
    written,
)
from customers.rules.pinyin import name_grams, plain_name
from staff.choices import Role
from staff.models import Branch, User

INDIVIDUALS, ORGANISATIONS = Q(kind=Kind.INDIVIDUAL), Q(kind=Kind.ORGANIZATION)
# Model, the part of a field's code before the hyphen, the way to its columns, whose file it belongs to, heading.
SOURCES = (
    (Customer, "", "", None, gettext_lazy("Customer")),
    (Standing, "standing", "standing__", None, gettext_lazy("Where they stand")),
    (Person, "person", "person__", INDIVIDUALS, gettext_lazy("Individuals")),
    (Organisation, "organisation", "organisation__", ORGANISATIONS, gettext_lazy("Organisations")),
    (ContactPreference, "contact", "contact_preference__", None, gettext_lazy("Contact")),
)
BESIDE, BANKS_OWN = gettext_lazy("What belongs to them"), gettext_lazy("The bank's own")
# Technical, sealed, or free text that is read with the customer and nowhere else.
HIDDEN = frozenset(
    (
        *("public_id", "name_grams", "version", "name", "restricted_reason", "tier_rank", "asset_rank"),
        *("contribution_rank", "loyalty_rank", "lunar_birthday", "lunar_leap", "windows", "taboos", "hint", "hours"),
        *("introducer_hint", "customer_no", "tier_pinned"),
    )
)
# Wishes of the customer that end with the day `valid_until`.
WISHES = ("do_not_call", "do_not_message", "do_not_visit", "do_not_contact", "plain_envelope")
GIVEN, WITHDRAWN, SILENT = "given", "withdrawn", "silent"
SAID = {
    GIVEN: gettext_lazy("given"),
    WITHDRAWN: gettext_lazy("withdrawn"),
    SILENT: gettext_lazy("not asked yet"),
}
TIERS = ("tier", "asset_tier", "contribution_tier", "loyalty_tier")


class Loaded(Mapping):
    """Choices that are only asked of the database when somebody looks."""

    def __init__(self, load):
        self._load = load

    @cached_property
    def _rows(self):
        return dict(self._load())

    def __getitem__(self, key):
        return self._rows[key]

    def __iter__(self):
        return iter(self._rows)

    def __len__(self):
        return len(self._rows)


@dataclass(frozen=True)
class Source:
    """A field with the condition it makes; `path` is its column, when it is one, and `related` what joins it."""

    field: Field
    condition: object
    path: str = ""

    # The annotation that brings a value which is no column (see `Registry.with_values`).
    annotation: str = ""

    @property
    def related(self):
        """The one-to-one row that the column stands in, or empty."""
        return self.path.split("__")[0] if "__" in self.path else ""

    @property
    def shows(self):
        """Whether it can be a column of a list."""
        return bool(self.path or self.annotation or self.field.code == "tag")

    def value_of(self, customer):
        """The fact of a customer who was fetched with it; None when it is not known."""
        if self.field.code == "tag":
            return [str(tagging.tag) for tagging in customer.taggings.all()]
        if self.annotation:
            return getattr(customer, self.annotation)
        value = customer
        try:
            for name in self.path.split("__"):
                value = getattr(value, name)
        except ObjectDoesNotExist:
            return None
        return value

    def words_of(self, value):
        """A fact that is known, in words: choices by their labels, a truth as yes or no."""
        if isinstance(value, list):
            return _(", ").join(str(self.field.choices.get(one, one)) for one in value)
        if self.field.kind == YES_NO:
            return _("yes") if value in (True, "yes") else _("no")
        if isinstance(value, Decimal):
            return written(value)
        return str(self.field.choices.get(str(value), value))


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
            kind = self._kind_of(model, column)
            # A column that nobody named for people is not theirs.
            if kind is None or not isinstance(column.verbose_name, Promise):
                continue
            choices = dict(self._choices_of(column))
            tier = model is Standing and name in TIERS
            if tier:
                choices = Loaded(lambda name=name: self._tiers(name))
            code = f"{prefix}-{name}" if prefix else name
            optional = column.null or tier or (column.blank and kind in {CHOICE, WORDS}) or kind == SEVERAL
            field = Field(code, _Capital(column.verbose_name), kind, choices, not tier, section, optional)
            if model is ContactPreference and name in WISHES:
                self._add(field, self._wished(name), path + name)
                continue
            self._add(field, self._asked(path + name, kind, whose, column), path + name)

    @staticmethod
    def _kind_of(model, column):
        if isinstance(column, ArrayField):
            return SEVERAL if column.base_field.choices else None
        if column.choices:
            return CHOICE
        if isinstance(column, models.BooleanField):
            return YES_NO
        if isinstance(column, models.DateTimeField):
            return None
        for sort, kind in ((models.DateField, DAY), (models.DecimalField, MONEY), (models.IntegerField, NUMBER)):
            if isinstance(column, sort):
                return kind
        if model is Standing and column.name in TIERS:
            return CHOICE
        if isinstance(column, models.CharField | models.TextField) and model in {Person, Organisation}:
            return WORDS
        return None

    @staticmethod
    def _choices_of(column):
        choices = column.base_field.choices if isinstance(column, ArrayField) else column.choices
        # The codes of a column of numbers are compared as texts here and as numbers by the database.
        return [(str(code), label) for code, label in choices or [] if code not in ("", None)]

    @staticmethod
    def _tiers(column):
        rows = TierName.objects.filter(column=column).order_by("rank")
        return [(row.code, f"{row.code} {row.label}" if column == "tier" else row.label) for row in rows]

    def _asked(self, path, kind, whose, column):
        texts = isinstance(column, models.CharField | models.TextField)

        def condition(operator, values):
            if kind == SEVERAL:
                found = _overlapping(path, operator, values)
            elif operator in {"unknown", "known"}:
                missing = Q(**{f"{path}__isnull": True})
                if texts:
                    missing |= Q(**{path: ""})
                found = missing if operator == "unknown" else ~missing
            else:
                found = _compared(path, kind, operator, values, on=self.on)
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
        add(Field("name", gettext_lazy("Name"), WORDS, section=who, optional=False), _named, "name")
        add(
            Field("number", gettext_lazy("Customer number"), WORDS, section=who, optional=False),
            lambda operator, values: _compared("customer_no", WORDS, operator, [values[0].upper()]),
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
                _managed,
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
            Loaded(_products),
            open_holdings,
            "product__code",
            beside,
        )
        add(
            Field("matures", gettext_lazy("A holding matures"), DAY, section=beside, optional=False),
            lambda operator, values: Exists(
                open_holdings.filter(
                    _between("matures_on", *period(operator, values, self.on)), customer=OuterRef("pk")
                )
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
        self._several("tag", gettext_lazy("Tag"), _Keyed(tags), Tagging.objects.all(), "tag__public_id", beside)
        lists = Loaded(
            lambda: SavedView.objects.visible_to(self.user).filter(fixed=True).values_list("public_id", "name")
        )
        self._several(
            "list",
            gettext_lazy("Put into the list"),
            _Keyed(lists),
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

        def named(operator, values):
            beside = GroupMember.objects.filter(customer=OuterRef("pk"))
            if operator in {"unknown", "known"}:
                return ~Exists(beside) if operator == "unknown" else Exists(beside)
            return Exists(beside.filter(_compared("group__name", WORDS, operator, values)))

        names = GroupMember.objects.filter(customer=OuterRef("pk")).order_by().values("customer")
        self._shown(
            Field("group_name", gettext_lazy("Name of their group"), WORDS, section=BESIDE),
            named,
            Subquery(names.annotate(names=StringAgg("group__name", _(", "), order_by="kind")).values("names")),
        )

    def _consents(self):
        """What the customer last said of each purpose; one row beside the customer answers all of them."""
        for purpose, words in ConsentPurpose.choices:
            code = f"consent_{purpose}"
            field = Field(code, _Consent(words), CHOICE, SAID, False, SOURCES[4][4], False)
            given, withdrawn = (
                When(**{f"contact_preference__{said}__contains": [purpose], "then": Value(said)})
                for said in (GIVEN, WITHDRAWN)
            )
            self._shown(field, _consented(purpose), Case(given, withdrawn, default=Value(SILENT)))

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
        first = None if most is None else _years_before(self.on, most + 1) + timedelta(days=1)
        last = None if least is None else _years_before(self.on, least)
        return INDIVIDUALS & _between("person__birth_date", first, last)

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
                compared = _compared(column, kind, operator, values, on=self.on)
                found = Exists(answers.filter(compared))
            return found if whose is None else whose & found

        return condition


class _Capital:
    """A label with a capital, in whatever language it is read."""

    def __init__(self, text):
        self.text = text

    def __str__(self):
        return capfirst(str(self.text))


class _Consent:
    """The heading of a consent, in whatever language it is read."""

    def __init__(self, purpose):
        self.purpose = purpose

    def __str__(self):
        return _("Consent: %(purpose)s") % {"purpose": self.purpose}


class _Keyed(Mapping):
    """Choices by UUID, with the keys as texts."""

    def __init__(self, choices):
        self.choices = choices

    @cached_property
    def _rows(self):
        return {str(key): label for key, label in self.choices.items()}

    def __getitem__(self, key):
        return self._rows[key]

    def __iter__(self):
        return iter(self._rows)

    def __len__(self):
        return len(self._rows)


def _products():
    from_holdings = Holding._meta.get_field("product").related_model
    return from_holdings.objects.order_by("code").values_list("code", "name")[:1000]


def _years_before(day, years):
    """The same day so many years before; the last of February where there is none."""
    year = max(day.year - years, 1)
    try:
        return day.replace(year=year)
    except ValueError:
        return day.replace(year=year, day=28)


def _between(path, first, last):
    found = Q()
    if first is not None:
        found &= Q(**{f"{path}__gte": first})
    if last is not None:
        found &= Q(**{f"{path}__lte": last})
    return found


def _overlapping(path, operator, values):
    if operator in {"unknown", "known"}:
        empty = Q(**{f"{path}__len": 0}) | Q(**{f"{path}__isnull": True})
        return empty if operator == "unknown" else ~empty
    found = Q(**{f"{path}__overlap": values})
    return ~found if operator in {"not", "out"} else found


def _named(operator, values):
    """Names by any part of them, through the pieces that are indexed."""
    if operator == "contains":
        plain = plain_name(values[0])
        if not plain:
            return Q(pk__in=[])
        grams = [plain] if len(plain) == 1 else [gram for gram in name_grams(plain) if len(gram) == 2]
        return Q(name_grams__contains=grams)
    return _compared("name", WORDS, operator, values)


def _consented(purpose):
    def condition(operator, values):
        beside = ContactPreference.objects.filter(customer=OuterRef("pk"))
        spoken = {said: Exists(beside.filter(**{f"{said}__contains": [purpose]})) for said in (GIVEN, WITHDRAWN)}
        found = Q(pk__in=[])
        for said in values:
            found |= Q(spoken[said]) if said in spoken else ~Q(spoken[GIVEN]) & ~Q(spoken[WITHDRAWN])
        return ~found if operator in {"not", "out"} else found

    return condition


def _managed(operator, values):
    if operator in {"unknown", "known"}:
        return Q(manager=None) if operator == "unknown" else ~Q(manager=None)
    return _compared("manager__staff_no", CHOICE, operator, values)


def _compared(path, kind, operator, values, *, on=None):
    """A column against values, each already read; what is not known is never equal, and is not more or less."""
    if kind == DAY:
        return _between(path, *period(operator, values, on))
    if operator in {"yes", "no"}:
        return Q(**{path: operator == "yes"})
    if operator in {"is", "in", "not", "out"}:
        found = Q(**{path: values[0]}) if len(values) == 1 else Q(**{f"{path}__in": values})
        return ~found if operator in {"not", "out"} else found
    if operator == "between":
        return Q(**{f"{path}__range": values})
    lookup = {
        "least": "gte",
        "most": "lte",
        "above": "gt",
        "below": "lt",
        "contains": "icontains",
        "starts": "istartswith",
    }[operator]
    # Numbers of people are read by index from their beginning; their letters are capitals.
    return Q(**{f"{path}__{'startswith' if path in {'customer_no', 'name'} else lookup}": values[0]})


def narrowed(queryset, tree, *, registry):
    """The customers of the queryset for whom the tree holds; a tree with a problem finds nobody."""
    condition = registry.condition(tree)
    return queryset if condition is None else queryset.filter(condition)
