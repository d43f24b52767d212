"""What a customer needs (S0.9), found in four parts (S0.20), and why a need was dropped."""

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Column, Fieldset, Layout, Row
from django import forms
from django.utils.translation import gettext_lazy as _

from customers.choices import CASH_CYCLE, DRIVERS, Category, Dimension, Kind
from customers.forms.facts import check_free_text
from customers.forms.rows import VersionedForm, day_input
from customers.models import Need, Product
from customers.services.needs import FIELDS

# What a customer said, in words.
SAID = ("driver", "horizon", "reality", "trouble", "ideal", "desire")


def driver_choices(kind):
    """The drivers of each dimension and those of the cash cycle, in groups; for organisations the cycle comes first."""
    groups = [(dimension.label, [(code.value, code.label) for code in DRIVERS[dimension]]) for dimension in Dimension]
    cycle = [(code.value, code.label) for drivers in CASH_CYCLE.values() for code in drivers]
    groups.insert(0 if kind == Kind.ORGANIZATION else len(groups), (_("Cash cycle"), cycle))
    return [("", _("unknown")), *groups]


class NeedForm(VersionedForm):
    """Dimension, driver, how much, by when, how we know; the four parts of discovery; the product that meets it."""

    class Meta:
        model = Need
        fields = FIELDS
        widgets = {
            "wanted_by": day_input(),
            "evidence": forms.Textarea(attrs={"rows": 2}),
            "reality": forms.Textarea(attrs={"rows": 2}),
            "trouble": forms.Textarea(attrs={"rows": 2}),
            "ideal": forms.Textarea(attrs={"rows": 2}),
            "desire": forms.Textarea(attrs={"rows": 2}),
        }
        help_texts = {
            "driver": _("In the customer's own words."),
            "horizon": _("Such as “before school begins”."),
            "reality": _("How is it now?"),
            "trouble": _("What bothers them about it?"),
            "ideal": _("How would it be best?"),
            "desire": _("What do they want, and how much?"),
            "no_product": _("The product desk counts these needs."),
        }

    def __init__(self, *args, kind=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["driver_code"] = forms.ChoiceField(
            choices=driver_choices(kind), label=_("What drives it"), required=False
        )
        self.fields["dimension"].choices = [("", _("choose")), *Dimension.choices]
        self.fields["product"].queryset = Product.objects.order_by("dimension", "name")
        self.fields["product"].choices = self._products()
        for name in SAID:
            self.fields[name].validators.append(check_free_text)
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.layout = Layout(
            "version",
            Row(Column("dimension"), Column("driver_code")),
            "driver",
            Row(Column("amount"), Column("wanted_by"), Column("horizon")),
            "evidence",
            Fieldset(_("Discovery"), Row(Column("reality"), Column("trouble")), Row(Column("ideal"), Column("desire"))),
            Fieldset(_("What meets it"), "product", "no_product"),
        )

    def _products(self):
        groups = {}
        for product in self.fields["product"].queryset:
            groups.setdefault(Category(product.category).label, []).append((product.pk, product.name))
        return [("", "—"), *groups.items()]

    def clean(self):
        """A need is met by a product of ours or by none, not both."""
        cleaned = super().clean()
        if cleaned.get("product") and cleaned.get("no_product"):
            self.add_error("no_product", _("Either a product meets it, or none of ours does."))
        return cleaned


class DropForm(forms.Form):
    """Why a need was dropped."""

    reason = forms.CharField(label=_("Why is it dropped?"), max_length=200)
