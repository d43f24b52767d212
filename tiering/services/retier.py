"""Re-tier everybody in set-based SQL: measure each scheme from the profiles, and write only what differs.

A run is a row and goes in steps, each its own transaction: the profiles, each scheme, the standing, the counts. A run
that was killed is finished by the next one before anything else, so that no move is lost and none is written twice.
"""

from contextlib import contextmanager

from django.db import DatabaseError, connection, transaction
from django.db.models import F
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from customers.choices import Kind
from customers.services import standing
from staff.services import record
from tiering.choices import Cause, MoveReason, OverrideState
from tiering.models import Gathered, Override, Scheme, TieringRun, Touched
from tiering.services.compile import MAIN, kinds_of, measures, needs_of, plans, with_scores
from tiering.services.counts import CHANGED, CHANGED_COLUMNS, counted_day, write_counts
from tiering.services.outcome import COLUMNS, outcome
from tiering.services.profile import BESIDE, WRITTEN, beside, refresh_profile, refresh_profiles, room_to_work
from tiering.services.rollback import keep_prior, moved_since, put_back
from tiering.services.settled import keep_rules, rules_of, take_rules, unsettled

# One re-tiering at a time: the second waits for the first (“tier” in ASCII).
LOCK = 0x74696572
FRESH, NEXT = "tiering_fresh", "tiering_next"
# The columns of the standing that each shipped scheme fills: tier and rank. Individuals and organisations share one.
STANDING = {
    "sheet": ("tier", "tier_rank"),
    "organisation": ("tier", "tier_rank"),
    "assets": ("asset_tier", "asset_rank"),
    "contribution": ("contribution_tier", "contribution_rank"),
    "loyalty": ("loyalty_tier", "loyalty_rank"),
}


class UnderWay(Exception):
    """A re-tiering is under way; `code` lets jobs and commands tell it to people as it is."""

    code = "under_way"

    def __init__(self):
        super().__init__(_("A re-tiering is under way; try again when it has finished."))


@contextmanager
def one_at_a_time(*, wait):
    """Hold the lock of re-tierings; with `wait` False raise UnderWay when somebody else holds it."""
    with connection.cursor() as cursor:
        if wait:
            cursor.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        else:
            cursor.execute("SELECT pg_try_advisory_lock(%s)", [LOCK])
            if not cursor.fetchone()[0]:
                raise UnderWay
    try:
        yield
    finally:
        # A lost connection has lost the lock with it; an aborted transaction of the caller gives it back at its end.
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])
        except DatabaseError:
            pass


def retier(*, as_of, by=None, cause=Cause.COMMAND, publication=None, progress=None, wait=True):
    """Place every customer in every scheme in force by the facts and rules of the day `as_of`; returns the TieringRun.

    Writes placements, a movement for each change of tier (first placements from ''), the tiers in the standing, and the
    counts of the day; only rows that differ, so that a second run of the same day writes no placement and no movement.
    A scheme that measures a customer no longer takes the placement away, with a movement to ''. Runs that were killed
    are finished first. With a `publication` what its moves change is kept for a rollback; with the cause “rollback” it
    is put back. `progress(done, total, text)` is called between the steps and may raise to stop: what is done stays,
    the next run goes on from there. Two runs at once: the second waits, or raises UnderWay with `wait` False.
    `run.result` is what ``manage.py retier --json`` prints.
    """
    with one_at_a_time(wait=wait):
        for run in TieringRun.objects.filter(finished_at=None).order_by("pk"):
            _Run(run, progress, resumed=True).go()
            if (run.as_of, run.cause, run.publication_id) == (as_of, cause, publication.pk if publication else None):
                return run
        run = TieringRun.objects.create(as_of=as_of, started_by=by, cause=cause, publication=publication)
        _Run(run, progress).go()
    if by is not None:
        record(actor=by, verb="tiering.retiered", subject=run, changed=run.changed, as_of=as_of.isoformat())
    return run


