"""Taking a whole import back: what stood there before is restored, what was new is removed.

A row that somebody has written since, or on which something hangs that somebody added, is left and listed. Rows of
other tables that follow by themselves (their model says so: `derived` is true, or a condition) go with the row.
"""

from django.db import connection, transaction
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from customers.choices import ImportState, Kind
from customers.models import (
    BalanceMonth,
    Customer,
    CustomValue,
    FactSource,
    ImportIssue,
    ImportRun,
    Organisation,
    OwnerChange,
    Person,
)
from customers.rules.file import CUSTOMER, ORGANISATION, PERSON, facts_of
from customers.rules.pinyin import search_keys
from customers.services.balances import refresh_balances
from customers.services.completeness import refresh_completeness
from customers.services.extract import alone
from customers.services.extract.journal import mark_of
from customers.services.extract.staging import CHUNK_ROWS, ISSUES_LIMIT
from customers.services.extract.targets import TARGETS
from customers.services.imports import JOB_KEY
from customers.services.restriction import settle
from customers.services.statements import execute, literal
from jobs.choices import JobKind
from jobs.services import enqueue
from staff.services import place_branches, record

# What leans on something else goes first.
ORDER = [BalanceMonth, OwnerChange, *(TARGETS[kind].model for kind in reversed(TARGETS) if kind != "customers")]
ORDER[-3:-3] = [CustomValue, Organisation, Person, Customer]
KEYS = {target.model: next(iter(target.key)) for target in TARGETS.values()}
# Where facts of a file stand beside the customer, with the way to the customer, and who holds which fact.
PARTS = {
    Person: ("undo_rows.row_id", literal(PERSON)),
    Organisation: ("undo_rows.row_id", literal(ORGANISATION)),
    CustomValue: (
        "(SELECT answer.customer_id FROM customers_customvalue answer WHERE answer.id = undo_rows.row_id)",
        "(SELECT 'x_' || field.code FROM customers_customvalue answer JOIN customers_customfield field"
        " ON field.id = answer.field_id WHERE answer.id = undo_rows.row_id)",
    ),
}
# What follows by itself, and is written anew where it cannot be put back.
UNTOLD = {BalanceMonth, OwnerChange}
# Head office, branch, sub-branch, outlet.
TREE_HEIGHT = 4


class UndoRefused(Exception):
    """An import that cannot be taken back; `code` is a key of `SENTENCES`, the text is in the reader's language."""

    def __init__(self, code, **particulars):
        super().__init__(code)
        self.code = code
        self.particulars = particulars

    def __str__(self):
        return refusal(self.code, self.particulars)


def refusal(code, particulars):
    """The sentence of an UndoRefused from its stored parts."""
    sentences = {
        "not_done": _("Only an import that is done can be undone."),
        "no_journal": _(
            "This load kept no notes of what it wrote, or they were deleted with time; it cannot be undone."
        ),
        "later": _("A later import (%(source)s, as of %(as_of)s) wrote the same rows; undo that one first."),
    }
    return sentences[code] % particulars


def check_undo(run):
    """Raise UndoRefused when the import cannot be taken back as a whole."""
    if run.state != ImportState.DONE:
        raise UndoRefused("not_done")
    if not run.journal or (_wrote(run) and not run.changes.exists()):
        raise UndoRefused("no_journal")
    later = _later(run)
    if later is not None:
        raise UndoRefused("later", source=later.source[:80], as_of=later.as_of.isoformat())


def _wrote(run):
    return any(counts["inserted"] or counts["updated"] for counts in run.files.values())


def _later(run):
    """The last import after this one that wrote rows of it, or hung new rows on rows it added; None: there is none."""
    later = ImportRun.objects.filter(pk__gt=run.pk, state=ImportState.DONE).exclude(journal={}).order_by("-pk")
    for other in later:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT EXISTS (SELECT 1 FROM customers_importchange ours JOIN customers_importchange theirs"
                ' ON theirs."table" = ours."table" AND theirs.row_id = ours.row_id AND theirs.run_id = %s'
                " WHERE ours.run_id = %s)",
                [other.pk, run.pk],
            )
            if cursor.fetchone()[0]:
                return other
        if any(_hangs(run, other, child, field) for child in ORDER for field in _parents(child)):
            return other
    return None


