"""Rules that the whole code keeps: each address in the permission table, scope, clock, templates, language."""

import ast
import re
import uuid
from copy import deepcopy
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.db.models import Model
from django.urls import get_resolver, reverse
from django.urls.resolvers import URLPattern
from django.utils import timezone, translation

from jobs import services as jobs
from tests.conftest import CAST, TODAY, customer_maker, hire, holding_maker, plant_tree, stock_products
from tests.permissions import PUBLIC, TABLE

ROOT = Path(settings.BASE_DIR)
ROOMS = ("staff", "jobs", "customers", "tiering", "visits", "proposals", "care")
SIGNED_IN = ("manager", "colleague", "head", "other_head", "auditor", "administrator")


class Missing(str):
    """Stands in a page for a variable nobody gave: seen when written out, nothing when only asked for."""

    def __bool__(self):
        return False

    def __eq__(self, other):
        return other == ""

    __hash__ = str.__hash__


class Invalid(str):
    """Django's `string_if_invalid`: gives a Missing that names the variable."""

    def __mod__(self, name):
        return Missing(f"⁉{name}⁉")


# Whose role a member of the cast has, and whether the manager's customer is in their scope.
ROLES = {"colleague": "manager", "other_head": "head"}
OUTSIDE = {"colleague", "other_head"}
# What is named by a key of its own: somebody else's is refused with the same sentence as one that never was.
NAMELESS = {"verb"}
# Rules belong to the whole bank: they are the same for everybody who may see them.
BANK_WIDE = {"choices", "sheet", "publication"}

# What is its maker's alone, whatever others may see.
OWN = {"view", "view_step", "bulk", "export"}


def addresses(resolver=None, namespace=""):
    """Every named address but admin's own and static files."""
    for entry in (resolver or get_resolver()).url_patterns:
        if isinstance(entry, URLPattern):
            yield f"{namespace}{entry.name}", entry
        elif entry.namespace != "admin":
            yield from addresses(entry, f"{namespace}{entry.namespace}:" if entry.namespace else namespace)


def sources(*patterns):
    for pattern in patterns:
        for room in ROOMS:
            yield from (path for path in (ROOT / room).glob(pattern) if "migrations" not in path.parts)


@pytest.fixture
def strict_templates(settings):
    """A variable that a template names and nobody gives shows up in the page."""
    engines = [dict(engine) for engine in settings.TEMPLATES]
    engines[0]["OPTIONS"] = engines[0]["OPTIONS"] | {"string_if_invalid": Invalid("%s")}
    settings.TEMPLATES = engines


def test_every_address_has_a_row_and_every_row_an_address():
    assert {name for name, _ in addresses()} - PUBLIC == set(TABLE)


def quality_objects(cast, customer, make_customer, today):
    """A cover, a handover inside the branch, a pair, a merge and a question of the manager's customers."""
    from customers.models import DuplicatePair
    from customers.services.handover import propose_handover
    from customers.services.merge import merge_customers
    from staff.models import Cover
    from tests.conftest import make_user

    manager, now = cast["manager"], datetime(2026, 11, 21, tzinfo=UTC)
    newcomer = make_user("M010", "何静", "manager", manager.branch)
    twin, gone = make_customer(manager, name="李国墙"), make_customer(manager, name="李国强")
    pair = DuplicatePair.objects.create(first=customer, second=twin, score=60, reasons=["mobile"], found_on=today)
    merged = merge_customers(survivor=twin, loser=gone, take=(), by=manager, on=today, now=now)
    days = {"starts_on": today, "ends_on": today}
    handover, _moved = propose_handover(
        by=manager,
        from_manager=manager,
        to_manager=newcomer,
        customers=[twin.pk],
        reason="balance",
        on=today,
        effective_on=today,
        now=now,
    )
    return {
        "cover": [Cover.objects.create(absent=manager, substitute=newcomer, **days).pk],
        "handover": [handover.public_id],
        "alike": [pair.public_id],
        "two": [customer.public_id, twin.public_id],
        "merge": [merged.merge.public_id],
        "doubt": [customer.public_id, "many_children"],
    }


