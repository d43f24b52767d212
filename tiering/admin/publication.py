"""Publications in Django admin, read only: the way back is on their own page."""

from django.contrib import admin
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tiering.models import Publication


@admin.register(Publication)
class PublicationAdmin(admin.ModelAdmin):
    """Versions put in force and taken back, read only."""

    list_display = ["sheet", "on", "reason", "published_by", "taken_back_on", "page"]
    list_select_related = ["sheet", "published_by"]
    list_filter = ["sheet__code"]

    @admin.display(description=gettext_lazy("Take back"))
    def page(self, obj):
        """The page that shows what would be put back; nothing for what was taken back."""
        if obj.taken_back_on is not None:
            return None
        address = reverse("tiering:publication_take_back", args=[obj.public_id])
        return format_html('<a href="{}">{}</a>', address, _("What would be put back"))

    def has_add_permission(self, request):
        """Publications are made by publishing."""
        return False

    def has_change_permission(self, request, obj=None):
        """What happened stays."""
        return False

    def has_delete_permission(self, request, obj=None):
        """What happened stays."""
        return False
