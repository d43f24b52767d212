"""Add or edit a customer: one form over the customer, the details and the contact rules, or one section of them."""

import json
from decimal import Decimal

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Column, Fieldset, Layout, Row
from django import forms
from django.core.exceptions import ValidationError
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from customers.choices import (
    Channel,
    CustomerSource,
    CustomKind,
    EaseOfContact,
    Education,
    FileSection,
    Gender,
    IdType,
    Influence,
    Kind,
    MaritalStatus,
    Occupation,
    SaidBy,
)
from customers.forms.facts import (
    SPEAKERS,
    check_free_text,
    choice_field,
    custom_field,
    day_field,
    fact_field,
    line_field,
    unknown_or,
)
from customers.models import Customer
from customers.rules.cells import read_email
from customers.rules.contact import FORBIDS
from customers.rules.contradictions import doubts, sentence
from customers.rules.file import CUSTOM_PREFIX, FILES, facts_of, years_between
from customers.rules.identity import birth_date_of, credit_code, normal_id, resident_id, sex_of
from customers.rules.lunar import LunarDay, parse_lunar
from customers.rules.phone import parse_phone, phone_digits
from customers.rules.reasons import Refused
from customers.services.customer import PERSONAL_FIELDS
from staff.choices import Role
from staff.models import Branch, User
from staff.templatetags.crm import format_money

# A doubtful number is kept with a warning (95588); what has fewer digits is none.
FEWEST_DIGITS = 3


