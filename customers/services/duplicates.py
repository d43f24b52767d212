"""Customers who may be on file twice: found in the whole stock, looked up while typing, and what was said of them."""

from dataclasses import dataclass

from django.db import transaction

from customers.choices import Kind, PairState
from customers.models import Customer, DuplicatePair
from customers.models.sealed import index_personal
from customers.rules import duplicates as rules
from customers.rules.phone import parse_phone, tail
from customers.rules.pinyin import plain_name, spoken_keys
from customers.services.statements import execute
from staff.services import record

# A number that more share than this belongs to a reception desk or a default of the core system, not to one person.
MOST_TOGETHER = 6
SHOWN = 5


@transaction.atomic
def find_duplicates(*, on, progress=None):
    """Look through the whole stock for pairs of customers who may be one; returns {"found", "open"}.

    Set-based: every key (document, phone, e-mail, name with birth date, sound of the name with the last digits of the
    phone, a company's name) is grouped once, groups of more than six are passed over, and only pairs of the same kind
    are looked at. Pairs that somebody called different people stay so; open pairs that share too little by now go.
    Twice finds the same.
    """
    step = progress or (lambda done, total: None)
    execute("DROP TABLE IF EXISTS pg_temp.alike, pg_temp.alike_pairs, pg_temp.alike_judged")
    execute(
        "CREATE TEMP TABLE alike ON COMMIT DROP AS SELECT c.id, c.kind, c.name, c.id_no_index, c.mobile_index,"
        " c.email_index, c.mobile_tail, p.birth_date, p.gender, c.id_type"
        " FROM customers_customer c LEFT JOIN customers_person p ON p.customer_id = c.id"
    )
    execute("ANALYZE pg_temp.alike")
    execute("CREATE TEMP TABLE alike_pairs (first bigint, second bigint, sound boolean) ON COMMIT DROP")
    keys = _keys()
    for number, (columns, source, sound) in enumerate(keys):
        step(number, len(keys) + 1)
        execute(
            "INSERT INTO pg_temp.alike_pairs SELECT one, other, %s FROM"  # noqa: S608 our own text
            f" (SELECT array_agg(DISTINCT alike.id) AS ids FROM {source} GROUP BY {columns}"
            " HAVING count(DISTINCT alike.id) BETWEEN 2 AND %s) AS together, unnest(ids) AS one, unnest(ids) AS other"
            " WHERE one < other",
            [sound, MOST_TOGETHER],
        )
    execute("ANALYZE pg_temp.alike_pairs")
    step(len(keys), len(keys) + 1)
    execute(
        f"CREATE TEMP TABLE alike_judged ON COMMIT DROP AS SELECT * FROM ({_judged()}) AS judged WHERE score >= %s",  # noqa: S608
        [rules.LEAST],
    )
    found = execute(
        "INSERT INTO customers_duplicatepair (public_id, first_id, second_id, reasons, score, state, found_on)"
        " SELECT gen_random_uuid(), first, second, reasons, score, 'open', %s FROM pg_temp.alike_judged"
        " ON CONFLICT (first_id, second_id) DO UPDATE SET reasons = excluded.reasons, score = excluded.score"
        " WHERE (customers_duplicatepair.reasons, customers_duplicatepair.score)"
        " IS DISTINCT FROM (excluded.reasons, excluded.score)",
        [on],
    )
    execute(
        "DELETE FROM customers_duplicatepair pair WHERE state = 'open' AND NOT EXISTS (SELECT 1"
        " FROM pg_temp.alike_judged judged WHERE judged.first = pair.first_id AND judged.second = pair.second_id)"
    )
    return {"found": found, "open": DuplicatePair.objects.open().count()}


def _keys():
    """What groups the stock: columns, the table they stand in, and whether it is the sound of the name."""
    return [
        *((f"kind, {name}", f"pg_temp.alike WHERE {name} <> ''", False) for name in _INDEXES),
        ("name, birth_date", "pg_temp.alike WHERE kind = 'individual' AND birth_date IS NOT NULL", False),
        ("name", "pg_temp.alike WHERE kind = 'organization'", False),
        # Full readings only: initials are shared by far too many.
        (
            "key, mobile_tail",
            "pg_temp.alike JOIN customers_namekey heard ON heard.customer_id = alike.id"
            " AND heard.key !~ '^[<:]' AND octet_length(alike.name) > length(alike.name)"
            " WHERE kind = 'individual' AND mobile_tail <> ''",
            True,
        ),
    ]


_INDEXES = ("id_no_index", "mobile_index", "email_index")


