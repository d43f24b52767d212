"""The list of moves."""

import django_tables2 as tables
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from staff.tables import MOST_COUNTED, CappedPaginator
from tiering.models import Movement, Override, Publication, RightUse


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
    empty_hint = _("Customers are tiered every night; what changes is written here.")

    class Meta:
        model = Movement
        fields = ["customer", "move", "scheme", "value", "on", "reason", "manager"]
        order_by = "-on"


class OverrideTable(tables.Table):
    """Placings by hand: whose, which tier, why, until when, and where each stands."""

    customer = tables.TemplateColumn(
        '<a href="{{ record.customer.get_absolute_url }}">{{ record.customer.name }}</a>'
        '<span class="cell-note">{{ record.customer.customer_no }}</span>',
        verbose_name=_("Customer"),
        order_by=("customer__customer_no",),
        attrs={"td": {"class": "cell-title"}},
    )
    move = tables.TemplateColumn(
        template_name="tiering/_override_move.html",
        verbose_name=pgettext_lazy("between tiers", "Move"),
        orderable=False,
        attrs={"td": {"class": "cell-aside nowrap"}},
    )
    reason = tables.Column(orderable=False, attrs={"td": {"class": "cell-reason"}})
    ends_on = tables.TemplateColumn("{% load crm %}{% day_tag record.ends_on request.today %}", verbose_name=_("Until"))
    proposed_on = tables.TemplateColumn(
        "{% load crm %}{% day_tag record.proposed_on request.today %}"
        '<span class="cell-note">{{ record.proposed_by.name }}</span>',
        verbose_name=_("Proposed"),
    )
    state = tables.TemplateColumn(template_name="tiering/_override_state.html", verbose_name=_("State"))
    actions = tables.TemplateColumn(
        template_name="tiering/_override_actions.html",
        verbose_name="",
        orderable=False,
        attrs={"td": {"class": "cell-actions"}},
    )

    caption = _("Placings by hand")
    empty_icon, empty_title = "pin", _("Nobody is placed by hand")
    empty_hint = _(
        "Where the rules do not see what you know, open the customer's tiers and propose a tier with a reason."
    )

    class Meta:
        model = Override
        fields = ["customer", "move", "reason", "ends_on", "proposed_on", "state", "actions"]


class MemberPaginator(CappedPaginator):
    """Takes the count from the table, which has needed it for its order."""

    @cached_property
    def _counted(self):
        return self.object_list.table.counted


VALUE = '{%% include "tiering/_value.html" with value=record.%s money=record.money only %%}'
CUSTOMER = (
    '<a href="{{ record.get_absolute_url }}">{{ record.name }}</a>'
    '<span class="cell-note">{{ record.customer_no }}</span>'
)


class CountedTable(tables.Table):
    """Counts keys alone: what a row shows costs nothing while it is only counted."""

    @cached_property
    def counted(self):
        """Rows, counted to one beyond the most."""
        return self.data.data.order_by().values("pk")[: MOST_COUNTED + 1].count()

    @property
    def long(self):
        """More rows than are counted: nobody waits until so many are sorted by a column without an index."""
        return self.counted > MOST_COUNTED


