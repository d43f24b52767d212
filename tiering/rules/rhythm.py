"""When a tier is to be contacted again (S3.10)."""

from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True)
class Rhythm:
    """When the next talk is due, and how many days it is late (0: not late); `never` spoken to, it is due today."""

    due: date
    late: int
    never: bool = False


def rhythm(contact_days, last_contact, on):
    """The rhythm of a package against the last talk; None where the package asks for none."""
    if not contact_days:
        return None
    if last_contact is None:
        return Rhythm(on, 0, never=True)
    due = last_contact + timedelta(days=contact_days)
    return Rhythm(due, max((on - due).days, 0))
