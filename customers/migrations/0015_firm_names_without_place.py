from django.db import migrations, transaction

from customers.rules.pinyin import search_keys

BATCH = 5000


def complete(apps, schema_editor):
    """Add the search keys that the names of organisations lack, some thousand at a time; broken off, it begins again.

    Keys that are there stay; a second run adds nothing.
    """
    connection = schema_editor.connection
    last = 0
    with connection.cursor() as cursor:
        while True:
            cursor.execute(
                "SELECT id, name FROM customers_customer WHERE kind = 'organization' AND id > %s ORDER BY id LIMIT %s",
                [last, BATCH],
            )
            if not (firms := cursor.fetchall()):
                break
            last = firms[-1][0]
            keys = [(pk, key) for pk, name in firms for key in search_keys(name)]
            with transaction.atomic(using=connection.alias):
                cursor.execute(
                    "INSERT INTO customers_namekey (customer_id, key)"
                    " SELECT * FROM unnest(%s::bigint[], %s::text[]) ON CONFLICT (customer_id, key) DO NOTHING",
                    [[pk for pk, _key in keys], [key for _pk, key in keys]],
                )


class Migration(migrations.Migration):
    # Each batch is committed by itself: the firms of a large bank are not held in one transaction.
    atomic = False

    dependencies = [
        ("customers", "0014_find_by_mixed_pinyin"),
    ]

    operations = [
        migrations.RunPython(complete, migrations.RunPython.noop),
    ]
