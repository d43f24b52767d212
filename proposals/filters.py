"""Filters of the list of proposals."""

import django_filters
from django.utils.translation import gettext_lazy as _

from proposals.choices import ProposalStatus
from proposals.models import Proposal
from staff.filters import ManagerFilter


class ProposalFilter(django_filters.FilterSet):
    """By status, manager and days."""

    status = django_filters.ChoiceFilter(choices=ProposalStatus.choices, label=_("Status"), empty_label=_("All"))
    manager = ManagerFilter(field_name="customer__manager")
    since = django_filters.DateFilter(field_name="drafted_on", lookup_expr="gte", label=_("Drafted from"))
    until = django_filters.DateFilter(field_name="drafted_on", lookup_expr="lte", label=_("Drafted to"))

    class Meta:
        model = Proposal
        fields = []
