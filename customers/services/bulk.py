"""Verbs on many customers at once: choose, look ahead, do in a job, tell, undo.

The customers are fixed when they are chosen, so that what is looked at beforehand is what is done. A job goes through
them in chunks, each in its own transaction with what became of every one of them: killed anywhere it goes on where it
stopped, and started twice it acts once. Rooms above bring their own verb for the chunk (`do`, `take_back`).
"""

from collections import Counter
from uuid import UUID

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from customers.choices import BulkKind, BulkOutcome, BulkState, ContactPurpose, CustomerState
from customers.models import BulkAction, BulkItem, Customer, HandoverLine, SavedView, Tag, Tagging, ViewMember
from customers.services.handover import check_receiver, move_customers
from customers.services.views import make_tag, save_view
from jobs.models import Job
from jobs.services import enqueue, report
from staff.choices import Role
from staff.models import User
from staff.services import record, record_many

CHUNK = 500
# Which job does a kind; others are done by this room.
JOBS = {BulkKind.FOLLOW_UP: "bulk_follow_up"}
AUDITED = {BulkKind.TAG: "customer.tagged", BulkKind.UNTAG: "customer.untagged", BulkKind.ASSIGN: "customer.assigned"}
TOO_MANY = gettext_lazy("At most %(n)s customers at once: narrow the list first.")


def kinds_of(user):
    """What a person may do with many customers: heads assign, managers do not."""
    return [kind for kind in BulkKind if kind != BulkKind.ASSIGN or user.role == Role.HEAD]


@transaction.atomic
def choose(*, by, kind, customers, on):
    """Fix the customers (a queryset in scope, or what it gives now) for a verb that follows; returns the BulkAction.

    Earlier choices of the person that led to nothing are forgotten. Raises ValidationError for nobody and for too many,
    PermissionDenied for a verb that is not the person's.
    """
    if kind not in kinds_of(by):
        raise PermissionDenied
    most = settings.BULK_ROWS
    BulkAction.objects.filter(by=by, state=BulkState.CHOSEN).delete()
    action = BulkAction.objects.create(kind=kind, by=by, on=on)
    chosen, params = customers.order_by().values("pk")[: most + 1].query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO customers_bulkitem (action_id, customer_id, outcome, before)"  # noqa: S608 the queryset's own text
            f" SELECT %s, chosen.id, 'waiting', '{{}}' FROM ({chosen}) AS chosen (id) ORDER BY chosen.id",
            [action.pk, *params],
        )
        number = cursor.rowcount
    if number == 0:
        raise ValidationError(_("Nobody is selected."))
    if number > most:
        raise ValidationError(str(TOO_MANY) % {"n": f"{most:,}"})
    return action


def ahead(*, action, params):
    """What would become of the customers chosen: Counter of BulkOutcome; `done`: it is possible."""
    keys = list(action.items.values_list("customer_id", flat=True))
    reasons = impossible(action=action, params=params, keys=keys)
    return Counter(reasons.get(key, BulkOutcome.DONE) for key in keys)


