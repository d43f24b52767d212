"""Pages of proposals: list, write, look at, present, decide, print, PDF."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_tables2 import RequestConfig

from customers.access import customer_named
from customers.choices import ASSET_CATEGORIES, Dimension
from customers.services.contact import instructions
from proposals.filters import ProposalFilter
from proposals.forms import DeclineForm, DraftForm, ProposalForm, lanes_of
from proposals.models import Proposal
from proposals.rules import Lane, findings, may_be_presented
from proposals.services import document
from proposals.services import proposal as verbs
from proposals.tables import ProposalTable
from staff.access import READERS, WRITERS, roles_required
from staff.tables import CappedPaginator


def _proposal(request, public_id):
    rows = Proposal.objects.visible_to(request.user).select_related(
        "customer__branch",
        "customer__standing",
        "customer__contact_preference",
        "template",
        "drafted_by",
        "presented_by",
        "decided_by",
    )
    return get_object_or_404(rows, public_id=public_id)


@require_safe
@roles_required(*READERS)
def proposal_list(request):
    """Which proposals are out, which wait for an answer; of one customer with `customer`, as a panel with `panel`."""
    customer = customer_named(request)
    rows = Proposal.objects.visible_to(request.user).select_related("customer", "drafted_by").with_amount()
    if customer:
        rows = rows.filter(customer=customer)
    if customer and request.GET.get("panel"):
        return render(
            request,
            "proposals/_panel.html",
            {
                "customer": customer,
                "customer_id": str(customer.public_id),
                "proposals": rows[:5],
                "count": rows.count(),
            },
        )
    chosen = ProposalFilter(request.GET, queryset=rows, request=request)
    table = ProposalTable(chosen.qs)
    RequestConfig(request, paginate={"per_page": 30, "paginator_class": CappedPaginator}).configure(table)
    template = "tables/_list.html" if request.htmx and not request.htmx.boosted else "proposals/proposal_list.html"
    return render(request, template, {"table": table, "filter": chosen, "customer": customer})


@require_http_methods(["GET", "HEAD", "POST"])
@roles_required(*WRITERS)
def add(request):
    """Begin a proposal; then its editor opens."""
    customer = customer_named(request)
    form = DraftForm(request.POST or None, user=request.user, customer=customer)
    if request.method == "POST" and form.is_valid():
        chosen, template = form.cleaned_data["customer"], form.cleaned_data["template"]
        try:
            proposal = verbs.draft_proposal(
                customer=chosen,
                template=template,
                title=form.cleaned_data["title"] or f"{chosen.name[:60]} · {template.label}"[:120],
                by=request.user,
                on=request.today,
            )
        except ValidationError as error:
            form.add_error("customer", error)
        else:
            return redirect("proposals:edit", proposal.public_id)
    context = {
        "form": form,
        "customer": customer,
        "cancel_url": reverse("proposals:list"),
        "contact": instructions(customer, on=request.today) if customer else None,
    }
    return render(request, "proposals/proposal_add.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@roles_required(*WRITERS)
def edit(request, public_id):
    """Write a draft: needs and situation, four lanes of products, and the rule beside them."""
    proposal = _proposal(request, public_id)
    if proposal.status != "draft":
        messages.info(request, _("Only a draft can be changed."))
        return redirect(proposal)
    data = request.POST if request.method == "POST" else None
    form = ProposalForm(data, instance=proposal, initial={"version": proposal.version})
    lanes = lanes_of(proposal, data=data)
    status = 200
    if data is not None:
        in_order = [form.is_valid(), *(lane.is_valid() for lane in lanes)]
        status = 422
        if all(in_order):
            try:
                verbs.edit_proposal(
                    proposal=proposal,
                    version=form.cleaned_data.pop("version"),
                    fields=form.cleaned_data,
                    texts={lane.dimension.value: lane.text.strip() for lane in lanes},
                    items=[item for lane in lanes for item in lane.items],
                    by=request.user,
                )
            except ValidationError as error:
                form.add_error(None, error)
            else:
                messages.success(request, _("Saved."))
                return redirect(proposal)
    context = {
        "form": form,
        "lanes": lanes,
        "proposal": proposal,
        "findings": _findings(proposal, form, lanes),
        **_facts(proposal.customer),
    }
    return render(request, "proposals/proposal_edit.html", context, status=status)


@require_POST
@roles_required(*WRITERS)
def check(request, public_id):
    """What the rule says of what stands in the form right now; nothing is saved."""
    proposal = _proposal(request, public_id)
    form = ProposalForm(request.POST, instance=proposal)
    lanes = lanes_of(proposal, data=request.POST)
    found = _findings(proposal, form, lanes)
    return render(request, "proposals/_findings.html", {"findings": found, "ready": may_be_presented(found)})


def _findings(proposal, form, lanes):
    words = form.data if form.is_bound else form.initial
    return findings(
        centre=words.get("centre") or "",
        customer_side=words.get("customer_side") or "",
        bank_side=words.get("bank_side") or "",
        presentation=words.get("presentation") or "",
        lanes={
            lane.dimension.value: Lane(sum(bool(row["product"].value()) for row in lane.rows), lane.text)
            for lane in lanes
        },
        demands=verbs.demands_of(proposal.template),
    )


def _facts(customer):
    """What the editor shows beside the form: open needs, and assets by dimension. Two queries."""
    held = dict.fromkeys(Dimension.values, 0)
    holdings = list(customer.holdings.open().select_related("product"))
    for holding in holdings:
        if holding.product.category in ASSET_CATEGORIES and holding.currency == "CNY" and holding.product.dimension:
            held[holding.product.dimension] += holding.balance
    total = sum(held.values())
    return {
        "customer": customer,
        "needs": list(customer.needs.open()),
        "holdings": holdings,
        "held": [
            {"label": dimension.label, "value": held[dimension], "share": held[dimension] * 100 / total if total else 0}
            for dimension in Dimension
        ],
    }


@require_safe
@roles_required(*READERS)
def detail(request, public_id):
    """The proposal as the customer will see it, its rule check, and what can be done next."""
    proposal = _proposal(request, public_id)
    found = verbs.rule_check(proposal)
    context = {
        "proposal": proposal,
        "document": document.content_of(proposal, on=request.today),
        "findings": found,
        "ready": may_be_presented(found),
        "contact": instructions(proposal.customer, on=request.today),
        "decline_form": DeclineForm(),
    }
    return render(request, "proposals/proposal_detail.html", context)


def _do(request, public_id, verb, done, **arguments):
    """Run one verb on a proposal and go back to its page, with the result or the reason why not."""
    proposal = _proposal(request, public_id)
    try:
        verb(proposal=proposal, by=request.user, **arguments)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, done)
    return redirect(proposal)


@require_POST
@roles_required(*WRITERS)
def present(request, public_id):
    """draft → presented."""
    return _do(request, public_id, verbs.present, _("Presented. It waits for the customer's answer."), on=request.today)


@require_POST
@roles_required(*WRITERS)
def take_back(request, public_id):
    """presented → draft."""
    return _do(request, public_id, verbs.take_back, _("A draft again."))


@require_POST
@roles_required(*WRITERS)
def accept(request, public_id):
    """presented → accepted."""
    return _do(request, public_id, verbs.accept, _("Accepted."), on=request.today)


@require_POST
@roles_required(*WRITERS)
def decline(request, public_id):
    """presented → declined, with the reason."""
    form = DeclineForm(request.POST)
    if not form.is_valid():
        proposal = _proposal(request, public_id)
        messages.error(request, _("Say why the customer declined, in at most 300 letters."))
        return redirect(proposal)
    return _do(
        request,
        public_id,
        verbs.decline,
        _("Declined; the reason is kept."),
        reason=form.cleaned_data["reason"],
        on=request.today,
    )


@require_POST
@roles_required(*WRITERS)
def discard(request, public_id):
    """Throw a draft away."""
    proposal = _proposal(request, public_id)
    try:
        verbs.discard(proposal=proposal, by=request.user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect(proposal)
    messages.success(request, _("The draft is gone."))
    return redirect("proposals:list")


@require_safe
@roles_required(*READERS)
def print_view(request, public_id):
    """The document alone, for paper."""
    proposal = _proposal(request, public_id)
    return render(
        request,
        "proposals/proposal_print.html",
        {"proposal": proposal, "document": document.content_of(proposal, on=request.today)},
    )


@require_safe
@roles_required(*READERS)
def pdf(request, public_id):
    """The document as a PDF with embedded fonts; back to the page with the reason when a letter has no glyph."""
    proposal = _proposal(request, public_id)
    try:
        content = document.pdf_of(proposal, on=request.today)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect(proposal)
    response = HttpResponse(content, content_type="application/pdf")
    # No name in the file name: it lands in download folders and mail subjects.
    response.headers["Content-Disposition"] = f'attachment; filename="proposal-{str(proposal.public_id)[:8]}.pdf"'
    return response
