"""Verbs of notes: write, mend, pin, take away and back; colleagues to name; what names me was seen."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.http import require_POST, require_safe

from customers.forms.notes import NoteForm
from customers.models import Mention, Note
from customers.services import notes as verbs
from customers.services.contact import who_may_know
from customers.views.customers import visible_customer
from customers.views.verbs import form_page, section
from staff.access import WRITERS, RolesRequiredMixin, deny, roles_required
from staff.models import User
from staff.views import safe_next

SECTION = "timeline"
# Names offered after an @.
OFFERED = 8


@require_POST
@roles_required(*WRITERS)
def note_add(request, public_id):
    """Write a note; refused with the reason when somebody named may not see the customer."""
    customer = visible_customer(request, public_id)
    form = NoteForm(request.POST, customer=customer)
    if form.is_valid():
        try:
            verbs.add_note(customer=customer, by=request.user, on=request.today, **form.cleaned_data)
        except ValidationError as error:
            form.add_error("text", error.messages)
        else:
            messages.success(request, _("The note is on file."))
            return redirect(safe_next(request) if request.POST.get("next") else section(customer, SECTION))
    title = _("A note on %(name)s") % {"name": customer}
    return form_page(request, form, customer, SECTION, page_title=title, next=request.POST.get("next", ""))


def _note(request, public_id):
    rows = Note.objects.visible_to(request.user).select_related("customer")
    return get_object_or_404(rows, public_id=public_id)


def _own(request, public_id):
    """One's own note; that of a colleague is forbidden."""
    note = _note(request, public_id)
    if note.by_id != request.user.pk:
        deny(request, "note")
    return note


class NoteEdit(RolesRequiredMixin, View):
    """Mend one's own note."""

    allowed_roles = WRITERS

    def get(self, request, public_id):
        """The form with the words."""
        note = _own(request, public_id)
        return self._page(request, NoteForm(customer=note.customer, initial=self._kept(note)), note)

    def post(self, request, public_id):
        """Save and go back."""
        note = _own(request, public_id)
        form = NoteForm(request.POST, customer=note.customer)
        if form.is_valid():
            try:
                verbs.edit_note(
                    note=note,
                    by=request.user,
                    text=form.cleaned_data["text"],
                    on=request.today,
                    now=timezone.now(),
                )
            except ValidationError as error:
                form.add_error("text", error.messages)
            else:
                verbs.pin_note(note=note, by=request.user, pinned=form.cleaned_data["pinned"])
                messages.success(request, _("Saved."))
                return redirect(section(note.customer, SECTION))
        return self._page(request, form, note)

    @staticmethod
    def _kept(note):
        return {"text": note.text, "pinned": note.pinned, "token": note.token}

    @staticmethod
    def _page(request, form, note):
        return form_page(request, form, note.customer, SECTION, page_title=_("Mend the note"))


@require_POST
@roles_required(*WRITERS)
def note_delete(request, public_id):
    """Take one's own note away; the toast offers the way back."""
    note = _own(request, public_id)
    verbs.delete_note(note=note, by=request.user, now=timezone.now())
    undo = reverse("customers:note_restore", args=[note.public_id])
    messages.success(request, _("The note is gone."), extra_tags=f"undo:{undo}")
    return _back(request, note)


@require_POST
@roles_required(*WRITERS)
def note_restore(request, public_id):
    """Bring it back."""
    note = _own(request, public_id)
    verbs.restore_note(note=note, by=request.user)
    messages.success(request, _("The note is back."))
    return _back(request, note)


@require_POST
@roles_required(*WRITERS)
def note_pin(request, public_id):
    """Pin it to the top, or no longer."""
    note = _note(request, public_id)
    verbs.pin_note(note=note, by=request.user, pinned=not note.pinned)
    messages.success(request, _("No longer pinned.") if note.pinned else _("Pinned."))
    return _back(request, note)


def _back(request, note):
    return redirect(safe_next(request) if request.POST.get("next") else section(note.customer, SECTION))


@require_safe
@roles_required(*WRITERS)
def colleagues(request, public_id):
    """Colleagues whose name or number begins with ``?at=`` and who may see the customer, to name after an @."""
    customer = visible_customer(request, public_id)
    begun = request.GET.get("at", "").replace("\x00", "").strip()[:60]
    near = User.objects.visible_to(request.user).working().filter(role__in=WRITERS).exclude(pk=request.user.pk)
    if begun:
        near = near.filter(Q(name__startswith=begun) | Q(staff_no__istartswith=begun))
    near = near.filter(pk__in=near.order_by("staff_no").values("pk")[: OFFERED * 3])
    people = who_may_know(customer, among=near.order_by("staff_no"), on=request.today)[:OFFERED]
    names = [person.name for person in people]
    for person in people:
        person.called = person.name if names.count(person.name) == 1 else person.staff_no
    return render(request, "customers/_colleagues.html", {"people": people})


@require_POST
@roles_required(*WRITERS)
def mention_seen(request, public_id):
    """The person has seen what names them."""
    mine = Mention.objects.visible_to(request.user).filter(user=request.user)
    mention = get_object_or_404(mine, public_id=public_id)
    verbs.see_mentions(user=request.user, now=timezone.now(), mentions=[mention])
    return redirect(safe_next(request))
