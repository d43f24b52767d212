"""The checklist in Django admin."""

from django.urls import reverse

from staff.models import AuditEvent
from visits.models import PreparationItem


def test_administrator_edits_the_checklist_and_leaves_a_trail(administrator, sign_in):
    item = PreparationItem.objects.first()
    client = sign_in(administrator)
    assert client.get(reverse("admin:visits_preparationitem_changelist")).status_code == 200
    data = {"group": "tools", "text": "带上礼品", "text_en": "", "position": 5, "active": "on"}
    client.post(reverse("admin:visits_preparationitem_change", args=[item.pk]), data)
    item.refresh_from_db()
    assert (item.text, item.label) == ("带上礼品", "带上礼品")
    assert AuditEvent.objects.get().verb == "checklist.edited"


def test_a_line_cannot_be_deleted_and_others_may_not_enter(administrator, manager, sign_in):
    item = PreparationItem.objects.first()
    address = reverse("admin:visits_preparationitem_delete", args=[item.pk])
    assert sign_in(administrator).post(address, {"post": "yes"}).status_code == 403
    assert sign_in(manager).get(reverse("admin:visits_preparationitem_changelist")).status_code == 302
