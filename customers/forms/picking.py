"""The field that picks one customer of a person's own: looked up while typing, by number or by full name."""

import uuid

from django import forms
from django.core.exceptions import ValidationError
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

from customers.models import Customer


class CustomerField(forms.CharField):
    """A customer, by public id, customer number or full name. Give it `among` (a queryset) before it is used."""

    def __init__(self, **options):
        options.setdefault("max_length", 120)
        options["widget"] = forms.Select(attrs={"data-pick": "", "data-pick-url": reverse_lazy("customers:pick")})
        super().__init__(**options)
        self.among, self.other_than = Customer.objects.none(), None

    def offer(self, bound, among, other_than=None):
        """Customers of `among` may be chosen, but not `other_than`; the one in the form stands in the list."""
        self.among, self.other_than = among, other_than
        value = bound.value()
        if chosen := self._found(str(value) if value else "")[:1]:
            # Of all customers the list holds only the chosen one; the picker fetches the others while one types.
            options = [(chosen[0].public_id, f"{chosen[0]} {chosen[0].customer_no}")]
            self.widget.choices = options if self.required else [("", ""), *options]

    def _found(self, text):
        text = text.replace("\x00", "").strip()
        mine = self.among.order_by("customer_no")
        if not text:
            return []
        try:
            return list(mine.filter(public_id=uuid.UUID(text)))
        except ValueError:
            return list(mine.filter(customer_no=text)) or list(mine.filter(name=text)[:2])

    def clean(self, value):
        """The one customer that was chosen; None for an empty field that may be empty."""
        text = super().clean(value)
        if not text:
            return None
        found = self._found(text)
        if not found:
            raise ValidationError(_("No customer of yours has this number or name."))
        if len(found) > 1:
            raise ValidationError(_("Several customers have this name: enter the customer number."))
        if self.other_than is not None and found[0].pk == self.other_than.pk:
            raise ValidationError(_("A customer cannot be related to itself."))
        return found[0]
