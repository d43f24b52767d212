"""Add or edit a customer: one form over the customer, the details and the contact rules."""

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Column, Fieldset, Layout, Row
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from customers.choices import (
    Channel,
    EaseOfContact,
    Education,
    Gender,
    IdType,
    Influence,
    Kind,
    MaritalStatus,
    Occupation,
)
from customers.models import Customer
from customers.rules.cells import read_email
from customers.rules.identity import birth_date_of, credit_code, normal_id, resident_id, sex_of
from customers.rules.lunar import LunarDay, parse_lunar
from customers.rules.phone import parse_phone
from customers.rules.reasons import Refused
from customers.services.customer import PERSON_FIELDS, PERSONAL_FIELDS
from staff.choices import Role
from staff.models import Branch, User

EARLIEST_YEAR = 1850


def _choices(enum):
    return [("", _("unknown")), *enum.choices]


def _choice(enum, label, **options):
    return forms.ChoiceField(choices=_choices(enum), label=label, required=False, **options)


def _day(label, **options):
    widget = forms.DateInput(attrs={"type": "date", "max": "9999-12-31"}, format="%Y-%m-%d")
    return forms.DateField(label=label, required=False, widget=widget, **options)


def _text(label, length, **options):
    return forms.CharField(label=label, required=False, max_length=length, **options)


