"""Contact instructions and consents (S3.7, S3.11)."""

from datetime import time

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Column, Fieldset, Layout, Row
from django import forms
from django.core.exceptions import ValidationError
from django.utils.dates import WEEKDAYS_ABBR
from django.utils.translation import gettext_lazy as _

from customers.choices import Channel, ConsentPurpose, ConsentSource, Frequency, NumberKind, Tongue
from customers.forms.facts import check_free_text, choice_field, day_field
from customers.rules.contact import FORBIDS, Window
from customers.services.contact import FIELDS, who_may_know
from staff.models import User

WINDOWS = 3
DAYS = [(str(number + 1), label) for number, label in WEEKDAYS_ABBR.items()]
TEXTS = ("hours", "taboos", "hint", "introducer_hint")


def _text(label, length, **options):
    return forms.CharField(label=label, required=False, max_length=length, **options)


def _flag(label):
    return forms.BooleanField(label=label, required=False)


def _at(label):
    return forms.TimeField(
        label=label, required=False, widget=forms.TimeInput(format="%H:%M", attrs={"type": "time", "step": "900"})
    )


class ContactForm(forms.Form):
    """How a customer wants to be reached. `facts()` gives what the service takes; `user` decides who can be named."""

    channel = choice_field(Channel.choices, _("Preferred channel"))
    second_channel = choice_field(Channel.choices, _("Else by"))
    number_kind = choice_field(NumberKind.choices, _("Number to use"))
    tongue = choice_field(Tongue.choices, _("Language or dialect"))
    every_days = forms.TypedChoiceField(
        label=_("Wishes to hear from us"),
        required=False,
        choices=[("", _("unknown")), *Frequency.choices],
        coerce=int,
        empty_value=None,
        help_text=_("The monthly plan follows from it."),
    )
    hours = _text(_("Hours in words"), 60)
    do_not_call = _flag(_("Do not call"))
    do_not_message = _flag(_("Do not send messages"))
    do_not_visit = _flag(_("Do not visit"))
    do_not_contact = _flag(_("Do not contact at all"))
    plain_envelope = _flag(_("Letters in a plain envelope"))
    taboos = _text(_("Never mention"), 200)
    hint = _text(_("Hint for contact"), 200)
    introducer_hint = _text(_("What the introducer said"), 200)
    colleagues = forms.ModelMultipleChoiceField(
        label=_("Colleagues who know them"),
        queryset=User.objects.none(),
        required=False,
        widget=forms.SelectMultiple(attrs={"size": 5}),
    )
    valid_until = day_field(_("Valid until"), help_text=_("Empty: until somebody changes them."))
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args, user, customer, on, **kwargs):
        self.user, self.customer, self.on = user, customer, on
        super().__init__(*args, **kwargs)
        self.fields["colleagues"].queryset = User.objects.visible_to(user).working().order_by("staff_no")
        for number in range(WINDOWS):
            self.fields[f"days_{number}"] = forms.MultipleChoiceField(
                label=_("Days"), required=False, choices=DAYS, widget=forms.CheckboxSelectMultiple
            )
            self.fields[f"from_{number}"] = _at(_("From"))
            self.fields[f"to_{number}"] = _at(_("To"))
        for name in TEXTS:
            self.fields[name].validators.append(check_free_text)
        self.helper = self._helper()

    @staticmethod
    def _helper():
        helper = FormHelper()
        helper.form_tag = False
        helper.disable_csrf = True

        def half(*names):
            return Row(*(Column(name, css_class="col-12 col-md-6") for name in names))

        times = [
            Row(
                Column(f"days_{number}", css_class="col-12 col-md-6 window-days"),
                Column(f"from_{number}", css_class="col-6 col-md-3"),
                Column(f"to_{number}", css_class="col-6 col-md-3"),
            )
            for number in range(WINDOWS)
        ]
        helper.layout = Layout(
            Fieldset(_("Never"), half("do_not_call", "do_not_message", "do_not_visit", "do_not_contact"), "taboos"),
            Fieldset(_("Gladly"), half("channel", "second_channel", "number_kind", "tongue", "every_days", "hours")),
            Fieldset(_("At what times"), *times),
            Fieldset(
                _("Good to know"),
                "plain_envelope",
                half("hint", "introducer_hint"),
                half("colleagues", "valid_until"),
            ),
            "version",
        )
        return helper

    def clean_valid_until(self):
        """Not a day that has passed, unless it stands there already."""
        day = self.cleaned_data["valid_until"]
        if day and day < self.on and day != self.initial.get("valid_until"):
            raise ValidationError(_("This day has passed."))
        return day

    def clean_colleagues(self):
        """Only those who may see the customer."""
        chosen = self.cleaned_data["colleagues"]
        allowed = who_may_know(self.customer, among=chosen, on=self.on)
        if barred := [person.name for person in chosen if person not in allowed]:
            raise ValidationError(
                _("%(names)s may not see this customer.") % {"names": str(_(", ")).join(barred)}, code="barred"
            )
        return allowed

    def clean(self):
        """What is forbidden is not preferred; hours have days, a beginning and a later end."""
        data = super().clean()
        for name, channels in FORBIDS.items():
            for preferred in ("channel", "second_channel"):
                if data.get(name) and data.get(preferred) in channels:
                    self.add_error(preferred, _("The customer does not want this way."))
        windows = []
        for number in range(WINDOWS):
            days, begins, ends = (data.pop(f"{part}_{number}", None) for part in ("days", "from", "to"))
            if not (days or begins or ends):
                continue
            if not (days and begins and ends):
                self.add_error(f"days_{number}", _("Hours need days, a beginning and an end."))
            elif begins >= ends:
                self.add_error(f"to_{number}", _("The end is before the beginning."))
            else:
                windows.append(str(Window("".join(sorted(days)), begins, ends)))
        data["windows"] = windows
        return data

    def facts(self):
        """What the service takes."""
        return {name: self.cleaned_data[name] for name in FIELDS}

    def differences(self, preference):
        """For a second editor: (label, what is on file now, what was typed) of every field where the two differ."""
        rows = []
        for name in FIELDS:
            kept, typed = getattr(preference, name), self.cleaned_data.get(name)
            if (kept or None) != (typed or None):
                label = self.fields[name].label if name in self.fields else _("At what times")
                rows.append((label, _shown(self.fields.get(name), kept), _shown(self.fields.get(name), typed)))
        return rows


