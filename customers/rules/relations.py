"""How a relation reads from its other side."""

from django.utils.translation import gettext_lazy as _

from customers.choices import RelationKind

# `related` is the kind of `customer`; seen from `related`, the customer is this.
INVERSE = {
    RelationKind.SPOUSE: _("Spouse"),
    RelationKind.PARENT: _("Child"),
    RelationKind.CHILD: _("Parent"),
    RelationKind.SIBLING: _("Sibling"),
    RelationKind.OWNER: _("Owns it"),
    RelationKind.LEGAL_REPRESENTATIVE: _("Legally represents it"),
    RelationKind.FINANCE_HEAD: _("Heads its finance"),
    RelationKind.AUTHORISED_USER: _("May use its accounts"),
    RelationKind.INTRODUCER: _("Introduced by this customer"),
    RelationKind.OTHER: _("Other relation"),
}


def inverse_label(kind):
    """What the customer is to the related one; an unknown kind reads as itself."""
    return INVERSE.get(kind, kind)
