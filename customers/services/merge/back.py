"""The way back of a merge: rows with their keys, and columns that nobody has changed since."""

import json

from django.apps import apps
from django.db import connection

from customers.models import (
    Customer,
)
from customers.services.merge.rows import written_down
from customers.services.statements import execute

# These move on with every save and are not put back.
MOVING_ON = {"version", "updated_at"}


def put_back(snapshot, kept):
    """The rows of a snapshot, back where they were; returns how many point back."""
    rows = dict(snapshot["rows"])
    for text in rows.pop("customers.customer"):
        _insert(Customer, text)
        gone = json.loads(text)["id"]
    moved = _point_back(snapshot, kept.pk, gone)
    for label, texts in rows.items():
        for text in texts:
            _insert(apps.get_model(label), text)
    # Some of the rows that came back had been pointed elsewhere by one of two columns before they went.
    _point_back(snapshot, kept.pk, gone)
    for label, values in snapshot["cleared"].items():
        model, column = _column(label)
        for key, value in values.items():
            empty = {"pk": key, f"{column.name}__isnull": True}
            model._base_manager.filter(**empty).update(**{column.attname: value})
    for change in snapshot["changed"]:
        _restore(apps.get_model(change["model"]), change)
    return moved


def _point_back(snapshot, kept, gone):
    moved = 0
    for label, keys in snapshot["moved"].items():
        model, column = _column(label)
        rows = model._base_manager.filter(**{"pk__in": keys, column.attname: kept})
        moved += rows.update(**{column.attname: gone})
    return moved


def _column(label):
    app, model, name = label.split(".")
    found = apps.get_model(app, model)
    return found, found._meta.get_field(name)


def _insert(model, text):
    known = {column.column for column in model._meta.concrete_fields}
    names = [connection.ops.quote_name(name) for name in json.loads(text) if name in known]
    columns = ", ".join(names)
    execute(
        f"INSERT INTO {model._meta.db_table} ({columns})"  # noqa: S608
        f" SELECT {columns} FROM jsonb_populate_record(NULL::{model._meta.db_table}, %s::jsonb)",
        [text],
    )


def _restore(model, change):
    """Columns that are still as the merge left them get their old values back."""
    current = written_down(model, [change["pk"]])
    if not current:
        return
    if change["before"] is None:
        model._base_manager.filter(pk=change["pk"]).delete()
        return
    now, before, after = (json.loads(text, parse_float=str) for text in (current[0], change["before"], change["after"]))
    same = [name for name in before if name in now and name not in MOVING_ON and now[name] == after.get(name)]
    names = [name for name in same if now[name] != before[name]]
    if names:
        columns = ", ".join(connection.ops.quote_name(name) for name in names)
        key = connection.ops.quote_name(model._meta.pk.column)
        execute(
            f"UPDATE {model._meta.db_table} SET ({columns}) = (SELECT {columns}"  # noqa: S608
            f" FROM jsonb_populate_record(NULL::{model._meta.db_table}, %s::jsonb)) WHERE {key} = %s",
            [change["before"], change["pk"]],
        )
