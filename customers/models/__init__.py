"""Who the customer is, whom they know, what they hold, and where that came from."""

from customers.models.customer import ContactPreference, Customer, NameKey, OwnerChange, Relation
from customers.models.file import CustomField, CustomValue, FactSource
from customers.models.holding import BalanceMonth, CashFlow, Holding, Product, ValueRecord
from customers.models.imports import ImportChange, ImportIssue, ImportRejection, ImportRun
from customers.models.mapping import Mapping, MappingEdition
from customers.models.need import DiscoveryQuestion, Need
from customers.models.organisation import Organisation
from customers.models.person import Person
from customers.models.standing import Standing, TierName
from customers.models.wallet import ModelAllocation, OtherIncome, OutsideHolding, ValueGoal

__all__ = [
    "BalanceMonth",
    "CashFlow",
    "ContactPreference",
    "CustomField",
    "CustomValue",
    "Customer",
    "DiscoveryQuestion",
    "FactSource",
    "Holding",
    "ImportChange",
    "ImportIssue",
    "ImportRejection",
    "ImportRun",
    "Mapping",
    "MappingEdition",
    "ModelAllocation",
    "NameKey",
    "Need",
    "Organisation",
    "OtherIncome",
    "OutsideHolding",
    "OwnerChange",
    "Person",
    "Product",
    "Relation",
    "Standing",
    "TierName",
    "ValueGoal",
    "ValueRecord",
]
