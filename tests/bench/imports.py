"""Loading an extract against a script by hand: the first time, the copying alone, and the next night.

Both sides read the same files and end with the same rows in tables of the same columns, indexes, checks and foreign
keys (ours as they stand, the other's in the schema `by_hand`), committed. Personal data is sealed and names are cut to
pieces by the same functions on both sides, for neither can be done in SQL; by hand in a plain loop that checks nothing.
What only ours does: every cell and row is judged, what is refused or doubtful is reported, the restricted list follows
its flags, how complete each file is, the days on which customers must be tiered again, the trail.
"""

import csv
import io
import os
import statistics
from datetime import date

from django.db import connection, transaction
from django.utils import timezone

from care.services.demo.extract import write_extract
from customers.models import Customer, Organisation, Person, Standing
from customers.models.sealed import index_personal, seal_personal
from customers.rules.phone import parse_phone, tail
from customers.rules.pinyin import name_grams, search_keys
from customers.rules.tables import find_files, open_table
from customers.services.extract import load_extract
from customers.services.extract.staging import TYPES, drop, header_of, stage
from customers.services.statements import fresh_columns
from tests.bench.sides import by_hand, run, timed

DAY, NEXT_DAY = date(2026, 11, 20), date(2026, 11, 21)
KEPT = ("branches", "staff", "products", "customers", "holdings")
TABLES = ("customer", "person", "organisation", "namekey", "holding", "standing", "balancemonth")
PERSONAL = ("id_no", "mobile", "email", "address")
SEALED = [f"{name}_{part}" for name in PERSONAL for part in ("sealed", "index")]
BLOCK_ROWS = 5000
# What a cell of a row of holdings must look like for somebody who writes the checks by hand; empty is unknown.
FITS = {
    "holding_no": "[A-Za-z0-9_./-]{1,40}",
    "customer_no": "[A-Za-z0-9_./-]{1,32}",
    "product_code": "[A-Za-z0-9_./-]{1,32}",
    "currency": "([A-Z]{3})?",
    "balance": "-?[0-9]{1,15}([.][0-9]{1,2})?",
    "credit_limit": "([0-9]{1,15}([.][0-9]{1,2})?)?",
    "rate": "(-?[0-9]{1,3}([.][0-9]{1,4})?)?",
    "opened_on": "([12][0-9]{3}-[01][0-9]-[0-3][0-9])?",
    "matures_on": "([12][0-9]{3}-[01][0-9]-[0-3][0-9])?",
    "status": "(open|closed)?",
}
CHANGED_OF = 20
COPY_TURNS = 5


def write_files(folder, customers):
    """Two nights of an extract: in the second one row of customers and of holdings in twenty says something else."""
    first, second = folder / "first", folder / "second"
    for night in (first, second):
        night.mkdir()
    for _done in write_extract(first, customers=customers, today=DAY):
        pass
    for path in first.glob("*.csv"):
        if path.stem not in KEPT:
            path.unlink()
    rows = {}
    for path in first.glob("*.csv"):
        change = {"customers": _moves_house, "holdings": _pays_in}.get(path.stem)
        rows[path.stem] = _copy(path, second / path.name, change)
    # What was just written must not go to the disk while something is measured.
    os.sync()
    return first, second, rows


def _copy(path, target, change):
    with path.open(encoding="utf-8", newline="") as old, target.open("w", encoding="utf-8", newline="") as new:
        reader = csv.DictReader(old)
        writer = csv.DictWriter(new, reader.fieldnames)
        writer.writeheader()
        number = 0
        for number, row in enumerate(reader, 1):
            if change is not None and number % CHANGED_OF == 0:
                change(row)
            writer.writerow(row)
    return number


def _moves_house(row):
    row["address"] = f"{row['address']}A"


def _pays_in(row):
    row["balance"] = f"{float(row['balance']) + 100:.2f}"


def compare(folder, customers, repeats):
    """({name: seconds}, {file: rows}, what differs): ours and by hand, by turns, of the copying and of both nights."""
    first, second, rows = write_files(folder, customers)
    _clear()
    for kind in ("branches", "staff", "products"):
        load_extract(path=first / f"{kind}.csv", as_of=DAY, now=timezone.now())
    found, warm_up = {}, repeats >= 5
    for turn in range(repeats + warm_up):
        measured = _copying(first)
        measured |= {f"first, {key}": value for key, value in _ours(first, DAY, clear=True).items()}
        measured |= {f"again, {key}": value for key, value in _ours(second, NEXT_DAY).items()}
        measured |= {f"first, {key}": value for key, value in _first_by_hand(first).items()}
        measured |= {f"again, {key}": value for key, value in _again_by_hand(second).items()}
        if turn or not warm_up:
            for key, value in measured.items():
                found.setdefault(key, []).append(value)
    differs = [table for table in ("customer", "person", "holding", "standing", "balancemonth") if not _same(table)]
    return {name: statistics.median(values) for name, values in found.items()}, rows, differs