class CustomerForm(forms.Form):
    """The whole file of a customer, an individual or an organisation, or one section of it.

    Personal values are never shown: an empty field keeps what is on file, `forget` takes it off. `facts()` gives what
    the services take. `user`, `kind`, `on` (the bank day) and, when editing, `customer` come from the view; `section`
    (a FileSection) leaves one part of the file, `custom` are the bank's own fields to ask.

    Of two people editing at once the second one's form says what differs (`differences`); ``keep_<name>=theirs`` in the
    data keeps what the first one wrote.
    """

    customer_no = line_field(_("Customer number"), 32, help_text=_("Leave empty to draw the next number."))
    name = forms.CharField(label=_("Full name"), max_length=120)
    id_type = choice_field(IdType.choices, _("Document"))
    id_no = line_field(_("Document number"), 40)
    gender = choice_field(Gender.choices, _("Sex"))
    birth_date = day_field(_("Birth date"))
    lunar_birthday = line_field(_("Lunar birthday"), 12, help_text=_("10-13, or 闰06-01 in a leap month"))
    industry = line_field(_("Industry"), 60)
    org_type = line_field(_("Kind of organisation"), 60)
    mobile = line_field(_("Phone"), 40)
    email = line_field(_("E-mail"), 120)
    address = line_field(_("Address"), 200)
    forget = forms.MultipleChoiceField(
        label=_("Take off the file"), required=False, widget=forms.CheckboxSelectMultiple, choices=[]
    )
    occupation = choice_field(Occupation.choices, _("Occupation"))
    annual_income = forms.DecimalField(
        label=_("Annual income (yuan)"), required=False, min_value=0, max_digits=18, decimal_places=2
    )
    marital_status = choice_field(MaritalStatus.choices, _("Marriage"))
    children = forms.IntegerField(label=_("Children"), required=False, min_value=0, max_value=30)
    education = choice_field(Education.choices, _("Education"))
    known_since = day_field(_("Known since"))
    ease_of_contact = choice_field(EaseOfContact.choices, _("Ease of contact"))
    influence = choice_field(Influence.choices, _("Influence"))
    source = choice_field(CustomerSource.choices, _("How the customer was found"))
    channel = choice_field(Channel.choices, _("Preferred channel"))
    hours = line_field(_("Preferred hours"), 60)
    do_not_call = forms.BooleanField(label=_("Do not call"), required=False)
    do_not_contact = forms.BooleanField(label=_("Do not contact at all"), required=False)
    taboos = line_field(_("Never mention"), 200)
    hint = line_field(_("Hint for contact"), 200)
    branch = forms.ModelChoiceField(label=_("Branch"), queryset=Branch.objects.none())
    manager = forms.ModelChoiceField(
        label=_("Relationship manager"), queryset=User.objects.none(), required=False, empty_label=_("nobody yet")
    )
    restricted = forms.BooleanField(label=_("On the restricted list"), required=False)
    restricted_reason = line_field(_("Reason for the restriction"), 200)
    said_by = forms.ChoiceField(label=_("Who says so"), choices=SPEAKERS, required=False, initial=SaidBy.CUSTOMER)
    said_on = day_field(_("Said on"))
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    # What every field looked like when the form was opened, as keyed sums: tells whose change a difference is.
    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    head_only = ("branch", "manager", "restricted", "restricted_reason")
    # Fields about the form, not about the customer.
    about_form = ("customer_no", "version", "seen", "said_by", "said_on", "forget")

    def __init__(self, *args, user, kind, on, customer=None, section=None, custom=(), **kwargs):
        self.user, self.kind, self.on, self.customer = user, kind, on, customer
        self.section, self.warnings = section, []
        super().__init__(*args, **kwargs)
        if customer is not None:
            self._ask_whole_file(custom)
        for name in self._foreign_fields():
            del self.fields[name]
        if user.role == Role.HEAD and section is None:
            self.fields["branch"].queryset = Branch.objects.visible_to(user)
            self.fields["manager"].queryset = User.objects.visible_to(user).managers()
        if "id_type" in self.fields:
            credit_only = kind == Kind.ORGANIZATION
            self.fields["id_type"].choices = [
                choice
                for choice in unknown_or(IdType.choices)
                if (
                    choice[0] in {"", IdType.CREDIT_CODE, IdType.OTHER}
                    if credit_only
                    else choice[0] != IdType.CREDIT_CODE
                )
            ]
        if kind == Kind.ORGANIZATION and "name" in self.fields:
            self.fields["name"].label = _("Name of the organisation")
        self.fields["said_on"].initial = on
        self._mask_personal()
        if customer is not None and not self.is_bound:
            self.initial["seen"] = json.dumps(sums_of(self.initial, self._comparable()))
        self.helper = self._helper()

    def _ask_whole_file(self, custom):
        """Beside the fields every new customer is asked, those of the file and the bank's own."""
        for name, fact in facts_of(self.kind).items():
            if name not in self.fields:
                self.fields[name] = fact_field(fact, branch=self.customer.branch)
        for field in custom:
            if field.asked_of(self.kind):
                self.fields[field.fact] = custom_field(field)
        self.custom_sections = {
            field.fact: field.section if field.section in FILES[self.kind] else FileSection.MORE for field in custom
        }

    def names_in(self, section):
        """The fields of a section of the file, in their order."""
        names = [fact.name for fact in FILES[self.kind].get(section, ())]
        if section == FileSection.WHO:
            names.insert(names.index("id_no"), "id_type")
        if section == FileSection.REACH:
            names.append("forget")
        own = getattr(self, "custom_sections", {})
        return names + [name for name, place in own.items() if place == section]

    def _foreign_fields(self):
        """The fields that this form does not ask."""
        mine = {*facts_of(self.kind), *self.about_form}
        others = {name for kind in Kind.values if kind != self.kind for name in facts_of(kind)}
        wanted = set(self.fields)
        if self.section is not None:
            wanted = {*self.names_in(self.section), "version", "seen", "said_by", "said_on"}
        if self.customer is not None:
            wanted.discard("customer_no")
        if self.user.role != Role.HEAD:
            wanted -= set(self.head_only)
        return [name for name in self.fields if name not in wanted or (name in others and name not in mine)]

    def _comparable(self):
        """The fields whose values can be held against the file: personal ones stay out."""
        return [name for name in self.fields if name not in self.about_form and name not in PERSONAL_FIELDS]

    def _mask_personal(self):
        """What is on file stands in the field as a masked hint, never as a value."""
        on_file = []
        for name in [name for name in PERSONAL_FIELDS if name in self.fields]:
            masked = getattr(self.customer, f"masked_{name}") if self.customer else ""
            if masked:
                self.fields[name].widget.attrs["placeholder"] = masked
                self.fields[name].help_text = _("On file; type only to change it.")
                on_file.append((name, self.fields[name].label))
        if on_file and "forget" in self.fields:
            self.fields["forget"].choices = on_file
        else:
            self.fields.pop("forget", None)

    def _helper(self):
        helper = FormHelper()
        helper.form_tag = False
        helper.disable_csrf = True
        if self.section is not None:
            sections = [("", self.names_in(self.section))]
        elif self.customer is not None:
            sections = [(section.label, self._names_of(section)) for section in FILES[self.kind]]
        else:
            sections = [
                (_("Who"), ["customer_no", "name", "id_type", "id_no", "gender", "birth_date", "lunar_birthday",
                            "industry", "org_type", "source"]),
                (_("How to reach"), ["mobile", "email", "address", "channel", "hours", "do_not_call",
                                     "do_not_contact", "taboos", "hint"]),
                (_("What the score asks"), ["occupation", "annual_income", "marital_status", "children", "education",
                                            "known_since", "ease_of_contact", "influence"]),
            ]  # fmt: skip
        if self.section is None:
            sections.append((_("Who looks after them"), self.head_only))
        sections.append((_("Source of what you changed") if self.section is None else "", ["said_by", "said_on"]))
        layout = []
        for title, names in sections:
            columns = [Column(name, css_class="col-12 col-md-6") for name in names if name in self.fields]
            if columns:
                layout.append(Fieldset(title, Row(*columns)) if title else Row(*columns))
        helper.layout = Layout(*layout, "version", "seen")
        return helper

    def _names_of(self, section):
        """The fields of a section on the page of the whole file, with what is no fact of it."""
        names = self.names_in(section)
        if section == FileSection.WHO:
            return ["name", *names]
        return (
            [*names, "hours", "do_not_call", "do_not_contact", "taboos", "hint"]
            if section == FileSection.REACH
            else names
        )

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

    def clean_founded_on(self):
        return self._past_day("founded_on")

    def clean_said_on(self):
        return self._past_day("said_on") or self.on

    def clean_said_by(self):
        return self.cleaned_data["said_by"] or SaidBy.CUSTOMER

    def _past_day(self, name):
        day = self.cleaned_data[name]
        if day and day > self.on:
            raise ValidationError(_("The day lies in the future."))
        return day

    def clean_lunar_birthday(self):
        text = self.cleaned_data["lunar_birthday"]
        return self._refusable(parse_lunar, text) if text else None

    def clean_email(self):
        text = self.cleaned_data["email"]
        return self._refusable(read_email, text) if text else ""

    def clean_mobile(self):
        text = self.cleaned_data["mobile"]
        if text and len(phone_digits(text)) < FEWEST_DIGITS:
            raise ValidationError(_("This is no phone number."))
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
        self._check_facts(data)
        preference = getattr(self.customer, "contact_preference", None)
        do_not_call = data.get("do_not_call", bool(preference and preference.do_not_call))
        if do_not_call and data.get("channel") == Channel.PHONE:
            self.add_error("channel", _("Phone cannot be preferred by somebody who must not be called."))
        for name in ("do_not_message", "do_not_visit"):
            if preference and getattr(preference, name) and data.get("channel") in FORBIDS[name]:
                self.add_error("channel", _("The customer does not want this way."))
        if data.get("restricted") and not data.get("restricted_reason"):
            self.add_error("restricted_reason", _("Say why the customer is restricted."))
        return data

    def _check_facts(self, data):
        """Free texts hold no numbers that belong sealed; what looks odd becomes a question, not an error."""
        facts = facts_of(self.kind)
        for name, value in list(data.items()):
            own = (name in facts and not facts[name].personal) or name.startswith(CUSTOM_PREFIX)
            if own and isinstance(value, str) and isinstance(self.fields[name], forms.CharField):
                try:
                    check_free_text(value)
                except ValidationError as error:
                    self.add_error(name, error)
        on_file = initial_of(self.customer) if self.customer else {}
        changed = [name for name in data if plain(on_file.get(name)) != plain(data.get(name))]
        values = on_file | data
        born = values.get("birth_date")
        age = years_between(born, self.on) if born else None
        found = doubts(values, age=age, changed=changed)
        self.warnings += [sentence(code, about, format_money) for code, about in found]

    def _check_document(self, data):
        if "id_no" not in self.fields:
            return
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
            if name in self.errors or name not in self.fields or said is None:
                continue
            if not data.get(name):
                data[name] = said
            elif data[name] != said:
                self.add_error(name, _("The identity number says otherwise."))

    def facts(self):
        """What the services take: column names with values; personal values that were left alone are not among them,
        nor those of which the first of two editors is to be kept."""
        data = {name: value for name, value in self.cleaned_data.items() if name not in self.about_form}
        forget = self.cleaned_data.get("forget", [])
        for name in PERSONAL_FIELDS:
            if name in forget:
                data[name] = ""
            elif not data.get(name):
                data.pop(name, None)
        if "id_no" in forget and not data["id_no"]:
            data["id_type"] = ""
        if "lunar_birthday" in data:
            lunar = data.pop("lunar_birthday", None)
            data["lunar_birthday"] = lunar.month * 100 + lunar.day if lunar else None
            data["lunar_leap"] = bool(lunar and lunar.leap)
        for name in self.theirs():
            data.pop(name, None)
            if name == "lunar_birthday":
                data.pop("lunar_leap", None)
        return data

    def theirs(self):
        """The fields of which the person keeps what the first editor wrote."""
        return [name for name in self.fields if self.data.get(f"keep_{name}") == "theirs"]

    def differences(self):
        """For a second editor: every field where the file and the input differ, as dicts of name, label, `theirs` (on
        file now), `yours` (typed), and `keep`: “theirs” where only the first editor changed it, else “mine”."""
        rows = []
        on_file = initial_of(self.customer, custom=[name for name in self.fields if name.startswith(CUSTOM_PREFIX)])
        try:
            seen = json.loads(self.data.get("seen") or "{}")
        except ValueError:
            seen = {}
        for name, field in self.fields.items():
            if name in self.about_form or field.disabled:
                continue
            typed = self.cleaned_data.get(name)
            if name in PERSONAL_FIELDS:
                if typed:
                    rows.append(_difference(name, field, getattr(self.customer, f"masked_{name}"), _("a new value")))
                continue
            typed = str(typed) if isinstance(typed, LunarDay) else typed
            kept = on_file.get(name)
            if plain(kept) == plain(typed):
                continue
            mine = not isinstance(seen, dict) or seen.get(name) != sums_of({name: typed}, [name])[name]
            keep = self.data.get(f"keep_{name}") or ("mine" if mine else "theirs")
            rows.append(_difference(name, field, self._shown(field, kept), self._shown(field, typed), keep))
        return rows

    @staticmethod
    def _shown(field, value):
        if isinstance(field, forms.MultipleChoiceField):
            labels = dict(field.choices)
            return ", ".join(str(labels.get(one, one)) for one in value or []) or "—"
        if isinstance(field, forms.ChoiceField) and not isinstance(field, forms.ModelChoiceField):
            return dict(field.choices).get(value, value) or "—"
        if isinstance(field, forms.BooleanField):
            return _("yes") if value else _("no")
        return "—" if value in (None, "") else value


