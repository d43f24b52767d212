"""The home page: whom do I call now, and why?"""

from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from uuid import UUID

from django.contrib import messages
from django.core.cache import cache
from django.core.paginator import Paginator
from django.db.models import Count, Sum
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe
from django_htmx.http import trigger_client_event

from care.choices import CareKind, DismissReason, Period
from care.models import FollowUp
from care.views.timeline import unseen
from customers.choices import ASSET_CATEGORIES, Category
from customers.models import Customer, Holding
from customers.rules.lunar import lunar_text
from customers.services.contact import instructions, preference_on
from staff.access import READERS, roles_required
from staff.choices import Role
from staff.models import User
from staff.templatetags.crm import undo_url
from visits.models import Visit

PER_PAGE = 30
MATURING_DAYS = 30
WEEK = 7
# With more customers to care for than this the order is kept for so long, and is that of the first so many.
MOST_LIVE, KEPT_SECONDS, MOST_RANKED = 10_000, 300, 900


@dataclass
class Row:
    """One customer with every reason why it is on the list."""

    customer: Customer
    followups: list
    # How the customer wants to be reached; None when nothing is known.
    preference: object
    url: str
    # Own reminders alone are not a talk with the customer.
    contact: bool


@require_safe
def worklist(request):
    """The work list of the person, or of the manager chosen; administrators see no customer and get their own home."""
    if not request.user.can_see_customers:
        return redirect("admin:index")
    if request.htmx and request.htmx.target == "aside":
        return render(request, "care/_aside_empty.html", {"swap": False})
    chosen = choices_of(request)
    mine = FollowUp.objects.visible_to(request.user)
    if chosen["manager"]:
        mine = mine.filter(customer__manager=chosen["manager"])
    listed = mine.in_period(chosen["period"], on=request.today)
    if chosen["kind"]:
        listed = listed.filter(kind=chosen["kind"])
    counts, ranked, as_of = ranking(request, chosen, mine, listed)
    paginator = Paginator(ranked, PER_PAGE)
    if not as_of:
        # The tabs have counted these customers already.
        paginator.count = counts[chosen["kind"] or chosen["period"]]
    page = paginator.get_page(request.GET.get("page"))
    context = {
        **chosen,
        "rows": rows_of(request, page, listed),
        "page": page,
        "counts": counts,
        "done_today": mine.done_between(request.today, request.today).count(),
        "periods": [(part, part.label, counts[part.value]) for part in Period],
        "kinds": [(kind, kind.label, counts[kind.value]) for kind in CareKind],
        **clicks(),
        "here": here(request),
        "soonest": request.today + timedelta(days=1),
        "own_list": request.user.role == Role.MANAGER,
        "as_of": as_of,
        "first": MOST_RANKED,
    }
    if request.htmx and not request.htmx.boosted:
        toasts = list(messages.get_messages(request))
        # After a verb the panel beside the list may show what is done already: it closes.
        response = render(request, "care/_worklist.html", {**context, "close_aside": bool(toasts)})
        return with_toasts(response, toasts)
    context |= {
        "managers": managers_of(request),
        "lunar": lunar_text(request.today),
        "maturing": maturing(request, chosen["manager"], keep=as_of is not None),
        "birthdays": birthdays(request, chosen["manager"]),
        "selected": selected(request),
        "mention_count": unseen(request.user).count() if request.user.can_write else 0,
        "today_iso": request.today.isoformat(),
    }
    return render(request, "care/worklist.html", context)


@require_safe
@roles_required(*READERS)
def aside(request, public_id):
    """What to know before calling one customer: last talk, holdings in a line, what to say, what never to mention."""
    context = aside_of(request, public_id)
    if not request.htmx:
        return redirect(f"{reverse('care:worklist')}?selected={public_id}")
    return render(request, "care/_aside.html", context)


def clicks():
    """Addresses and reasons that every row's buttons need, looked up once a page."""
    nobody = UUID(int=0)
    return {
        "verbs": {
            **{name: reverse(f"care:{name}") for name in ("complete", "snooze", "dismiss")},
            "aside": reverse("care:aside", args=[nobody]).removesuffix(f"{nobody}/"),
        },
        "reasons": [(value, str(label)) for value, label in DismissReason.choices],
    }


def choices_of(request):
    """Part, kind and manager from the address; an unknown part or kind falls back to the whole list of what is to do, a
    staff number that nobody has lists nobody."""
    period, kind = request.GET.get("period"), request.GET.get("kind")
    manager = None
    staff_no = request.GET.get("manager", "").replace("\x00", "").strip()[:32]
    if staff_no and request.user.role != Role.MANAGER:
        manager = User.objects.visible_to(request.user).typed_or_nobody(staff_no)
    return {
        "period": Period(period) if period in Period.values else Period.DUE,
        "kind": CareKind(kind) if kind in CareKind.values else None,
        "manager": manager,
        "unknown_manager": manager.staff_no if manager and not manager.pk else "",
    }


def ranking(request, chosen, mine, listed):
    """What the tabs count, the customers in their order, and since when both are kept; None: they are of now.

    Of the many customers of several branches the order is worked out every few minutes, and only of the most urgent;
    the rows themselves are always of now.
    """
    user, on = request.user, request.today

    def counted():
        return mine.counts(on=on, period=chosen["period"])

    several = user.role == Role.AUDITOR or (user.role == Role.HEAD and len(user.branches()) > 1)
    if chosen["manager"] or not several:
        return counted(), listed.customers_by_priority(on=on), None
    key = kept_as(request, str(chosen["period"]), str(chosen["kind"] or ""))
    kept = cache.get(key)
    if kept is None:
        counts = counted()
        if counts[chosen["kind"] or chosen["period"]] <= MOST_LIVE:
            return counts, listed.customers_by_priority(on=on), None
        kept = counts, list(listed.customers_by_priority(on=on)[:MOST_RANKED]), timezone.now()
        cache.set(key, kept, KEPT_SECONDS)
    return kept


