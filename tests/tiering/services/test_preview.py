"""The what-if says, customer by customer, what publishing then does; nothing is written; a rollback undoes it."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import connection
from django.db.models import Count
from django.test.utils import CaptureQueriesContext

from customers.choices import Kind
from customers.models import Customer, Person, Standing
from tests.tiering import town as place
from tests.tiering.town import DAY, rewrite
from tiering.choices import Cause
from tiering.models import Movement, Placement, Profile, Publication, Scheme, ScoringSheet, TieringRun
from tiering.rules.bands import ranked, tier_for
from tiering.services.drafts import start_draft
from tiering.services.movers import movers
from tiering.services.preview import cut, effect, scores, spread, tally
from tiering.services.retier import retier, retier_customer
from tiering.services.sheets import publish, take_back

IN_TOWN = True
NOW = "2026-11-21T12:00:00Z"
WEIGHTS = {("occupation", "business_owner"): 2, ("occupation", "clerk"): 18, ("influence", "great"): 0}


@pytest.fixture
def draft(town, sheet, administrator):
    """A draft of the sheet in force with other weights of occupation."""
    return whole(rewrite(start_draft(sheet=sheet, by=administrator), administrator, points=WEIGHTS))


def whole(sheet):
    return ScoringSheet.objects.whole().get(pk=sheet.pk)


def listed(sheet, **narrowed):
    """{customer: (from, to, points before, points after, reason)} of the preview."""
    found = movers(sheet=sheet, on=DAY, most=1000, **narrowed)
    assert found.total == len(found.rows)
    return {
        row["customer_id"]: (row["from_code"], row["to_code"], row["before"], row["after"] or 0, row["reason"])
        for row in found.rows
    }


def put_in_force(sheet, by, reason="权重调整", on=DAY):
    publish(sheet=sheet, reason=reason, on=on, now=NOW, by=by)
    return Publication.objects.get(sheet=sheet)


def run_of(publication, cause=Cause.PUBLISH, on=DAY, **options):
    return retier(as_of=on, cause=cause, publication=publication, **options)


def moved(run, scheme="sheet"):
    """The same of what a run wrote."""
    rows = Movement.objects.filter(run=run, scheme__code=scheme)
    return {
        row.customer_id: (row.from_code, row.to_code, row.from_value, row.to_value or 0, row.reason) for row in rows
    }


def state(scheme="sheet"):
    """Where everybody stands in a scheme, with the watch."""
    columns = ["code", "rank", "value", "answered", "sheet_id", "since", "measured", "measured_rank"]
    columns += ["watch_from", "watch_until", "override_id"]
    rows = Placement.objects.filter(scheme__code=scheme).values_list("customer_id", *columns)
    tiers = Standing.objects.values_list("customer_id", "tier", "tier_rank", "score", "tier_until", "tier_pinned")
    return {row[0]: row[1:] for row in rows}, {row[0]: row[1:] for row in tiers}


def add_tier(draft, by):
    return rewrite(draft, by, cutoffs={"S": 66, "VIP": 58, "A": 45, "B": 30, "C": 0})


def drop_tier(draft, by):
    return rewrite(draft, by, points=WEIGHTS, cutoffs={"VIP": 55, "A": 40, "C": 0})


def ask(draft, by):
    return rewrite(draft, by, points=WEIGHTS, more=[place.asked()])


def ask_what_nobody_asks(draft, by):
    """The facts of holdings are read for nobody while no scheme asks for them."""
    Scheme.objects.exclude(code="sheet").update(active=False)
    retier(as_of=place.EVE)
    criterion = place.Criterion(kind="number", source="fact", fact="categories", name="类别")
    options = [place.Option(name="无", upper=1, points=9), place.Option(name="有", lower=1, points=0)]
    return rewrite(draft, by, more=[(criterion, options)])


CHANGES = {
    "weights": lambda draft, by: rewrite(draft, by, points=WEIGHTS),
    "cut-offs": lambda draft, by: rewrite(draft, by, cutoffs={"VIP": 52, "A": 46, "B": 24, "C": 0}),
    "another tier": add_tier,
    "a tier less": drop_tier,
    "a question": ask,
    "a fact nobody asked for": ask_what_nobody_asks,
    "nothing": lambda draft, by: draft,
}


@pytest.mark.parametrize("change", CHANGES)
def test_preview_is_what_publishing_then_does(town, sheet, administrator, make_holding, change):
    for customer in list(town.values())[:30]:
        make_holding(customer, "TD01", balance=1000)
    place.answers(town.values(), sheet, administrator)
    draft = whole(CHANGES[change](start_draft(sheet=sheet, by=administrator), administrator))
    foreseen, counted = listed(draft), effect(sheet=draft, on=DAY)
    run = run_of(put_in_force(draft, administrator))
    assert moved(run) == foreseen
    # Watches that end and placings by hand that begin or end are among them in any case.
    assert {"watch", "override", "released"} <= {row[4] for row in foreseen.values()}
    placed = dict(Placement.objects.filter(scheme__code="sheet").values_list("customer_id", "code"))
    after = {}
    for move in counted.moves:
        after[move.to_code] = after.get(move.to_code, 0) + move.count
    assert {code: list(placed.values()).count(code) for code in set(placed.values())} == after
    assert counted.moved == len(foreseen)
    assert counted.customers == len(placed)
    tops = {move["from"] + ">" + move["to"]: move["count"] for move in run.result["moves"] if move["scheme"] == "sheet"}
    assert tops == {f"{m.from_code}>{m.to_code}": m.count for m in counted.moves if not m.stays}


def test_organisations_are_foreseen_by_their_own_sheet(town, administrator, manager):
    sheet = place.company_sheet(administrator)
    companies = [customer for customer in town.values() if customer.kind == Kind.ORGANIZATION]
    place.answers(companies, sheet, manager, question="size_of_it")
    retier(as_of=place.EVE)
    draft = start_draft(sheet=whole(sheet), by=administrator)
    draft = whole(rewrite(draft, administrator, cutoffs={"A": 1, "C": 0}))
    foreseen = listed(draft)
    assert {row[:2] for row in foreseen.values()} == {("C", "A")}
    assert moved(run_of(put_in_force(draft, administrator)), "companies") == foreseen
    assert effect(sheet=whole(draft), on=DAY).customers == len([a for a in companies if a.answers.exists()]) - 2


def test_branches_and_managers_add_up_to_the_whole(draft, tree, manager, other_manager):
    found = effect(sheet=draft, on=DAY)
    for shares in (found.by_branch, found.by_manager):
        assert sum(share.customers for share in shares) == found.customers
        assert sum(share.up for share in shares) == found.up
        assert sum(share.down for share in shares) == found.down
    parts = [effect(sheet=draft, on=DAY, branches=[tree[code].pk]) for code in ("D001", "D002")]
    assert sum(part.moved for part in parts) == found.moved
    assert effect(sheet=draft, on=DAY, manager=manager.pk).customers == parts[0].customers
    assert sum(part.assets_moved for part in parts) == found.assets_moved
    assert listed(draft, branches=[tree["D001"].pk], manager=other_manager.pk) == {}


def test_figures_of_many_are_kept_until_somebody_is_placed(town, draft, administrator, monkeypatch):
    cache.clear()
    monkeypatch.setattr("tiering.services.preview.LIVE", 1)
    first = effect(sheet=draft, on=DAY)
    with CaptureQueriesContext(connection) as asked:
        assert effect(sheet=draft, on=DAY) == first
    assert not any("GROUPING" in query["sql"] for query in asked)
    # Another edition, and an edit of one customer, are looked at anew.
    other = whole(rewrite(draft, administrator, points=WEIGHTS, cutoffs={"VIP": 52, "A": 46, "B": 24, "C": 0}))
    assert effect(sheet=other, on=DAY).moved != first.moved
    gone = next(iter(town.values()))
    Customer.objects.filter(pk=gone.pk).update(influence="great", ease_of_contact="very_easy")
    retier_customer(customer=gone.pk, as_of=DAY)
    with CaptureQueriesContext(connection) as asked:
        effect(sheet=other, on=DAY)
    assert any("GROUPING" in query["sql"] for query in asked)


def test_direction_counts_a_tier_by_its_place_in_the_new_sheet(town, sheet, administrator):
    """A new tier on top pushes every rank down by one: who goes from B to A still goes up."""
    draft = rewrite(
        start_draft(sheet=sheet, by=administrator),
        administrator,
        cutoffs={"S": 70, "VIP": 60, "A": 35, "B": 30, "C": 0},
    )
    found = effect(sheet=whole(draft), on=DAY)
    (rising,) = [move for move in found.moves if (move.from_code, move.to_code) == ("B", "A")]
    assert rising.up
    assert found.moved == found.up + found.down + found.first + found.gone
    run = run_of(put_in_force(draft, administrator))
    rows = Movement.objects.filter(run=run, scheme__code="sheet")
    assert rows.up().filter(from_code="B", to_code="A").count() == rising.count


def cells(found):
    return {(move.from_code, move.to_code): [move.count, move.assets] for move in found.moves}


@pytest.mark.parametrize(
    "minimums", [(60, 45, 30, 0), (61, 45, 30, 0), (40, 39, 38, 0), (75, 20, 10, 0), (58, 47, 12, 0), (80, 79, 78, 0)]
)
def test_moved_cut_offs_are_counted_without_asking_again(draft, administrator, minimums):
    before = effect(sheet=draft, on=DAY)
    assert {bar.hold for bar in before.bars} == {"", "watch", "ends", "hand"}
    codes = dict(zip(("VIP", "A", "B", "C"), minimums, strict=True))
    tiers = ranked((code, minimum, code, "") for code, minimum in codes.items())
    counted = cut(before.bars, tiers)
    draft = whole(rewrite(draft, administrator, cutoffs=codes))
    assert counted == cells(effect(sheet=draft, on=DAY))


def test_movers_are_narrowed_ordered_and_given_in_pages(draft):
    every = movers(sheet=draft, on=DAY, most=1000)
    pages = [
        movers(sheet=draft, on=DAY, order="customer", first=first, most=4).rows for first in range(0, every.total, 4)
    ]
    numbers = [row["customer_id"] for page in pages for row in page]
    assert sorted(numbers) == sorted(row["customer_id"] for row in every.rows)
    assert numbers == sorted(numbers)
    assert [row["assets"] for row in every.rows] == sorted((row["assets"] for row in every.rows), reverse=True)
    gains = movers(sheet=draft, on=DAY, direction="up", order="after", most=1000).rows
    assert gains
    assert all(row["to_rank"] < row["from_rank"] for row in gains)
    first = gains[0]
    same = movers(sheet=draft, on=DAY, left=first["from_code"], reached=first["to_code"], most=1000).rows
    assert {(row["from_code"], row["to_code"]) for row in same} == {(first["from_code"], first["to_code"])}
    assert movers(sheet=draft, on=DAY, first=1000).total == 0


def test_causes_name_the_criteria_whose_points_changed(draft):
    found = effect(sheet=draft, on=DAY).causes
    assert {cause.criterion.fact for cause in found} == {"occupation", "influence"}
    occupation = next(cause for cause in found if cause.criterion.fact == "occupation")
    assert occupation.gaining
    assert occupation.losing


def test_scores_before_and_after_count_everybody(draft, sheet):
    found = effect(sheet=draft, on=DAY)
    after = {}
    for bar in found.bars:
        after[bar.score] = after.get(bar.score, 0) + bar.count
    assert scores(sheet=draft, on=DAY) == after
    assert found.before == scores(sheet=sheet, on=place.EVE)
    assert sum(spread(sheet=draft, on=DAY)[0, option] for option in (None, *range(8)) if (0, option) in spread(
        sheet=draft, on=DAY)) == place.INDIVIDUALS  # fmt: skip


def test_tally_of_the_page_counts_by_points_and_beside_the_tiers_in_force(town, draft, sheet):
    definition = draft.definition()
    found = tally(sheet=draft, definition=definition, on=DAY)
    by_points = dict.fromkeys(found, 0)
    for score, number in scores(sheet=draft, on=DAY).items():
        by_points[tier_for(definition.tiers, score).code] += number
    assert {code: after for code, (_before, after) in found.items()} == by_points
    held = {code: before for code, (before, _after) in found.items() if before}
    placed = Placement.objects.filter(scheme__code="sheet").values_list("code").annotate(Count("pk"))
    assert held == dict(placed)
    # Cut-offs that nobody has written yet.
    higher = replace(definition, tiers=tuple(replace(tier, minimum=tier.minimum + 1) for tier in definition.tiers))
    moved = tally(sheet=draft, definition=higher, on=DAY)
    assert sum(after for _before, after in moved.values()) == sum(by_points.values())
    assert moved["C"][1] + moved.get("", (0, 0))[1] >= by_points["C"]


def test_tally_is_unknown_for_facts_that_no_run_has_read(town, draft):
    definition = draft.definition()
    other = replace(definition.criteria[1], fact="introduced")
    unread = replace(definition, criteria=(*definition.criteria, other))
    Scheme.objects.exclude(code="sheet").update(active=False)
    assert tally(sheet=draft, definition=unread, on=DAY) is None
    assert tally(sheet=draft, definition=definition, on=DAY)
    Profile.objects.all().delete()
    assert tally(sheet=draft, definition=definition, on=DAY) is None


def test_sheet_without_a_scheme_in_force_is_looked_at_as_if_it_had_one(draft):
    Scheme.objects.filter(code="sheet").update(active=False)
    found = effect(sheet=draft, on=DAY)
    assert found.plan.scheme.pk == 0
    assert found.first == found.moved == place.INDIVIDUALS


def written():
    """Every row of the rooms with the transaction that wrote it."""
    rows = {}
    with connection.cursor() as cursor:
        names = [name for name in connection.introspection.table_names() if name.startswith(("tiering_", "customers_"))]
        for name in names:
            cursor.execute(f"SELECT ctid::text, xmin::text FROM {name} ORDER BY 1")
            rows[name] = cursor.fetchall()
    return rows


def test_looking_writes_nothing(draft):
    before = written()
    effect(sheet=draft, on=DAY)
    movers(sheet=draft, on=DAY)
    scores(sheet=draft, on=DAY)
    spread(sheet=draft, on=DAY)
    assert written() == before
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_class WHERE relname LIKE 'tiering_preview%'")
        assert cursor.fetchone() == (0,)


# ---- rollback -----------------------------------------------------------------------------------------------------


class Killed(Exception):
    """Stands in for a worker that is gone."""


def killer(step):
    def progress(done, total, text):
        if done == step:
            raise Killed

    return progress


def taken_back(publication, by, on=DAY):
    take_back(publication=publication, reason="影响太大", on=on, now=NOW, by=by)
    publication.refresh_from_db()
    return publication


def test_rollback_restores_every_tier_and_watch(draft, administrator):
    retier(as_of=DAY)
    before = state()
    run = run_of(publication := put_in_force(draft, administrator))
    assert run.changed
    assert state() != before
    back = run_of(taken_back(publication, administrator), Cause.ROLLBACK)
    assert state() == before
    assert {row[4] for row in moved(back).values()} == {"rollback"}
    assert {(row[1], row[0]) for row in moved(back).values()} == {row[:2] for row in moved(run).values()}


def test_rollback_restores_it_after_nights_in_between(draft, administrator):
    retier(as_of=DAY)
    before = state()
    run_of(publication := put_in_force(draft, administrator))
    for night in (1, 2):
        retier(as_of=DAY + timedelta(days=night))
    run_of(taken_back(publication, administrator, DAY + timedelta(days=2)), Cause.ROLLBACK, DAY + timedelta(days=2))
    assert state() == before


@pytest.mark.parametrize("step", range(7))
def test_rollback_restores_it_after_a_publication_killed_on_the_way(draft, administrator, step):
    retier(as_of=DAY)
    before = state()
    publication = put_in_force(draft, administrator)
    with pytest.raises(Killed):
        run_of(publication, progress=killer(step))
    run_of(taken_back(publication, administrator), Cause.ROLLBACK)
    assert state() == before
    assert not TieringRun.objects.filter(finished_at=None).exists()
    assert Movement.objects.filter(scheme__code="sheet", reason="rules").count() == (
        Movement.objects.filter(scheme__code="sheet", reason="rollback").count()
    )


@pytest.mark.parametrize("step", range(7))
def test_killed_rollback_is_finished_by_the_next_run(draft, administrator, step):
    retier(as_of=DAY)
    before = state()
    run_of(publication := put_in_force(draft, administrator))
    with pytest.raises(Killed):
        run_of(taken_back(publication, administrator), Cause.ROLLBACK, progress=killer(step))
    retier(as_of=DAY)
    assert state() == before


def test_publication_that_never_ran_leaves_nothing_to_undo(draft, administrator):
    retier(as_of=DAY)
    before = state()
    publication = taken_back(put_in_force(draft, administrator), administrator)
    run_of(publication)
    run_of(publication, Cause.ROLLBACK)
    assert state() == before


def test_facts_that_changed_meanwhile_count_as_if_the_version_had_never_been(town, draft, administrator):
    """The same night with and without the publication: in the end everybody has the same tier."""
    people = list(town.values())[34 : place.INDIVIDUALS]
    retier(as_of=DAY)
    night = DAY + timedelta(days=1)

    def change_facts():
        Person.objects.filter(customer__in=people[:12]).update(annual_income=350_000, occupation="clerk")
        Person.objects.filter(customer__in=people[12:]).update(annual_income=None, education="")
        retier(as_of=night)

    from django.db import transaction

    with transaction.atomic():
        change_facts()
        undisturbed = {customer: (row[0], bool(row[8])) for customer, row in state()[0].items()}
        transaction.set_rollback(True)
    run_of(publication := put_in_force(draft, administrator))
    change_facts()
    run_of(taken_back(publication, administrator, night), Cause.ROLLBACK, night)
    assert {customer: (row[0], bool(row[8])) for customer, row in state()[0].items()} == undisturbed


def test_quadrants_that_stand_on_the_score_go_back_too(draft, administrator):
    Scheme.objects.create(
        code="cells", name="四象限", measure="quadrant", need_axis="holdings", need_from=1, potential_axis="score",
        potential_from=45, position=80,
    ).bands.bulk_create([])  # fmt: skip
    scheme = Scheme.objects.get(code="cells")
    for code, minimum in (("Q4", 4), ("Q3", 3), ("Q2", 2), ("Q1", None)):
        scheme.bands.create(code=code, minimum=minimum, name=code)
    retier(as_of=DAY)
    before = state("cells")
    run_of(publication := put_in_force(draft, administrator))
    assert state("cells") != before
    run_of(taken_back(publication, administrator), Cause.ROLLBACK)
    assert state("cells") == before
