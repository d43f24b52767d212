"""The audit trail as a list."""

import django_tables2 as tables
from django.utils.translation import gettext_lazy as _

from staff.models import AuditEvent


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
