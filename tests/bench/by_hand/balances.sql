-- What customers hold, summed up beside them where it has changed, and the row of the month likewise.
UPDATE customers_standing s
SET asset_total = h.assets, loan_total = h.loans, holding_count = h.number, next_maturity = h.next_maturity
FROM (
    SELECT h.customer_id, count(*) AS number, sum(h.balance * r.owned) AS assets, sum(h.balance * r.owed) AS loans,
        min(h.matures_on) FILTER (WHERE h.matures_on >= DATE '{on}') AS next_maturity
    FROM customers_holding h JOIN (
        SELECT id, (category IN ('demand_deposit', 'time_deposit', 'wealth', 'fund', 'insurance', 'bond', 'metal'))::int AS owned,
            (category IN ('loan', 'mortgage'))::int AS owed
        FROM customers_product OFFSET 0
    ) r ON r.id = h.product_id
    WHERE h.status = 'open' AND h.currency = 'CNY' GROUP BY h.customer_id
) h
WHERE s.customer_id = h.customer_id AND (s.asset_total, s.loan_total, s.holding_count, s.next_maturity)
    IS DISTINCT FROM (h.assets, h.loans, h.number, h.next_maturity);
UPDATE customers_balancemonth m
SET yuan_days = m.yuan_days + m.assets * (DATE '{on}' - m.counted_to - 1) + s.asset_total, counted_to = DATE '{on}',
    assets = s.asset_total, loans = s.loan_total
FROM customers_standing s
WHERE s.customer_id = m.customer_id AND m.month = date_trunc('month', DATE '{on}')::date
    AND (m.assets, m.loans) IS DISTINCT FROM (s.asset_total, s.loan_total)
