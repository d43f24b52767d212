"""Taking a publication back: what it changed is kept, and put back as it stood, tier and watch.

Who had no placement then, or was placed by hand since, is left to what is measured.
"""

from dataclasses import dataclass
from decimal import Decimal

from django.db import connection

from tiering.choices import Cause, MoveReason

# What a rollback needs of a placement.
PRIOR = (
    "code",
    "rank",
    "value",
    "answered",
    "sheet_id",
    "since",
    "measured",
    "measured_rank",
    "watch_from",
    "watch_until",
    "override_id",
)
# Placements as they stood before a publication (the parameter).
KEPT = f"""
    SELECT p.* FROM tiering_priorplacement p JOIN tiering_tieringrun r ON r.id = p.run_id
    WHERE r.publication_id = %s AND r.cause = '{Cause.PUBLISH.value}'
"""


@dataclass(frozen=True)
class Return:
    """Customers who would go back from one tier ('' none) to another; `watches` of them get another watch back."""

    from_code: str
    from_rank: int | None
    to_code: str
    to_rank: int
    count: int
    assets: Decimal
    watches: int

    @property
    def stays(self):
        """The tier is the same: the watch alone is put back."""
        return self.from_code == self.to_code

    @property
    def up(self):
        """To a better tier."""
        return bool(self.from_rank and self.to_rank < self.from_rank)


def returns(publication):
    """What taking the publication back would put back in its sheet's scheme, as `Return`s; nothing is written."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            SELECT COALESCE(o.code, ''), o.rank, kept.code, kept.rank, count(*), COALESCE(sum(f.assets_fen), 0) / 100.0,
                count(*) FILTER (WHERE kept.watch_until IS DISTINCT FROM o.watch_until)
            FROM ({KEPT}) kept JOIN tiering_scheme scheme ON scheme.id = kept.scheme_id
            LEFT JOIN tiering_placement o ON o.customer_id = kept.customer_id AND o.scheme_id = kept.scheme_id
            LEFT JOIN tiering_profile f ON f.customer_id = kept.customer_id
            WHERE o.override_id IS NULL AND scheme.sheet_code = %s
                AND (o.code, o.watch_until) IS DISTINCT FROM (kept.code, kept.watch_until)
            GROUP BY 1, 2, 3, 4 ORDER BY 4, 2
            """,
            [publication.pk, publication.sheet.code],
        )
        return [Return(*row) for row in cursor.fetchall()]


def keep_prior(cursor, following, run):
    """Keep the placements whose tier or watch a publication is about to change, as they stand; twice keeps the first.

    `following` names the relation with what is to be written (tiering.services.outcome).
    """
    cursor.execute(
        f"""
        INSERT INTO tiering_priorplacement (run_id, customer_id, scheme_id, {", ".join(PRIOR)})
        SELECT %s, o.customer_id, o.scheme_id, {", ".join(f"o.{name}" for name in PRIOR)}
        FROM {following} n JOIN tiering_placement o ON o.id = n.placement_id
        WHERE (o.code, o.watch_from, o.watch_until, o.override_id)
            IS DISTINCT FROM (n.code, n.watch_from, n.watch_until, n.override_id)
        ON CONFLICT (run_id, customer_id, scheme_id) DO NOTHING
        """,
        [run.pk],
    )


def moved_since(plan, run):
    """SQL and parameters for the placement o: it was moved under the version that is taken back, and not put back.

    These go at once to what the rules in force measure; for everybody else it is as if the version had never been: who
    is below the tier since then is watched.
    """
    taken = run.publication.sheet_id
    return (
        "o.sheet_id = %s AND o.customer_id IN (SELECT m.customer_id FROM tiering_movement m"
        ' WHERE m.scheme_id = %s AND m.sheet_id = %s AND m."on" >= %s)',
        [taken, plan.scheme.pk, taken, run.publication.on],
    )


def put_back(cursor, scheme, run, changed):
    """Put back what the publication of `run` moved in one scheme, each tier with its movement.

    Whoever is put back is noted in the relation `changed`. Twice moves nobody again.
    """
    prior, params = f"{KEPT} AND p.scheme_id = %s", [run.publication_id, scheme.pk]
    cursor.execute(
        f"""
        INSERT INTO tiering_movement (customer_id, scheme_id, from_code, from_rank, from_value, to_code, to_rank,
            to_value, "on", reason, sheet_id, run_id, note)
        SELECT p.customer_id, p.scheme_id, COALESCE(o.code, ''), o.rank, o.value, p.code, p.rank, p.value, %s, %s,
            p.sheet_id, %s, %s
        FROM ({prior}) p LEFT JOIN tiering_placement o ON o.customer_id = p.customer_id AND o.scheme_id = p.scheme_id
        WHERE o.code IS DISTINCT FROM p.code AND o.override_id IS NULL
        """,
        [run.as_of, MoveReason.ROLLBACK.value, run.pk, run.publication.taken_back_reason, *params],
    )
    sets = ", ".join(f"{name} = p.{name}" for name in PRIOR)
    cursor.execute(
        f"UPDATE tiering_placement o SET {sets} FROM ({prior}) p"
        " WHERE o.customer_id = p.customer_id AND o.scheme_id = p.scheme_id AND o.override_id IS NULL",
        params,
    )
    listed = ", ".join(PRIOR)
    cursor.execute(
        f"INSERT INTO tiering_placement (customer_id, scheme_id, {listed}) SELECT p.customer_id, p.scheme_id,"
        f" {', '.join(f'p.{name}' for name in PRIOR)} FROM ({prior}) p"
        " ON CONFLICT (customer_id, scheme_id) DO NOTHING",
        params,
    )
    cursor.execute(f"INSERT INTO {changed} (customer_id, shown) SELECT customer_id, TRUE FROM ({prior}) p", params)
