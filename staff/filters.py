"""Filters of the audit trail."""

import django_filters
from django.utils.translation import gettext_lazy as _

from staff.models import AuditEvent


class AuditFilter(django_filters.FilterSet):
    """By person, verb and period."""

    staff_no = django_filters.CharFilter(field_name="actor__staff_no", lookup_expr="iexact", label=_("Staff number"))
    verb = django_filters.CharFilter(field_name="verb", lookup_expr="startswith", label=_("Action"))
    since = django_filters.DateFilter(field_name="at", lookup_expr="date__gte", label=_("From"))
    until = django_filters.DateFilter(field_name="at", lookup_expr="date__lte", label=_("To"))

    class Meta:
        model = AuditEvent
        fields = []
