-- Where everybody stood at the end of one day and stands today, in customers and assets, from the history of moves.
SELECT COALESCE(m.from_code, p.code) AS "left", p.code AS reached, count(*), sum(s.asset_total)
FROM tiering_placement p
JOIN customers_standing s ON s.customer_id = p.customer_id
LEFT JOIN (
    SELECT DISTINCT ON (customer_id) customer_id, from_code FROM tiering_movement
    WHERE scheme_id = {scheme} AND "on" > DATE '{since}' ORDER BY customer_id, "on", id
) m ON m.customer_id = p.customer_id
WHERE p.scheme_id = {scheme}
GROUP BY 1, 2 ORDER BY 1, 2
