"""What each file of the extract means for the tables: keys, columns, what a row leans on. Data, read by `merging`."""

from customers.choices import HoldingStatus, Kind, RestrictionKind, RestrictionOrigin
from customers.models import CashFlow, Customer, Holding, Product, Relation, Restriction, ValueRecord
from customers.services.extract.merging import Check, Target, Value
from staff.choices import BranchLevel
from staff.models import Branch, User


def plain(*names, prefix="t", empty=None, when="true", keep=False):
    """Columns that have the same name in the file and in the table; `empty` is what an unknown value is stored as.

    With `keep` an empty cell leaves what is on file: the core system does not know, a manager who asked may.
    """
    return {
        f"{prefix}.{name}": Value(
            name,
            _first_of(f"s.{name}", *([f"{prefix}.{name}"] if keep else []), *([empty] if empty else [])),
            when=when,
        )
        for name in names
    }


def _first_of(*values):
    return values[0] if len(values) == 1 else f"coalesce({', '.join(values)})"


CUSTOMER_JOIN = "LEFT JOIN customers_customer c ON c.customer_no = s.customer_no"
PRODUCT_JOIN = "LEFT JOIN customers_product g ON g.code = s.product_code"
UNKNOWN_BRANCH = Check("b.id IS NULL", "unknown_branch", "branch_code")
UNKNOWN_CUSTOMER = Check("c.id IS NULL", "unknown_customer", "customer_no")
UNKNOWN_PRODUCT = Check("g.id IS NULL AND s.product_code IS NOT NULL", "unknown_product", "product_code")

# A parent may stand in the table or anywhere in the file, but not below its own child.
PARENT = (
    "CASE WHEN NOT s.circular AND (EXISTS (SELECT 1 FROM staff_branch x WHERE x.code = s.parent_code)"
    " OR EXISTS (SELECT 1 FROM stage_branches x WHERE x.branch_code = s.parent_code)) THEN s.parent_code END"
)
PARENT_NOW = "(SELECT x.code FROM staff_branch x WHERE x.id = t.parent_id)"

BRANCHES = Target(
    model=Branch,
    match="t.code = s.branch_code",
    key={"code": "s.branch_code"},
    same_row=("branch_code",),
    values={
        **plain("name"),
        "t.level": Value("level", f"coalesce(s.level, t.level, '{BranchLevel.SUB_BRANCH.value}')"),
        **plain("market", empty="''"),
    },
    extra=(f"{PARENT} AS parent",),
    differs={"parent_code": f"{PARENT_NOW} IS DISTINCT FROM {PARENT}"},
    warns=(
        Check("s.circular", "branch_circle", "parent_code"),
        Check(f"NOT s.circular AND s.parent_code IS NOT NULL AND {PARENT} IS NULL", "unknown_branch", "parent_code"),
    ),
)

STAFF = Target(
    model=User,
    match="t.staff_no = s.staff_no",
    key={"staff_no": "s.staff_no"},
    same_row=("staff_no",),
    joins="LEFT JOIN staff_branch b ON b.code = s.branch_code",
    values={**plain("name", "role"), "t.branch_id": Value("branch_code", "b.id")},
    rejects=(UNKNOWN_BRANCH,),
    # Nobody signs in until an administrator has given a password.
    fresh={"password": "'!' || replace(gen_random_uuid()::text, '-', '')"},
    warns=(Check("t.left_on IS NOT NULL OR NOT t.is_active", "not_staff_here", "staff_no"),),
)

PRODUCTS = Target(
    model=Product,
    match="t.code = s.product_code",
    key={"code": "s.product_code"},
    same_row=("product_code",),
    values={**plain("name", "category", "risk_level"), **plain("dimension", empty="''")},
)

# A personal text is sealed anew each time, so the index beside it tells whether it changed.
SEALED = {
    f"t.{name}_{part}": Value(
        name,
        f"coalesce(nullif(s.{name}_index, ''), t.{name}_index, '')"
        if part == "index"
        else f"CASE WHEN t.{name}_index = coalesce(nullif(s.{name}_index, ''), t.{name}_index) THEN t.{name}_sealed"
        f" ELSE coalesce(s.{name}_sealed, '') END",
        compared=part == "index",
    )
    for name in ("id_no", "mobile", "email", "address")
    for part in ("sealed", "index")
}

