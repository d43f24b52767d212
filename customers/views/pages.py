"""Pages of a list without a table: counted to 10,000 and turned 200 times at most."""

from django.utils.functional import cached_property

from staff.tables import MOST_COUNTED, CappedPaginator

DEEPEST_PAGE = 200


class ShortPaginator(CappedPaginator):
    """Pages of a query set in its own order; `capped` says that there are more rows than were counted."""

    @cached_property
    def _counted(self):
        return self.object_list.order_by()[: MOST_COUNTED + 1].count()

    @cached_property
    def num_pages(self):
        """Pages that can be asked for; nobody reads further."""
        return min(super().num_pages, DEEPEST_PAGE)
