"""A field of the lists: where its value stands, what condition it makes, and how it reads."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from django.core.exceptions import ObjectDoesNotExist
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from customers.rules.conditions import YES_NO, Field, written


class Loaded(Mapping):
    """Choices that are only asked of the database when somebody looks."""

    def __init__(self, load):
        self._load = load

    @cached_property
    def _rows(self):
        return dict(self._load())

    def __getitem__(self, key):
        return self._rows[key]

    def __iter__(self):
        return iter(self._rows)

    def __len__(self):
        return len(self._rows)


@dataclass(frozen=True)
class Source:
    """A field with the condition it makes; `path` is its column, when it is one, and `related` what joins it."""

    field: Field
    condition: object
    path: str = ""

    # The annotation that brings a value which is no column (see `Registry.with_values`).
    annotation: str = ""

    @property
    def related(self):
        """The one-to-one row that the column stands in, or empty."""
        return self.path.split("__")[0] if "__" in self.path else ""

    @property
    def shows(self):
        """Whether it can be a column of a list."""
        return bool(self.path or self.annotation or self.field.code == "tag")

    def value_of(self, customer):
        """The fact of a customer who was fetched with it; None when it is not known."""
        if self.field.code == "tag":
            return [str(tagging.tag) for tagging in customer.taggings.all()]
        if self.annotation:
            value = getattr(customer, self.annotation)
            # Kept with four decimals: those that nobody gave are left out.
            return Decimal(f"{value.normalize():f}") if isinstance(value, Decimal) else value
        value = customer
        try:
            for name in self.path.split("__"):
                value = getattr(value, name)
        except ObjectDoesNotExist:
            return None
        return value

    def words_of(self, value):
        """A fact that is known, in words: choices by their labels, a truth as yes or no."""
        if isinstance(value, list):
            return _(", ").join(str(self.field.choices.get(one, one)) for one in value)
        if self.field.kind == YES_NO:
            return _("yes") if value in (True, "yes") else _("no")
        if isinstance(value, Decimal):
            return written(value)
        return str(self.field.choices.get(str(value), value))


class Capital:
    """A label with a capital, in whatever language it is read."""

    def __init__(self, text):
        self.text = text

    def __str__(self):
        return capfirst(str(self.text))


class ConsentWords:
    """The heading of a consent, in whatever language it is read."""

    def __init__(self, purpose):
        self.purpose = purpose

    def __str__(self):
        return _("Consent: %(purpose)s") % {"purpose": self.purpose}


class Keyed(Mapping):
    """Choices by UUID, with the keys as texts."""

    def __init__(self, choices):
        self.choices = choices

    @cached_property
    def _rows(self):
        return {str(key): label for key, label in self.choices.items()}

    def __getitem__(self, key):
        return self._rows[key]

    def __iter__(self):
        return iter(self._rows)

    def __len__(self):
        return len(self._rows)
