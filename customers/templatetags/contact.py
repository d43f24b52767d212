"""Tags about who may be contacted: the band of the restricted list."""

from django import template

register = template.Library()


@register.inclusion_tag("components/restriction_band.html")
def restriction_band(customer, today):
    """`{% restriction_band customer request.today %}`: why restricted; nothing, without a query, for others."""
    if not customer or not customer.restricted:
        return {"customer": None}
    entries = customer.restrictions.in_force(on=today).select_related("entered_by")
    return {"customer": customer, "entry": entries.order_by("-starts_on", "-pk").first(), "today": today}