def list_objects(cast, customer, today):
    """A saved list, a tag, a bulk action and a file that the manager made: nobody else's."""
    from django.utils import timezone

    from customers.models import Customer, Export
    from customers.services import bulk, views
    from customers.services.export import keep_file

    manager = cast["manager"]
    view = views.save_view(by=manager, name="重点客户", definition={"quick": {"tier": "A"}})
    tag = views.make_tag(by=manager, name="代发")
    views.put_tag(customer=customer, tag=tag, by=manager, on=today)
    chosen = bulk.choose(by=manager, kind="tag", customers=Customer.objects.visible_to(manager), on=today)
    export = Export.objects.create(by=manager, on=today, params={"format": "csv"})
    keep_file(export=export, body=b"x", rows=1, now=timezone.now())
    return {
        "choices": ["columns"],
        "view": [view.public_id],
        "view_step": [view.public_id, "right"],
        "bulk": [chosen.public_id],
        "export": [export.public_id],
        "tagged": [customer.public_id, tag.public_id],
    }


@pytest.fixture(scope="module")
def made(kept):
    """The cast, and what each row's `about` stands for; made once, as a thousand requests look at them."""
    with kept(), pytest.MonkeyPatch.context() as patch, translation.override(settings.LANGUAGE_CODE):
        patch.setattr(timezone, "localdate", lambda *args, **kwargs: TODAY)
        tree = plant_tree()
        people = {part: hire(part, tree) for part in CAST}
        return people, make_objects(people, customer_maker(), holding_maker(stock_products()), TODAY)


@pytest.fixture
def cast(db, made):
    """Everybody, by name."""
    return deepcopy(made[0])


@pytest.fixture
def objects(db, made, today):
    """Arguments of addresses by each row's `about`, on the frozen day."""
    return deepcopy(made[1])


