"""Filters of follow-ups."""

import django_filters
from django.utils.translation import gettext_lazy as _

from care.choices import CareKind, FollowUpState, Period
from care.models import FollowUp
from care.querysets import period_condition
from staff.filters import ManagerFilter


class FollowUpFilter(django_filters.FilterSet):
    """By state, kind, due day, manager, and the day it was closed. `on` is the bank day."""

    period = django_filters.ChoiceFilter(
        label=_("Due"), choices=Period.choices, method="by_period", empty_label=_("any day")
    )
    state = django_filters.ChoiceFilter(label=_("State"), choices=FollowUpState.choices, empty_label=_("all"))
    kind = django_filters.ChoiceFilter(label=_("Kind"), choices=CareKind.choices, empty_label=_("all"))
    manager = ManagerFilter(field_name="customer__manager")
    since = django_filters.DateFilter(label=_("Closed from"), field_name="closed_on", lookup_expr="gte")
    until = django_filters.DateFilter(label=_("Closed until"), field_name="closed_on", lookup_expr="lte")

    class Meta:
        model = FollowUp
        fields = ["kind", "state"]

    def __init__(self, *args, on, **kwargs):
        self.on = on
        super().__init__(*args, **kwargs)
        if self.request.user.role == "manager":
            del self.form.fields["manager"]
        for name in ("since", "until"):
            self.form.fields[name].widget.input_type = "date"

    def by_period(self, queryset, _name, value):
        """Parts of the work list: always open ones."""
        return queryset.open().filter(period_condition(Period(value), on=self.on))
