"""Tags about who may be contacted: the band of the restricted list, and what a list says beside a name."""

from django import template

from customers.services.contact import bans_on, preference_on

register = template.Library()


@register.inclusion_tag("components/restriction_band.html")
def restriction_band(customer, today):
    """`{% restriction_band customer request.today %}`: why restricted; nothing, without a query, for others."""
    if not customer or not customer.restricted:
        return {"customer": None}
    entries = customer.restrictions.in_force(on=today).select_related("entered_by")
    return {"customer": customer, "entry": entries.order_by("-starts_on", "-pk").first(), "today": today}


@register.inclusion_tag("components/contact_bans.html")
def contact_bans(customer, today):
    """`{% contact_bans customer request.today %}`: restricted, and what the customer forbade; fetch the customer with
    `contact_preference`."""
    return {"bans": bans_on(customer, on=today)}


@register.simple_tag
def banned(customer, today):
    """The same as one text, for a title; empty for everybody else."""
    return " · ".join(map(str, bans_on(customer, on=today)))


@register.simple_tag
def contact_preference_on(customer, today):
    """The customer's contact preference, unless it has run out; empty without a customer."""
    return preference_on(customer, on=today) if customer else ""
