"""The customer picker of forms: looked up while typing, scoped, nothing personal in an address."""

from django.http import JsonResponse
from django.views.decorators.http import require_POST

from customers.models import Customer
from customers.models.sealed import index_personal
from staff.access import READERS, roles_required

MOST = 20


@require_POST
@roles_required(*READERS)
def pick(request):
    """`q` → ``{"results": [{"id": public id, "text": name and number}]}``, at most 20, the person's own customers."""
    found = Customer.objects.visible_to(request.user).search(request.POST.get("q", ""), index=index_personal)
    rows = found.order_by("customer_no").values_list("public_id", "name", "customer_no")[:MOST]
    return JsonResponse({"results": [{"id": str(key), "text": f"{name} {number}"} for key, name, number in rows]})
