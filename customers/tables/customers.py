"""The list of customers."""

from datetime import date
from decimal import Decimal

import django_tables2 as tables
from django.db.models import F
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_tables2.utils import A

from customers.models import Customer
from customers.rules import conditions
from customers.tables import pages
from customers.tables.pages import NUMBER, PER_PAGE
from customers.templatetags.owners import cover_mark
from customers.templatetags.tiers import standing_tier
from staff.tables import MOST_COUNTED
from staff.templatetags.crm import UNKNOWN, day_tag, format_money, icon, money_tag, near_tag


class CustomerTable(tables.Table):
    """Customers as the branch looks at them; which columns show is the person's choice. `today` is the bank day."""

    select = tables.Column(
        verbose_name=gettext_lazy("Select"),
        accessor="public_id",
        orderable=False,
        attrs={"th": {"class": "cell-select"}, "td": {"class": "cell-select"}},
    )
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
    ALWAYS = ("select", "tier", "name")
    USUAL = ("phone", "asset_tier", "assets", "next_maturity", "last_contact", "followups")
    USUAL_OF_MANY = (*USUAL, "manager")

    class Meta:
        model = Customer
        fields = ()
        sequence = (
            *(
                "select",
                "tier",
                "name",
                "phone",
                "asset_tier",
                "contribution_tier",
                "loyalty_tier",
                "score",
                "assets",
                "loans",
            ),
            *("holdings", "next_maturity", "last_contact", "followups", "opened_on", "manager", "branch"),
        )
        order_by = "tier"
        per_page = PER_PAGE

    # Who looks: customers seen only for a cover are marked.
    viewer = None

    empty_icon = "users"
    empty_title = gettext_lazy("No customers yet")
    empty_hint = gettext_lazy("Customers come with the nightly extract of the core system, or are added by hand.")

    # Orders that an index holds ready; by anything else nobody waits until a million rows are sorted.
    READY = frozenset({"tier", "assets", "next_maturity"})
    before_template = "customers/_list_before.html"
    after_template = "customers/_list_after.html"

    def __init__(self, data, *, today, shown, tier_names, extra=(), writes=False, order_by=None, one_tier=False):
        """`shown` columns in their order; `extra` are Sources for those that are not written out here; `one_tier` says
        that all customers are in the same tier. Nothing is counted: see `told`."""
        self.today, self.tier_names, self.one_tier = today, tier_names, one_tier
        self.totals = {"rows": 0, "assets": None}
        self.sources = {source.field.code: source for source in extra}
        if writes:
            self.empty_url, self.empty_action = reverse("customers:add"), _("Add a customer")
        always = self.ALWAYS if writes else self.ALWAYS[1:]
        shown = [name for name in shown if name in self.base_columns or name in self.sources]
        hidden = [name for name in self.base_columns if name not in {*always, *shown}]
        more = [(code, FactColumn(source, today)) for code, source in self.sources.items() if code in shown]
        sequence = [*always, *(name for name in shown if name not in always)]
        if (order_by or "").removeprefix("-") not in sequence:
            order_by = None
        super().__init__(data, exclude=hidden, extra_columns=more, sequence=sequence, order_by=order_by)

    def told(self, totals):
        """How many rows there are and their assets: {"rows", "assets"}. A long list keeps the orders that are ready."""
        self.totals = totals
        if not self.long:
            return
        if any(alias.bare not in self.READY for alias in self.order_by):
            self.order_by = self._meta.order_by
        for column in self.columns:
            if column.name not in self.READY:
                column.column.orderable = False

    def order_tier(self, customers, is_descending):
        """The best tier first, in it the largest assets; in one tier by assets alone, which an index holds ready."""
        keys = (
            ["-standing__asset_total", "pk"]
            if self.one_tier
            else ["standing__tier_rank", "-standing__asset_total", "pk"]
        )
        if is_descending:
            keys = [key[1:] if key.startswith("-") else f"-{key}" for key in keys]
        return customers.order_by(*keys), True

    @property
    def long(self):
        """More rows than are counted."""
        return self.totals["rows"] > MOST_COUNTED

    @property
    def note(self):
        """Beside the count: what all these customers have with us."""
        if self.paginator.capped:
            return _("Narrow the filter to see the sum of assets.")
        return _("Assets together: %(sum)s") % {"sum": format_money(self.paginator.assets)}

    @property
    def further(self):
        """The public id of the last row of the deepest page, from which a longer list goes on; None elsewhere."""
        page = self.page
        if page.number < pages.DEEPEST_PAGE or self.totals["rows"] <= pages.DEEPEST_PAGE * self.paginator.per_page:
            return None
        return list(page.object_list.data)[-1].public_id

    def plain(self, record, clear=False):
        """The cells of a row as plain values, for files: exact sums, real days, choices in words; `clear` unmasks."""
        cells = []
        for name in self.columns.names():
            if name == "name":
                cells += [record.customer_no, record.name]
            elif name == "phone":
                cells.append(record.mobile if clear else record.masked_mobile)
            elif name in self.sources:
                source = self.sources[name]
                value = source.value_of(record)
                words = value is None or isinstance(value, Decimal | date) or type(value) is int
                known = value or value is False
                cells.append(value if (words and not source.field.choices) or not known else source.words_of(value))
            elif name != "select":
                value = A(self.columns[name].accessor).resolve(record, quiet=True)
                if name in self.tier_names and name != "tier":
                    value = self.tier_names[name].get(value, value)
                cells.append(str(value) if name in {"manager", "branch"} and value is not None else value)
        return cells

    def headings(self):
        """The headings of `plain`."""
        found = []
        for column in self.columns:
            if column.name == "name":
                found += [_("Customer number"), _("Customer")]
            elif column.name != "select":
                found.append(str(column.header))
        return found

    def render_select(self, record):
        return format_html(
            '<label class="select-target"><input class="form-check-input" type="checkbox" name="customer" value="{}"'
            ' form="bulk-form" data-select aria-label="{}" data-key="x"></label>',
            record.public_id,
            _("Select %(name)s") % {"name": record.name},
        )

    def render_tier(self, record):
        return standing_tier(record.standing, self.today, colour=self.tones.get(record.standing.tier, ""))

    @property
    def tones(self):
        """The colours of the main tiers, by code."""
        return self.tier_names.get("tone", {})

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
        cover = cover_mark(record, self.viewer)
        kind = "" if record.is_individual else format_html(" {}", icon("building", "icon-inline", _("Organisation")))
        return format_html(
            '<a href="{}">{}</a>{}{}{}<span class="cell-note">{}</span>',
            record.get_absolute_url(),
            record.name,
            kind,
            band,
            cover,
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


def exported(selection, *, columns, sort, rows):
    """The table of a selection for a file: so many rows at most, these columns, in this order; nothing is counted."""
    names, customers, extra = selection.filter.tier_names, selection.customers().with_row_facts(), []
    if more := [code for code in columns if code not in COLUMNS]:
        extra = [selection.registry.sources[code] for code in more if code in selection.registry.sources]
        customers = selection.registry.with_values(customers, [source.field.code for source in extra])
    table = CustomerTable(
        customers,
        today=selection.on,
        shown=columns,
        tier_names=names,
        extra=extra,
        order_by=sort or None,
    )
    table.data.data = table.data.data[:rows]
    return table


COLUMNS = frozenset(CustomerTable.base_columns)


class FactColumn(tables.Column):
    """Any other fact of the file, as a column: choices in words, sums and days as everywhere."""

    def __init__(self, source, today):
        kind = source.field.kind
        number = kind in {conditions.MONEY, conditions.NUMBER}
        super().__init__(
            verbose_name=source.field.label,
            accessor="pk",
            orderable=bool(source.path) and kind != conditions.SEVERAL,
            order_by=(source.path, "pk"),
            attrs={"th": {"class": "num"}, "td": {"class": "num"}} if number else {"td": {"class": "cell-hide"}},
        )
        self.source, self.today = source, today

    def render(self, record):
        """The fact as people read it; what is not known is a dash."""
        value = self.source.value_of(record)
        if value is None or value == "" or value == []:
            return format_html('<span class="unknown">{}</span>', UNKNOWN)
        kind = self.source.field.kind
        if kind == conditions.MONEY:
            return money_tag(value)
        if kind == conditions.DAY:
            return day_tag(value, self.today)
        return self.source.words_of(value)
