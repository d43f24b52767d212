"""Verbs on many customers: choose them in a list, look ahead, have it done, read what became of them, undo."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from customers.choices import BulkKind, BulkOutcome, BulkState
from customers.models import BulkAction, Customer, SavedView, Tag
from customers.services import bulk
from customers.views.asked import Asked
from jobs.tasks import ring_on_commit
from staff.access import WRITERS, roles_required
from staff.models import User

REASONS_SHOWN, RECENT = 30, 20
# What the forms of the verbs ask for; a form sent back keeps it.
TYPED = ("tag", "tag_id", "view_id", "name", "manager", "reason", "text", "due_on")


@require_POST
@roles_required(*WRITERS)
def bulk_choose(request):
    """Fix who was selected, the rows that were ticked or (`all`) everybody the list finds, and go on to the verb."""
    asked = Asked(request, parameters=QueryDict(request.POST.get("state", "")))
    mine = Customer.objects.visible_to(request.user)
    if request.POST.get("all"):
        customers = asked.selection.customers()
    else:
        customers = mine.filter(public_id__in=keys_of(request.POST.getlist("customer")))
    try:
        kind = BulkKind(request.POST.get("kind", ""))
        action = bulk.choose(by=request.user, kind=kind, customers=customers, on=request.today)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect(asked.url())
    except ValueError:
        messages.error(request, _("Choose what to do with them."))
        return redirect(asked.url())
    action.params = {"back": asked.query().urlencode()}
    action.save(update_fields=["params"])
    return redirect(action)


def keys_of(texts):
    """The public ids among texts."""
    found = []
    for text in texts[: bulk.CHUNK]:
        try:
            found.append(UUID(text))
        except ValueError:
            continue
    return found


def own_action(request, public_id):
    """The person's own action, else 404."""
    actions = BulkAction.objects.visible_to(request.user).select_related("by__branch", "job")
    return get_object_or_404(actions, public_id=public_id)


@require_safe
@roles_required(*WRITERS)
def bulk_page(request, public_id):
    """What is about to be done, how far it is, what became of everybody."""
    action = own_action(request, public_id)
    return page(request, action)


def page(request, action, *, data=None, error="", status=200):
    """The page of an action."""
    action.by = request.user
    typed = {name: (data or {}).get(name, "") for name in TYPED}
    back = action.params.get("back", "")
    context = {"action": action, "error": error, "data": typed, "back": back, "number": action.items.count()}
    if action.state == BulkState.CHOSEN:
        context |= choices_of(request, action) | looked_ahead(action, data or {})
    else:
        rows = bulk.outcomes(action)
        labels = dict(BulkOutcome.choices)
        left = action.items.exclude(outcome__in=[BulkOutcome.DONE, BulkOutcome.WAITING, BulkOutcome.UNDONE])
        stopped = action.job is None or not action.job.is_open
        context |= {
            "outcomes": [(outcome, labels[outcome], number) for outcome, number in rows],
            "left": left.select_related("customer")[:REASONS_SHOWN],
            "can_undo": stopped and action.state in {BulkState.WAITING, BulkState.DONE},
            "words": action.params.get("words", ""),
        }
    return render(request, "customers/bulk.html", context, status=status)


def choices_of(request, action):
    """What the form of the verb offers."""
    if action.kind in {BulkKind.TAG, BulkKind.UNTAG}:
        return {"tags": list(Tag.objects.visible_to(request.user))}
    if action.kind == BulkKind.ADD:
        return {"views": list(SavedView.objects.kept().filter(owner=request.user, fixed=True))}
    if action.kind == BulkKind.ASSIGN:
        return {
            "managers": list(User.objects.visible_to(request.user).managers().select_related("branch").order_by("name"))
        }
    return {}


def looked_ahead(action, data):
    """How many it is possible for, and why not for the others, as far as the form says."""
    try:
        params = bulk.read_params(action=action, data=data)
    except ValidationError:
        params = {}
    found = bulk.ahead(action=action, params=params)
    labels = dict(BulkOutcome.choices)
    return {
        "possible": found.pop(BulkOutcome.DONE, 0),
        "reasons": [(labels[outcome], number) for outcome, number in found.most_common()],
    }


@require_POST
@roles_required(*WRITERS)
def bulk_ahead(request, public_id):
    """What would become of them, while the form is being filled in."""
    action = own_action(request, public_id)
    action.by = request.user
    return render(request, "customers/_bulk_ahead.html", {"action": action, **looked_ahead(action, request.POST)})


@require_POST
@roles_required(*WRITERS)
def bulk_start(request, public_id):
    """Have a job do it."""
    action = own_action(request, public_id)
    action.by = request.user
    try:
        job = bulk.start(action=action, data=request.POST, now=timezone.now())
    except ValidationError as error:
        return page(request, action, data=request.POST, error=" ".join(error.messages), status=422)
    if job is not None:
        ring_on_commit(job)
    return redirect(action)


@require_POST
@roles_required(*WRITERS)
def bulk_undo(request, public_id):
    """Have a job put it back."""
    action = own_action(request, public_id)
    try:
        ring_on_commit(bulk.undo(action=action, by=request.user, now=timezone.now()))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect(action)


@require_safe
@roles_required(*WRITERS)
def bulk_list(request):
    """What the person did with many customers lately."""
    actions = BulkAction.objects.visible_to(request.user).exclude(state=BulkState.CHOSEN).select_related("job")
    return render(request, "customers/bulk_list.html", {"actions": actions[:RECENT]})
