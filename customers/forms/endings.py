"""Ending a relationship (S1.11)."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from customers.choices import EndingReason
from customers.forms.facts import day_field


class EndingForm(forms.Form):
    """Why the relationship is about to end."""

    reason = forms.ChoiceField(label=_("Why does it end?"), choices=EndingReason.choices, widget=forms.RadioSelect)
    words = forms.CharField(
        label=_("In the customer's words"), max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )


class LessonsForm(forms.Form):
    """What we learn from it, and when to try again."""

    lessons = forms.CharField(
        label=_("What do we learn from it?"), max_length=2000, widget=forms.Textarea(attrs={"rows": 4})
    )
    win_back_on = day_field(_("Try to win them back on"), help_text=_("Empty: leave them in peace."))

    def __init__(self, *args, today, **kwargs):
        super().__init__(*args, **kwargs)
        self.today = today

    def clean_win_back_on(self):
        """A day ahead, unless it stands there already."""
        day = self.cleaned_data["win_back_on"]
        if day and day <= self.today and day != self.initial.get("win_back_on"):
            raise ValidationError(_("Choose a day after today."))
        return day
