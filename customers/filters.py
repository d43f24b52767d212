"""Filters of the customer list, and what a list looks for as a whole."""

from datetime import date, timedelta
from functools import cached_property
from types import SimpleNamespace

import django_filters
from django import forms
from django.utils.translation import gettext_lazy as _

from customers.choices import Category, Dimension, Kind, NeedDriver, NeedStatus
from customers.models import Customer, Need, OutsideHolding, Standing, TierName
from customers.models.sealed import index_personal
from customers.rules.conditions import EMPTY, Unreadable, parse_json, sentence
from customers.services.conditions import Registry, narrowed
from staff.choices import Role
from staff.filters import BranchFilter, ManagerFilter

# Parameters that are columns of the standing.
TIER_FILTERS = ("tier", "asset_tier", "contribution_tier", "loyalty_tier")
NOT_TIERED = "none"
MOST_DAYS = 3660


def _tier(label):
    return django_filters.ChoiceFilter(label=label, method="by_tier", empty_label=_("all"))


def _days(label, method, most=MOST_DAYS):
    widget = forms.NumberInput(attrs={"inputmode": "numeric", "placeholder": _("days")})
    return django_filters.NumberFilter(
        label=label, method=method, min_value=0, max_value=most, decimal_places=0, widget=widget
    )


class CustomerFilter(django_filters.FilterSet):
    """Who, whose, which tier, what they hold, what comes near. `on` is the bank day."""

    kind = django_filters.ChoiceFilter(label=_("Kind"), choices=Kind.choices, empty_label=_("all"))
    tier = _tier(_("Tier"))
    asset_tier = _tier(_("Asset tier"))
    contribution_tier = _tier(_("Contribution tier"))
    loyalty_tier = _tier(_("Loyalty rung"))
    branch = BranchFilter()
    manager = ManagerFilter()
    category = django_filters.ChoiceFilter(
        label=_("Holds"), choices=Category.choices, method="by_category", empty_label=_("anything")
    )
    maturing = _days(_("Maturing within"), "by_maturing")
    birthday = _days(_("Birthday within"), "by_birthday", most=366)
    quiet = _days(_("Not contacted for"), "by_quiet")
    restricted = django_filters.ChoiceFilter(
        label=_("Restricted list"), choices=[("1", _("on it")), ("0", _("not on it"))], empty_label=_("all")
    )
    maturing_from = django_filters.DateFilter(label=_("Maturing from"), method="by_period", widget=forms.HiddenInput)
    maturing_to = django_filters.DateFilter(label=_("Maturing until"), method="by_period", widget=forms.HiddenInput)

    class Meta:
        model = Customer
        fields = ["kind", "manager", "restricted"]

    def __init__(self, *args, on, **kwargs):
        self.on = on
        super().__init__(*args, **kwargs)
        if self.request.user.role == Role.MANAGER:
            del self.filters["branch"], self.filters["manager"]
        self._offer_tiers()

    def _offer_tiers(self):
        """The tiers in force, best first, by name: bands belong to a room above this one, which names them here."""
        self.tier_names = {}
        for row in TierName.objects.order_by("rank"):
            self.tier_names.setdefault(row.column, {})[row.code] = row.label
            if row.column == "tier":
                self.tier_names.setdefault("tone", {})[row.code] = row.tone
        for name in TIER_FILTERS:
            names = self.tier_names.get(name, {})
            choices = [(code, f"{code} {label}" if name == "tier" else label) for code, label in names.items()]
            asked = self.data.get(name) if self.data else None
            if asked and asked not in names and asked != NOT_TIERED:
                choices.append((asked, asked))
            self.filters[name].extra["choices"] = [*choices, (NOT_TIERED, _("not tiered yet"))]

    def by_tier(self, queryset, name, value):
        return queryset.filter(**{f"standing__{name}": "" if value == NOT_TIERED else value})

    def by_branch(self, queryset, _name, value):
        return queryset.in_branch(value)

    def by_category(self, queryset, _name, value):
        return queryset.holding(value)

    def by_maturing(self, queryset, _name, value):
        return queryset.maturing(within=int(value), on=self.on)

    def by_birthday(self, queryset, _name, value):
        return queryset.birthday(within=int(value), on=self.on)

    def by_quiet(self, queryset, _name, value):
        return queryset.quiet(days=int(value), on=self.on)

    def by_period(self, queryset, name, _value):
        """Both ends together, once: one holding must lie between them."""
        first, last = (self.form.cleaned_data.get(end) for end in ("maturing_from", "maturing_to"))
        if name == "maturing_to" and first:
            return queryset
        return queryset.maturing_between(first, last)