def _judged():
    """SELECT of the gathered pairs with the codes of what they share and the points of `rules.score`."""
    both = "a.{0} = b.{0} AND a.{0} <> ''".format
    shared = {
        "id_no": both("id_no_index"),
        "mobile": both("mobile_index"),
        "email": both("email_index"),
        "name": "a.name = b.name",
        "birth_date": "a.birth_date = b.birth_date",
        "company": "a.kind = 'organization' AND a.name = b.name",
        "pinyin": "sound",
    }
    against = {
        "id_no": "a.id_no_index <> b.id_no_index AND a.id_no_index <> '' AND b.id_no_index <> ''"
        " AND a.id_type = b.id_type",
        "birth_date": "a.birth_date <> b.birth_date",
        "gender": "a.gender <> b.gender AND a.gender <> '' AND b.gender <> ''",
    }
    points = [f"CASE WHEN {test} THEN {rules.POINTS[code]} ELSE 0 END" for code, test in shared.items()]
    points += [f"CASE WHEN {test} THEN -{rules.AGAINST[code]} ELSE 0 END" for code, test in against.items()]
    codes = ", ".join(f"CASE WHEN {test} THEN '{code}' END" for code, test in shared.items())
    return (
        f"SELECT first, second, array_remove(ARRAY[{codes}], NULL)::varchar(16)[] AS reasons,"  # noqa: S608
        f" greatest(0, least(100, {' + '.join(points)})) AS score"
        " FROM (SELECT first, second, bool_or(sound) AS sound FROM pg_temp.alike_pairs GROUP BY first, second) AS pair"
        " JOIN pg_temp.alike a ON a.id = pair.first JOIN pg_temp.alike b ON b.id = pair.second AND b.kind = a.kind"
    )


@dataclass(frozen=True)
class Alike:
    """A customer who looks like the one being typed: in the person's scope, or only that there is one, with whom."""

    reasons: tuple
    score: int
    customer: Customer | None = None
    manager: str = ""
    branch: str = ""


def look_alikes(*, user, kind, name="", id_no="", mobile="", email="", birth_date=None, leave_out=None):
    """Customers of the whole bank who look like these typed facts, the likeliest first, at most five, as Alike.

    Of customers outside the scope of `user` only the manager and branch to ask are named, and only when the document
    number (of a company its credit code), phone or e-mail is the same: a name alone tells nobody who banks with us.
    """
    typed = {
        "id_no": index_personal("id_no", id_no),
        "mobile": index_personal("mobile", mobile),
        "email": index_personal("email", email.strip()),
    }
    name, plain = name.strip(), plain_name(name)
    some = Customer.objects.filter(kind=kind).order_by().values("pk")
    # Halves that an index answers each; joined by OR they would be looked for in the whole bank.
    halves = [some.filter(**{f"{column}_index": index}) for column, index in typed.items() if index]
    if plain and len(name) > 1 and birth_date:
        halves.append(some.filter(name=name, person__birth_date=birth_date))
    if plain and kind == Kind.ORGANIZATION:
        halves.append(some.filter(name=name))
    last = tail(parse_phone(mobile).number) if mobile else ""
    if plain and last:
        halves.append(some.filter(mobile_tail=last, name_keys__key__in=spoken_keys(name)))
    if not halves:
        return []
    keys = {row["pk"] for half in halves for row in half[: MOST_TOGETHER * 2]}
    rows = Customer.objects.filter(pk__in=keys).select_related("manager", "branch", "person", "standing")
    if leave_out is not None:
        rows = rows.exclude(pk=leave_out)
    rows = list(rows.order_by("pk")[: MOST_TOGETHER * 2])
    seen = set(Customer.objects.visible_to(user).filter(pk__in=[row.pk for row in rows]).values_list("pk", flat=True))
    alike = []
    for row in rows:
        shared = [column for column, index in typed.items() if index and getattr(row, f"{column}_index") == index]
        person = getattr(row, "person", None)
        if row.name == name:
            shared += ["name"] + (["company"] if kind == Kind.ORGANIZATION else [])
        if birth_date and person is not None and person.birth_date == birth_date:
            shared.append("birth_date")
        if last and row.mobile_tail == last and row.name != name and "mobile" not in shared:
            shared.append("pinyin")
        sure = typed.keys() & set(shared)
        if row.pk in seen:
            alike.append(Alike(tuple(shared), rules.score(shared), customer=row))
        elif sure:
            told = tuple(code for code in shared if code in sure)
            alike.append(Alike(told, rules.score(shared), manager=str(row.manager or ""), branch=str(row.branch)))
    return sorted(alike, key=lambda one: -one.score)[:SHOWN]


@transaction.atomic
def say_different(*, pair, by, on):
    """Say that these are two people: the pair is never asked about again. Twice is the same as once."""
    locked = DuplicatePair.objects.select_for_update(of=("self",)).get(pk=pair.pk)
    if locked.state == PairState.OPEN:
        locked.state, locked.decided_by, locked.decided_on = PairState.NOT_DUPLICATE, by, on
        locked.save(update_fields=["state", "decided_by", "decided_on"])
        record(actor=by, verb="pair.not_duplicate", subject=locked)
    return locked


@transaction.atomic
def ask_again(*, pair, by):
    """Undo `say_different`: the pair is open again. Twice is the same as once."""
    locked = DuplicatePair.objects.select_for_update(of=("self",)).get(pk=pair.pk)
    if locked.state != PairState.OPEN:
        locked.state, locked.decided_by, locked.decided_on = PairState.OPEN, None, None
        locked.save(update_fields=["state", "decided_by", "decided_on"])
        record(actor=by, verb="pair.opened", subject=locked)
    return locked
