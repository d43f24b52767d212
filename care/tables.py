"""The lists of follow-ups, and of customers on the operating ladder."""

import django_tables2 as tables
from django.core.paginator import Paginator
from django.template.loader import get_template
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from care.choices import STEPS, Rung
from care.models import FollowUp
from customers.models import Customer
from customers.tables import DEEPEST_PAGE
from staff.templatetags.crm import near_tag


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
    empty_hint = _("Maturities and birthdays come here by themselves every night; add reminders of your own.")

    class Meta:
        model = FollowUp
        fields = []
        sequence = ["tier", "who", "why", "due", "state", "closed"]

    def __init__(self, *args, may_write, **kwargs):
        super().__init__(*args, **kwargs)
        if may_write:
            self.empty_url, self.empty_action = reverse("care:add"), _("Add a reminder")


class CountedPaginator(Paginator):
    """Pages of rows whose number (`known`) is at hand already; none beyond the deepest that anybody reads."""

    def __init__(self, *args, known, **kwargs):
        super().__init__(*args, **kwargs)
        self.count = known

    @cached_property
    def num_pages(self):
        """Pages that can be asked for."""
        return min(super().num_pages, DEEPEST_PAGE)


class LadderTable(tables.Table):
    """Customers with their rung of the operating ladder and what takes them one further."""

    tier = PartColumn(
        "care/_cell_standing.html", _("Tier"), ("standing__tier_rank", "-standing__asset_total", "pk"), td="cell-lead"
    )
    name = tables.Column(_("Customer"), order_by=("name", "pk"), attrs={"td": {"class": "cell-title"}})
    manager = tables.Column(_("Relationship manager"), order_by=("manager__staff_no", "pk"))
    rung = tables.Column(
        _("Rung"),
        accessor="standing__operating_rung",
        order_by=("standing__operating_rung", "pk"),
        attrs={"td": {"class": "nowrap"}},
    )
    step = tables.Column(
        _("One rung further"),
        accessor="standing__operating_rung",
        orderable=False,
        attrs={"td": {"class": "cell-reason"}},
    )
    last_contact = tables.Column(
        _("Last contact"), accessor="standing__last_contact", attrs={"td": {"class": "nowrap"}}
    )
    contacts = tables.Column(
        _("Contacts"),
        accessor="standing__contacts",
        order_by=("standing__contacts", "pk"),
        attrs={"th": {"class": "num"}, "td": {"class": "num"}},
    )

    caption = _("Customers on the operating ladder")
    embedded = False
    empty_icon, empty_title = "stairs-up", _("Nobody stands here")
    empty_hint = _("Look at another rung, or at all of them.")

    class Meta:
        model = Customer
        fields = []
        sequence = ["tier", "name", "manager", "rung", "step", "last_contact", "contacts"]

    def __init__(self, *args, with_manager, **kwargs):
        super().__init__(*args, exclude=() if with_manager else ("manager",), **kwargs)

    def render_name(self, record):
        """The name with the number, leading to how far it goes."""
        return format_html(
            '<a href="{}#ladder">{}</a><span class="cell-note">{}</span>',
            record.get_absolute_url(),
            record.name,
            record.customer_no,
        )

    def render_rung(self, value):
        """The number and the name of the rung."""
        return f"{value} {Rung(value).label}"

    def render_step(self, value):
        """What to do next."""
        return STEPS.get(Rung(value) + 1, "—")

    def render_last_contact(self, value):
        """How long ago, with the day."""
        return near_tag(value, self.request.today)
