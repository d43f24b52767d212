-- A first load by hand: rows that COPY has put into by_hand.customers_in and by_hand.holdings_in go into bare tables
-- of the same columns. Nothing is judged, nothing reported; the indexes and foreign keys come after.
INSERT INTO by_hand.customers_customer (customer_no, kind, name, name_grams, branch_id, manager_id, id_type,
    id_no_sealed, id_no_index, mobile_sealed, mobile_index, mobile_tail, email_sealed, email_index, address_sealed,
    address_index, opened_on, known_since, ease_of_contact, influence, restricted, {customer_columns})
SELECT s.customer_no, s.kind, s.name, s.name_grams, b.id, m.id, coalesce(s.id_type, ''),
    s.id_no_sealed, s.id_no_index, s.mobile_sealed, s.mobile_index, s.mobile_tail, s.email_sealed, s.email_index, s.address_sealed,
    s.address_index, s.opened_on, s.known_since, coalesce(s.ease_of_contact, ''), coalesce(s.influence, ''), coalesce(s.restricted, false),
    {customer_values}
FROM by_hand.customers_in s JOIN staff_branch b ON b.code = s.branch_code LEFT JOIN staff_user m ON m.staff_no = s.manager_no;
ANALYZE by_hand.customers_customer (id, customer_no);
INSERT INTO by_hand.customers_person (customer_id, gender, birth_date, lunar_birthday, occupation, annual_income,
    marital_status, children, education, {person_columns})
SELECT c.id, coalesce(s.gender, ''), s.birth_date, s.lunar_birthday, coalesce(s.occupation, ''), s.annual_income,
    coalesce(s.marital_status, ''), s.children, coalesce(s.education, ''), {person_values}
FROM by_hand.customers_in s JOIN by_hand.customers_customer c USING (customer_no) WHERE s.kind = 'individual';
INSERT INTO by_hand.customers_organisation (customer_id, industry, org_type, {organisation_columns})
SELECT c.id, coalesce(s.industry, ''), coalesce(s.org_type, ''), {organisation_values}
FROM by_hand.customers_in s JOIN by_hand.customers_customer c USING (customer_no) WHERE s.kind = 'organization';
INSERT INTO by_hand.customers_namekey (customer_id, key)
SELECT c.id, k.key FROM by_hand.keys_in k JOIN by_hand.customers_customer c USING (customer_no);
INSERT INTO by_hand.customers_holding (holding_no, customer_id, product_id, currency, balance, credit_limit, rate,
    opened_on, matures_on, status)
SELECT s.holding_no, c.id, g.id, coalesce(s.currency, 'CNY'), s.balance::numeric, s.credit_limit::numeric, s.rate::numeric,
    s.opened_on::date, s.matures_on::date, coalesce(s.status, 'open')
FROM by_hand.holdings_in s JOIN by_hand.customers_customer c USING (customer_no) JOIN customers_product g ON g.code = s.product_code;
ANALYZE by_hand.customers_holding (id, customer_id, product_id);
-- What follows from the holdings: the totals beside the customer, and the month's balances.
INSERT INTO by_hand.customers_standing (customer_id, asset_total, loan_total, holding_count, next_maturity, {standing_columns})
SELECT c.id, coalesce(h.assets, 0), coalesce(h.loans, 0), coalesce(h.number, 0), h.next_maturity, {standing_values}
FROM by_hand.customers_customer c LEFT JOIN (
    SELECT h.customer_id, count(*) AS number,
        sum(h.balance) FILTER (WHERE g.category IN ('demand_deposit', 'time_deposit', 'wealth', 'fund', 'insurance', 'bond', 'metal') AND h.currency = 'CNY') AS assets,
        sum(h.balance) FILTER (WHERE g.category IN ('loan', 'mortgage') AND h.currency = 'CNY') AS loans,
        min(h.matures_on) FILTER (WHERE h.matures_on >= DATE '{on}') AS next_maturity
    FROM by_hand.customers_holding h JOIN customers_product g ON g.id = h.product_id
    WHERE h.status = 'open' GROUP BY h.customer_id
) h ON h.customer_id = c.id;
INSERT INTO by_hand.customers_balancemonth (customer_id, month, assets, loans, yuan_days, counted_to)
SELECT customer_id, date_trunc('month', DATE '{on}')::date, asset_total, loan_total,
    asset_total * extract(day FROM DATE '{on}'), DATE '{on}'
FROM by_hand.customers_standing WHERE (asset_total, loan_total) <> (0, 0)