class Selection:
    """What a list looks for: quick filters, a tree of conditions, and a text that was searched for, in one scope.

    `definition` is what saved lists keep: {"quick": {parameter: value}, "where": tree as JSON, "text": …}, and "list"
    for the members of a list that were put in by hand. Nothing in it widens what `user` may see on the day `on`.
    """

    def __init__(self, definition, *, user, on):
        self.user, self.on = user, on
        definition = definition if isinstance(definition, dict) else {}
        quick = definition.get("quick")
        known = CustomerFilter.base_filters
        self.quick = {
            name: str(value)
            for name, value in (quick if isinstance(quick, dict) else {}).items()
            if name in known and value not in (None, "")
        }
        self.where = definition.get("where") or {}
        self.text = str(definition.get("text") or "")
        self.members = definition.get("list")
        # Public ids of the rows that were ticked; None: everybody whom the list finds. Never kept.
        self.ticked = None

    @property
    def definition(self):
        """As it is kept."""
        parts = {"quick": self.quick, "where": self.tree.as_json() if self.tree.parts else {}, "text": self.text}
        return {name: value for name, value in (*parts.items(), ("list", self.members)) if value}

    @cached_property
    def registry(self):
        """Everything that can be asked for."""
        return Registry(user=self.user, on=self.on)

    @cached_property
    def _read(self):
        try:
            return parse_json(self.where, self.registry.fields) if self.where else EMPTY, ""
        except Unreadable as error:
            return EMPTY, str(error)

    @property
    def tree(self):
        """The conditions, checked."""
        return self._read[0]

    @property
    def problems(self):
        """Why the conditions cannot be asked, in sentences; then nobody is found."""
        tree, unreadable = self._read
        return [unreadable] if unreadable else tree.problems

    @cached_property
    def filter(self):
        """The quick filters, bound to what was asked."""
        customers = Customer.objects.visible_to(self.user)
        return CustomerFilter(self.quick, queryset=customers, request=SimpleNamespace(user=self.user), on=self.on)

    @property
    def asks(self):
        """Whether it narrows anything at all."""
        return bool(self.quick or self.where or self.text or self.members)

    def surely_more_than(self, most):
        """Whether more than so many are found: asked ahead where it is likely and soon told, of the whole bank, of a
        tier or of all organisations; False where they must be counted to know.
        """
        if self.user.role != Role.AUDITOR or self.where or self.text or self.members:
            return False
        asked = {name: value for name, value in self.filter.form.cleaned_data.items() if value}
        tiers = {name: "" if asked[name] == NOT_TIERED else asked[name] for name in TIER_FILTERS if name in asked}
        if asked.keys() - tiers.keys() - {"kind"} or (tiers and "tier" not in tiers):
            return False
        if "kind" in asked or not tiers:
            return self.filter.qs.more_than(most)
        # A standing is a customer: nothing need be joined.
        return Standing.objects.filter(**tiers).order_by().values("pk")[most : most + 1].exists()

    def customers(self):
        """The customers, in no particular order."""
        found = self.filter.qs
        if self.ticked is not None:
            found = found.filter(public_id__in=self.ticked)
        if self.members:
            found = found.filter(view_members__view__public_id=self.members)
        if self.text:
            found = found.search(self.text, index=index_personal)
        if self.problems:
            return found.none()
        return narrowed(found, self.tree, registry=self.registry) if self.where else found

    def words(self):
        """[(kind, key, words)] of everything that narrows: quick filters by parameter, conditions by their place."""
        found = [("text", "text", self.text)] if self.text else []
        for name, value in self.quick.items():
            field = self.filter.form.fields.get(name)
            if field is not None:
                words = {"label": field.label, "text": self._chosen(field, name, value)}
                found.append(("quick", name, _("%(label)s: %(text)s") % words))
        fields = self.registry.fields if self.where else {}
        for place, part in enumerate(self.tree.parts):
            found.append(("where", place, told(part, fields)))
        return found

    def _chosen(self, field, name, value):
        cleaned = getattr(self.filter.form, "cleaned_data", {}).get(name)
        if hasattr(field, "label_from_instance") and cleaned is not None:
            return field.label_from_instance(cleaned)
        labels = {str(key): label for key, label in getattr(field, "choices", None) or []}
        return labels.get(value, value)


