"""The rule of one, two, three, four (S0.14)."""

import pytest

from customers.choices import Dimension
from proposals.rules import Demands, Lane, findings, may_be_presented

WHOLE = {
    "centre": "养老储备",
    "customer_side": "到期有着落",
    "bank_side": "资金留存",
    "presentation": "tailored",
    "lanes": {dimension: Lane(1, "") for dimension in Dimension.values},
}


def missing(**changed):
    return [(found.number, found.code, found.dimension) for found in findings(**WHOLE | changed) if not found.met]


def test_whole_proposal_may_be_presented():
    assert may_be_presented(findings(**WHOLE))


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"centre": "  "}, [(1, "centre", "")]),
        ({"customer_side": ""}, [(2, "customer_side", "")]),
        ({"bank_side": "\n"}, [(2, "bank_side", "")]),
        ({"presentation": "loudly"}, [(3, "presentation", "")]),
        ({"lanes": {**WHOLE["lanes"], "wealth": Lane(0, " ")}}, [(4, "dimension", "wealth")]),
        ({"lanes": {**WHOLE["lanes"], "wealth": Lane(0, "客户暂不考虑")}}, []),
        ({"lanes": {}}, [(4, "dimension", dimension) for dimension in Dimension.values]),
    ],
)
def test_each_missing_part_is_named(changed, expected):
    assert missing(**changed) == expected


def test_template_that_asks_less_finds_less():
    demands = Demands(centre=False, customer_side=False, bank_side=False, every_dimension=False)
    assert missing(centre="", customer_side="", bank_side="", demands=demands) == []
    assert missing(lanes={}, demands=demands) == [(4, "any_dimension", "")]
