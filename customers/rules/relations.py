"""How relations between customers read from each end, and which of them would contradict each other."""

from customers.choices import RelationKind as K

_PAIRS = (
    (K.PARENT, K.CHILD),
    (K.GRANDPARENT, K.GRANDCHILD),
    (K.OWNER, K.OWNED_COMPANY),
    (K.ACTUAL_CONTROLLER, K.CONTROLLED_COMPANY),
    (K.SHAREHOLDER, K.INVESTED_COMPANY),
    (K.LEGAL_REPRESENTATIVE, K.REPRESENTED_COMPANY),
    (K.FINANCE_HEAD, K.FINANCED_COMPANY),
    (K.ACCOUNTANT, K.ACCOUNTED_COMPANY),
    (K.AUTHORISED_USER, K.AUTHORISED_FOR),
    (K.EMPLOYER, K.EMPLOYEE),
    (K.PARENT_COMPANY, K.SUBSIDIARY),
    (K.SUPPLIER, K.BUYER),
    (K.GUARANTOR, K.GUARANTEED),
    (K.INTRODUCER, K.INTRODUCED),
)
_EQUALS = (K.SPOUSE, K.SIBLING, K.RELATIVE, K.SISTER_COMPANY, K.PARTNER, K.FRIEND, K.COLLEAGUE, K.CLASSMATE, K.OTHER)

# `related` is the kind of `customer`; seen from `related`, the customer is this.
INVERSE = {
    **{str(one): str(other) for one, other in _PAIRS},
    **{str(other): str(one) for one, other in _PAIRS},
    **{str(kind): str(kind) for kind in _EQUALS},
}
# Of these the two sides are the same to each other, so that one row says all.
SYMMETRIC = frozenset(str(kind) for kind in _EQUALS)
FAMILY = frozenset(map(str, (K.SPOUSE, K.PARENT, K.CHILD, K.SIBLING, K.GRANDPARENT, K.GRANDCHILD, K.RELATIVE)))
# Who stands behind a company: links a private file with a company's file (公私联动).
BEHIND_A_COMPANY = (str(K.OWNER), str(K.ACTUAL_CONTROLLER), str(K.SHAREHOLDER), str(K.LEGAL_REPRESENTATIVE))
# Kinds that carry a share of the company.
WITH_A_SHARE = frozenset(
    map(
        str,
        (
            *(K.OWNER, K.OWNED_COMPANY, K.ACTUAL_CONTROLLER, K.CONTROLLED_COMPANY, K.SHAREHOLDER, K.INVESTED_COMPANY),
            *(K.PARENT_COMPANY, K.SUBSIDIARY),
        ),
    )
)
# What goes up one generation, one company, one introduction: a circle of these makes no sense. Two companies may well
# hold shares of each other, so shares are left out.
CHAINS = (
    (str(K.PARENT), str(K.CHILD)),
    (str(K.GRANDPARENT), str(K.GRANDCHILD)),
    (str(K.PARENT_COMPANY), str(K.SUBSIDIARY)),
    (str(K.OWNER), str(K.OWNED_COMPANY)),
    (str(K.ACTUAL_CONTROLLER), str(K.CONTROLLED_COMPANY)),
    (str(K.INTRODUCER), str(K.INTRODUCED)),
)
# Kinds that only a person, or only an organisation, can be to somebody.
PERSON_ONLY = FAMILY | frozenset(
    map(str, (K.LEGAL_REPRESENTATIVE, K.FINANCE_HEAD, K.AUTHORISED_USER, K.EMPLOYEE, K.CLASSMATE, K.FRIEND))
)
COMPANY_ONLY = frozenset(
    map(
        str,
        (
            *(K.OWNED_COMPANY, K.CONTROLLED_COMPANY, K.INVESTED_COMPANY, K.REPRESENTED_COMPANY, K.FINANCED_COMPANY),
            *(K.ACCOUNTED_COMPANY, K.PARENT_COMPANY, K.SUBSIDIARY, K.SISTER_COMPANY),
        ),
    )
)


def inverse(kind):
    """The code of what the customer is to the related one; an unknown kind is its own."""
    return INVERSE.get(str(kind), str(kind))


def inverse_label(kind):
    """What the customer is to the related one, in words; an unknown kind reads as itself."""
    code = inverse(kind)
    return K(code).label if code in K.values else code


def chain_of(kind):
    """(upward, downward) codes of the chain that a kind belongs to, or None where circles are allowed."""
    return next((pair for pair in CHAINS if str(kind) in pair), None)


def fits(kind, *, customer_is_person, related_is_person):
    """Whether `related` can be the `kind` of the customer: a company is nobody's child, a person no subsidiary."""
    kind = str(kind)
    other = inverse(kind)
    for code, person in ((kind, related_is_person), (other, customer_is_person)):
        if (code in PERSON_ONLY and not person) or (code in COMPANY_ONLY and person):
            return False
    return True
