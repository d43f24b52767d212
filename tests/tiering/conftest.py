"""The sheet that ships, as plain values."""

from copy import deepcopy

import pytest

from staff.choices import Role
from tests.conftest import customer_maker, hire, make_user, plant_tree
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


@pytest.fixture(scope="module")
def founded(request):
    """The town with its branches and people, by name; made once for a module that says ``IN_TOWN = True``."""
    if not getattr(request.module, "IN_TOWN", False):
        return {}
    with request.getfixturevalue("kept")():
        tree = plant_tree()
        people = {part: hire(part, tree) for part in ("manager", "other_manager", "administrator")}
        managers = (people["manager"], people["other_manager"])
        return {"tree": tree, "town": found(managers, people["administrator"], customer_maker()), **people}


@pytest.fixture
def in_town(founded, db):
    """What is there before the tests of the module, by name: a copy for each test."""
    return deepcopy(founded)


@pytest.fixture
def tree(in_town):
    """The branches, by code."""
    return in_town.get("tree") or plant_tree()


@pytest.fixture
def manager(in_town, tree):
    """The relationship manager of Nanshan."""
    return in_town.get("manager") or hire("manager", tree)


@pytest.fixture
def other_manager(in_town, tree):
    """A manager of Futian."""
    return in_town.get("other_manager") or hire("other_manager", tree)


@pytest.fixture
def administrator(in_town, tree):
    """Edits rules and staff, sees no customer."""
    return in_town.get("administrator") or hire("administrator", tree)


@pytest.fixture
def town(in_town, manager, other_manager, administrator, make_customer):
    """Seventy customers of two branches on the eve of the day (tests.tiering.town), by number."""
    return in_town.get("town") or found((manager, other_manager), administrator, make_customer)


@pytest.fixture
def second(tree):
    """A second administrator."""
    return make_user("S002", "何洁", Role.ADMIN, tree["B00"])
