"""Money at other banks, targets, other income, older value records and needs of the demo bank; set-based, small."""

from django.db import connection

from customers.models import Customer, ValueRecord
from customers.services.wallet import refresh_wallet

BANKS = ("工商银行", "建设银行", "招商银行", "农业银行", "邮储银行", "平安银行")
# Two in seven customers with money told us of another bank; a few of them long ago, a few without an amount.
OUTSIDE = """
    INSERT INTO customers_outsideholding (
        public_id, customer_id, bank, category, dimension, amount, approximate, rate, matures_on, risk_level,
        said_by, evidence, found_on, found_by_id, "end", version
    )
    SELECT gen_random_uuid(), customer.id, (%(banks)s::text[])[1 + mod(lot.n / 7, 6)],
        kind.category, kind.dimension,
        CASE WHEN mod(lot.n, 11) = 0 THEN NULL
             ELSE greatest(10000, round(standing.asset_total * (12 + mod(lot.n, 90)) / 100.0, -4)) END,
        mod(lot.n, 3) <> 0, kind.rate,
        CASE WHEN kind.term THEN %(today)s::date + 3 + mod(lot.n / 3, 300)::int END, kind.risk,
        (ARRAY['customer', 'customer', 'transfer', 'family', 'statement'])[1 + mod(lot.n / 5, 5)],
        (ARRAY['面谈时提到', '看到转出流水', '家人说的，准备转存', '出示过对账单'])[1 + mod(lot.n / 9, 4)],
        %(today)s::date - 5 - mod(lot.n / 2, 460)::int, customer.manager_id, '', 1
    FROM customers_customer customer
    JOIN customers_standing standing ON standing.customer_id = customer.id AND standing.asset_total > 5000
    CROSS JOIN LATERAL (
        SELECT copy, abs(hashtext('outside' || customer.customer_no || copy)::bigint) AS n
        FROM generate_series(1, 2) AS copy
    ) AS lot
    JOIN (VALUES (0, 'time_deposit', 'savings', 1.55, true, NULL), (1, 'wealth', 'wealth', 2.60, true, 2),
                 (2, 'fund', 'investment', NULL, false, 3), (3, 'demand_deposit', 'savings', NULL, false, NULL),
                 (4, 'mortgage', 'consumption', 3.95, false, NULL)
    ) AS kind (place, category, dimension, rate, term, risk) ON kind.place = mod(lot.n / 4, 5)
    WHERE customer.manager_id IS NOT NULL AND mod(lot.n, 7) = 0
"""
# Some of it came to us meanwhile.
WON = """
    UPDATE customers_outsideholding SET closed_on = %(today)s::date - mod(id, 40)::int, "end" = 'won', matures_on = NULL
    WHERE mod(id, 17) = 0
"""
# The year before this one, for the customers whose statement somebody will look at.
LAST_YEAR = """
    INSERT INTO customers_valuerecord (
        customer_id, period, product_id, interest_income, fee_income, interest_cost, operating_cost, turnover
    )
    SELECT value.customer_id, (value.period - interval '12 months')::date, value.product_id,
        round(value.interest_income * factor.n, 2), round(value.fee_income * factor.n, 2),
        round(value.interest_cost * factor.n, 2), value.operating_cost, round(value.turnover * factor.n, 2)
    FROM customers_valuerecord value
    JOIN customers_customer customer ON customer.id = value.customer_id
    CROSS JOIN LATERAL (SELECT (80 + mod(abs(hashtext(customer.customer_no)::bigint), 30)) / 100.0 AS n) AS factor
    WHERE value.customer_id = ANY(%(chosen)s)
    ON CONFLICT (customer_id, period, product_id) DO NOTHING
"""
# Value by product: interest goes by balance, fees to what is sold for fees, turnover mostly through demand deposits,
# the operating cost in equal parts.
BY_PRODUCT = """
    WITH held AS (
        SELECT holding.customer_id, holding.product_id, sum(greatest(abs(holding.balance), 1)) AS weight,
            sum(greatest(abs(holding.balance), 1)) * CASE
                WHEN product.category IN ('wealth', 'fund', 'insurance', 'metal') THEN 30 ELSE 1 END AS fees,
            sum(greatest(abs(holding.balance), 1)) * CASE
                WHEN product.category = 'demand_deposit' THEN 12 ELSE 1 END AS moved
        FROM customers_holding holding JOIN customers_product product ON product.id = holding.product_id
        WHERE holding.status = 'open' AND holding.customer_id = ANY(%(chosen)s)
        GROUP BY holding.customer_id, holding.product_id, product.category
    ),
    part AS (
        SELECT held.*, weight / sum(weight) OVER own AS share, fees / sum(fees) OVER own AS fee_share,
            moved / sum(moved) OVER own AS moved_share, 1.0 / count(*) OVER own AS even
        FROM held WINDOW own AS (PARTITION BY customer_id)
    )
    INSERT INTO customers_valuerecord (
        customer_id, period, product_id, interest_income, fee_income, interest_cost, operating_cost, turnover
    )
    SELECT value.customer_id, value.period, part.product_id, round(value.interest_income * part.share, 2),
        round(value.fee_income * part.fee_share, 2), round(value.interest_cost * part.share, 2),
        round(value.operating_cost * part.even, 2), round(value.turnover * part.moved_share, 2)
    FROM customers_valuerecord value JOIN part ON part.customer_id = value.customer_id
    WHERE value.product_id IS NULL AND value.customer_id = ANY(%(chosen)s)
    ON CONFLICT (customer_id, period, product_id) DO NOTHING
"""
GOALS = """
    INSERT INTO customers_valuegoal (customer_id, year, target, set_on, set_by_id)
    SELECT value.customer_id, %(year)s,
        greatest(100, round(sum(value.interest_income + value.fee_income - value.interest_cost - value.operating_cost)
            * 1.15, -2)), make_date(%(year)s, 1, 15), customer.manager_id
    FROM customers_valuerecord value JOIN customers_customer customer ON customer.id = value.customer_id
    WHERE value.customer_id = ANY(%(chosen)s) AND value.period >= %(today)s::date - interval '12 months'
    GROUP BY value.customer_id, customer.manager_id
    ON CONFLICT DO NOTHING
"""
OTHER = """
    INSERT INTO customers_otherincome (public_id, customer_id, year, what, amount, entered_on, entered_by_id)
    SELECT gen_random_uuid(), customer.id, %(year)s, '转介绍两户新客户带来的收益', 1000 + mod(customer.id, 9) * 200,
        %(today)s::date - 20, customer.manager_id
    FROM customers_customer customer WHERE customer.id = ANY(%(chosen)s) AND mod(customer.id, 4) = 0
"""
# What drives the needs on file, by when they are wanted, and those that no product of ours meets.
NEEDS = """
    UPDATE customers_need need SET
        driver_code = (CASE need.dimension
            WHEN 'savings' THEN ARRAY['price', 'nearness', 'trust', 'habit']
            WHEN 'investment' THEN ARRAY['growth', 'spreading', 'return', 'wealth_habit']
            WHEN 'wealth' THEN ARRAY['education', 'retirement', 'protection', 'retirement']
            ELSE ARRAY['home', 'function', 'convenience', 'e_channels'] END)[1 + mod(lot.n, 4)],
        wanted_by = CASE WHEN need.status = 'open' AND mod(lot.n, 3) < 2
                         THEN %(today)s::date - 25 + mod(lot.n / 5, 300)::int END,
        reality = CASE WHEN mod(lot.n, 5) = 0 THEN '资金大多放在活期和一年定期' ELSE '' END,
        trouble = CASE WHEN mod(lot.n, 5) = 0 THEN '到期日集中，利率一路下调' ELSE '' END,
        ideal = CASE WHEN mod(lot.n, 5) = 0 THEN '每季度都有钱到期，随时够用' ELSE '' END,
        desire = CASE WHEN mod(lot.n, 5) = 0 THEN '先从到期的那笔开始调整' ELSE '' END,
        no_product = need.status <> 'met' AND mod(lot.n / 3, 9) = 0
    FROM (SELECT id, abs(hashtext('need' || id)::bigint) AS n FROM customers_need) AS lot WHERE lot.id = need.id
"""
# Firms name needs of their cash cycle.
FIRMS = """
    UPDATE customers_need need SET driver_code =
        (ARRAY['payment_cost', 'faster_collection', 'cheaper_finance', 'quicker_finance', 'idle_money', 'owner_wealth'])
        [1 + mod(need.id, 6)]
    FROM customers_customer customer
    WHERE customer.id = need.customer_id AND customer.kind = 'organization' AND mod(need.id, 3) > 0
"""
# Statements are made up for so many of the richest customers, and for each manager's first ones.
STATEMENTS = 300


def make_up_wallets(*, today):
    """Money elsewhere, statements with last year and targets, and needs worth reading; call it once."""
    richest = Customer.objects.filter(manager__isnull=False).order_by("-standing__asset_total", "pk")
    chosen = list(richest.values_list("pk", flat=True)[:STATEMENTS])
    given = {"today": today, "year": today.year, "banks": list(BANKS), "chosen": chosen}
    with connection.cursor() as cursor:
        for text in (OUTSIDE, WON, BY_PRODUCT):
            cursor.execute(text, given)
        ValueRecord.objects.filter(customer__in=chosen, product=None, customer__holdings__status="open").delete()
        for text in (LAST_YEAR, GOALS, OTHER, NEEDS, FIRMS):
            cursor.execute(text, given)
    refresh_wallet(on=today)
