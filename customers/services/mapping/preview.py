"""What an import would do: staged and judged like an import, then dropped; nothing is written but what was found."""

from dataclasses import asdict

from django.db import connection, transaction

from customers.choices import ImportState
from customers.models import ImportIssue, ImportRun
from customers.rules.masking import STAR
from customers.services.extract import branches, own
from customers.services.extract.aliases import follow_merges
from customers.services.extract.merging import judge, tell, written_columns
from customers.services.extract.staging import drop, header_of, stage
from customers.services.extract.targets import TARGETS
from customers.services.statements import literal

CHANGES_SHOWN = 50
# Made from other columns, or sealed anew each time: no news for people.
SILENT = {"name_grams", "mobile_tail", "lunar_leap"}
VEILED = ("_sealed", "_index")
BESIDE = {"customers": (("customers_person", "p", "customer_id"), ("customers_organisation", "o", "customer_id"))}
# What people call a row that a column refers to.
NAMED = {
    "branch_id": "(SELECT code FROM staff_branch WHERE id = {0})",
    "manager_id": "(SELECT staff_no FROM staff_user WHERE id = {0})",
    "customer_id": "(SELECT customer_no FROM customers_customer WHERE id = {0})",
    "product_id": "(SELECT code FROM customers_product WHERE id = {0})",
    "holding_id": "(SELECT holding_no FROM customers_holding WHERE id = {0})",
}


def check_import(*, run, table, progress):
    """Find out what the import of a draft would do, and keep it in `run.preview`; returns that.

    How many rows are new, changed, the same and refused, how often each column changes, and the first changes from what
    to what; refused rows and doubts become issues of the run. Personal data is not shown. Raises Unreadable.
    """
    kind = table.file.kind
    header, unknown = header_of(table)
    try:
        staged = stage(table, header, unknown, on=run.as_of, progress=lambda rows: progress(rows, table.lines))
        return _judged(run, staged, own.joined(TARGETS[kind], staged))
    finally:
        if connection.is_usable() and not connection.needs_rollback:
            drop(kind)


@transaction.atomic
def _judged(run, staged, target):
    if staged.kind == "branches":
        branches.mark_circles(staged)
    follow_merges(staged)
    counts = judge(staged, target)
    ImportIssue.objects.filter(run=run).delete()
    doubts = tell(staged, target, run)
    found = asdict(counts) | {"rejected": counts.rejected + staged.rejected, "warnings": doubts, "rows": staged.rows}
    columns, changes = _changes(staged, target) if counts.updated else ([], [])
    preview = {"counts": found, "columns": columns, "changes": changes}
    ImportRun.objects.filter(pk=run.pk, state=ImportState.DRAFT).update(preview=preview)
    return preview


def _changes(staged, target):
    """([(column, rows)], [(key, column, from, to)]): which columns of rows on file change, and the first changes."""
    kind = staged.kind
    joins = [f"JOIN {target.model._meta.db_table} t ON t.id = s.target_id"]
    joins += [f"LEFT JOIN {table} {short} ON {short}.{key} = t.id" for table, short, key in BESIDE.get(kind, ())]
    parts = own.changes(staged)
    for prefix in ("t", "p", "o"):
        for column, value in written_columns(staged, target, prefix).items():
            said = target.values[f"{prefix}.{column}"]
            if column in SILENT or not said.compared:
                continue
            now, then = f"{prefix}.{column}", value.replace("ready.", "s.")
            hidden = column.endswith(VEILED) or column == "name"
            named = NAMED.get(column, "{0}::text")
            shown = [literal(STAR * 4), literal(STAR * 4)] if hidden else [named.format(now), named.format(then)]
            parts.append(
                f"SELECT s.line, {_key(target)} AS key, {literal(said.source)} AS source,"  # noqa: S608
                f" {shown[0]} AS before, {shown[1]} AS after FROM ready_{kind} s {' '.join(joins)}"
                f" WHERE s.reason IS NULL AND s.differs AND {said.when} AND {now} IS DISTINCT FROM {then}"
            )
    if not parts:
        return [], []
    changes = " UNION ALL ".join(parts)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT source, count(*) FROM ({changes}) AS c GROUP BY source ORDER BY 2 DESC, 1")  # noqa: S608
        columns = [list(row) for row in cursor.fetchall()]
        cursor.execute(
            f"SELECT key, source, left(before, 80), left(after, 80) FROM ({changes}) AS c"  # noqa: S608
            f" ORDER BY line, source LIMIT {CHANGES_SHOWN}"
        )
        return columns, [list(row) for row in cursor.fetchall()]


def _key(target):
    return "concat_ws(' ', " + ", ".join(f"s.{name}::text" for name in target.same_row) + ")"
