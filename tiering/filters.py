"""Filters of the list of moves; the dashboard's numbers lead here with the same names."""

import django_filters
from django.forms import DateInput
from django.utils.translation import gettext_lazy as _

from customers.choices import Kind
from staff.filters import BranchFilter, ManagerFilter
from tiering.choices import MoveReason, OverrideState
from tiering.models import Movement, Override, Right, RightUse, Scheme

DIRECTIONS = [("up", _("Up")), ("down", _("Down")), ("first", _("First placement"))]


DAY = DateInput(format="%Y-%m-%d", attrs={"type": "date"})


class MovementFilter(django_filters.FilterSet):
    """By scheme, days, direction, tiers left and reached, branch with all below, and manager."""

    scheme = django_filters.ModelChoiceFilter(
        queryset=Scheme.objects.filter(active=True), to_field_name="code", label=_("Scheme"), empty_label=_("All")
    )
    since = django_filters.DateFilter(field_name="on", lookup_expr="gte", label=_("From"), widget=DAY)
    until = django_filters.DateFilter(field_name="on", lookup_expr="lte", label=_("To"), widget=DAY)
    direction = django_filters.ChoiceFilter(
        choices=DIRECTIONS, method="in_direction", label=_("Direction"), empty_label=_("All")
    )
    reason = django_filters.ChoiceFilter(choices=MoveReason, label=_("Reason"), empty_label=_("All"))
    kind = django_filters.ChoiceFilter(field_name="customer__kind", choices=Kind, label=_("Kind"), empty_label=_("All"))
    branch = BranchFilter(method="below")
    manager = ManagerFilter(field_name="customer__manager")

    class Meta:
        model = Movement
        fields = []

    def in_direction(self, queryset, name, value):
        """Up and down are moves between tiers; a first placement is neither."""
        if value == "first":
            return queryset.filter(from_code="")
        return queryset.up() if value == "up" else queryset.down()

    def below(self, queryset, name, branch):
        """The branch and all below."""
        return queryset.filter(customer__branch__in=branch.subtree)


# “from” is a word of Python and cannot be declared in a class body.
for parameter, column, label in [("from", "from_code", _("From tier")), ("to", "to_code", _("To tier"))]:
    MovementFilter.base_filters[parameter] = django_filters.CharFilter(
        field_name=column, lookup_expr="iexact", label=label, max_length=12
    )


class OverrideFilter(django_filters.FilterSet):
    """Placings by hand by state, scheme, branch with all below, and manager."""

    state = django_filters.ChoiceFilter(choices=OverrideState, label=_("State"), empty_label=_("All"))
    scheme = django_filters.ModelChoiceFilter(
        queryset=Scheme.objects.filter(active=True), to_field_name="code", label=_("Scheme"), empty_label=_("All")
    )
    branch = BranchFilter(method="below")
    manager = ManagerFilter(field_name="customer__manager")

    class Meta:
        model = Override
        fields = []

    def below(self, queryset, name, branch):
        """The branch and all below."""
        return queryset.filter(customer__branch__in=branch.subtree)


class RightUseFilter(django_filters.FilterSet):
    """Rights used by right, days, branch with all below, and manager."""

    right = django_filters.ChoiceFilter(field_name="right__code", choices=[], label=_("Right"), empty_label=_("All"))
    since = django_filters.DateFilter(field_name="used_on", lookup_expr="gte", label=_("From"), widget=DAY)
    until = django_filters.DateFilter(field_name="used_on", lookup_expr="lte", label=_("To"), widget=DAY)
    branch = BranchFilter(method="below")
    manager = ManagerFilter(field_name="customer__manager")

    class Meta:
        model = RightUse
        fields = []

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.filters["right"].extra["choices"] = right_choices()

    def below(self, queryset, name, branch):
        """The branch and all below."""
        return queryset.filter(customer__branch__in=branch.subtree)


def right_choices():
    """Every right once, by its code, under the name of the first package that has it."""
    names = {}
    for right in Right.objects.order_by("package", "position"):
        names.setdefault(right.code, right.label)
    return list(names.items())
