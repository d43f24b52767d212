"""Relationships that end or ended."""

import django_tables2 as tables
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from customers.models import Ending
from customers.tables.pages import NUMBER
from staff.templatetags.crm import day_tag, money_tag, near_tag


class EndingTable(tables.Table):
    """Relationships that end or ended: why, when, what was at stake, what became of it (S1.11)."""

    customer = tables.Column(
        gettext_lazy("Customer"), order_by=("customer__name", "pk"), attrs={"td": {"class": "cell-title"}}
    )
    reason = tables.Column(gettext_lazy("Reason"), order_by=("reason", "pk"), attrs={"td": {"class": "cell-reason"}})
    started_on = tables.Column(gettext_lazy("Begun"), order_by=("started_on", "pk"), attrs={"td": {"class": "nowrap"}})
    assets = tables.Column(gettext_lazy("At stake"), order_by=("assets", "pk"), attrs=NUMBER)
    outcome = tables.Column(gettext_lazy("State"), accessor="pk", orderable=False)
    win_back_on = tables.Column(
        gettext_lazy("Win back on"), order_by=("win_back_on", "pk"), attrs={"td": {"class": "nowrap"}}
    )

    caption = gettext_lazy("Endings")
    embedded = False
    empty_icon, empty_title = "heart", gettext_lazy("No relationship has ended")
    empty_hint = gettext_lazy("An ending begins on the page of a customer, under Contact.")

    class Meta:
        model = Ending
        fields = []
        sequence = ["customer", "reason", "started_on", "assets", "outcome", "win_back_on"]

    def __init__(self, *args, today, **kwargs):
        super().__init__(*args, **kwargs)
        self.today = today

    def render_customer(self, record):
        """The customer, leading to the ending."""
        return format_html(
            '<a href="{}">{}</a><span class="cell-note">{} · {}</span>',
            record.get_absolute_url(),
            record.customer.name,
            record.customer.customer_no,
            record.customer.branch,
        )

    def render_reason(self, record):
        """Why, and in whose words."""
        return format_html('{}<span class="cell-note">{}</span>', record.get_reason_display(), record.words)

    def render_started_on(self, value):
        """The day it began."""
        return day_tag(value, self.today)

    def render_assets(self, value):
        """In yuan."""
        return money_tag(value)

    def render_outcome(self, record):
        """What became of it, and when."""
        words = {
            "under_way": (_("Under way"), record.started_on, "state-warn"),
            "ended": (_("Ended"), record.ended_on, "state-bad"),
            "stayed": (_("Stayed"), record.back_on, "state-good"),
            "won_back": (_("Won back"), record.back_on, "state-good"),
        }
        label, day, tone = words[record.state]
        return format_html('<span class="state {}">{}</span> {}', tone, label, near_tag(day, self.today))

    def render_win_back_on(self, value):
        """When to try again."""
        return near_tag(value, self.today)