def make_objects(cast, make_customer, make_holding, today):
    """What each row's `about` stands for: arguments of the address, all of the manager's own customer."""
    from care.services import followups
    from care.services.raising import raise_followups
    from customers.models import ImportRun, Need, OtherIncome, OutsideHolding, Relation
    from customers.services.groups import form_group
    from customers.services.mapping.library import save_mapping
    from customers.services.people import add_person
    from customers.services.referrals import record_referral
    from proposals.models import Template
    from proposals.services.proposal import draft_proposal
    from tiering.models import Placement, Publication, Right, Scheme, ScoringSheet
    from tiering.services.drafts import start_draft
    from tiering.services.override import propose_override
    from tiering.services.package import use_right
    from tiering.services.retier import retier_customer
    from visits.services.objection import raise_objection
    from visits.services.visit import plan_visit

    manager = cast["manager"]
    customer = make_customer(manager, name="李国强", mobile="13800138000")
    related = make_customer(manager, name="王丽")
    make_holding(customer, "TD01", balance=100000, matures_on=today)
    relation = Relation.objects.create(customer=customer, related=related, kind="spouse")
    person = add_person(customer=customer, by=manager, on=today, facts={"name": "李小明", "kind": "child"})
    group = form_group(
        kind="household",
        name="李家",
        members=[(customer, "head"), (related, "spouse")],
        by=manager,
        on=today,
    )
    referral = record_referral(introducer=customer, by=manager, on=today, token=uuid.uuid4(), name="周先生")
    need = Need.objects.create(customer=customer, dimension="savings", driver="养老", found_on=today)
    outside = OutsideHolding.objects.create(
        customer=customer, bank="招商银行", category="time_deposit", said_by="customer", found_on=today
    )
    income = OtherIncome.objects.create(customer=customer, year=2026, what="转介绍", amount=500, entered_on=today)
    proposal = draft_proposal(
        customer=customer, template=Template.objects.first(), title="养老规划", by=manager, on=today
    )
    visit = plan_visit(
        customer=customer,
        by=manager,
        planned_on=today,
        planned_at=None,
        channel="our_branch",
        purpose="到期转存",
        token=uuid.uuid4(),
        today=today,
    )
    objection = raise_objection(customer=customer, by=manager, words="利率太低", kind="real", on=today)
    raise_followups(as_of=today)
    override = propose_override(
        customer=customer,
        scheme=Scheme.objects.get(code="sheet"),
        code="A",
        reason="经营规模已扩大",
        ends_on=date(2027, 3, 31),
        by=manager,
        on=today,
    )
    retier_customer(customer=customer.pk, as_of=today)
    right = Right.objects.get(package__code="B", code="review")
    Placement.objects.filter(customer=customer, scheme__code="sheet").update(code="B")
    verb = followups.dismiss(followups=list(customer.followups.all()), reason="not_useful", by=manager, on=today)
    mine = jobs.enqueue(kind="retier", key="x", now=datetime(2026, 11, 21, tzinfo=UTC), by=manager)
    definition = {"target": "customers", "columns": {"kind": {"constant": "individual"}}}
    edition = save_mapping(name="老系统", definition=definition, by=cast["administrator"])
    draft = ImportRun.objects.create(
        as_of=today, source="x.csv", state="draft", definition=edition.definition, started_by=cast["administrator"]
    )
    rules = ScoringSheet.objects.in_force().get(code="standard")
    return {
        "posted": {"followup": customer.followups.first().public_id, "reason": "not_useful", "days": 1},
        "": [],
        "customer": [customer.public_id],
        "personal": [customer.public_id, "mobile"],
        "section": [customer.public_id, "who"],
        "relation": [customer.public_id, relation.pk],
        "person": [person.public_id],
        "group": [group.public_id],
        "member": [group.public_id, related.public_id],
        "referral": [referral.public_id],
        "referral_outcome": [referral.public_id, "contacted"],
        "pair": [customer.public_id, related.public_id, "spouse"],
        "import": [ImportRun.objects.create(as_of=today, source="folder", started_by=cast["administrator"]).public_id],
        "draft": [draft.public_id],
        "mapping": [edition.mapping.public_id],
        "edition": [edition.mapping.public_id, 1],
        "need": [need.public_id, "met"],
        "need_alone": [need.public_id],
        "outside": [outside.public_id],
        "goal": [customer.public_id, 2026],
        "other_income": [income.public_id],
        "proposal": [proposal.public_id],
        "visit": [visit.public_id],
        "objection": [objection.public_id],
        "override": [override.public_id],
        "assessed": [customer.public_id, "standard"],
        "right": [customer.public_id, right.public_id],
        "right_use": [use_right(customer=customer, right=right, by=manager, on=today).public_id],
        "sheet": [start_draft(sheet=rules, by=cast["administrator"]).public_id],
        "publication": [Publication.objects.create(sheet=rules, on=today, reason="新规则").public_id],
        "followup": [],
        "verb": [verb],
        "job": [mine.public_id],
        **quality_objects(cast, customer, make_customer, today),
        **contact_objects(cast, make_customer, today),
        **list_objects(cast, customer, today),
    }


def contact_objects(cast, make_customer, today):
    """A restriction, an ending and a note of the manager that names the head, of a customer of their own."""
    from customers.services.ending import begin_ending
    from customers.services.notes import add_note
    from customers.services.restriction import restrict

    manager = cast["manager"]
    customer = make_customer(manager, name="周正")
    entry = restrict(customer=customer, by=cast["head"], kind="court", reason="欠款未还", on=today)
    ending = begin_ending(customer=customer, by=manager, reason="competitor", on=today)
    note = add_note(customer=customer, by=manager, text="请@陈刚 过目", token=uuid.uuid4(), on=today)
    return {
        "restriction": [entry.public_id],
        "ending": [ending.public_id],
        "ending_step": [ending.public_id, "talk"],
        "note": [note.public_id],
        "own_note": [note.public_id],
        "mention": [note.mentions.get().public_id],
    }


def expected(row, who):
    """The kind of answer: ok, forbidden, missing."""
    if row.about == "own_note" and who == "head":
        return {"forbidden"}
    if row.about == "mention" and who == "manager":
        return {"missing"}
    role = ROLES.get(who, who)
    if role not in row.access:
        return {"forbidden"} if row.about != "job" else {"forbidden", "missing"}
    if row.about == "job":
        return {"ok"} if who in {"manager", "auditor", "administrator"} else {"missing"}
    if row.about in NAMELESS | BANK_WIDE:
        return {"ok"}
    if row.about in OWN:
        return {"ok"} if who == "manager" else {"missing"}
    if row.about and who in OUTSIDE:
        return {"missing"}
    return {"ok"}


