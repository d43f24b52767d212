"""The search of the top bar and the palette: customers, lists, places and verbs, looked for by POST."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from django_htmx.http import HttpResponseClientRedirect

from customers.models import Customer, SavedView
from customers.models.sealed import index_personal
from customers.querysets import looks_like_whole_number
from customers.views.asked import keep
from staff.access import READERS, roles_required
from staff.choices import Role

SEARCH_RESULTS, PALETTE_CUSTOMERS, PALETTE_VIEWS = 8, 6, 5
LONGEST = 60


@require_POST
@roles_required(*READERS)
def search(request):
    """Customers by name, pinyin, initials, number, last four or the full number; by POST: none stands in an address.

    For htmx the drop-down of the top bar; a full number leads straight to its customer.
    """
    text = request.POST.get("q", "").strip()[:LONGEST]
    whole = looks_like_whole_number(text)
    found = customers_found(request, text, SEARCH_RESULTS + 1)
    in_list = request.htmx and request.htmx.target == "list"
    if request.htmx and not in_list:
        more = len(found) > SEARCH_RESULTS and not whole
        context = {
            "query": text,
            "results": [result_of(customer) for customer in found[:SEARCH_RESULTS]],
            "more_url": list_of(request, text) if more else "",
        }
        return render(request, "shell/search_results.html", context)
    if whole:
        if len(found) == 1:
            target = found[0].get_absolute_url()
        else:
            messages.info(request, _("No customer of yours has this number."))
            target = reverse("customers:list")
    else:
        target = list_of(request, text) if text else reverse("customers:list")
    return HttpResponseClientRedirect(target) if request.htmx else redirect(target)


def customers_found(request, text, most):
    """The person's own customers whom a text means, the largest first."""
    mine = Customer.objects.visible_to(request.user)
    one_by_one = request.user.role == Role.MANAGER or mine.is_meant_by_many(text)
    found = mine.search_one_by_one if one_by_one else mine.search
    return list(found(text, index=index_personal).with_row_facts().by_assets()[:most])


def list_of(request, text):
    """The address of the list of everybody found; the text itself stays in the session."""
    return f"{reverse('customers:list')}?find={keep(request, text)}"


def result_of(customer):
    """A customer as a line of what was found: nothing personal but the masked phone."""
    return {
        "url": customer.get_absolute_url(),
        "name": customer.name,
        "number": customer.customer_no,
        "detail": " · ".join(part for part in (customer.masked_mobile, str(customer.branch)) if part),
        "standing": customer.standing,
    }


@require_POST
def palette(request):
    """What Ctrl+K finds for everybody: customers and lists for those who may see them; places and verbs by name."""
    text = " ".join(request.POST.get("q", "").replace("\x00", "").split())[:LONGEST]
    context = {"query": text, "results": [], "views": [], "more_url": ""}
    if request.user.role != Role.ADMIN:
        if text:
            found = customers_found(request, text, PALETTE_CUSTOMERS + 1)
            context["results"] = [result_of(customer) for customer in found[:PALETTE_CUSTOMERS]]
            if len(found) > PALETTE_CUSTOMERS and not looks_like_whole_number(text):
                context["more_url"] = list_of(request, text)
        views = SavedView.objects.visible_to(request.user)
        context["views"] = views.filter(name__icontains=text)[:PALETTE_VIEWS]
    return render(request, "shell/palette_results.html", context)
