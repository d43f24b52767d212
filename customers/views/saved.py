"""Saved lists: keep one, keep it anew, manage them; and the tags of a customer."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from customers.choices import Tone, ViewScope
from customers.models import SavedView, Tag, ViewPlace
from customers.services.views import (
    change_view,
    copy_view,
    make_tag,
    place_view,
    put_tag,
    remove_view,
    restore_view,
    save_view,
    scopes_of,
    take_tag,
)
from customers.views.asked import Asked
from customers.views.customers import visible_customer
from customers.views.lists import columns_of
from customers.views.panels import panel
from staff.access import READERS, WRITERS, roles_required

STEPS = {"left": {"step": -1}, "right": {"step": 1}, "pin": {"pinned": True}, "unpin": {"pinned": False}} | {
    "first": {"opens_first": True},
    "not_first": {"opens_first": False},
}


def visible_view(request, public_id):
    """The saved list in the person's reach, else 404."""
    return get_object_or_404(SavedView.objects.visible_to(request.user), public_id=public_id)


def own_view(request, public_id):
    """The person's own saved list, else 404: of somebody else's one can only make a copy."""
    return get_object_or_404(SavedView.objects.kept().filter(owner=request.user), public_id=public_id)


def state_of(request):
    """The list that the posted `state` (the query of its address) describes."""
    return Asked(request, parameters=QueryDict(request.POST.get("state", "")))


def parts_of(request, asked):
    """What a saved list keeps of the list in hand."""
    return {
        "definition": asked.selection.definition,
        "columns": columns_of(request, asked),
        "sort": asked.sort[:64],
        "group": (asked.group or "")[:64],
    }


def sentences(error):
    """Why it was refused."""
    return " ".join(error.messages)


@require_POST
@roles_required(*READERS)
def view_save(request):
    """Keep the list in hand under a name, for oneself or for the branch."""
    asked = state_of(request)
    scope = request.POST.get("scope") or ViewScope.MINE
    try:
        view = save_view(by=request.user, name=request.POST.get("name", ""), scope=scope, **parts_of(request, asked))
    except ValidationError as error:
        messages.error(request, sentences(error))
        return redirect(asked.url())
    messages.success(request, _("The list “%(name)s” is kept.") % {"name": view})
    return redirect(view)


@require_POST
@roles_required(*READERS)
def view_keep(request, public_id):
    """Keep the list in hand under the name that a saved list has already."""
    view = own_view(request, public_id)
    change_view(view=view, by=request.user, **parts_of(request, state_of(request)))
    messages.success(request, _("The list “%(name)s” is kept.") % {"name": view})
    return redirect(view)


@require_safe
@roles_required(*READERS)
def view_list(request):
    """All saved lists that the person may open: one's own to change, the others to pin or copy."""
    views = list(SavedView.objects.visible_to(request.user).select_related("owner", "branch").order_by("name", "pk"))
    places = {place.view_id: place for place in ViewPlace.objects.filter(user=request.user)}
    for view in views:
        view.place = places.get(view.pk)
        view.mine = view.owner_id == request.user.pk
    # Tabs first, in their order.
    views.sort(key=lambda view: (not (view.place and view.place.pinned), view.place.position if view.place else 0))
    context = {"views": views, "scopes": scopes_of(request.user)}
    return render(request, "customers/view_list.html", context)


@require_POST
@roles_required(*READERS)
def view_change(request, public_id):
    """Another name, or another circle of readers."""
    view = own_view(request, public_id)
    try:
        change_view(
            view=view,
            by=request.user,
            name=request.POST.get("name", view.name),
            scope=request.POST.get("scope", view.scope),
        )
        messages.success(request, _("Saved."))
    except ValidationError as error:
        messages.error(request, sentences(error))
    return redirect("customers:view_list")


@require_POST
@roles_required(*READERS)
def view_copy(request, public_id):
    """A list of one's own that says the same."""
    try:
        view = copy_view(view=visible_view(request, public_id), by=request.user)
        messages.success(request, _("The list “%(name)s” is kept.") % {"name": view})
    except ValidationError as error:
        messages.error(request, sentences(error))
    return redirect("customers:view_list")


@require_POST
@roles_required(*READERS)
def view_remove(request, public_id):
    """Take a list away; the toast offers to put it back."""
    view = remove_view(view=own_view(request, public_id), by=request.user, now=timezone.now())
    undo = reverse("customers:view_restore", args=[view.public_id])
    messages.success(request, _("The list “%(name)s” was removed.") % {"name": view}, extra_tags=f"undo:{undo}")
    return redirect("customers:view_list")


@require_POST
@roles_required(*READERS)
def view_restore(request, public_id):
    """Undo: put a removed list back."""
    view = get_object_or_404(SavedView.objects.filter(owner=request.user), public_id=public_id)
    try:
        restore_view(view=view, by=request.user)
        messages.success(request, _("The list “%(name)s” is kept.") % {"name": view})
    except ValidationError as error:
        messages.error(request, sentences(error))
    return redirect("customers:view_list")


@require_POST
@roles_required(*READERS)
def view_place(request, public_id, step):
    """Among the tabs or not, to the left or right, opened first or not: for oneself alone."""
    if step not in STEPS:
        raise Http404
    place_view(view=visible_view(request, public_id), by=request.user, **STEPS[step])
    return redirect("customers:view_list")


@require_safe
@roles_required(*READERS)
def tags(request, public_id):
    """The tags of a customer, and which more can be put on."""
    customer = visible_customer(request, public_id)
    taggings = list(customer.taggings.select_related("tag", "by").order_by("tag__name"))
    known = {tagging.tag_id for tagging in taggings}
    offered = [tag for tag in Tag.objects.visible_to(request.user) if tag.pk not in known]
    return panel(
        request, "customers/_tags.html", _("Tags"), customer, taggings=taggings, offered=offered, tones=Tone.choices
    )


@require_POST
@roles_required(*WRITERS)
def tag_put(request, public_id):
    """Put a tag on a customer, a known one or a new word."""
    customer = visible_customer(request, public_id)
    try:
        tag = make_tag(by=request.user, name=request.POST.get("name", ""), tone=request.POST.get("tone") or Tone.GREY)
    except ValidationError as error:
        messages.error(request, sentences(error))
    else:
        put_tag(customer=customer, tag=tag, by=request.user, on=request.today)
    return redirect(f"{customer.get_absolute_url()}#tags")


@require_POST
@roles_required(*WRITERS)
def tag_take(request, public_id, tag_id):
    """Take a tag off a customer."""
    customer = visible_customer(request, public_id)
    tag = get_object_or_404(Tag.objects.visible_to(request.user), public_id=tag_id)
    take_tag(customer=customer, tag=tag, by=request.user)
    return redirect(f"{customer.get_absolute_url()}#tags")
