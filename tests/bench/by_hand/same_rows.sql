-- What somebody who knows this one sheet, these four schemes and these tables would write by hand.
WITH points AS MATERIALIZED (
    SELECT c.id, s.asset_total, v.total AS contribution, h.categories, COALESCE(c.opened_on, h.first_on) AS since, i.introduced,
        CASE p.occupation WHEN 'business_owner' THEN 15 WHEN 'executive' THEN 11 WHEN 'civil_servant' THEN 9
            WHEN 'technician' THEN 7 WHEN 'sales' THEN 5 WHEN 'clerk' THEN 4 WHEN 'homemaker' THEN 3
            WHEN 'factory_worker' THEN 2 WHEN 'other' THEN 1 END AS p1,
        CASE WHEN p.annual_income >= 200000 THEN 15 WHEN p.annual_income >= 150000 THEN 12
            WHEN p.annual_income >= 100000 THEN 9 WHEN p.annual_income >= 50000 THEN 6
            WHEN p.annual_income IS NOT NULL THEN 3 END AS p2,
        CASE WHEN p.birth_date <= DATE '1981-11-21' THEN 4 WHEN p.birth_date <= DATE '1991-11-21' THEN 10
            WHEN p.birth_date <= DATE '2001-11-21' THEN 6 WHEN p.birth_date <= DATE '2026-11-21' THEN 2 END AS p3,
        CASE WHEN p.marital_status = 'married' AND p.children > 0 THEN 8 WHEN p.marital_status = 'married' THEN 4
            WHEN p.marital_status <> '' THEN 2 END AS p4,
        CASE p.education WHEN 'postgraduate' THEN 8 WHEN 'bachelor' THEN 5 WHEN 'junior_college' THEN 2
            WHEN 'below_college' THEN 1 END AS p5,
        CASE WHEN COALESCE(c.known_since, c.opened_on) <= DATE '2023-11-21' THEN 4
            WHEN COALESCE(c.known_since, c.opened_on) <= DATE '2025-11-21' THEN 2
            WHEN COALESCE(c.known_since, c.opened_on) <= DATE '2026-11-21' THEN 1 END AS p6,
        CASE c.ease_of_contact WHEN 'very_easy' THEN 10 WHEN 'easy' THEN 6 WHEN 'hard' THEN 3 WHEN 'very_hard' THEN 1 END AS p7,
        CASE c.influence WHEN 'great' THEN 10 WHEN 'considerable' THEN 6 WHEN 'some' THEN 3 WHEN 'none' THEN 1 END AS p8,
        c.kind = 'individual' AS individual
    FROM customers_customer c
    JOIN customers_standing s ON s.customer_id = c.id
    LEFT JOIN customers_person p ON p.customer_id = c.id
    LEFT JOIN (SELECT customer_id, sum(interest_income + fee_income - interest_cost - operating_cost) AS total
        FROM customers_valuerecord WHERE period BETWEEN DATE '2025-12-01' AND DATE '2026-11-01' GROUP BY 1) v
        ON v.customer_id = c.id
    LEFT JOIN (SELECT h.customer_id, count(DISTINCT r.category) AS categories, min(h.opened_on) AS first_on
        FROM customers_holding h JOIN customers_product r ON r.id = h.product_id WHERE h.status = 'open' GROUP BY 1) h
        ON h.customer_id = c.id
    LEFT JOIN (SELECT related_id, count(*) AS introduced FROM customers_relation WHERE kind = 'introducer' GROUP BY 1) i
        ON i.related_id = c.id
), measured AS MATERIALIZED (
    SELECT id, asset_total, contribution, num_nonnulls(p1, p2, p3, p4, p5, p6, p7, p8) AS answered,
        CASE WHEN individual THEN COALESCE(p1, 0) + COALESCE(p2, 0) + COALESCE(p3, 0) + COALESCE(p4, 0) + COALESCE(p5, 0)
            + COALESCE(p6, 0) + COALESCE(p7, 0) + COALESCE(p8, 0) END AS score,
        CASE WHEN COALESCE(categories, 0) < 1 THEN 1
            WHEN categories < 2 OR since IS NULL OR since > DATE '2025-11-21' THEN 2
            WHEN categories < 3 OR since > DATE '2023-11-21' THEN 3 WHEN COALESCE(introduced, 0) < 1 THEN 4 ELSE 5 END AS rung
    FROM points
), ranked AS MATERIALIZED (
    SELECT id, score, answered, asset_total, contribution, rung,
        CASE WHEN score >= 60 THEN 1 WHEN score >= 45 THEN 2 WHEN score >= 30 THEN 3 WHEN score >= 0 THEN 4 END AS r1,
        CASE WHEN asset_total >= 6000000 THEN 1 WHEN asset_total >= 1000000 THEN 2 WHEN asset_total >= 500000 THEN 3
            WHEN asset_total >= 200000 THEN 4 WHEN asset_total >= 50000 THEN 5 ELSE 6 END AS r2,
        CASE WHEN contribution >= 50000 THEN 1 WHEN contribution >= 10000 THEN 2 WHEN contribution >= 2000 THEN 3
            WHEN contribution >= 0 THEN 4 WHEN contribution < 0 THEN 5 END AS r3,
        6 - rung AS r4
    FROM measured
), placed AS MATERIALIZED (
    SELECT id AS customer_id, x.scheme, x.code, x.rank, x.value, x.answered, x.sheet FROM ranked, LATERAL (VALUES
        ({sheet}, (ARRAY['VIP','A','B','C'])[r1], r1, score::numeric, answered, {version}),
        ({assets}, (ARRAY['W600','W100','W50','W20','W5','W0'])[r2], r2, asset_total, NULL, NULL),
        ({contribution}, (ARRAY['G5','G4','G3','G2','G1'])[r3], r3, contribution, NULL, NULL),
        ({loyalty}, (ARRAY['L5','L4','L3','L2','L1'])[r4], r4, rung::numeric, NULL, NULL)
    ) AS x(scheme, code, rank, value, answered, sheet) WHERE x.code IS NOT NULL
), moved AS (
    INSERT INTO tiering_movement (customer_id, scheme_id, from_code, from_rank, from_value, to_code, to_rank, to_value, "on",
        reason, sheet_id, run_id, note)
    SELECT n.customer_id, n.scheme, COALESCE(o.code, ''), o.rank, o.value, n.code, n.rank, n.value, DATE '2026-11-21',
        CASE WHEN o.code IS NULL THEN 'first' WHEN o.sheet_id IS DISTINCT FROM n.sheet THEN 'rules' ELSE 'facts' END,
        n.sheet, {run}, ''
    FROM placed n LEFT JOIN tiering_placement o ON o.customer_id = n.customer_id AND o.scheme_id = n.scheme
    WHERE o.code IS DISTINCT FROM n.code
), kept AS (
    INSERT INTO tiering_placement (customer_id, scheme_id, code, rank, value, answered, sheet_id, since, measured, measured_rank)
    SELECT n.customer_id, n.scheme, n.code, n.rank, n.value, n.answered, n.sheet, DATE '2026-11-21', n.code, n.rank
    FROM placed n LEFT JOIN tiering_placement o ON o.customer_id = n.customer_id AND o.scheme_id = n.scheme
    WHERE (o.code, o.rank, o.value, o.answered, o.sheet_id) IS DISTINCT FROM (n.code, n.rank, n.value, n.answered, n.sheet)
    ON CONFLICT (customer_id, scheme_id) DO UPDATE SET code = EXCLUDED.code, rank = EXCLUDED.rank, value = EXCLUDED.value,
        answered = EXCLUDED.answered, sheet_id = EXCLUDED.sheet_id,
        measured = EXCLUDED.measured, measured_rank = EXCLUDED.measured_rank,
        since = CASE WHEN tiering_placement.code = EXCLUDED.code THEN tiering_placement.since ELSE EXCLUDED.since END
)
UPDATE customers_standing s SET tier = COALESCE((ARRAY['VIP','A','B','C'])[r1], ''), tier_rank = r1, score = n.score,
    coverage = round(n.answered * 100.0 / 8), asset_tier = (ARRAY['W600','W100','W50','W20','W5','W0'])[r2], asset_rank = r2,
    contribution_tier = COALESCE((ARRAY['G5','G4','G3','G2','G1'])[r3], ''), contribution_rank = r3,
    loyalty_tier = (ARRAY['L5','L4','L3','L2','L1'])[r4], loyalty_rank = r4
FROM ranked n
WHERE s.customer_id = n.id AND (s.tier_rank, s.score, s.coverage, s.asset_rank, s.contribution_rank, s.loyalty_rank)
    IS DISTINCT FROM (r1, n.score, round(n.answered * 100.0 / 8), r2, r3, r4)
