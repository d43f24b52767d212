"""Who the customer is, whom they know, what they hold, and where that came from."""

from customers.models.bulk import BulkAction, BulkItem, Export
from customers.models.contact import Consent, ContactPreference
from customers.models.customer import Customer, NameKey
from customers.models.ending import Ending, EndingDeed
from customers.models.file import CustomField, CustomValue, FactSource
from customers.models.handover import Handover, HandoverLine, OwnerChange
from customers.models.holding import BalanceMonth, CashFlow, Holding, Product, ValueRecord
from customers.models.imports import ImportChange, ImportIssue, ImportRejection, ImportRun, KnownRow
from customers.models.mapping import Mapping, MappingEdition
from customers.models.merge import DuplicatePair, Merge, Question
from customers.models.need import DiscoveryQuestion, Need
from customers.models.note import Mention, Note
from customers.models.organisation import Organisation
from customers.models.people import CustomerGroup, GroupMember, RelatedPerson
from customers.models.person import Person
from customers.models.referral import Referral, ReferralPolicy
from customers.models.relation import Relation
from customers.models.restriction import Restriction
from customers.models.standing import Standing, TierName
from customers.models.view import SavedView, Tag, Tagging, ViewMember, ViewPlace
from customers.models.wallet import ModelAllocation, OtherIncome, OutsideHolding, ValueGoal

__all__ = [
    "BalanceMonth",
    "BulkAction",
    "BulkItem",
    "CashFlow",
    "Consent",
    "ContactPreference",
    "CustomField",
    "CustomValue",
    "Customer",
    "CustomerGroup",
    "DiscoveryQuestion",
    "DuplicatePair",
    "Ending",
    "EndingDeed",
    "Export",
    "FactSource",
    "GroupMember",
    "Handover",
    "HandoverLine",
    "Holding",
    "ImportChange",
    "ImportIssue",
    "ImportRejection",
    "ImportRun",
    "KnownRow",
    "Mapping",
    "MappingEdition",
    "Mention",
    "Merge",
    "ModelAllocation",
    "NameKey",
    "Need",
    "Note",
    "Organisation",
    "OtherIncome",
    "OutsideHolding",
    "OwnerChange",
    "Person",
    "Product",
    "Question",
    "Referral",
    "ReferralPolicy",
    "RelatedPerson",
    "Relation",
    "Restriction",
    "SavedView",
    "Standing",
    "Tag",
    "Tagging",
    "TierName",
    "ValueGoal",
    "ValueRecord",
    "ViewMember",
    "ViewPlace",
]
