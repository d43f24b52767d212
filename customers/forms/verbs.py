"""Small forms: the reason for seeing a personal value."""

from django import forms
from django.utils.translation import gettext_lazy as _

from customers.services.customer import REASON_LENGTH


class RevealForm(forms.Form):
    """Why somebody needs to see a personal value."""

    reason = forms.CharField(label=_("Why do you need it?"), min_length=REASON_LENGTH, max_length=200)
