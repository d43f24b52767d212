-- The next night by hand: what differs is updated, what is new is added; rows that are the same are not written.
UPDATE by_hand.customers_customer t
SET name = s.name, name_grams = s.name_grams, branch_id = s.branch_id, manager_id = s.manager_id, id_type = s.id_type,
    id_no_sealed = s.id_no_sealed, id_no_index = s.id_no_index, mobile_sealed = s.mobile_sealed, mobile_index = s.mobile_index,
    mobile_tail = s.mobile_tail, email_sealed = s.email_sealed, email_index = s.email_index, address_sealed = s.address_sealed,
    address_index = s.address_index, opened_on = s.opened_on, known_since = s.known_since, ease_of_contact = s.ease_of_contact,
    influence = s.influence, restricted = s.restricted, version = t.version + 1, updated_at = now()
FROM (
    SELECT s.customer_no, s.name, s.name_grams, b.id AS branch_id, m.id AS manager_id, coalesce(s.id_type, '') AS id_type,
        s.id_no_sealed, s.id_no_index, s.mobile_sealed, s.mobile_index, s.mobile_tail, s.email_sealed, s.email_index,
        s.address_sealed, s.address_index, s.opened_on, s.known_since, coalesce(s.ease_of_contact, '') AS ease_of_contact,
        coalesce(s.influence, '') AS influence, coalesce(s.restricted, false) AS restricted
    FROM by_hand.customers_in s JOIN staff_branch b ON b.code = s.branch_code LEFT JOIN staff_user m ON m.staff_no = s.manager_no
) s
WHERE t.customer_no = s.customer_no AND (t.name, t.branch_id, t.manager_id, t.id_type, t.id_no_index, t.mobile_index, t.email_index,
    t.address_index, t.opened_on, t.known_since, t.ease_of_contact, t.influence, t.restricted) IS DISTINCT FROM (s.name, s.branch_id,
    s.manager_id, s.id_type, s.id_no_index, s.mobile_index, s.email_index, s.address_index, s.opened_on, s.known_since,
    s.ease_of_contact, s.influence, s.restricted);
UPDATE by_hand.customers_person t
SET gender = s.gender, birth_date = s.birth_date, lunar_birthday = s.lunar_birthday, occupation = s.occupation,
    annual_income = s.annual_income, marital_status = s.marital_status, children = s.children, education = s.education
FROM (
    SELECT c.id, coalesce(s.gender, '') AS gender, s.birth_date, s.lunar_birthday, coalesce(s.occupation, '') AS occupation,
        s.annual_income, coalesce(s.marital_status, '') AS marital_status, s.children, coalesce(s.education, '') AS education
    FROM by_hand.customers_in s JOIN by_hand.customers_customer c USING (customer_no)
) s
WHERE t.customer_id = s.id AND (t.gender, t.birth_date, t.lunar_birthday, t.occupation, t.annual_income, t.marital_status, t.children,
    t.education) IS DISTINCT FROM (s.gender, s.birth_date, s.lunar_birthday, s.occupation, s.annual_income, s.marital_status, s.children,
    s.education);
INSERT INTO by_hand.customers_customer (customer_no, kind, name, name_grams, branch_id, manager_id, id_type,
    id_no_sealed, id_no_index, mobile_sealed, mobile_index, mobile_tail, email_sealed, email_index, address_sealed,
    address_index, opened_on, known_since, ease_of_contact, influence, restricted, {customer_columns})
SELECT s.customer_no, s.kind, s.name, s.name_grams, b.id, m.id, coalesce(s.id_type, ''),
    s.id_no_sealed, s.id_no_index, s.mobile_sealed, s.mobile_index, s.mobile_tail, s.email_sealed, s.email_index, s.address_sealed,
    s.address_index, s.opened_on, s.known_since, coalesce(s.ease_of_contact, ''), coalesce(s.influence, ''), coalesce(s.restricted, false),
    {customer_values}
