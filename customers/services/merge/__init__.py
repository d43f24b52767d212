"""Two files of one customer made into one (客户合并), and taken apart again.

Everything that points to the file that goes is pointed to the one that stays, whatever room it belongs to; rows that
cannot (the other file has one already, or they are worked out anew) go with their file. What went is kept as the
database writes it down, so that undo puts every row back with its keys. A model whose rows always go with their file
says so: ``goes_with_its_file = True``.
"""

from customers.services.merge.sides import Choice, choices_of
from customers.services.merge.verbs import (
    Merged,
    heads_at_work,
    merge_customers,
    refuse_merge,
    undo_merge,
    where_it_went,
    whom_to_ask,
)

__all__ = [
    "Choice",
    "Merged",
    "choices_of",
    "heads_at_work",
    "merge_customers",
    "refuse_merge",
    "undo_merge",
    "where_it_went",
    "whom_to_ask",
]