def told(part, fields):
    """A condition or a group of them in words."""
    if hasattr(part, "parts"):
        joint = _(" and ") if part.every else _(" or ")
        return f"({joint.join(told(below, fields) for below in part.parts)})"
    return sentence(part, fields)


class OfCustomersFilter(django_filters.FilterSet):
    """Rows about customers: by branch and manager for those who see more than their own. `on` is the bank day."""

    branch = BranchFilter()
    manager = ManagerFilter(field_name="customer__manager")

    def __init__(self, *args, on, **kwargs):
        self.on = on
        super().__init__(*args, **kwargs)
        if self.request.user.role == Role.MANAGER:
            del self.filters["branch"], self.filters["manager"]

    def by_branch(self, queryset, _name, value):
        return queryset.filter(customer__branch__in=value.subtree)


class OutsideFilter(OfCustomersFilter):
    """Holdings at other banks: where, what, when they end, whether to ask again."""

    bank = django_filters.CharFilter(label=_("Bank"), lookup_expr="icontains", max_length=80)
    category = django_filters.ChoiceFilter(label=_("Category"), choices=Category.choices, empty_label=_("anything"))
    maturing = _days(_("Ends within"), "by_maturing")
    stale = django_filters.ChoiceFilter(
        label=_("Known for"),
        choices=[("1", _("a year or longer: ask again"))],
        method="by_stale",
        empty_label=_("any time"),
    )

    class Meta:
        model = OutsideHolding
        fields = []

    def by_maturing(self, queryset, _name, value):
        return queryset.maturing(within=int(value), on=self.on)

    def by_stale(self, queryset, _name, _value):
        return queryset.stale(self.on)


NO_DRIVER = "none"


class NeedFilter(OfCustomersFilter):
    """Needs by dimension, driver, status and day; `desk` leaves those that no product of ours meets."""

    dimension = django_filters.ChoiceFilter(label=_("Dimension"), choices=Dimension.choices, empty_label=_("all"))
    driver = django_filters.ChoiceFilter(
        label=_("What drives it"),
        choices=[*NeedDriver.choices, (NO_DRIVER, _("own words only"))],
        method="by_driver",
        empty_label=_("all"),
    )
    status = django_filters.ChoiceFilter(
        label=_("Status"),
        choices=[*NeedStatus.choices[1:], ("overdue", _("Overdue")), ("all", _("all"))],
        method="by_status",
        empty_label=_("open ones"),
    )
    wanted = _days(_("Wanted within"), "by_wanted")
    desk = django_filters.ChoiceFilter(
        label=_("Product"), choices=[("1", _("none of ours meets it"))], method="by_desk", empty_label=_("all")
    )
    month = django_filters.CharFilter(label=_("Found in"), method="by_month", max_length=7, widget=forms.HiddenInput)

    class Meta:
        model = Need
        fields = []

    def filter_queryset(self, queryset):
        """Open ones, unless a status is asked for or the product desk asks, for whom dropped ones count too."""
        queryset = super().filter_queryset(queryset)
        asked = self.form.cleaned_data
        return queryset if asked.get("status") or asked.get("desk") else queryset.open()

    def by_driver(self, queryset, _name, value):
        return queryset.filter(driver_code="" if value == NO_DRIVER else value)

    def by_status(self, queryset, _name, value):
        if value == "all":
            return queryset
        return queryset.overdue(self.on) if value == "overdue" else queryset.filter(status=value)

    def by_wanted(self, queryset, _name, value):
        return queryset.filter(wanted_by__lte=self.on + timedelta(days=int(value)))

    def by_desk(self, queryset, _name, _value):
        return queryset.unmet()

    def by_month(self, queryset, _name, value):
        """Found in a month such as 2026-10; anything else finds nothing."""
        try:
            first = date.fromisoformat(f"{value}-01")
        except ValueError:
            return queryset.none()
        return queryset.filter(found_on__year=first.year, found_on__month=first.month)
