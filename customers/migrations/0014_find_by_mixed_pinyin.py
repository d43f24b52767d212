from django.db import migrations, models, transaction

from customers.rules.pinyin import search_keys

BATCH = 5000


def rebuild(apps, schema_editor):
    """Write the search keys of every name anew, some thousand customers at a time; broken off, it begins again.

    The keys follow from the name alone: the rule that is in force when this runs is the right one.
    """
    connection = schema_editor.connection
    last = 0
    with connection.cursor() as cursor:
        while True:
            cursor.execute("SELECT id, name FROM customers_customer WHERE id > %s ORDER BY id LIMIT %s", [last, BATCH])
            if not (customers := cursor.fetchall()):
                break
            first, last = last, customers[-1][0]
            keys = [(pk, key) for pk, name in customers for key in search_keys(name)]
            with transaction.atomic(using=connection.alias):
                cursor.execute(
                    "DELETE FROM customers_namekey WHERE customer_id > %s AND customer_id <= %s", [first, last]
                )
                cursor.execute(
                    "INSERT INTO customers_namekey (customer_id, key) SELECT * FROM unnest(%s::bigint[], %s::text[])",
                    [[pk for pk, _key in keys], [key for _pk, key in keys]],
                )
        if last:
            cursor.execute("VACUUM (ANALYZE) customers_namekey")


class Migration(migrations.Migration):
    # Each batch is committed by itself: a million customers are not held in one transaction.
    atomic = False

    dependencies = [
        ("customers", "0012_mapping"),
    ]

    operations = [
        migrations.RunPython(rebuild, migrations.RunPython.noop),
        # Who is typed is looked for by e-mail as well.
        migrations.AddIndex(
            model_name="customer",
            index=models.Index(
                condition=models.Q(("email_index", ""), _negated=True), fields=["email_index"], name="customer_email"
            ),
        ),
    ]
