"""Proposals by status."""

from django.db.models import DecimalField, Sum

from staff.querysets import ScopedQuerySet


class ProposalQuerySet(ScopedQuerySet):
    """Proposals, as the branch speaks of them."""

    def open(self):
        """Drafts and those that wait for an answer."""
        return self.filter(status__in=["draft", "presented"])

    def with_amount(self):
        """Annotated with `amount`, the yuan suggested over all four dimensions; None when no amount was named."""
        return self.annotate(amount=Sum("items__amount", output_field=DecimalField(max_digits=18, decimal_places=2)))