def _parents(child):
    return [field for field in child._meta.concrete_fields if field.is_relation and field.related_model in ORDER]


def _hangs(run, other, child, field):
    tables = child._meta.db_table, field.related_model._meta.db_table
    if tables[0] not in other.journal or tables[1] not in run.journal or child in PARTS:
        return False
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT EXISTS (SELECT 1 FROM customers_importchange theirs JOIN {tables[0]} child"  # noqa: S608
            f" ON child.id = theirs.row_id JOIN customers_importchange ours ON ours.row_id = child.{field.column}"
            ' AND ours."table" = %s AND ours.run_id = %s AND ours.before IS NULL'
            ' WHERE theirs."table" = %s AND theirs.run_id = %s)',
            [tables[1], run.pk, tables[0], other.pk],
        )
        return cursor.fetchone()[0]


@transaction.atomic
def start_undo(*, run, by, now):
    """Queue taking an import back. Returns the job; raises UndoRefused, and KeyTaken while something is loaded."""
    check_undo(run)
    params = {"run": str(run.public_id)}
    job = enqueue(kind=JobKind.UNDO_IMPORT, key=JOB_KEY, now=now, params=params, by=by, exclusive=True)
    ImportRun.objects.filter(pk=run.pk).update(job=job)
    return job


def undo_import(*, run, by, on, now):
    """Take an import back, all of it in one transaction; returns {"removed", "restored", "left"}.

    Standings and the balances of the month follow at once, tiers by a job. Twice is once. Raises UndoRefused (nothing
    is changed then) and UnderWay.
    """
    with alone(), transaction.atomic():
        run = ImportRun.objects.select_for_update(of=("self",)).get(pk=run.pk)
        if run.state == ImportState.UNDONE:
            return run.undo
        check_undo(run)
        counts = {"removed": 0, "restored": 0, "left": 0}
        execute("DROP TABLE IF EXISTS undo_kept")
        execute("CREATE TEMP TABLE undo_kept (row_id bigint) ON COMMIT DROP")
        execute("DROP TABLE IF EXISTS undo_left")
        execute("CREATE TEMP TABLE undo_left (customer_id bigint, holder text, reason text) ON COMMIT DROP")
        for model in ORDER:
            if model._meta.db_table in run.journal:
                _take_back(run, model, counts)
        if FactSource._meta.db_table in run.journal:
            _say_again(run)
        if "staff_branch" in run.journal:
            place_branches()
        if {"customers_restriction", "customers_customer"} & set(run.journal):
            settle(on=on)
        refresh_balances(on=on)
        refresh_completeness()
        enqueue(kind=JobKind.RETIER, key="retier", now=now, params={"as_of": on.isoformat()})
        run.state, run.undo, run.undone_by = ImportState.UNDONE, counts, by
        run.save(update_fields=["state", "undo", "undone_by"])
        ImportRun.objects.filter(pk=run.pk).update(undone_at=Now())
        record(actor=by, verb="import.undone", subject=run, summary=run.source, **counts)
    execute("ANALYZE customers_customer, customers_holding, customers_standing")
    return counts


def _take_back(run, model, counts):
    """The rows of one table: restored, removed, or left with a word why."""
    table, key = model._meta.db_table, model._meta.pk.column
    execute("DROP TABLE IF EXISTS undo_rows")
    execute(
        "CREATE TEMP TABLE undo_rows ON COMMIT DROP AS SELECT change.row_id, change.before,"  # noqa: S608
        f" CASE WHEN {_now(run.journal[table])} <> change.mark THEN 'changed_since' END AS reason"
        f" FROM customers_importchange change JOIN {table} target ON target.{key} = change.row_id"
        ' WHERE change.run_id = %s AND change."table" = %s',
        [run.pk, table],
    )
    execute("CREATE INDEX ON undo_rows (row_id)")
    execute("ANALYZE undo_rows")
    if model in PARTS:
        # What stands beside a new customer goes with it, and when somebody has worked on it, the customer stays.
        owner, holder = PARTS[model]
        execute(
            "WITH beside AS (DELETE FROM undo_rows USING customers_importchange change WHERE change.run_id = %s"  # noqa: S608
            f" AND change.\"table\" = 'customers_customer' AND change.row_id = {owner}"
            f" AND change.before IS NULL RETURNING {owner} AS customer_id, undo_rows.reason)"
            " INSERT INTO undo_kept SELECT customer_id FROM beside WHERE reason IS NOT NULL",
            [run.pk],
        )
        execute(f"INSERT INTO undo_left SELECT {owner}, {holder}, reason FROM undo_rows WHERE reason IS NOT NULL")  # noqa: S608
    else:
        _mark_used(run, model, table)
    if model is Customer:
        execute(
            "UPDATE undo_rows SET reason = 'changed_since' FROM undo_kept"
            " WHERE undo_kept.row_id = undo_rows.row_id AND before IS NULL"
        )
        execute(
            f"INSERT INTO undo_left SELECT row_id, {literal(CUSTOMER)}, reason FROM undo_rows WHERE reason IS NOT NULL"  # noqa: S608
        )
    restored, removed = _restore(model, table, key), _remove_new(model)
    if model not in (*UNTOLD, *PARTS):
        counts["restored"] += restored
        counts["removed"] += removed
        counts["left"] += _tell_left(run, model, table, key)


