"""The cells of a list. What all cells of a column have in common is found out once: a page has some three hundred."""

from inspect import signature

from django import template
from django.db.models import Model
from django.template.base import render_value_in_context
from django.utils.formats import localize
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django_tables2.columns import ManyToManyColumn
from django_tables2.columns.linkcolumn import BaseLinkColumn
from django_tables2.utils import A

register = template.Library()

# What a column's `render` may ask for: the same in every row, or that row's own.
OF_TABLE, OF_ROW = frozenset({"column", "bound_column", "table"}), frozenset({"value", "record", "bound_row"})


class Cells:
    """One column of a table, for the records of one class: how its cells begin, and what stands in them."""

    def __init__(self, bound, table, of):
        self.bound, self.accessor, self.head = bound, A(bound.accessor), None
        self.heads_differ = any(callable(value) for value in bound.column.attrs.get("td", {}).values())
        self.bits, self.empty = self.accessor.bits, bound.column.empty_values
        wanted = signature(bound.render).parameters
        self.plain = wanted.keys() <= (OF_TABLE | OF_ROW) and self._plain(of)
        whole = {"column": bound.column, "bound_column": bound, "table": table}
        self.whole = {name: whole[name] for name in wanted if name in OF_TABLE}
        self.wanted = [name for name in wanted if name in OF_ROW]

    def _plain(self, of):
        """Whether `render` alone writes the value of a record of the class `of`: no link, no choice put into words."""
        if not issubclass(of, Model) or self.bound.link or isinstance(self.bound.column, BaseLinkColumn):
            return False
        return not isinstance(self.bound.column, ManyToManyColumn) and not getattr(
            self.accessor.get_field(of), "choices", None
        )

    def begin(self):
        """`<td …>`, with the column's heading for the phone's cards."""
        if self.head is not None and not self.heads_differ:
            return self.head
        self.head = format_html('<td {} data-label="{}">', self.bound.attrs["td"].as_html(), self.bound.header)
        return self.head

    def fill(self, row):
        """What stands in the row's cell, as django-tables2 would have it."""
        cell = self._written(row) if self.plain else row.get_cell(self.bound.name)
        if self.heads_differ:
            # Attributes that are asked for each cell are told of which.
            self.bound.current_value, self.bound.current_record = cell, row.record
        return cell if self.bound.localize is None else localize(cell, use_l10n=self.bound.localize)

    def _written(self, row):
        value = self._value(row.record)
        if value in self.empty:
            return self.bound.default
        given = {"value": value, "record": row.record, "bound_row": row}
        return self.bound.render(**self.whole, **{name: given[name] for name in self.wanted})

    def _value(self, record):
        value = record
        try:
            for bit in self.bits:
                value = getattr(value, bit)
                if value is None:
                    return None
        except AttributeError:
            return self.accessor.resolve(record, quiet=True)
        return self.accessor.resolve(record, quiet=True) if callable(value) else value


@register.simple_tag(takes_context=True)
def row_cells(context, table, row):
    """`{% row_cells table row %}`: the cells of a row of a list, each with the heading of its column for phones."""
    known, of = table.__dict__.setdefault("cells_of", {}), type(row.record)
    if of not in known:
        known[of] = [Cells(bound, table, of) for bound in table.columns]
    cells = []
    for column in known[of]:
        cell = column.fill(row)
        if type(cell) is not SafeString:
            cell = render_value_in_context(cell, context)
        cells.append((column.begin(), cell))
    return format_html_join("\n        ", "{}{}</td>", cells)
