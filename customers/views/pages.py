"""Pages of a list without a table: counted to 10,000 and turned 200 times at most."""

from django.core.paginator import Paginator
from django.utils.functional import cached_property

MOST_COUNTED = 10_000
DEEPEST_PAGE = 200


class ShortPaginator(Paginator):
    """Pages of a query set in its own order; `capped` says that there are more rows than were counted."""

    @cached_property
    def _counted(self):
        return self.object_list.order_by()[: MOST_COUNTED + 1].count()

    @cached_property
    def count(self):
        """Rows, at most 10,000."""
        return min(self._counted, MOST_COUNTED)

    @cached_property
    def num_pages(self):
        """Pages that can be asked for; nobody reads further."""
        return min(super().num_pages, DEEPEST_PAGE)

    @property
    def capped(self):
        """There are more rows than were counted."""
        return self._counted > MOST_COUNTED