FROM by_hand.customers_in s JOIN staff_branch b ON b.code = s.branch_code LEFT JOIN staff_user m ON m.staff_no = s.manager_no
WHERE NOT EXISTS (SELECT 1 FROM by_hand.customers_customer t WHERE t.customer_no = s.customer_no);
UPDATE by_hand.customers_holding t
SET customer_id = s.customer_id, product_id = s.product_id, currency = s.currency, balance = s.balance,
    credit_limit = s.credit_limit, rate = s.rate, opened_on = s.opened_on, matures_on = s.matures_on, status = s.status
FROM (
    SELECT s.holding_no, c.id AS customer_id, g.id AS product_id, coalesce(s.currency, 'CNY') AS currency, s.balance::numeric(18,2) AS balance,
        s.credit_limit::numeric(18,2) AS credit_limit, s.rate::numeric(8,4) AS rate, s.opened_on::date AS opened_on,
        s.matures_on::date AS matures_on, coalesce(s.status, 'open') AS status
    FROM by_hand.holdings_in s JOIN by_hand.customers_customer c USING (customer_no) JOIN customers_product g ON g.code = s.product_code
) s
WHERE t.holding_no = s.holding_no AND (t.customer_id, t.product_id, t.currency, t.balance, t.credit_limit, t.rate, t.opened_on,
    t.matures_on, t.status) IS DISTINCT FROM (s.customer_id, s.product_id, s.currency, s.balance, s.credit_limit, s.rate, s.opened_on,
    s.matures_on, s.status);
INSERT INTO by_hand.customers_holding (holding_no, customer_id, product_id, currency, balance, credit_limit, rate,
    opened_on, matures_on, status)
SELECT s.holding_no, c.id, g.id, coalesce(s.currency, 'CNY'), s.balance::numeric, s.credit_limit::numeric, s.rate::numeric,
    s.opened_on::date, s.matures_on::date, coalesce(s.status, 'open')
FROM by_hand.holdings_in s JOIN by_hand.customers_customer c USING (customer_no) JOIN customers_product g ON g.code = s.product_code
WHERE NOT EXISTS (SELECT 1 FROM by_hand.customers_holding t WHERE t.holding_no = s.holding_no);
UPDATE by_hand.customers_standing t
SET asset_total = h.assets, loan_total = h.loans, holding_count = h.number, next_maturity = h.next_maturity
FROM (
    SELECT h.customer_id, count(*) AS number,
        coalesce(sum(h.balance) FILTER (WHERE g.category IN ('demand_deposit', 'time_deposit', 'wealth', 'fund', 'insurance', 'bond', 'metal') AND h.currency = 'CNY'), 0) AS assets,
        coalesce(sum(h.balance) FILTER (WHERE g.category IN ('loan', 'mortgage') AND h.currency = 'CNY'), 0) AS loans,
        min(h.matures_on) FILTER (WHERE h.matures_on >= DATE '{on}') AS next_maturity
    FROM by_hand.customers_holding h JOIN customers_product g ON g.id = h.product_id
    WHERE h.status = 'open' GROUP BY h.customer_id
) h
WHERE h.customer_id = t.customer_id AND (t.asset_total, t.loan_total, t.holding_count, t.next_maturity)
    IS DISTINCT FROM (h.assets, h.loans, h.number, h.next_maturity);
UPDATE by_hand.customers_balancemonth m
SET yuan_days = m.yuan_days + m.assets * (DATE '{on}' - m.counted_to - 1) + s.asset_total, counted_to = DATE '{on}',
    assets = s.asset_total, loans = s.loan_total
FROM by_hand.customers_standing s
WHERE s.customer_id = m.customer_id AND m.month = date_trunc('month', DATE '{on}')::date
    AND (m.assets, m.loans) IS DISTINCT FROM (s.asset_total, s.loan_total)
