"""Verbs of saved lists and tags: keep, rename, copy, share, pin, order, take away and put back."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from customers.choices import Tone, ViewScope
from customers.models import SavedView, Tag, Tagging, ViewMember, ViewPlace
from staff.choices import BranchLevel, Role
from staff.services import record

NAME_LENGTH, TAG_LENGTH = 40, 24
MOST_VIEWS = 60


def scopes_of(user):
    """With whom a person may share a list: heads with their branch, those of the head office with everyone."""
    scopes = [ViewScope.MINE]
    if user.role == Role.HEAD and user.branch_id:
        scopes.append(ViewScope.BRANCH)
        if user.branch.level == BranchLevel.HEAD_OFFICE:
            scopes.append(ViewScope.EVERYONE)
    return scopes


def _named(name, length=NAME_LENGTH):
    name = " ".join(name.replace("\x00", "").split())
    if not name:
        raise ValidationError({"name": _("Enter a name.")})
    if len(name) > length:
        raise ValidationError({"name": _("A name has at most %(n)s letters.") % {"n": length}})
    return name


@transaction.atomic
def save_view(*, by, name, definition, columns=(), sort="", group="", scope=ViewScope.MINE, fixed=False):
    """Keep a list under a name, pinned among the owner's tabs; returns it.

    Raises ValidationError for an empty or taken name, PermissionDenied for a scope that the person may not share with.
    Called twice with a name the second time is refused, so that a double click keeps one list.
    """
    _may_share(by, scope)
    if SavedView.objects.kept().filter(owner=by).count() >= MOST_VIEWS:
        raise ValidationError({"name": _("You have %(n)s lists: remove one first.") % {"n": MOST_VIEWS}})
    view = SavedView(
        owner=by,
        name=_named(name),
        scope=scope,
        branch=by.branch if scope == ViewScope.BRANCH else None,
        definition=definition,
        columns=list(columns),
        sort=sort,
        group=group,
        fixed=fixed,
    )
    _kept(view)
    ViewPlace.objects.create(user=by, view=view, pinned=True, position=_last_place(by))
    record(actor=by, verb="view.saved", subject=view, scope=scope)
    return view


def _kept(view, **fields):
    try:
        with transaction.atomic():
            view.save(**fields)
    except IntegrityError:
        raise ValidationError({"name": _("You have a list of this name already.")}) from None


def _last_place(user):
    highest = ViewPlace.objects.filter(user=user).aggregate(highest=Max("position"))["highest"]
    return 0 if highest is None else highest + 1


def _may_share(user, scope):
    if scope not in scopes_of(user):
        raise PermissionDenied


def _own(view, by):
    locked = SavedView.objects.select_for_update(of=("self",)).get(pk=view.pk)
    if locked.owner_id != by.pk:
        raise PermissionDenied
    return locked


@transaction.atomic
def change_view(*, view, by, name=None, scope=None, **parts):
    """Rename, share, or keep another `definition`, `columns`, `sort` or `group` under the same name; returns it.

    Only the owner may (PermissionDenied). Twice is the same as once.
    """
    view = _own(view, by)
    if name is not None:
        view.name = _named(name)
    if scope is not None:
        _may_share(by, scope)
        view.scope, view.branch = scope, by.branch if scope == ViewScope.BRANCH else None
    for part in ("definition", "columns", "sort", "group"):
        if part in parts:
            setattr(view, part, parts[part])
    _kept(view)
    record(actor=by, verb="view.changed", subject=view, scope=view.scope)
    return view


@transaction.atomic
def copy_view(*, view, by):
    """A list of one's own that says the same; members put in by hand come along as far as one may see them."""
    taken = set(SavedView.objects.kept().filter(owner=by).values_list("name", flat=True))
    number, name = 1, view.name
    while name in taken:
        number += 1
        name = f"{view.name[: NAME_LENGTH - 4]} {number}"
    copy = save_view(
        by=by,
        name=name,
        definition=view.definition,
        columns=view.columns,
        sort=view.sort,
        group=view.group,
        fixed=view.fixed,
    )
    if view.fixed:
        seen = ViewMember.objects.visible_to(by).filter(view=view)
        ViewMember.objects.bulk_create(
            [ViewMember(view=copy, customer_id=row.customer_id, by=by, on=row.on) for row in seen], batch_size=1000
        )
        copy.definition = {**copy.definition, "list": str(copy.public_id)}
        copy.save(update_fields=["definition"])
    return copy


