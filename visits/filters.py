"""Filters of visits and objections."""

import django_filters
from django import forms
from django.utils.translation import gettext_lazy as _

from customers.models import Customer
from staff.filters import ManagerFilter
from staff.models import User
from visits.choices import ObjectionKind, ObjectionOutcome, VisitChannel
from visits.forms import day_input
from visits.models import Objection, Visit

STATES = [
    ("unrecorded", _("Needs recording")),
    ("upcoming", _("To come")),
    ("held", _("Held")),
    ("not_held", _("Not held")),
]


def customers_of(request):
    """The customers the person may see."""
    return Customer.objects.visible_to(request.user)


def colleagues_of(request):
    """The colleagues the person may filter by."""
    return User.objects.visible_to(request.user).filter(role__in=["manager", "head"])


class OfCustomer(django_filters.ModelChoiceFilter):
    """One customer, named in the address by its public id; taken away through its chip."""

    def __init__(self, **kwargs):
        super().__init__(
            field_name="customer",
            to_field_name="public_id",
            label=_("Customer"),
            queryset=customers_of,
            widget=forms.HiddenInput,
            **kwargs,
        )


class VisitFilter(django_filters.FilterSet):
    """Mine or the branch's, by state, period, channel and customer."""

    customer = OfCustomer()
    state = django_filters.ChoiceFilter(label=_("Status"), choices=STATES, empty_label=_("All"), method="in_state")
    by = ManagerFilter(label=_("By"), whom=colleagues_of)
    channel = django_filters.ChoiceFilter(label=_("Where"), choices=VisitChannel.choices, empty_label=_("All"))
    since = django_filters.DateFilter(field_name="day", lookup_expr="gte", label=_("From"), widget=day_input())
    until = django_filters.DateFilter(field_name="day", lookup_expr="lte", label=_("To"), widget=day_input())

    class Meta:
        model = Visit
        fields = []

    def in_state(self, rows, name, value):
        """A state as people speak of it: planned visits are to come, or need recording."""
        if value == "unrecorded":
            return rows.unrecorded(on=self.request.today)
        if value == "upcoming":
            return rows.upcoming(on=self.request.today)
        return rows.filter(status=value)


class ObjectionFilter(django_filters.FilterSet):
    """By kind, outcome, person, period and customer."""

    customer = OfCustomer()
    kind = django_filters.ChoiceFilter(label=_("Kind"), choices=ObjectionKind.choices, empty_label=_("All"))
    outcome = django_filters.ChoiceFilter(label=_("Outcome"), choices=ObjectionOutcome.choices, empty_label=_("All"))
    by = ManagerFilter(label=_("By"), whom=colleagues_of)
    since = django_filters.DateFilter(field_name="raised_on", lookup_expr="gte", label=_("From"), widget=day_input())
    until = django_filters.DateFilter(field_name="raised_on", lookup_expr="lte", label=_("To"), widget=day_input())

    class Meta:
        model = Objection
        fields = []