def impossible(*, action, params, keys):
    """{customer's key: why not} of those of `keys` for whom the verb cannot be done now."""
    seen = Customer.objects.visible_to(action.by).filter(pk__in=keys)
    reasons = dict.fromkeys(set(keys) - set(seen.values_list("pk", flat=True)), BulkOutcome.GONE)

    def say(outcome, found):
        for key in found:
            reasons.setdefault(key, outcome)

    if action.kind == BulkKind.FOLLOW_UP:
        say(BulkOutcome.ENDED, seen.filter(state=CustomerState.ENDED).values_list("pk", flat=True))
        # One reminder is service; the same for everybody chosen is a campaign (S1.3).
        say(BulkOutcome.RESTRICTED, seen.filter(restricted=True).values_list("pk", flat=True))
        may = seen.contactable(purpose=ContactPurpose.CARE, on=action.on)
        say(BulkOutcome.SILENT, set(keys) - set(may.values_list("pk", flat=True)))
    elif action.kind in {BulkKind.TAG, BulkKind.UNTAG}:
        tagged = set()
        if tag := params.get("tag"):
            tagged = set(
                Tagging.objects.filter(tag__public_id=tag, customer__in=keys).values_list("customer_id", flat=True)
            )
        say(BulkOutcome.ALREADY, tagged if action.kind == BulkKind.TAG else set(keys) - tagged)
    elif action.kind == BulkKind.ADD:
        if view := params.get("view"):
            members = ViewMember.objects.filter(view__public_id=view, customer__in=keys)
            say(BulkOutcome.ALREADY, members.values_list("customer_id", flat=True))
    elif action.kind == BulkKind.ASSIGN:
        if manager := params.get("manager"):
            say(BulkOutcome.ALREADY, seen.filter(manager__staff_no=manager).values_list("pk", flat=True))
        under_way = HandoverLine.objects.filter(customer__in=keys, open=True)
        say(BulkOutcome.PENDING, under_way.values_list("customer_id", flat=True))
    return reasons


def read_params(*, action, data):
    """What the form of a verb says, checked: raises ValidationError. Nothing is written."""
    by = action.by
    data = {name: str(value).replace("\x00", "") for name, value in data.items()}
    if action.kind == BulkKind.TAG:
        name = " ".join(str(data.get("tag", "")).split())
        if not name:
            raise ValidationError(_("Choose a tag or type a new one."))
        known = Tag.objects.visible_to(by).filter(name__iexact=name).first()
        return {"tag": str(known.public_id) if known else "", "name": name[:24], "words": name[:24]}
    if action.kind == BulkKind.UNTAG:
        tag = _one_of(Tag.objects.visible_to(by), data.get("tag_id"))
        if tag is None:
            raise ValidationError(_("Choose a tag."))
        return {"tag": str(tag.public_id), "words": tag.name}
    if action.kind == BulkKind.ADD:
        view = _one_of(SavedView.objects.kept().filter(owner=by, fixed=True), data.get("view_id"))
        name = " ".join(str(data.get("name", "")).split())[:40]
        if view is None and not name:
            raise ValidationError(_("Choose a list or name a new one."))
        return {
            "view": str(view.public_id) if view else "",
            "name": "" if view else name,
            "words": view.name if view else name,
        }
    if action.kind == BulkKind.ASSIGN:
        manager = User.objects.visible_to(by).managers().filter(staff_no=data.get("manager", "")).first()
        if manager is None:
            raise ValidationError(_("Choose a manager of your branch."))
        reason = " ".join(str(data.get("reason", "")).split())[:200]
        if not reason:
            raise ValidationError(_("Say why they change hands."))
        return {"manager": manager.staff_no, "reason": reason, "words": manager.name}
    text, due_on = " ".join(str(data.get("text", "")).split())[:200], str(data.get("due_on", ""))
    if not text:
        raise ValidationError(_("Say what is to be done."))
    try:
        day = type(action.on).fromisoformat(due_on)
    except ValueError:
        raise ValidationError(_("Choose a day.")) from None
    if day < action.on:
        raise ValidationError(_("Choose today or a later day."))
    return {"text": text, "due_on": due_on, "words": f"{text} · {due_on}"}


def _one_of(rows, key):
    try:
        return rows.filter(public_id=UUID(str(key))).first()
    except ValueError:
        return None


