"""Rules of care in Django admin: how many days before, what to say. Nothing here shows a customer."""

from django.contrib import admin

from care.models import CareRule
from staff.admin import AuditedAdmin


@admin.register(CareRule)
class CareRuleAdmin(AuditedAdmin):
    """Reminders of maturities and birthdays; a rule that has raised something is taken out of force, not deleted."""

    list_display = ["code", "kind", "days_before", "script", "active"]
    list_filter = ["kind", "active"]
    fields = ["code", "kind", "days_before", "active", "script", "script_en"]

    def has_delete_permission(self, request, obj=None):
        """Only a rule that never raised anything may go."""
        return super().has_delete_permission(request, obj) and obj is not None and not obj.followups.exists()
