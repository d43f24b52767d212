"""Service packages in Django admin, with their rights."""

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from customers.choices import Channel
from staff.admin import AuditedAdmin
from tiering.models import Right, ServicePackage
from tiering.services.compile import plans


class PackageForm(forms.ModelForm):
    """A package for a tier that the scheme has."""

    channels = forms.TypedMultipleChoiceField(
        label=_("Channels"), choices=Channel, required=False, coerce=str, widget=forms.CheckboxSelectMultiple
    )

    class Meta:
        model = ServicePackage
        fields = ["scheme", "code", "name", "name_en", "contact_days", "channels"]

    def clean(self):
        """The tier is one of the scheme's; of a scheme out of force nothing is known."""
        cleaned = super().clean()
        scheme, code = cleaned.get("scheme"), cleaned.get("code")
        plan = next((plan for plan in plans() if scheme and plan.scheme.pk == scheme.pk), None)
        if plan is not None and code:
            codes = [tier.code for tier in plan.tiers]
            if code not in codes:
                words = _("The scheme has these tiers: %(tiers)s.") % {"tiers": ", ".join(codes)}
                self.add_error("code", ValidationError(words))
        return cleaned


class RightInline(admin.TabularInline):
    """The rights of a package; one that was used is put out of force instead of deleted."""

    model = Right
    extra = 0
    fields = ["position", "code", "name", "name_en", "allowance", "unit", "unit_en", "active"]


@admin.register(ServicePackage)
class ServicePackageAdmin(AuditedAdmin):
    """What each tier is served with."""

    form = PackageForm
    list_display = ["name", "scheme", "code", "contact_days"]
    list_select_related = ["scheme"]
    list_filter = ["scheme"]
    inlines = [RightInline]
