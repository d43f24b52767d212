"""Branches, staff, covers and the audit trail in Django admin: nothing here shows a customer."""

from django import forms
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.forms import AdminPasswordChangeForm, ReadOnlyPasswordHashField
from django.contrib.auth.models import Group
from django.contrib.auth.password_validation import validate_password
from django.utils.translation import gettext_lazy as _

from staff.models import AuditEvent, Branch, Cover, User
from staff.services import place_branch, record

# Rights follow the role; groups would be a second, silent way to give them.
admin.site.unregister(Group)


class AuditedAdmin(admin.ModelAdmin):
    """An admin page whose changes leave rows in the trail."""

    def log_addition(self, request, obj, message):
        """Also in our trail."""
        record(actor=request.user, verb="admin.added", subject=obj)
        return super().log_addition(request, obj, message)

    def log_change(self, request, obj, message):
        """Also in our trail."""
        record(actor=request.user, verb="admin.changed", subject=obj, change=message)
        return super().log_change(request, obj, message)

    def log_deletions(self, request, queryset):
        """Also in our trail."""
        for obj in queryset:
            record(actor=request.user, verb="admin.deleted", subject=obj)
        return super().log_deletions(request, queryset)


@admin.register(Branch)
class BranchAdmin(AuditedAdmin):
    """The branch tree."""

    list_display = ["code", "name", "level", "market", "parent"]
    list_filter = ["level", "market"]
    search_fields = ["code", "name"]
    autocomplete_fields = ["parent"]

    def save_model(self, request, obj, form, change):
        """Save and put the branch, with all below it, at its place in the tree."""
        super().save_model(request, obj, form, change)
        place_branch(branch=obj)


class UserAddForm(forms.ModelForm):
    """A new member of staff with a first password."""

    password = forms.CharField(label=_("First password"), widget=forms.PasswordInput, validators=[validate_password])

    class Meta:
        model = User
        fields = ["staff_no", "name", "role", "branch"]

    def save(self, commit=True):
        """Store the password as a hash."""
        user = super().save(commit=False)
        user.set_password(self.cleaned_data["password"])
        if commit:
            user.save()
        return user


class UserChangeForm(forms.ModelForm):
    """Everything but the password, which has its own page."""

    password = ReadOnlyPasswordHashField(
        label=_("Password"), help_text=_('Only its hash is kept. <a href="../password/">Set a new one</a>.')
    )

    class Meta:
        model = User
        fields = ["staff_no", "name", "role", "branch", "is_active", "left_on", "language"]


@admin.register(User)
class UserAdmin(AuditedAdmin, DjangoUserAdmin):
    """Who works here, with which role, where."""

    add_form, form, change_password_form = UserAddForm, UserChangeForm, AdminPasswordChangeForm
    list_display = ["staff_no", "name", "role", "branch", "is_active", "left_on"]
    list_filter = ["role", "is_active"]
    search_fields = ["staff_no", "name"]
    ordering = ["staff_no"]
    filter_horizontal = []
    autocomplete_fields = ["branch"]
    add_fieldsets = [(None, {"fields": ["staff_no", "name", "role", "branch", "password"]})]
    fieldsets = [
        (None, {"fields": ["staff_no", "name", "role", "branch", "password"]}),
        (_("At work"), {"fields": ["is_active", "left_on", "language"]}),
    ]

    def has_delete_permission(self, request, obj=None):
        """People leave (`left on`); what they did stays theirs."""
        return False


@admin.register(Cover)
class CoverAdmin(AuditedAdmin):
    """Who stands in for whom, from when to when."""

    list_display = ["absent", "substitute", "starts_on", "ends_on"]
    autocomplete_fields = ["absent", "substitute"]


@admin.register(AuditEvent)
class AuditEventAdmin(admin.ModelAdmin):
    """The trail, read only."""

    list_display = ["at", "actor", "verb", "subject_kind", "summary"]
    list_filter = ["verb"]
    list_select_related = ["actor"]
    show_full_result_count = False

    def has_add_permission(self, request):
        """Rows come from what people do."""
        return False

    def has_change_permission(self, request, obj=None):
        """The trail is never changed."""
        return False

    def has_delete_permission(self, request, obj=None):
        """The trail is never deleted."""
        return False
