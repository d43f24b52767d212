"""Two people editing one thing: the second is told, and sees both versions."""

from django.utils.translation import gettext as _

from customers.rules.stamps import stamp_of


class Changed(Exception):
    """Somebody else saved it meanwhile; `.current` is the row as it is now."""

    def __init__(self, current):
        super().__init__(_("Somebody else has changed this meanwhile."))
        self.current = current


def refuse_stale(row, names, stamp):
    """Raise Changed when a row without a version no longer stands as whoever edits it saw it (`rules.stamps`).

    An empty stamp is not asked: the caller did not show the row to anybody.
    """
    if stamp and stamp != stamp_of(row, names):
        raise Changed(row)
