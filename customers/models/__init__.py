"""Who the customer is, whom they know, what they hold, and where that came from."""

from customers.models.customer import ContactPreference, Customer, NameKey, Organisation, OwnerChange, Person, Relation
from customers.models.holding import BalanceMonth, CashFlow, Holding, Product, ValueRecord
from customers.models.imports import ImportChange, ImportIssue, ImportRejection, ImportRun
from customers.models.mapping import Mapping, MappingEdition
from customers.models.need import Need
from customers.models.standing import Standing, TierName

__all__ = [
    "BalanceMonth",
    "CashFlow",
    "ContactPreference",
    "Customer",
    "Holding",
    "ImportChange",
    "ImportIssue",
    "ImportRejection",
    "ImportRun",
    "Mapping",
    "MappingEdition",
    "NameKey",
    "Need",
    "Organisation",
    "OwnerChange",
    "Person",
    "Product",
    "Relation",
    "Standing",
    "TierName",
    "ValueRecord",
]
