"""Where a timeline goes on: the moment, the source and the row after which the next page begins."""

from datetime import datetime
from typing import NamedTuple


class Cursor(NamedTuple):
    """A place in the stream; newer rows come first, of one moment the higher source, of one source the higher row."""

    at: datetime
    rank: int
    pk: int

    def __str__(self):
        return f"{self.at.timestamp():.6f}~{self.rank}~{self.pk}"


def read_cursor(text, zone):
    """The cursor that ``str`` wrote, in the time zone; None for anything else."""
    parts = (text or "").split("~")
    try:
        at, rank, pk = float(parts[0]), int(parts[1]), int(parts[2])
        if len(parts) != 3 or not 0 <= rank < 100 or not 0 < pk < 2**63:
            return None
        return Cursor(datetime.fromtimestamp(at, zone), rank, pk)
    except (ValueError, IndexError, OverflowError, OSError):
        return None