@transaction.atomic
def remove_view(*, view, by, now):
    """Take a list away from everybody who sees it; `restore_view` puts it back. Twice is once."""
    view = _own(view, by)
    if view.removed_at is None:
        view.removed_at = now
        view.save(update_fields=["removed_at", "updated_at"])
        record(actor=by, verb="view.removed", subject=view)
    return view


@transaction.atomic
def restore_view(*, view, by):
    """Put a removed list back where it was. Raises ValidationError when its name was taken meanwhile."""
    view = _own(view, by)
    if view.removed_at is not None:
        view.removed_at = None
        _kept(view, update_fields=["removed_at", "updated_at"])
        record(actor=by, verb="view.restored", subject=view)
    return view


@transaction.atomic
def place_view(*, view, by, pinned=None, opens_first=None, step=0):
    """Put a list among the tabs or not, one step to the left (-1) or right (1), or open it first; for `by` alone."""
    ViewPlace.objects.get_or_create(user=by, view=view, defaults={"position": _last_place(by)})
    places = list(ViewPlace.objects.select_for_update(of=("self",)).filter(user=by).order_by("position", "pk"))
    index = next(place for place, row in enumerate(places) if row.view_id == view.pk)
    row = places[index]
    if pinned is not None:
        row.pinned = pinned
    if opens_first is not None:
        if opens_first:
            ViewPlace.objects.filter(user=by, opens_first=True).exclude(pk=row.pk).update(opens_first=False)
            for other in places:
                other.opens_first = False
        row.opens_first = opens_first
    if step:
        tabs = [place for place, other in enumerate(places) if other.pinned]
        at = tabs.index(index) + step if index in tabs else -1
        if 0 <= at < len(tabs):
            places[index], places[tabs[at]] = places[tabs[at]], places[index]
    for position, other in enumerate(places):
        other.position = position
    ViewPlace.objects.bulk_update(places, ["position", "pinned", "opens_first"])
    return row


@transaction.atomic
def make_tag(*, by, name, tone=Tone.GREY):
    """The tag of this name in the person's branch, made when there is none; twice gives the same tag.

    Raises ValidationError for an empty or long name and for somebody without a branch.
    """
    name = _named(name, TAG_LENGTH)
    if tone not in Tone.values:
        raise ValidationError({"tone": _("Choose a colour.")})
    if not by.branch_id:
        raise ValidationError(_("You belong to no branch."))
    known = Tag.objects.visible_to(by).filter(name__iexact=name).first()
    if known is not None:
        return known
    tag = Tag.objects.create(branch=by.branch, name=name, tone=tone, created_by=by)
    record(actor=by, verb="tag.made", subject=tag)
    return tag


@transaction.atomic
def put_tag(*, customer, tag, by, on):
    """Put a tag on a customer; returns whether it was not there. Twice is once."""
    _row, new = Tagging.objects.get_or_create(customer=customer, tag=tag, defaults={"by": by, "on": on})
    if new:
        record(actor=by, verb="customer.tagged", subject=customer, tag=tag.name)
    return new


@transaction.atomic
def take_tag(*, customer, tag, by):
    """Take a tag off a customer; returns whether it was there. Twice is once."""
    gone, _rows = Tagging.objects.filter(customer=customer, tag=tag).delete()
    if gone:
        record(actor=by, verb="customer.untagged", subject=customer, tag=tag.name)
    return bool(gone)
