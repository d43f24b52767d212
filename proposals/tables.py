"""The list of proposals."""

import django_tables2 as tables
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from proposals.models import Proposal


class ProposalTable(tables.Table):
    """Title, for whom, where it stands, since when, by whom."""

    title = tables.TemplateColumn(
        '<a href="{{ record.get_absolute_url }}">{{ record.title }}</a>', attrs={"td": {"class": "cell-title"}}
    )
    customer = tables.TemplateColumn(
        '{% load crm %}<a href="{{ record.customer.get_absolute_url }}">{{ record.customer.name }}</a>',
        order_by=("customer__customer_no",),
    )
    status = tables.TemplateColumn(template_name="proposals/_status.html", attrs={"td": {"class": "cell-aside"}})
    amount = tables.TemplateColumn(
        "{% load crm %}{{ record.amount|money }}",
        verbose_name=_("Amount suggested"),
        attrs={"th": {"class": "num"}, "td": {"class": "num"}},
    )
    drafted_on = tables.TemplateColumn("{% load crm %}{% day_tag record.drafted_on %}")
    waiting = tables.TemplateColumn(
        "{% load crm %}{% if record.decided_on %}{{ record.decided_on|near:request.today }}"
        "{% elif record.presented_on %}{{ record.presented_on|near:request.today }}{% else %}—{% endif %}",
        verbose_name=_("Presented or decided"),
        order_by=("presented_on",),
    )
    drafted_by = tables.Column(accessor="drafted_by__name", verbose_name=_("By"))

    caption = _("Proposals")
    empty_icon, empty_title = "file-dollar", _("No proposals yet")
    empty_hint = _("Open a customer and write one from what they hold and need.")
    empty_action = _("Write a proposal")

    class Meta:
        model = Proposal
        fields = ["title", "customer", "status", "amount", "drafted_on", "waiting", "drafted_by"]
        order_by = "-drafted_on"

    @property
    def empty_url(self):
        """Where the first one is written; nothing for readers."""
        user = getattr(getattr(self, "request", None), "user", None)
        return reverse("proposals:add") if user and user.can_write else ""
