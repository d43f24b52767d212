-- Holdings from the table of texts `bench_raw` into one of their types: rows with a cell that is none go to the refused.
CREATE TEMP TABLE bench_checked (
    line int, holding_no text, customer_no text, product_code text, currency text, balance numeric(18,2),
    credit_limit numeric(18,2), rate numeric(8,4), opened_on date, matures_on date, status text
);
CREATE TEMP TABLE bench_refused (line int);
INSERT INTO bench_checked
SELECT line, holding_no, customer_no, product_code, currency, balance::numeric(18,2), credit_limit::numeric(18,2),
    rate::numeric(8,4), opened_on::date, matures_on::date, status
FROM bench_raw WHERE {fits};
INSERT INTO bench_refused SELECT line FROM bench_raw WHERE ({fits}) IS NOT TRUE;
DROP TABLE bench_checked, bench_refused;
