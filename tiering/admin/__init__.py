"""Rules of tiering in Django admin: the scoring sheet on one page, schemes and bands, publications, packages, runs."""

from tiering.admin import package, publication, run, scheme, sheet

__all__ = ["package", "publication", "run", "scheme", "sheet"]
