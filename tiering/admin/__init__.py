"""Rules of tiering in Django admin: the scoring sheet on one page, schemes with their bands, the runs."""

from tiering.admin import run, scheme, sheet

__all__ = ["run", "scheme", "sheet"]