@transaction.atomic
def start(*, action, data, now):
    """Have a job do it with what the form says; returns the job. Twice gives the job that is at it already.

    Raises ValidationError for a form that does not say enough.
    """
    action = BulkAction.objects.select_for_update(of=("self",)).select_related("by", "job").get(pk=action.pk)
    if action.state != BulkState.CHOSEN:
        return action.job
    params = read_params(action=action, data=data)
    if action.kind == BulkKind.TAG:
        params["tag"] = str(make_tag(by=action.by, name=params["name"]).public_id)
    elif action.kind == BulkKind.ADD and not params["view"]:
        view = save_view(by=action.by, name=params["name"], definition={}, fixed=True)
        view.definition = {"list": str(view.public_id)}
        view.save(update_fields=["definition"])
        params["view"] = str(view.public_id)
    action.params, action.state = params, BulkState.WAITING
    action.job = _work(action, now=now, undo=False)
    action.save(update_fields=["params", "state", "job"])
    record(actor=action.by, verb="bulk.started", subject=action, kind=action.kind, customers=action.items.count())
    return action.job


def _work(action, *, now, undo):
    return enqueue(
        kind=JOBS.get(action.kind, "bulk"),
        key=f"bulk:{action.public_id}:{'undo' if undo else 'do'}",
        now=now,
        params={"action": str(action.public_id), "undo": undo},
        by=action.by,
    )


@transaction.atomic
def undo(*, action, by, now):
    """Have a job put back what was done, for whom nothing else has changed since; returns the job.

    Twice gives the job that is at it already. Raises ValidationError while it is still being done, and when it is
    undone or was never begun.
    """
    action = BulkAction.objects.select_for_update(of=("self",)).select_related("by", "job").get(pk=action.pk)
    if action.by_id != by.pk:
        raise PermissionDenied
    if action.state == BulkState.UNDOING:
        return action.job
    stopped = action.job is None or not Job.objects.open().filter(pk=action.job_id).exists()
    if action.state not in {BulkState.DONE, BulkState.WAITING} or not stopped:
        raise ValidationError(_("There is nothing to undo."))
    action.state = BulkState.UNDOING
    action.job = _work(action, now=now, undo=True)
    action.save(update_fields=["state", "job"])
    record(actor=by, verb="bulk.undone", subject=action, kind=action.kind)
    return action.job


def run(*, job, do, take_back, clock):
    """Do the job of an action to its end, chunk by chunk; returns {outcome: number}.

    `do(action, customers)` gives {customer's key: what undo needs}, `take_back(action, items)` the keys put back;
    `clock()` tells the time of each sign of life.
    """
    action = BulkAction.objects.select_related("by__branch").get(public_id=job.params["action"])
    undoing = job.params["undo"]
    # Whom a person may see depends on the day of the covers.
    action.by.on = action.on
    here = BulkOutcome.DONE if undoing else BulkOutcome.WAITING
    total = action.items.exclude(outcome=BulkOutcome.WAITING).count() if undoing else action.items.count()
    while True:
        with transaction.atomic():
            waiting = action.items.filter(outcome=here).select_for_update(of=("self",))
            items = list(waiting.order_by("pk")[:CHUNK])
            if not items:
                break
            _undo_chunk(action, items, take_back) if undoing else _do_chunk(action, items, do)
            BulkItem.objects.bulk_update(items, ["outcome", "before"])
            left = action.items.filter(outcome=here).count()
            report(job=job, now=clock(), done=max(total - left, 0), total=total)
    BulkAction.objects.filter(pk=action.pk).update(state=BulkState.UNDONE if undoing else BulkState.DONE)
    return dict(outcomes(action))


def outcomes(action):
    """[(outcome, number)] of the customers of an action."""
    return Counter(action.items.values_list("outcome", flat=True)).most_common()


def _do_chunk(action, items, do):
    keys = [item.customer_id for item in items]
    reasons = impossible(action=action, params=action.params, keys=keys)
    possible = list(Customer.objects.filter(pk__in=[key for key in keys if key not in reasons]).order_by("pk"))
    before = do(action, possible) if possible else {}
    for item in items:
        if item.customer_id in before:
            item.outcome, item.before = BulkOutcome.DONE, before[item.customer_id]
        else:
            item.outcome = reasons.get(item.customer_id, BulkOutcome.CHANGED)
    if verb := AUDITED.get(action.kind):
        done = [customer for customer in possible if customer.pk in before]
        record_many(actor=action.by, verb=verb, subjects=done, bulk=str(action.public_id))


