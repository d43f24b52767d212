"""The one door to the standing row: higher rooms say what they know, set-based; only rows that differ are written."""

from django.db import connection, transaction

from customers.models import Standing, TierName
from customers.services.statements import execute, fresh_columns

# What a higher room may set; anything else is a programming error.
COLUMNS = frozenset(field.column for field in Standing._meta.concrete_fields if not field.primary_key)


def fill(*, columns, select, params=()):
    """Make the standing rows of an empty table from a SELECT like that of `rewrite`; returns how many rows.

    Rows that are written once need not be written again at once.
    """
    values = {name: f"fresh.{name}" for name in ("customer_id", *columns)}
    values |= fresh_columns(Standing, values)
    return execute(
        f"INSERT INTO customers_standing ({', '.join(values)}) SELECT {', '.join(values.values())}"  # noqa: S608 our own text
        f" FROM ({select}) AS fresh",
        params,
    )


@transaction.atomic
def rewrite(*, columns, select, params=(), customers=None, missing=None):
    """Set `columns` of standing rows from a SELECT that gives ``customer_id`` and those columns; returns rows written.

    `select` is our own SQL text (never a person's), `params` its parameters, psycopg style. With `customers` (primary
    keys) only these rows are touched. Customers that the SELECT leaves out keep their values, unless `missing` (a dict
    of column → value) says what they get. Rows that already say so are not written: twice changes nothing.
    """
    if unknown := set(columns) - COLUMNS:
        raise ValueError(f"Not columns of the standing: {sorted(unknown)}")
    params = list(params)
    source = f"({select}) AS fresh"
    scope = ""
    if customers is not None:
        scope = " AND standing.customer_id = ANY(%s)"
    values = {name: f"fresh.{name}" for name in columns}
    written = _update(values, source, "standing.customer_id = fresh.customer_id" + scope, params, customers)
    if missing:
        left_out = f"NOT EXISTS (SELECT 1 FROM {source} WHERE fresh.customer_id = standing.customer_id){scope}"  # noqa: S608 our own text
        names = list(missing)
        sets = ", ".join(f"{name} = %s" for name in names)
        differs = " OR ".join(f"standing.{name} IS DISTINCT FROM %s" for name in names)
        given = [missing[name] for name in names]
        with connection.cursor() as cursor:
            cursor.execute(
                f"UPDATE customers_standing AS standing SET {sets} WHERE {left_out} AND ({differs})",  # noqa: S608 our own names
                [*given, *params, *([list(customers)] if customers is not None else []), *given],
            )
            written += cursor.rowcount
    return written


def _update(values, source, condition, params, customers):
    sets = ", ".join(f"{name} = {value}" for name, value in values.items())
    differs = " OR ".join(f"standing.{name} IS DISTINCT FROM {value}" for name, value in values.items())
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE customers_standing AS standing SET {sets} FROM {source} WHERE {condition} AND ({differs})",  # noqa: S608
            [*params, *([list(customers)] if customers is not None else [])],
        )
        return cursor.rowcount


def note_contact(*, customer, on):
    """Keep the latest day on which somebody spoke with the customer; an earlier day changes nothing."""
    return Standing.objects.filter(customer=customer).exclude(last_contact__gte=on).update(last_contact=on)


@transaction.atomic
def name_tiers(*, column, tiers):
    """Say what the tiers in a column of the standing are called: `tiers` are dicts of what TierName holds of one.

    Names of tiers not given are taken away. Twice changes nothing. Returns how many names were written or taken.
    """
    if column not in COLUMNS:
        raise ValueError(f"Not a column of the standing: {column}")
    known = {row.code: row for row in TierName.objects.filter(column=column)}
    changed = 0
    for given in tiers:
        row = known.pop(given["code"], None) or TierName(column=column)
        differing = {name: value for name, value in given.items() if getattr(row, name) != value}
        if row.pk is None or differing:
            for name, value in differing.items():
                setattr(row, name, value)
            row.save()
            changed += 1
    if known:
        TierName.objects.filter(pk__in=[row.pk for row in known.values()]).delete()
    return changed + len(known)
