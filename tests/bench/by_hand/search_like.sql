-- Part of a name without an index for it.
SELECT id, customer_no, name FROM customers_customer WHERE name LIKE '%{text}%' ORDER BY customer_no LIMIT 50
