"""Django admin: products to look at. They come from the core system; customers never stand here."""

from django.contrib import admin

from customers.models import Product


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
