"""Referrals (S2.1): the list, the panel, asking, what became of it, gift and thanks."""

import uuid

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Count, Q, Sum
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.http import require_POST, require_safe

from customers.choices import ReferralOutcome, ReferralQuality
from customers.forms.referrals import BecameForm, GiftForm, ReferralEditForm, ReferralForm
from customers.models import Customer, Referral, ReferralPolicy
from customers.rules.stamps import stamp_of
from customers.services.conflict import Changed
from customers.services.people import customers_with_phone
from customers.services.referrals import (
    STAMPED,
    became_customer,
    edit_referral,
    give_gift,
    record_referral,
    set_outcome,
    thank,
)
from customers.views.customers import visible_customer
from customers.views.pages import ShortPaginator
from customers.views.panels import panel
from customers.views.people import reveal_page, seen_name, visible_among
from customers.views.scope import scope_of
from customers.views.verbs import form_page, refused, section
from staff.access import READERS, WRITERS, RolesRequiredMixin, roles_required

PER_PAGE = 30
PANEL_ROWS = 8
# What can be said of a referral with one click; becoming a customer asks which one.
ONE_CLICK = (ReferralOutcome.NAMED, ReferralOutcome.CONTACTED, ReferralOutcome.DECLINED)


def dress(request, referrals):
    """Say of each referral whether the customer it became is in scope, and what can be done next."""
    visible = visible_among(request, [one.referred_id for one in referrals if one.referred_id])
    for one in referrals:
        one.seen = one.referred_id in visible
        one.who = seen_name(one.referred, visible=one.seen) if one.referred_id else one.name
        one.can_contact = one.outcome == ReferralOutcome.NAMED
        one.open = one.outcome in {ReferralOutcome.ASKED, ReferralOutcome.NAMED, ReferralOutcome.CONTACTED}
    return referrals


@require_safe
@roles_required(*READERS)
def referral_list(request):
    """Who introduced whom, by outcome: names that wait for a call first in sight, thanks that are owed beside them."""
    scope = scope_of(request)
    mine = scope.rows(Referral)
    outcome = request.GET.get("outcome")
    outcome = outcome if outcome in ReferralOutcome.values else ""
    owed = Q(thanked_on=None) & ~Q(outcome=ReferralOutcome.ASKED)
    found = mine.filter(outcome=outcome) if outcome else mine
    if request.GET.get("show") == "thanks":
        found, outcome = mine.filter(owed), "thanks"
    page = ShortPaginator(found.with_row_facts(), PER_PAGE).get_page(request.GET.get("page"))
    numbers = mine.aggregate(
        all=Count("pk"),
        high=Count("pk", filter=Q(quality=ReferralQuality.HIGH)),
        thanks=Count("pk", filter=owed),
        gifts=Sum("gift_cost"),
        **{value: Count("pk", filter=Q(outcome=value)) for value in ReferralOutcome.values},
    )
    named = numbers["named"] + numbers["contacted"] + numbers["customer"] + numbers["declined"]
    context = {
        "scope": scope,
        "page": page,
        "rows": dress(request, list(page.object_list)),
        "outcome": outcome,
        "outcomes": [(value, label, numbers[value]) for value, label in ReferralOutcome.choices],
        "numbers": numbers,
        "success": 100 * numbers["customer"] / named if named else None,
        "policy": ReferralPolicy.current(),
    }
    return render(request, "customers/referral_list.html", context)


@require_safe
@roles_required(*READERS)
def referrals_of(request, public_id):
    """Whom the customer named, what became of it, and through whom they came themselves."""
    customer = visible_customer(request, public_id)
    rows = dress(request, list(customer.referrals.with_row_facts()[: PANEL_ROWS + 1]))
    told = customer.relations.filter(kind="introducer").values("related")
    told_back = customer.related_from.filter(kind="introduced").values("customer")
    came = list(Customer.objects.filter(pk__in=told.union(told_back)))
    visible = visible_among(request, [one.pk for one in came])
    return panel(
        request,
        "customers/_referrals.html",
        _("Referrals"),
        customer,
        rows=rows[:PANEL_ROWS],
        more=len(rows) > PANEL_ROWS,
        through=[
            {"customer": one if one.pk in visible else None, "name": seen_name(one, visible=one.pk in visible)}
            for one in came
        ],
        introduced=customer.related_from.filter(kind="introducer").exists(),
    )


