"""`make bench`: loading, the demo bank, the pages and the tiers, measured in databases of their own.

Prints one table and writes `bench.json` into the var folder. Nothing is asserted: a shared machine is a poor judge.
What has a goal as a ratio was measured together with its yardstick, in turn. The databases are made for the run and
dropped after it; those of `make run` and `make test` are never touched. `SIZE=small` (50,000 customers beside the rest)
takes some minutes, `SIZE=million` measures a million customers and nothing else, and takes most of an hour.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

from scripts import local_servers

DATA = local_servers.CLONE.parent / "shared" / "data" / "to_extract.py"
BERKA_SECONDS, DEMO_SECONDS, PAGE_MILLISECONDS = 20, 30, 150
DEMO_CUSTOMERS = 5000
# Of the large bank: customers, and how often each side is run.
SIZES = {"small": (50_000, 5), "million": (1_000_000, 3)}
PARTS = ("load", "demo", "retier", "imports", "large")
LARGE_SECONDS = 360
EXTRACT_DAY = date(2026, 12, 31)
WARM_UP = 5


def main() -> int:
    """Run everything; returns 1 only when something could not run at all."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--customers", type=int, help="of the demo bank (default 5000), of imports and the large bank")
    parser.add_argument("--repeats", type=int, help="how often each side of imports and of the large bank is run")
    parser.add_argument("--requests", type=int, default=100, help="requests a page (default 100)")
    parser.add_argument("--size", choices=list(SIZES), default="small", help="of the large bank (default small)")
    parser.add_argument("--only", choices=PARTS, help="just this part; demo has the pages, large the search")
    options = parser.parse_args()
    target = local_servers.var_dir() / "bench.json"
    folder = local_servers.var_dir() / "bench"
    os.environ["VAR_DIR"] = str(folder)
    try:
        local_servers.prepare(folder)
    except local_servers.ServersError as error:
        print(error, file=sys.stderr)
        return 1
    try:
        rows = measure(options)
    finally:
        local_servers.release_all()
    load, processors, day = os.getloadavg()[0], os.cpu_count(), time.strftime("%Y-%m-%d")
    print_table(rows)
    print(
        f"\nLoad of the machine at the end: {load:.1f} on {processors} processors; beyond that all times are too long."
    )
    target.write_text(json.dumps({"day": day, "load": load, "rows": rows}, ensure_ascii=False, indent=1))
    print(f"Written to {target}")
    return 0


