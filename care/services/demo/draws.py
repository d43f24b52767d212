"""Chance as SQL: a hash of a number and a seed, so that the same bank comes out each time; and rows written with it."""

from django.db import connection

from customers.services.statements import fresh_columns

# Holdings, entries and talks are numbered by customer and place: at most so many each.
PLACES = 16
# The number of a row that stands for one of several of a customer.
SEED = f"n * {PLACES} + place"


def lot(seed, below, of="n"):
    """SQL of a whole number from 0 up to, not including, `below`; another `seed` draws anew."""
    return f"mod(hashint8extended({of}, {seed}) & 1073741823, {below})::int"


def part(seed, low=0.0, high=1.0, of="n"):
    """SQL of a number between `low` and `high`."""
    return f"({low} + {high - low} * (hashint8extended({of}, {seed}) & 1048575) / 1048576.0::float8)"


def bell(seed, of="n"):
    """SQL of a number around 0 with a spread of 1, as people are: four draws added."""
    drawn = f"hashint8extended({of}, {seed})"
    return (
        f"(1.7320508 * ((({drawn} & 1023) + (({drawn} >> 10) & 1023) + (({drawn} >> 20) & 1023)"
        f" + (({drawn} >> 30) & 1023)) / 1024.0::float8 - 2))"
    )


def one_of(options, seed, of="n"):
    """SQL that picks one of the codes; of pairs (code, weight) by weight, an empty code is an answer not on file."""
    pairs = [option if isinstance(option, tuple) else (option, 1) for option in options]
    codes = [code for code, weight in pairs for _ in range(weight)]
    return f"({texts(codes)})[1 + {lot(seed, len(codes), of)}]"


def texts(values):
    """SQL of an array of our own texts."""
    quoted = ", ".join("'" + value.replace("'", "''").replace("%", "%%") + "'" for value in values)
    return f"ARRAY[{quoted}]::text[]"


class Filling:
    """Writes rows by SELECT; temporary tables are gone with the transaction."""

    def _run(self, sql, *params):
        with connection.cursor() as cursor:
            cursor.execute(sql, params)
            return cursor.rowcount

    def _fill(self, model, columns, source, *params):
        """Insert `columns` (name → SQL) of the rows of `source`; what is not said gets the model's own default."""
        columns = columns | fresh_columns(model, columns)
        return self._run(
            f"INSERT INTO {model._meta.db_table} ({', '.join(columns)}) SELECT {', '.join(columns.values())}"  # noqa: S608
            f" FROM {source}",
            *params,
        )

    def _copy(self, table, rows):
        """Rows into a temporary table of this transaction, a thousand a statement."""
        rows = list(rows)
        with connection.cursor() as cursor:
            for start in range(0, len(rows), 1000):
                piece = rows[start : start + 1000]
                marks = f"({', '.join(['%s'] * len(piece[0]))})"
                cursor.execute(
                    f"INSERT INTO {table} VALUES {', '.join([marks] * len(piece))}",  # noqa: S608 our own name
                    [value for row in piece for value in row],
                )
            cursor.execute(f"ANALYZE {table}")