class ReferralAdd(RolesRequiredMixin, View):
    """Note that a customer was asked for a referral, and whom they named."""

    allowed_roles = WRITERS

    def get(self, request, public_id):
        """The form; ``?visit=`` names the visit in which it was asked."""
        customer = visible_customer(request, public_id)
        return self._page(request, ReferralForm(user=request.user, customer=customer), customer)

    def post(self, request, public_id):
        """Note it. A phone number of one of our own customers is pointed out before a stranger is made of them."""
        customer = visible_customer(request, public_id)
        form = ReferralForm(request.POST, user=request.user, customer=customer)
        if not form.is_valid():
            return self._page(request, form, customer)
        given = form.cleaned_data
        if given["mobile"] and not given["referred"]:
            known = customers_with_phone(given["mobile"], Customer.objects.visible_to(request.user)).first()
            if known:
                form.add_error(
                    "mobile",
                    _("This is the number of your customer %(name)s (%(number)s): choose them below.")
                    % {"name": known.name, "number": known.customer_no},
                )
                return self._page(request, form, customer)
        try:
            record_referral(introducer=customer, by=request.user, on=request.today, visit=self._visit(request), **given)
        except ValidationError as error:
            refused(form, error)
            return self._page(request, form, customer)
        messages.success(request, _("The referral is on file."))
        return redirect(section(customer, "referrals"))

    @staticmethod
    def _visit(request):
        try:
            return uuid.UUID(request.GET.get("visit", ""))
        except ValueError:
            return None

    @staticmethod
    def _page(request, form, customer):
        context = {
            "page_title": _("Ask %(name)s for a referral") % {"name": customer},
            "page_question": _("Why would they name somebody, whom, and how many?"),
            "submit_label": _("Note it"),
        }
        return form_page(request, form, customer, "referrals", template="customers/referral_ask.html", **context)


def visible_referral(request, public_id):
    """The referral of this public id, when its introducer is in scope, else 404."""
    rows = Referral.objects.visible_to(request.user).select_related("introducer", "referred")
    return get_object_or_404(rows, public_id=public_id)


class ReferralEdit(RolesRequiredMixin, View):
    """Mend name, phone, quality and notes."""

    allowed_roles = WRITERS

    def get(self, request, public_id):
        """The form with what is on file; the phone number stays hidden."""
        referral = visible_referral(request, public_id)
        known = self._on_file(referral) | {"stamp": stamp_of(referral, STAMPED)}
        return self._page(request, ReferralEditForm(initial=known), referral)

    def post(self, request, public_id):
        """Save what differs and go back; of two people editing at once the second sees both versions."""
        referral = visible_referral(request, public_id)
        form = ReferralEditForm(request.POST)
        if not form.is_valid():
            return self._page(request, form, referral)
        given = form.cleaned_data
        try:
            edit_referral(referral=referral, by=request.user, **(given | {"mobile": given["mobile"] or None}))
        except Changed as conflict:
            form.show_conflict(self._on_file(conflict.current), stamp_of(conflict.current, STAMPED))
            return self._page(request, form, referral)
        except ValidationError as error:
            refused(form, error)
            return self._page(request, form, referral)
        messages.success(request, _("Saved."))
        return redirect(section(referral.introducer, "referrals"))

    @staticmethod
    def _on_file(referral):
        return {name: getattr(referral, name) for name in ("name", "quality", "note")}

    @staticmethod
    def _page(request, form, referral):
        if referral.mobile_sealed:
            form.fields["mobile"].help_text = f"{referral.masked_mobile} {_('Empty keeps it.')}"
        title = _("Referral by %(name)s") % {"name": referral.introducer}
        return form_page(request, form, referral.introducer, "referrals", page_title=title)