def _now(columns):
    """The hash of a row as it is, as SQL: of a new row all columns, of a changed one those that were written."""
    hashes = [f"{mark_of('target', columns[what])} " if columns.get(what) else "NULL" for what in ("new", "changed")]
    return f"CASE WHEN change.before IS NULL THEN {hashes[0]} ELSE {hashes[1]} END"


def _mark_used(run, model, table):
    """A new row on which something hangs that does not follow by itself is left."""
    # Trees last, and as often as they are high: what stays keeps what is above it.
    relations = sorted(_relations(model), key=lambda relation: relation.related_model is model)
    trees = [relation for relation in relations if relation.related_model is model]
    fresh = run.changes.filter(table=table, before__isnull=True).values("row_id")
    for relation in [*relations, *trees * TREE_HEIGHT]:
        child, column = relation.related_model, relation.field
        derived = getattr(child, "derived", False)
        if derived is True or (child in PARTS and child is not CustomValue):
            continue
        rows = child._base_manager.filter(**{f"{column.name}__in": fresh})
        if child is CustomValue:
            ours = run.changes.filter(table=child._meta.db_table, before__isnull=True)
            rows = rows.exclude(pk__in=ours.values("row_id"))
        if isinstance(derived, Q):
            rows = rows.exclude(derived)
        if child is model:
            # A branch below a branch goes with it, unless it stays.
            rows = rows.exclude(pk__in=_going())
        used = list(rows.order_by().values_list(column.attname, flat=True).distinct())
        if used:
            execute("UPDATE undo_rows SET reason = 'in_use' WHERE before IS NULL AND row_id = ANY(%s)", [used])


def _going():
    with connection.cursor() as cursor:
        cursor.execute("SELECT row_id FROM undo_rows WHERE before IS NULL AND reason IS NULL")
        return [key for (key,) in cursor.fetchall()]


def _relations(model):
    fields = model._meta.get_fields(include_hidden=True)
    return [field for field in fields if field.auto_created and not field.concrete and not field.many_to_many]


def _restore(model, table, key):
    with connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT jsonb_object_keys(before) FROM undo_rows WHERE before IS NOT NULL")
        columns = [name for (name,) in cursor.fetchall()]
    if not columns:
        return 0
    sets = [f"{name} = old.{name}" for name in columns]
    if model is Customer:
        sets += ["version = target.version + 1", "updated_at = now()"]
        if "name" in columns:
            _rename()
    return execute(
        f"UPDATE {table} AS target SET {', '.join(sets)}"  # noqa: S608
        # One run may have written different columns of different rows: the others stay as they are.
        f" FROM (SELECT row_id, (jsonb_populate_record(there, before)).* FROM undo_rows JOIN {table} there"
        f" ON there.{key} = row_id WHERE before IS NOT NULL AND undo_rows.reason IS NULL) AS old"
        f" WHERE target.{key} = old.row_id"
    )


