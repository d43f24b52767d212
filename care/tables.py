"""The list of follow-ups."""

import django_tables2 as tables
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from care.models import FollowUp


def cell(template, label, order_by=(), td=""):
    """A column drawn by a template of the room; `td` names its place on the phone's card."""
    return tables.TemplateColumn(
        template_name=f"care/{template}.html",
        verbose_name=label,
        order_by=order_by or None,
        orderable=bool(order_by),
        attrs={"td": {"class": td}},
    )


class FollowUpTable(tables.Table):
    """For whom, why, by when, and what became of it."""

    tier = cell("_cell_tier", _("Tier"), ("customer__standing__tier_rank",), td="cell-lead")
    who = cell("_cell_customer", _("Customer"), ("customer__customer_no",), td="cell-title")
    due = cell("_cell_due", _("Due"), ("due_on",), td="cell-aside")
    why = cell("_cell_reason", _("Why"), td="cell-reason")
    state = cell("_cell_state", _("State"), ("state", "closed_on"))
    closed = cell("_cell_closed", _("Closed"), ("closed_on",))

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
