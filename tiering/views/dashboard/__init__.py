"""The tier dashboard: is my book getting better, and where does it leak?"""

from django.views.generic import TemplateView

from staff.access import READERS, RolesRequiredMixin
from tiering.services.compile import plans
from tiering.services.retier import STANDING
from tiering.views.dashboard.page import Page


class Dashboard(RolesRequiredMixin, TemplateView):
    """Customers and assets by tier, branch and manager; moves of a month; what matures in ninety days."""

    allowed_roles = READERS
    template_name = "tiering/dashboard.html"

    def get_context_data(self, **kwargs):
        """Everything the page shows; scheme, branch, manager, month and order come from the address."""
        context = super().get_context_data(**kwargs)
        schemes = [plan for plan in plans() if plan.scheme.code in STANDING]
        if not schemes:
            return context | {"page": None}
        page = Page(self.request, schemes)
        return context | {"page": page}
