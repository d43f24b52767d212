-- The figures of a preview page by hand: from → to in customers and assets, in all and by branch and by manager, and the
-- scores with the tier in force.
SELECT branch_id, manager_id, held, code, score, count(*), sum(asset_total)
FROM (
    SELECT branch_id, manager_id, held, asset_total, score,
        CASE WHEN score >= 60 THEN 'VIP' WHEN score >= 45 THEN 'A' WHEN score >= 30 THEN 'B' ELSE 'C' END AS code
    FROM (
        SELECT branch_id, manager_id, held, asset_total,
            COALESCE(('{{{occupation}}}'::int[])[a1], 0) + COALESCE(('{{15,12,9,6,3}}'::int[])[a2], 0)
            + COALESCE(('{{4,10,6,2}}'::int[])[a3], 0) + COALESCE(('{{8,4,2}}'::int[])[a4], 0)
            + COALESCE(('{{8,5,2,1}}'::int[])[a5], 0) + COALESCE(('{{4,2,1}}'::int[])[a6], 0)
            + COALESCE(('{{10,6,3,1}}'::int[])[a7], 0) + COALESCE(('{{10,6,3,1}}'::int[])[a8], 0) AS score
        FROM bench_narrow OFFSET 0
    ) scored OFFSET 0
) tiered
GROUP BY GROUPING SETS ((held, code), (branch_id, held, code), (manager_id, held, code), (score, held))
