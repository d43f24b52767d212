"""Why a value was refused or doubted, as stable codes with a sentence for people."""

from django.utils.translation import gettext_lazy as _

REASONS = {
    # A value is missing or cannot be read.
    "missing": _("A required value is missing."),
    "too_long": _("The text is too long."),
    "control_character": _("The text contains control characters."),
    "bad_date": _("This is not a date of the calendar (write 2026-12-31)."),
    "date_out_of_range": _("The year is out of range (1850 to 2200)."),
    "date_in_future": _("The day lies in the future."),
    "dates_reversed": _("The end lies before the beginning."),
    "bad_lunar_date": _("This is not a lunar birthday (write 10-13, or 闰06-01 in a leap month)."),
    "bad_period": _("This is not a month (write 2026-12)."),
    "bad_number": _("This is not a number."),
    "bad_money": _("This is not an amount of money with at most 2 decimals."),
    "too_large": _("The number is too large."),
    "negative": _("The number must not be negative."),
    "bad_code": _("This code is not one of the allowed ones."),
    "bad_yes_no": _("Write 0 or 1."),
    "bad_age": _("This is not an age."),
    "bad_birth_number": _("This is not a birth number."),
    "row_width": _("The row does not have as many cells as the header."),
    # Identity.
    "number_ruined": _("The number was stored as a figure and has lost digits; export it as text."),
    "bad_id_length": _("A resident identity number has 18 digits (or 15 in the old form)."),
    "bad_id_date": _("The identity number does not contain a real birth date."),
    "bad_id_checksum": _("The last digit of the identity number does not fit the others."),
    "bad_credit_code": _("A unified social credit code has 18 characters without I, O, S, V and Z."),
    "bad_credit_checksum": _("The last character of the credit code does not fit the others."),
    "id_disagrees": _("The identity number says otherwise."),
    "doubtful_phone": _("This does not look like a phone number; it was kept as written."),
    "bad_email": _("This is not an e-mail address."),
    # Rows that lean on other rows.
    "duplicate": _("The same key stands on an earlier line; the first one counts."),
    "unknown_branch": _("There is no such branch."),
    "unknown_manager": _("There is no such member of staff."),
    "unknown_customer": _("There is no such customer."),
    "unknown_product": _("There is no such product."),
    "unknown_holding": _("There is no such account."),
    "branch_circle": _("The branches above lead back to this one."),
    "related_to_itself": _("A customer cannot be related to itself."),
    "merged": _("This customer was merged into another one, who keeps the facts."),
    "not_staff_here": _("This person has left; the row was updated, the sign-in stays closed."),
    "not_asked": _("This question of the bank's own is not asked of such customers."),
    "kind_changed": _("A customer does not change from individual to organisation."),
    # Why an undo left a row.
    "changed_since": _("Somebody has changed this row since the import."),
    "in_use": _("Something was added to this row since the import."),
    # The file as a whole.
    "unknown_column": _("Nobody knows this column; it was passed over."),
    "unknown_file": _("The name of this file is not one of the extract's; it was passed over."),
}


class Refused(ValueError):
    """A value that cannot be taken; `reason` is a key of `REASONS`, the text is in the reader's language."""

    def __init__(self, reason):
        super().__init__(reason)
        self.reason = reason

    def __str__(self):
        return str(REASONS[self.reason])


def reason_text(code):
    """The sentence of a reason code, or the code itself when it comes from an older version."""
    return REASONS.get(code, code)
