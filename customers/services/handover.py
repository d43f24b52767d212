"""Verbs of handover (客户移交): propose, accept, decline, withdraw, carry out; the one door to manager and branch."""

from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from customers.choices import HandoverState
from customers.models import Customer, Handover, HandoverLine
from customers.services.statements import execute
from jobs.models import Job
from jobs.services import enqueue
from staff.choices import Role
from staff.models import Branch
from staff.services import record

# Of more customers than these the night's run looks at the tiers.
TIER_AT_ONCE = 200
NAMED = 5


@dataclass(frozen=True)
class Moved:
    """How many customers changed hands, and the job that looks at their tiers again (None: the night does)."""

    count: int
    job: Job | None = None


@transaction.atomic
def move_customers(*, customers, to_manager, to_branch, by, on, now=None, reason="", handover=None):
    """The one door to a customer's manager and branch: `customers` (primary keys) pass to `to_manager` (None: nobody
    for now) in `to_branch`, each with its version raised and an OwnerChange of the day `on`. Returns Moved.

    Set-based, so that a whole book passes in one statement. What belongs to a customer follows by itself, because
    scope follows the customer. Those who stand there already are left alone: twice moves nothing. With `now` a job
    looks at the tiers of those who changed branch, if they are not too many. Raises ValidationError for a receiver who
    has left or is no relationship manager. Scope and right to do it are the caller's to check.
    """
    keys = sorted(set(customers))
    manager = to_manager.pk if to_manager else None
    differs = "(branch_id, manager_id) IS DISTINCT FROM (%s::bigint, %s::bigint)"
    where, params = f"WHERE id = ANY(%s) AND {differs}", [keys, to_branch.pk, manager]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, branch_id <> %s, manager_id IS DISTINCT FROM %s"  # noqa: S608
            f" FROM customers_customer {where} ORDER BY id FOR UPDATE",
            [to_branch.pk, manager, *params],
        )
        moving = cursor.fetchall()
    if not moving:
        return Moved(0)
    if any(other_manager for _key, _other_branch, other_manager in moving):
        check_receiver(to_manager)
    execute(
        "INSERT INTO customers_ownerchange"  # noqa: S608
        ' (customer_id, "on", from_manager_id, to_manager_id, from_branch_id, to_branch_id, reason, by_id, handover_id)'
        f" SELECT id, %s, manager_id, %s, branch_id, %s, %s, %s, %s FROM customers_customer {where} ORDER BY id",
        [on, manager, to_branch.pk, reason[:200], by.pk if by else None, handover.pk if handover else None, *params],
    )
    execute(
        "UPDATE customers_customer SET branch_id = %s, manager_id = %s, version = version + 1, updated_at = now()"  # noqa: S608
        f" {where}",
        [to_branch.pk, manager, *params],
    )
    elsewhere = [key for key, other_branch, _other_manager in moving if other_branch]
    job = None
    if now is not None and 0 < len(elsewhere) <= TIER_AT_ONCE:
        key = f"retier:moved:{elsewhere[0]}:{elsewhere[-1]}:{len(elsewhere)}"
        job = enqueue(kind="retier", key=key, now=now, params={"customers": elsewhere}, by=by)
    return Moved(len(moving), job)


def check_receiver(manager):
    """Raise ValidationError unless `manager` is a relationship manager at work; None (nobody for now) is allowed."""
    if manager is None:
        return
    if manager.left_on is not None or not manager.is_active:
        raise ValidationError(_("%(name)s does not work here any more: choose somebody else.") % {"name": manager})
    if manager.role != Role.MANAGER:
        raise ValidationError(
            _("%(name)s is no relationship manager and cannot look after customers.") % {"name": manager}
        )


def may_decide(handover, user):
    """Whether `user` may accept or decline: a head whose branch stands above the receiver's."""
    return user.role == Role.HEAD and bool(user.branch_id) and handover.to_branch.path.startswith(user.branch.path)


def may_withdraw(handover, user):
    """Whether `user` may take the proposal back: who made it, or a head above the branch it comes from."""
    if user.pk == handover.proposed_by_id:
        return True
    return user.role == Role.HEAD and bool(user.branch_id) and handover.from_branch.path.startswith(user.branch.path)


