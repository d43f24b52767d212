"""A note on a customer."""

import uuid

from django import forms
from django.urls import reverse
from django.utils.translation import gettext_lazy as _


class NoteForm(forms.Form):
    """Words, perhaps with colleagues named by @; pinned, it stays on top."""

    text = forms.CharField(
        label=_("Note"),
        max_length=2000,
        widget=forms.Textarea(
            attrs={"rows": 2, "class": "form-control", "placeholder": _("A note; @ names a colleague")}
        ),
    )
    pinned = forms.BooleanField(
        label=_("Pin to the top"), required=False, widget=forms.CheckboxInput(attrs={"class": "form-check-input"})
    )
    token = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args, customer, **kwargs):
        super().__init__(*args, **kwargs)
        self.initial.setdefault("token", uuid.uuid4())
        self.fields["text"].widget.attrs["data-mention-url"] = reverse(
            "customers:colleagues", args=[customer.public_id]
        )
