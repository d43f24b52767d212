"""Lists of customers and of what is known about them."""

from customers.tables.cash_flows import CashFlowTable
from customers.tables.customers import COLUMNS, CustomerTable, FactColumn, exported
from customers.tables.endings import EndingTable
from customers.tables.needs import NeedTable
from customers.tables.of_customer import OfCustomerTable, whose
from customers.tables.outside import OutsideTable, outside_amount
from customers.tables.pages import (
    DEEPEST_PAGE,
    PER_PAGE,
    PER_PAGE_CHOICES,
    CustomerPaginator,
    SummedPaginator,
    TooDeep,
)
from customers.tables.restrictions import RestrictionTable

__all__ = [
    "COLUMNS",
    "DEEPEST_PAGE",
    "PER_PAGE",
    "PER_PAGE_CHOICES",
    "CashFlowTable",
    "CustomerPaginator",
    "CustomerTable",
    "EndingTable",
    "FactColumn",
    "NeedTable",
    "OfCustomerTable",
    "OutsideTable",
    "RestrictionTable",
    "SummedPaginator",
    "TooDeep",
    "exported",
    "outside_amount",
    "whose",
]
