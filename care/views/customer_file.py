"""A customer's whole file to take along: asked for with a reason when personal values are needed in clear."""

from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views import View

from care.services.customer_file import whole_file
from customers.choices import ExportFormat
from customers.models import Customer
from customers.services.export import TYPES, reason_given
from staff.access import READERS, RolesRequiredMixin


class CustomerFile(RolesRequiredMixin, View):
    """The workbook of one customer."""

    allowed_roles = READERS

    def get(self, request, public_id):
        """What it holds, and the question why."""
        return render(request, "care/customer_file.html", {"customer": self._customer(request, public_id), "error": ""})

    def post(self, request, public_id):
        """The file."""
        customer = self._customer(request, public_id)
        try:
            reason = reason_given(request.POST.get("reason", ""))
        except ValidationError as error:
            context = {"customer": customer, "error": " ".join(error.messages)}
            return render(request, "care/customer_file.html", context, status=422)
        body = whole_file(customer=customer, by=request.user, on=request.today, reason=reason)
        name = f"customer-{customer.customer_no}-{request.today:%Y%m%d}.xlsx"
        headers = {"Content-Disposition": f'attachment; filename="{name}"'}
        return HttpResponse(body, content_type=TYPES[ExportFormat.XLSX], headers=headers)

    @staticmethod
    def _customer(request, public_id):
        return get_object_or_404(Customer.objects.visible_to(request.user), public_id=public_id)
