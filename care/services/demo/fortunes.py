"""What a crowd of customers holds, earns the bank and moves: each kind of row in one statement."""

from datetime import timedelta

from care.services.demo.catalogue import OTHER_BANKS, PRODUCTS, TIMED
from care.services.demo.draws import PLACES, SEED, Filling, lot, one_of, part
from customers.models import BalanceMonth, CashFlow, Holding, Product, ValueRecord


class Fortunes(Filling):
    """The part of the crowd that is about money; `demo_one` has been drawn."""

    def _write_holdings(self):
        """About five a customer: of each place a chance, a product and an amount."""
        self._run(
            "CREATE TEMPORARY TABLE demo_product (id bigint, code text, category text, days int, rate numeric(8, 4))"
            " ON COMMIT DROP"
        )
        ids = dict(Product.objects.values_list("code", "pk"))
        self._copy("demo_product", ((ids[row[0]], row[0], row[2], row[5], row[6]) for row in PRODUCTS))
        timed = ", ".join(
            f"({place}, CASE WHEN {part(40 + place)} < {odds} THEN {one_of(TIMED, 50 + place)} END,"
            f" greatest(round(assets * {part(60 + place, 0.08, 0.3)} / 1000) * 1000, 5000))"
            for place, odds in ((2, 0.82), (3, 0.62), (4, 0.4))
        )
        invested = one_of(["FD01", "FD01", "FD02", "FD03"], 71)
        self._fill(
            Holding,
            {
                "id": SEED,
                "holding_no": f"'62' || lpad(({SEED})::text, 12, '0')",
                "customer_id": "n",
                "product_id": "product",
                "currency": "'CNY'",
                "balance": "CASE WHEN closed THEN 0 ELSE balance END",
                "credit_limit": "CASE category WHEN 'card' THEN greatest(10000, round(balance * 3, -3))"
                " WHEN 'loan' THEN balance END",
                "rate": f"CASE WHEN rate > 0 THEN rate + (ARRAY[0, 0, 0.05, 0.1])[1 + {lot(80, 4, 'seed')}] END",
                "opened_on": "began",
                "matures_on": "CASE WHEN days > 0 THEN began + days END",
                "status": "CASE WHEN closed THEN 'closed' ELSE 'open' END",
            },
            f"""(
                SELECT n, place, seed, id AS product, category, days, rate, amount::numeric(18, 2) AS balance,
                    {lot(81, 100, "seed")} < 3 AS closed,
                    %s::date - CASE WHEN days > 0 THEN (days * {part(82, 0, 1, "seed")} - 0.5)::int
                        ELSE (3000 * power({part(82, 0, 1, "seed")}, 1.7))::int END AS began
                FROM (
                    SELECT n, place, code, amount, {SEED} AS seed
                    FROM demo_one CROSS JOIN LATERAL (VALUES
                        (1, CASE WHEN individual THEN 'CA01' ELSE 'CA02' END, assets * {part(41, 0.08, 0.35)}),
                        {timed},
                        (5, CASE WHEN assets > 20000 AND {part(45)} < 0.5 THEN {invested} END,
                            assets * {part(65, 0.05, 0.3)}),
                        (6, CASE WHEN assets > 20000 AND {part(46)} < 0.42 THEN 'WM00' END,
                            assets * {part(66, 0.05, 0.3)}),
                        (7, CASE WHEN assets > 50000 AND {part(47)} < 0.3 THEN {one_of(["MT01", "BD03"], 77)} END,
                            assets * {part(67, 0.02, 0.15)}),
                        (8, CASE WHEN individual AND {part(48)} < 0.13 THEN 'IN01' END,
                            greatest(round(assets * 0.1 / 1000) * 1000, 10000)),
                        (9, CASE WHEN married AND income > 90000 AND {part(49)} < 0.22 THEN 'MG01' END,
                            {part(69, 300000, 2400000)}),
                        (10, CASE WHEN NOT individual THEN CASE WHEN {part(50)} < 0.45 THEN 'LN03' END
                            WHEN occupation = 'business_owner' AND {part(50)} < 0.25 THEN 'LN02'
                            WHEN {part(50)} < 0.09 THEN 'LN01' END,
                            round({part(70)} * CASE WHEN NOT individual THEN 5000000 WHEN occupation = 'business_owner'
                                THEN 1500000 ELSE 200000 END / 1000) * 1000 + 20000),
                        (11, CASE WHEN individual AND {part(51)} < 0.5 THEN 'CC01' END, {part(72, 0, 15000)}),
                        (12, CASE WHEN NOT individual THEN CASE WHEN {part(52)} < 0.5 THEN 'PY02' END
                            WHEN {part(52)} < 0.3 THEN 'PY01' END, 0)
                    ) AS held (place, code, amount) WHERE code IS NOT NULL OFFSET 0
                ) held JOIN demo_product USING (code) OFFSET 0
            ) held""",  # noqa: S608
            self.today,
        )
        self._run("SELECT setval(pg_get_serial_sequence('customers_holding', 'id'), %s)", (self.customers + 1) * PLACES)
        # What the following tables are made from: sums as of today, in yuan.
        self._run(
            """CREATE TEMPORARY TABLE demo_sum ON COMMIT DROP AS
            SELECT customer_id AS n,
                sum(balance) FILTER (WHERE category IN ('demand_deposit', 'time_deposit'))::float8 AS deposits,
                sum(balance) FILTER (WHERE category IN ('wealth', 'fund', 'insurance', 'bond', 'metal'))::float8
                    AS invested,
                sum(balance) FILTER (WHERE category IN ('loan', 'mortgage'))::float8 AS loans,
                bool_or(category = 'payment') AS paid
            FROM customers_holding JOIN demo_product ON demo_product.id = product_id
            WHERE status = 'open' GROUP BY customer_id"""
        )
        self._run("ANALYZE demo_sum")

    def _write_months(self):
        """A year of month-ends before last month's, each less than the next, up and down by a lot.

        Month after month, as they come: a month's rows lie together.
        """
        month = (self.today.replace(day=1) - timedelta(days=1)).replace(day=1)
        for back in range(2, 14):
            last = month - timedelta(days=1)
            month = last.replace(day=1)
            self._fill(
                BalanceMonth,
                {
                    "customer_id": "n",
                    "month": "%s::date",
                    "assets": "assets",
                    "loans": "loans",
                    "yuan_days": "assets * %s",
                    "counted_to": "%s::date",
                },
                f"""(
                    SELECT n, (COALESCE(loans, 0) * {1 + 0.006 * back})::numeric(18, 2) AS loans,
                        ((COALESCE(deposits, 0) + COALESCE(invested, 0)) * {1 - 0.009 * back}
                            * {part(90, 0.93, 1.08, f"n * {PLACES} + {back}")})::numeric(18, 2) AS assets
                    FROM demo_sum JOIN demo_one USING (n)
                    WHERE opened <= %s::date AND COALESCE(deposits, 0) + COALESCE(invested, 0) + COALESCE(loans, 0) > 0
                    ORDER BY n OFFSET 0
                ) held""",  # noqa: S608
                *(month, last.day, last, last),
            )

    def _write_values(self):
        """Income and cost of everybody with more than 30,000 yuan, settled by the quarter."""
        swing = part(91, 0.92, 1.08, f"n * {PLACES} + back")
        self._fill(
            ValueRecord,
            {
                "customer_id": "n",
                "period": "period",
                "interest_income": f"((loans * 0.037 + deposits * 0.021) / 4 * {swing})::numeric(18, 2)",
                "fee_income": f"(invested * 0.006 / 4 * {swing} + {part(92, 0, 18)})::numeric(18, 2)",
                "interest_cost": f"((deposits * 0.011 + loans * 0.019) / 4 * {swing})::numeric(18, 2)",
                "operating_cost": f"{part(93, 24, 78)}::numeric(18, 2)",
                "turnover": f"((deposits + invested) * {part(94, 0.2, 1.2)})::numeric(18, 2)",
            },
            """(SELECT n, COALESCE(deposits, 0) AS deposits, COALESCE(invested, 0) AS invested,
                    COALESCE(loans, 0) AS loans FROM demo_sum OFFSET 0) held
            CROSS JOIN (SELECT back, (%s::date - make_interval(months => back))::date AS period
                FROM generate_series(1, 10, 3) AS back OFFSET 0) settled
            WHERE deposits + invested + loans > 30000""",
            self.today.replace(day=1),
        )

    def _write_flows(self):
        """Entries of the last ninety days of one customer in nine: pay where it is paid to us, and what is spent."""
        spent = one_of(["转账", "消费", "房贷还款", "生活缴费", "转他行理财"], 103, SEED)
        came = one_of(["货款", "租金", "年终奖", "转入"], 103, SEED)
        self._fill(
            CashFlow,
            {
                "entry_no": f"'F' || lpad(({SEED})::text, 12, '0')",
                "customer_id": "n",
                "booked_on": f"%s::date - {lot(101, 90, SEED)}",
                "direction": "direction",
                "amount": f"(CASE WHEN {lot(102, 100, SEED)} < 12 THEN 0.3 * (deposits + invested)"
                f" ELSE {part(104, 200, 22000, SEED)} END)::numeric(18, 2)",
                "counterparty_bank": f"CASE WHEN direction = 'out' AND {lot(105, 2, SEED)} = 0"
                f" THEN {one_of(OTHER_BANKS, 106, SEED)} ELSE '' END",
                "memo": "CASE WHEN paid AND place <= 3 THEN '工资'"
                f" WHEN direction = 'out' THEN {spent} ELSE {came} END",
            },
            f"""(SELECT n, place, COALESCE(deposits, 0) AS deposits, COALESCE(invested, 0) AS invested, paid,
                    CASE WHEN paid AND place <= 3 THEN 'in' WHEN {lot(107, 100, SEED)} < 55 THEN 'out' ELSE 'in' END
                        AS direction
                FROM demo_sum CROSS JOIN generate_series(1, 6) AS place
                WHERE {lot(100, 9)} = 0 AND place <= 1 + {lot(108, 6)} OFFSET 0) entries""",  # noqa: S608
            self.today,
        )
