"""The sheet that ships, as plain values."""

import pytest

from tests.tiering.town import found
from tiering.models import ScoringSheet


@pytest.fixture
def sheet(db):
    """Version 1 of the standard sheet, in force."""
    return ScoringSheet.objects.in_force().whole().get(code="standard")


@pytest.fixture
def definition(sheet):
    """The standard sheet as the rules see it."""
    return sheet.definition()


@pytest.fixture
def town(manager, other_manager, administrator, make_customer):
    """Seventy customers of two branches on the eve of the day (tests.tiering.town), by number."""
    return found((manager, other_manager), administrator, make_customer)
