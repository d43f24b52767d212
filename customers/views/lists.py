"""The customer list: narrowed, with chosen columns, grouped; a quick look, and walking from one to the next."""

from uuid import UUID

from django.contrib import messages
from django.core.paginator import EmptyPage, PageNotAnInteger
from django.db.models import Count, F, Sum
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import HttpResponseLocation

from customers.choices import Kind
from customers.filters import Selection
from customers.models import Customer, SavedView, TierName, ViewPlace
from customers.models.sealed import index_personal
from customers.querysets import looks_like_whole_number
from customers.rules.conditions import CHOICE
from customers.services.bulk import kinds_of
from customers.services.views import scopes_of
from customers.tables import (
    DEEPEST_PAGE,
    PER_PAGE,
    PER_PAGE_CHOICES,
    CustomerPaginator,
    CustomerTable,
    TooDeep,
)
from customers.views.asked import ALL, Asked, keep
from customers.views.customers import visible_customer
from customers.views.portrait import portrait
from staff.access import READERS, RolesRequiredMixin, roles_required, wants_part
from staff.choices import Role
from staff.tables import MOST_COUNTED

COLUMNS_KEY, WALK_KEY = "customer_columns", "customer_walk"
MOST_COLUMNS, MOST_TABS, MOST_BADGE = 24, 12, 999
# The answers people look for most, one click each.
PRESETS = (
    (gettext_lazy("Matures in 30 days"), "calendar-time", {"maturing": "30"}),
    (gettext_lazy("Birthday within a week"), "cake", {"birthday": "6"}),
    (gettext_lazy("Not contacted for 90 days"), "zzz", {"quiet": "90"}),
    (gettext_lazy("Organisations"), "building", {"kind": Kind.ORGANIZATION.value}),
)
# What a list can be grouped by: code of the field → the column that holds it, and whether its codes name rows of staff.
GROUPS_BESIDE = {"branch": "branch__code", "manager": "manager__staff_no"}
NAMES_BESIDE = {"branch": "branch__name", "manager": "manager__name"}
MOST_GROUPS = 60


class CustomerList(RolesRequiredMixin, View):
    """Find them, group them, act on them."""

    allowed_roles = READERS

    def get(self, request):
        """The page, or for htmx the list alone."""
        if text := request.GET.get("q"):
            return self._without_text(request, text)
        if not request.GET and (first := self._opened_first(request)):
            return redirect(first)
        asked = Asked(request)
        if asked.forgotten:
            messages.info(request, _("This search has ended; type it again, or look at the list without it."))
        context = list_context(request, asked)
        if asked.group and (field := groupable(asked.selection.registry).get(asked.group)):
            context |= {"groups": grouped(asked, field), "group_label": field.field.label}
            return self._answer(request, context)
        table, per_page = context["table"], rows_a_page(request)
        try:
            table.paginate(CustomerPaginator, page=request.GET.get("page", 1), per_page=per_page)
        except TooDeep:
            return render(request, "customers/too_deep.html", context, status=400)
        except PageNotAnInteger:
            table.paginate(CustomerPaginator, page=1, per_page=per_page)
        except EmptyPage:
            table.paginate(CustomerPaginator, page=table.paginator.num_pages, per_page=per_page)
        came = {"query": asked.query().urlencode(), "sort": table_order(table)}
        if request.session.get(WALK_KEY) != came:
            request.session[WALK_KEY] = came
        return self._answer(request, context)

    @staticmethod
    def _answer(request, context):
        template = "customers/_list_part.html" if wants_part(request) else "customers/customer_list.html"
        return render(request, template, context)

    @staticmethod
    def _without_text(request, text):
        """An address with a typed text, from an old link: the text goes into the session, a whole number nowhere."""
        rest = request.GET.copy()
        del rest["q"]
        if looks_like_whole_number(text):
            messages.warning(request, _("Full phone and id numbers do not belong into an address: search at the top."))
        else:
            rest["find"] = keep(request, text[:60])
        return redirect(f"{request.path}?{rest.urlencode()}" if rest else request.path)

    @staticmethod
    def _opened_first(request):
        place = ViewPlace.objects.filter(user=request.user, opens_first=True).select_related("view").first()
        if place and SavedView.objects.visible_to(request.user).filter(pk=place.view_id).exists():
            return place.view.get_absolute_url()
        return None


