-- What a preview by hand reads: each individual with the numbers of the eight answers (1 upwards, as the arrays of
-- preview.sql count), and what its figures are split by. Made before the clock starts.
CREATE TABLE bench_narrow AS
SELECT c.id AS customer_id, c.branch_id, c.manager_id, s.asset_total, o.code AS held,
    array_position(ARRAY['business_owner', 'executive', 'civil_servant', 'technician', 'sales', 'clerk', 'homemaker',
        'factory_worker', 'other'], p.occupation::text)::smallint AS a1,
    (5 - width_bucket(p.annual_income, ARRAY[50000, 100000, 150000, 200000]))::smallint AS a2,
    CASE WHEN p.birth_date <= DATE '{on}' - interval '45 years' THEN 1 WHEN p.birth_date <= DATE '{on}' - interval '35 years'
        THEN 2 WHEN p.birth_date <= DATE '{on}' - interval '25 years' THEN 3 WHEN p.birth_date <= DATE '{on}' THEN 4 END::smallint
        AS a3,
    CASE WHEN p.marital_status = 'married' AND p.children > 0 THEN 1 WHEN p.marital_status = 'married' THEN 2
        WHEN p.marital_status <> '' THEN 3 END::smallint AS a4,
    array_position(ARRAY['postgraduate', 'bachelor', 'junior_college', 'below_college'], p.education::text)::smallint AS a5,
    CASE WHEN COALESCE(c.known_since, c.opened_on) <= DATE '{on}' - interval '3 years' THEN 1
        WHEN COALESCE(c.known_since, c.opened_on) <= DATE '{on}' - interval '1 year' THEN 2
        WHEN COALESCE(c.known_since, c.opened_on) <= DATE '{on}' THEN 3 END::smallint AS a6,
    array_position(ARRAY['very_easy', 'easy', 'hard', 'very_hard'], c.ease_of_contact::text)::smallint AS a7,
    array_position(ARRAY['great', 'considerable', 'some', 'none'], c.influence::text)::smallint AS a8
FROM customers_customer c
JOIN customers_person p ON p.customer_id = c.id
JOIN customers_standing s ON s.customer_id = c.id
LEFT JOIN tiering_placement o ON o.customer_id = c.id AND o.scheme_id = {sheet}
WHERE c.kind = 'individual'
