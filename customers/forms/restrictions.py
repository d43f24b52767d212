"""The restricted list: put somebody on it, take them off (S1.3)."""

import uuid

from django import forms
from django.core.exceptions import ValidationError
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

from customers.choices import RestrictionKind
from customers.forms.facts import day_field
from customers.models import Customer


class RestrictionForm(forms.Form):
    """Whom, which list, why, from when until when. `user` decides who can be chosen."""

    customer = forms.CharField(
        label=_("Customer"),
        max_length=120,
        widget=forms.Select(attrs={"data-pick": "", "data-pick-url": reverse_lazy("customers:pick")}),
    )
    kind = forms.ChoiceField(
        label=_("Kind of list"),
        choices=[choice for choice in RestrictionKind.choices if choice[0] != RestrictionKind.CORE],
    )
    reason = forms.CharField(label=_("Reason"), max_length=200, help_text=_("Everybody who serves them reads it."))
    starts_on = day_field(_("From"))
    ends_on = day_field(_("Until"), help_text=_("Empty: until it is lifted."))
    source = forms.CharField(label=_("Name of the list"), max_length=80, required=False)

    def __init__(self, *args, user, today, customer=None, **kwargs):
        self.user, self.today = user, today
        super().__init__(*args, **kwargs)
        self.fields["starts_on"].required = True
        if customer:
            self.initial["customer"] = str(customer.public_id)
        if chosen := self._found(str(self["customer"].value() or "")):
            self.fields["customer"].widget.choices = [(chosen.public_id, f"{chosen.name} {chosen.customer_no}")]

    def _found(self, text):
        mine = Customer.objects.visible_to(self.user)
        text = text.replace("\x00", "").strip()
        try:
            return mine.filter(public_id=uuid.UUID(text)).first()
        except ValueError:
            return mine.filter(customer_no=text).first() if text else None

    def clean_customer(self):
        """One of the person's customers, by public id or number."""
        found = self._found(self.cleaned_data["customer"])
        if found is None:
            raise ValidationError(_("No customer of yours has this number."))
        return found

    def clean(self):
        """The last day is not before the first, nor over."""
        data = super().clean()
        first, last = data.get("starts_on"), data.get("ends_on")
        if first and last and last < first:
            self.add_error("ends_on", _("The last day is before the first."))
        elif last and last < self.today:
            self.add_error("ends_on", _("This day has passed."))
        return data


class LiftForm(forms.Form):
    """Why a restriction is lifted."""

    reason = forms.CharField(label=_("Why is it lifted?"), max_length=200)
