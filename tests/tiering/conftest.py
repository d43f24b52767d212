"""The sheet that ships, as plain values."""

import pytest

from tiering.models import ScoringSheet


@pytest.fixture
def sheet(db):
    """Version 1 of the standard sheet, in force."""
    return ScoringSheet.objects.in_force().whole().get(code="standard")


@pytest.fixture
def definition(sheet):
    """The standard sheet as the rules see it."""
    return sheet.definition()
