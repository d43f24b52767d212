"""Two people editing one thing: the second is told, and sees both versions."""

from django.utils.translation import gettext as _


class Changed(Exception):
    """Somebody else saved it meanwhile; `.current` is the row as it is now."""

    def __init__(self, current):
        super().__init__(_("Somebody else has changed this meanwhile."))
        self.current = current
