"""Forms of proposals: begin, write, decline."""

from django import forms
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from customers.choices import Dimension
from customers.models import Customer, Product
from proposals.models import Proposal, ProposalItem, Template

# Rows for products in each dimension: those on file and this many more.
SPARE_ROWS = 2
MOST_ROWS = 20


class DraftForm(forms.Form):
    """Begin a proposal: for whom, on which template."""

    customer = forms.ModelChoiceField(
        label=_("Customer"),
        queryset=Customer.objects.none(),
        to_field_name="public_id",
        error_messages={"invalid_choice": _("Choose a customer of yours.")},
    )
    template = forms.ModelChoiceField(
        label=_("Template"), queryset=Template.objects.filter(active=True), empty_label=None
    )
    title = forms.CharField(
        label=_("Title"), max_length=120, required=False, help_text=_("Empty: template and customer.")
    )

    def __init__(self, *args, user, customer=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["customer"].queryset = Customer.objects.visible_to(user)
        chosen = customer.public_id if customer else self.data.get("customer", "")
        # The box shows the chosen customer only; others are looked up while typing.
        shown = Customer.objects.visible_to(user).filter(public_id=chosen) if chosen else []
        try:
            shown = [(row.public_id, f"{row.name} {row.customer_no}") for row in shown]
        except (forms.ValidationError, ValueError):
            shown = []
        self.fields["customer"].widget = forms.Select(
            choices=[("", _("Name, pinyin or customer number")), *shown],
            attrs={"data-pick": "", "data-pick-url": reverse("customers:pick")},
        )
        if customer:
            self.initial["customer"] = customer.public_id


class ProposalForm(forms.ModelForm):
    """The words of a proposal; products and dimensions are beside it."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    class Meta:
        model = Proposal
        fields = ["title", "centre", "situation", "customer_side", "bank_side", "presentation", "valid_until"]
        widgets = {
            "centre": forms.Textarea(attrs={"rows": 2}),
            "situation": forms.Textarea(attrs={"rows": 4}),
            "customer_side": forms.Textarea(attrs={"rows": 3}),
            "bank_side": forms.Textarea(attrs={"rows": 3}),
            "valid_until": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        }
        help_texts = {
            "centre": _("One centre: what this customer wants to reach."),
            "customer_side": _("Goal reached, better plan, long-term interest, good service."),
            "bank_side": _("Business direction, function, resources used, risk controlled. Not printed."),
        }

    def clean_version(self):
        """The version the editor saw, not the one on file."""
        return self.cleaned_data["version"]


class ItemForm(forms.ModelForm):
    """One product within a dimension; a row without product counts as not there."""

    class Meta:
        model = ProposalItem
        fields = ["product", "amount", "reason"]
        widgets = {
            "amount": forms.NumberInput(attrs={"min": "0", "step": "0.01", "inputmode": "decimal"}),
        }

    def __init__(self, *args, products, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["product"].choices = products
        self.fields["product"].required = False
        self.fields["product"].empty_label = None

    def clean(self):
        """An amount or reason needs its product."""
        data = super().clean()
        if not data.get("product") and (data.get("amount") or data.get("reason")) and "product" not in self.errors:
            self.add_error("product", _("Choose the product."))
        amount = data.get("amount")
        if amount is not None and amount <= 0:
            self.add_error("amount", _("An amount must be above zero."))
        return data


class Lane:
    """One dimension of the editor: its words, its guidance and its rows of products."""

    def __init__(self, dimension, *, guidance, text, rows, data, products):
        self.dimension, self.guidance = dimension, guidance
        self.text_name = f"{dimension.value}-text"
        self.text = data.get(self.text_name, "") if data is not None else text
        count = len(rows) + SPARE_ROWS
        if data is not None:
            try:
                count = min(max(int(data.get(f"{dimension.value}-rows", count)), 0), MOST_ROWS)
            except ValueError:
                count = SPARE_ROWS
        self.rows = []
        for number in range(count):
            instance = rows[number] if number < len(rows) else ProposalItem()
            item = ProposalItem(product_id=instance.product_id, amount=instance.amount, reason=instance.reason)
            item.dimension = dimension.value
            self.rows.append(
                ItemForm(
                    data,
                    instance=item,
                    prefix=f"{dimension.value}-{number}",
                    products=products,
                    use_required_attribute=False,
                )
            )
        self.text_error = _("At most 500 letters.") if len(self.text) > 500 else ""

    def is_valid(self):
        """Whether every row is in order; each is looked at, so that each says what is wrong."""
        in_order = [row.is_valid() for row in self.rows]
        return all(in_order) and not self.text_error

    @property
    def items(self):
        """The products of this dimension, as unsaved rows; call after is_valid()."""
        return [row.instance for row in self.rows if row.cleaned_data.get("product")]


def lanes_of(proposal, *, data=None):
    """The four lanes of the editor, from the draft on file or from what was sent. Three queries."""
    rows, texts = {}, {benefit.dimension: benefit.text for benefit in proposal.benefits.all()}
    for item in proposal.items.all():
        rows.setdefault(item.dimension, []).append(item)
    guidance = {section.dimension: section.guidance_text for section in proposal.template.sections.all()}
    products = {}
    for product in Product.objects.order_by("category", "code"):
        products.setdefault(product.dimension, []).append((product.pk, product.name))
    return [
        Lane(
            dimension,
            guidance=guidance.get(dimension.value, ""),
            text=texts.get(dimension.value, ""),
            rows=rows.get(dimension.value, []),
            data=data,
            products=[("", _("Choose a product")), *products.get(dimension.value, []), *products.get("", [])],
        )
        for dimension in Dimension
    ]


class DeclineForm(forms.Form):
    """Why the customer declined."""

    reason = forms.CharField(
        label=_("Why did the customer decline?"), max_length=300, widget=forms.Textarea(attrs={"rows": 2})
    )
