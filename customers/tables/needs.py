"""Needs of a book."""

import django_tables2 as tables
from django.db.models import F
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from customers.models import Need
from customers.tables.of_customer import OfCustomerTable
from customers.tables.pages import PER_PAGE
from staff.templatetags.crm import day_tag, money_tag, near_tag


class NeedTable(OfCustomerTable):
    """Needs of a book, those wanted first on top."""

    need = tables.TemplateColumn(
        template_name="customers/_cell_need.html",
        verbose_name=gettext_lazy("Need"),
        order_by=("dimension", "pk"),
        attrs={"td": {"class": "cell-reason"}},
    )
    amount = tables.Column(
        verbose_name=gettext_lazy("Amount (yuan)"),
        order_by=("amount", "pk"),
        attrs={"th": {"class": "num"}, "td": {"class": "num cell-aside"}},
        empty_values=(),
    )
    wanted_by = tables.Column(verbose_name=gettext_lazy("By when"), attrs={"td": {"class": "nowrap"}}, empty_values=())
    found_on = tables.Column(
        verbose_name=gettext_lazy("Found on"),
        order_by=("found_on", "pk"),
        attrs={"td": {"class": "nowrap cell-hide"}},
    )
    status = tables.Column(order_by=("status", "pk"), attrs={"td": {"class": "nowrap"}})

    class Meta:
        model = Need
        fields = ()
        sequence = ("tier", "who", "need", "amount", "wanted_by", "found_on", "status", "manager")
        order_by = "wanted_by"
        per_page = PER_PAGE

    empty_icon = "target"
    empty_title = gettext_lazy("No open needs")
    empty_hint = gettext_lazy("Ask what customers save for, invest in, plan and spend on, and note it on their page.")
    caption = gettext_lazy("Needs, those wanted first on top")

    def render_amount(self, value):
        return money_tag(value)

    def render_wanted_by(self, record):
        if record.wanted_by is None:
            return record.horizon or format_html('<span class="unknown">{}</span>', "—")
        late = (
            format_html(' <span class="state state-bad">{}</span>', _("overdue"))
            if record.is_overdue(self.today)
            else ""
        )
        return format_html("{}{}", near_tag(record.wanted_by, self.today), late)

    def render_found_on(self, value):
        return day_tag(value, self.today)

    def render_status(self, record):
        day = record.met_on or record.dropped_on
        return format_html("{} {}", record.get_status_display(), day_tag(day, self.today) if day else "")

    def order_wanted_by(self, queryset, is_descending):
        """Those without a day stand last in both directions."""
        key = F("wanted_by").desc(nulls_last=True) if is_descending else F("wanted_by").asc(nulls_last=True)
        return queryset.order_by(key, "pk"), True