# ---- the copying alone ---------------------------------------------------------------------------------------------


def _copying(folder):
    """Seconds of the staging of each file, and of COPY of its bytes into a table of texts.

    That of the holdings is short and told by the median of some turns.
    """
    turns = [_stage_and_copy(folder, "holdings") for _turn in range(COPY_TURNS)]
    found = {name: statistics.median(turn[name] for turn in turns) for name in turns[0]}
    found |= _stage_and_copy(folder, "customers")
    found["checked copy holdings"], _none = timed(lambda: _checked_by_hand(folder / "holdings.csv"))
    return found


def _stage_and_copy(folder, kind):
    table = open_table(find_files(folder)[0][kind])
    header, unknown = header_of(table)
    seconds, _staged = timed(lambda: stage(table, header, unknown, on=DAY, progress=lambda rows: None))
    found = {f"stage {kind}": seconds}
    drop(kind)
    for how, types in (("copy", {}), *((("typed copy", TYPES),) if kind == "holdings" else ())):
        typed = ", ".join(f"{name} {types.get(name, 'text')}" for name in header.names)
        run(f"DROP TABLE IF EXISTS bench_raw; CREATE TEMP TABLE bench_raw ({typed})")
        found[f"{how} {kind}"], _none = timed(lambda: _copy_bytes("bench_raw", folder / f"{kind}.csv"))
        run("DROP TABLE bench_raw")
    return found


def _checked_by_hand(path):
    """What staging comes to, in two steps: the bytes into a table of texts, from there what fits into its types."""
    with path.open(encoding="utf-8") as file:
        names = file.readline().strip().split(",")
    run(f"CREATE TEMP TABLE bench_raw (line serial, {', '.join(f'{name} text' for name in names)})")
    _copy_bytes(f"bench_raw ({', '.join(names)})", path)
    fits = " AND ".join(f"COALESCE({name}, '') ~ '^({pattern})$'" for name, pattern in FITS.items())
    run(by_hand("stage_checked", fits=fits))
    run("DROP TABLE bench_raw")


def _copy_bytes(table, path):
    with path.open("rb") as file, connection.cursor() as cursor:
        cursor.copy_expert(f"COPY {table} FROM STDIN (FORMAT csv, HEADER)", file, 1 << 18)


# ---- ours ----------------------------------------------------------------------------------------------------------


def _clear():
    run("TRUNCATE customers_customer, customers_holding CASCADE")


def _ours(folder, on, *, clear=False):
    if clear:
        _clear()
    seconds, loaded = timed(lambda: load_extract(path=folder, as_of=on, now=timezone.now()))
    refused = sum(counts["rejected"] for counts in loaded.files.values())
    return {"ours": seconds, "refused": refused}


# ---- by hand -------------------------------------------------------------------------------------------------------


def _first_by_hand(folder):
    names = _bare_tables()
    seconds, _none = timed(lambda: _load_by_hand(folder, "import_first", DAY, names))
    return {"by hand": seconds}


def _again_by_hand(folder):
    seconds, _none = timed(lambda: _load_by_hand(folder, "import_again", NEXT_DAY, None))
    return {"by hand": seconds}


@transaction.atomic
def _load_by_hand(folder, statements, on, definitions):
    run("SET LOCAL work_mem = '128MB'; SET LOCAL maintenance_work_mem = '512MB'")
    header = (folder / "holdings.csv").read_text(encoding="utf-8", errors="ignore")[:1000].splitlines()[0].split(",")
    typed = ", ".join(f"{name} text" for name in header)
    run(f"DROP TABLE IF EXISTS by_hand.holdings_in; CREATE UNLOGGED TABLE by_hand.holdings_in ({typed})")
    _copy_customers(folder / "customers.csv", keys=definitions is not None)
    _copy_bytes("by_hand.holdings_in", folder / "holdings.csv")
    run(
        "ANALYZE by_hand.customers_in (customer_no);ANALYZE by_hand.holdings_in (holding_no, customer_no, product_code)"
    )
    run(by_hand(statements, on=on, **_rest()))
    for definition in definitions or ():
        run(definition)
    if definitions:
        run(f"ANALYZE {', '.join(f'by_hand.customers_{table}' for table in TABLES)}")


def _rest():
    """Columns that the files say nothing about get the defaults of the models, on both sides."""
    given = {
        "customer": (Customer, "customer_no kind name name_grams branch_id manager_id id_type opened_on known_since"
                     " mobile_tail ease_of_contact influence restricted " + " ".join(SEALED)),
        "person": (Person, "customer_id gender birth_date lunar_birthday occupation annual_income marital_status"
                   " children education"),
        "organisation": (Organisation, "customer_id industry org_type"),
        "standing": (Standing, "customer_id asset_total loan_total holding_count next_maturity"),
    }  # fmt: skip
    found = {}
    for name, (model, columns) in given.items():
        fresh = fresh_columns(model, columns.split())
        found[f"{name}_columns"], found[f"{name}_values"] = ", ".join(fresh), ", ".join(fresh.values())
    return found


