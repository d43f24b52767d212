"""Lists of customers and of the money that moved."""

from datetime import date
from decimal import Decimal

import django_tables2 as tables
from django.core.paginator import EmptyPage, Paginator
from django.db.models import F
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_tables2.utils import A

from customers.models import CashFlow, Customer, Ending, Need, OutsideHolding, Restriction
from customers.rules import conditions
from customers.templatetags.owners import cover_mark
from customers.templatetags.tiers import standing_tier
from staff.templatetags.crm import UNKNOWN, day_tag, format_money, icon, money_tag, near_tag

PER_PAGE = 30
PER_PAGE_CHOICES = (30, 60, 100)
# Further down one goes from row to row: the database must not count off what nobody looks at.
DEEPEST_PAGE = 10
MOST_COUNTED = 10_000
NUMBER = {"th": {"class": "num"}, "td": {"class": "num"}}


class TooDeep(EmptyPage):
    """A page beyond the deepest one: the filter should be narrowed instead."""


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


class CustomerPaginator(CappedPaginator):
    """Takes count and sum of assets from the table, which has needed them for its order; ten pages by number.

    What lies further down is reached from the last row (`CustomerTable.further`), so that nothing is counted off.
    """

    @property
    def _counted(self):
        return self.object_list.table.totals["rows"]

    @cached_property
    def num_pages(self):
        """Pages that can be asked for by number."""
        return min(super().num_pages, DEEPEST_PAGE)

    @property
    def assets(self):
        """Assets of the whole result in yuan; None when it was not counted to its end."""
        return None if self.capped else self.object_list.table.totals["assets"]

    def validate_number(self, number):
        """Refuse pages nobody reads before the database skips that far."""
        text = str(number)
        if text.isascii() and text.isdigit() and (len(text) > len(str(DEEPEST_PAGE)) or int(text) > DEEPEST_PAGE):
            raise TooDeep
        return super().validate_number(number)


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

    def __init__(self, data, *, today, shown, tier_names, totals, extra=(), writes=False, order_by=None):
        """`shown` columns in their order; `extra` are Sources for those that are not written out here."""
        self.today, self.tier_names, self.totals = today, tier_names, totals
        self.sources = {source.field.code: source for source in extra}
        if writes:
            self.empty_url, self.empty_action = reverse("customers:add"), _("Add a customer")
        always = self.ALWAYS if writes else self.ALWAYS[1:]
        shown = [name for name in shown if name in self.base_columns or name in self.sources]
        hidden = [name for name in self.base_columns if name not in {*always, *shown}]
        more = [(code, FactColumn(source, today)) for code, source in self.sources.items() if code in shown]
        sequence = [*always, *(name for name in shown if name not in always)]
        asked = (order_by or "").removeprefix("-")
        if asked not in sequence or (self.long and asked not in self.READY):
            order_by = None
        super().__init__(data, exclude=hidden, extra_columns=more, sequence=sequence, order_by=order_by)
        if self.long:
            for column in self.columns:
                if column.name not in self.READY:
                    column.column.orderable = False

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
        if page.number < DEEPEST_PAGE or self.totals["rows"] <= DEEPEST_PAGE * self.paginator.per_page:
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
                cells.append(value if words and not source.field.choices else value and source.words_of(value))
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
            '<input class="form-check-input" type="checkbox" name="customer" value="{}" form="bulk-form" data-select'
            ' aria-label="{}" data-key="x">',
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
        totals={"rows": 0, "assets": None},
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


def whose(record):
    """The customer of a row, with the number below."""
    customer = record.customer
    return format_html(
        '<a href="{}">{}</a><span class="cell-note">{}</span>',
        customer.get_absolute_url(),
        customer.name,
        customer.customer_no,
    )


class SummedPaginator(CappedPaginator):
    """Counts to 10,000 and says so (`capped`); with the count comes the sum of amounts, in one query."""

    @cached_property
    def _totals(self):
        return self.object_list.data.data.capped_totals(MOST_COUNTED)

    @cached_property
    def _counted(self):
        return self._totals["rows"]

    @property
    def amount(self):
        """Yuan of the whole result, where known; None when it was not counted to its end."""
        return None if self.capped else self._totals["yuan"] or 0


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

    caption = gettext_lazy("Restricted list")
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


class EndingTable(tables.Table):
    """Relationships that end or ended: why, when, what was at stake, what became of it (S1.11)."""

    customer = tables.Column(
        gettext_lazy("Customer"), order_by=("customer__name", "pk"), attrs={"td": {"class": "cell-title"}}
    )
    reason = tables.Column(gettext_lazy("Reason"), order_by=("reason", "pk"), attrs={"td": {"class": "cell-reason"}})
    started_on = tables.Column(gettext_lazy("Begun"), order_by=("started_on", "pk"), attrs={"td": {"class": "nowrap"}})
    assets = tables.Column(gettext_lazy("At stake"), order_by=("assets", "pk"), attrs=NUMBER)
    outcome = tables.Column(gettext_lazy("State"), accessor="pk", orderable=False)
    win_back_on = tables.Column(
        gettext_lazy("Win back on"), order_by=("win_back_on", "pk"), attrs={"td": {"class": "nowrap"}}
    )

    caption = gettext_lazy("Endings")
    embedded = False
    empty_icon, empty_title = "heart", gettext_lazy("No relationship has ended")
    empty_hint = gettext_lazy("An ending begins on the page of a customer, under Contact.")

    class Meta:
        model = Ending
        fields = []
        sequence = ["customer", "reason", "started_on", "assets", "outcome", "win_back_on"]

    def __init__(self, *args, today, **kwargs):
        super().__init__(*args, **kwargs)
        self.today = today

    def render_customer(self, record):
        """The customer, leading to the ending."""
        return format_html(
            '<a href="{}">{}</a><span class="cell-note">{} · {}</span>',
            record.get_absolute_url(),
            record.customer.name,
            record.customer.customer_no,
            record.customer.branch,
        )

    def render_reason(self, record):
        """Why, and in whose words."""
        return format_html('{}<span class="cell-note">{}</span>', record.get_reason_display(), record.words)

    def render_started_on(self, value):
        """The day it began."""
        return day_tag(value, self.today)

    def render_assets(self, value):
        """In yuan."""
        return money_tag(value)

    def render_outcome(self, record):
        """What became of it, and when."""
        words = {
            "under_way": (_("Under way"), record.started_on, "state-warn"),
            "ended": (_("Ended"), record.ended_on, "state-bad"),
            "stayed": (_("Stayed"), record.back_on, "state-good"),
            "won_back": (_("Won back"), record.back_on, "state-good"),
        }
        label, day, tone = words[record.state]
        return format_html('<span class="state {}">{}</span> {}', tone, label, near_tag(day, self.today))

    def render_win_back_on(self, value):
        """When to try again."""
        return near_tag(value, self.today)