INDIVIDUAL, ORGANIZATION = f"s.kind = '{Kind.INDIVIDUAL.value}'", f"s.kind = '{Kind.ORGANIZATION.value}'"
PERSON = {
    **plain("gender", "occupation", "marital_status", "education", prefix="p", empty="''", when=INDIVIDUAL, keep=True),
    **plain("lunar_birthday", "annual_income", "children", prefix="p", when=INDIVIDUAL, keep=True),
    # A date worked out from an age never takes the place of an exact one, nor of another that agrees with it.
    "p.birth_date": Value(
        "birth_date",
        "CASE WHEN s.birth_approximate AND (NOT p.birth_approximate OR abs(s.birth_date - p.birth_date) < 400)"
        " AND p.birth_date IS NOT NULL THEN p.birth_date ELSE coalesce(s.birth_date, p.birth_date) END",
        when=INDIVIDUAL,
    ),
    "p.birth_approximate": Value(
        "birth_date",
        "CASE WHEN s.birth_date IS NULL OR (s.birth_approximate AND p.birth_date IS NOT NULL)"
        " THEN coalesce(p.birth_approximate, false) ELSE coalesce(s.birth_approximate, false) END",
        when=INDIVIDUAL,
    ),
    "p.lunar_leap": Value(
        "lunar_birthday",
        "coalesce(CASE WHEN s.lunar_birthday IS NULL THEN p.lunar_leap ELSE s.lunar_leap END, false)",
        when=INDIVIDUAL,
    ),
}
ORGANISATION = plain("industry", "org_type", prefix="o", empty="''", when=ORGANIZATION, keep=True)

# A flag restricts; without one only what the flag itself had restricted is free again: entries that people or a loaded
# list made stay (S1.3).
RESTRICTED = (
    "CASE WHEN s.restricted THEN true WHEN NOT coalesce(t.restricted, false) THEN false WHEN s.restricted IS NULL"
    " THEN true ELSE EXISTS (SELECT 1 FROM customers_restriction entry WHERE entry.customer_id = t.id"
    " AND entry.lifted_on IS NULL AND entry.origin <> 'flag') END"
)

CUSTOMERS = Target(
    model=Customer,
    match="t.customer_no = s.customer_no",
    key={"customer_no": "s.customer_no", "kind": "s.kind"},
    same_row=("customer_no",),
    joins="LEFT JOIN staff_branch b ON b.code = s.branch_code LEFT JOIN staff_user m ON m.staff_no = s.manager_no"
    " LEFT JOIN (customers_customer known LEFT JOIN customers_person p ON p.customer_id = known.id"
    " LEFT JOIN customers_organisation o ON o.customer_id = known.id) ON known.customer_no = s.customer_no",
    values={
        **plain("name"),
        "t.name_grams": Value("name", "s.name_grams"),
        "t.branch_id": Value("branch_code", "b.id"),
        "t.manager_id": Value("manager_no", "m.id"),
        "t.id_type": Value("id_no", "coalesce(nullif(s.id_type, ''), t.id_type, '')"),
        **SEALED,
        "t.mobile_tail": Value("mobile", "coalesce(nullif(s.mobile_tail, ''), t.mobile_tail, '')"),
        **plain("opened_on", "known_since", keep=True),
        **plain("ease_of_contact", "influence", empty="''", keep=True),
        "t.restricted": Value("restricted", RESTRICTED),
        **PERSON,
        **ORGANISATION,
    },
    extra=(
        "t.branch_id AS from_branch_id",
        "t.manager_id AS from_manager_id",
        "t.name IS DISTINCT FROM s.name AS renamed",
    ),
    rejects=(UNKNOWN_BRANCH, Check("t.kind <> s.kind", "kind_changed", "kind")),
    warns=(Check("m.id IS NULL AND s.manager_no IS NOT NULL", "unknown_manager", "manager_no"),),
)

RELATIONS = Target(
    model=Relation,
    match="t.customer_id = c.id AND t.related_id = other.id AND t.kind = s.relation",
    key={"customer_id": "c.id", "related_id": "other.id", "kind": "s.relation"},
    same_row=("customer_no", "related_customer_no", "relation"),
    joins=f"{CUSTOMER_JOIN} LEFT JOIN customers_customer other ON other.customer_no = s.related_customer_no",
    values={},
    rejects=(UNKNOWN_CUSTOMER, Check("other.id IS NULL", "unknown_customer", "related_customer_no")),
)

