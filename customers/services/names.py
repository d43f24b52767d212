"""The keys by which a name is found: pieces of it, pinyin and initials in every reading."""

from django.db import transaction

from customers.models import NameKey
from customers.rules.pinyin import name_grams, search_keys


@transaction.atomic
def rebuild_name_keys(customer):
    """Write the search keys of the customer's name as it is now; only keys that differ. Twice changes nothing."""
    grams = name_grams(customer.name)
    if customer.name_grams != grams:
        customer.name_grams = grams
        customer.save(update_fields=["name_grams"])
    wanted = set(search_keys(customer.name))
    present = set(customer.name_keys.values_list("key", flat=True))
    if gone := present - wanted:
        customer.name_keys.filter(key__in=gone).delete()
    NameKey.objects.bulk_create([NameKey(customer=customer, key=key) for key in sorted(wanted - present)])
