"""Who exactly would move under a version of a sheet, listed in pages; nothing is written."""

from dataclasses import dataclass

from django.db import connection, transaction

from tiering.choices import Direction
from tiering.services.preview import FACTS, facts_for, looked_at, plan_for, within
from tiering.services.profile import room_to_work

ORDERS = {
    "customer": "customer.customer_no",
    "left": "looked.held_rank",
    "reached": "looked.rank",
    "before": "looked.held_value",
    "after": "looked.value",
    "assets": "looked.assets_fen",
    "branch": "branch.path",
    "manager": "manager.staff_no",
}
ORDER = "-assets"
DIRECTIONS = {
    Direction.UP: "looked.rank < looked.held_rank",
    Direction.DOWN: "looked.rank > looked.held_rank",
    Direction.FIRST: "looked.held = ''",
    Direction.GONE: "looked.code = ''",
}
NAMES = ("customer_id", "from_code", "from_rank", "to_code", "to_rank", "before", "after", "assets", "reason")


@dataclass(frozen=True)
class Movers:
    """A part of the list: rows as dicts of NAMES (points before and after, assets in yuan), and the number of all."""

    rows: list
    total: int


@transaction.atomic
def movers(
    *, sheet, on, branches=None, manager=None, left=None, reached=None, direction="", order=ORDER, first=0, most=50
):
    """Who would move if `sheet` (with `whole()`) were in force on the day `on`: `Movers`.

    `branches` and `manager` (primary keys; None: all) narrow whom it looks at, now and when the facts were read; `left`
    and `reached` are codes ('' none), `direction` one of DIRECTIONS; `order` one of ORDERS, with “-” the other way
    round. `first` rows are skipped and at most `most` given; past the end there are none and the total is 0.
    """
    plan = plan_for(sheet)
    where, where_params = within(branches, manager)
    tests, test_params = ["looked.held <> looked.code"], []
    for column, value in (("looked.held", left), ("looked.code", reached)):
        if value is not None:
            tests.append(f"{column} = %s")
            test_params.append(value)
    if branches is not None:
        tests.append("customer.branch_id = ANY(%s)")
        test_params.append(list(branches))
    if direction in DIRECTIONS:
        tests.append(DIRECTIONS[direction])
    column = ORDERS.get(order.removeprefix("-"), ORDERS[ORDER.removeprefix("-")])
    turned = "DESC" if order.startswith("-") else "ASC"
    with connection.cursor() as cursor:
        room_to_work(cursor)
        text, params = looked_at(plan, on, facts_for(cursor, plan, on))
        cursor.execute(
            f"""
            SELECT looked.customer_id, looked.held, looked.held_rank, looked.code, looked.rank, looked.held_value,
                looked.value, looked.assets_fen / 100.0, looked.reason, count(*) OVER ()
            FROM (SELECT * FROM ({text}) every {where}) looked
            JOIN customers_customer customer ON customer.id = looked.customer_id
            JOIN staff_branch branch ON branch.id = customer.branch_id
            LEFT JOIN staff_user manager ON manager.id = customer.manager_id
            WHERE {" AND ".join(tests)} ORDER BY {column} {turned} NULLS LAST, customer.customer_no OFFSET %s LIMIT %s
            """,
            [*params, *where_params, *test_params, first, most],
        )
        found = cursor.fetchall()
        cursor.execute(f"DROP TABLE IF EXISTS pg_temp.{FACTS}")
    return Movers([dict(zip(NAMES, row, strict=False)) for row in found], found[0][-1] if found else 0)
