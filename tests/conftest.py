"""The cast and the frozen day.

Two sub-branches under one branch under head office. The manager's customers are visible to the manager, the head of the
sub-branch and the auditor; the colleague works beside the manager, the other head in another sub-branch.
"""

import contextlib
import threading
from datetime import date
from decimal import Decimal

import psycopg2
import pytest
from django.conf import settings as configured
from django.db import connection, transaction
from django.test import override_settings
from django.utils import timezone, translation
from hypothesis import settings
from pytest_django.plugin import blocking_manager_key

from customers.choices import Category, Dimension, Kind
from customers.models import Customer, Holding, Organisation, Person, Product, Standing
from staff.choices import BranchLevel, Role
from staff.models import Branch, User
from staff.services import place_branches
from tests.processes import migrated_database

TODAY = date(2026, 11, 21)
PASSWORD = "correct horse battery"


# A machine under load must not turn a property red.
settings.register_profile("house", deadline=None)
settings.load_profile("house")


def pytest_sessionstart(session):
    """The processes of a parallel run all need the migrated database: it is begun while they start and collect."""
    if getattr(session.config.option, "numprocesses", None) and not session.config.option.reuse_db:
        threading.Thread(target=begin_migrating, daemon=True).start()


def begin_migrating():
    """Have the migrated database made; the process that waits for it in vain makes it again, and says what is wrong."""
    with contextlib.suppress(RuntimeError, psycopg2.Error):
        migrated_database()


def commits(item):
    """Whether a test commits, so that the tables are emptied after it."""
    mark = item.get_closest_marker("django_db")
    return "transactional_db" in getattr(item, "fixturenames", ()) or bool(mark and mark.kwargs.get("transaction"))


def pytest_collection_modifyitems(items):
    """A test that commits begins with the rows the product ships with."""
    for item in items:
        if commits(item):
            item.add_marker(pytest.mark.django_db(transaction=True, serialized_rollback=True), append=False)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item, nextitem):
    """A test that committed leaves empty tables behind: put the shipped rows back for whatever test comes next."""
    result = yield
    if nextitem is not None and commits(item) and hasattr(connection, "_test_serialized_contents"):
        with item.config.stash[blocking_manager_key].unblock():
            connection.creation.deserialize_db_from_string(connection._test_serialized_contents)
            connection.close()
    return result


@pytest.fixture(scope="session")
def django_db_modify_db_settings(request, django_db_modify_db_settings_parallel_suffix):
    """The databases of a run's processes are copies of one that was migrated once."""
    if not request.config.getvalue("reuse_db"):
        connection.settings_dict["TEST"]["TEMPLATE"] = migrated_database()


@pytest.fixture(scope="session", autouse=True)
def plain_settings():
    """What makes tests fast, once for all of them, as telling everybody of a changed setting takes its time.

    Hashing a password well takes a tenth of a second, and the cast signs in a thousand times. Pages are rendered
    without a collected manifest; the static files' folder is there, if empty.
    """
    configured.STATIC_ROOT.mkdir(parents=True, exist_ok=True)
    files = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    with override_settings(
        PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"],
        STORAGES=configured.STORAGES | {"staticfiles": files},
    ):
        yield


@pytest.fixture(autouse=True)
def home_language(settings):
    """Sentences are in the product's first language, whatever the page of the test before was in."""
    translation.activate(settings.LANGUAGE_CODE)


@pytest.fixture(scope="module")
def kept(plain_settings, django_db_setup, django_db_blocker):
    """`with kept(): …` writes rows that stay for all tests of the module; what a test writes still goes with the test.

    For rows that many tests only look at: each test gets a savepoint inside the module's transaction. Such a module
    may have no test that commits.
    """
    assert not connection.in_atomic_block, "What is kept is made before a test begins: by fixtures of the module."
    with django_db_blocker.unblock():
        block = transaction.atomic()
        block._from_testcase = True
        block.__enter__()
    yield django_db_blocker.unblock
    with django_db_blocker.unblock():
        transaction.set_rollback(True)
        block.__exit__(None, None, None)


@pytest.fixture
def today(monkeypatch):
    """The bank day of every request in the test is 2026-11-21, a Saturday."""
    monkeypatch.setattr(timezone, "localdate", lambda *args, **kwargs: TODAY)
    return TODAY


def plant_tree():
    """Head office → Shenzhen branch → Nanshan and Futian sub-branches, by code."""
    office = Branch.objects.create(code="B00", name="总行", level=BranchLevel.HEAD_OFFICE)
    city = Branch.objects.create(code="B01", name="深圳分行", level=BranchLevel.BRANCH, parent=office)
    Branch.objects.create(code="D001", name="南山支行", parent=city)
    Branch.objects.create(code="D002", name="福田支行", parent=city)
    place_branches()
    return {branch.code: branch for branch in Branch.objects.all()}


@pytest.fixture
def tree(db):
    """The branches, by code (`plant_tree`)."""
    return plant_tree()


def make_user(staff_no, name, role, branch, **fields):
    """A member of staff who signs in with PASSWORD."""
    return User.objects.create_user(staff_no, PASSWORD, name=name, role=role, branch=branch, **fields)


