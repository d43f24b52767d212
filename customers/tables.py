"""Lists of customers and of the money that moved."""

import django_tables2 as tables
from django.core.paginator import EmptyPage, Paginator
from django.db.models import F
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from customers.models import CashFlow, Customer
from customers.templatetags.tiers import standing_tier
from staff.templatetags.crm import day_tag, format_money, icon, money_tag, near_tag

PER_PAGE = 30
# Nobody reads further, and the database must not count or skip more.
DEEPEST_PAGE = 200
MOST_COUNTED = 10_000
NUMBER = {"th": {"class": "num"}, "td": {"class": "num"}}


class TooDeep(EmptyPage):
    """A page beyond the deepest one: the filter should be narrowed instead."""


class CappedPaginator(Paginator):
    """Counts to 10,000 and no further (`capped`); with the count comes the sum of assets, in one query."""

    @cached_property
    def _totals(self):
        return self.object_list.data.data.capped_totals(MOST_COUNTED)

    @cached_property
    def count(self):
        """Rows of the result, at most 10,000."""
        return min(self._totals["rows"], MOST_COUNTED)

    @cached_property
    def num_pages(self):
        """Pages that can be asked for."""
        return min(super().num_pages, DEEPEST_PAGE)

    @property
    def capped(self):
        """There are more rows than were counted."""
        return self._totals["rows"] > MOST_COUNTED

    @property
    def assets(self):
        """Assets of the whole result in yuan; None when it was not counted to its end."""
        return None if self.capped else self._totals["assets"]

    def validate_number(self, number):
        """Refuse pages nobody reads before the database skips that far."""
        text = str(number)
        if text.isascii() and text.isdigit() and (len(text) > len(str(DEEPEST_PAGE)) or int(text) > DEEPEST_PAGE):
            raise TooDeep
        return super().validate_number(number)


