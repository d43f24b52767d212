"""Loading a foreign file at once, without a person preparing it."""

from dataclasses import replace

from customers.choices import ImportState
from customers.models import ImportRun
from customers.rules.foreign import UNPACKED, look_at, unpack
from customers.rules.mapping import Spec, as_json, complaints
from customers.services.custom_fields import own_columns
from customers.services.extract import load_table
from customers.services.mapping.library import find_mapping
from customers.services.mapping.table import MappedTable, keep_rejections


def load_mapped(*, path, mapping, as_of, now, folder, branch=None, by=None):
    """Load the file at `path` (also .gz or .zip, unpacked into `folder`) by a mapping: a saved one's name, or JSON.

    With `branch` every row belongs to this branch, whatever the mapping says. Returns the ImportRun. Loading the same
    file again changes nothing. Raises Unreadable, BadMapping and UnderWay.
    """
    rules, edition = find_mapping(mapping)
    rules = replace(rules, own=own_columns(rules.target))
    if branch:
        rules = replace(rules, columns=rules.columns | {"branch_code": Spec(constant=branch)})
    foreign = look_at(unpack(path, folder), rules.options)
    if found := complaints(rules, foreign.headings):
        raise found[0]
    run = ImportRun.objects.create(
        as_of=as_of,
        source=foreign.file.name.removeprefix(UNPACKED)[-200:],
        state=ImportState.WAITING,
        definition=as_json(rules),
        edition=edition,
        started_by=by,
    )
    load_table(table=MappedTable(foreign, rules, as_of), run=run, now=now)
    keep_rejections(run=run, foreign=foreign)
    return run