def kind_of(status):
    """ok also stands for a form sent back (422) and for a bad request: the door was open."""
    if status in {403, 404}:
        return {403: "forbidden", 404: "missing"}[status]
    return "ok" if status < 500 and status != 405 else f"broken ({status})"


@pytest.mark.parametrize("name", TABLE)
def test_address_answers_each_role_as_the_table_says(objects, cast, client, strict_templates, name):
    row = TABLE[name]
    address = reverse(name, args=objects[row.about])
    call = client.get if row.method == "GET" else partial(client.post, data=objects["posted"])
    answer = call(address)
    assert (answer.status_code, "/accounts/login/" in answer.url) == (302, True)
    # Those who may not come first: a verb that is done cannot be refused any more.
    order = sorted(SIGNED_IN, key=lambda who: expected(row, who) == {"ok"})
    for who in order:
        client.force_login(cast[who])
        answer = call(address)
        assert kind_of(answer.status_code) in expected(row, who), (who, answer.status_code)
        if answer.headers.get("Content-Type", "").startswith("text/html"):
            assert "⁉" not in answer.content.decode(), re.findall("⁉.*?⁉", answer.content.decode())
        if row.method == "POST":
            assert client.get(address).status_code in {403, 404, 405}
            if kind_of(answer.status_code) == "ok":
                break  # done once is enough: what it was about may be gone


@pytest.mark.parametrize(
    "name",
    [
        name
        for name, row in TABLE.items()
        if row.about not in {"", "job", "followup"} | BANK_WIDE and "head" in row.access
    ],
)
def test_what_is_not_yours_answers_as_what_is_not_there(objects, cast, client, name):
    row = TABLE[name]
    arguments = objects[row.about]
    nothing = [uuid.uuid4() if isinstance(value, uuid.UUID) else value for value in arguments]
    client.force_login(cast["other_head"])
    call = client.get if row.method == "GET" else client.post
    answers = [call(reverse(name, args=given)) for given in (arguments, nothing)]
    assert {answer.status_code for answer in answers} == {302 if row.about in NAMELESS else 404}
    bodies = [re.sub(rb'csrf\w*"[^>]*"|"X-CSRFToken": "\w+"|value="\w{64}"', b"", answer.content) for answer in answers]
    assert bodies[0] == bodies[1]


def test_get_changes_nothing(objects, cast, client):
    """Every address that answers GET, asked by those who may: no row of any room differs afterwards."""
    from django.db import connection

    tables = [model._meta.db_table for model in apps.get_models() if model._meta.app_label in ROOMS]
    tables.remove("staff_auditevent")

    def state():
        with connection.cursor() as cursor:
            parts = " UNION ALL ".join(
                f"SELECT '{table}', count(*), coalesce(sum(hashtextextended(t::text, 0)), 0)::text FROM {table} t"
                for table in tables
            )
            cursor.execute(parts)
            return {row[0]: row[1:] for row in cursor.fetchall()}

    client.force_login(cast["manager"])
    state_before = state()
    for name, row in TABLE.items():
        if row.method == "GET" and "manager" in row.access:
            client.get(reverse(name, args=objects[row.about]))
    after = state()
    # Signing in notes the time of the last sign-in; nothing else may differ.
    assert {table for table in tables if after[table] != state_before[table]} <= {"staff_user"}


def test_post_without_the_token_is_refused(cast, objects):
    from django.test import Client

    client = Client(enforce_csrf_checks=True)
    client.force_login(cast["manager"])
    posted = [name for name, row in TABLE.items() if row.method == "POST"]
    answers = {name: client.post(reverse(name, args=objects[TABLE[name].about])).status_code for name in posted}
    assert set(answers.values()) == {403}


