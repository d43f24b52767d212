"""The audit trail as a list, and how far lists are counted."""

import django_tables2 as tables
from django.core.paginator import Paginator
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from staff.models import AuditEvent

MOST_COUNTED = 10_000


class CappedPaginator(Paginator):
    """Counts to 10,000 and says so (`capped`)."""

    @cached_property
    def _counted(self):
        return self.object_list.data.data.order_by()[: MOST_COUNTED + 1].count()

    @cached_property
    def count(self):
        """Rows of the result, at most 10,000."""
        return min(self._counted, MOST_COUNTED)

    @property
    def capped(self):
        """There are more rows than were counted."""
        return self._counted > MOST_COUNTED


class AuditTable(tables.Table):
    """When, who, what, on what."""

    at = tables.DateTimeColumn(format="Y-m-d H:i:s", attrs={"td": {"class": "nowrap"}})
    actor = tables.TemplateColumn(
        "{% if record.actor %}{{ record.actor.name }} {{ record.actor.staff_no }}{% else %}—{% endif %}",
        attrs={"td": {"class": "cell-title"}},
        order_by=("actor__staff_no",),
    )
    verb = tables.TemplateColumn("<code>{{ record.verb }}</code>")
    subject_kind = tables.Column(orderable=False)
    subject_id = tables.TemplateColumn('<span class="audit-subject">{{ record.subject_id }}</span>', orderable=False)
    particulars = tables.TemplateColumn(
        "{{ record.summary }}{% for name, value in record.particulars.items %} {{ name }}={{ value }}{% endfor %}",
        orderable=False,
        attrs={"td": {"class": "cell-reason"}},
    )

    caption = _("Audit trail")
    empty_icon, empty_title = "shield-check", _("Nothing has been recorded yet")
    empty_hint = _("Every change, every reveal of personal data and every refusal appears here.")

    class Meta:
        model = AuditEvent
        fields = ["at", "actor", "verb", "subject_kind", "subject_id", "particulars"]
        order_by = "-at"
