"""Forms of staff: who stands in for whom."""

from django import forms
from django.utils.translation import gettext_lazy as _

from staff.choices import Role
from staff.models import User


def _day(label):
    return forms.DateField(label=label, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))


class CoverForm(forms.Form):
    """Who is away, who stands in, from when to when; a manager only says it of themselves."""

    absent = forms.ModelChoiceField(label=_("Who is away"), queryset=User.objects.none())
    substitute = forms.ModelChoiceField(label=_("Who stands in"), queryset=User.objects.none())
    starts_on = _day(_("From"))
    ends_on = _day(_("To"))

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        people = User.objects.visible_to(user).managers().select_related("branch").order_by("branch__path", "staff_no")
        self.fields["substitute"].queryset = people
        self.fields["absent"].queryset = people
        for name in ("absent", "substitute"):
            self.fields[name].label_from_instance = lambda person: f"{person.name} {person.staff_no} · {person.branch}"
        if user.role == Role.MANAGER:
            self.fields["absent"].queryset = people.filter(pk=user.pk)
            self.fields["absent"].initial = user.pk
            self.fields["substitute"].queryset = people.exclude(pk=user.pk)