@require_POST
@roles_required(*WRITERS)
def referral_outcome(request, public_id, outcome):
    """Note how far a referral came; the toast offers the way back."""
    if outcome not in ReferralOutcome.values:
        raise Http404
    referral = visible_referral(request, public_id)
    before = referral.outcome
    try:
        referral = set_outcome(referral=referral, outcome=outcome, by=request.user, on=request.today)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        undo = reverse("customers:referral_outcome", args=[public_id, before])
        text = _("The referral is now: %(outcome)s.") % {"outcome": referral.get_outcome_display()}
        messages.success(request, text, extra_tags=f"undo:{undo}" if before != outcome else "")
    return redirect(section(referral.introducer, "referrals"))


@require_POST
@roles_required(*WRITERS)
def referral_thank(request, public_id):
    """Note that the introducer was thanked today."""
    referral = thank(referral=visible_referral(request, public_id), by=request.user, on=request.today)
    messages.success(request, _("Noted: thanked."))
    return redirect(section(referral.introducer, "referrals"))


class ReferralGift(RolesRequiredMixin, View):
    """The introducer's gift, within the bank's limits."""

    allowed_roles = WRITERS

    def get(self, request, public_id):
        """The form with what was given."""
        referral = visible_referral(request, public_id)
        return self._page(request, GiftForm(initial={"gift": referral.gift, "gift_cost": referral.gift_cost}), referral)

    def post(self, request, public_id):
        """Note the gift; above a limit it is refused with what is left."""
        referral = visible_referral(request, public_id)
        form = GiftForm(request.POST)
        if not form.is_valid():
            return self._page(request, form, referral)
        given = form.cleaned_data
        try:
            give_gift(referral=referral, gift=given["gift"], cost=given["gift_cost"], by=request.user, on=request.today)
        except ValidationError as error:
            refused(form, error)
            return self._page(request, form, referral)
        messages.success(request, _("The gift is on file."))
        return redirect(section(referral.introducer, "referrals"))

    @staticmethod
    def _page(request, form, referral):
        policy = ReferralPolicy.current()
        context = {
            "page_title": _("A gift for %(name)s") % {"name": referral.introducer},
            "page_question": _("Whether or not anything comes of the referral; at most %(limit)s yuan.")
            % {"limit": f"{policy.gift_limit:,.2f}"},
        }
        return form_page(request, form, referral.introducer, "referrals", **context)


class ReferralBecame(RolesRequiredMixin, View):
    """Say which customer the person named has become."""

    allowed_roles = WRITERS

    def get(self, request, public_id):
        """The form; a customer with the phone number of the referral is chosen beforehand."""
        referral = visible_referral(request, public_id)
        mine = Customer.objects.visible_to(request.user)
        known = mine.filter(mobile_index=referral.mobile_index).first() if referral.mobile_index else None
        initial = {"referred": str(known.public_id)} if known else {}
        return self._page(
            request, BecameForm(user=request.user, customer=referral.introducer, initial=initial), referral
        )

    def post(self, request, public_id):
        """Link, and write the relation “introducer”."""
        referral = visible_referral(request, public_id)
        form = BecameForm(request.POST, user=request.user, customer=referral.introducer)
        if not form.is_valid():
            return self._page(request, form, referral)
        try:
            became_customer(
                referral=referral, referred=form.cleaned_data["referred"], by=request.user, on=request.today
            )
        except ValidationError as error:
            refused(form, error)
            return self._page(request, form, referral)
        messages.success(request, _("The referral became a customer. Say thanks to the introducer."))
        return redirect(section(referral.introducer, "referrals"))

    @staticmethod
    def _page(request, form, referral):
        name = referral.name or _("the person named")
        context = {"page_title": _("Which customer is %(name)s now?") % {"name": name}, "submit_label": _("Link")}
        return form_page(request, form, referral.introducer, "referrals", **context)


@roles_required(*READERS)
def referral_reveal(request, public_id):
    """The phone number of the person named, in clear, for a reason; an audit row each time."""
    referral = visible_referral(request, public_id)
    url = reverse("customers:referral_reveal", args=[public_id])
    return reveal_page(request, owner=referral, customer=referral.introducer, url=url)
