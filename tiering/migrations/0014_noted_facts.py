"""Every fact that the rules read is noted when it changes: a run reads again only of whom something was noted.

A changed row is told by its key from before to after; of rows that an UPDATE leaves as they were no note is made.
"""

from django.db import migrations, models
from django.db.models import Value

ALWAYS = ("INSERT", "UPDATE", "DELETE")
# Table, its key, the column with the customer, the other columns that a profile is made from, and what can change it:
# where totals are added up anew, and where the row alone is read again.
TOTALS = [
    ("customers_holding", "id", "customer_id", ("customer_id", "product_id", "status", "opened_on"), ALWAYS),
    (
        "customers_valuerecord",
        "id",
        "customer_id",
        ("customer_id", "period", "interest_income", "fee_income", "interest_cost", "operating_cost"),
        ALWAYS,
    ),
    ("customers_relation", "id", "related_id", ("related_id", "kind"), ALWAYS),
    ("customers_customer", "id", "id", ("opened_on",), ("INSERT", "UPDATE")),
]
FACTS = [
    (
        "customers_customer",
        "id",
        "id",
        ("kind", "branch_id", "manager_id", "ease_of_contact", "influence", "known_since"),
        ("UPDATE",),
    ),
    (
        "customers_person",
        "customer_id",
        "customer_id",
        ("occupation", "marital_status", "children", "education", "annual_income", "birth_date"),
        ALWAYS,
    ),
    (
        "customers_standing",
        "customer_id",
        "customer_id",
        ("asset_total", "holding_count", "contacts", "service_cost", "operating_rung"),
        ALWAYS,
    ),
]
# Triggers that were there before.
OLDER = {
    "customers_holding": ALWAYS,
    "customers_valuerecord": ALWAYS,
    "customers_relation": ALWAYS,
    "customers_customer": ("UPDATE",),
}
FUNCTION = """
CREATE FUNCTION tiering_note() RETURNS trigger LANGUAGE plpgsql AS $body$
DECLARE
    source text := CASE TG_OP WHEN 'INSERT' THEN 'after' WHEN 'DELETE' THEN 'before' ELSE format(
        '(SELECT whose.%2$I FROM before JOIN after USING (%1$I),'
        ' LATERAL (VALUES (before.%2$I), (after.%2$I)) AS whose(%2$I)'
        ' WHERE (%3$s) IS DISTINCT FROM (%4$s)) changed', TG_ARGV[1], TG_ARGV[2], TG_ARGV[3], TG_ARGV[4]) END;
BEGIN
    EXECUTE format('INSERT INTO tiering_touched (customer_id, totals) SELECT DISTINCT %I, %L::boolean FROM %s',
        TG_ARGV[2], TG_ARGV[0], source);
    RETURN NULL;
END $body$;
"""
TABLES = {
    "INSERT": "NEW TABLE AS after",
    "UPDATE": "OLD TABLE AS before NEW TABLE AS after",
    "DELETE": "OLD TABLE AS before",
}


def note(totals, table, key, customer, columns, event):
    """The trigger that notes what a statement has changed."""
    name = f"tiering_note_{'totals' if totals else 'facts'}_{event.lower()}"
    before, after = (", ".join(f"{side}.{column}" for column in columns) for side in ("before", "after"))
    return (
        f"CREATE TRIGGER {name} AFTER {event} ON {table} REFERENCING {TABLES[event]} FOR EACH STATEMENT"
        f" EXECUTE FUNCTION tiering_note('{totals}', '{key}', '{customer}', '{before}', '{after}');\n"
    )


CREATE = FUNCTION + "".join(
    note(totals, table, key, customer, columns, event)
    for totals, watched in ((True, TOTALS), (False, FACTS))
    for table, key, customer, columns, events in watched
    for event in events
)
DROP_OLDER = (
    "".join(
        f"DROP TRIGGER tiering_touch_{event.lower()} ON {table};\n"
        for table, events in OLDER.items()
        for event in events
    )
    + "DROP FUNCTION tiering_touch();"
)
# Nobody knows what changed unnoted until now: the next run reads everybody.
AFRESH = "DELETE FROM tiering_gathered"


class Migration(migrations.Migration):
    dependencies = [("tiering", "0013_channels_of_packages"), ("customers", "0017_restricted_at_hand")]

    operations = [
        migrations.AddField(
            model_name="touched", name="totals", field=models.BooleanField(db_default=True, default=True)
        ),
        migrations.AddField(
            model_name="gathered",
            name="placed",
            field=models.JSONField(db_default=Value({}, models.JSONField()), default=dict),
        ),
        migrations.RunSQL(DROP_OLDER + CREATE + AFRESH),
    ]
