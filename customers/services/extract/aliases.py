"""Numbers of customers that were merged away: the core system may send them for years, so their rows are taken for the
customer who was kept, and the file that went does not come back."""

from django.db import connection

from customers.models import Merge
from customers.services.extract.staging import settle
from customers.services.statements import execute

ALIAS = (
    "(SELECT merge.loser_no, kept.customer_no AS kept_no FROM customers_merge merge"
    " JOIN customers_customer kept ON kept.id = merge.survivor_id WHERE merge.undone_on IS NULL) AS alias"
)
COLUMNS = {
    "relations": ("customer_no", "related_customer_no"),
    "restrictions": ("customer_no",),
    "holdings": ("customer_no",),
    "values": ("customer_no",),
    "cashflows": ("customer_no",),
}
SUMS = ("interest_income", "fee_income", "interest_cost", "operating_cost", "turnover")


def follow_merges(staged):
    """Put the kept customer's number into the staged rows of merged ones; nothing to do without a merge in force.

    A merged number's own row in the file of customers is set aside with a warning: the kept one has its own. Relations
    that now lead to the same customer, or stand there already, are dropped; values of the same month are added up.
    """
    if not Merge.objects.in_force().exists():
        return
    if staged.kind == "customers":
        moved = execute(
            f"WITH gone AS (DELETE FROM stage_customers s USING {ALIAS} WHERE s.customer_no = alias.loser_no"  # noqa: S608
            " RETURNING s.line, s.customer_no)"
            " INSERT INTO stage_customers_issues SELECT 'warning', line, 'customer_no', customer_no, 'merged' FROM gone"
        )
        staged.warnings += moved
        return
    if staged.begins and _met(staged):
        settle(staged)
    moved = 0
    for column in COLUMNS.get(staged.kind, ()):
        moved += execute(
            f"UPDATE {staged.table} s SET {column} = alias.kept_no FROM {ALIAS} WHERE s.{column} = alias.loser_no"  # noqa: S608
        )
    if moved and staged.kind == "relations":
        execute(
            "DELETE FROM stage_relations s USING stage_relations first WHERE s.customer_no = s.related_customer_no"
            " OR (first.line < s.line AND (first.customer_no, first.related_customer_no, first.relation)"
            " = (s.customer_no, s.related_customer_no, s.relation))"
        )
    if moved and staged.kind == "values":
        _add_up(staged)


def _met(staged):
    conditions = " OR ".join(f"s.{column} = alias.loser_no" for column in COLUMNS[staged.kind])
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT EXISTS (SELECT 1 FROM {staged.table} s JOIN {ALIAS} ON {conditions})")  # noqa: S608
        return cursor.fetchone()[0]


def _add_up(staged):
    present = [name for name in SUMS if name in staged.present]
    product = "product_code" if "product_code" in staged.present else "NULL::text"
    key = f"customer_no, period, {product}"
    sums = "".join(f", sum({name}) OVER same AS {name}" for name in present)
    sets = "".join(f", {name} = summed.{name}" for name in present)
    execute(
        f"WITH summed AS (SELECT line, row_number() OVER same AS place{sums} FROM stage_values"  # noqa: S608
        f" WHERE customer_no IN (SELECT alias.kept_no FROM {ALIAS})"
        f" WINDOW same AS (PARTITION BY {key} ORDER BY line ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING)),"
        " gone AS (DELETE FROM stage_values s USING summed WHERE summed.line = s.line AND summed.place > 1)"
        f" UPDATE stage_values s SET line = s.line{sets} FROM summed WHERE summed.line = s.line AND summed.place = 1"
    )