def rows_a_page(request):
    """How many rows a page of the list has."""
    asked = request.GET.get("per_page", "")
    return int(asked) if asked in {str(number) for number in PER_PAGE_CHOICES} else PER_PAGE


def rows_to_look_up(request):
    """How many rows there are down to the end of the page that is asked for, at most of all that have a number."""
    page = request.GET.get("page", "1")
    return rows_a_page(request) * (int(page) if page in {str(number) for number in range(1, 10)} else DEEPEST_PAGE)


def table_order(table):
    """How a table is sorted, as its parameter says it."""
    return ",".join(str(alias) for alias in table.order_by or ())


def list_context(request, asked):
    """What the list page and its part show: the table, unpaged, and everything around it."""
    selection = asked.selection
    shown = columns_of(request, asked)
    customers = selection.customers()
    if asked.parameters.get("after"):
        customers = gone_on(request, asked, customers, shown)
    table = customer_table(request, asked, customers, shown)
    table.chips = [
        {"words": words, "url": asked.without(kind, key), "removable": True} for kind, key, words in selection.words()
    ]
    return {
        "table": table,
        "asked": asked,
        "quick": selection.filter,
        "presets": presets(asked),
        "tabs": tabs_of(request, asked),
        "scopes": scopes_of(request.user),
        "bulk_kinds": kinds_of(request.user),
        "narrowed": selection.asks,
        "clear_url": f"{reverse('customers:list')}?view={ALL}",
        "state": asked.query().urlencode(),
        "state_parts": [
            (name, value) for name, value in asked.query().items() if name in {"view", "edited", "where", "find"}
        ],
        "conditions_url": f"{reverse('customers:conditions')}?{asked.query().urlencode()}",
        "changed": asked.view is not None and (asked.edited or bool(asked.added())),
        "mine": asked.view is not None and asked.view.owner_id == request.user.pk,
    }


def sort_of(asked):
    """How the list is sorted: as asked for; organisations that no tier is for, the largest first; None: by tier."""
    if asked.sort:
        return asked.sort
    tiered = TierName.objects.filter(column="tier", for_organisations=True)
    return "-assets" if asked.selection.quick.get("kind") == Kind.ORGANIZATION and not tiered.exists() else None


def customer_table(request, asked, customers, shown, *, writes=None):
    """The table of these customers, counted and sorted, not paged; of few it has those down to the page asked for."""
    extra = []
    if more := [code for code in shown if code not in CustomerTable.base_columns]:
        extra = [source for code, source in asked.selection.registry.sources.items() if code in more]

    def dressed(found):
        rows = found.with_row_facts()
        return asked.selection.registry.with_values(rows, [source.field.code for source in extra]) if extra else rows

    table = CustomerTable(
        dressed(customers),
        today=request.today,
        shown=shown,
        tier_names=asked.selection.filter.tier_names,
        extra=extra,
        writes=request.user.can_write if writes is None else writes,
        order_by=sort_of(asked),
        one_tier="tier" in asked.selection.quick,
    )
    table.viewer = request.user
    if not asked.parameters.get("after") and asked.selection.surely_more_than(MOST_COUNTED):
        totals = {"rows": MOST_COUNTED + 1, "assets": None}
    else:
        totals = table.data.data.capped_totals(MOST_COUNTED, first=rows_to_look_up(request))
    table.told(totals)
    found = table.data.data
    if table.long:
        # Tiers are often those of individuals alone: then the index of tiers has the organisations at its far end.
        by_tier = "tier" in table.order_by and not table.one_tier
        if by_tier and asked.selection.quick.get("kind") == Kind.ORGANIZATION:
            table.data.data = found.sorted_whole()
    else:
        # Who comes first was found with the count: what their rows show is read for them alone.
        first = dressed(Customer.objects.visible_to(request.user).filter(pk__in=totals["first"]))
        table.data.data = first.order_by(*found.query.order_by)
    return table


