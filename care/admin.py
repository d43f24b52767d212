"""Rules of care in Django admin: reminders, standard costs, intended shares of time. Nothing here shows a customer."""

from django.contrib import admin

from care.models import AttentionGoal, CareRule, ServiceRate
from staff.admin import AuditedAdmin


@admin.register(CareRule)
class CareRuleAdmin(AuditedAdmin):
    """Reminders; a rule that has raised something is taken out of force, not deleted."""

    list_display = ["code", "kind", "days_before", "best_tiers", "script", "active"]
    list_filter = ["kind", "active"]
    fields = ["code", "kind", "days_before", "best_tiers", "active", "script", "script_en"]

    def has_delete_permission(self, request, obj=None):
        """Only a rule that never raised anything may go."""
        return super().has_delete_permission(request, obj) and obj is not None and not obj.followups.exists()


@admin.register(ServiceRate)
class ServiceRateAdmin(AuditedAdmin):
    """Standard costs of the services the product knows: edited in the list, none added or taken away."""

    list_display = ["__str__", "minutes", "cost"]
    list_editable = ["minutes", "cost"]
    fields = ["minutes", "cost"]

    def has_add_permission(self, request):
        """Which services there are follows from how people meet."""
        return False

    def has_delete_permission(self, request, obj=None):
        """A service without a rate would cost nothing."""
        return False


@admin.register(AttentionGoal)
class AttentionGoalAdmin(AuditedAdmin):
    """Which share of the time each tier should get; edited in the list."""

    list_display = ["code", "share"]
    list_editable = ["share"]
    fields = ["code", "share"]