class CustomerForm(forms.Form):
    """The whole file of a customer, an individual or an organisation.

    Personal values are never shown: an empty field keeps what is on file, `forget` takes it off. `facts()` gives what
    the services take. `user`, `kind`, `on` (the bank day) and, when editing, `customer` come from the view.
    """

    customer_no = _text(_("Customer number"), 32, help_text=_("Leave empty to draw the next number."))
    name = forms.CharField(label=_("Full name"), max_length=120)
    id_type = _choice(IdType, _("Document"))
    id_no = _text(_("Document number"), 40)
    gender = _choice(Gender, _("Sex"))
    birth_date = _day(_("Birth date"))
    lunar_birthday = _text(_("Lunar birthday"), 12, help_text=_("10-13, or 闰06-01 in a leap month"))
    industry = _text(_("Industry"), 60)
    org_type = _text(_("Kind of organisation"), 60)
    mobile = _text(_("Phone"), 40)
    email = _text(_("E-mail"), 120)
    address = _text(_("Address"), 200)
    forget = forms.MultipleChoiceField(
        label=_("Take off the file"), required=False, widget=forms.CheckboxSelectMultiple, choices=[]
    )
    occupation = _choice(Occupation, _("Occupation"))
    annual_income = forms.DecimalField(
        label=_("Annual income (yuan)"), required=False, min_value=0, max_digits=18, decimal_places=2
    )
    marital_status = _choice(MaritalStatus, _("Marriage"))
    children = forms.IntegerField(label=_("Children"), required=False, min_value=0, max_value=30)
    education = _choice(Education, _("Education"))
    known_since = _day(_("Known since"))
    ease_of_contact = _choice(EaseOfContact, _("Ease of contact"))
    influence = _choice(Influence, _("Influence"))
    channel = _choice(Channel, _("Preferred channel"))
    hours = _text(_("Preferred hours"), 60)
    do_not_call = forms.BooleanField(label=_("Do not call"), required=False)
    do_not_contact = forms.BooleanField(label=_("Do not contact at all"), required=False)
    taboos = _text(_("Never mention"), 200)
    hint = _text(_("Hint for contact"), 200)
    branch = forms.ModelChoiceField(label=_("Branch"), queryset=Branch.objects.none())
    manager = forms.ModelChoiceField(
        label=_("Relationship manager"), queryset=User.objects.none(), required=False, empty_label=_("nobody yet")
    )
    restricted = forms.BooleanField(label=_("On the restricted list"), required=False)
    restricted_reason = _text(_("Reason for the restriction"), 200)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    individual_only = (*[name for name in PERSON_FIELDS if name != "lunar_leap"],)
    organisation_only = ("industry", "org_type")
    head_only = ("branch", "manager", "restricted", "restricted_reason")

    def __init__(self, *args, user, kind, on, customer=None, **kwargs):
        self.user, self.kind, self.on, self.customer = user, kind, on, customer
        self.warnings = []
        super().__init__(*args, **kwargs)
        for name in self._foreign_fields():
            del self.fields[name]
        if user.role == Role.HEAD:
            self.fields["branch"].queryset = Branch.objects.visible_to(user)
            self.fields["manager"].queryset = User.objects.visible_to(user).managers()
        if kind == Kind.ORGANIZATION:
            self.fields["name"].label = _("Name of the organisation")
            self.fields["id_type"].choices = [
                choice for choice in _choices(IdType) if choice[0] in {"", IdType.CREDIT_CODE, IdType.OTHER}
            ]
        else:
            self.fields["id_type"].choices = [choice for choice in _choices(IdType) if choice[0] != IdType.CREDIT_CODE]
        self._mask_personal()
        self.helper = self._helper()

    def _foreign_fields(self):
        yield from self.organisation_only if self.kind == Kind.INDIVIDUAL else self.individual_only
        if self.customer is not None:
            yield "customer_no"
        if self.user.role != Role.HEAD:
            yield from self.head_only

    def _mask_personal(self):
        """What is on file stands in the field as a masked hint, never as a value."""
        on_file = []
        for name in PERSONAL_FIELDS:
            masked = getattr(self.customer, f"masked_{name}") if self.customer else ""
            if masked:
                self.fields[name].widget.attrs["placeholder"] = masked
                self.fields[name].help_text = _("On file; type only to change it.")
                on_file.append((name, self.fields[name].label))
        if on_file:
            self.fields["forget"].choices = on_file
        else:
            del self.fields["forget"]

    def _helper(self):
        helper = FormHelper()
        helper.form_tag = False
        helper.disable_csrf = True
        sections = [
            (_("Who"), ["customer_no", "name", "id_type", "id_no", "gender", "birth_date", "lunar_birthday",
                        "industry", "org_type"]),
            (_("How to reach"), ["mobile", "email", "address", "forget", "channel", "hours", "do_not_call",
                                 "do_not_contact", "taboos", "hint"]),
            (_("What the score asks"), ["occupation", "annual_income", "marital_status", "children", "education",
                                        "known_since", "ease_of_contact", "influence"]),
            (_("Who looks after them"), ["branch", "manager", "restricted", "restricted_reason"]),
        ]  # fmt: skip
        layout = []
        for title, names in sections:
            columns = [Column(name, css_class="col-12 col-md-6") for name in names if name in self.fields]
            if columns:
                layout.append(Fieldset(title, Row(*columns)))
        if "version" in self.fields:
            layout.append("version")
        helper.layout = Layout(*layout)
        return helper

    def clean_customer_no(self):
        number = self.cleaned_data["customer_no"].strip()
        if number and (not number.isascii() or any(letter.isspace() for letter in number)):
            raise ValidationError(_("A customer number has only letters, digits and signs, without spaces."))
        if number and Customer.objects.filter(customer_no=number).exists():
            raise ValidationError(_("This customer number is taken."))
        return number

    def clean_birth_date(self):
        return self._past_day("birth_date")

    def clean_known_since(self):
        return self._past_day("known_since")

    def _past_day(self, name):
        day = self.cleaned_data[name]
        if day and day > self.on:
            raise ValidationError(_("The day lies in the future."))
        if day and day.year < EARLIEST_YEAR:
            raise ValidationError(_("The year is out of range (1850 to 2200)."))
        return day

    def clean_lunar_birthday(self):
        text = self.cleaned_data["lunar_birthday"]
        return self._refusable(parse_lunar, text) if text else None

    def clean_email(self):
        text = self.cleaned_data["email"]
        return self._refusable(read_email, text) if text else ""

    def clean_mobile(self):
        text = self.cleaned_data["mobile"]
        if text and not parse_phone(text).valid:
            self.warnings.append(_("This does not look like a phone number; it was kept as written."))
        return text

    @staticmethod
    def _refusable(read, text):
        try:
            return read(text)
        except Refused as refused:
            raise ValidationError(str(refused), code=refused.reason) from None

    def clean(self):
        data = super().clean()
        self._check_document(data)
        if data.get("do_not_call") and data.get("channel") == Channel.PHONE:
            self.add_error("channel", _("Phone cannot be preferred by somebody who must not be called."))
        if data.get("restricted") and not data.get("restricted_reason"):
            self.add_error("restricted_reason", _("Say why the customer is restricted."))
        return data

    def _check_document(self, data):
        number, kind = data.get("id_no"), data.get("id_type")
        if number:
            readers = {
                IdType.RESIDENT_ID: lambda text: resident_id(text, on=self.on),
                IdType.CREDIT_CODE: credit_code,
            }
            if not kind:
                self.add_error("id_type", _("Say which document this number stands on."))
                return
            try:
                number = readers.get(kind, normal_id)(number)
            except Refused as refused:
                self.add_error("id_no", ValidationError(str(refused), code=refused.reason))
                return
            data["id_no"] = number
        elif self.customer and kind == self.customer.id_type and "id_no" not in data.get("forget", ()):
            number = self.customer.id_no
        if self.kind == Kind.INDIVIDUAL and kind == IdType.RESIDENT_ID and number:
            self._check_against_document(data, number)

    def _check_against_document(self, data, number):
        """Birth date and sex follow from a resident number: filled in when empty, refused when they say otherwise."""
        for name, said in (("birth_date", birth_date_of(number)), ("gender", sex_of(number))):
            if name in self.errors or said is None:
                continue
            if not data.get(name):
                data[name] = said
            elif data[name] != said:
                self.add_error(name, _("The identity number says otherwise."))

    def facts(self):
        """What the services take: column names with values; personal values that were left alone are not among them."""
        data = {name: value for name, value in self.cleaned_data.items() if name not in {"customer_no", "version"}}
        forget = data.pop("forget", [])
        for name in PERSONAL_FIELDS:
            if name in forget:
                data[name] = ""
            elif not data[name]:
                del data[name]
        if "id_no" in forget and not data["id_no"]:
            data["id_type"] = ""
        if self.kind == Kind.INDIVIDUAL:
            lunar = data.pop("lunar_birthday", None)
            data["lunar_birthday"] = lunar.month * 100 + lunar.day if lunar else None
            data["lunar_leap"] = bool(lunar and lunar.leap)
        return data

    def differences(self):
        """For a second editor: (label, what is on file now, what was typed) of every field where the two differ."""
        rows = []
        on_file = initial_of(self.customer)
        for name, field in self.fields.items():
            if name in {"version", "forget"} or field.disabled:
                continue
            typed = self.cleaned_data.get(name)
            if name in PERSONAL_FIELDS:
                if typed:
                    rows.append((field.label, getattr(self.customer, f"masked_{name}"), _("a new value")))
                continue
            kept = on_file.get(name)
            typed = str(typed) if isinstance(typed, LunarDay) else typed
            if (kept or None) != (typed or None):
                rows.append((field.label, self._shown(field, kept), self._shown(field, typed)))
        return rows

    @staticmethod
    def _shown(field, value):
        if isinstance(field, forms.ChoiceField) and not isinstance(field, forms.ModelChoiceField):
            return dict(field.choices).get(value, value) or "—"
        if isinstance(field, forms.BooleanField):
            return _("yes") if value else _("no")
        return "—" if value in (None, "") else value


def initial_of(customer):
    """The values of a customer's file for the form; personal ones stay out."""
    initial = {
        name: getattr(customer, name)
        for name in (
            *("name", "id_type", "known_since", "ease_of_contact", "influence", "branch", "manager"),
            *("restricted", "restricted_reason", "version"),
        )
    }
    for row in ("person", "organisation", "contact_preference"):
        detail = getattr(customer, row, None)
        if detail is not None:
            initial |= {
                field.name: getattr(detail, field.name) for field in detail._meta.fields if not field.is_relation
            }
    if number := initial.get("lunar_birthday"):
        initial["lunar_birthday"] = str(LunarDay(number // 100, number % 100, initial["lunar_leap"]))
    return initial