class MemberTable(CountedTable):
    """Who stands behind a number: tier on the first day and on the last, value, assets, last move, manager."""

    name = tables.TemplateColumn(
        CUSTOMER,
        verbose_name=_("Customer"),
        order_by=("customer_no",),
        attrs={"td": {"class": "cell-title"}},
    )
    left = tables.TemplateColumn(
        '{% include "components/tier.html" with tier=record.left rank=record.left_rank only %}',
        verbose_name=_("Then"),
        order_by=("left_rank", "pk"),
    )
    reached = tables.TemplateColumn(
        '{% include "components/tier.html" with tier=record.reached rank=record.reached_rank only %}',
        verbose_name=_("Later"),
        order_by=("reached_rank", "pk"),
        attrs={"td": {"class": "cell-aside"}},
    )
    value = tables.TemplateColumn(
        VALUE % "placed_value",
        verbose_name=_("Value today"),
        order_by=("placed_value", "pk"),
        attrs={"th": {"class": "num"}, "td": {"class": "num"}},
    )
    assets = tables.TemplateColumn(
        "{% load crm %}{% money_tag record.standing.asset_total %}",
        verbose_name=_("Assets (yuan)"),
        order_by=("standing__asset_total", "pk"),
        attrs={"th": {"class": "num"}, "td": {"class": "num"}},
    )
    reason = tables.TemplateColumn(
        "{% load crm %}{% if record.reason %}{{ record.reason_words }}"
        '<span class="cell-note">{% day_tag record.moved_on request.today %}</span>{% endif %}',
        verbose_name=_("Last move"),
        order_by=("moved_on", "pk"),
        attrs={"td": {"class": "cell-reason"}},
    )
    manager = tables.Column(accessor="manager__name", verbose_name=_("Manager"), order_by=("manager__staff_no", "pk"))

    long_order = ("name",)
    caption = _("Customers")
    empty_icon, empty_title = "users", _("Nobody stood here")
    empty_hint = _("No customer of this scope was in these tiers on these days.")

    class Meta:
        fields = ["name", "left", "reached", "value", "assets", "reason", "manager"]
        order_by = "-assets"


class WatchTable(CountedTable):
    """Who steps down and when, what is missing to keep the tier, and whose they are."""

    name = tables.TemplateColumn(
        CUSTOMER,
        verbose_name=_("Customer"),
        order_by=("customer_no",),
        attrs={"td": {"class": "cell-title"}},
    )
    code = tables.TemplateColumn(
        '{% include "components/tier.html" with tier=record.code rank=record.rank only %}',
        verbose_name=_("Tier"),
        order_by=("rank", "watch_until", "pk"),
        attrs={"td": {"class": "cell-lead"}},
    )
    measured = tables.TemplateColumn(
        '{% include "components/tier.html" with tier=record.measured rank=record.measured_rank only %}',
        verbose_name=_("Measured today"),
        order_by=("measured_rank", "pk"),
    )
    value = tables.TemplateColumn(
        VALUE % "value",
        verbose_name=_("Value"),
        order_by=("value", "pk"),
        attrs={"th": {"class": "num"}, "td": {"class": "num"}},
    )
    missing = tables.TemplateColumn(
        VALUE % "missing",
        verbose_name=_("Missing to keep it"),
        orderable=False,
        attrs={"th": {"class": "num"}, "td": {"class": "num cell-aside"}},
    )
    watch_from = tables.TemplateColumn(
        "{% load crm %}{% day_tag record.watch_from request.today %}",
        verbose_name=_("Below since"),
        order_by=("watch_from", "pk"),
    )
    watch_until = tables.TemplateColumn(
        "{% load crm %}{% near_tag record.watch_until request.today %}",
        verbose_name=_("Steps down on"),
        order_by=("watch_until", "pk"),
    )
    assets = tables.TemplateColumn(
        "{% load crm %}{% money_tag record.standing.asset_total %}",
        verbose_name=_("Assets (yuan)"),
        order_by=("standing__asset_total", "pk"),
        attrs={"th": {"class": "num"}, "td": {"class": "num"}},
    )
    manager = tables.Column(accessor="manager__name", verbose_name=_("Manager"), order_by=("manager__staff_no", "pk"))

    long_order = ("watch_until",)
    caption = _("Customers under watch")
    empty_icon, empty_title = "eye", _("Nobody is under watch")
    empty_hint = _("Who falls below a tier keeps it for a while and stands here until then, with what is missing.")

    class Meta:
        fields = ["code", "name", "measured", "value", "missing", "watch_from", "watch_until", "assets", "manager"]
        order_by = "watch_until"


