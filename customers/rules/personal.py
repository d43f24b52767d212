"""How a customer's personal texts are sealed and indexed: what a sealed text is bound to, and which texts are the same.

Pure functions of plain values; the keys come from settings through `customers.models.sealed`.
"""

from customers.rules.identity import normal_id
from customers.rules.phone import parse_phone, phone_digits
from customers.rules.sealing import blind_index, seal, unseal

# The columns of a customer that are sealed.
PERSONAL = ("id_no", "mobile", "email", "address")


def _bound_to(column, customer_no):
    return f"customers.customer.{column}:{customer_no}"


def seal_text(column, customer_no, text, *, secret):
    """`text` sealed for a column of `PERSONAL` of the customer `customer_no`."""
    return seal(text, bound_to=_bound_to(column, customer_no), secret=secret)


def unseal_text(column, customer_no, sealed, *, secret):
    """The clear text behind `seal_text`; raises Unreadable for another row's or a changed text."""
    return unseal(sealed, bound_to=_bound_to(column, customer_no), secret=secret)


def normal_text(column, text):
    """The form in which two personal texts are compared: a phone by its digits, an id number without spaces."""
    if column == "mobile":
        return phone_digits(parse_phone(text).number) or text
    return normal_id(text) if column == "id_no" else text


def index_text(column, text, *, secret):
    """The blind index of a personal text in its normal form, for look-ups and for telling whether it changed."""
    return blind_index(normal_text(column, text) if text else "", secret=secret, purpose=column)
