"""Money at other banks, what became of it, targets, other income."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from customers.choices import OutsideEnd, OutsideSource
from customers.forms.rows import VersionedForm, day_input
from customers.models import OtherIncome, OutsideHolding, ValueGoal
from customers.services.wallet import FIELDS


class OutsideForm(VersionedForm):
    """What the customer holds at another bank, as far as we know."""

    class Meta:
        model = OutsideHolding
        fields = FIELDS
        widgets = {
            "bank": forms.TextInput(attrs={"list": "banks", "autocomplete": "off"}),
            "matures_on": day_input(),
            "evidence": forms.Textarea(attrs={"rows": 2}),
        }
        labels = {"said_by": _("Who says so")}
        help_texts = {
            "amount": _("In yuan. Leave it empty when unknown: unknown is not zero."),
            "dimension": _("Left empty, the one the category usually serves."),
            "evidence": _("What was said or seen, and when."),
        }

    def __init__(self, *args, on, **kwargs):
        self.on = on
        super().__init__(*args, **kwargs)
        if self.instance.pk is None:
            self.initial["said_by"] = OutsideSource.CUSTOMER

    def clean_matures_on(self):
        """A day that is over is no maturity any more, unless it stood there already."""
        day = self.cleaned_data["matures_on"]
        if day and day < self.on and day != self.instance.matures_on:
            raise ValidationError(_("This day has passed: enter the next one, or leave it empty."))
        return day


class OutsideEndForm(forms.Form):
    """What became of money at another bank."""

    end = forms.ChoiceField(label=_("What became of it"), choices=OutsideEnd, widget=forms.RadioSelect)


class GoalForm(forms.ModelForm):
    """What the relationship is to earn in a year; empty takes the target away."""

    class Meta:
        model = ValueGoal
        fields = ("target",)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["target"].required = False
        self.fields["target"].help_text = _("Yuan of profit in the year. Left empty, there is no target.")


class OtherIncomeForm(forms.ModelForm):
    """What the relationship brought beside its products."""

    class Meta:
        model = OtherIncome
        fields = ("year", "what", "amount")
        help_texts = {"what": _("Such as customers they introduced, or fees booked elsewhere.")}
