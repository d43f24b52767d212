-- Part of a name by its pieces of two letters.
SELECT id, customer_no, name FROM customers_customer WHERE name_grams @> ARRAY['{text}']::varchar(2)[]
ORDER BY customer_no LIMIT 50
