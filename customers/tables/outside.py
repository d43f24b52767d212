"""Holdings at other banks."""

import django_tables2 as tables
from django.db.models import F
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from customers.models import OutsideHolding
from customers.tables.of_customer import OfCustomerTable
from customers.tables.pages import PER_PAGE
from staff.templatetags.crm import day_tag, money_tag, near_tag


class OutsideTable(OfCustomerTable):
    """Holdings at other banks, the next to end first."""

    bank = tables.Column(
        verbose_name=gettext_lazy("Where and what"), order_by=("bank", "pk"), attrs={"td": {"class": "cell-reason"}}
    )
    amount = tables.Column(
        verbose_name=gettext_lazy("Amount (yuan)"),
        order_by=("amount", "pk"),
        attrs={"th": {"class": "num"}, "td": {"class": "num cell-aside"}},
        empty_values=(),
    )
    matures_on = tables.Column(verbose_name=gettext_lazy("Ends there"), attrs={"td": {"class": "nowrap"}})
    found_on = tables.Column(
        verbose_name=gettext_lazy("Known on"), order_by=("found_on", "pk"), attrs={"td": {"class": "nowrap"}}
    )
    share = tables.Column(
        accessor="customer__standing__wallet_share",
        verbose_name=gettext_lazy("Our share of the wallet"),
        order_by=("customer__standing__wallet_share", "pk"),
        attrs={"th": {"class": "num"}, "td": {"class": "num cell-hide"}},
    )

    class Meta:
        model = OutsideHolding
        fields = ()
        sequence = ("tier", "who", "bank", "amount", "matures_on", "found_on", "share", "manager")
        order_by = "matures_on"
        per_page = PER_PAGE

    empty_icon = "building-bank"
    empty_title = gettext_lazy("Nothing on file about other banks")
    empty_hint = gettext_lazy("Ask what they have elsewhere and note it on the customer page, under Holdings.")
    caption = gettext_lazy("Holdings at other banks, the next to end first")
    together = gettext_lazy("Known assets together: %(sum)s")

    def render_bank(self, record):
        return f"{record.bank} · {record.get_category_display()}"

    def render_amount(self, record):
        return outside_amount(record)

    def render_matures_on(self, value):
        return near_tag(value, self.today)

    def render_found_on(self, record):
        old = (
            format_html(' <span class="state state-bad">{}</span>', _("ask again"))
            if record.is_stale(self.today)
            else ""
        )
        return format_html("{}{}", day_tag(record.found_on, self.today), old)

    def render_share(self, value):
        return f"{value}%"

    def order_matures_on(self, queryset, is_descending):
        """Those without an end stand last in both directions."""
        key = F("matures_on").desc(nulls_last=True) if is_descending else F("matures_on").asc(nulls_last=True)
        return queryset.order_by(key, "pk"), True


def outside_amount(holding):
    """The amount of a holding elsewhere: roughly, when nobody knows it to the yuan; unknown is a dash."""
    roughly = f"{_('about')} " if holding.approximate and holding.amount is not None else ""
    return format_html("{}{}", roughly, money_tag(holding.amount))