@transaction.atomic
def propose_handover(
    *,
    by,
    from_manager,
    to_manager,
    reason,
    on,
    effective_on,
    now,
    customers=None,
    note="",
    accept=False,
    to_branch=None,
):
    """Propose that `customers` (primary keys; None: everybody of `from_manager` whom `by` may see) pass to
    `to_manager` from the day `effective_on`, or (None) to `to_branch`, whose head chooses the manager. Returns
    (Handover, Moved or None).

    A manager gives away own customers, a head those of the branch. With `accept`, or when nobody else is to be asked
    because the same head stands above the receiver, `accept=True` decides at once. Raises ValidationError, nothing
    half done: receiver left or no manager, the same person, nobody to give, a customer who is not the giver's, or one
    in another open handover (named). Proposed twice the second is refused, for the customers are promised.
    """
    if to_manager is None and to_branch is None:
        raise ValidationError(_("Choose who receives the customers."))
    check_receiver(to_manager)
    if from_manager is not None and from_manager == to_manager:
        raise ValidationError(_("Giver and receiver are the same person."))
    if by.role == Role.MANAGER and (from_manager is None or from_manager.pk != by.pk):
        raise ValidationError(_("A manager can only hand over own customers."))
    if effective_on < on:
        raise ValidationError({"effective_on": _("The day lies in the past.")})
    theirs = Customer.objects.visible_to(by).filter(manager=from_manager)
    if customers is not None:
        keys = set(customers)
        theirs = theirs.filter(pk__in=keys)
    chosen = list(theirs.order_by("pk").select_for_update(of=("self",)).values_list("pk", flat=True))
    if not chosen:
        raise ValidationError(_("There is no customer to hand over."))
    if customers is not None and len(chosen) < len(keys):
        raise ValidationError(
            ngettext(
                "%(number)s of the chosen customers is not looked after by the giver any more.",
                "%(number)s of the chosen customers are not looked after by the giver any more.",
                len(keys) - len(chosen),
            )
            % {"number": len(keys) - len(chosen)}
        )
    promised = Customer.objects.filter(pk__in=HandoverLine.objects.filter(open=True).values("customer"))
    _refuse_some(promised.filter(pk__in=chosen), _("In another open handover already: %(names)s."))
    handover = Handover.objects.create(
        from_manager=from_manager,
        from_branch=_branch_above(chosen),
        to_manager=to_manager,
        to_branch=to_manager.branch if to_manager else to_branch,
        reason=reason,
        note=note,
        effective_on=effective_on,
        size=len(chosen),
        proposed_by=by,
        proposed_on=on,
    )
    execute(
        "INSERT INTO customers_handoverline (handover_id, customer_id, open, moved)"
        " SELECT %s, key, true, false FROM unnest(%s::bigint[]) AS key ORDER BY key",
        [handover.pk, chosen],
    )
    record(actor=by, verb="handover.proposed", subject=handover, customers=len(chosen), to=_code_of(handover))
    if accept and to_manager and may_decide(handover, by):
        return handover, accept_handover(handover=handover, by=by, on=on, now=now)
    return handover, None


@transaction.atomic
def accept_handover(*, handover, by, on, now, without_gone=False, to_manager=None):
    """The receiver's head takes the customers: they pass at once, or on the effective day if that is to come.

    Of one that was proposed to a branch the head names the manager, `to_manager`, of that branch or one below.

    Checked again are the receiver (still here?) and the customers: who has another manager by now, or is gone, is
    named and nothing happens, unless `without_gone` leaves these out. Returns Moved. Raises ValidationError, also when
    it was decided already.
    """
    locked = _locked(handover, HandoverState.PROPOSED)
    if not may_decide(locked, by):
        raise ValidationError(_("Only the head of the receiving branch decides about this."))
    if locked.to_manager is None:
        _choose_receiver(locked, to_manager)
    check_receiver(locked.to_manager)
    gone = gone_of(locked)
    if gone and not without_gone:
        _refuse_some(
            Customer.objects.filter(pk__in=gone), _("In other hands by now: %(names)s. Leave them out, or withdraw.")
        )
    locked.lines.filter(customer__in=gone).update(open=False)
    _decide(locked, HandoverState.ACCEPTED, by, on, "to_manager", "to_branch")
    record(
        actor=by,
        verb="handover.accepted",
        subject=locked,
        customers=locked.size - len(gone),
        to=_code_of(locked),
    )
    return _carry_out(locked, by=by, on=on, now=now) if locked.effective_on <= on else Moved(0)


@transaction.atomic
def decline_handover(*, handover, by, on, answer):
    """The receiver's head says no, with the reason; the customers stay where they are and are free again."""
    locked = _locked(handover, HandoverState.PROPOSED)
    if not may_decide(locked, by):
        raise ValidationError(_("Only the head of the receiving branch decides about this."))
    if not answer.strip():
        raise ValidationError({"answer": _("Say why it is declined.")})
    locked.answer = answer.strip()
    _decide(locked, HandoverState.DECLINED, by, on, "answer")
    locked.lines.update(open=False)
    record(actor=by, verb="handover.declined", subject=locked, summary=locked.answer)
    return locked