def _difference(name, field, theirs, yours, keep="mine"):
    return {"name": name, "label": field.label, "theirs": theirs, "yours": yours, "keep": keep}


def plain(value):
    """A value of the form as text, the same for what is on file and what was typed."""
    if value is None or value == "" or value == [] or value is False:
        return ""
    if isinstance(value, list | tuple):
        return ",".join(sorted(str(one) for one in value))
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    return str(getattr(value, "pk", value))


def sums_of(values, names):
    """Keyed sums of values by name: enough to tell whether one changed, too little to tell what it was."""
    return {name: salted_hmac(f"customers.file.{name}", plain(values.get(name))).hexdigest()[:12] for name in names}


def initial_of(customer, *, custom=()):
    """The values of a customer's file for the form; personal ones stay out. `custom`: names of the bank's own facts."""
    initial = {
        name: getattr(customer, name)
        for name in (
            *("name", "id_type", "known_since", "ease_of_contact", "influence", "source", "branch", "manager"),
            *("restricted", "restricted_reason", "version"),
        )
    }
    for row in ("person", "organisation", "contact_preference"):
        detail = getattr(customer, row, None)
        if detail is not None:
            initial |= {
                field.name: getattr(detail, field.name) for field in detail._meta.fields if field.name != "customer"
            }
    if number := initial.get("lunar_birthday"):
        initial["lunar_birthday"] = str(LunarDay(number // 100, number % 100, initial["lunar_leap"]))
    if custom:
        for row in customer.custom_values.select_related("field"):
            initial[row.field.fact] = row.text if row.field.kind == CustomKind.YESNO else row.value
    return initial
