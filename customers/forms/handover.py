"""Forms of handover: who gives whom to whom, and what the receiver's head answers."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from customers.choices import HandoverReason
from customers.models import Customer, TierName
from staff.choices import Role
from staff.models import Branch, User

MOST_NUMBERS = 500
EVERYBODY, TIERS, NUMBERS = "all", "tiers", "numbers"
NOBODY = "nobody"


def _person(person):
    left = _(" (has left)") if person.left_on else ""
    return f"{person.name} {person.staff_no}{left} · {person.branch}"


class HandoverForm(forms.Form):
    """A handover as it is proposed: the giver, which customers, the receiver, why, from when."""

    giver = forms.ChoiceField(label=_("From"))
    which = forms.ChoiceField(
        label=_("Which customers"),
        choices=[(EVERYBODY, _("All of them")), (TIERS, _("Of these tiers")), (NUMBERS, _("These customer numbers"))],
        widget=forms.RadioSelect,
        initial=EVERYBODY,
    )
    tiers = forms.MultipleChoiceField(label=_("Tiers"), required=False, widget=forms.CheckboxSelectMultiple)
    numbers = forms.CharField(
        label=_("Customer numbers"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Separated by spaces, commas or lines; at most 500."),
    )
    receiver = forms.ModelChoiceField(
        label=_("To"), queryset=User.objects.none(), required=False, empty_label=_("choose")
    )
    receiver_no = forms.CharField(
        label=_("Or the staff number of somebody in another branch"), required=False, max_length=32
    )
    receiver_branch = forms.ModelChoiceField(
        label=_("Or a branch, whose head chooses the manager"),
        queryset=Branch.objects.none(),
        required=False,
        empty_label=_("choose"),
    )
    reason = forms.ChoiceField(label=_("Reason"), choices=[("", _("choose")), *HandoverReason.choices])
    note = forms.CharField(label=_("Note"), required=False, max_length=300)
    effective_on = forms.DateField(
        label=_("From the day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    accept = forms.BooleanField(label=_("Accept at once (you head both sides)"), required=False)

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.user = user
        people = User.objects.visible_to(user).filter(role=Role.MANAGER).select_related("branch")
        people = people.order_by("branch__path", "staff_no")
        if user.role == Role.MANAGER:
            self.givers = {user.staff_no: user}
            del self.fields["accept"]
        else:
            self.givers = {person.staff_no: person for person in people}
        choices = [(number, _person(person)) for number, person in self.givers.items()]
        if user.role != Role.MANAGER:
            choices.append((NOBODY, _("nobody yet: customers without a manager")))
        self.fields["giver"].choices = choices
        receivers = people.filter(left_on=None, is_active=True)
        self.fields["receiver"].queryset = receivers.exclude(pk=user.pk) if user.role == Role.MANAGER else receivers
        self.fields["receiver"].label_from_instance = _person
        at_work = User.objects.managers().filter(left_on=None, is_active=True)
        self.fields["receiver_branch"].queryset = Branch.objects.filter(pk__in=at_work.values("branch")).order_by(
            "path"
        )
        self.fields["tiers"].choices = [
            (row.code, row.label if row.label == row.code else f"{row.code} {row.label}")
            for row in TierName.objects.filter(column="tier").order_by("rank")
        ]

    def clean(self):
        data = super().clean()
        data["from_manager"] = self.givers.get(data.get("giver"))
        data["to_manager"] = data.get("receiver")
        if number := data.get("receiver_no", "").strip():
            found = User.objects.managers().filter(staff_no__iexact=number).select_related("branch").first()
            if found is None:
                self.add_error("receiver_no", _("There is no relationship manager with this number."))
            data["to_manager"] = found
        elif (
            data["to_manager"] is None and data.get("receiver_branch") is None and "receiver_branch" not in self.errors
        ):
            self.add_error("receiver", _("Choose who receives the customers."))
        if data["to_manager"] is not None and data.get("receiver_branch") is not None:
            self.add_error("receiver_branch", _("Name a manager or a branch, not both."))
        if data["to_manager"] is not None and data["to_manager"] == data["from_manager"]:
            self.add_error("receiver", _("Giver and receiver are the same person."))
        if data.get("which") == TIERS and not data.get("tiers"):
            self.add_error("tiers", _("Choose at least one tier."))
        if data.get("which") == NUMBERS:
            self._find_numbers(data)
        return data

    def _find_numbers(self, data):
        numbers = list(dict.fromkeys(data.get("numbers", "").replace(",", " ").replace("，", " ").split()))
        if not numbers:
            self.add_error("numbers", _("Enter at least one customer number."))
        elif len(numbers) > MOST_NUMBERS:
            self.add_error("numbers", _("These are more than 500 numbers: hand over in parts."))
        else:
            mine = Customer.objects.visible_to(self.user).filter(manager=data["from_manager"])
            known = dict(mine.filter(customer_no__in=numbers).values_list("customer_no", "pk"))
            missing = [number for number in numbers if number not in known]
            if missing:
                text = _("Not among the giver's customers: %(numbers)s.")
                self.add_error("numbers", ValidationError(text % {"numbers": ", ".join(missing[:10])}))
            data["keys"] = list(known.values())

    def keys(self):
        """Primary keys of the chosen customers; None for everybody of the giver."""
        data = self.cleaned_data
        if data["which"] == NUMBERS:
            return data["keys"]
        if data["which"] == TIERS:
            mine = Customer.objects.visible_to(self.user).filter(manager=data["from_manager"])
            return list(mine.filter(standing__tier__in=data["tiers"]).values_list("pk", flat=True))
        return None


class AnswerForm(forms.Form):
    """Why a handover is declined."""

    answer = forms.CharField(label=_("Why not?"), max_length=300)
