"""The list of moves."""

import django_tables2 as tables
from django.core.paginator import Paginator
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tiering.models import Movement

# Nobody reads further; counting further would cost more than the page.
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


class MovementTable(tables.Table):
    """Who moved, from which tier to which, by which scheme, when and why."""

    customer = tables.TemplateColumn(
        '<a href="{{ record.customer.get_absolute_url }}">{{ record.customer.name }}</a>',
        verbose_name=_("Customer"),
        order_by=("customer__customer_no",),
        attrs={"td": {"class": "cell-title"}},
    )
    move = tables.TemplateColumn(
        template_name="tiering/_move.html",
        verbose_name=pgettext_lazy("between tiers", "Move"),
        order_by=("to_rank", "from_rank"),
        attrs={"td": {"class": "cell-aside"}},
    )
    scheme = tables.Column(verbose_name=_("Scheme"), order_by=("scheme__position",))
    value = tables.TemplateColumn(
        template_name="tiering/_move_value.html",
        verbose_name=_("Value"),
        order_by=("to_value",),
        attrs={"th": {"class": "num"}, "td": {"class": "num"}},
    )
    on = tables.TemplateColumn("{% load crm %}{% day_tag record.on request.today %}")
    reason = tables.Column(attrs={"td": {"class": "cell-reason"}})
    manager = tables.Column(
        accessor="customer__manager__name", verbose_name=_("Manager"), order_by=("customer__manager__staff_no",)
    )

    caption = _("Moves between tiers")
    empty_icon, empty_title = "arrows-exchange", _("No moves yet")
    empty_text = _("Customers are tiered every night; what changes is written here.")

    class Meta:
        model = Movement
        fields = ["customer", "move", "scheme", "value", "on", "reason", "manager"]
        order_by = "-on"
