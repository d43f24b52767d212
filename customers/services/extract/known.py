"""Customers of an extract whose row and file stand as they did when the row was last taken: they need not be read.

Beside the customer stands a keyed digest of the row's text and a stamp of the customer's own rows. A row is recognised
when the digest is the same and nobody has written the customer since, whoever and however; taking it again would change
nothing and say nothing. Only rows that were taken without a doubt are kept so.
"""

import hashlib
from functools import lru_cache
from io import StringIO
from itertools import islice
from pathlib import Path

from django.conf import settings
from django.db import connection

from customers import rules
from customers.models import sealed
from customers.rules.sealing import blind_index
from customers.services.statements import execute

CHUNK_ROWS = 20_000
# The row versions of the customer, which change with every writing, and what the file calls branch and manager.
STAMP = "concat_ws(' ', c.xmin, c.ctid, p.xmin, p.ctid, o.xmin, o.ctid, b.code, m.staff_no)"
ROWS = (
    " LEFT JOIN customers_person p ON p.customer_id = c.id LEFT JOIN customers_organisation o ON o.customer_id = c.id"
    " JOIN staff_branch b ON b.id = c.branch_id LEFT JOIN staff_user m ON m.id = c.manager_id"
)
# Whether the flag of the file still restricts depends on the list, which is written apart from the customer.
FREE = (
    "NOT c.restricted AND c.id NOT IN (SELECT entry.customer_id FROM customers_restriction entry"
    " WHERE entry.lifted_on IS NULL)"
)


def can_know(table, own):
    """Whether rows of a file can be recognised: customers in CSV, without fields of the bank's own."""
    return table.file.kind == "customers" and not own and bool(getattr(table, "encoding", ""))


class KnownRows:
    """The rows of one file of customers against those that were taken before."""

    def __init__(self, header, *, on):
        self.on, self.kept, self.same = on, [], []
        self.number = next(
            place for place, column in enumerate(header.columns) if column and column.name == "customer_no"
        )
        # Cells mean the same below the same columns, read by the same rules.
        names = "\x1f".join(column.name if column else "" for column in header.columns)
        self.before = f"{_rules_in_force()}\x1e{names}\x1e"
        execute("CREATE TEMP TABLE stage_customers_known (line integer, digest uuid)")
        execute("CREATE TEMP TABLE stage_customers_same (customer_no text)")

    def tell(self, rows):
        """Yield (how many rows there were, those that must be read: [(line, cells, digest)]), chunk by chunk.

        The others are of customers who stand as their rows say.
        """
        while chunk := list(islice(rows, CHUNK_ROWS)):
            digests = [self._digest(cells) for _line, cells in chunk]
            numbers = [cells[self.number].strip() if len(cells) > self.number else "" for _line, cells in chunk]
            found = self._find(numbers)
            self.same += [found[digest] for digest in digests if digest in found]
            yield (
                len(chunk),
                [
                    (line, cells, digest)
                    for (line, cells), digest in zip(chunk, digests, strict=True)
                    if digest not in found
                ],
            )

    def keep(self, line, digest):
        """Note the row of a line as one that was read without a doubt."""
        self.kept.append(f"{line}\t{digest}\n")

    def flush(self):
        """Hand on what was noted to the staging tables."""
        for name, lines in (("known", self.kept), ("same", [f"{_copied(number)}\n" for number in self.same])):
            if lines:
                with connection.cursor() as cursor:
                    cursor.copy_expert(f"COPY stage_customers_{name} FROM STDIN", StringIO("".join(lines)))
        self.kept, self.same = [], []

    def doubled(self):
        """Whether a recognised customer stands in the file a second time: which row counts only reading can tell."""
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT EXISTS (SELECT 1 FROM (SELECT customer_no, true AS known FROM stage_customers_same"
                " UNION ALL SELECT customer_no, false FROM stage_customers) AS row"
                " GROUP BY customer_no HAVING count(*) > 1 AND bool_or(known))"
            )
            return cursor.fetchone()[0]

    def _digest(self, cells):
        return blind_index(self.before + "\x1f".join(cells), secret=settings.INDEX_KEY, purpose="row of customers")

    def _find(self, numbers):
        with connection.cursor() as cursor:
            cursor.execute(
                # As a condition the stamp would make the planner expect nobody, and join row by row.
                f"SELECT replace(known.digest::text, '-', ''), c.customer_no, known.stamp = {STAMP}"  # noqa: S608
                " FROM unnest(%s::text[]) AS given (customer_no) JOIN customers_customer c USING (customer_no)"
                f" JOIN customers_knownrow known ON known.customer_id = c.id{ROWS}"
                f" WHERE known.read_on <= %s AND {FREE}",
                [numbers, self.on],
            )
            return {digest: number for digest, number, stands in cursor.fetchall() if stands}


def remember(target, *, on):
    """Keep the rows of the staged customers that were taken without a doubt; forget customers that are gone."""
    doubts = "".join(f" AND NOT ready.warn_{place}" for place in range(len(target.warns)))
    execute(
        "INSERT INTO customers_knownrow AS known (customer_id, digest, stamp, read_on)"  # noqa: S608 our own text
        f" SELECT c.id, kept.digest, {STAMP}, %s FROM stage_customers_known kept"
        " JOIN ready_customers ready USING (line)"
        f" JOIN customers_customer c ON c.customer_no = ready.customer_no{ROWS}"
        f" WHERE ready.reason IS NULL AND ready.restricted IS NOT TRUE{doubts}"
        " ON CONFLICT (customer_id) DO UPDATE"
        " SET digest = excluded.digest, stamp = excluded.stamp, read_on = excluded.read_on",
        [on],
    )
    execute(
        "DELETE FROM customers_knownrow known"
        " WHERE NOT EXISTS (SELECT 1 FROM customers_customer c WHERE c.id = known.customer_id)"
    )


def _copied(text):
    return text.replace("\\", "\\\\") if "\\" in text else text


@lru_cache(maxsize=1)
def _rules_in_force():
    """A hash of the programs that read rows: after a release that reads otherwise every row is read once."""
    found = hashlib.sha256()
    folders = (Path(rules.__file__).parent, Path(__file__).parent)
    for path in (Path(sealed.__file__), *(path for folder in folders for path in sorted(folder.glob("*.py")))):
        found.update(path.read_bytes())
    return found.hexdigest()[:16]
