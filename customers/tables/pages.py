"""Pages of a list: how many rows, how deep, and what they come to."""

from django.core.paginator import EmptyPage
from django.utils.functional import cached_property

from staff.tables import MOST_COUNTED, CappedPaginator

PER_PAGE = 30
PER_PAGE_CHOICES = (30, 60, 100)
# Further down one goes from row to row: the database must not count off what nobody looks at.
DEEPEST_PAGE = 10
# How a column of numbers stands.
NUMBER = {"th": {"class": "num"}, "td": {"class": "num"}}


class TooDeep(EmptyPage):
    """A page beyond the deepest one: the filter should be narrowed instead."""


class CustomerPaginator(CappedPaginator):
    """Takes count and sum of assets from the table, which has needed them for its order; ten pages by number.

    What lies further down is reached from the last row (`CustomerTable.further`), so that nothing is counted off.
    """

    @property
    def _counted(self):
        return self.object_list.table.totals["rows"]

    @cached_property
    def num_pages(self):
        """Pages that can be asked for by number."""
        return min(super().num_pages, DEEPEST_PAGE)

    @property
    def assets(self):
        """Assets of the whole result in yuan; None when it was not counted to its end."""
        return None if self.capped else self.object_list.table.totals["assets"]

    def validate_number(self, number):
        """Refuse pages nobody reads before the database skips that far."""
        text = str(number)
        if text.isascii() and text.isdigit() and (len(text) > len(str(DEEPEST_PAGE)) or int(text) > DEEPEST_PAGE):
            raise TooDeep
        return super().validate_number(number)


class SummedPaginator(CappedPaginator):
    """Counts to 10,000 and says so (`capped`); with the count comes the sum of amounts, in one query."""

    @cached_property
    def _totals(self):
        return self.object_list.data.data.capped_totals(MOST_COUNTED)

    @cached_property
    def _counted(self):
        return self._totals["rows"]

    @property
    def amount(self):
        """Yuan of the whole result, where known; None when it was not counted to its end."""
        return None if self.capped else self._totals["yuan"] or 0
