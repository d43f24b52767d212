"""What rows about customers have in common."""

import django_tables2 as tables
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from customers.templatetags.tiers import standing_tier
from staff.templatetags.crm import format_money


def whose(record):
    """The customer of a row, with the number below."""
    customer = record.customer
    return format_html(
        '<a href="{}">{}</a><span class="cell-note">{}</span>',
        customer.get_absolute_url(),
        customer.name,
        customer.customer_no,
    )


class OfCustomerTable(tables.Table):
    """Rows about customers: tier, name and manager as in every list. `today` is the bank day."""

    tier = tables.Column(
        accessor="customer__standing__tier",
        verbose_name=gettext_lazy("Tier"),
        order_by=("customer__standing__tier_rank", "pk"),
        attrs={"td": {"class": "cell-lead"}},
        empty_values=(),
    )
    who = tables.Column(
        accessor="customer",
        verbose_name=gettext_lazy("Customer"),
        order_by=("customer__customer_no", "pk"),
        attrs={"td": {"class": "cell-title"}},
    )
    manager = tables.Column(
        accessor="customer__manager",
        verbose_name=gettext_lazy("Manager"),
        order_by=("customer__manager__name", "pk"),
        attrs={"td": {"class": "nowrap cell-hide"}},
    )

    together = gettext_lazy("Known amounts together: %(sum)s")

    def __init__(self, *args, today, **kwargs):
        self.today = today
        super().__init__(*args, **kwargs)

    @property
    def note(self):
        """Beside the count: what all these come to."""
        if self.paginator.capped:
            return _("Narrow the filter to see the sum.")
        return self.together % {"sum": format_money(self.paginator.amount)}

    def render_tier(self, record):
        return standing_tier(record.customer.standing, self.today)

    def render_who(self, record):
        return whose(record)
