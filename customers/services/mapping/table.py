"""A foreign file that reads like a file of the extract, and the rows of it that were not taken."""

import json
from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from customers.models import ImportRejection
from customers.rules.foreign import Foreign, look_at
from customers.rules.mapping import Mapping, parse, row_reader
from customers.rules.reasons import reason_text
from customers.rules.sealing import Unreadable, seal, unseal
from customers.rules.tables import TableFile
from customers.services.custom_fields import own_columns
from customers.services.imports import file_of

# More rejected rows than anybody corrects by hand: the file is wrong as a whole, and all are listed by line anyway.
REJECTIONS_LIMIT = 20_000
CHUNK_ROWS = 2000


@dataclass(frozen=True)
class MappedTable:
    """What staging asks of a table of the extract, made of a foreign file and a mapping."""

    foreign: Foreign
    mapping: Mapping
    on: date

    @property
    def file(self):
        """The name of the foreign file and which file of the extract it stands for."""
        return TableFile(self.foreign.file.name, self.mapping.target, self.foreign.file.path)

    @property
    def lines(self):
        """How many lines the file has; 0: a workbook, not known."""
        return self.foreign.lines

    def rows(self):
        """Yield (line, cells), header row first, in the columns of the extract. Raises Unreadable and BadMapping."""
        read = row_reader(self.mapping, self.foreign.headings, on=self.on)
        yield self.foreign.header_line, list(self.mapping.columns)
        for number, (line, cells) in enumerate(self.foreign.rows(), 1):
            yield line, read(cells, number, line)


def table_of(run):
    """The MappedTable of a run. Raises Unreadable and BadMapping."""
    mapping = parse(run.definition, own=own_columns())
    return MappedTable(look_at(file_of(run), mapping.options, name=run.source), mapping, run.as_of)


@transaction.atomic
def keep_rejections(*, run, foreign):
    """Keep the rows of a finished run that were not taken, sealed; the headings on line 0. Twice is once."""
    ImportRejection.objects.filter(run=run).delete()
    lines = set(run.issues.rejected().values_list("line", flat=True).distinct()[:REJECTIONS_LIMIT])
    if not lines:
        return 0
    pending, kept, last = [_rejection(run, 0, foreign.headings)], 0, max(lines)
    for line, cells in foreign.rows():
        if line in lines:
            pending.append(_rejection(run, line, cells))
            kept += 1
            if len(pending) >= CHUNK_ROWS:
                ImportRejection.objects.bulk_create(pending)
                pending = []
        if line >= last:
            break
    ImportRejection.objects.bulk_create(pending)
    return kept


def _rejection(run, line, cells):
    text = json.dumps([cell if isinstance(cell, str) else str(cell) for cell in cells], ensure_ascii=False)
    sealed = seal(text, bound_to=f"customers.importrejection:{run.public_id}:{line}", secret=settings.FIELD_KEY)
    return ImportRejection(run=run, line=line, sealed=sealed)


def rejected_rows(run):
    """Yield the rows that were not taken as they stood in the file, with the reasons behind; the headings first."""
    reasons = {}
    for line, column, reason in run.issues.rejected().values_list("line", "column", "reason"):
        reasons.setdefault(line, []).append(f"{column}: {reason_text(reason)}".removeprefix(": "))
    for line, cells in _unsealed(run):
        if line == 0:
            yield [*cells, _("Line"), _("Reason")]
            continue
        yield [*cells, line, "; ".join(reasons.get(line, ()))]


def _unsealed(run):
    for rejection in run.rejections.order_by("line").iterator(chunk_size=CHUNK_ROWS):
        bound = f"customers.importrejection:{run.public_id}:{rejection.line}"
        try:
            yield rejection.line, json.loads(unseal(rejection.sealed, bound_to=bound, secret=settings.FIELD_KEY))
        except Unreadable:
            continue  # sealed with a key that was changed since