def gone_on(request, asked, customers, shown):
    """The customers after the one named by `after`, in the order of the list; 404 when there is no such one."""
    try:
        anchor = Customer.objects.visible_to(request.user).filter(public_id=UUID(asked.parameters["after"])).first()
    except ValueError:
        raise Http404 from None
    if anchor is None:
        raise Http404
    return ordered(request, asked, customers, sort_of(asked), shown).beyond(anchor.pk)


def ordered(request, asked, customers, sort, shown):
    """The customers in the order that a list with these columns has for `sort`."""
    code = (sort or "").removeprefix("-")
    extra = []
    if code in shown and code not in CustomerTable.base_columns:
        extra = [source for source in [asked.selection.registry.sources.get(code)] if source is not None]
    table = CustomerTable(
        customers,
        today=request.today,
        shown=shown,
        tier_names={},
        extra=extra,
        order_by=sort or None,
        one_tier="tier" in asked.selection.quick,
    )
    return table.data.data


def columns_of(request, asked):
    """The columns of the address, else those of the saved list, else those chosen last, else the usual ones."""
    usual = CustomerTable.USUAL if request.user.role == Role.MANAGER else CustomerTable.USUAL_OF_MANY
    if asked.columns is not None:
        known = [
            name for name in dict.fromkeys(asked.columns) if name in CustomerTable.base_columns or is_fact(asked, name)
        ]
        request.session[COLUMNS_KEY] = known[:MOST_COLUMNS]
        return known[:MOST_COLUMNS]
    if asked.view is not None and asked.view.columns:
        return asked.view.columns
    return request.session.get(COLUMNS_KEY, list(usual))


def is_fact(asked, name):
    """Whether a name that is no written-out column is a fact that can be shown."""
    source = asked.selection.registry.sources.get(name)
    return source is not None and source.shows


def column_choice(asked, shown):
    """Columns that can be chosen, those that stand first in their order: name, words, whether it stands, heading."""
    written = {
        name: {"name": name, "label": column.verbose_name, "on": name in shown, "section": ""}
        for name, column in CustomerTable.base_columns.items()
        if name not in CustomerTable.ALWAYS
    }
    known = set(TABLE_PATHS.values())
    for code, source in asked.selection.registry.sources.items():
        if source.shows and source.path not in known and code not in written and code not in {"name", "number"}:
            written[code] = {
                "name": code,
                "label": source.field.label,
                "on": code in shown,
                "section": str(source.field.section),
            }
    chosen = [written[name] for name in shown if name in written]
    rest = [row for name, row in written.items() if name not in shown]
    # Each heading once, where it comes up first.
    order = {section: place for place, section in enumerate(dict.fromkeys(row["section"] for row in rest))}
    return {"chosen": chosen, "rest": sorted(rest, key=lambda row: order[row["section"]])}


# Facts that the written-out columns of the table show already.
TABLE_PATHS = {
    name: str(column.accessor) for name, column in CustomerTable.base_columns.items() if column.accessor is not None
} | {"opened_on": "opened_on"}


@require_safe
@roles_required(*READERS)
def choices(request, part):
    """What the list in hand can show or be grouped by (`columns`, `groups`), and what its file can have (`export`).

    Asked for when somebody opens the menu.
    """
    if part not in {"columns", "groups", "export"}:
        raise Http404
    asked = Asked(request)
    context = {"asked": asked, "part": part, "state": asked.query().urlencode()}
    if part in {"columns", "export"}:
        context["columns"] = column_choice(asked, columns_of(request, asked))
    else:
        context["group_choices"] = [
            {"label": source.field.label, "url": asked.url(group=code), "on": code == asked.group}
            for code, source in groupable(asked.selection.registry).items()
        ]
        context["ungrouped"] = f"{asked.url(group='')}&group=" if asked.group else ""
    template = f"customers/_choice_{part}.html" if wants_part(request) else "customers/choice.html"
    return render(request, template, context)


def presets(asked):
    """The quick filters as chips: words, icon, address, whether it is on."""
    rows = []
    for label, icon, quick in PRESETS:
        url, on = asked.toggled(quick)
        rows.append({"label": label, "icon": icon, "url": url, "on": on})
    return rows