@transaction.atomic
def withdraw_handover(*, handover, by, on):
    """Take back a proposal, or an accepted handover whose day has not come; the customers are free again."""
    locked = _locked(handover, HandoverState.PROPOSED, HandoverState.ACCEPTED)
    if not may_withdraw(locked, by):
        raise ValidationError(_("Only who proposed it, or the giving branch's head, can take it back."))
    _decide(locked, HandoverState.WITHDRAWN, by, on)
    locked.lines.update(open=False)
    record(actor=by, verb="handover.withdrawn", subject=locked)
    return locked


def carry_out_due(*, on, now):
    """Carry out what was accepted for the day `on` or before; returns {"handovers", "customers", "stuck"}.

    Customers who have another manager by now are left where they are. A receiver who has left meanwhile stops that
    handover, which says so on its page and is tried again the next night. Twice moves nothing.
    """
    done = customers = stuck = 0
    for handover in Handover.objects.filter(state=HandoverState.ACCEPTED, moved_on=None, effective_on__lte=on):
        try:
            with transaction.atomic():
                locked = _locked(handover, HandoverState.ACCEPTED)
                check_receiver(locked.to_manager)
                locked.lines.filter(customer__in=gone_of(locked)).update(open=False)
                customers += _carry_out(locked, by=locked.decided_by, on=on, now=now).count
                done += 1
        except ValidationError as error:
            stuck += 1
            Handover.objects.filter(pk=handover.pk).update(obstacle=" ".join(error.messages)[:200])
    return {"handovers": done, "customers": customers, "stuck": stuck}


def _carry_out(handover, *, by, on, now):
    keys = list(handover.lines.filter(open=True).values_list("customer_id", flat=True))
    moved = move_customers(
        customers=keys,
        to_manager=handover.to_manager,
        to_branch=handover.to_branch,
        by=by,
        on=on,
        now=now,
        reason=handover.note,
        handover=handover,
    )
    handover.lines.filter(open=True).update(open=False, moved=True)
    handover.moved_on, handover.obstacle = on, ""
    handover.save(update_fields=["moved_on", "obstacle"])
    record(actor=by, verb="handover.carried_out", subject=handover, customers=moved.count)
    return moved


def _choose_receiver(handover, manager):
    if manager is None:
        raise ValidationError(_("Choose who receives the customers."))
    if manager.branch is None or not manager.branch.path.startswith(handover.to_branch.path):
        raise ValidationError(
            _("%(name)s does not belong to %(branch)s.") % {"name": manager, "branch": handover.to_branch}
        )
    if manager.pk == handover.from_manager_id:
        raise ValidationError(_("Giver and receiver are the same person."))
    handover.to_manager, handover.to_branch = manager, manager.branch


def _code_of(handover):
    return handover.to_manager.staff_no if handover.to_manager else handover.to_branch.code


def _locked(handover, *states):
    locked = (
        Handover.objects.select_for_update(of=("self",))
        .select_related("from_manager", "to_manager", "from_branch", "to_branch", "decided_by")
        .get(pk=handover.pk)
    )
    if locked.state not in states or locked.moved_on is not None:
        raise ValidationError(_("This handover is decided already: %(state)s.") % {"state": locked.get_state_display()})
    return locked


def _decide(handover, state, by, on, *fields):
    handover.state, handover.decided_by, handover.decided_on = state, by, on
    handover.save(update_fields=["state", "decided_by", "decided_on", *fields])


def gone_of(handover):
    """Keys of customers on open lines who are no longer the giver's: to be left out when it is accepted."""
    lines = handover.lines.filter(open=True)
    if handover.from_manager_id is None:
        other = Q(customer__manager__isnull=False)
    else:
        other = Q(customer__manager__isnull=True) | ~Q(customer__manager=handover.from_manager_id)
    return list(lines.filter(other).values_list("customer_id", flat=True))


def _refuse_some(customers, sentence):
    named = list(customers.order_by("customer_no").values_list("name", "customer_no")[: NAMED + 1])
    if not named:
        return
    names = _(", ").join(f"{name} {number}" for name, number in named[:NAMED])
    if len(named) > NAMED:
        names = _("%(names)s and more (%(number)s in all)") % {"names": names, "number": customers.count()}
    raise ValidationError(sentence % {"names": names}, code="customers")


def _branch_above(keys):
    """The lowest branch that stands above all these customers."""
    paths = list(Customer.objects.filter(pk__in=keys).order_by().values_list("branch__path", flat=True).distinct())
    codes = [path.strip("/").split("/") for path in paths]
    common = []
    for level in zip(*codes, strict=False):
        if len(set(level)) > 1:
            break
        common.append(level[0])
    return Branch.objects.get(code=common[-1] if common else codes[0][0])
