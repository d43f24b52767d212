-- How many would stand in each tier under other points: by score first, then by the cut-offs.
SELECT CASE WHEN score >= 60 THEN 'VIP' WHEN score >= 45 THEN 'A' WHEN score >= 30 THEN 'B' ELSE 'C' END AS code,
    sum(number)::int
FROM (
    SELECT score, count(*) AS number FROM (
        SELECT COALESCE(('{{{occupation}}}'::int[])[a1], 0) + COALESCE(('{{15,12,9,6,3}}'::int[])[a2], 0)
            + COALESCE(('{{4,10,6,2}}'::int[])[a3], 0) + COALESCE(('{{8,4,2}}'::int[])[a4], 0)
            + COALESCE(('{{8,5,2,1}}'::int[])[a5], 0) + COALESCE(('{{4,2,1}}'::int[])[a6], 0)
            + COALESCE(('{{10,6,3,1}}'::int[])[a7], 0) + COALESCE(('{{10,6,3,1}}'::int[])[a8], 0) AS score
        FROM bench_narrow
    ) scored GROUP BY score
) counted GROUP BY 1 ORDER BY 1
