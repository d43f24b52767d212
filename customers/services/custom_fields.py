"""Fields of the bank's own: which there are, what customers answered, and writing an answer.

Lists read `values_of` for a page of customers in one query; filters use `CustomField.column` of CustomValue.
"""

from collections import defaultdict
from decimal import Decimal, InvalidOperation

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _

from customers.choices import AppliesTo, CustomKind
from customers.models import CustomField, CustomValue
from customers.rules.custom import own_column, with_columns
from customers.rules.extract import LAYOUTS

# Numbers with more digits than the column has room for.
LARGEST = Decimal(10) ** 15
TRUE, FALSE = "yes", "no"


def active_fields(kind=None):
    """The custom fields in use, in their order; of one kind of customer, or all. One query."""
    fields = CustomField.objects.filter(active=True)
    return list(fields if kind is None else fields.filter(applies_to__in=[AppliesTo.BOTH, kind]))


def field_labels():
    """What every custom field is called, those no longer in use among them, by the name of its fact. One query."""
    return {field.fact: field.label for field in CustomField.objects.all()}


def own_columns(kind="customers"):
    """The custom fields in use as columns of a file of the extract; only that of customers has any. One query."""
    if kind != "customers":
        return ()
    return tuple(
        own_column(
            key=field.pk,
            code=field.code,
            names=(field.name, field.name_en),
            label=field.label,
            kind=field.kind,
            options=field.options,
            applies_to=field.applies_to,
        )
        for field in active_fields()
    )


def layout_of(kind):
    """A file of the extract with the bank's own fields behind its columns."""
    return with_columns(LAYOUTS[kind], own_columns(kind))


def values_of(customers, fields):
    """`{customer's key: {field's code: value}}` for a page of customers and some fields, in one query.

    `customers` are primary keys. Values are texts, numbers (Decimal), days or truth; unknown ones are left out.
    """
    found = defaultdict(dict)
    by_key = {field.pk: field for field in fields}
    if not by_key:
        return found
    for row in CustomValue.objects.filter(customer__in=customers, field__in=list(by_key)):
        row.field = by_key[row.field_id]
        found[row.customer_id][row.field.code] = row.value
    return found


def answer_of(field, value):
    """The columns of CustomValue that hold a value (text, number, day, truth, or its text); None for an unknown one.

    Raises ValidationError with a sentence when the value does not fit the field. Numbers are rounded to four decimals.
    """
    if value is None or value == "":
        return None
    if field.kind == CustomKind.YESNO:
        words = {
            True: TRUE,
            False: FALSE,
            "yes": TRUE,
            "no": FALSE,
            "true": TRUE,
            "false": FALSE,
            "是": TRUE,
            "否": FALSE,
        }
        word = words.get(value.strip().lower() if isinstance(value, str) else value)
        if word is None:
            raise ValidationError(_("Say yes or no."))
        return {"text": word}
    if field.kind == CustomKind.NUMBER:
        return {"number": _number(value)}
    if field.kind == CustomKind.DATE:
        return {"day": _day(value)}
    text = str(value).replace("\x00", "").strip()
    if not text:
        return None
    if field.kind == CustomKind.CHOICE and text not in field.options:
        raise ValidationError(_("“%(value)s” is not one of the options.") % {"value": text[:60]})
    if len(text) > 300:
        raise ValidationError(_("At most 300 letters."))
    return {"text": text}


def _number(value):
    try:
        number = Decimal(str(value).replace(",", "").strip())
    except InvalidOperation:
        number = None
    if number is None or not number.is_finite():
        raise ValidationError(_("Enter a number."))
    if abs(number) >= LARGEST:
        raise ValidationError(_("The number is too large."))
    return number.quantize(Decimal("0.0001"))


def _day(value):
    if hasattr(value, "isoformat"):
        return value
    try:
        day = parse_date(str(value).strip())
    except ValueError:
        day = None
    if day is None:
        raise ValidationError(_("Enter a day as 2026-11-21."))
    return day


@transaction.atomic
def write_values(*, customer, values):
    """Write answers of a customer, by code of the field; an empty answer takes the row away.

    Returns the codes of what changed; the audit row and the source of the fact are the caller's
    (`services.customer.edit_customer`). Twice changes nothing. Raises ValidationError by code.
    """
    fields = {field.code: field for field in CustomField.objects.filter(code__in=list(values), active=True)}
    present = {row.field_id: row for row in customer.custom_values.filter(field__in=fields.values())}
    changed = []
    for code, value in values.items():
        field = fields.get(code)
        if field is None or not field.asked_of(customer.kind):
            raise ValidationError(_("There is no field “%(code)s” for this customer.") % {"code": code})
        answer, row = answer_of(field, value), present.get(field.pk)
        if answer is None:
            if row is not None:
                row.delete()
                changed.append(code)
            continue
        if row is not None and all(getattr(row, name) == part for name, part in answer.items()):
            continue
        CustomValue.objects.update_or_create(
            customer=customer, field=field, defaults={"text": "", "number": None, "day": None} | answer
        )
        changed.append(code)
    return changed
