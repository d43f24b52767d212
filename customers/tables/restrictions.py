"""The restricted list."""

import django_tables2 as tables
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from customers.models import Restriction
from staff.templatetags.crm import day_tag


def _customer_cell(customer):
    """The name with the number, leading to the customer."""
    return format_html(
        '<a href="{}#contact">{}</a><span class="cell-note">{}</span>',
        customer.get_absolute_url(),
        customer.name,
        customer.customer_no,
    )


class RestrictionTable(tables.Table):
    """The restricted list: who, which list, why, from when until when, by whom (S1.3)."""

    customer = tables.Column(
        gettext_lazy("Customer"), order_by=("customer__name", "pk"), attrs={"td": {"class": "cell-title"}}
    )
    kind = tables.Column(gettext_lazy("Kind of list"), order_by=("kind", "pk"))
    reason = tables.Column(
        gettext_lazy("Reason"), orderable=False, empty_values=(), attrs={"td": {"class": "cell-reason"}}
    )
    starts_on = tables.Column(gettext_lazy("From"), order_by=("starts_on", "pk"), attrs={"td": {"class": "nowrap"}})
    ends_on = tables.Column(
        gettext_lazy("Until"), order_by=("ends_on", "pk"), empty_values=(), attrs={"td": {"class": "nowrap"}}
    )
    entered_by = tables.Column(gettext_lazy("By"), orderable=False, empty_values=())
    lift = tables.Column("", accessor="pk", orderable=False, attrs={"td": {"class": "nowrap"}})

    caption, nouns = gettext_lazy("Restricted list"), (gettext_lazy("entry"), gettext_lazy("entries"))
    embedded = False
    empty_icon, empty_title = "circle-check", gettext_lazy("Nobody stands here")
    empty_hint = gettext_lazy("Entries come with the extract, with a loaded list, or by hand.")

    class Meta:
        model = Restriction
        fields = []
        sequence = ["customer", "kind", "reason", "starts_on", "ends_on", "entered_by", "lift"]

    def __init__(self, *args, today, may_lift, **kwargs):
        super().__init__(*args, **kwargs)
        self.today, self.may_lift = today, may_lift

    def render_customer(self, record):
        """The customer, with the branch."""
        cell = _customer_cell(record.customer)
        return format_html('{}<span class="cell-note">{}</span>', cell, record.customer.branch)

    def render_kind(self, record):
        """The kind of list, with its name."""
        return format_html(
            "{}{}", record.get_kind_display(), format_html(" · {}", record.source) if record.source else ""
        )

    def render_reason(self, record):
        """Why; the core system gives none."""
        return record.reason or _("flagged without a reason")

    def render_starts_on(self, value):
        """The first day."""
        return day_tag(value, self.today)

    def render_ends_on(self, record):
        """The last day, or when and why it was lifted."""
        if record.lifted_on:
            return format_html(
                '{}<span class="cell-note">{}</span>', day_tag(record.lifted_on, self.today), record.lift_reason
            )
        return day_tag(record.ends_on, self.today) if record.ends_on else _("until lifted")

    def render_entered_by(self, record):
        """Who put them there."""
        return record.entered_by or record.get_origin_display()

    def render_lift(self, record):
        """The way off the list."""
        if record.lifted_on or not self.may_lift:
            return ""
        address = reverse("customers:restriction_lift", args=[record.public_id])
        return format_html('<a class="btn btn-sm" href="{}">{}</a>', address, _("Lift"))
