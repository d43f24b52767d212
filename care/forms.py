"""Forms of care."""

import uuid

from django import forms
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from care.models import FollowUp
from customers.models import Customer


class VerbForm(forms.Form):
    """Which follow-ups of those the person may see a click is about."""

    followup = forms.ModelMultipleChoiceField(FollowUp.objects.none(), to_field_name="public_id")
    note = forms.CharField(required=False, max_length=500)

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["followup"].queryset = FollowUp.objects.visible_to(user)


class CompleteForm(VerbForm):
    """Done, perhaps with a note; ticked: it was a talk with the customer, they got a gift."""

    contacted = forms.BooleanField(required=False)
    gift = forms.BooleanField(required=False)


class SnoozeForm(VerbForm):
    """Put off by so many days, or until a day."""

    days = forms.IntegerField(required=False, min_value=1, max_value=366)
    until = forms.DateField(required=False, error_messages={"invalid": _("Choose a day.")})

    def clean(self):
        """One of the two is needed."""
        cleaned = super().clean()
        if not self.errors and not cleaned.get("days") and not cleaned.get("until"):
            self.add_error(None, _("Choose a day."))
        return cleaned


class DismissForm(VerbForm):
    """Not needed, and why."""

    reason = forms.CharField(required=False)


class OwnReminderForm(forms.ModelForm):
    """A reminder of one's own: for whom, what, by when."""

    customer = forms.ModelChoiceField(
        Customer.objects.none(),
        label=_("Customer"),
        to_field_name="public_id",
        error_messages={"invalid_choice": _("Choose one of your customers.")},
    )
    token = forms.UUIDField(widget=forms.HiddenInput)

    class Meta:
        model = FollowUp
        fields = ["customer", "text", "due_on"]
        widgets = {"due_on": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")}

    def __init__(self, *args, user, customer=None, today=None, **kwargs):
        super().__init__(*args, **kwargs)
        mine = Customer.objects.visible_to(user)
        self.fields["customer"].queryset = mine
        self.fields["text"].required = True
        self.initial.setdefault("token", uuid.uuid4())
        if today:
            self.fields["due_on"].widget.attrs["min"] = today.isoformat()
        # The picker asks while typing; only what is chosen already stands in the page.
        shown = [customer] if customer else list(mine.filter(public_id=self._sent_customer())) if self.is_bound else []
        self.fields["customer"].widget = forms.Select(
            choices=[("", _("Name, pinyin or customer number"))]
            + [(one.public_id, f"{one.name} {one.customer_no}") for one in shown],
            attrs={"data-pick": "", "data-pick-url": reverse("customers:pick")},
        )
        if customer:
            self.initial["customer"] = customer.public_id

    def _sent_customer(self):
        try:
            return uuid.UUID(self.data.get(self.add_prefix("customer"), ""))
        except ValueError:
            return None

    def validate_unique(self):
        """Sent twice it is one reminder: the service sees to that."""
