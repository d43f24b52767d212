"""Who exactly would move: filtered, ordered, in pages, as a workbook."""

from dataclasses import dataclass

from django.core.paginator import Paginator
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views import View
from django_tables2.data import TableListData

from customers.models import Customer
from customers.services.workbook import MOST_ROWS, Sheet, workbook
from staff.access import RolesRequiredMixin, wants_part
from staff.models import Branch
from staff.services import record
from staff.tables import MOST_COUNTED
from staff.templatetags.crm import format_day
from tiering.choices import MoveReason
from tiering.forms.preview import MoverForm
from tiering.models import ScoringSheet
from tiering.services.movers import ORDER, ORDERS, movers
from tiering.tables import MoverTable
from tiering.views.dashboard.parts import attachment
from tiering.views.preview.page import LOOKERS, branches_of, sheet_named

PER_PAGE = 30


@dataclass(frozen=True)
class Filter:
    """What the filter bar and the chips read."""

    form: MoverForm


class Rows(TableListData):
    """The rows of one page; the database has ordered them."""

    verbose_name, verbose_name_plural = Customer._meta.verbose_name, Customer._meta.verbose_name_plural

    def order_by(self, aliases):
        """Nothing: see `movers`."""


class MoverPages(Paginator):
    """Pages of a list that is given a page at a time; counts to 10,000 and says so (`capped`)."""

    def __init__(self, rows, total):
        super().__init__(rows, PER_PAGE)
        self.total = total
        self.count = min(total, MOST_COUNTED)
        self.capped = total > MOST_COUNTED

    def page(self, number):
        """The page at hand."""
        return self._get_page(self.object_list, number, self)


class MoverList(RolesRequiredMixin, View):
    """The list behind a number of the preview; with `export` in the address a workbook of it, at most 50,000 rows."""

    allowed_roles = LOOKERS

    def get(self, request, public_id):
        """The page, the list alone for htmx, or the workbook."""
        self.sheet = sheet_named(public_id)
        self.names = request.user.can_see_customers
        form = MoverForm(request.GET, user=request.user, codes=self._codes())
        form.is_valid()
        order = request.GET.get("sort", "")
        self.order = order if order.removeprefix("-") in ORDERS else ORDER
        asked = self._asked(form)
        if request.GET.get("export"):
            return self._export(asked)
        number = request.GET.get("page", "1")
        number = min(max(int(number), 1), MOST_COUNTED // PER_PAGE) if number.isdigit() else 1
        found = self._movers(asked, first=(number - 1) * PER_PAGE, most=PER_PAGE)
        if not found.rows and number > 1:
            number, found = 1, self._movers(asked, most=PER_PAGE)
        table = MoverTable(Rows(self._prepared(found.rows)), order_by=self.order)
        table.paginator = MoverPages(table.rows, found.total)
        table.page = table.paginator.page(number)
        context = {
            "sheet": self.sheet,
            "table": table,
            "filter": Filter(form),
            "export_url": f"{request.path}?{request.GET.urlencode()}&export=xlsx",
        }
        return render(request, "tables/_list.html" if wants_part(request) else "tiering/movers.html", context)

    def _codes(self):
        """The tiers that may be left or reached: of this version, and of the one in force."""
        versions = ScoringSheet.objects.in_force().filter(code=self.sheet.code).prefetch_related("cutoffs")
        mine = [cutoff.code for cutoff in self.sheet.cutoffs.all()]
        old = [cutoff.code for version in versions for cutoff in version.cutoffs.all()]
        return list(dict.fromkeys([*mine, *old]))

    def _asked(self, form):
        """The arguments of `movers` for what the form says; an address that names nothing there is finds nobody."""
        if form.errors:
            return None
        branches, chosen = branches_of(self.request.user), form.cleaned_data["branch"]
        if chosen is not None:
            below = set(Branch.objects.below(chosen).values_list("pk", flat=True))
            branches = list(below if branches is None else below & set(branches))
        manager = form.cleaned_data["manager"]
        return {
            "branches": branches,
            "manager": manager.pk if manager else None,
            "left": form.tier("from"),
            "reached": form.tier("to"),
            "direction": form.cleaned_data["direction"],
        }

    def _movers(self, asked, **part):
        asked = asked or {"branches": []}
        return movers(sheet=self.sheet, on=self.request.today, order=self.order, **asked, **part)

    def _prepared(self, rows):
        """The rows with number, branch, manager and reason; name and address only for those who see customers."""
        customers = Customer.objects.visible_to(self.request.user) if self.names else Customer.objects
        columns = ["customer_no", "branch__name", "manager__name", *["name", "public_id"] * self.names]
        keys = [row["customer_id"] for row in rows]
        found = {one["pk"]: one for one in customers.filter(pk__in=keys).values("pk", *columns)}
        words = dict(MoveReason.choices)
        return [
            row
            | {
                "number": one["customer_no"],
                "branch": one["branch__name"],
                "manager": one["manager__name"] or "",
                "name": one.get("name", ""),
                "url": reverse("customers:detail", args=[one["public_id"]]) if self.names else "",
                "reason_words": words.get(row["reason"], ""),
            }
            for row in rows
            if (one := found.get(row["customer_id"]))
        ]

    def _export(self, asked):
        request, sheet = self.request, self.sheet
        found = self._movers(asked, most=MOST_ROWS)
        rows = self._prepared(found.rows)
        note = ""
        if found.total > MOST_ROWS:
            note = _("Only the first %(n)s rows: the list is longer.") % {"n": f"{MOST_ROWS:,}"}
        record(
            actor=request.user,
            verb="sheet.movers_exported",
            subject=sheet,
            summary=str(sheet),
            rows=len(rows),
            asked=request.GET.urlencode()[:1000],
        )
        headings = [_("Customer number"), *[_("Customer")] * self.names, _("Branch"), _("Relationship manager")]
        headings += [_("From"), _("To"), _("Points before"), _("Points after"), _("Assets (yuan)"), _("Reason")]
        preamble = [
            _("If %(sheet)s were in force on %(day)s") % {"sheet": sheet, "day": request.today.isoformat()},
            _("Written by %(who)s on %(day)s") % {"who": request.user.name, "day": format_day(request.today)},
        ]
        table = Sheet(_("Movers"), headings, (self._line(row) for row in rows), note)
        name = f"movers-{sheet.code}-v{sheet.version}-{request.today:%Y%m%d}.xlsx"
        return attachment(workbook([table], preamble=preamble), name)

    def _line(self, row):
        return [
            row["number"],
            *[row["name"]] * self.names,
            row["branch"],
            row["manager"],
            row["from_code"],
            row["to_code"],
            None if row["before"] is None else int(row["before"]),
            None if row["after"] is None else int(row["after"]),
            row["assets"],
            str(row["reason_words"]),
        ]
