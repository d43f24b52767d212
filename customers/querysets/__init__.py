"""Reads: customers and all that belongs to them, as the branch speaks of them."""

from customers.querysets.customers import CustomerQuerySet, looks_like_whole_number
from customers.querysets.file import (
    EndingQuerySet,
    GroupQuerySet,
    NoteQuerySet,
    ReferralQuerySet,
    RelatedPersonQuerySet,
    RestrictionQuerySet,
)
from customers.querysets.holdings import HoldingQuerySet, NeedQuerySet, OutsideHoldingQuerySet
from customers.querysets.imports import ImportIssueQuerySet, ImportRunQuerySet, MappingQuerySet
from customers.querysets.moves import DuplicatePairQuerySet, HandoverQuerySet, MergeQuerySet
from customers.querysets.views import BulkActionQuerySet, SavedViewQuerySet, TagQuerySet, branches_above

__all__ = [
    "BulkActionQuerySet",
    "CustomerQuerySet",
    "DuplicatePairQuerySet",
    "EndingQuerySet",
    "GroupQuerySet",
    "HandoverQuerySet",
    "HoldingQuerySet",
    "ImportIssueQuerySet",
    "ImportRunQuerySet",
    "MappingQuerySet",
    "MergeQuerySet",
    "NeedQuerySet",
    "NoteQuerySet",
    "OutsideHoldingQuerySet",
    "ReferralQuerySet",
    "RelatedPersonQuerySet",
    "RestrictionQuerySet",
    "SavedViewQuerySet",
    "TagQuerySet",
    "branches_above",
    "looks_like_whole_number",
]
