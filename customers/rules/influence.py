"""Who could be an influence centre 影响力中心 (S2.1), with reasons, and the contact pool of a customer (S0.15)."""

from dataclasses import dataclass
from datetime import timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from customers.choices import Influence, PoolClass

# What an answer to “how much influence” is worth; people who introduced others have shown it.
INFLUENCE_POINTS = {Influence.GREAT: 4, Influence.CONSIDERABLE: 3, Influence.SOME: 1}
MOST_FOR_INTRODUCED = 6
# Rungs of the loyalty ladder from the top: advocate, supporter.
LOYALTY_POINTS = {1: 3, 2: 2}
LARGE_GROUP = 3


@dataclass(frozen=True)
class Known:
    """What speaks for a customer as an influence centre."""

    influence: str = ""
    introduced: int = 0
    loyalty_rank: int | None = None
    group_size: int = 0
    companies: int = 0
    ties: int = 0


def points(known):
    """How much speaks for the customer; the same sum as the SQL of services/introductions.py."""
    return (
        INFLUENCE_POINTS.get(known.influence, 0)
        + min(known.introduced * 2, MOST_FOR_INTRODUCED)
        + LOYALTY_POINTS.get(known.loyalty_rank, 0)
        + (1 if known.group_size >= LARGE_GROUP else 0)
        + min(known.companies, 2)
        + (1 if known.ties >= 5 else 0)
    )


def reasons(known):
    """The same as words, the weightiest first."""
    said = []
    if known.introduced:
        said.append(
            ngettext("introduced %(n)s customer", "introduced %(n)s customers", known.introduced)
            % {"n": known.introduced}
        )
    if known.influence in INFLUENCE_POINTS:
        words = {
            Influence.GREAT: _("others follow them"),
            Influence.CONSIDERABLE: _("many listen to them"),
            Influence.SOME: _("some listen to them"),
        }
        said.append(words[known.influence])
    if known.loyalty_rank in LOYALTY_POINTS:
        said.append(_("speaks for us") if known.loyalty_rank == 1 else _("supports us"))
    if known.companies:
        said.append(
            ngettext("stands behind %(n)s company", "stands behind %(n)s companies", known.companies)
            % {"n": known.companies}
        )
    if known.group_size >= LARGE_GROUP:
        said.append(_("in a group of %(n)s") % {"n": known.group_size})
    if known.ties >= 5:
        said.append(_("%(n)s relations on file") % {"n": known.ties})
    return said


def pool_of(*, last_contact, next_maturity, has_reason, on, warm_days, ready_days):
    """The pool of a customer (S0.15).

    A: somebody spoke with them lately and there is a reason to talk; B: spoke lately; C: spoke once; D: never. A reason
    is an open need or follow-up (`has_reason`), or something that matures within `ready_days`.
    """
    if last_contact is None:
        return PoolClass.NAME
    if last_contact < on - timedelta(days=warm_days):
        return PoolClass.KNOWN
    soon = next_maturity is not None and on <= next_maturity <= on + timedelta(days=ready_days)
    return PoolClass.READY if has_reason or soon else PoolClass.WARM
