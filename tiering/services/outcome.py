"""What follows for each customer from the placement in force and the tier that is measured: descent.follow as SQL.

One SELECT serves the run that writes it and the preview that only counts it: a preview says what publishing does.
"""

from tiering.choices import MoveReason, OverrideState
from tiering.rules.facts import months_after, months_before
from tiering.services.compile import ALONE, code_of

# What a placement says besides its keys; the outcome has each of them as it is to be.
COLUMNS = (
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


def outcome(plan, number, source, on, rules_changed=None, along=(), settled=True):
    """SQL and parameters of the outcome of one plan on the day `on`, over the columns of plan `number` in `source`.

    `source` names a relation with the columns of compile.measures. A row for every customer that is placed or to be
    placed: customer_id, placement_id (NULL: none yet), held, held_rank, held_value, held_measured, held_watch (the
    placement as it stands), reason (NULL: no move), note, differs (something is to be written), by_hand (an override
    began or ended), and COLUMNS as they are to be (code NULL: to be taken away); held_until, held_override and met
    (the rank of the best tier met since) say what a watch does under other cut-offs. `rules_changed` (our own SQL and
    its parameters, over the placement o) says whose rules are others than those of the placement; None: whose version
    or band is another one. `along` names columns of the source that are handed on as they are. With `settled` False
    those are left out for whom nothing is to be written as far as a glance can tell.
    """
    scheme, sheet = plan.scheme, plan.sheet.pk if plan.sheet else None
    ranks, rank_params = _by_code("o.code", plan.tiers, lambda tier: tier.rank)
    changed, changed_params = rules_changed or _rules_changed(plan, sheet)
    override_rank, override_params = _by_code("w.code", plan.tiers, lambda tier: tier.rank)
    back = months_before(on, scheme.look_back_months)
    reading_rank, reading_params = _by_code("r.code", plan.tiers, lambda tier: tier.rank)
    until = months_after(on, scheme.watch_months)
    best_code, best_params = _by_rank("best", plan.tiers)
    # Who has the tier of the measured band, with neither watch nor override, keeps it: the step is “measured” below.
    unsettled = f"""((o.code, o.rank, o.value, o.answered) IS DISTINCT FROM
            (f.code_{number}, f.rank_{number}, COALESCE(f.value_{number}, 0), f.answered_{number})
            OR o.sheet_id IS DISTINCT FROM {sheet or "NULL"} OR (o.code, o.rank) <> (o.measured, o.measured_rank)
            OR o.measured_rank IS NULL OR num_nonnulls(o.watch_from, o.override_id, w.id) > 0) AND """
    inner = f"""
        SELECT f.customer_id, o.id AS placement_id, o.code AS held, o.rank AS old_rank, o.value AS held_value,
            o.measured AS held_measured, o.watch_from AS held_watch, o.watch_until AS held_until,
            o.override_id AS held_override, o.since AS held_since,
            {ranks} AS held_rank, {changed} AS changed,
            f.code_{number} AS measured, f.rank_{number} AS measured_rank, f.value_{number} AS value,
            f.answered_{number} AS answered,
            w.id AS override_id, w.code AS override_code, {override_rank} AS override_rank, w.reason AS override_reason,
            o.sheet_id AS held_sheet, o.answered AS held_answered, o.measured_rank AS held_measured_rank,
            met.best AS met {"".join(f", f.{name}" for name in along)}
        FROM {source} f
        LEFT JOIN tiering_placement o ON o.customer_id = f.customer_id AND o.scheme_id = %s
        LEFT JOIN tiering_override w ON w.customer_id = f.customer_id AND w.scheme_id = %s AND w.state = %s
            AND w.starts_on <= %s AND w.ends_on >= %s
        LEFT JOIN (
            SELECT p.customer_id, min({reading_rank}) AS best
            FROM tiering_placement p
            JOIN tiering_reading r ON r.customer_id = p.customer_id AND r.scheme_id = p.scheme_id
                AND r."on" >= p.watch_from AND r."on" <= %s
            WHERE p.scheme_id = %s AND p.watch_until <= %s AND NOT EXISTS (
                SELECT 1 FROM tiering_reading later WHERE later.customer_id = r.customer_id
                    AND later.scheme_id = r.scheme_id AND later."on" > r."on" AND later."on" <= %s)
            GROUP BY p.customer_id
        ) met ON met.customer_id = f.customer_id
        WHERE {"" if settled else unsettled}(o.id IS NOT NULL OR f.code_{number} IS NOT NULL OR w.id IS NOT NULL)
        {ALONE}
    """
    inner_params = [
        *rank_params,
        *changed_params,
        *override_params,
        scheme.pk,
        scheme.pk,
        OverrideState.APPROVED.value,
        on,
        on,
        *reading_params,
        on,
        scheme.pk,
        on,
        back,
    ]
    # The cases of descent.follow, in its order.
    step = f"""CASE
            WHEN override_rank IS NOT NULL THEN 'override'
            WHEN measured IS NULL THEN 'gone'
            WHEN placement_id IS NULL THEN 'first'
            WHEN held_override IS NOT NULL THEN 'released'
            WHEN held_rank IS NULL OR measured_rank <= held_rank OR {scheme.watch_months} = 0 THEN 'measured'
            WHEN held_watch IS NULL AND changed THEN 'measured'
            WHEN held_watch IS NULL THEN 'watch'
            WHEN held_until > %s THEN 'watched'
            WHEN best < measured_rank THEN 'down and watch' ELSE 'down' END"""
    # The best of what was met, but below the tier that is left.
    best = "greatest(least(measured_rank, met), held_rank + 1) AS best"
    middle = f"SELECT *, {step} AS step FROM (SELECT *, {best} FROM ({inner}) known) met {ALONE}"
    middle_params = [on, *inner_params]
    code = f"""CASE step WHEN 'override' THEN override_code WHEN 'gone' THEN NULL
            WHEN 'watch' THEN held WHEN 'watched' THEN held
            WHEN 'down' THEN {best_code} WHEN 'down and watch' THEN {best_code} ELSE measured END"""
    rank = """CASE step WHEN 'override' THEN override_rank WHEN 'gone' THEN NULL
            WHEN 'watch' THEN held_rank WHEN 'watched' THEN held_rank
            WHEN 'down' THEN best WHEN 'down and watch' THEN best ELSE measured_rank END"""
    handed_on = "".join(f", {name}" for name in along)
    outer = f"""
        SELECT customer_id, placement_id, held, old_rank, held_value, held_measured, held_measured_rank, held_watch,
            held_until, held_override, held_sheet, held_answered, step, met,
            {code} AS code, ({rank})::smallint AS rank, COALESCE(value, 0) AS value, answered, %s::bigint AS sheet_id,
            COALESCE(measured, '') AS measured, measured_rank,
            CASE step WHEN 'watch' THEN %s::date WHEN 'down and watch' THEN %s::date WHEN 'watched' THEN held_watch END
                AS watch_from,
            CASE step WHEN 'watch' THEN %s::date WHEN 'down and watch' THEN %s::date WHEN 'watched' THEN held_until END
                AS watch_until,
            CASE step WHEN 'override' THEN override_id END AS override_id,
            CASE step WHEN 'override' THEN override_reason ELSE '' END AS note, held_since, held_rank,
            changed {handed_on}
        FROM ({middle}) stepped
        {ALONE}
    """
    outer_params = [*best_params, *best_params, sheet, on, on, until, until, *middle_params]
    reason = f"""CASE WHEN code IS NOT DISTINCT FROM held THEN NULL
            WHEN step = 'first' THEN '{MoveReason.FIRST.value}'
            WHEN step = 'override' THEN '{MoveReason.OVERRIDE.value}'
            WHEN step = 'released' THEN '{MoveReason.OVERRIDE_ENDED.value}'
            WHEN step IN ('down', 'down and watch') THEN '{MoveReason.WATCH.value}'
            WHEN changed OR held_rank IS NULL AND step <> 'gone' THEN '{MoveReason.RULES.value}'
            ELSE '{MoveReason.FACTS.value}' END"""
    text = f"""
        SELECT customer_id, placement_id, held, COALESCE(held_rank, old_rank) AS held_rank, held_value, held_measured,
            held_watch, held_until, held_override, met, step,
            {reason} AS reason, note, code, rank, value, answered, sheet_id,
            (held, old_rank, held_value, held_answered, held_sheet, held_measured, held_measured_rank, held_watch,
                held_until, held_override) IS DISTINCT FROM (code, rank, value, answered, sheet_id, measured,
                measured_rank, watch_from, watch_until, override_id)
                AND (placement_id IS NOT NULL OR code IS NOT NULL) AS differs,
            override_id IS DISTINCT FROM held_override AS by_hand,
            CASE WHEN code IS NOT DISTINCT FROM held THEN held_since ELSE %s::date END AS since,
            measured, measured_rank, watch_from, watch_until, override_id {handed_on}
        FROM ({outer}) followed
    """
    return text, [on, *outer_params]


def _by_code(column, tiers, pick):
    """SQL and parameters that turn a code into what `pick` takes of its tier; NULL for a code that is no tier."""
    if not tiers:
        return "NULL::int", []
    branches = " ".join("WHEN %s THEN %s" for _tier in tiers)
    return f"CASE {column} {branches} END", [value for tier in tiers for value in (tier.code, pick(tier))]


def _by_rank(column, tiers):
    """SQL and parameters of the code of a rank."""
    if not tiers:
        return "NULL", []
    return f"(%s::varchar[])[{column}]", [[tier.code for tier in tiers]]


def _rules_changed(plan, sheet):
    """Whether the placement was made by other rules: another version of the sheet; for other measures, the value of
    then would have another band today."""
    if plan.sheet:
        return "o.id IS NOT NULL AND o.sheet_id IS DISTINCT FROM %s", [sheet]
    band, params = code_of("o.value", plan.tiers)
    return f"o.id IS NOT NULL AND ({band}) IS DISTINCT FROM o.measured", params
