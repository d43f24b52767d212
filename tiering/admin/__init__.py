"""Rules of tiering in Django admin: the scoring sheet on one page, schemes and their bands, service packages, runs."""

from tiering.admin import package, run, scheme, sheet

__all__ = ["package", "run", "scheme", "sheet"]
