"""Proposals by status."""

from staff.querysets import ScopedQuerySet


class ProposalQuerySet(ScopedQuerySet):
    """Proposals, as the branch speaks of them."""

    def open(self):
        """Drafts and those that wait for an answer."""
        return self.filter(status__in=["draft", "presented"])
