"""The preparation checklist of a visit."""

from django.db import transaction

from visits.choices import FACE_TO_FACE
from visits.models import Preparation, PreparationItem, Visit


def lines_for(visit, items, *, done=lambda item: False):
    """Unsaved lines of `items` that fit the visit's channel, with the words as they are now."""
    return [
        Preparation(
            visit=visit,
            item=item,
            group=item.group,
            text=item.text,
            text_en=item.text_en,
            position=item.position,
            done=done(item),
        )
        for item in items
        if visit.channel in FACE_TO_FACE or not item.face_to_face
    ]


def lay_checklist(*, visits):
    """Give each of the visits the lines in use that fit its channel; twice adds nothing. Returns rows added.

    Lines for meetings in person are left out of talks by phone, WeChat or video (S0.17).
    """
    items = list(PreparationItem.objects.filter(active=True))
    lines = [line for visit in visits for line in lines_for(visit, items)]
    return len(Preparation.objects.bulk_create(lines, batch_size=2000, ignore_conflicts=True))


@transaction.atomic
def refit_checklist(*, visit):
    """After a change of channel: add the lines that now apply, drop those that do not and were not ticked."""
    if visit.channel not in FACE_TO_FACE:
        visit.preparations.filter(item__face_to_face=True, done=False).delete()
    lay_checklist(visits=[visit])


@transaction.atomic
def prepare(*, visit, done):
    """Tick exactly the lines whose keys are in `done`, untick the others (S0.17, S1.7). Returns (ticked, all).

    Not in the audit trail: a tick is a note to oneself. Twice is the same as once.
    """
    Visit.objects.select_for_update(of=("self",)).get(pk=visit.pk)
    visit.preparations.filter(pk__in=done, done=False).update(done=True)
    visit.preparations.exclude(pk__in=done).filter(done=True).update(done=False)
    return visit.preparations.filter(done=True).count(), visit.preparations.count()
