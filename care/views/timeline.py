"""The timeline of a customer, and what names me."""

from zoneinfo import ZoneInfo

from django.conf import settings
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from care.choices import TimelineKind
from care.rules.cursor import read_cursor
from care.services.timeline import people_of, pinned_notes, timeline
from customers.access import customer_named
from customers.forms.notes import NoteForm
from customers.models import Mention
from customers.rules.mentions import parts_of
from customers.views.panels import event_words
from staff.access import READERS, roles_required, wants_part
from staff.models import User

ZONE = ZoneInfo(settings.TIME_ZONE)
PER_PAGE, PER_PANEL = 30, 8
MENTIONS = 50


@require_safe
@roles_required(*READERS)
def timeline_of(request):
    """What happened with the customer named in the address, the newest first; by kind, by person; as a panel too."""
    customer = customer_named(request, "standing", "manager")
    if customer is None:
        return render(request, "care/timeline_of_nobody.html")
    panel = bool(request.GET.get("panel")) and wants_part(request)
    kind = request.GET.get("kind")
    kind = TimelineKind(kind) if kind in TimelineKind.values else None
    near = User.objects.visible_to(request.user)
    staff_no = request.GET.get("person", "").replace("\x00", "")
    person = near.filter(staff_no=staff_no).first() if staff_no else None
    before = read_cursor(request.GET.get("before"), ZONE)
    page = timeline(
        customer,
        on=request.today,
        size=PER_PANEL if panel else PER_PAGE,
        before=before,
        kind=kind,
        person=person,
    )
    for entry in page.entries:
        spell(entry)
    kept = {"kind": kind.value if kind else "", "person": person.staff_no if person else ""}
    context = {
        "customer": customer,
        "entries": page.entries,
        "kind": kind,
        "person": person,
        "panel": panel,
        "page_url": address(customer),
        "more_url": address(customer, before=str(page.after), **kept) if page.after else "",
        "me": request.user,
    }
    if before and wants_part(request):
        return render(request, "care/_timeline_entries.html", context)
    context |= {
        "pinned": [marked(note) for note in pinned_notes(customer)] if kind in {None, TimelineKind.NOTE} else [],
        "kinds": [(value, label, address(customer, **kept | {"kind": value})) for value, label in TimelineKind.choices],
        "all_url": address(customer, **kept | {"kind": ""}),
        "people": [] if panel else people_of(customer, among=near),
        "form": NoteForm(customer=customer, auto_id="note_%s"),
        "here": f"{customer.get_absolute_url()}#timeline" if panel else address(customer, **kept),
    }
    return render(request, "care/_timeline.html" if wants_part(request) else "care/timeline.html", context)


def address(customer, **asked):
    """The address of a timeline with what is asked of it."""
    asked = {"customer": customer.public_id, **{name: value for name, value in asked.items() if value}}
    return f"{reverse('care:timeline')}?{urlencode(asked)}"


def spell(entry):
    """Put words to an entry that only pages can spell: edits of the file by field, notes with the names in them."""
    if entry.kind == TimelineKind.FILE:
        entry.row.words = str(event_words(entry.row))
    if entry.kind == TimelineKind.NOTE:
        marked(entry.row)


def marked(note):
    """The note with its text in parts, the colleagues named in it marked."""
    named = {name for mention in note.mentions.all() for name in (mention.user.name, mention.user.staff_no)}
    note.parts = parts_of(note.text, named)
    return note


def unseen(user):
    """Mentions of the person in notes that are still there, of customers they may see."""
    mine = Mention.objects.visible_to(user).filter(user=user, note__deleted_at=None)
    return mine.filter(seen_at=None)


@require_safe
@roles_required(*READERS)
def mentions(request):
    """Notes that name me: new ones first, then those I have seen."""
    mine = Mention.objects.visible_to(request.user).filter(user=request.user, note__deleted_at=None)
    rows = mine.select_related("note__by", "note__customer").prefetch_related("note__mentions__user")
    rows = list(rows.order_by("seen_at", "-note__created_at", "-pk")[:MENTIONS])
    rows.sort(key=lambda mention: mention.seen_at is not None)
    for mention in rows:
        marked(mention.note)
        mention.timeline_url = address(mention.note.customer)
    return render(request, "care/mentions.html", {"mentions": rows})
