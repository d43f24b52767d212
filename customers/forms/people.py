"""Forms of relations, of people who are no customers, and of groups."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from customers.choices import (
    Attitude,
    Gender,
    GroupKind,
    GroupRole,
    KeyRole,
    PersonAccess,
    RelationKind,
    Say,
    SchoolStage,
)
from customers.forms.facts import check_free_text, day_field, text_field
from customers.forms.picking import CustomerField
from customers.forms.rows import EARLIEST_YEAR, StampedForm
from customers.models import Customer
from customers.rules.lunar import LunarDay, parse_lunar
from customers.rules.phone import parse_phone
from customers.rules.reasons import Refused
from customers.rules.relations import fits
from customers.rules.stamps import stamp_of
from customers.services.people import STAMPED

# Kinds in the order in which they are asked, under a heading each.
BUSINESS = (
    *("owner", "owned_company", "actual_controller", "controlled_company", "shareholder", "invested_company"),
    *("legal_representative", "represented_company", "finance_head", "financed_company", "accountant"),
    *("accounted_company", "authorised_user", "authorised_for", "employer", "employee", "parent_company"),
    *("subsidiary", "sister_company", "supplier", "buyer", "partner", "guarantor", "guaranteed"),
)
ACQUAINTANCE = ("introducer", "introduced", "friend", "colleague", "classmate", "other")
FAMILY_ORDER = ("spouse", "parent", "child", "sibling", "grandparent", "grandchild", "relative")


def relation_choices(*, customer_is_person, related_is_person=None):
    """Kinds of relation that can be, under headings; `related_is_person` None when anybody may stand there."""
    sides = (True, False) if related_is_person is None else (related_is_person,)

    def offered(kinds):
        possible = (
            kind
            for kind in kinds
            if any(fits(kind, customer_is_person=customer_is_person, related_is_person=side) for side in sides)
        )
        return [(kind, RelationKind(kind).label) for kind in possible]

    headings = ((_("Family"), FAMILY_ORDER), (_("Business"), BUSINESS), (_("Acquaintance"), ACQUAINTANCE))
    order = headings if customer_is_person else (headings[1], headings[2], headings[0])
    return [(heading, offered(kinds)) for heading, kinds in order if offered(kinds)]


class RelationDetails(StampedForm):
    """Share, days and a note of a relation."""

    share = forms.DecimalField(
        label=_("Share (%)"),
        required=False,
        max_digits=5,
        decimal_places=2,
        min_value=0,
        max_value=100,
        help_text=_("Of the company, for owners, shareholders and controllers."),
    )
    since = day_field(_("Since"))
    until = day_field(_("Until"))
    note = forms.CharField(label=_("Notes"), max_length=200, required=False, validators=[check_free_text])

    def clean(self):
        """The end is not before the beginning, and no share is nothing."""
        given = super().clean()
        if given.get("since") and given.get("until") and given["until"] < given["since"]:
            self.add_error("until", _("The end is before the beginning."))
        if given.get("share") == 0:
            self.add_error("share", _("A share lies above 0 and at most at 100 per cent."))
        return given

    def details(self):
        """What the services take."""
        return {name: self.cleaned_data[name] for name in ("share", "since", "until", "note")}


class RelationForm(RelationDetails):
    """Whom the customer is related to, and how. `user` decides who can be chosen."""

    kind = forms.ChoiceField(label=_("The other one is their"))
    related = CustomerField(label=_("Related customer"))

    stamp = None
    field_order = ("kind", "related", "share", "since", "until", "note")

    def __init__(self, *args, user, customer, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = relation_choices(customer_is_person=customer.is_individual)
        self.fields["related"].offer(self["related"], Customer.objects.visible_to(user), customer)


class PersonForm(StampedForm):
    """Somebody of the family or the company. `customer` decides which questions are asked, `on` is the bank day.

    With `person` it mends what is on file; the phone is never shown: empty keeps it, `forget` takes it off.
    """

    name = forms.CharField(label=_("Full name"), max_length=60, validators=[check_free_text])
    kind = forms.ChoiceField(label=_("Relation"))
    gender = forms.ChoiceField(label=_("Sex"), required=False)
    role = forms.ChoiceField(label=_("Role"), required=False)
    say = forms.TypedChoiceField(label=_("Influence on the decision"), required=False, coerce=int, empty_value=None)
    attitude = forms.ChoiceField(label=_("Attitude to us"), required=False)
    access = forms.ChoiceField(label=_("How well we reach them"), required=False)
    birth_date = forms.DateField(label=_("Birth date"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    lunar_birthday = forms.CharField(
        label=_("Lunar birthday"), max_length=12, required=False, help_text=_("10-13, or 闰06-01 in a leap month")
    )
    school_stage = forms.ChoiceField(label=_("School"), required=False)
    mobile = forms.CharField(label=_("Phone"), max_length=40, required=False)
    forget = forms.BooleanField(label=_("Take the phone number off the file"), required=False)
    note = text_field(_("Notes"), 300, validators=[check_free_text])

    of_organisations = ("role", "say", "attitude", "access")
    of_families = ("school_stage",)

    def __init__(self, *args, customer, on, person=None, **kwargs):
        self.on, self.person = on, person
        if person is not None:
            kwargs["initial"] = self.on_file(person) | {"stamp": stamp_of(person, STAMPED)} | kwargs.get("initial", {})
        super().__init__(*args, **kwargs)
        person_here = customer.is_individual
        self.fields["kind"].choices = relation_choices(customer_is_person=person_here, related_is_person=True)
        unknown = ("", _("unknown"))
        for name, choices in (
            ("gender", Gender.choices),
            ("role", KeyRole.choices),
            ("say", Say.choices),
            ("attitude", Attitude.choices),
            ("access", PersonAccess.choices),
            ("school_stage", SchoolStage.choices),
        ):
            self.fields[name].choices = [unknown, *choices]
        for name in self.of_organisations if person_here else self.of_families:
            del self.fields[name]
        if person is not None and person.mobile_sealed:
            self.fields["mobile"].help_text = format_lazy("{} {}", person.masked_mobile, _("Empty keeps it."))
        else:
            del self.fields["forget"]
        if person is None:
            del self.fields["stamp"]

    @staticmethod
    def on_file(person):
        """What stands on file, as the form opens with it."""
        names = ("name", "kind", "gender", "role", "say", "attitude", "access", "birth_date", "school_stage", "note")
        known = {name: getattr(person, name) for name in names}
        if person.lunar_birthday:
            day = LunarDay(person.lunar_birthday // 100, person.lunar_birthday % 100, person.lunar_leap)
            known["lunar_birthday"] = f"{'闰' if day.leap else ''}{day.month:02d}-{day.day:02d}"
        return known

    def clean_birth_date(self):
        """A day that can be: not to come, not before 1850."""
        born = self.cleaned_data["birth_date"]
        if born and born > self.on:
            raise ValidationError(_("A birth date cannot be in the future."))
        if born and born.year < EARLIEST_YEAR:
            raise ValidationError(_("Is the year right?"))
        return born

    def clean_lunar_birthday(self):
        """A LunarDay or None."""
        text = self.cleaned_data["lunar_birthday"].strip()
        try:
            return parse_lunar(text) if text else None
        except Refused as refused:
            raise ValidationError(str(refused), code=refused.reason) from None

    def clean_mobile(self):
        """A number a plan knows; people who are no customers have no way to correct it."""
        text = self.cleaned_data["mobile"].strip()
        if text and not parse_phone(text).valid:
            raise ValidationError(_("This is no phone number."))
        return text

    def facts(self):
        """What the services take."""
        given = self.cleaned_data
        lunar = given["lunar_birthday"]
        facts = {
            "name": given["name"],
            "kind": given["kind"],
            "gender": given["gender"],
            "birth_date": given["birth_date"],
            "lunar_birthday": lunar.month * 100 + lunar.day if lunar else None,
            "lunar_leap": bool(lunar and lunar.leap),
            "note": given["note"],
        }
        facts |= {name: given[name] for name in (*self.of_organisations, *self.of_families) if name in given}
        if given.get("forget"):
            facts["mobile"] = ""
        elif given["mobile"]:
            facts["mobile"] = given["mobile"]
        return facts


class LinkForm(forms.Form):
    """Which customer somebody is."""

    known_as = CustomerField(label=_("Is the customer"))

    def __init__(self, *args, user, other_than, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["known_as"].offer(self["known_as"], Customer.objects.visible_to(user), other_than)


class GroupForm(forms.Form):
    """A group around a customer: its kind, its name, and who else belongs to it. `candidates` are customers."""

    kind = forms.ChoiceField(label=_("Kind of group"), choices=GroupKind)
    name = forms.CharField(label=_("Name"), max_length=80)
    members = forms.MultipleChoiceField(
        label=_("Belong to it"), required=False, widget=forms.CheckboxSelectMultiple, choices=[]
    )
    other = CustomerField(label=_("Somebody else"), required=False)
    note = forms.CharField(label=_("Notes"), max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args, user, customer, candidates, **kwargs):
        self.customer, self.candidates = customer, {str(one.public_id): one for one in candidates}
        super().__init__(*args, **kwargs)
        self.fields["members"].choices = [
            (key, f"{one.name} {one.customer_no}") for key, one in self.candidates.items()
        ]
        if not self.candidates:
            del self.fields["members"]
        self.fields["other"].offer(self["other"], Customer.objects.visible_to(user), customer)

    def clean(self):
        """Two people are a group, one is not."""
        given = super().clean()
        if not given.get("members") and not given.get("other") and not self.errors:
            raise ValidationError(_("A group has at least two members."))
        return given

    def chosen(self, roles):
        """The customers chosen beside the first, with their roles: `roles` maps primary keys, others are members."""
        given = self.cleaned_data
        found = [self.candidates[key] for key in given.get("members", [])]
        if given.get("other"):
            found.append(given["other"])
        return [(one, roles.get(one.pk, GroupRole.MEMBER)) for one in found]


class GroupEditForm(StampedForm):
    """Name and notes of a group."""

    name = forms.CharField(label=_("Name"), max_length=80)
    note = forms.CharField(label=_("Notes"), max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 2}))


class MemberForm(forms.Form):
    """Somebody who belongs to the group, and as what."""

    customer = CustomerField(label=_("Customer"))
    role = forms.ChoiceField(label=_("Role"), choices=GroupRole, initial=GroupRole.MEMBER)

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["customer"].offer(self["customer"], Customer.objects.visible_to(user))