def tabs_of(request, asked):
    """The saved lists among the tabs of this person, the open one among them in any case."""
    places = list(
        ViewPlace.objects.filter(user=request.user, pinned=True, view__removed_at=None)
        .select_related("view")
        .order_by("position", "pk")[:MOST_TABS]
    )
    views = [place.view for place in places]
    if asked.view is not None and asked.view.pk not in {view.pk for view in views}:
        views.append(asked.view)
    return views


def groupable(registry):
    """What a list can be grouped by: code → Source with a column."""
    found = {}
    for code, source in registry.sources.items():
        if code in GROUPS_BESIDE or (source.path and source.field.kind == CHOICE):
            found[code] = source
    return found


def grouped(asked, source):
    """Rows of a grouped list: words, how many, their assets, the address of the customers in it."""
    code = source.field.code
    path = GROUPS_BESIDE.get(code, source.path)
    names = [NAMES_BESIDE[code]] if code in NAMES_BESIDE else []
    rows = (
        asked.selection.customers()
        .order_by()
        .values(path, *names)
        .annotate(number=Count("pk"), assets=Sum("standing__asset_total"))
        .order_by(F("assets").desc(nulls_last=True))[:MOST_GROUPS]
    )
    found = []
    for row in rows:
        value = row[path]
        unknown = value in (None, "")
        condition = {"field": code, "op": "unknown" if unknown else "is", "value": [] if unknown else [str(value)]}
        label = row[names[0]] if names else source.field.choices.get(str(value), value)
        found.append(
            {
                "label": _("not known") if unknown else label,
                "number": row["number"],
                "assets": row["assets"],
                "url": asked.within(condition),
            }
        )
    return found


@require_POST
@roles_required(*READERS)
def find(request):
    """Search in the list: by POST, so that no name stands in an address; the rest of the list stays as it is."""
    text = " ".join(request.POST.get("q", "").replace("\x00", "").split())[:60]
    asked = Asked(request, parameters=request.POST)
    if looks_like_whole_number(text):
        found = list(Customer.objects.visible_to(request.user).search(text, index=index_personal)[:2])
        if len(found) == 1:
            target = found[0].get_absolute_url()
            return HttpResponse(headers={"HX-Redirect": target}) if wants_part(request) else redirect(target)
    definition = asked.selection.definition
    definition.pop("text", None)
    target = asked.url({**definition, "text": text} if text else definition)
    if wants_part(request):
        return HttpResponseLocation(target, target="#list", select="#list", swap="outerHTML")
    return redirect(target)


@require_safe
@roles_required(*READERS)
def counts(request):
    """How many customers stand in each tab, for the badges: counted to 999 each."""
    asked = Asked(request)
    badges = []
    for view in tabs_of(request, asked):
        selection = Selection(view.definition, user=request.user, on=request.today)
        number = selection.customers().order_by().values("pk")[: MOST_BADGE + 1].count()
        words = f"{MOST_BADGE}+" if number > MOST_BADGE else str(number)
        badges.append(
            format_html('<span id="count-{}" class="panel-count" hx-swap-oob="true">{}</span>', view.public_id, words)
        )
    return HttpResponse("".join(badges))


@require_safe
@roles_required(*READERS)
def look(request, public_id):
    """A quick look at a customer beside the list."""
    customer = visible_customer(request, public_id, whole=True)
    context = portrait(customer, on=request.today)
    return render(request, "customers/_look.html" if wants_part(request) else "customers/look.html", context)


@require_safe
@roles_required(*READERS)
def walk(request, public_id):
    """The customers before and after this one in the list the person came from; nothing when they came from none."""
    customer = visible_customer(request, public_id)
    came = request.session.get(WALK_KEY)
    before = after = None
    if came:
        asked = Asked(request, parameters=QueryDict(came["query"]))
        code = came["sort"].removeprefix("-")
        customers = asked.selection.customers().filter(standing__isnull=False)
        rows = ordered(request, asked, customers, came["sort"], [code])
        if rows.filter(pk=customer.pk).exists():
            after = rows.beyond(customer.pk).only("public_id", "name").first()
            before = rows.turned().beyond(customer.pk).only("public_id", "name").first()
    return render(request, "customers/_walk.html", {"before": before, "after": after, "came": came})
