"""Money that moved."""

import django_tables2 as tables
from django.utils.html import format_html
from django.utils.translation import gettext_lazy

from customers.models import CashFlow
from staff.templatetags.crm import day_tag, money_tag


class CashFlowTable(tables.Table):
    """Money that came in and went out, newest first."""

    booked_on = tables.Column(
        verbose_name=gettext_lazy("Day"), order_by=("booked_on", "pk"), attrs={"td": {"class": "nowrap"}}
    )
    memo = tables.Column(orderable=False, attrs={"td": {"class": "cell-title"}}, empty_values=())
    counterparty_bank = tables.Column(verbose_name=gettext_lazy("Other bank"), orderable=False)
    amount = tables.Column(
        verbose_name=gettext_lazy("Amount (yuan)"),
        order_by=("amount", "pk"),
        attrs={"th": {"class": "num"}, "td": {"class": "num cell-aside"}},
    )

    class Meta:
        model = CashFlow
        fields = ()
        sequence = ("booked_on", "memo", "counterparty_bank", "amount")

    empty_icon = "arrows-exchange"
    empty_title = gettext_lazy("No cash flows on file")
    empty_hint = gettext_lazy("They come with the cashflows file of the core system's extract.")

    def __init__(self, *args, today, **kwargs):
        self.today = today
        super().__init__(*args, **kwargs)

    def render_booked_on(self, value):
        return day_tag(value, self.today)

    def render_memo(self, record):
        return record.memo or record.get_direction_display()

    def render_amount(self, record):
        sign = "+" if record.direction == "in" else "−"
        word = record.get_direction_display()
        return format_html('<span class="visually-hidden">{}</span>{}{}', word, sign, money_tag(record.amount))
