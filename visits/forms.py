"""Forms of visits and objections."""

from datetime import datetime

from django import forms
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from customers.choices import Dimension
from customers.models import Customer
from staff.templatetags.crm import format_day
from visits.choices import HandlingStep, ObjectionKind, ObjectionOutcome, VisitChannel
from visits.models import Objection, Visit
from visits.rules.handling import ordered_steps

OTHER = "other"
NONE = "none"
MONEY = {"max_digits": 18, "decimal_places": 2, "min_value": 0, "required": False}


def day_input(**attrs):
    """The browser's own date field."""
    return forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", **attrs})


def refuse(form, error):
    """Show what a service refused: beside its field where the form has it, else on top."""
    for name, texts in error.message_dict.items() if hasattr(error, "error_dict") else [(None, error.messages)]:
        for text in texts:
            form.add_error(name if name in form.fields else None, text)


class CustomerField(forms.ModelChoiceField):
    """One of the person's customers: the chosen one is in the page, others are looked up while typing."""

    def __init__(self, **kwargs):
        super().__init__(
            queryset=Customer.objects.none(),
            to_field_name="public_id",
            label=_("Customer"),
            error_messages={"invalid_choice": _("Choose a customer of yours.")},
            **kwargs,
        )

    def offer(self, *, user, chosen):
        """Limit to the customers of `user`; `chosen` (a customer, a public id or nothing) stands in the box."""
        self.queryset = Customer.objects.visible_to(user)
        if chosen and not isinstance(chosen, Customer):
            try:
                chosen = self.queryset.filter(public_id=chosen).first()
            except ValidationError:
                chosen = None
        shown = [(chosen.public_id, f"{chosen.name} {chosen.customer_no}")] if chosen else []
        self.widget = forms.Select(
            choices=[("", _("Name, pinyin or customer number")), *shown],
            attrs={"data-pick": "", "data-pick-url": reverse("customers:pick")},
        )
        return chosen


class WhenForm(forms.Form):
    """When and where: one of two suggested times, or another day (S0.18)."""

    slot = forms.CharField(label=_("Times to offer"), required=False)
    planned_on = forms.DateField(label=_("Day"), required=False, widget=day_input())
    planned_at = forms.TimeField(
        label=_("Time"), required=False, widget=forms.TimeInput(format="%H:%M", attrs={"type": "time", "step": "300"})
    )
    channel = forms.ChoiceField(label=_("Where"), choices=VisitChannel.choices, initial=VisitChannel.OUR_BRANCH)
    purpose = forms.CharField(
        label=_("Purpose"),
        max_length=Visit._meta.get_field("purpose").max_length,
        help_text=_("What do you want to have reached when you part?"),
        widget=forms.TextInput(attrs={"list": "purposes", "autocomplete": "off"}),
    )

    def __init__(self, *args, slots, today, **kwargs):
        super().__init__(*args, **kwargs)
        words = [
            (slot.isoformat(timespec="minutes"), f"{format_day(slot.date(), today)} {slot:%H:%M}") for slot in slots
        ]
        self.fields["slot"].widget = forms.RadioSelect(choices=[*words, (OTHER, _("Another day"))])
        self.initial.setdefault("slot", words[0][0])
        self.offer_words = [text for _value, text in words]

    def clean_slot(self):
        """A day and time, or None when another day was chosen."""
        value = self.cleaned_data["slot"]
        if value in {"", OTHER}:
            return None
        try:
            return datetime.fromisoformat(value)
        except ValueError:
            raise ValidationError(_("Choose one of the times, or another day.")) from None

    def clean(self):
        """The chosen time, as day and time."""
        cleaned = super().clean()
        slot = cleaned.get("slot")
        if slot:
            cleaned["planned_on"], cleaned["planned_at"] = slot.date(), slot.time()
        elif not cleaned.get("planned_on") and "planned_on" not in self.errors:
            self.add_error("planned_on", _("Choose the day."))
        return cleaned


