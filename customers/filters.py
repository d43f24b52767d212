"""Filters of the customer list."""

import django_filters
from django import forms
from django.utils.translation import gettext_lazy as _

from customers.choices import Category, Kind
from customers.models import Customer, TierName
from staff.choices import Role
from staff.models import Branch, User

# Parameters that are columns of the standing.
TIER_FILTERS = ("tier", "asset_tier", "contribution_tier", "loyalty_tier")
NOT_TIERED = "none"
MOST_DAYS = 3660


def _branches(request):
    return Branch.objects.visible_to(request.user)


def _managers(request):
    return User.objects.visible_to(request.user).managers()


def _tier(label):
    return django_filters.ChoiceFilter(label=label, method="by_tier", empty_label=_("all"))


def _days(label, method, most=MOST_DAYS):
    widget = forms.NumberInput(attrs={"inputmode": "numeric", "placeholder": _("days")})
    return django_filters.NumberFilter(
        label=label, method=method, min_value=0, max_value=most, decimal_places=0, widget=widget
    )


class CustomerFilter(django_filters.FilterSet):
    """Who, whose, which tier, what they hold, what comes near. `on` is the bank day."""

    q = django_filters.CharFilter(label=_("Name, pinyin, customer number"), method="by_text", max_length=60)
    kind = django_filters.ChoiceFilter(label=_("Kind"), choices=Kind.choices, empty_label=_("all"))
    tier = _tier(_("Tier"))
    asset_tier = _tier(_("Asset tier"))
    contribution_tier = _tier(_("Contribution tier"))
    loyalty_tier = _tier(_("Loyalty rung"))
    branch = django_filters.ModelChoiceFilter(
        label=_("Branch"), queryset=_branches, to_field_name="code", method="by_branch", empty_label=_("all")
    )
    manager = django_filters.ModelChoiceFilter(
        label=_("Relationship manager"), queryset=_managers, to_field_name="staff_no", empty_label=_("all")
    )
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

    def __init__(self, *args, on, index, **kwargs):
        self.on, self.index = on, index
        super().__init__(*args, **kwargs)
        if self.request.user.role == Role.MANAGER:
            del self.filters["branch"], self.filters["manager"]
        self._offer_tiers()

    def _offer_tiers(self):
        """The tiers in force, best first, by name: bands belong to a room above this one, which names them here."""
        self.tier_names = {}
        for row in TierName.objects.order_by("rank"):
            self.tier_names.setdefault(row.column, {})[row.code] = row.label
        for name in TIER_FILTERS:
            names = self.tier_names.get(name, {})
            choices = [(code, f"{code} {label}" if name == "tier" else label) for code, label in names.items()]
            asked = self.data.get(name) if self.data else None
            if asked and asked not in names and asked != NOT_TIERED:
                choices.append((asked, asked))
            self.filters[name].extra["choices"] = [*choices, (NOT_TIERED, _("not tiered yet"))]

    def by_text(self, queryset, _name, value):
        return queryset.search(value, index=self.index)

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