class WorthTable(CountedTable):
    """What customers bring, what serving them costs, and what is left, beside the tier in force."""

    name = tables.TemplateColumn(
        CUSTOMER % {"path": ".customer"},
        verbose_name=_("Customer"),
        order_by=("customer__customer_no",),
        attrs={"td": {"class": "cell-title"}},
    )
    tier = tables.TemplateColumn(
        "{% load tiers %}{% tier_sign record.place.code record.place.rank today=request.today"
        " until=record.place.override.ends_on pinned=record.place.override_id %}",
        verbose_name=_("Tier"),
        orderable=False,
        attrs={"td": {"class": "cell-lead"}},
    )
    contribution = tables.TemplateColumn(
        "{% load crm %}{% money_tag record.contribution %}",
        verbose_name=_("Income less cost"),
        order_by=("contribution_fen", "pk"),
        attrs={"th": {"class": "num"}, "td": {"class": "num"}},
    )
    service = tables.TemplateColumn(
        "{% load crm %}{% money_tag record.service_cost %}",
        verbose_name=_("Cost of service"),
        order_by=("service_cost_fen", "pk"),
        attrs={"th": {"class": "num"}, "td": {"class": "num"}},
    )
    net = tables.TemplateColumn(
        "{% load crm %}{% money_tag record.net %}",
        verbose_name=pgettext_lazy("of income", "Left"),
        order_by=("net_fen", "pk"),
        attrs={"th": {"class": "num"}, "td": {"class": "num cell-aside"}},
    )
    contacts = tables.TemplateColumn(
        "{% load crm %}{{ record.contacts|count }}",
        verbose_name=_("Contacts in twelve months"),
        order_by=("contacts", "pk"),
        attrs={"th": {"class": "num"}, "td": {"class": "num"}},
    )
    assets = tables.TemplateColumn(
        "{% load crm %}{% money_tag record.customer.standing.asset_total %}",
        verbose_name=_("Assets (yuan)"),
        order_by=("assets_fen", "pk"),
        attrs={"th": {"class": "num"}, "td": {"class": "num"}},
    )
    manager = tables.Column(accessor="customer__manager__name", verbose_name=_("Manager"), orderable=False)

    long_order = ("net",)
    caption = _("Customers by what is left")
    empty_icon, empty_title = "scale", _("Nobody stands here")
    empty_hint = _("No customer of this scope is on this side.")

    class Meta:
        fields = ["name", "tier", "net", "contribution", "service", "contacts", "assets", "manager"]
        order_by = "net"


class RightUseTable(tables.Table):
    """Rights used: whose, which, when, and who gave it."""

    customer = tables.TemplateColumn(
        '<a href="{{ record.customer.get_absolute_url }}">{{ record.customer.name }}</a>'
        '<span class="cell-note">{{ record.customer.customer_no }}</span>',
        verbose_name=_("Customer"),
        order_by=("customer__customer_no",),
        attrs={"td": {"class": "cell-title"}},
    )
    right = tables.TemplateColumn(
        '{{ record.right.label }}<span class="cell-note">{{ record.right.package.label }}</span>',
        order_by=("right__code",),
    )
    used_on = tables.TemplateColumn("{% load crm %}{% day_tag record.used_on request.today %}")
    by = tables.Column(accessor="by__name", verbose_name=_("Given by"), order_by=("by__name",))
    note = tables.Column(orderable=False, attrs={"td": {"class": "cell-reason"}})
    manager = tables.Column(
        accessor="customer__manager__name", verbose_name=_("Manager"), order_by=("customer__manager__staff_no",)
    )

    caption = _("Rights used")
    empty_icon, empty_title = "gift", _("No right has been used yet")
    empty_hint = _("Open a customer and note there what was used of the services of the tier.")

    class Meta:
        model = RightUse
        fields = ["customer", "right", "used_on", "by", "note", "manager"]
        order_by = "-used_on"