def measure(options: argparse.Namespace) -> list[dict]:
    """All rows of the table; each part in a fresh database."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    from django.conf import settings
    from django.core.management import call_command

    settings.LOGGING_CONFIG = None
    call_command("collectstatic", verbosity=0, interactive=False)
    rows = []
    parts = [options.only] if options.only else PARTS
    if options.size == "million" and not options.only:
        parts = ("imports", "large")
    if "load" in parts:
        rows += in_own_database("load", measure_loading)
    if "demo" in parts:
        rows += in_own_database("demo", lambda: measure_demo(options.customers or DEMO_CUSTOMERS, options.requests))
    if "retier" in parts:
        rows += in_own_database("retier", measure_retier)
    customers, repeats = SIZES[options.size]
    customers, repeats = options.customers or customers, options.repeats or repeats
    if "imports" in parts:
        rows += in_own_database("imports", lambda: measure_imports(customers, repeats))
    if "large" in parts:
        rows += in_own_database("thousand", lambda: measure_large(customers, repeats, options.requests))
    return rows


def in_own_database(name: str, part: object) -> list[dict]:
    """Run a part in a new database beside the given one, and drop it."""
    from django.core.management import call_command
    from django.db import connection

    own, given = f"bench_{os.getpid()}_{name}", connection.settings_dict["NAME"]
    run_outside(given, f'CREATE DATABASE "{own}"')
    connection.close()
    connection.settings_dict["NAME"] = own
    try:
        call_command("migrate", verbosity=0, interactive=False)
        return part()
    finally:
        connection.close()
        connection.settings_dict["NAME"] = given
        run_outside(given, f'DROP DATABASE IF EXISTS "{own}" WITH (FORCE)')


def run_outside(database: str, statement: str) -> None:
    """One statement outside any transaction."""
    import psycopg2
    from django.db import connection

    settings = connection.settings_dict
    outside = psycopg2.connect(
        dbname=database,
        user=settings["USER"],
        password=settings["PASSWORD"],
        host=settings["HOST"],
        port=settings["PORT"] or None,
    )
    try:
        outside.autocommit = True
        with outside.cursor() as cursor:
            cursor.execute(statement)
    finally:
        outside.close()


def timed(call: object) -> tuple[float, object]:
    """Seconds a call took, and what it returned."""
    began = time.perf_counter()
    result = call()
    return time.perf_counter() - began, result


def row(name: str, value: float, unit: str, goal: float | None = None, note: str = "") -> dict:
    """A row of the table; `share` is how much of the goal is used up."""
    share = round(value / goal, 2) if goal else None
    return {"name": name, "value": round(value, 2), "unit": unit, "goal": goal, "share": share, "note": note}


def skipped(name: str, why: str) -> dict:
    """A row for what could not be measured here."""
    return {"name": name, "value": None, "unit": "", "goal": None, "share": None, "note": f"skipped: {why}"}


def measure_loading() -> list[dict]:
    """Both public data sets, first load and the same again."""
    from django.utils import timezone

    from customers.services.extract import load_extract

    if not DATA.exists():
        return [skipped("load Berka", f"{DATA} is not there")]
    found = []
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        for name, goal in (("berka", BERKA_SECONDS), ("uci", None)):
            path = Path(folder) / name
            subprocess.run([sys.executable, str(DATA), name, str(path)], check=True, capture_output=True)
            for turn, limit in (("load", goal), ("load again", None)):
                seconds, run = timed(lambda path=path: load_extract(path=path, as_of=EXTRACT_DAY, now=timezone.now()))
                count = sum(counts["rows"] for counts in run.files.values())
                found.append(row(f"{turn} {name}", seconds, "s", limit, f"{count:,} rows, {count / seconds:,.0f}/s"))
    return found


def measure_demo(customers: int, requests: int) -> list[dict]:
    """The demo bank, then its pages, called in this process through Django's test client."""
    from django.utils import timezone

    from care.services.demo import make_demo_bank

    seconds, bank = timed(lambda: make_demo_bank(customers=customers, today=timezone.localdate(), now=timezone.now()))
    files = bank["files"]
    note = f"{files['customers']:,} customers, {files['holdings']:,} holdings"
    return [
        row("demo bank", seconds, "s", DEMO_SECONDS if customers == 5000 else None, note),
        *measure_pages(requests),
    ]