def kept_as(request, *parts):
    """Under which name something about everybody in the person's scope is kept for a few minutes."""
    scope = "" if request.user.role == Role.AUDITOR else request.user.branch.path
    return "worklist:" + sha256(repr((scope, request.today, *parts)).encode()).hexdigest()


def here(request):
    """The address to come back to after a verb: the list as it is filtered, without the selection."""
    parameters = request.GET.copy()
    parameters.pop("selected", None)
    query = parameters.urlencode()
    return f"{request.path}?{query}" if query else request.path


def rows_of(request, page, listed):
    """The customers of the page in their order, each with its follow-ups of the list; two queries."""
    order = [entry["customer_id"] for entry in page]
    customers = (
        Customer.objects.visible_to(request.user)
        .select_related("standing", "contact_preference", "branch", "manager")
        .in_bulk(order)
    )
    reasons = {}
    for followup in (
        listed.filter(customer__in=order)
        .select_related("rule", "holding__product")
        .order_by("due_on", "happens_on", "pk")
    ):
        reasons.setdefault(followup.customer_id, []).append(followup)
    return [
        row_of(customers[key], reasons[key], on=request.today) for key in order if key in customers and key in reasons
    ]


def row_of(customer, followups, *, on):
    """A row of the list, or of the panel beside it, on the day `on`."""
    preference = preference_on(customer, on=on)
    silent = preference is not None and preference.do_not_contact
    return Row(
        customer=customer,
        followups=followups,
        preference=preference,
        url=customer.get_absolute_url(),
        contact=not silent and any(followup.kind != CareKind.MANUAL for followup in followups),
    )


def managers_of(request):
    """The managers a head or an auditor may choose from, None where they are too many for a list box; [] for a manager,
    who sees one list only."""
    if request.user.role == Role.MANAGER:
        return []
    return User.objects.visible_to(request.user).managers().select_related("branch").few()


def maturing(request, manager, *, keep=False):
    """What customers have with us that ends within 30 days, in yuan, and the list behind it; `keep`: of some minutes
    ago, when that is known."""
    holdings = Holding.objects.visible_to(request.user).filter(product__category__in=ASSET_CATEGORIES)
    until = request.today + timedelta(days=MATURING_DAYS)
    query = f"?maturing_from={request.today.isoformat()}&maturing_to={until.isoformat()}"
    if manager:
        holdings = holdings.filter(customer__manager=manager)
        query += f"&manager={manager.staff_no}"

    def sum_up():
        return holdings.maturing(within=MATURING_DAYS, on=request.today).aggregate(total=Sum("balance"))["total"] or 0

    total = cache.get_or_set(kept_as(request, "maturing"), sum_up, KEPT_SECONDS) if keep else sum_up()
    return {"total": total, "url": reverse("customers:list") + query}


def birthdays(request, manager):
    """How many customers have a birthday today or in the six days after, by either calendar, and the list behind it."""
    customers = Customer.objects.visible_to(request.user)
    query = f"?birthday={WEEK - 1}"
    if manager:
        customers = customers.filter(manager=manager)
        query += f"&manager={manager.staff_no}"
    count = customers.birthday(within=WEEK - 1, on=request.today).count()
    return {"count": count, "url": reverse("customers:list") + query}


def selected(request):
    """The panel of the customer named in the address, for browsers without JavaScript; None when there is none."""
    key = request.GET.get("selected")
    try:
        return aside_of(request, UUID(key)) if key else None
    except ValueError:
        return None


def aside_of(request, public_id):
    """What the panel shows of one customer; 404 when not visible."""
    rows = Customer.objects.visible_to(request.user).select_related("standing", "contact_preference", "manager")
    customer = get_object_or_404(rows, public_id=public_id)
    followups = list(
        FollowUp.objects.filter(customer=customer)
        .open()
        .select_related("rule", "holding__product")
        .order_by("due_on", "pk")
    )
    back = request.htmx.current_url_abs_path if request.htmx else None
    return {
        "row": row_of(customer, followups, on=request.today),
        "contact": instructions(customer, on=request.today),
        "talk": Visit.objects.held().filter(customer=customer).select_related("by").order_by("-held_on", "-pk").first(),
        "holdings": holdings_of(customer),
        **clicks(),
        "here": back or here(request),
        "soonest": request.today + timedelta(days=1),
        "reveal_url": reverse("customers:reveal", args=[customer.public_id, "mobile"]),
    }


def holdings_of(customer):
    """What the customer holds with us, one entry a category, the largest first."""
    rows = Holding.objects.filter(customer=customer).open().values("product__category")
    totals = rows.annotate(total=Sum("balance"), count=Count("pk")).order_by("-total")
    return [
        {"label": Category(row["product__category"]).label, "total": row["total"], "count": row["count"]}
        for row in totals
    ]


def with_toasts(response, toasts):
    """Hand messages to the page that is open: the shell, which shows them otherwise, is not part of htmx answers."""
    for message in toasts:
        detail = {"message": str(message), "level": message.level_tag, "undo_url": undo_url(message.extra_tags)}
        trigger_client_event(response, "toast", detail)
    return response