class MoverTable(tables.Table):
    """Who would move under a version of a sheet; rows have a name only for those who see customers."""

    customer = tables.TemplateColumn(
        '{% if record.url %}<a href="{{ record.url }}">{{ record.name }}</a>'
        '<span class="cell-note">{{ record.number }}</span>{% else %}{{ record.number }}{% endif %}',
        accessor="number",
        verbose_name=_("Customer"),
        attrs={"td": {"class": "cell-title"}},
    )
    left = tables.TemplateColumn(
        '{% include "components/tier.html" with tier=record.from_code rank=record.from_rank only %}',
        verbose_name=_("From"),
    )
    reached = tables.TemplateColumn(
        "{% load i18n %}{% if record.to_rank and record.from_rank %}{% if record.to_rank < record.from_rank %}"
        '<span class="move-up">▲<span class="visually-hidden"> {% translate "up" context "change" %}</span></span> '
        '{% elif record.to_rank > record.from_rank %}<span class="move-down">▼<span class="visually-hidden"> '
        '{% translate "down" context "change" %}</span></span> {% endif %}{% endif %}'
        '{% include "components/tier.html" with tier=record.to_code rank=record.to_rank only %}',
        verbose_name=pgettext_lazy("tier", "To"),
        attrs={"td": {"class": "cell-aside nowrap"}},
    )
    before = tables.TemplateColumn(
        "{% load crm %}{{ record.before|count }}",
        verbose_name=_("Points before"),
        attrs={"th": {"class": "num"}, "td": {"class": "num"}},
    )
    after = tables.TemplateColumn(
        "{% load crm %}{{ record.after|count }}",
        verbose_name=_("Points after"),
        attrs={"th": {"class": "num"}, "td": {"class": "num"}},
    )
    assets = tables.TemplateColumn(
        "{% load crm %}{% money_tag record.assets %}",
        verbose_name=_("Assets (yuan)"),
        attrs={"th": {"class": "num"}, "td": {"class": "num"}},
    )
    reason = tables.TemplateColumn(
        "{{ record.reason_words }}", orderable=False, verbose_name=_("Reason"), attrs={"td": {"class": "cell-reason"}}
    )
    branch = tables.Column(verbose_name=_("Branch"))
    manager = tables.Column(verbose_name=_("Manager"))

    caption = _("Who would move")
    empty_icon, empty_title = "arrows-exchange", _("Nobody would move")
    empty_hint = _("With this version in force today every customer of this scope keeps the tier.")

    class Meta:
        order_by = "-assets"


class PublicationTable(tables.Table):
    """Versions put in force: of which sheet, when, why, by whom, what they moved, and whether they were taken back."""

    sheet = tables.TemplateColumn(
        '<a href="{% url "tiering:preview" record.sheet.public_id %}">{{ record.sheet }}</a>'
        '<span class="cell-note">{{ record.sheet.code }}</span>',
        verbose_name=_("Version"),
        order_by=("sheet__code", "sheet__version"),
        attrs={"td": {"class": "cell-title"}},
    )
    on = tables.TemplateColumn("{% load crm %}{% day_tag record.on request.today %}")
    reason = tables.Column(orderable=False, attrs={"td": {"class": "cell-reason"}})
    published_by = tables.TemplateColumn(
        template_name="tiering/_publication_people.html", verbose_name=_("By"), order_by=("published_by__name",)
    )
    moved = tables.TemplateColumn(
        template_name="tiering/_publication_moved.html",
        verbose_name=_("Moved"),
        orderable=False,
        attrs={"th": {"class": "num"}, "td": {"class": "num"}},
    )
    state = tables.TemplateColumn(
        template_name="tiering/_publication_state.html", verbose_name=_("State"), orderable=False
    )

    caption = _("Publications")
    empty_icon, empty_title = "history", _("No version has been published yet")
    empty_hint = _(
        "What ships with the product is in force. A draft that is published stands here, and can be taken back."
    )

    class Meta:
        model = Publication
        fields = ["sheet", "on", "reason", "published_by", "moved", "state"]