def measure_pages(requests: int) -> list[dict]:
    """p50, p95 and query counts of the four pages that people open all day."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from customers.models import Customer
    from staff.models import User

    found = []
    rich = Customer.objects.filter(manager__staff_no="M010101").order_by("-standing__holding_count")[0]
    pages = (
        ("work list, manager", "M010101", "/"),
        ("work list, head", "H0101", "/"),
        ("customer list, manager", "M010101", "/customers/"),
        ("customer list, auditor", "A001", "/customers/"),
        ("customer page", "M010101", rich.get_absolute_url()),
        ("dashboard, manager", "M010101", "/tiering/"),
        ("dashboard, head", "H0101", "/tiering/"),
        ("dashboard, auditor", "A001", "/tiering/"),
    )
    for name, staff_no, path in pages:
        client = Client(SERVER_NAME="localhost")
        client.force_login(User.objects.get(staff_no=staff_no))
        for _turn in range(WARM_UP):
            answer = client.get(path)
        if answer.status_code != 200:
            found.append(skipped(name, f"{path} answered {answer.status_code}"))
            continue
        with CaptureQueriesContext(connection) as captured:
            client.get(path)
            queries = len(captured)
        times = sorted(timed(lambda path=path, client=client: client.get(path))[0] * 1000 for _turn in range(requests))
        p95 = times[min(len(times) - 1, int(len(times) * 0.95))]
        note = f"p50 {statistics.median(times):.0f} ms, {queries} queries, {len(answer.content) / 1024:.0f} kB"
        found.append(row(f"{name}, p95", p95, "ms", PAGE_MILLISECONDS, note))
    return found


def measure_retier() -> list[dict]:
    """The re-tiering against one hand-made statement."""
    from tests.bench import bench_retier

    result = bench_retier.run()
    note = f"{result['ours']} s against {result['yardstick']} s by hand, again {result['rerun']} s"
    if not result["same"]:
        note += ", RESULTS DIFFER"
    return [row(result["name"], result["ratio"], "×", result["goal"], note)]


def ratio(name: str, ours: float, yardstick: float, goal: float | None, note: str) -> dict:
    """A row for one thing as a multiple of another of the same run."""
    return row(name, ours / yardstick if yardstick else 0, "×", goal, note)


def measure_imports(customers: int, repeats: int) -> list[dict]:
    """Loading an extract against a script by hand; rates are told as times, so 60 % of a rate is 1.67 of its time."""
    from tests.bench import imports

    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        took, rows, differs = imports.compare(Path(folder), customers, repeats)
    count = f"{rows['customers']:,} customers, {rows['holdings']:,} holdings"
    said = f", {', '.join(differs).upper()} DIFFER" if differs else ""
    said += f", {took['first, refused']:,.0f} REFUSED" if took["first, refused"] else ""

    def against(ours, theirs, what):
        return f"{what}: {took[ours]:,.2f} s against {took[theirs]:,.2f} s by hand"

    note = against("first, ours", "first, by hand", count) + said
    again = against("again, ours", "again, by hand", "one row in twenty changed") + said
    return [
        ratio("first import", took["first, ours"], took["first, by hand"], 1.67, note),
        ratio(
            *("staging holdings", took["stage holdings"], took["copy holdings"], 1.11),
            f"{took['stage holdings']:,.2f} s against {took['copy holdings']:,.2f} s of COPY into a table of texts",
        ),
        ratio(
            *("  to COPY into its types", took["stage holdings"], took["typed copy holdings"], None),
            f"{took['typed copy holdings']:,.2f} s of COPY into columns of the same types",
        ),
        ratio(
            *("  to the same in two steps", took["stage holdings"], took["checked copy holdings"], None),
            f"{took['checked copy holdings']:,.2f} s of COPY into texts, checked and typed from there",
        ),
        ratio(
            *("staging customers, sealed", took["stage customers"], took["copy customers"], None),
            f"{took['stage customers']:,.2f} s against {took['copy customers']:,.2f} s of COPY, nothing sealed",
        ),
        ratio("import of the next night", took["again, ours"], took["again, by hand"], 1.3, again),
    ]


def measure_large(customers: int, repeats: int, requests: int) -> list[dict]:
    """A bank of a thousand in the database at hand, and the large one beside it."""
    from django.db import connection
    from django.utils import timezone

    from care.services.demo import make_demo_bank

    today = timezone.localdate()
    make_demo_bank(customers=1000, today=today, now=timezone.now())
    thousand = connection.settings_dict["NAME"]
    return in_own_database("large", lambda: _measure_large(customers, repeats, requests, today, thousand))


def _measure_large(customers: int, repeats: int, requests: int, today: date, thousand: str) -> list[dict]:
    from django.utils import timezone

    from tests.bench import search, tiers

    many = max(repeats, 5)
    seconds, bank = tiers.make_bank(customers, today, timezone.now())
    files, steps = bank["files"], bank["steps"]
    note = f"{files['customers']:,} customers, {files['holdings']:,} holdings"
    found = [row("large bank", seconds, "s", LARGE_SECONDS if customers == 1_000_000 else None, note)]
    found += [row(f"  {step}", taken, "s") for step, taken in steps.items() if taken >= seconds / 50]

    took, same = tiers.compare_preview(today, many)
    differs = "" if same else ", RESULTS DIFFER"
    by = f"{took['ours'] * 1000:,.0f} ms, the next time {took['again'] * 1000:,.0f} ms, against"
    found += [
        ratio(
            *("preview, scores by tier", took["scores"], took["count by hand"], 1.3),
            f"{took['scores'] * 1000:,.0f} ms against {took['count by hand'] * 1000:,.0f} ms by hand{differs}",
        ),
        ratio(
            *("preview, all figures", took["ours"], took["figures by hand"], 1.3),
            f"{by} {took['figures by hand'] * 1000:,.0f} ms by hand{differs}",
        ),
    ]
    took, same = tiers.compare_matrix(today, many)
    note = f"{took['ours'] * 1000:,.0f} ms against {took['by hand'] * 1000:,.0f} ms by hand"
    found.append(
        ratio("migration matrix", took["ours"], took["by hand"], 1.3, note + ("" if same else ", RESULTS DIFFER"))
    )
    took, same = search.compare(many)
    by = f"ms against {took['like'] * 1000:,.1f} ms of LIKE" + ("" if same else ", RESULTS DIFFER")
    found += [
        ratio("two letters in a name, as pages", took["page"], took["like"], 0.1, f"{took['page'] * 1000:,.2f} {by}"),
        ratio("two letters in a name, in SQL", took["grams"], took["like"], 0.1, f"{took['grams'] * 1000:,.2f} {by}"),
    ]
    found += _measure_large_pages(requests, thousand)

    tiers.change_facts(customers, today)
    took = tiers.compare_balances(today, repeats)
    note = f"{took['ours']:.2f} s against {took['by hand']:.2f} s by hand, again {took['again']:.2f} s"
    found.append(ratio("balances, some changed", took["ours"], took["by hand"], 1.3, note))
    tiers.refresh_balances(on=today)
    took, same = tiers.compare_retier(today, repeats)
    note = f"{took['ours']:.2f} s against {took['by hand']:.2f} s by hand, {took['moved']:,.0f} moved"
    found += [
        ratio(
            "re-tier, facts changed", took["ours"], took["by hand"], 1.3, note + ("" if same else ", RESULTS DIFFER")
        ),
        ratio(
            *("re-tier, other cut-offs", took["other cut-offs"], took["by hand"], 1.3),
            f"{took['other cut-offs']:.2f} s, {took['recut']:,.0f} moved",
        ),
        ratio(
            *("re-tier, nothing changed", took["again"], took["ours"], 0.7),
            f"{took['again']:.2f} s, {'no row written' if not took['written'] else 'ROWS WRITTEN'}",
        ),
    ]
    return found + _measure_busy(requests, today)


def _measure_large_pages(requests: int, thousand: str) -> list[dict]:
    """Every page as a multiple of the bare page, and lists as a multiple of those of a thousand customers."""
    from django.db import connection

    from tests.bench import pages

    names = list(pages.addresses())
    large = pages.measure(names, requests)
    found = []
    for staff_no in (pages.MANAGER, pages.HEAD, pages.AUDITOR):
        bare = large[pages.bare_of(staff_no)]
        found.append(row(f"bare page of {staff_no}, p50", bare["p50"], "ms", None, f"p95 {bare['p95']:.1f} ms"))
    for name, (staff_no, _path, which, goal) in pages.addresses().items():
        page, bare = large[name], large[pages.bare_of(staff_no)]
        note = f"p50 {page['p50']:.0f} ms, p95 {page['p95']:.0f} ms, first {page['cold']:,.0f} ms"
        note += f", {page['queries']} queries"
        if page["status"] != 200:
            note += f", ANSWERED {page['status']}"
        found.append(ratio(f"{name}, {which} to bare", page[which], bare[which], goal, note))
    lists = [name for name in names if name.startswith("customer")]
    here, p95 = connection.settings_dict["NAME"], {}
    for _turn in range(3):
        for place, key in ((thousand, "thousand"), (here, "large")):
            connection.close()
            connection.settings_dict["NAME"] = place
            for name, page in pages.measure(lists, max(requests // 3, 20)).items():
                if name in lists:
                    p95.setdefault((name, key), []).append(page["p95"])
    for name in lists:
        few, many = (statistics.median(p95[name, key]) for key in ("thousand", "large"))
        found.append(ratio(f"{name}, p95 to a thousand", many, few, 1.5, f"{many:.0f} ms against {few:.0f} ms"))
    return found


def _measure_busy(requests: int, today: date) -> list[dict]:
    """Pages while a re-tiering runs."""
    from tests.bench import pages

    names = ["customer list, manager", "customer page", "dashboard, one branch"]
    quiet, busy, seconds, failed = pages.measure_busy(names, requests, today)
    found = []
    for name in names:
        note = f"{busy[name]['p95']:.0f} ms against {quiet[name]['p95']:.0f} ms, {busy[name]['count']} requests"
        found.append(ratio(f"{name}, p95 in a re-tiering", busy[name]["p95"], quiet[name]["p95"], 2, note))
    note = f"the run took {seconds:.1f} s" + (", IT FAILED" if failed else "")
    return [*found, row("errors of pages meanwhile", busy["errors"], "", None, note)]


def print_table(rows: list[dict]) -> None:
    """The table on standard output."""
    width = max(len(line["name"]) for line in rows)
    print(f"{'':{width}}  {'measured':>10}  {'goal':>8}  {'used':>5}")
    for line in rows:
        value = "—" if line["value"] is None else f"{line['value']:,.2f} {line['unit']}"
        goal = "" if line["goal"] is None else f"{line['goal']:g} {line['unit']}"
        share = "" if line["share"] is None else f"{line['share']:.0%}"
        print(f"{line['name']:{width}}  {value:>10}  {goal:>8}  {share:>5}  {line['note']}")


if __name__ == "__main__":
    sys.exit(main())
