"""Moments to ask for a referral: whom did we serve well lately, and not ask?"""

from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from care.services.moments import REASONS, WITHIN_DAYS, asked_count, moments
from customers.models import Customer, ReferralPolicy
from customers.views.pages import ShortPaginator
from customers.views.scope import scope_of
from staff.access import READERS, roles_required

PER_PAGE = 30


@require_safe
@roles_required(*READERS)
def moment_list(request):
    """Talks that went well in the last 30 days, with why, and the button that asks (S2.1)."""
    scope = scope_of(request)
    mine, policy = scope.rows(Customer), ReferralPolicy.current()
    found = moments(customers=mine, on=request.today, ask_again_days=policy.ask_again_days)
    page = ShortPaginator(found.select_related("customer__standing", "by"), PER_PAGE).get_page(request.GET.get("page"))
    words = {
        "accepted": _("accepted a proposal"),
        "resolved": _("an objection was resolved"),
        "met": _("a need was met"),
        "next_step": _("agreed on a next step"),
    }
    rows = [{"visit": visit, "reasons": [words[name] for name in REASONS if getattr(visit, name)]} for visit in page]
    context = {
        "scope": scope,
        "page": page,
        "rows": rows,
        "days": WITHIN_DAYS,
        "policy": policy,
        "asked": asked_count(customers=mine, on=request.today),
    }
    return render(request, "care/moments.html", context)