def _say_again(run):
    """What a person had said before the load said otherwise is that person's word again, where the fact came back."""
    holders = {fact.name: fact.row for kind in Kind.values for fact in facts_of(kind).values()}
    rows = ", ".join(f"({literal(name)}, {literal(holder)})" for name, holder in holders.items())
    execute(
        "INSERT INTO customers_factsource SELECT (jsonb_populate_record(NULL::customers_factsource, note.before)).*"  # noqa: S608
        f" FROM customers_importchange note LEFT JOIN (VALUES {rows}) AS fact (name, holder)"
        " ON fact.name = note.before ->> 'field'"
        " JOIN customers_customer customer ON customer.id = (note.before ->> 'customer_id')::bigint"
        " WHERE note.run_id = %s AND note.\"table\" = 'customers_factsource' AND NOT EXISTS (SELECT 1 FROM undo_left"
        " WHERE undo_left.customer_id = customer.id"
        " AND undo_left.holder = coalesce(fact.holder, note.before ->> 'field')) ON CONFLICT DO NOTHING",
        [run.pk],
    )


def _rename():
    """Names that come back are found by their old keys again."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT undo_rows.row_id, before ->> 'name' FROM undo_rows JOIN customers_customer target"
            " ON target.id = undo_rows.row_id WHERE before IS NOT NULL AND reason IS NULL"
            " AND target.name <> before ->> 'name'"
        )
        names = cursor.fetchall()
        for start in range(0, len(names), CHUNK_ROWS):
            chunk = names[start : start + CHUNK_ROWS]
            ids = [row_id for row_id, _name in chunk]
            keys = [(row_id, key) for row_id, name in chunk for key in sorted(set(search_keys(name)))]
            cursor.execute("DELETE FROM customers_namekey WHERE customer_id = ANY(%s)", [ids])
            cursor.execute(
                "INSERT INTO customers_namekey (customer_id, key) SELECT * FROM unnest(%s::bigint[], %s::text[])",
                [[row_id for row_id, _key in keys], [key for _row_id, key in keys]],
            )


def _remove_new(model):
    return _remove(model, "SELECT row_id FROM undo_rows WHERE before IS NULL AND reason IS NULL")


def _remove(model, chosen):
    """Delete rows with all that goes with them: set by set, from the leaves up."""
    for relation in _relations(model):
        child, field = relation.related_model, relation.field
        table, rule = child._meta.db_table, relation.on_delete.__name__
        if rule == "CASCADE":
            _remove(child, f"SELECT {child._meta.pk.column} FROM {table} WHERE {field.column} IN ({chosen})")  # noqa: S608
        elif rule == "SET_NULL":
            execute(f"UPDATE {table} SET {field.column} = NULL WHERE {field.column} IN ({chosen})")  # noqa: S608
    return execute(f"DELETE FROM {model._meta.db_table} WHERE {model._meta.pk.column} IN ({chosen})")  # noqa: S608


def _tell_left(run, model, table, key):
    kind = next(kind for kind, target in TARGETS.items() if target.model is model)
    name = KEYS[model]
    if model is Customer:
        return _tell_left_customers(run)
    execute(
        'INSERT INTO customers_importissue (run_id, level, file, line, "column", value, reason)'  # noqa: S608
        f" SELECT %s, 'left', %s, 0, {literal(name)}, left(target.{name}::text, 120), undo_rows.reason"
        f" FROM undo_rows JOIN {table} target ON target.{key} = undo_rows.row_id WHERE undo_rows.reason IS NOT NULL"
        f" ORDER BY target.{key} LIMIT {ISSUES_LIMIT}",
        [run.pk, kind],
    )
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM undo_rows WHERE reason IS NOT NULL")
        return cursor.fetchone()[0]


def _tell_left_customers(run):
    """Customers of whom something was left: their own row, the details beside it, or an answer of the bank's own."""
    execute(
        'INSERT INTO customers_importissue (run_id, level, file, line, "column", value, reason)'  # noqa: S608
        " SELECT DISTINCT ON (customer.customer_no) %s, 'left', 'customers', 0, 'customer_no',"
        " customer.customer_no, undo_left.reason FROM undo_left"
        " JOIN customers_customer customer ON customer.id = undo_left.customer_id"
        f" ORDER BY customer.customer_no, undo_left.reason LIMIT {ISSUES_LIMIT}",
        [run.pk],
    )
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(DISTINCT customer_id) FROM undo_left")
        return cursor.fetchone()[0]


def left_rows(run, most):
    """The first rows that an undo had to leave."""
    return list(ImportIssue.objects.filter(run=run, level="left").order_by("pk")[:most])