def asked_for_field():
    """Whether the customer asked for the talk: then it may take place in a way they do not want to be approached."""
    return forms.BooleanField(label=_("The customer asked for this talk"), required=False)


class PlanForm(WhenForm):
    """Plan a visit. `acknowledged` carries the warnings that the person has seen."""

    customer = CustomerField()
    asked_for = asked_for_field()
    token = forms.UUIDField(widget=forms.HiddenInput)
    acknowledged = forms.CharField(widget=forms.HiddenInput, required=False)

    field_order = ["customer", "purpose", "channel", "slot", "planned_on", "planned_at"]

    def __init__(self, *args, user, customer=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.customer = self.fields["customer"].offer(user=user, chosen=customer or self.data.get("customer"))
        if customer:
            self.initial["customer"] = customer.public_id


class TalkForm(forms.Form):
    """What was said, in one column: words, needs by dimension, next step."""

    held_on = forms.DateField(label=_("Held on"), widget=day_input())
    notes = forms.CharField(
        label=_("What was said"),
        max_length=Visit._meta.get_field("notes").max_length,
        widget=forms.Textarea(attrs={"rows": 6, "data-focus": ""}),
        help_text=_("Facts, wishes and worries in their words; what you promised."),
    )
    gift = forms.BooleanField(label=_("They got a gift"), required=False)
    next_step = forms.CharField(
        label=_("Next step"),
        required=False,
        max_length=Visit._meta.get_field("next_step").max_length,
        help_text=_("It comes into the work list on its day."),
    )
    next_day = forms.CharField(label=_("When"), required=False)
    next_step_on = forms.DateField(label=_("Day"), required=False, widget=day_input())

    def __init__(self, *args, days, today, **kwargs):
        super().__init__(*args, **kwargs)
        for dimension in Dimension:
            self.fields[f"need_{dimension.value}"] = forms.BooleanField(label=dimension.label, required=False)
            self.fields[f"driver_{dimension.value}"] = forms.CharField(
                label=_("What drives it"), max_length=120, required=False
            )
            self.fields[f"amount_{dimension.value}"] = forms.DecimalField(label=_("Amount (yuan)"), **MONEY)
        self.fields["next_day"].widget = forms.RadioSelect(
            choices=[
                *((day.isoformat(), format_day(day, today)) for day in days),
                (OTHER, _("Another day")),
                (NONE, _("No next step")),
            ]
        )
        self.initial.setdefault("next_day", days[0].isoformat())

    def need_rows(self):
        """The four dimensions, each with its box, driver and amount."""
        return [
            {"box": self[f"need_{key}"], "driver": self[f"driver_{key}"], "amount": self[f"amount_{key}"]}
            for key in Dimension.values
        ]

    def clean(self):
        """Needs as the service wants them, and the next step's day from the choice made."""
        cleaned = super().clean()
        cleaned["needs"] = [
            {
                "dimension": key,
                "driver": cleaned.get(f"driver_{key}", ""),
                "amount": cleaned.get(f"amount_{key}"),
            }
            for key in Dimension.values
            if cleaned.get(f"need_{key}") or cleaned.get(f"driver_{key}") or cleaned.get(f"amount_{key}") is not None
        ]
        choice = cleaned.get("next_day") or OTHER
        if choice == NONE:
            cleaned["next_step"], cleaned["next_step_on"] = "", None
        elif choice != OTHER:
            try:
                cleaned["next_step_on"] = datetime.fromisoformat(choice).date()
            except ValueError:
                self.add_error("next_day", _("Choose one of the days, or another day."))
        if not cleaned.get("next_step"):
            if cleaned.get("next_step_on") and choice == OTHER:
                self.add_error("next_step", _("Say what the next step is."))
            cleaned["next_step_on"] = None
        elif not cleaned.get("next_step_on") and "next_step_on" not in self.errors:
            self.add_error("next_step_on", _("Choose the day of the next step."))
        return cleaned


class LogForm(TalkForm):
    """A talk that nobody planned: with whom and how as well."""

    customer = CustomerField()
    channel = forms.ChoiceField(label=_("Where"), choices=VisitChannel.choices, initial=VisitChannel.PHONE)
    purpose = forms.CharField(
        label=_("Purpose"),
        max_length=Visit._meta.get_field("purpose").max_length,
        widget=forms.TextInput(attrs={"list": "purposes", "autocomplete": "off"}),
    )
    asked_for = asked_for_field()
    token = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args, user, customer=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.customer = self.fields["customer"].offer(user=user, chosen=customer or self.data.get("customer"))
        if customer:
            self.initial["customer"] = customer.public_id


class CorrectionForm(forms.ModelForm):
    """Mend what was written down about a visit."""

    class Meta:
        model = Visit
        fields = ["notes"]
        widgets = {"notes": forms.Textarea(attrs={"rows": 10})}

    def clean_notes(self):
        """Never empty: a held visit has notes."""
        if not self.cleaned_data["notes"].strip():
            raise ValidationError(_("Write down what was said."))
        return self.cleaned_data["notes"]


class CallOffForm(forms.Form):
    """Why a visit was not held."""

    reason = forms.CharField(
        label=_("Why was it not held?"),
        max_length=Visit._meta.get_field("not_held_reason").max_length,
        widget=forms.TextInput(attrs={"list": "reasons", "autocomplete": "off", "data-focus": ""}),
    )


class ObjectionRow(forms.Form):
    """An objection inside the record of a visit."""

    words = forms.CharField(label=_("In the customer's words"), max_length=300)
    kind = forms.ChoiceField(label=_("Kind"), choices=ObjectionKind.choices, initial=ObjectionKind.REAL)
    answer = forms.CharField(
        label=_("Our answer"), max_length=4000, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    at_stake = forms.DecimalField(label=_("Business at stake (yuan)"), **MONEY)

    def __init__(self, *args, **kwargs):
        super().__init__(
            *args, use_required_attribute=False, **{k: v for k, v in kwargs.items() if k != "use_required_attribute"}
        )


ObjectionRows = forms.formset_factory(ObjectionRow, extra=2, max_num=5, absolute_max=5)


class ObjectionForm(forms.Form):
    """Put an objection on file outside a visit."""

    customer = CustomerField()
    raised_on = forms.DateField(label=_("Raised on"), widget=day_input())
    words = forms.CharField(
        label=_("In the customer's words"), max_length=300, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    kind = forms.ChoiceField(label=_("Kind"), choices=ObjectionKind.choices, initial=ObjectionKind.REAL)
    at_stake = forms.DecimalField(label=_("Business at stake (yuan)"), **MONEY)

    def __init__(self, *args, user, today, customer=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.today = today
        self.customer = self.fields["customer"].offer(user=user, chosen=customer or self.data.get("customer"))
        if customer:
            self.initial["customer"] = customer.public_id

    def clean_raised_on(self):
        """Not a day to come."""
        if self.cleaned_data["raised_on"] > self.today:
            raise ValidationError(_("This day has not come yet."))
        return self.cleaned_data["raised_on"]


class HandlingForm(forms.ModelForm):
    """Handle an objection: steps taken, answer, outcome."""

    steps = forms.MultipleChoiceField(
        label=_("Steps taken"), choices=HandlingStep.choices, required=False, widget=forms.CheckboxSelectMultiple
    )

    class Meta:
        model = Objection
        fields = ["kind", "words", "steps", "answer", "at_stake", "outcome"]
        widgets = {
            "answer": forms.Textarea(attrs={"rows": 4}),
            "outcome": forms.RadioSelect(choices=ObjectionOutcome.choices),
        }
        labels = {"answer": _("Our answer")}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["outcome"].choices = ObjectionOutcome.choices

    def clean_steps(self):
        """In the order of handling."""
        return ordered_steps(self.cleaned_data["steps"])

    def _post_clean(self):
        # The row is changed by the service under a lock, which decides the closing day; constraints are checked there.
        return None
