"""The lists behind the dashboard's numbers: who stood in which tier on two days, and who is under watch."""

from django.http import Http404
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views import View
from django_tables2 import RequestConfig

from customers.services.workbook import MOST_ROWS, Sheet, workbook
from staff.access import READERS, RolesRequiredMixin, wants_part
from staff.services import record
from tiering.choices import MoveReason
from tiering.services.coverage import lacking
from tiering.services.migration import members, with_tiers
from tiering.services.population import MONEY
from tiering.services.watch import missing, watched
from tiering.tables import MemberPaginator, MemberTable, WatchTable
from tiering.views.dashboard.asked import Asked, codes_of
from tiering.views.dashboard.parts import attachment, preamble

PER_PAGE = 30
CHUNK = 2000


class ListView(RolesRequiredMixin, View):
    """A list behind a number; with `export` in the address the same rows as a workbook, at most 50,000."""

    allowed_roles = READERS
    table_class = None
    template = ""
    verb = ""

    def ask(self, request):
        """What the address asks for."""
        return Asked(request)

    def get(self, request):
        """The page, the list alone for htmx, or the workbook; 404 without a scheme in force."""
        self.asked = self.ask(request)
        if self.asked.scope is None:
            raise Http404
        rows = self.rows(self.asked)
        table = self.table_class(rows)
        if request.GET.get("export"):
            return self._export(table)
        if table.long:
            table.order_by = table.long_order
        RequestConfig(request, paginate={"per_page": PER_PAGE, "paginator_class": MemberPaginator}).configure(table)
        self.prepare(row.record for row in table.paginated_rows)
        context = {
            "table": table,
            "asked": self.asked,
            "words": self.words(),
            "export_url": f"{request.path}?{request.GET.urlencode()}&export=xlsx",
        }
        return render(request, "tables/_list.html" if wants_part(request) else self.template, context)

    def _export(self, table):
        request, scope = self.request, self.asked.scope
        RequestConfig(request, paginate=False).configure(table)
        rows = list(table.data.data[: MOST_ROWS + 1])
        capped = len(rows) > MOST_ROWS
        rows = rows[:MOST_ROWS]
        self.prepare(rows)
        note = _("Only the first %(n)s rows: the list is longer.") % {"n": f"{MOST_ROWS:,}"} if capped else ""
        record(
            actor=request.user,
            verb=self.verb,
            summary=scope.scheme.code,
            rows=len(rows),
            asked=request.GET.urlencode()[:1000],
        )
        sheet = Sheet(str(table.caption), self.headings(), (self.line(row) for row in rows), note)
        words = " · ".join(self.words())
        content = workbook([sheet], preamble=[*preamble(self.asked), words])
        return attachment(content, f"customers-{scope.today:%Y%m%d}.xlsx")


class MemberList(ListView):
    """Customers by their tier on the first day (`from`), on the last (`to`), and in another scheme (`with`)."""

    table_class, template, verb = MemberTable, "tiering/members.html", "tiering.members_exported"

    def rows(self, asked):
        """The customers asked for, with their tiers of both days; only with a tier named on one of them."""
        self.left, self.reached = (codes_of(asked.get.getlist(name)) for name in ("from", "to"))
        self.other, self.beside = asked.plan_named("with"), codes_of(asked.get.getlist("with_tier"))
        self.lacking = asked.get.get("missing", "")[:24]
        found = members(asked.scope, left=self.left, reached=self.reached)
        if self.other and self.beside:
            others = members(asked.scope_of(self.other), reached=self.beside)
            found = found.filter(pk__in=others.values("pk"))
        if self.lacking:
            try:
                found = found.filter(pk__in=lacking(asked.scope, self.lacking))
            except LookupError:
                raise Http404 from None
        return with_tiers(found.with_row_facts(), asked.scope)

    def prepare(self, rows):
        """Reasons in words, and what the value measures."""
        words, money = dict(MoveReason.choices), self.asked.scope.scheme.measure in MONEY
        for row in rows:
            row.reason_words, row.money = words.get(row.reason, row.reason), money

    def words(self):
        """What the rows have in common, for the page and for the workbook."""
        scope, plan = self.asked.scope, self.asked.scope.plan
        found = []
        if self.left:
            found.append(
                _("%(tiers)s on %(day)s") % {"tiers": names_of(plan, self.left), "day": scope.since.isoformat()}
            )
        if self.reached:
            found.append(
                _("%(tiers)s on %(day)s") % {"tiers": names_of(plan, self.reached), "day": scope.until.isoformat()}
            )
        if self.other and self.beside:
            found.append(f"{self.other.scheme.label}: {names_of(self.other, self.beside)}")
        if self.lacking:
            found.append(_("Missing answer: %(name)s") % {"name": _criterion(plan, self.lacking)})
        return found

    def headings(self):
        """Of the workbook."""
        scope = self.asked.scope
        return [
            *(_("Customer number"), _("Customer"), scope.since.isoformat(), scope.until.isoformat()),
            *(_("Value today"), _("Assets (yuan)"), _("Last move"), _("Day"), _("Relationship manager")),
        ]

    def line(self, row):
        """A row of the workbook."""
        return [
            *(row.customer_no, row.name, row.left, row.reached, row.placed_value, row.standing.asset_total),
            *(str(row.reason_words or ""), row.moved_on, row.manager.name if row.manager else ""),
        ]


class WatchList(ListView):
    """Customers under watch, the nearest step down first; of one `tier` when the address names it."""

    table_class, template, verb = WatchTable, "tiering/watches.html", "tiering.watches_exported"

    def rows(self, asked):
        """The customers under watch."""
        self.tiers = codes_of(asked.get.getlist("tier"))
        found = watched(asked.scope)
        return found.filter(code__in=self.tiers) if self.tiers else found

    def prepare(self, rows):
        """What each lacks, and what the value measures."""
        scope = self.asked.scope
        for row in rows:
            row.missing, row.money = missing(scope.plan, row), scope.scheme.measure in MONEY

    def words(self):
        """What the rows have in common."""
        return [names_of(self.asked.scope.plan, self.tiers)] if self.tiers else []

    def headings(self):
        """Of the workbook."""
        return [
            *(_("Customer number"), _("Customer"), _("Tier"), _("Measured today"), _("Value")),
            *(_("Missing to keep it"), _("Below since"), _("Steps down on"), _("Assets (yuan)")),
            _("Relationship manager"),
        ]

    def line(self, row):
        """A row of the workbook."""
        return [
            *(row.customer_no, row.name, row.code, row.measured, row.value, row.missing),
            *(row.watch_from, row.watch_until, row.standing.asset_total),
            row.manager.name if row.manager else "",
        ]


def names_of(plan, codes):
    """Tiers by name; no code is “not tiered”."""
    labels = {tier.code: tier.label for tier in plan.tiers}
    return " / ".join(str(labels.get(code, code)) if code else _("not tiered yet") for code in codes)


def _criterion(plan, key):
    criteria = plan.definition.criteria if plan.definition else ()
    return next((one.label for one in criteria if key in (one.fact, one.question)), key)