@transaction.atomic
def retier_customer(*, customer, as_of):
    """Place one customer (by primary key) by the facts and rules of the day `as_of`, at once after an edit.

    The same statements as `retier`, over one row: placements, movements, standing. No run is written: the report of a
    run is about everybody. Waits for a re-tiering of everybody that is under way. Twice changes nothing.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        _end_overrides(as_of, customer=customer)
        plan_list = plans()
        refresh_profile(customer=customer, on=as_of, needs=needs_of(plan_list))
        text, params = measures(plan_list, as_of, customer=customer)
        cursor.execute(f"DROP TABLE IF EXISTS pg_temp.{FRESH}")
        cursor.execute(f"CREATE TEMPORARY TABLE {FRESH} ON COMMIT DROP AS {text}", params)
        for number, plan in enumerate(plan_list):
            _place(cursor, plan, as_of, None, f"SELECT * FROM {FRESH}", (), number)
        columns, select, params = _standing(plan_list, [customer])
        standing.rewrite(columns=columns, select=select, params=params)
        cursor.execute(f"DROP TABLE pg_temp.{FRESH}")
    # By rules that may have been others than those of the run before and after: the next run looks again.
    Touched.objects.create(customer_id=customer, totals=False)
    Gathered.objects.update(edits=F("edits") + 1, counted_on=None)


class _Run:
    """One run and how far it is; `resumed` when it was begun before and killed."""

    def __init__(self, run, progress, resumed=False):
        self.run, self.progress, self.resumed = run, progress, resumed
        self.plans = plans()
        # Its publication was taken back before everybody was placed: what it moved is for the rollback to put back.
        self.abandoned = run.cause == Cause.PUBLISH and run.publication and run.publication.taken_back_on is not None

    def go(self):
        """Every step in its own transaction; at the end the report."""
        try:
            self._step(0, _("Reading the facts of every customer"), self._read)
            for number, plan in enumerate(self.plans):
                text = _("Placing every customer: %(scheme)s") % {"scheme": plan.scheme.label}
                self._step(number + 1, text, lambda cursor, plan=plan: self._scheme(cursor, plan))
            self._step(len(self.plans) + 1, _("Writing the tiers beside the customers"), self._stand)
            self._step(len(self.plans) + 2, _("Counting the tiers"), self._count)
        finally:
            self._drop()

    def _step(self, done, text, work):
        if self.progress:
            self.progress(done, len(self.plans) + 3, text)
        with transaction.atomic(), connection.cursor() as cursor:
            room_to_work(cursor)
            beside(cursor, BESIDE)
            work(cursor)

    def _read(self, cursor):
        """The profiles; and from which counts and rules the run may go on."""
        on = self.run.as_of
        _end_overrides(on)
        before, counted = Gathered.objects.first(), counted_day()
        if refresh_profiles(on=on, needs=needs_of(self.plans)):
            cursor.execute("ANALYZE tiering_profile")
        # What a killed run had written is nowhere noted, nor what stood there before a rollback.
        plain = self.run.cause != Cause.ROLLBACK and not self.resumed
        self.counted = counted if plain and before == Gathered.objects.first() else None
        self.rules = take_rules()
        Gathered.objects.update(counted_on=None)
        cursor.execute(f"DROP TABLE IF EXISTS pg_temp.{CHANGED}")
        cursor.execute(f"CREATE TEMPORARY TABLE {CHANGED} ({CHANGED_COLUMNS})")

    def _scheme(self, cursor, plan):
        """One scheme: put back what a rollback puts back, place, and note that it is done."""
        if self.abandoned:
            return
        done = self.run.result.setdefault("done", [])
        rollback = self.run.cause == Cause.ROLLBACK and plan.leans_on(self.run.publication.sheet.code)
        if rollback and plan.scheme.code not in done:
            put_back(cursor, plan.scheme, self.run, CHANGED)
        rules = None if rollback else rules_of(plan, self.plans, self.run.as_of)
        same = rules is not None and self.rules.get(plan.scheme.pk) == rules
        source = unsettled(plan.scheme) if same else "tiering_profile"
        beside(cursor, 0 if same else BESIDE)
        text, params = measures(with_scores(plan, self.plans), self.run.as_of, source=source)
        rules_changed = moved_since(plan, self.run) if rollback else None
        _place(cursor, plan, self.run.as_of, self.run, text, params, rules_changed=rules_changed, same=same)
        if rules is not None:
            keep_rules(plan.scheme, rules)
        if plan.due(self.run.as_of):
            Scheme.objects.filter(pk=plan.scheme.pk).update(reviewed_on=self.run.as_of)
        if plan.scheme.code not in done:
            done.append(plan.scheme.code)
            self.run.save(update_fields=["result"])

    def _stand(self, cursor):
        """Schemes out of force, and the standing of whoever changed; after a killed run of everybody."""
        _withdraw(cursor, self.plans, self.run)
        customers = None
        if not self.resumed:
            cursor.execute(f"SELECT DISTINCT customer_id FROM {CHANGED} WHERE shown")
            customers = [customer for (customer,) in cursor.fetchall()]
        columns, select, params = _standing(self.plans, customers)
        # By itself, since an UPDATE is closed to parallel plans.
        cursor.execute(f"DROP TABLE IF EXISTS pg_temp.{NEXT}")
        cursor.execute(f"CREATE TEMPORARY TABLE {NEXT} AS {select}", params)
        cursor.execute(f"ANALYZE {NEXT}")
        standing.rewrite(columns=columns, select=f"SELECT * FROM {NEXT}")
        name_tiers(self.plans)

    def _count(self, cursor):
        """The counts of the day, and the report."""
        cursor.execute(f"SELECT EXISTS (SELECT 1 FROM {WRITTEN}) OR EXISTS (SELECT 1 FROM {CHANGED})")
        (written,) = cursor.fetchone()
        if written or self.counted != self.run.as_of:
            write_counts(on=self.run.as_of, since=self.counted)
        Gathered.objects.update(counted_on=self.run.as_of)
        _report(cursor, self.plans, self.run)
        TieringRun.objects.filter(pk=self.run.pk).update(finished_at=Now())

    def _drop(self):
        if not connection.needs_rollback:
            try:
                with transaction.atomic(), connection.cursor() as cursor:
                    cursor.execute(f"DROP TABLE IF EXISTS pg_temp.{CHANGED}, pg_temp.{NEXT}, pg_temp.{WRITTEN}")
            except DatabaseError:  # the connection is gone, and its temporary tables with it
                pass


def _end_overrides(on, **only):
    """Placings by hand whose last day has passed have ended."""
    Override.objects.filter(state=OverrideState.APPROVED, ends_on__lt=on, **only).update(state=OverrideState.ENDED)


def _place(cursor, plan, on, run, measured, measured_params, number=0, rules_changed=None, same=False):
    """What follows in one scheme: movements first (they need the old placement), then the placements.

    For whom is in `measured`, a SELECT with the columns of compile.measures, where the plan has this number. By the
    `same` rules as before only another tier shows, and of the score everything.
    """
    scheme, run_id = plan.scheme.pk, run.pk if run else None
    text, params = outcome(plan, number, "measured", on, rules_changed, settled=False)
    # Between its reviews a scheme only places newcomers, and obeys what people decide.
    due = "" if plan.due(on) else "AND (placement_id IS NULL OR by_hand)"
    cursor.execute(f"DROP TABLE IF EXISTS pg_temp.{NEXT}")
    cursor.execute(
        f"CREATE TEMPORARY TABLE {NEXT} AS WITH measured AS ({measured})"
        f" SELECT * FROM ({text}) outcome WHERE differs {due}",
        [*measured_params, *params],
    )
    if run and run.cause == Cause.PUBLISH:
        keep_prior(cursor, NEXT, run)
    cursor.execute(
        f"""
        INSERT INTO tiering_movement (customer_id, scheme_id, from_code, from_rank, from_value,
            to_code, to_rank, to_value, "on", reason, sheet_id, run_id, note)
        SELECT customer_id, %s, COALESCE(held, ''), held_rank, held_value, COALESCE(code, ''), rank,
            CASE WHEN code IS NOT NULL THEN value END, %s, reason, sheet_id, %s, note
        FROM {NEXT} WHERE reason IS NOT NULL
        """,
        [scheme, on, run_id],
    )
    sets = ", ".join(f"{name} = n.{name}" for name in COLUMNS)
    cursor.execute(
        f"UPDATE tiering_placement o SET {sets} FROM {NEXT} n WHERE o.id = n.placement_id AND n.code IS NOT NULL"
    )
    cursor.execute(
        f"INSERT INTO tiering_placement (customer_id, scheme_id, {', '.join(COLUMNS)})"
        f" SELECT customer_id, %s, {', '.join(COLUMNS)} FROM {NEXT} WHERE placement_id IS NULL",
        [scheme],
    )
    cursor.execute(f"DELETE FROM tiering_placement o USING {NEXT} n WHERE o.id = n.placement_id AND n.code IS NULL")
    # What a customer under watch meets meanwhile decides where the step down leads.
    cursor.execute(
        f"""
        INSERT INTO tiering_reading (customer_id, scheme_id, "on", code)
        SELECT customer_id, %s, %s, measured FROM {NEXT}
        WHERE watch_from IS NOT NULL AND (watch_from = %s OR measured IS DISTINCT FROM held_measured)
        ON CONFLICT (customer_id, scheme_id, "on") DO UPDATE SET code = EXCLUDED.code
        """,
        [scheme, on, on],
    )
    if run:
        shown = "code IS DISTINCT FROM held" if same and plan.scheme.code not in MAIN else "TRUE"
        cursor.execute(
            f"INSERT INTO {CHANGED} SELECT customer_id, {shown}, %s, held, held_value, (held_watch IS NOT NULL)::int,"
            f" (held_override IS NOT NULL)::int FROM {NEXT}",
            [scheme],
        )
    cursor.execute(f"DROP TABLE pg_temp.{NEXT}")


def _withdraw(cursor, plan_list, run):
    """Take the placements of schemes away that are no longer in force, each with its movement."""
    others = list(Scheme.objects.exclude(pk__in=[plan.scheme.pk for plan in plan_list]).values_list("pk", flat=True))
    cursor.execute(
        f"""
        WITH gone AS (DELETE FROM tiering_placement WHERE scheme_id = ANY(%s)
            RETURNING customer_id, scheme_id, code, rank, value, sheet_id, watch_from, override_id),
        noted AS (INSERT INTO {CHANGED} SELECT customer_id, TRUE, scheme_id, code, value,
            (watch_from IS NOT NULL)::int, (override_id IS NOT NULL)::int FROM gone)
        INSERT INTO tiering_movement (customer_id, scheme_id, from_code, from_rank, from_value, to_code, "on", reason,
            sheet_id, run_id, note)
        SELECT customer_id, scheme_id, code, rank, value, '', %s, %s, sheet_id, %s, '' FROM gone
        """,
        [others, run.as_of, MoveReason.RULES, run.pk],
    )


def _standing(plan_list, customers=None):
    """The tiers that lists filter and sort by, from the placements: columns of the standing, SELECT and parameters.

    A scheme out of force leaves its columns empty. `customers`: only these (primary keys); None: everybody.
    """
    columns = sorted({name for pair in STANDING.values() for name in pair})
    plans_by_code = {plan.scheme.code: plan for plan in plan_list if plan.scheme.code in STANDING}
    values = {}
    for code, (tier, rank) in STANDING.items():
        pk = plans_by_code[code].scheme.pk if code in plans_by_code else 0
        values.setdefault(tier, []).append(f"max(p.code) FILTER (WHERE p.scheme_id = {int(pk)})")
        values.setdefault(rank, []).append(f"max(p.rank) FILTER (WHERE p.scheme_id = {int(pk)})")
    empty = {tier: ", ''" for tier, _rank in STANDING.values()}
    selected = {name: f"COALESCE({', '.join(values[name])}{empty.get(name, '')})" for name in columns}
    main = [plans_by_code[code] for code in MAIN if code in plans_by_code]
    ids = ", ".join(str(int(plan.scheme.pk)) for plan in main) or "0"
    criteria = " ".join(
        f"WHEN {int(plan.scheme.pk)} THEN {len(plan.definition.criteria) or 1}" for plan in main if plan.definition
    )
    selected |= {
        "score": f"max(p.value) FILTER (WHERE p.scheme_id IN ({ids}))::int",
        "coverage": (
            f"round(max(p.answered * 100.0 / CASE p.scheme_id {criteria} ELSE 1 END)"
            f" FILTER (WHERE p.scheme_id IN ({ids})))::int"
            if criteria
            else "NULL::int"
        ),
        # The last day of a placing by hand, else the day on which a watch ends.
        "tier_until": (
            "max(CASE WHEN p.override_id IS NULL THEN p.watch_until ELSE w.ends_on END)"
            f" FILTER (WHERE p.scheme_id IN ({ids}))"
        ),
        "tier_pinned": f"COALESCE(bool_or(p.override_id IS NOT NULL) FILTER (WHERE p.scheme_id IN ({ids})), FALSE)",
    }
    schemes = [plan.scheme.pk for plan in plans_by_code.values()]
    chosen = "TRUE" if customers is None else "c.customer_id = ANY(%s)"
    params = [schemes] if customers is None else [schemes, customers, customers]
    select = f"""
        SELECT c.customer_id, {", ".join(f"{value} AS {name}" for name, value in selected.items())}
        FROM tiering_profile c
        LEFT JOIN tiering_placement p ON p.customer_id = c.customer_id AND p.scheme_id = ANY(%s)
            AND {chosen.replace("c.", "p.")}
        LEFT JOIN tiering_override w ON w.id = p.override_id
        WHERE {chosen} GROUP BY c.customer_id
    """
    return list(selected), select, params


def name_tiers(plan_list):
    """Give the room below the names of the tiers in force, for its lists and filters. Twice changes nothing."""
    names = {column: {} for column, _rank in STANDING.values()}
    for code, (column, _rank) in STANDING.items():
        plan = next((plan for plan in plan_list if plan.scheme.code == code), None)
        if plan is None:
            continue
        ranks = {tier.code: tier.rank for tier in plan.tiers}
        colours = {band.code: band.colour for band in plan.scheme.bands.all()}
        for row in plan.sheet.cutoffs.all() if plan.sheet else plan.scheme.bands.all():
            tier = {"code": row.code, "rank": ranks[row.code], "name": row.name, "name_en": row.name_en}
            tier |= {"tone": colours.get(row.code, ""), "for_organisations": False}
            tier = names[column].setdefault(row.code, tier)
            tier["for_organisations"] |= Kind.INDIVIDUAL not in kinds_of(plan)
    for column, tiers in names.items():
        standing.name_tiers(column=column, tiers=list(tiers.values()))


def _report(cursor, plan_list, run):
    """What the run reports: of individuals by the sheet, and every move by scheme, from and to."""
    tiers = {}
    for plan in plan_list:
        if plan.scheme.code != MAIN[0] or plan.definition is None:
            continue
        text, params = measures([plan], run.as_of)
        cursor.execute(
            f"SELECT count(value_0), count(*) FILTER (WHERE answered_0 < %s) FROM ({text}) measured",
            [len(plan.definition.criteria), *params],
        )
        run.scored, run.incomplete = cursor.fetchone()
        cursor.execute("SELECT code, count(*) FROM tiering_placement WHERE scheme_id = %s GROUP BY 1", [plan.scheme.pk])
        counted = dict(cursor.fetchall())
        tiers = {tier.code: counted.get(tier.code, 0) for tier in plan.tiers}
    cursor.execute(
        """
        SELECT scheme.code, move.from_code, move.to_code, count(*)
        FROM tiering_movement move JOIN tiering_scheme scheme ON scheme.id = move.scheme_id
        WHERE move.run_id = %s
        GROUP BY scheme.position, scheme.code, move.from_code, move.from_rank, move.to_code, move.to_rank
        ORDER BY scheme.position, scheme.code, move.from_rank NULLS FIRST, move.to_rank NULLS LAST
        """,
        [run.pk],
    )
    moves = [
        {"scheme": scheme, "from": left, "to": reached, "count": count}
        for scheme, left, reached, count in cursor.fetchall()
    ]
    cursor.execute("SELECT count(DISTINCT customer_id) FROM tiering_movement WHERE run_id = %s", [run.pk])
    (run.changed,) = cursor.fetchone()
    run.result = {
        "as_of": run.as_of.isoformat(),
        "scored": run.scored,
        "incomplete": run.incomplete,
        "changed": run.changed,
        "tiers": tiers,
        "moves": moves,
    }
    run.save(update_fields=["scored", "incomplete", "changed", "result"])


def tidy():
    """Tell the planner what a run has written; to be called after it committed. Twice does no harm."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE tiering_placement, tiering_movement, tiering_tiercount, customers_standing")