def _undo_chunk(action, items, take_back):
    back = take_back(action, items)
    for item in items:
        item.outcome = BulkOutcome.UNDONE if item.customer_id in back else BulkOutcome.CHANGED
    if verb := AUDITED.get(action.kind):
        customers = Customer.objects.filter(pk__in=back)
        record_many(actor=action.by, verb=f"{verb}_undone", subjects=customers, bulk=str(action.public_id))


def do(action, customers):
    """The verbs of this room for a chunk of customers; returns what undo needs for each who was changed."""
    keys = [customer.pk for customer in customers]
    if action.kind == BulkKind.TAG:
        tag = Tag.objects.get(public_id=action.params["tag"])
        rows = [Tagging(customer_id=key, tag=tag, by=action.by, on=action.on) for key in keys]
        Tagging.objects.bulk_create(rows, ignore_conflicts=True)
        return {key: {} for key in keys}
    if action.kind == BulkKind.UNTAG:
        rows = Tagging.objects.filter(tag__public_id=action.params["tag"], customer__in=keys)
        before = {row.customer_id: {"by": row.by_id, "on": row.on.isoformat()} for row in rows}
        rows.delete()
        return before
    if action.kind == BulkKind.ADD:
        view = SavedView.objects.get(public_id=action.params["view"])
        rows = [ViewMember(view=view, customer_id=key, by=action.by, on=action.on) for key in keys]
        ViewMember.objects.bulk_create(rows, ignore_conflicts=True)
        return {key: {} for key in keys}
    manager = User.objects.select_related("branch").get(staff_no=action.params["manager"])
    check_receiver(manager)
    before = {customer.pk: {"manager": customer.manager_id, "branch": customer.branch_id} for customer in customers}
    move_customers(
        customers=keys,
        to_manager=manager,
        to_branch=manager.branch,
        by=action.by,
        on=action.on,
        reason=action.params["reason"],
    )
    return before


def take_back(action, items):
    """Put back what `do` did for a chunk; returns the keys of those for whom nothing else had changed."""
    keys = [item.customer_id for item in items]
    if action.kind == BulkKind.TAG:
        rows = Tagging.objects.filter(tag__public_id=action.params["tag"], customer__in=keys, by=action.by)
    elif action.kind == BulkKind.ADD:
        rows = ViewMember.objects.filter(view__public_id=action.params["view"], customer__in=keys)
    elif action.kind == BulkKind.UNTAG:
        tag = Tag.objects.filter(public_id=action.params["tag"]).first()
        if tag is not None:
            back = [
                Tagging(customer_id=item.customer_id, tag=tag, by_id=item.before["by"], on=item.before["on"])
                for item in items
            ]
            Tagging.objects.bulk_create(back, ignore_conflicts=True)
        return set(keys) if tag is not None else set()
    else:
        return _moved_back(action, items)
    found = set(rows.values_list("customer_id", flat=True))
    rows.delete()
    return found


def _moved_back(action, items):
    """Customers who are still with the manager they were given to go back to whom they came from."""
    still = set(
        Customer.objects.filter(
            pk__in=[item.customer_id for item in items], manager__staff_no=action.params["manager"]
        ).values_list("pk", flat=True)
    )
    givers = {}
    for item in items:
        if item.customer_id in still:
            givers.setdefault((item.before["manager"], item.before["branch"]), []).append(item.customer_id)
    back = set()
    for (manager_id, branch_id), keys in givers.items():
        manager = User.objects.filter(pk=manager_id).first()
        branch = Customer._meta.get_field("branch").related_model.objects.get(pk=branch_id)
        if manager is not None and (manager.left_on is not None or not manager.is_active):
            continue
        move_customers(
            customers=keys, to_manager=manager, to_branch=branch, by=action.by, on=action.on, reason=_("undone")
        )
        back.update(keys)
    return back