CAST = {
    "manager": ("M001", "王芳", Role.MANAGER, "D001"),
    "colleague": ("M002", "李强", Role.MANAGER, "D001"),
    "other_manager": ("M003", "赵敏", Role.MANAGER, "D002"),
    "head": ("H001", "陈刚", Role.HEAD, "D001"),
    "other_head": ("H002", "周洋", Role.HEAD, "D002"),
    "city_head": ("H010", "吴昊", Role.HEAD, "B01"),
    "auditor": ("A001", "孙静", Role.AUDITOR, "B00"),
    "administrator": ("S001", "林涛", Role.ADMIN, "B00"),
    "leaver": ("M009", "马超", Role.MANAGER, "D001"),
}


def hire(part, tree):
    """The member of the cast that has the part."""
    staff_no, name, role, branch = CAST[part]
    gone = {"left_on": date(2026, 11, 20), "is_active": False} if part == "leaver" else {}
    return make_user(staff_no, name, role, tree[branch], **gone)


@pytest.fixture
def manager(tree):
    """The relationship manager of Nanshan."""
    return hire("manager", tree)


@pytest.fixture
def colleague(tree):
    """Another manager of Nanshan: must not see the manager's customers."""
    return hire("colleague", tree)


@pytest.fixture
def other_manager(tree):
    """A manager of Futian."""
    return hire("other_manager", tree)


@pytest.fixture
def head(tree):
    """The head of Nanshan."""
    return hire("head", tree)


@pytest.fixture
def other_head(tree):
    """The head of Futian: must not see Nanshan."""
    return hire("other_head", tree)


@pytest.fixture
def city_head(tree):
    """The head of the Shenzhen branch: sees both sub-branches."""
    return hire("city_head", tree)


@pytest.fixture
def auditor(tree):
    """Reads everything, changes nothing."""
    return hire("auditor", tree)


@pytest.fixture
def administrator(tree):
    """Edits rules and staff, sees no customer."""
    return hire("administrator", tree)


@pytest.fixture
def leaver(tree):
    """Left on the day before: sees nothing, cannot sign in."""
    return hire("leaver", tree)


@pytest.fixture
def cast(manager, colleague, other_manager, head, other_head, city_head, auditor, administrator, leaver):
    """Everybody, by name."""
    people = (manager, colleague, other_manager, head, other_head, city_head, auditor, administrator, leaver)
    return dict(zip(CAST, people, strict=True))


@pytest.fixture
def sign_in(client):
    """`sign_in(user)` gives the test client signed in as `user`."""

    def enter(user):
        client.force_login(user)
        return client

    return enter


def stock_products():
    """One product a dimension, by code."""
    rows = [
        ("CA01", "活期存款", Category.DEMAND_DEPOSIT, Dimension.SAVINGS, 1),
        ("TD01", "定期存款", Category.TIME_DEPOSIT, Dimension.SAVINGS, 1),
        ("FD01", "稳健基金", Category.FUND, Dimension.INVESTMENT, 3),
        ("WM01", "安享理财", Category.WEALTH, Dimension.WEALTH, 2),
        ("LN01", "消费贷款", Category.LOAN, Dimension.CONSUMPTION, None),
    ]
    for code, name, category, dimension, risk in rows:
        Product.objects.create(code=code, name=name, category=category, dimension=dimension, risk_level=risk)
    return {product.code: product for product in Product.objects.all()}


@pytest.fixture
def products(db):
    """One product a dimension, by code."""
    return stock_products()


def customer_maker():
    """`make(manager, name="李国强", person={…}, **fields)`: a customer with its standing."""
    numbers = iter(range(1, 10_000))

    def make(manager, *, person=None, organisation=None, standing=None, mobile="", id_no="", **fields):
        fields.setdefault("customer_no", f"C{next(numbers):06d}")
        fields.setdefault("name", "李国强")
        fields.setdefault("branch", manager.branch)
        customer = Customer(manager=manager, **fields)
        customer.mobile, customer.id_no = mobile, id_no
        customer.mobile_tail = mobile[-4:]
        customer.save()
        if customer.kind == Kind.INDIVIDUAL:
            Person.objects.create(customer=customer, **(person or {}))
        else:
            Organisation.objects.create(customer=customer, **(organisation or {}))
        Standing.objects.create(customer=customer, **(standing or {}))
        return customer

    return make


@pytest.fixture
def make_customer(db):
    """`make_customer(manager, name="李国强", person={…}, **fields)`: a customer with its standing."""
    return customer_maker()


def holding_maker(products):
    """`make(customer, "TD01", balance=100000, matures_on=…)`: an open holding."""
    numbers = iter(range(1, 10_000))

    def make(customer, code="CA01", *, balance=0, **fields):
        fields.setdefault("holding_no", f"A{next(numbers):07d}")
        return Holding.objects.create(customer=customer, product=products[code], balance=Decimal(balance), **fields)

    return make


@pytest.fixture
def make_holding(products):
    """`make_holding(customer, "TD01", balance=100000, matures_on=…)`: an open holding."""
    return holding_maker(products)
