"""Django admin: products to look at, and the bank's own questions. Customers never stand here."""

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from customers.models import CustomField, DiscoveryQuestion, ModelAllocation, Product, ReferralPolicy
from staff.admin import AuditedAdmin


@admin.register(Product)
class ProductAdmin(admin.ModelAdmin):
    """What the bank sells, as the last extract says; read only."""

    list_display = ["code", "name", "category", "dimension", "risk_level"]
    list_filter = ["category", "dimension"]
    search_fields = ["code", "name"]

    def has_add_permission(self, request):
        """Products are added by the core system."""
        return False

    def has_change_permission(self, request, obj=None):
        """Products are changed by the core system."""
        return False

    def has_delete_permission(self, request, obj=None):
        """Products are removed by the core system."""
        return False


class LinesField(forms.CharField):
    """A list of short texts, one a line; empty lines are left out."""

    widget = forms.Textarea(attrs={"rows": 6, "cols": 40})

    def prepare_value(self, value):
        """The list as lines; what was typed stays as it was."""
        return "\n".join(value) if isinstance(value, list) else value

    def to_python(self, value):
        """The lines as a list."""
        lines = [line.strip() for line in (value or "").splitlines()]
        return [line for line in lines if line]

    def validate(self, value):
        """Each option once, and short enough for a list."""
        super().validate(value)
        if len(set(value)) < len(value):
            raise ValidationError(_("An option stands there twice."))
        if any(len(line) > 60 for line in value):
            raise ValidationError(_("An option has at most 60 letters."))


class CustomFieldForm(forms.ModelForm):
    """A question of the bank's own; its options as lines."""

    options = LinesField(label=_("options"), required=False, help_text=_("For a choice: one option a line."))

    class Meta:
        model = CustomField
        fields = (
            *("name", "name_en", "code", "kind", "options", "applies_to", "section", "order", "weight"),
            *("stale_after", "active"),
        )


@admin.register(CustomField)
class CustomFieldAdmin(AuditedAdmin):
    """What the bank asks beyond the product's own file. A field with answers is taken out of use, not deleted."""

    form = CustomFieldForm
    list_display = ["name", "code", "kind", "applies_to", "section", "order", "weight", "stale_after", "active"]
    list_filter = ["kind", "applies_to", "active"]
    search_fields = ["code", "name", "name_en"]

    def get_readonly_fields(self, request, obj=None):
        """Code and kind are fixed once a customer has an answer."""
        return ["code", "kind"] if obj is not None and obj.values.exists() else []

    def has_delete_permission(self, request, obj=None):
        """Only a question that nobody has answered may go."""
        return super().has_delete_permission(request, obj) and obj is not None and not obj.values.exists()


@admin.register(ModelAllocation)
class ModelAllocationAdmin(AuditedAdmin):
    """How the money of each risk level should be spread; the shares of a level make 100."""

    list_display = ["level", "cash", "fixed_income", "equity", "insurance", "alternative"]


@admin.register(DiscoveryQuestion)
class DiscoveryQuestionAdmin(AuditedAdmin):
    """Questions that lead from how it is now to what a product does."""

    list_display = ["text", "dimension", "part", "kind", "leads_to", "position", "active"]
    list_filter = ["dimension", "part", "kind", "active"]
    search_fields = ["text", "text_en", "leads_to"]


@admin.register(ReferralPolicy)
class ReferralPolicyAdmin(AuditedAdmin):
    """Limits of gifts, days between questions, and the goals of contact pools (S0.15, S2.1): one row."""

    fieldsets = [
        (_("Referrals"), {"fields": ["gift_limit", "gift_limit_year", "ask_again_days"]}),
        (_("What makes a pool"), {"fields": ["warm_days", "ready_days", "untouched_days"]}),
        (_("Goals of a manager"), {"fields": ["goal_a", "goal_b", "goal_c", "goal_d"]}),
    ]

    def has_add_permission(self, request):
        """There is one row, shipped with the product."""
        return not ReferralPolicy.objects.exists() and super().has_add_permission(request)

    def has_delete_permission(self, request, obj=None):
        """The rules can be changed, not thrown away."""
        return False
