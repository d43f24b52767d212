"""Forms of the what-if: the reason of a publication, moved cut-offs, and the filters of the list of movers."""

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from staff.models import Branch, User
from tiering.choices import Direction

# What stands in an address for “no tier”.
NOWHERE = "none"


class ReasonForm(forms.Form):
    """Why, and which edition of the draft was looked at."""

    edition = forms.IntegerField(widget=forms.HiddenInput, required=False)
    reason = forms.CharField(
        label=_("Why"),
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 2, "maxlength": 200, "class": "form-control"}),
    )

    def __init__(self, *args, given="", **options):
        super().__init__(*args, **options)
        # Whoever put the draft forward gave a reason already.
        self.fields["reason"].required = not given


class CutoffsForm(forms.Form):
    """The least points of each tier of a draft; the lowest one begins where it begins."""

    edition = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args, tiers, **options):
        super().__init__(*args, **options)
        self.tiers = tiers
        for tier in tiers[:-1]:
            self.fields[self.name_of(tier)] = forms.IntegerField(label=tier.code, min_value=0)

    @staticmethod
    def name_of(tier):
        """The name of a tier's field."""
        return f"minimum-{tier.code}"

    def minimums(self):
        """{code: least points} of every tier."""
        typed = {tier.code: self.cleaned_data[self.name_of(tier)] for tier in self.tiers[:-1]}
        return typed | {tier.code: tier.minimum for tier in self.tiers[-1:]}


class MoverForm(forms.Form):
    """Movers by tier left and reached, direction, branch with all below, and manager."""

    def __init__(self, *args, user, codes, **options):
        super().__init__(*args, **options)
        anything = [("", _("All"))]

        tiers = [*anything, *((code, code) for code in codes), (NOWHERE, _("not tiered yet"))]
        # “from” is a word of Python and cannot be declared in a class body.
        self.fields["from"] = forms.ChoiceField(label=_("Tier before"), choices=tiers, required=False)
        self.fields["to"] = forms.ChoiceField(label=_("Tier after"), choices=tiers, required=False)
        self.fields["direction"] = forms.ChoiceField(
            label=_("Direction"), choices=[*anything, *Direction.choices], required=False
        )
        self.fields["branch"] = forms.ModelChoiceField(
            Branch.objects.visible_to(user),
            label=capfirst(_("branch")),
            to_field_name="code",
            required=False,
            empty_label=_("All"),
        )
        self.fields["manager"] = forms.ModelChoiceField(
            User.objects.visible_to(user).managers(),
            label=_("Manager"),
            to_field_name="staff_no",
            required=False,
            empty_label=_("All"),
        )

    def tier(self, name):
        """The code asked for, '' for none, None for all."""
        asked = self.cleaned_data.get(name)
        return None if not asked else "" if asked == NOWHERE else asked
