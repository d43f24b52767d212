"""Forms of referrals: asking, mending, the gift, who it became."""

import uuid

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from customers.choices import ReferralQuality
from customers.forms.facts import check_free_text, text_field
from customers.forms.picking import CustomerField
from customers.forms.rows import StampedForm
from customers.models import Customer
from customers.rules.phone import parse_phone


class ReferralEditForm(StampedForm):
    """Who was named, how good the referral is. The phone is never shown: empty keeps it."""

    name = forms.CharField(
        label=_("Name given"),
        max_length=60,
        required=False,
        help_text=_("Empty: asked, and no name yet."),
        validators=[check_free_text],
    )
    mobile = forms.CharField(label=_("Phone"), max_length=40, required=False)
    quality = forms.ChoiceField(
        label=_("Quality"),
        choices=ReferralQuality,
        initial=ReferralQuality.ORDINARY,
        help_text=_("High: the introducer speaks for us before we call."),
    )
    note = text_field(_("Notes"), 300, validators=[check_free_text])

    def clean_mobile(self):
        """A number that a plan knows."""
        text = self.cleaned_data["mobile"].strip()
        if text and not parse_phone(text).valid:
            raise ValidationError(_("This is no phone number."))
        return text


class ReferralForm(ReferralEditForm):
    """A customer was asked for a referral. `user` decides which customer can be named."""

    stamp = None
    referred = CustomerField(
        label=_("Is a customer already"), required=False, help_text=_("When the person named is a customer of ours.")
    )
    token = forms.UUIDField(widget=forms.HiddenInput)

    field_order = ("name", "mobile", "referred", "quality", "note", "token")

    def __init__(self, *args, user, customer, **kwargs):
        kwargs["initial"] = {"token": uuid.uuid4()} | kwargs.get("initial", {})
        super().__init__(*args, **kwargs)
        self.fields["referred"].offer(self["referred"], Customer.objects.visible_to(user), customer)


class GiftForm(forms.Form):
    """The introducer's gift."""

    gift = forms.CharField(label=_("Gift"), max_length=80)
    gift_cost = forms.DecimalField(label=_("Cost (yuan)"), min_value=0, max_digits=10, decimal_places=2)


class BecameForm(forms.Form):
    """Which customer the person named has become."""

    referred = CustomerField(label=_("Customer"))

    def __init__(self, *args, user, customer, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["referred"].offer(self["referred"], Customer.objects.visible_to(user), customer)