class CustomerTable(tables.Table):
    """Customers as the branch looks at them; which columns show is the person's choice. `today` is the bank day."""

    tier = tables.Column(
        accessor="standing__tier",
        verbose_name=gettext_lazy("Tier"),
        order_by=("standing__tier_rank", "-standing__asset_total", "pk"),
        attrs={"td": {"class": "cell-lead"}},
        empty_values=(),
    )
    name = tables.Column(
        verbose_name=gettext_lazy("Customer"), order_by=("name", "pk"), attrs={"td": {"class": "cell-title"}}
    )
    phone = tables.Column(
        accessor="masked_mobile", verbose_name=gettext_lazy("Phone"), orderable=False, attrs={"td": {"class": "nowrap"}}
    )
    asset_tier = tables.Column(
        accessor="standing__asset_tier",
        verbose_name=gettext_lazy("Asset tier"),
        order_by=("standing__asset_rank", "-standing__asset_total", "pk"),
        attrs={"td": {"class": "cell-hide"}},
    )
    contribution_tier = tables.Column(
        accessor="standing__contribution_tier",
        verbose_name=gettext_lazy("Contribution tier"),
        order_by=("standing__contribution_rank", "pk"),
    )
    loyalty_tier = tables.Column(
        accessor="standing__loyalty_tier",
        verbose_name=gettext_lazy("Loyalty rung"),
        order_by=("standing__loyalty_rank", "pk"),
    )
    assets = tables.Column(
        accessor="standing__asset_total",
        verbose_name=gettext_lazy("Assets (yuan)"),
        order_by=("standing__asset_total", "pk"),
        attrs={"th": {"class": "num"}, "td": {"class": "num cell-aside"}},
    )
    loans = tables.Column(
        accessor="standing__loan_total",
        verbose_name=gettext_lazy("Loans (yuan)"),
        order_by=("standing__loan_total", "pk"),
        attrs=NUMBER,
    )
    next_maturity = tables.Column(
        accessor="standing__next_maturity",
        verbose_name=gettext_lazy("Next maturity"),
        attrs={"td": {"class": "nowrap"}},
    )
    last_contact = tables.Column(
        accessor="standing__last_contact", verbose_name=gettext_lazy("Last contact"), attrs={"td": {"class": "nowrap"}}
    )
    followups = tables.Column(
        accessor="standing__open_followups",
        verbose_name=gettext_lazy("Open follow-ups"),
        order_by=("standing__open_followups", "pk"),
        attrs={"th": {"class": "num"}, "td": {"class": "num cell-hide"}},
    )
    score = tables.Column(
        accessor="standing__score", verbose_name=gettext_lazy("Score"), order_by=("standing__score", "pk"), attrs=NUMBER
    )
    holdings = tables.Column(
        accessor="standing__holding_count",
        verbose_name=gettext_lazy("Open holdings"),
        order_by=("standing__holding_count", "pk"),
        attrs=NUMBER,
    )
    opened_on = tables.Column(verbose_name=gettext_lazy("Customer since"), attrs={"td": {"class": "nowrap"}})
    manager = tables.Column(
        verbose_name=gettext_lazy("Manager"), order_by=("manager__name", "pk"), attrs={"td": {"class": "nowrap"}}
    )
    branch = tables.Column(
        verbose_name=gettext_lazy("Branch"), order_by=("branch__path", "pk"), attrs={"td": {"class": "nowrap"}}
    )

    # What stands there until a person chooses otherwise; tier and name always stand.
    ALWAYS = ("tier", "name")
    USUAL = ("phone", "asset_tier", "assets", "next_maturity", "last_contact", "followups")
    USUAL_OF_MANY = (*USUAL, "manager")

    class Meta:
        model = Customer
        fields = ()
        sequence = (
            *("tier", "name", "phone", "asset_tier", "contribution_tier", "loyalty_tier", "score", "assets", "loans"),
            *("holdings", "next_maturity", "last_contact", "followups", "opened_on", "manager", "branch"),
        )
        order_by = "tier"
        per_page = PER_PAGE

    empty_icon = "users"
    empty_title = gettext_lazy("No customers yet")
    empty_hint = gettext_lazy("Customers come with the nightly extract of the core system, or are added by hand.")

    def __init__(self, *args, today, shown, tier_names, may_add=False, **kwargs):
        self.today, self.shown, self.tier_names = today, shown, tier_names
        if may_add:
            self.empty_url, self.empty_action = reverse("customers:add"), _("Add a customer")
        hidden = [name for name in self.base_columns if name not in {*self.ALWAYS, *shown}]
        super().__init__(*args, exclude=hidden, **kwargs)

    @property
    def note(self):
        """Beside the count: what all these customers have with us."""
        if self.paginator.capped:
            return _("Narrow the filter to see the sum of assets.")
        return _("Assets together: %(sum)s") % {"sum": format_money(self.paginator.assets)}

    @classmethod
    def choices(cls, shown):
        """Columns that can be chosen: name, heading, whether it stands."""
        return [
            {"name": name, "label": cls.base_columns[name].verbose_name, "on": name in shown}
            for name in cls._meta.sequence
            if name not in cls.ALWAYS
        ]

    def render_tier(self, record):
        return standing_tier(record.standing, self.today)

    def render_asset_tier(self, value):
        return self.tier_names.get("asset_tier", {}).get(value, value)

    def render_contribution_tier(self, value):
        return self.tier_names.get("contribution_tier", {}).get(value, value)

    def render_loyalty_tier(self, value):
        return self.tier_names.get("loyalty_tier", {}).get(value, value)

    def render_name(self, record):
        band = ""
        if record.restricted:
            band = format_html(" {}", icon("ban", "icon-inline text-danger", _("On the restricted list")))
        kind = "" if record.is_individual else format_html(" {}", icon("building", "icon-inline", _("Organisation")))
        return format_html(
            '<a href="{}">{}</a>{}{}<span class="cell-note">{}</span>',
            record.get_absolute_url(),
            record.name,
            kind,
            band,
            record.customer_no,
        )

    def render_assets(self, value):
        return money_tag(value)

    render_loans = render_assets

    def render_next_maturity(self, value):
        return near_tag(value, self.today)

    render_last_contact = render_next_maturity

    def render_opened_on(self, value):
        return day_tag(value, self.today)

    def _nulls_last(self, queryset, column, descending):
        key = F(column).desc(nulls_last=True) if descending else F(column).asc(nulls_last=True)
        return queryset.order_by(key, "pk"), True

    def order_next_maturity(self, queryset, is_descending):
        """Unknown days stand last in both directions."""
        return self._nulls_last(queryset, "standing__next_maturity", is_descending)

    def order_last_contact(self, queryset, is_descending):
        """Unknown days stand last in both directions."""
        return self._nulls_last(queryset, "standing__last_contact", is_descending)

    def order_opened_on(self, queryset, is_descending):
        """Unknown days stand last in both directions."""
        return self._nulls_last(queryset, "opened_on", is_descending)


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
        arrow = "arrow-down" if record.direction == "in" else "arrow-up"
        return format_html(
            "{} {}", icon(arrow, "icon-inline", record.get_direction_display()), money_tag(record.amount)
        )
