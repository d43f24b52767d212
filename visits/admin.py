"""The preparation checklist in Django admin; visits themselves are customers' data and not shown there."""

from django.contrib import admin

from staff.services import record
from visits.models import PreparationItem


@admin.register(PreparationItem)
class PreparationItemAdmin(admin.ModelAdmin):
    """Lines of the checklist: edited, ordered, taken out of use. Visits planned before keep their own words."""

    list_display = ["text", "text_en", "group", "position", "face_to_face", "active"]
    list_editable = ["group", "position", "face_to_face", "active"]
    list_filter = ["group", "active"]
    search_fields = ["text", "text_en"]
    ordering = ["position", "pk"]

    def save_model(self, request, obj, form, change):
        """Keep who changed the checklist."""
        super().save_model(request, obj, form, change)
        record(actor=request.user, verb="checklist.edited", subject=obj, changed=form.changed_data)

    def has_delete_permission(self, request, obj=None):
        """A line that visits refer to is taken out of use, not deleted."""
        return False
