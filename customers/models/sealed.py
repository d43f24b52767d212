"""Personal data of a customer: encrypted in its column, searchable by blind index, never shown by accident."""

from django.conf import settings

from customers.rules.personal import index_text, seal_text, unseal_text
from customers.rules.sealing import seal, unseal


def seal_personal(column, customer_no, text):
    """`text` sealed for `column` (“id_no”, “mobile”, “email”, “address”) of the customer `customer_no`."""
    return seal_text(column, customer_no, text, secret=settings.FIELD_KEY)


def unseal_personal(column, customer_no, sealed):
    """The clear text behind `seal_personal`; raises Unreadable for another row's or a changed text."""
    return unseal_text(column, customer_no, sealed, secret=settings.FIELD_KEY)


def index_personal(column, text):
    """The blind index of a personal text in its normal form, for look-ups and for telling whether it changed."""
    return index_text(column, text, secret=settings.INDEX_KEY)


class Personal:
    """`customer.mobile` reads and writes the clear text of `mobile_sealed` and keeps `mobile_index` beside it.

    Writing needs `customer_no`, to which the sealed text is bound; it never changes afterwards.
    """

    def __set_name__(self, owner, name):
        self.name = name

    def __get__(self, instance, owner=None):
        if instance is None:
            return self
        return unseal_personal(self.name, instance.customer_no, getattr(instance, f"{self.name}_sealed"))

    def __set__(self, instance, text):
        text = (text or "").strip()
        if text == self.__get__(instance):
            return  # the same text sealed anew would only look like a change
        setattr(instance, f"{self.name}_sealed", seal_personal(self.name, instance.customer_no, text))
        setattr(instance, f"{self.name}_index", index_personal(self.name, text))


class PersonalOf:
    """Like `Personal`, for people who are no customers: sealed for one row of one table, named by its public id.

    The row keeps `<name>_sealed` and `<name>_index` beside each other; `table` must never change.
    """

    def __init__(self, table):
        self.table = table

    def __set_name__(self, owner, name):
        self.name = name

    def _bound_to(self, instance):
        return f"customers.{self.table}.{self.name}:{instance.public_id}"

    def __get__(self, instance, owner=None):
        if instance is None:
            return self
        sealed = getattr(instance, f"{self.name}_sealed")
        return unseal(sealed, bound_to=self._bound_to(instance), secret=settings.FIELD_KEY)

    def __set__(self, instance, text):
        text = (text or "").strip()
        if text == self.__get__(instance):
            return
        sealed = seal(text, bound_to=self._bound_to(instance), secret=settings.FIELD_KEY)
        setattr(instance, f"{self.name}_sealed", sealed)
        setattr(instance, f"{self.name}_index", index_personal(self.name, text))