# A customer is named by number, or by the number of a document; several may have that, then all of them are meant.
RESTRICTIONS = Target(
    model=Restriction,
    match=(
        f"t.origin = '{RestrictionOrigin.LIST.value}' AND t.customer_id = coalesce(c.id, named.id)"
        " AND t.source = coalesce(s.list_name, '') AND t.starts_on = s.starts_on"
    ),
    key={"customer_id": "coalesce(c.id, named.id)", "source": "coalesce(s.list_name, '')", "starts_on": "s.starts_on"},
    same_row=("customer_no", "list_name", "starts_on", "key_customer_id"),
    joins=(
        f"{CUSTOMER_JOIN} LEFT JOIN customers_customer named ON s.customer_no IS NULL AND s.id_no_index <> ''"
        " AND named.id_no_index = s.id_no_index"
    ),
    values={
        **plain("ends_on"),
        "t.reason": Value("restriction_reason", "s.restriction_reason"),
        "t.kind": Value("restriction_kind", f"coalesce(s.restriction_kind, '{RestrictionKind.INTERNAL.value}')"),
    },
    rejects=(Check("c.id IS NULL AND named.id IS NULL", "unknown_customer", "customer_no"),),
    fresh={"origin": f"'{RestrictionOrigin.LIST.value}'"},
)

HOLDINGS = Target(
    model=Holding,
    match="t.holding_no = s.holding_no",
    key={"holding_no": "s.holding_no"},
    same_row=("holding_no",),
    joins=f"{CUSTOMER_JOIN} {PRODUCT_JOIN}",
    values={
        "t.customer_id": Value("customer_no", "c.id"),
        "t.product_id": Value("product_code", "g.id"),
        **plain("currency", empty="'CNY'"),
        **plain("balance", "credit_limit", "rate", "opened_on", "matures_on"),
        **plain("status", empty=f"'{HoldingStatus.OPEN.value}'"),
    },
    # The last holds when the file has only one of the two days and the other is on file already.
    rejects=(
        UNKNOWN_CUSTOMER,
        UNKNOWN_PRODUCT,
        Check("{matures_on} < {opened_on}", "dates_reversed", "matures_on"),
    ),
)

VALUES = Target(
    model=ValueRecord,
    match="t.customer_id = c.id AND t.period = s.period AND t.product_id IS NOT DISTINCT FROM g.id",
    key={"customer_id": "c.id", "period": "s.period", "product_id": "g.id"},
    same_row=("customer_no", "period", "product_code"),
    joins=f"{CUSTOMER_JOIN} {PRODUCT_JOIN}",
    values=plain("interest_income", "fee_income", "interest_cost", "operating_cost", "turnover", empty="0"),
    # Without its product a record would count as the customer's whole month, so the row is refused.
    rejects=(UNKNOWN_CUSTOMER, UNKNOWN_PRODUCT),
)

CASH_FLOWS = Target(
    model=CashFlow,
    match="t.entry_no = s.entry_no",
    key={"entry_no": "s.entry_no"},
    same_row=("entry_no",),
    joins=f"{CUSTOMER_JOIN} LEFT JOIN customers_holding h ON h.holding_no = s.holding_no",
    values={
        "t.customer_id": Value("customer_no", "c.id"),
        "t.holding_id": Value("holding_no", "h.id"),
        **plain("booked_on", "direction", "amount"),
        **plain("counterparty_bank", "memo", empty="''"),
    },
    rejects=(UNKNOWN_CUSTOMER,),
    warns=(Check("h.id IS NULL AND s.holding_no IS NOT NULL", "unknown_holding", "holding_no"),),
)

TARGETS = {
    "branches": BRANCHES,
    "staff": STAFF,
    "products": PRODUCTS,
    "customers": CUSTOMERS,
    "relations": RELATIONS,
    "restrictions": RESTRICTIONS,
    "holdings": HOLDINGS,
    "values": VALUES,
    "cashflows": CASH_FLOWS,
}
