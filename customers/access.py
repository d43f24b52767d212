"""Which customer a page of another room is about."""

from uuid import UUID

from django.http import Http404
from django.shortcuts import get_object_or_404

from customers.models import Customer


def customer_named(request, *related):
    """The customer named by `customer` in the address, or None; 404 unless the person may know of them.

    `related` are the relations fetched in the same query.
    """
    name = request.GET.get("customer")
    if not name:
        return None
    try:
        key = UUID(name)
    except ValueError:
        raise Http404 from None
    return get_object_or_404(Customer.objects.visible_to(request.user).select_related(*related), public_id=key)