def _copy_customers(path, *, keys):
    """The loop of somebody who trusts the file: each row as it stands, personal data sealed, the name in pieces."""
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        plain = [name for name in reader.fieldnames if name not in PERSONAL]
        columns = [*plain, *SEALED, "mobile_tail", "name_grams"]
        typed = ", ".join(f"{name} {TYPES.get(name, 'text')}" for name in columns)
        run(f"DROP TABLE IF EXISTS by_hand.customers_in; CREATE UNLOGGED TABLE by_hand.customers_in ({typed})")
        run("DROP TABLE IF EXISTS by_hand.keys_in; CREATE UNLOGGED TABLE by_hand.keys_in (customer_no text, key text)")
        rows, found = [], []
        for row in reader:
            number = row["customer_no"]
            row["lunar_birthday"] = row["lunar_birthday"].lstrip("闰").replace("-", "")
            cells = [row[name] or r"\N" for name in plain]
            if row["mobile"]:
                row["mobile"] = parse_phone(row["mobile"]).number
            for name in PERSONAL:
                cells += [seal_personal(name, number, row[name]), index_personal(name, row[name])]
            cells += [tail(row["mobile"]), "{" + ",".join(name_grams(row["name"])) + "}"]
            rows.append("\t".join(cells))
            if keys:
                found += [f"{number}\t{key}" for key in search_keys(row["name"])]
            if len(rows) >= BLOCK_ROWS:
                _copy_rows("customers_in", rows)
                _copy_rows("keys_in", found)
        _copy_rows("customers_in", rows)
        _copy_rows("keys_in", found)


def _copy_rows(table, rows):
    if rows:
        with connection.cursor() as cursor:
            cursor.copy_expert(f"COPY by_hand.{table} FROM STDIN", io.StringIO("\n".join(rows) + "\n"))
        rows.clear()


def _bare_tables():
    """Empty tables with the columns and checks of ours; returns the definitions of their indexes and foreign keys."""
    run("DROP SCHEMA IF EXISTS by_hand CASCADE; CREATE SCHEMA by_hand")
    own = [f"customers_{table}" for table in TABLES]
    definitions = []
    for table in own:
        run(
            f"CREATE TABLE by_hand.{table} (LIKE public.{table}"
            " INCLUDING DEFAULTS INCLUDING IDENTITY INCLUDING CONSTRAINTS INCLUDING STORAGE)"
        )
        definitions += [
            text.replace(" ON public.", " ON by_hand.", 1)
            for (text,) in run(f"SELECT pg_get_indexdef(indexrelid) FROM pg_index WHERE indrelid = '{table}'::regclass")
        ]
    for table in own:
        for name, text in run(
            "SELECT quote_ident(conname), pg_get_constraintdef(oid) FROM pg_constraint"
            f" WHERE contype = 'f' AND conrelid = '{table}'::regclass"
        ):
            for other in own:
                text = text.replace(f"REFERENCES {other}(", f"REFERENCES by_hand.{other}(")
            definitions.append(f"ALTER TABLE by_hand.{table} ADD CONSTRAINT {name} {text}")
    return definitions


def _same(table):
    """Whether both sides hold the same; what was sealed anew and what has a number or a time of its own aside."""
    select = {
        "customer": "customer_no, kind, name, name_grams, branch_id, manager_id, id_no_index, mobile_index,"
        " address_index FROM {s}.customers_customer",
        "person": "c.customer_no, p.gender, p.birth_date, p.occupation, p.annual_income, p.children"
        " FROM {s}.customers_person p JOIN {s}.customers_customer c ON c.id = p.customer_id",
        "holding": "h.holding_no, c.customer_no, h.product_id, h.balance, h.rate, h.opened_on, h.matures_on, h.status"
        " FROM {s}.customers_holding h JOIN {s}.customers_customer c ON c.id = h.customer_id",
        "standing": "c.customer_no, t.asset_total, t.loan_total, t.holding_count, t.next_maturity"
        " FROM {s}.customers_standing t JOIN {s}.customers_customer c ON c.id = t.customer_id",
        "balancemonth": "c.customer_no, m.month, m.assets, m.loans, m.yuan_days"
        " FROM {s}.customers_balancemonth m JOIN {s}.customers_customer c ON c.id = m.customer_id",
    }[table]
    ours, theirs = (f"SELECT {select.format(s=schema)}" for schema in ("public", "by_hand"))
    return not run(f"SELECT count(*) FROM (({ours} EXCEPT {theirs}) UNION ALL ({theirs} EXCEPT {ours})) AS other")[0][0]
