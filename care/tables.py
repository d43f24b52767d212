"""The list of follow-ups."""

import django_tables2 as tables
from django.template.loader import get_template
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from care.models import FollowUp


class PartColumn(tables.Column):
    """A column drawn by a template of the room, without the context processors that a TemplateColumn runs per cell."""

    empty_values = ()

    def __init__(self, part, label, order_by=(), td=""):
        super().__init__(
            verbose_name=label,
            accessor="pk",
            order_by=order_by or None,
            orderable=bool(order_by),
            attrs={"td": {"class": td}},
        )
        self.part = part

    def render(self, record, table):
        """The part, for the row."""
        return get_template(self.part).render({"record": record, "request": table.request})


class FollowUpTable(tables.Table):
    """For whom, why, by when, and what became of it."""

    tier = PartColumn("care/_cell_tier.html", _("Tier"), ("customer__standing__tier_rank",), td="cell-lead")
    who = PartColumn("care/_cell_customer.html", _("Customer"), ("customer__customer_no",), td="cell-title")
    due = PartColumn("care/_cell_due.html", _("Due"), ("due_on",), td="cell-aside")
    why = PartColumn("care/_cell_reason.html", _("Why"), td="cell-reason")
    state = PartColumn("care/_cell_state.html", _("State"), ("state", "closed_on"))
    closed = PartColumn("care/_cell_closed.html", _("Closed"), ("closed_on",))

    caption = _("Follow-ups")
    empty_icon, empty_title = "list-check", _("No follow-ups yet")
    empty_text = _("Maturities and birthdays come here by themselves every night; add reminders of your own.")

    class Meta:
        model = FollowUp
        fields = []
        sequence = ["tier", "who", "why", "due", "state", "closed"]

    def __init__(self, *args, may_write, **kwargs):
        super().__init__(*args, **kwargs)
        if may_write:
            self.empty_url, self.empty_action = reverse("care:add"), _("Add a reminder")
