"""Templates of proposals in Django admin: one page a template, its four dimensions on it."""

from django.contrib import admin

from proposals.models import Section, Template
from staff.admin import AuditedAdmin


class SectionInline(admin.TabularInline):
    """What the template says of each dimension."""

    model = Section
    extra = 0
    max_num = 4


@admin.register(Template)
class TemplateAdmin(AuditedAdmin):
    """Which words a proposal begins and ends with, and what the rule asks of it."""

    list_display = ["code", "name", "name_en", "active"]
    list_filter = ["active"]
    inlines = [SectionInline]

    def has_delete_permission(self, request, obj=None):
        """A template that proposals were written on is taken out of use, not deleted."""
        return super().has_delete_permission(request, obj) and (obj is None or not obj.proposals.exists())
