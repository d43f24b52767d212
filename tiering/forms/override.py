"""The form of a placing by hand."""

from django import forms
from django.utils.translation import gettext_lazy as _

from tiering.rules.facts import months_after
from tiering.services.override import LONGEST_MONTHS, offered


class OverrideForm(forms.Form):
    """A tier by hand: which, why, until when. `customer` decides which can be asked for, `only` names one scheme."""

    tier = forms.ChoiceField(label=_("Tier"))
    ends_on = forms.DateField(
        label=_("Until (included)"), widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )
    reason = forms.CharField(
        label=_("Reason"),
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("What do you know that the rules do not see?"),
    )

    def __init__(self, *args, customer, today, only="", **kwargs):
        super().__init__(*args, **kwargs)
        plans = offered(customer)
        plans = [plan for plan in plans if plan.scheme.code == only] or plans
        self.schemes = {plan.scheme.code: plan.scheme for plan in plans}
        self.fields["tier"].choices = [
            ("", "—"),
            *(
                (
                    plan.scheme.label,
                    [
                        (f"{plan.scheme.code}:{tier.code}", f"{tier.code} {tier.label}" if tier.label else tier.code)
                        for tier in plan.tiers
                    ],
                )
                for plan in plans
            ),
        ]
        last = months_after(today, LONGEST_MONTHS).isoformat()
        self.fields["ends_on"].widget.attrs |= {"min": today.isoformat(), "max": last}

    def asked(self):
        """The keyword arguments of `services.override.propose_override`, of a valid form."""
        scheme, code = self.cleaned_data["tier"].split(":", 1)
        return {
            "scheme": self.schemes[scheme],
            "code": code,
            "reason": self.cleaned_data["reason"],
            "ends_on": self.cleaned_data["ends_on"],
        }

    def refuse(self, error):
        """Show what the service refused, beside its field where it has one."""
        self.add_error(None, error)
