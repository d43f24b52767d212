"""A million made-up customers, each kind of row in one statement: chance is a hash of the customer's number.

The same number of customers and the same day give the same people, holdings and money; only public ids differ. People
have no documents, phones or addresses: sealing them one by one would take longer than everything else together.
"""

from datetime import timedelta
from random import Random

from care.services.demo import people, words
from care.services.demo.catalogue import CITIES, OCCUPATIONS
from care.services.demo.draws import SEED, bell, lot, one_of, part, texts
from care.services.demo.fortunes import Fortunes
from customers.models import (
    BalanceMonth,
    CashFlow,
    ContactPreference,
    Customer,
    Holding,
    NameKey,
    Need,
    Organisation,
    Person,
    Relation,
    ValueRecord,
)
from customers.rules.pinyin import name_grams, search_keys
from staff.choices import Role
from staff.models import User
from visits.models import Visit

# What the statements fill; all of them are empty in a bank without customers.
FILLED = (
    *(Customer, NameKey, Person, Organisation, ContactPreference, Relation, Need),
    *(Holding, CashFlow, ValueRecord, BalanceMonth, Visit),
)
NAMES = 40_000
FIRMS_IN_THOUSAND, COUPLES_IN_HUNDRED = 85, 14


class Crowd(Fortunes):
    """Writes the customers of an empty bank whose branches, staff and products are there."""

    def __init__(self, *, customers, today):
        self.customers, self.today = customers, today

    def write(self, say):
        """Everything, into tables that should be bare; `say` is told what is being written."""
        say(f"Drawing {self.customers:,} customers")
        self._draw_names()
        self._draw_days()
        self._draw_owners()
        self._draw_customers()
        say("Writing customers, persons, organisations and search keys")
        self._write_customers()
        say("Writing holdings")
        self._write_holdings()
        say("Writing balances of earlier months, income and cost, cash flows")
        self._write_months()
        self._write_values()
        self._write_flows()
        say("Writing relations, needs, preferences and visits")
        self._write_relations()
        self._write_needs()
        self._write_preferences()
        self._write_visits()

    def change(self):
        """One holding in fifty and one customer's file in thirty change, as they do from one month to the next."""
        self._run(
            f"""UPDATE customers_holding
            SET balance = round(balance * (ARRAY[0.3, 0.6, 1.8, 3])[1 + {lot(301, 4, "id")}], 2)
            WHERE {lot(300, 50, "id")} = 0 AND status = 'open' AND balance > 0"""  # noqa: S608
        )
        ease, influence = one_of(EASE, 303, "id"), one_of(INFLUENCE, 304, "id")
        self._run(
            f"UPDATE customers_customer SET ease_of_contact = {ease}, influence = {influence}, version = version + 1"  # noqa: S608
            f" WHERE {lot(302, 30, 'id')} = 0 AND kind = 'individual'"
        )

    # ---- what is drawn from ------------------------------------------------------------------------------------

    def _draw_names(self):
        """Names of men from 0 on, of women from NAMES on, of firms from twice NAMES on, with all that finds them."""
        chance = Random("demo crowd")  # noqa: S311  a made-up bank needs no secrets
        self.names = min(NAMES, self.customers)
        born = [people.birth_date(chance, self.today) for _ in range(self.names)]
        names = [
            people.surname(chance) + people.given_name(chance, day, male) for male in (True, False) for day in born
        ]
        places = [(city, district) for _code, _name, city, districts in CITIES for district in districts]
        firms = [people.firm(chance, *chance.choice(places)) for _ in range(max(1, self.names // 4))]
        known = {}
        for name in (*names, *(firm[0] for firm in firms)):
            if name not in known:
                known[name] = name_grams(name), search_keys(name)
        self._run(
            "CREATE TEMPORARY TABLE demo_name (at int, name text, industry text, org_type text, grams text[],"
            " keys text[]) ON COMMIT DROP"
        )
        rows = [(name, "", "") for name in names] + firms
        self._copy("demo_name", ((at, *row, *known[row[0]]) for at, row in enumerate(rows)))
        self.firms = len(firms)

    def _draw_days(self):
        """The lunar birthday of every day on which somebody may have been born."""
        self._run("CREATE TEMPORARY TABLE demo_day (day date, lunar smallint, leap boolean) ON COMMIT DROP")
        days = (self.today - timedelta(days=back) for back in range(45 * 365, 86 * 366))
        self._copy("demo_day", ((day, *_lunar(day)) for day in days))

    def _draw_owners(self):
        """Managers in the order of their numbers."""
        self._run("CREATE TEMPORARY TABLE demo_owner (at int, manager_id bigint, branch_id bigint) ON COMMIT DROP")
        managers = User.objects.filter(role=Role.MANAGER).order_by("staff_no").values_list("pk", "branch_id")
        self._copy("demo_owner", ((at, *row) for at, row in enumerate(managers)))
        self.owners = len(managers)

    def _draw_customers(self):
        """Who everybody is: the columns that several tables need. Each level uses what the one below has drawn."""
        firm = f"mod({{}}, 1000) < {FIRMS_IN_THOUSAND}"
        this, first, second = (
            firm.format(f"(hashint8extended({of}, 1) & 1073741823)") for of in ("n", "pair * 2 - 1", "pair * 2")
        )
        common = list(OCCUPATIONS.items())
        incomes = "CASE occupation " + " ".join(f"WHEN '{code}' THEN {usual}" for code, (_, usual) in common) + " END"
        occupation = one_of([(code, weight) for code, (weight, _usual) in common], 7)
        self._run(
            f"""
            CREATE TEMPORARY TABLE demo_one ON COMMIT DROP AS
            SELECT one.*, owner.manager_id, owner.branch_id,
                row_number() OVER (PARTITION BY owner.at ORDER BY n)::int AS seat
            FROM (
                SELECT n, pair, individual, couple, male, age, born, occupation, income, married, owner_at,
                    CASE WHEN married AND age > 24 THEN least(3, ({part(10, 0, 2.2)} * {part(11, 0, 1.4)})::int
                        + CASE WHEN age > 33 THEN 1 ELSE 0 END) ELSE 0 END AS children,
                    CASE WHEN individual
                        THEN exp(11.0 + 0.75 * ln(income / 100000.0) + (age - 40) / 28.0 + 1.2 * {bell(12)})
                        ELSE exp(12.3 + 1.2 * {bell(12)}) END AS assets,
                    least(%s::date, greatest(%s::date - (power({part(13)}, 1.5) * 7300)::int, born + 18 * 366))
                        AS opened,
                    CASE WHEN NOT individual THEN {2 * self.names} + {lot(14, self.firms)}
                        WHEN male THEN {lot(14, self.names)} ELSE {self.names} + {lot(14, self.names)} END AS name_at
                FROM (
                    SELECT *, {incomes} * exp(0.45 * {bell(8)}) AS income,
                        individual AND (couple OR {lot(9, 100)} < CASE WHEN age < 28 THEN 20 ELSE 80 END) AS married
                    FROM (
                        SELECT *, %s::date - (age * 365.2425)::int - {lot(15, 300)} AS born,
                            CASE WHEN NOT individual THEN ''
                                WHEN age > 62 AND {lot(6, 100)} < 60 THEN 'other' ELSE {occupation} END AS occupation
                        FROM (
                            SELECT *,
                                CASE WHEN couple THEN ({lot(4, 2, "pair")} = 0) = (mod(n, 2) = 0)
                                    ELSE {lot(4, 100)} < 52 END
                                    AS male,
                                least(84, greatest(19, 44 + 13 * {bell(5, "pair * 2")}
                                    + CASE WHEN couple THEN 2.4 ELSE 9 END * {bell(16)})) AS age
                            FROM (
                                SELECT n, pair, NOT ({this}) AS individual,
                                    {lot(2, 100, "pair")} < {COUPLES_IN_HUNDRED} AND NOT ({first}) AND NOT ({second})
                                        AS couple,
                                    {lot(3, self.owners, "pair")} AS owner_at
                                FROM (SELECT n, (n + 1) / 2 AS pair FROM generate_series(1, %s::bigint) n) numbered
                                OFFSET 0
                            ) paired OFFSET 0
                        ) aged OFFSET 0
                    ) born OFFSET 0
                ) earning OFFSET 0
            ) one JOIN demo_owner owner ON owner.at = one.owner_at
            ORDER BY n
            """,  # noqa: S608
            *[self.today] * 3,
            self.customers,
        )
        self._run("ANALYZE demo_one")

    # ---- customers ---------------------------------------------------------------------------------------------

    def _write_customers(self):
        self._fill(
            Customer,
            {
                "id": "n",
                "customer_no": "'C' || lpad(n::text, 7, '0')",
                "kind": "CASE WHEN individual THEN 'individual' ELSE 'organization' END",
                "name": "name",
                "name_grams": "grams",
                "branch_id": "branch_id",
                "manager_id": "manager_id",
                "opened_on": "opened",
                "known_since": f"CASE WHEN individual AND {lot(20, 100)} < 80"
                f" THEN greatest(opened, %s::date + (1200 * ln({part(21, 0.0005, 1)}))::int) END",
                "ease_of_contact": one_of(EASE, 22),
                "influence": "CASE WHEN NOT individual THEN '' WHEN assets > 500000"
                f" THEN {one_of(INFLUENCE_OF_RICH, 23)} ELSE {one_of(INFLUENCE, 23)} END",
                "restricted": f"{lot(24, 1000)} < 5",
            },
            "demo_one JOIN demo_name ON demo_name.at = name_at ORDER BY n",
            self.today,
        )
        self._run("SELECT setval(pg_get_serial_sequence('customers_customer', 'id'), %s)", self.customers)
        self._fill(
            NameKey,
            {"customer_id": "n", "key": "key"},
            "demo_one JOIN demo_name ON demo_name.at = name_at, unnest(keys) AS key",
        )
        self._fill(
            Person,
            {
                "customer_id": "n",
                "gender": "CASE WHEN male THEN 'male' ELSE 'female' END",
                "birth_date": f"CASE WHEN {lot(30, 100)} < 97 THEN born END",
                "lunar_birthday": f"CASE WHEN {lot(31, 100)} < 35 THEN demo_day.lunar END",
                "lunar_leap": f"{lot(31, 100)} < 35 AND COALESCE(demo_day.leap, false)",
                "occupation": f"CASE WHEN {lot(32, 100)} < 95 THEN occupation ELSE '' END",
                "annual_income": f"CASE WHEN {lot(33, 100)} < 90"
                " THEN (round(income / 1000) * 1000)::numeric(18, 2) END",
                "marital_status": f"CASE WHEN {lot(34, 100)} < 4 THEN '' WHEN married THEN 'married' WHEN age < 40"
                f" THEN {one_of([('single', 78), ('divorced', 21), ('widowed', 1)], 35)}"
                f" ELSE {one_of([('single', 42), ('divorced', 37), ('widowed', 21)], 35)} END",
                "children": f"CASE WHEN married AND {lot(36, 100)} < 93 THEN children END",
                "education": f"CASE WHEN age < 50 THEN {one_of(SCHOOLING, 37)} ELSE {one_of(SCHOOLING_BEFORE, 37)} END",
            },
            "demo_one LEFT JOIN demo_day ON demo_day.day = born WHERE individual",
        )
        self._fill(
            Organisation,
            {"customer_id": "n", "industry": "industry", "org_type": "org_type"},
            "demo_one JOIN demo_name ON demo_name.at = name_at WHERE NOT individual",
        )

    # ---- people and talks --------------------------------------------------------------------------------------

    def _write_relations(self):
        """Couples both ways; introducers and the people of firms from the same manager's book."""
        relation = {"customer_id": "customer_id", "related_id": "related_id", "kind": "kind"}
        self._fill(
            Relation,
            relation,
            """(SELECT n AS customer_id, n + CASE WHEN mod(n, 2) = 0 THEN -1 ELSE 1 END AS related_id, 'spouse' AS kind
                FROM demo_one WHERE couple) couples""",
        )
        self._fill(
            Relation,
            relation,
            f"""(SELECT one.n AS customer_id, other.n AS related_id, kind
                FROM (SELECT n, owner_at, individual, seat - 1 - {lot(110, 40)} AS seat, kind
                    FROM demo_one CROSS JOIN LATERAL (VALUES
                        (CASE WHEN individual AND {lot(111, 100)} < 7 THEN 'introducer' END),
                        (CASE WHEN NOT individual THEN 'legal_representative' END),
                        (CASE WHEN NOT individual AND {lot(112, 100)} < 70 THEN 'owner' END)
                    ) AS related (kind) WHERE kind IS NOT NULL OFFSET 0) one
                JOIN demo_one other USING (owner_at, seat) WHERE other.individual) related""",  # noqa: S608
        )

    def _write_needs(self):
        """What one customer in ten needs."""
        needs = [(dimension, *need) for dimension, found in words.NEEDS.items() for need in found]
        dimension, driver, evidence = (texts([need[at] for need in needs]) for at in range(3))
        drawn = f"[1 + {lot(121, len(needs))}]"
        status = one_of([("open", 70), ("met", 22), ("dropped", 8)], 124)
        self._fill(
            Need,
            {
                "customer_id": "n",
                "dimension": f"({dimension}){drawn}",
                "driver": f"({driver}){drawn}",
                "evidence": f"({evidence}){drawn}",
                "amount": f"(greatest(20000, round(assets * {part(122, 0.1, 0.6)} / 10000) * 10000))::numeric(18, 2)",
                "horizon": one_of(words.HORIZONS, 123),
                "status": status,
                "found_on": f"%s::date - {lot(125, 200)} - 1",
                "met_on": f"CASE WHEN {status} = 'met' THEN %s::date - 1 END",
                "dropped_on": f"CASE WHEN {status} = 'dropped' THEN %s::date - 1 END",
                "found_by_id": "manager_id",
            },
            f"demo_one WHERE {lot(120, 10)} = 0",
            *[self.today] * 3,
        )

    def _write_preferences(self):
        """How one customer in five wants to be reached."""
        calls = f"{lot(131, 100)} < 6"
        channels = one_of(["wechat", "sms", "meeting"], 132)
        self._fill(
            ContactPreference,
            {
                "customer_id": "n",
                "channel": f"CASE WHEN {calls} THEN {channels} ELSE {one_of(['wechat', 'sms', 'phone'], 132)} END",
                "hours": one_of(words.HOURS, 133),
                "do_not_call": calls,
                "do_not_contact": f"{lot(134, 100)} = 0",
                "taboos": one_of([*[(taboo, 8) for taboo in words.TABOOS], ("", 60)], 135),
                "hint": one_of([*[(hint, 8) for hint in words.HINTS], ("", 52)], 136),
            },
            f"demo_one WHERE {lot(130, 5)} = 0",
        )

    def _write_visits(self):
        """One talk or two of the last year with one customer in five; some are planned for the week to come."""
        self._fill(
            Visit,
            {
                "customer_id": "n",
                "by_id": "manager_id",
                "status": "CASE WHEN place = 3 THEN 'planned' ELSE 'held' END",
                "planned_on": "day",
                "planned_at": f"make_time(9 + {lot(141, 8, SEED)}, 30 * {lot(142, 2, SEED)}, 0)",
                "channel": one_of(["our_branch", "their_place", "phone", "wechat", "video"], 143, SEED),
                "purpose": one_of(words.PURPOSES, 144, SEED),
                "held_on": "CASE WHEN place < 3 THEN day END",
                "notes": f"CASE WHEN place = 3 THEN '' WHEN individual THEN {one_of(words.NOTES, 145, SEED)}"
                f" ELSE {one_of(words.FIRM_NOTES, 145, SEED)} END",
            },
            f"""(SELECT n, place, individual, manager_id, %s::date + CASE WHEN place = 3 THEN {lot(146, 7, SEED)}
                    ELSE -1 - {lot(147, 340, SEED)} END AS day
                FROM demo_one CROSS JOIN generate_series(1, 3) AS place
                WHERE {lot(140, 5)} = 0 AND CASE place WHEN 1 THEN true WHEN 2 THEN {lot(148, 3)} = 0
                    ELSE {lot(149, 25)} = 0 END
                OFFSET 0) talks""",  # noqa: S608
            self.today,
        )


def _lunar(day):
    """(month and day in one number, whether in a leap month) of a day in the lunar calendar."""
    written = people.lunar_birthday(day)
    month, day_of_month = written.removeprefix("闰").split("-")
    return int(month) * 100 + int(day_of_month), written.startswith("闰")


EASE = [("very_easy", 22), ("easy", 42), ("hard", 20), ("very_hard", 5), ("", 11)]
INFLUENCE = [("great", 3), ("considerable", 13), ("some", 34), ("none", 28), ("", 12)]
INFLUENCE_OF_RICH = [("great", 15), ("considerable", 32), ("some", 34), ("none", 7), ("", 12)]
SCHOOLING = [("postgraduate", 9), ("bachelor", 36), ("junior_college", 30), ("below_college", 17), ("", 8)]
SCHOOLING_BEFORE = [("postgraduate", 5), ("bachelor", 19), ("junior_college", 26), ("below_college", 42), ("", 8)]
