"""Lists of visits and objections."""

import django_tables2 as tables
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from visits.choices import HandlingStep
from visits.models import Objection, Visit


def cell(template, label, order_by=(), **options):
    """A column drawn by a template of the room; `td` names the phone card's place."""
    td = options.pop("td", "")
    return tables.TemplateColumn(
        template_name=template,
        verbose_name=label,
        order_by=order_by or None,
        orderable=bool(order_by),
        attrs={"td": {"class": td}, "th": {"class": options.pop("th", "")}},
        **options,
    )


class VisitTable(tables.Table):
    """Whom, when, what for, where it stands."""

    tier = cell("visits/_cell_tier.html", _("Tier"), ("customer__standing__tier_rank",), td="cell-lead")
    who = cell("visits/_cell_customer.html", _("Customer"), ("customer__customer_no",), td="cell-title")
    when = cell("visits/_cell_when.html", _("Day"), ("day", "planned_at"), td="cell-aside")
    purpose = cell("visits/_cell_purpose.html", _("Purpose"), td="cell-reason")
    channel = tables.Column(verbose_name=_("Where"), attrs={"td": {"class": "cell-hide"}})
    by = tables.Column(
        accessor="by__name", verbose_name=_("By"), order_by=("by__staff_no",), attrs={"td": {"class": "cell-hide"}}
    )
    status = cell("visits/_cell_status.html", _("Status"), ("status",))
    action = cell("visits/_cell_action.html", "", td="cell-actions")

    empty_icon = "calendar-event"
    empty_title = _("No visits yet")
    empty_hint = _("Plan the first one: choose a customer, offer two times, prepare.")
    caption = _("Visits, those that need recording first")

    class Meta:
        model = Visit
        fields = []
        sequence = ["tier", "who", "when", "purpose", "channel", "by", "status", "action"]

    def __init__(self, *args, may_write, **kwargs):
        super().__init__(*args, **kwargs)
        self.may_write = may_write
        if may_write:
            self.empty_url, self.empty_action = reverse("visits:add"), _("Plan a visit")
        else:
            self.columns.hide("action")


class ObjectionTable(tables.Table):
    """What was said, by whom, how far the answer is."""

    tier = cell("visits/_cell_tier.html", _("Tier"), ("customer__standing__tier_rank",), td="cell-lead")
    words = cell("visits/_cell_words.html", _("Objection"), td="cell-title")
    outcome = cell("visits/_cell_outcome.html", _("Outcome"), ("outcome",), td="cell-aside")
    who = cell("visits/_cell_customer_link.html", _("Customer"), ("customer__customer_no",))
    kind = tables.Column(verbose_name=_("Kind"))
    steps = tables.Column(verbose_name=_("Steps"), orderable=False, empty_values=())
    at_stake = cell("visits/_cell_stake.html", _("At stake"), ("at_stake",), td="num", th="num")
    raised_on = cell("visits/_cell_raised.html", _("Raised on"), ("raised_on",))
    by = tables.Column(
        accessor="by__name", verbose_name=_("By"), order_by=("by__staff_no",), attrs={"td": {"class": "cell-hide"}}
    )

    empty_icon = "messages"
    empty_title = _("No objections yet")
    empty_hint = _("Write them down with a visit, or add one here: answers that worked help the next colleague.")
    caption = _("Objections, the latest first")

    class Meta:
        model = Objection
        fields = []

    def __init__(self, *args, may_write, **kwargs):
        super().__init__(*args, **kwargs)
        if may_write:
            self.empty_url, self.empty_action = reverse("visits:objection_add"), _("Add an objection")

    def render_steps(self, record):
        """How many of the five steps were taken."""
        return f"{len(record.steps)}/{len(HandlingStep)}"
