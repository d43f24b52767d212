-- All four tiers of everybody from the bank's own tables into one narrow table with a primary key: what somebody who
-- knows this sheet and these bands would write, with nothing prepared and no history.
INSERT INTO bench_tier (customer_id, score, tier, asset_tier, contribution_tier, loyalty_tier)
SELECT id, score,
    CASE WHEN score >= {cut1} THEN 'VIP' WHEN score >= {cut2} THEN 'A' WHEN score >= {cut3} THEN 'B' WHEN score >= 0 THEN 'C' END,
    CASE WHEN assets >= 6000000 THEN 'W600' WHEN assets >= 1000000 THEN 'W100' WHEN assets >= 500000 THEN 'W50'
        WHEN assets >= 200000 THEN 'W20' WHEN assets >= 50000 THEN 'W5' ELSE 'W0' END,
    CASE WHEN contribution >= 50000 THEN 'G5' WHEN contribution >= 10000 THEN 'G4' WHEN contribution >= 2000 THEN 'G3'
        WHEN contribution >= 0 THEN 'G2' WHEN contribution < 0 THEN 'G1' END,
    CASE WHEN categories < 1 THEN 'L1' WHEN categories < 2 OR since IS NULL OR since > DATE '{on}' - interval '1 year' THEN 'L2'
        WHEN categories < 3 OR since > DATE '{on}' - interval '3 years' THEN 'L3' WHEN introduced < 1 THEN 'L4' ELSE 'L5' END
FROM (
    SELECT c.id, COALESCE(h.assets, 0) AS assets, v.contribution, COALESCE(bit_count(h.kinds::bit(12)), 0) AS categories,
        COALESCE(c.opened_on, h.first_on) AS since, COALESCE(i.introduced, 0) AS introduced,
        CASE WHEN c.kind = 'individual' THEN
            CASE p.occupation WHEN 'business_owner' THEN 15 WHEN 'executive' THEN 11 WHEN 'civil_servant' THEN 9
                WHEN 'technician' THEN 7 WHEN 'sales' THEN 5 WHEN 'clerk' THEN 4 WHEN 'homemaker' THEN 3
                WHEN 'factory_worker' THEN 2 WHEN 'other' THEN 1 ELSE 0 END
            + CASE WHEN p.annual_income >= 200000 THEN 15 WHEN p.annual_income >= 150000 THEN 12
                WHEN p.annual_income >= 100000 THEN 9 WHEN p.annual_income >= 50000 THEN 6
                WHEN p.annual_income IS NOT NULL THEN 3 ELSE 0 END
            + CASE WHEN p.birth_date <= DATE '{on}' - interval '45 years' THEN 4
                WHEN p.birth_date <= DATE '{on}' - interval '35 years' THEN 10
                WHEN p.birth_date <= DATE '{on}' - interval '25 years' THEN 6 WHEN p.birth_date <= DATE '{on}' THEN 2 ELSE 0 END
            + CASE WHEN p.marital_status = 'married' AND p.children > 0 THEN 8 WHEN p.marital_status = 'married' THEN 4
                WHEN p.marital_status <> '' THEN 2 ELSE 0 END
            + CASE p.education WHEN 'postgraduate' THEN 8 WHEN 'bachelor' THEN 5 WHEN 'junior_college' THEN 2
                WHEN 'below_college' THEN 1 ELSE 0 END
            + CASE WHEN COALESCE(c.known_since, c.opened_on) <= DATE '{on}' - interval '3 years' THEN 4
                WHEN COALESCE(c.known_since, c.opened_on) <= DATE '{on}' - interval '1 year' THEN 2
                WHEN COALESCE(c.known_since, c.opened_on) <= DATE '{on}' THEN 1 ELSE 0 END
            + CASE c.ease_of_contact WHEN 'very_easy' THEN 10 WHEN 'easy' THEN 6 WHEN 'hard' THEN 3
                WHEN 'very_hard' THEN 1 ELSE 0 END
            + CASE c.influence WHEN 'great' THEN 10 WHEN 'considerable' THEN 6 WHEN 'some' THEN 3 WHEN 'none' THEN 1 ELSE 0 END
        END AS score
    FROM customers_customer c
    LEFT JOIN customers_person p ON p.customer_id = c.id
    LEFT JOIN (
        SELECT h.customer_id, sum(h.balance * r.counts) AS assets, bit_or(r.bit) AS kinds, min(h.opened_on) AS first_on
        FROM customers_holding h JOIN (
            SELECT id, 1 << array_position(ARRAY['demand_deposit', 'time_deposit', 'wealth', 'fund', 'insurance', 'bond',
                    'metal', 'loan', 'mortgage', 'card', 'payment'], category::text) AS bit,
                (category NOT IN ('loan', 'mortgage', 'card', 'payment', 'other'))::int AS counts
            FROM customers_product OFFSET 0
        ) r ON r.id = h.product_id
        WHERE h.status = 'open' GROUP BY h.customer_id
    ) h ON h.customer_id = c.id
    LEFT JOIN (
        SELECT customer_id, sum(interest_income + fee_income - interest_cost - operating_cost) AS contribution
        FROM customers_valuerecord
        WHERE period BETWEEN (date_trunc('month', DATE '{on}') - interval '11 months')::date
            AND date_trunc('month', DATE '{on}')::date
        GROUP BY customer_id
    ) v ON v.customer_id = c.id
    LEFT JOIN (
        SELECT related_id, count(*) AS introduced FROM customers_relation WHERE kind = 'introducer' GROUP BY related_id
    ) i ON i.related_id = c.id
) known
