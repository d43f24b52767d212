"""Merging two files of a customer, taking them apart again, and who may."""

from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.utils.translation import gettext as _

from customers.models import (
    ContactPreference,
    Customer,
    Merge,
)
from customers.services.balances import refresh_balances
from customers.services.consent import settle_consents
from customers.services.customer import tier_again
from customers.services.merge.back import put_back
from customers.services.merge.work import Work
from customers.services.names import rebuild_name_keys
from customers.services.statements import execute
from staff.choices import Role
from staff.models import User
from staff.services import record


@dataclass(frozen=True)
class Merged:
    """What a merge or its undo did, and the jobs that look at the tiers again."""

    merge: Merge
    moved: int = 0
    jobs: list = field(default_factory=list)


def heads_at_work():
    """Every head who works here, with the branch: read once where many pairs are shown."""
    heads = User.objects.working().filter(role=Role.HEAD, branch__isnull=False)
    return list(heads.select_related("branch").order_by("staff_no"))


def whom_to_ask(first, second, heads):
    """Of these heads those who stand above both customers, the nearest first: they may merge across branches."""
    paths = [customer.branch.path for customer in (first, second)]
    above = [head for head in heads if all(path.startswith(head.branch.path) for path in paths)]
    return sorted(above, key=lambda head: -len(head.branch.path))


def refuse_merge(survivor, loser, by):
    """Raise ValidationError unless `by` may make one file of these two."""
    if survivor.pk == loser.pk:
        raise ValidationError(_("These are one file already."))
    if survivor.kind != loser.kind:
        raise ValidationError(_("An individual and an organisation cannot be one customer."))
    seen = Customer.objects.visible_to(by).filter(pk__in=[survivor.pk, loser.pk]).count()
    if seen < 2 or (survivor.branch_id != loser.branch_id and by.role != Role.HEAD):
        heads = _(", ").join(
            f"{head.name} ({head.branch})" for head in whom_to_ask(survivor, loser, heads_at_work())[:2]
        )
        raise ValidationError(
            _("These customers belong to two managers or branches: ask %(heads)s.")
            % {"heads": heads or _("head office")}
        )


@transaction.atomic
def merge_customers(*, survivor, loser, take, by, on, now):
    """Make one file of two: `survivor` stays, with its number, manager and branch; `loser` goes. Returns Merged.

    `take` names the facts that are taken from the loser although the survivor has others (`choices_of`); facts that
    only the loser has come along unasked. Whoever is on the restricted list stays on it; who must not be contacted must
    not be; of each purpose the latest consent of either file counts. Balances and earnings of the same month are added
    up. Raises ValidationError (`refuse_merge`), also when one of the two is gone already: twice merges once.
    """
    both = Customer.objects.select_for_update(of=("self",)).filter(pk__in=[survivor.pk, loser.pk]).order_by("pk")
    locked = {row.pk: row for row in both}
    if survivor.pk not in locked or loser.pk not in locked:
        raise ValidationError(_("One of the two is gone: somebody has merged them already."))
    kept, gone = locked[survivor.pk], locked[loser.pk]
    refuse_merge(kept, gone, by)
    work = Work(kept, gone)
    taken = work.take_facts(set(take))
    work.take_sources(taken)
    work.add_months()
    work.take_standing()
    work.point_elsewhere()
    if preference := ContactPreference.objects.filter(customer=kept).first():
        settle_consents(preference=preference)
    work.let_go()
    if "name" in taken:
        rebuild_name_keys(kept)
    refresh_balances(on=on, customers=[kept.pk])
    work.note_after()
    merge = Merge.objects.create(
        survivor=kept,
        survivor_no=kept.customer_no,
        loser_no=gone.customer_no,
        loser_public_id=gone.public_id,
        loser_name=gone.name,
        loser_branch_id=gone.branch_id,
        snapshot=work.snapshot(),
        by=by,
        on=on,
    )
    moved = sum(len(keys) for keys in work.moved.values())
    record(actor=by, verb="customer.merged", subject=kept, number=gone.customer_no, fields=sorted(taken), rows=moved)
    return Merged(merge, moved, [tier_again(kept, by=by, now=now)])


@transaction.atomic
def undo_merge(*, merge, by, on, now):
    """Take a merge apart: the file that went comes back with all its rows, keys and addresses; what was pointed to the
    survivor points back. Facts of the survivor that were changed since stay as they are now, and so does what was
    added since. Returns Merged. Raises ValidationError when it was undone already, when the survivor has itself been
    merged since, or when something stands in the way.
    """
    locked = Merge.objects.select_for_update(of=("self",)).select_related("survivor", "loser_branch").get(pk=merge.pk)
    if locked.undone_on is not None:
        raise ValidationError(_("This merge was undone already."))
    if locked.survivor_no != locked.survivor.customer_no:
        raise ValidationError(_("The kept file has itself been merged since: undo that merge first."))
    kept = Customer.objects.select_for_update(of=("self",)).get(pk=locked.survivor_id)
    if not Customer.objects.visible_to(by).filter(pk=kept.pk).exists() or (
        locked.loser_branch_id != kept.branch_id
        and not (by.role == Role.HEAD and locked.loser_branch.path.startswith(by.branch.path))
    ):
        raise ValidationError(_("Only who may see both customers can take them apart."))
    try:
        with transaction.atomic():
            moved = put_back(locked.snapshot, kept)
            # Deferred checks must speak here, where there is still a sentence for them.
            execute("SET CONSTRAINTS ALL IMMEDIATE")
            execute("SET CONSTRAINTS ALL DEFERRED")
    except IntegrityError:
        raise ValidationError(
            _("Something added since stands in the way, so nothing was changed. Compare the two files by hand.")
        ) from None
    Customer.objects.filter(pk=kept.pk).update(version=models.F("version") + 1)
    kept.refresh_from_db()
    rebuild_name_keys(kept)
    refresh_balances(on=on, customers=[kept.pk, Customer.objects.get(customer_no=locked.loser_no).pk])
    locked.undone_by, locked.undone_on = by, on
    locked.save(update_fields=["undone_by", "undone_on"])
    back = Customer.objects.get(customer_no=locked.loser_no)
    record(actor=by, verb="customer.merge_undone", subject=kept, number=back.customer_no, rows=moved)
    return Merged(locked, moved, [tier_again(customer, by=by, now=now) for customer in (kept, back)])


def where_it_went(public_id):
    """The customer into whom the customer of this old public id was merged, through merges of merges; or None."""
    merge = Merge.objects.in_force().filter(loser_public_id=public_id).select_related("survivor").first()
    return merge.survivor if merge else None