def _shown(field, value):
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, list):
        return "; ".join(value) or "—"
    if isinstance(field, forms.ChoiceField):
        return dict(field.choices).get(value, value) or "—"
    return value or "—"


def initial_contact(preference, version):
    """The form's values of a contact preference (or None)."""
    initial = {"version": version}
    if preference is None:
        return initial
    initial |= {name: getattr(preference, name) for name in FIELDS}
    initial["colleagues"] = [person.pk for person in preference.colleagues.all()]
    for number, window in enumerate(preference.times[:WINDOWS]):
        begins, ends = (at if isinstance(at, time) else None for at in (window.begins, window.ends))
        initial |= {f"days_{number}": list(window.days), f"from_{number}": begins, f"to_{number}": ends}
    return initial


class ConsentForm(forms.Form):
    """What the customer agreed to, or withdrew."""

    purpose = forms.ChoiceField(label=_("Purpose"), choices=ConsentPurpose.choices)
    given = forms.ChoiceField(
        label=_("The customer"),
        choices=[("yes", _("agrees")), ("no", _("withdraws the consent"))],
        widget=forms.RadioSelect,
    )
    on = day_field(_("Day"))
    source = forms.ChoiceField(label=_("How they said so"), choices=ConsentSource.choices)
    evidence = _text(
        _("Where it stands"), 200, help_text=_("Number of the form, of the recorded call …; no personal data.")
    )

    def __init__(self, *args, today, **kwargs):
        super().__init__(*args, **kwargs)
        self.today = today
        self.fields["on"].required = True

    def clean_on(self):
        """Not a day to come."""
        if self.cleaned_data["on"] > self.today:
            raise ValidationError(_("This day has not come yet."))
        return self.cleaned_data["on"]

    def clean_given(self):
        """As a truth value."""
        return self.cleaned_data["given"] == "yes"
