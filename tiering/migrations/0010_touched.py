"""Who must be read anew: what a run adds up of holdings, income and introductions is kept until one of these changes.

The database notes it itself, by statement, whoever writes and however; a total is never taken for fresh by guess.
"""

from django.db import migrations, models

# Table, the column with the customer, the columns that a total is made from (with the key), and what can change it. A
# new customer has no profile yet: that is note enough.
ALWAYS = ("INSERT", "UPDATE", "DELETE")
WATCHED = {
    "customers_holding": ("customer_id", "id, customer_id, product_id, status, opened_on", ALWAYS),
    "customers_valuerecord": (
        "customer_id",
        "id, customer_id, period, interest_income, fee_income, interest_cost, operating_cost",
        ALWAYS,
    ),
    "customers_relation": ("related_id", "id, related_id, kind", ALWAYS),
    "customers_customer": ("id", "id, opened_on", ("UPDATE",)),
}
FUNCTIONS = """
CREATE FUNCTION tiering_touch() RETURNS trigger LANGUAGE plpgsql AS $body$
DECLARE
    source text := CASE TG_OP WHEN 'INSERT' THEN 'after' WHEN 'DELETE' THEN 'before' ELSE format(
        '((SELECT %1$s FROM before EXCEPT SELECT %1$s FROM after)'
        ' UNION ALL (SELECT %1$s FROM after EXCEPT SELECT %1$s FROM before)) changed', TG_ARGV[1]) END;
BEGIN
    EXECUTE format('INSERT INTO tiering_touched (customer_id) SELECT DISTINCT %I FROM %s', TG_ARGV[0], source);
    RETURN NULL;
END $body$;
CREATE FUNCTION tiering_touch_everybody() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
    IF (OLD.category, OLD.risk_level) IS DISTINCT FROM (NEW.category, NEW.risk_level) THEN
        INSERT INTO tiering_touched (customer_id) VALUES (NULL);
    END IF;
    RETURN NULL;
END $body$;
CREATE TRIGGER tiering_touch AFTER UPDATE ON customers_product
    FOR EACH ROW EXECUTE FUNCTION tiering_touch_everybody();
"""
TABLES = {
    "INSERT": "NEW TABLE AS after",
    "UPDATE": "OLD TABLE AS before NEW TABLE AS after",
    "DELETE": "OLD TABLE AS before",
}
TRIGGERS = [
    (table, f"tiering_touch_{event.lower()}", event, column, columns)
    for table, (column, columns, events) in WATCHED.items()
    for event in events
]
CREATE = "".join(
    f"CREATE TRIGGER {name} AFTER {event} ON {table} REFERENCING {TABLES[event]}"
    f" FOR EACH STATEMENT EXECUTE FUNCTION tiering_touch('{column}', '{columns}');\n"
    for table, name, event, column, columns in TRIGGERS
)
DROP = "".join(f"DROP TRIGGER {name} ON {table};\n" for table, name, *_rest in TRIGGERS)
DROP_FUNCTIONS = """
DROP TRIGGER tiering_touch ON customers_product;
DROP FUNCTION tiering_touch();
DROP FUNCTION tiering_touch_everybody();
"""
# A manager is of one branch and a tier of one scheme: without that the planner expects millions of groups, and sorts.
STATISTICS = """
CREATE STATISTICS tiering_profile_owner (ndistinct) ON branch_id, manager_id FROM tiering_profile;
CREATE STATISTICS tiering_placement_tier (ndistinct) ON scheme_id, code FROM tiering_placement;
"""
NO_STATISTICS = "DROP STATISTICS tiering_profile_owner; DROP STATISTICS tiering_placement_tier;"


class Migration(migrations.Migration):
    dependencies = [
        ("tiering", "0009_room_for_updates"),
        ("customers", "0003_service_and_watch_on_the_standing"),
    ]

    operations = [
        migrations.CreateModel(
            name="Touched",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("customer_id", models.BigIntegerField(null=True)),
            ],
            options={"verbose_name": "touched customer", "verbose_name_plural": "touched customers"},
        ),
        migrations.CreateModel(
            name="Gathered",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("month", models.DateField()),
                ("needs", models.JSONField(default=list)),
            ],
            options={"verbose_name": "state of the profiles", "verbose_name_plural": "state of the profiles"},
        ),
        migrations.RunSQL(STATISTICS, NO_STATISTICS),
        migrations.RunSQL(FUNCTIONS + CREATE, DROP + DROP_FUNCTIONS),
    ]
