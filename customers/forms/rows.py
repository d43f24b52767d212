"""Forms over one row that two people may edit at once."""

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.utils.translation import gettext as _

from customers.rules.stamps import LETTERS

UNKNOWN = "—"
EARLIEST_YEAR, LATEST_YEAR = 1850, 2200


def day_input():
    """The browser's own date field."""
    return forms.DateInput(attrs={"type": "date", "max": "9999-12-31"}, format="%Y-%m-%d")


def check_year(day):
    """Raises ValidationError for a day that no bank writes down: a slip of the hand, such as the year 0001."""
    if not EARLIEST_YEAR <= day.year <= LATEST_YEAR:
        raise ValidationError(_("The year is out of range (1850 to 2200)."))


class StampedForm(forms.Form):
    """A form over a row without a version: it carries the stamp of what stood on file when it was opened."""

    stamp = forms.CharField(widget=forms.HiddenInput, required=False, max_length=LETTERS)

    def given(self):
        """What was entered, by field; the stamp aside."""
        return {name: value for name, value in self.cleaned_data.items() if name != "stamp"}

    def show_conflict(self, on_file, stamp):
        """Say beside each field what somebody else has saved meanwhile (`on_file`: values as the form opens with);
        saving again takes what stands in the form."""
        entered = self.given()
        self.data = self.data.copy()
        self.data["stamp"] = stamp
        self.add_error(None, _("Somebody else has changed this meanwhile. Save again to keep what you entered."))
        for name, value in on_file.items():
            typed = {str(entered.get(name) or ""), str(self.data.get(name) or "").strip()}
            if name in self.fields and str(value or "") not in typed:
                self.add_error(name, _("Now on file: %(value)s") % {"value": self._words(name, value)})

    def _words(self, name, value):
        if value is None or value == "":
            return UNKNOWN
        choices = getattr(self.fields[name], "choices", ())
        flat = [pair for key, label in choices for pair in (label if isinstance(label, list) else [(key, label)])]
        return next((str(label) for key, label in flat if str(key) == str(value)), str(value))


class VersionedForm(forms.ModelForm):
    """A form that carries the version it was opened with; `show_conflict` sets both versions side by side."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.initial["version"] = self.instance.version
        for field in self.fields.values():
            if isinstance(field, forms.DecimalField):
                field.validators.append(MinValueValidator(0))
                field.widget.attrs["min"] = 0
            elif isinstance(field, forms.DateField):
                field.validators.append(check_year)

    def facts(self):
        """What was entered, by field; the version aside."""
        return {name: value for name, value in self.cleaned_data.items() if name != "version"}

    def show_conflict(self, current):
        """Say beside each field what somebody else has saved meanwhile; saving again takes what stands in the form."""
        entered = self.facts()
        self.data = self.data.copy()
        self.data["version"] = current.version
        self.add_error(None, _("Somebody else has changed this meanwhile. Save again to keep what you entered."))
        for name, value in entered.items():
            on_file = getattr(current, name)
            if on_file != value:
                self.add_error(name, _("Now on file: %(value)s") % {"value": self._words(current, name, on_file)})

    @staticmethod
    def _words(row, name, value):
        if value is None or value == "":
            return UNKNOWN
        if isinstance(value, bool):
            return _("yes") if value else _("no")
        shown = getattr(row, f"get_{name}_display", None)
        return str(shown() if shown else value)
