"""Background jobs as a list."""

import django_tables2 as tables
from django.utils.translation import gettext_lazy as _

from jobs.models import Job


class JobTable(tables.Table):
    """What, how far, since when, by whom, with what result."""

    kind = tables.TemplateColumn(
        "<strong>{{ record.get_kind_display }}</strong>", attrs={"td": {"class": "cell-title"}}, order_by=("kind",)
    )
    state = tables.TemplateColumn(template_name="jobs/_state.html", attrs={"td": {"class": "cell-reason"}})
    created_at = tables.DateTimeColumn(format="Y-m-d H:i", attrs={"td": {"class": "nowrap"}})
    finished_at = tables.DateTimeColumn(format="Y-m-d H:i", attrs={"td": {"class": "nowrap"}})
    started_by = tables.TemplateColumn("{{ record.started_by.name|default:'—' }}", orderable=False)

    caption = _("Background jobs")
    empty_icon, empty_title = "clock", _("No job has run yet")
    empty_hint = _("Loads of extracts, re-tiering and reminders appear here while they run and after.")

    class Meta:
        model = Job
        fields = ["kind", "state", "created_at", "finished_at", "started_by"]
        order_by = "-created_at"