def test_views_look_objects_up_in_scope_only():
    """`Model.objects.get(…)`, `.all()` or `get_object_or_404(Model, …)` in a view would forget the scope."""
    loose = []
    for path in sources("views.py", "views/*.py", "forms.py", "forms/*.py", "filters.py", "filters/*.py"):
        for number, line in enumerate(path.read_text().splitlines(), 1):
            if re.search(r"objects\.(get|all)\(|get_object_or_404\(\s*[A-Z]\w+\s*,", line):
                loose.append(f"{path.relative_to(ROOT)}:{number} {line.strip()}")
    assert loose == []


def test_nothing_below_a_view_reads_the_clock():
    clock = re.compile(r"date\.today\(\)|timezone\.(now|localdate|localtime)\(|datetime\.(now|today|utcnow)\(")
    found = []
    for path in sources("services.py", "services/**/*.py", "models.py", "models/*.py", "rules.py", "rules/*.py",
                        "querysets.py", "querysets/*.py", "choices.py", "choices/*.py", "access.py", "forms.py",
                        "forms/*.py"):  # fmt: skip
        found += [f"{path}:{n}" for n, line in enumerate(path.read_text().splitlines(), 1) if clock.search(line)]
    assert found == []


def test_templates_carry_no_script_style_or_raw_text():
    """The content security policy would block them; `safe` would let a customer's text through."""
    bad = re.compile(
        r"<script(?![^>]*\bsrc=)|<style|\sstyle=\"|\son[a-z]+=\"|hx-on|javascript:|\|\s*safe\b|autoescape off"
    )
    found = []
    for path in (ROOT / "templates").rglob("*.html"):
        found += [
            f"{path.relative_to(ROOT)}:{n}"
            for n, line in enumerate(path.read_text().splitlines(), 1)
            if bad.search(line)
        ]
    assert found == []


def test_code_marks_nothing_safe_and_exempts_nothing_from_csrf():
    found = []
    for path in sources("**/*.py"):
        text = path.read_text()
        found += [
            f"{path.relative_to(ROOT)} {word}"
            for word in ("mark_safe", "csrf_exempt", "RawSQL", ".extra(")
            if word in text
        ]
    assert found == []


def test_every_template_is_used():
    """By a view, another template, a table, or Django's own names."""
    own = {"400.html", "403.html", "403_csrf.html", "404.html", "500.html"}
    overrides = {path for path in templates() if path.split("/")[0] in {"admin", "registration"}}
    text = "\n".join(
        path.read_text()
        for path in [*(ROOT / "templates").rglob("*.html"), *sources("**/*.py"), ROOT / "config" / "settings.py"]
    )
    unused = {name for name in templates() if f'"{name}"' not in text and f"'{name}'" not in text}
    conventional = {
        f"{model._meta.app_label}/{model._meta.model_name}_{suffix}.html"
        for model in apps.get_models()
        for suffix in ("list", "detail", "form")
    }
    assert unused - own - overrides - conventional == set()


def templates():
    return {str(path.relative_to(ROOT / "templates")) for path in (ROOT / "templates").rglob("*.html")}


@pytest.mark.parametrize(
    "model", [m for m in apps.get_models() if m._meta.app_label in ROOMS], ids=lambda m: m.__name__
)
def test_every_model_says_what_it_is(model):
    assert model.__doc__
    assert not model.__doc__.startswith(f"{model.__name__}(")
    assert "__str__" in {name for kind in model.__mro__[:-1] if kind is not Model for name in vars(kind)}


def test_migrations_have_names_that_say_what_they_do():
    bad = [path.name for room in ROOMS for path in (ROOT / room / "migrations").glob("0*.py") if "auto_" in path.name]
    assert bad == []


def test_public_functions_of_services_and_rules_say_what_they_do():
    silent = []
    for path in sources(
        "services.py", "services/**/*.py", "rules.py", "rules/**/*.py", "querysets.py", "querysets/*.py", "tasks.py"
    ):
        for node in ast.parse(path.read_text()).body:
            named = isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_")
            if named and not ast.get_docstring(node):
                silent.append(f"{path.relative_to(ROOT)}:{node.lineno} {node.name}")
    assert silent == []
