"""The runs in Django admin, read only."""

from django.contrib import admin

from tiering.models import TieringRun


@admin.register(TieringRun)
class TieringRunAdmin(admin.ModelAdmin):
    """The runs, read only."""

    list_display = ["started_at", "as_of", "started_by", "scored", "incomplete", "changed"]
    list_select_related = ["started_by"]

    def has_add_permission(self, request):
        """Runs are made by running."""
        return False

    def has_change_permission(self, request, obj=None):
        """What happened stays."""
        return False

    def has_delete_permission(self, request, obj=None):
        """What happened stays."""
        return False
