"""Small forms: relation, need, the reason for seeing a personal value."""

import uuid

from django import forms
from django.core.exceptions import ValidationError
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

from customers.choices import Dimension, RelationKind
from customers.models import Customer
from customers.services.customer import REASON_LENGTH


class RelationForm(forms.Form):
    """Whom the customer is related to, and how. `user` decides who can be chosen."""

    kind = forms.ChoiceField(label=_("The other one is their"), choices=RelationKind)
    related = forms.CharField(
        label=_("Related customer"),
        max_length=120,
        widget=forms.Select(attrs={"data-pick": "", "data-pick-url": reverse_lazy("customers:pick")}),
    )

    def __init__(self, *args, user, customer, **kwargs):
        self.user, self.customer = user, customer
        super().__init__(*args, **kwargs)
        if chosen := self._found(self["related"].value() or "")[:1]:
            # Of all customers the list holds only the chosen one; the picker fetches the others while one types.
            self.fields["related"].widget.choices = [(chosen[0].public_id, f"{chosen[0]} {chosen[0].customer_no}")]

    def _found(self, text):
        """The customers the person may see with this public id, else this number, else this name (two are enough)."""
        text = text.replace("\x00", "").strip()
        mine = Customer.objects.visible_to(self.user).order_by("customer_no")
        if not text:
            return []
        try:
            return list(mine.filter(public_id=uuid.UUID(text)))
        except ValueError:
            return list(mine.filter(customer_no=text)) or list(mine.filter(name=text)[:2])

    def clean_related(self):
        """The one customer that was chosen, by public id, number or name."""
        found = self._found(self.cleaned_data["related"])
        if not found:
            raise ValidationError(_("No customer of yours has this number or name."))
        if len(found) > 1:
            raise ValidationError(_("Several customers have this name: enter the customer number."))
        if found[0].pk == self.customer.pk:
            raise ValidationError(_("A customer cannot be related to itself."))
        return found[0]


class NeedForm(forms.Form):
    """What the customer needs (S0.9)."""

    dimension = forms.ChoiceField(label=_("Dimension"), choices=Dimension)
    driver = forms.CharField(
        label=_("What drives it"),
        max_length=120,
        required=False,
        help_text=_("Habit, nearness, price, growth, return …"),
    )
    amount = forms.DecimalField(label=_("Amount (yuan)"), min_value=0, max_digits=18, decimal_places=2, required=False)
    horizon = forms.CharField(label=_("By when"), max_length=60, required=False)
    evidence = forms.CharField(
        label=_("How we know"), max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )


class RevealForm(forms.Form):
    """Why somebody needs to see a personal value."""

    reason = forms.CharField(label=_("Why do you need it?"), min_length=REASON_LENGTH, max_length=200)
