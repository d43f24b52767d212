"""The Chinese catalogue: collect the texts, list what is untranslated, fill it in, compile, check.

    python scripts/messages.py update              collect the texts of code and templates; drop what is gone
    python scripts/messages.py missing [PATH …]    untranslated texts used under these paths, as JSON on standard output
    python scripts/messages.py fill FILE.json      write translations into the catalogue and compile it
    python scripts/messages.py compile             write the .mo beside the .po
    python scripts/messages.py check               exit 1 and name whatever is missing, wrong or stale

The JSON maps a text to its translation, a text with a plural to a list of one translation (Chinese has one form); a
text with a context is written "context|text" with the character U+0004 in place of the bar. Source texts are English;
only Chinese has a catalogue. Browser scripts hold no texts: they read them from the page.
"""

import argparse
import ast
import contextlib
import fcntl
import json
import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import polib
from babel.messages.extract import extract_from_file
from django.utils.translation.template import templatize

CLONE = Path(__file__).resolve().parent.parent
CATALOGUE = CLONE / "locale/zh_Hans/LC_MESSAGES/django.po"
ROOMS = ("config", "care", "proposals", "visits", "tiering", "customers", "jobs", "staff")
HEADER = {
    "Project-Id-Version": "zhike",
    "Language": "zh_Hans",
    "MIME-Version": "1.0",
    "Content-Type": "text/plain; charset=UTF-8",
    "Content-Transfer-Encoding": "8bit",
    "Plural-Forms": "nplurals=1; plural=0;",
}
# What stands at which place of a call: babel's notation, None for the text alone.
SHAPES = {"": None, "n": (1, 2), "p": ((1, "c"), 2), "np": ((1, "c"), 2, 3)}
KEYWORDS = {f"{kind}gettext{ending}": shape for kind, shape in SHAPES.items() for ending in ("", "_lazy", "_noop")} | {
    "_": None
}
CALL = re.compile(r"\b(gettext|ngettext|pgettext|npgettext|_)\(")
STRING = re.compile(r"""\s*,?\s*u?("(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*')""", re.DOTALL)
NAMED = re.compile(r"%\((\w+)\)[a-z]|\{(\w*)\}|%([sd])")
TAG = re.compile(r"</?[a-z]+")

Key = tuple[str, str]  # context ("" for none) and text


class Text:
    """One text to translate, and the files that use it."""

    def __init__(self) -> None:
        self.plural = ""
        self.files: set[str] = set()


class MessagesError(Exception):
    """The catalogue cannot be made; the message is one sentence."""


def collect() -> dict[Key, Text]:
    """Every text marked for translation in the rooms' code and in the templates."""
    found: dict[Key, Text] = {}
    python = [path for room in ROOMS for path in (CLONE / room).rglob("*.py")]
    pages = [
        path for place in ("templates", *ROOMS) for path in (CLONE / place).rglob("*") if "templates" in path.parts
    ]
    for path in sorted(python):
        for context, text, plural in python_texts(path):
            add(found, path, context, text, plural)
    for path in sorted({path for path in pages if path.suffix in {".html", ".txt", ".svg", ".typ"}}):
        for context, text, plural in template_texts(path):
            add(found, path, context, text, plural)
    return found


def add(found: dict[Key, Text], path: Path, context: str, text: str, plural: str) -> None:
    """Note that a file uses a text."""
    if text:
        entry = found.setdefault((context, text), Text())
        entry.plural = entry.plural or plural
        entry.files.add(path.relative_to(CLONE).as_posix())


def python_texts(path: Path) -> Iterator[tuple[str, str, str]]:
    """(context, text, plural) of every call in a Python file."""
    try:
        for _line, message, _comments, context in extract_from_file("python", path, keywords=KEYWORDS):
            parts = message if isinstance(message, tuple) else (message,)
            yield context or "", parts[0], parts[1] if len(parts) > 1 else ""
    except (SyntaxError, UnicodeDecodeError) as error:
        raise MessagesError(f"{path.relative_to(CLONE)} cannot be read: {error}") from None


def template_texts(path: Path) -> Iterator[tuple[str, str, str]]:
    """(context, text, plural) of every translation tag in a template.

    Django turns the template into calls between blanked-out text; only those calls are left to find.
    """
    try:
        source = templatize(path.read_text(encoding="utf-8"), origin=path.relative_to(CLONE).as_posix())
    except (SyntaxError, UnicodeDecodeError) as error:
        raise MessagesError(f"{path.relative_to(CLONE)} cannot be read: {error}") from None
    for call in CALL.finditer(source):
        strings, place = [], call.end()
        while match := STRING.match(source, place):
            strings.append(ast.literal_eval(match.group(1)))
            place = match.end()
        if not strings:
            continue
        context = strings.pop(0) if call.group(1) in {"pgettext", "npgettext"} else ""
        yield context, strings[0], strings[1] if len(strings) > 1 else ""


def load() -> dict[Key, polib.POEntry]:
    """The catalogue as it stands; empty when there is none yet."""
    if not CATALOGUE.exists():
        return {}
    return {
        (entry.msgctxt or "", entry.msgid): entry
        for entry in polib.pofile(str(CATALOGUE), encoding="utf-8")
        if not entry.obsolete
    }


def merge(found: dict[Key, Text], known: dict[Key, polib.POEntry], *, drop: bool) -> dict[Key, polib.POEntry]:
    """The catalogue for these texts with the translations known; what is used no more is dropped or kept."""
    merged = {} if drop else dict(known)
    for key, text in found.items():
        context, msgid = key
        entry = polib.POEntry(
            msgid=msgid, msgctxt=context or None, occurrences=[(name, "") for name in sorted(text.files)]
        )
        old = known.get(key)
        before = translation(old) if old and "fuzzy" not in old.flags else ""
        if text.plural:
            entry.msgid_plural, entry.msgstr_plural = text.plural, {0: before}
        else:
            entry.msgstr = before
        if re.search(r"%\(\w+\)[a-z]|%[sd]", msgid + text.plural):
            entry.flags = ["python-format"]
        merged[key] = entry
    return merged


def translation(entry: polib.POEntry) -> str:
    """The Chinese of an entry, or an empty text."""
    return entry.msgstr_plural.get(0, "") if entry.msgid_plural else entry.msgstr


def catalogue(entries: dict[Key, polib.POEntry]) -> polib.POFile:
    """The file for these entries: sorted, without dates and line numbers, so that a change shows only what changed."""
    file = polib.POFile(wrapwidth=100)
    file.metadata = dict(HEADER)
    for key in sorted(entries, key=lambda key: (key[1].casefold(), key)):
        file.append(entries[key])
    return file


def save(entries: dict[Key, polib.POEntry]) -> None:
    """Write the .po, by replacing it at once."""
    CATALOGUE.parent.mkdir(parents=True, exist_ok=True)
    replace(CATALOGUE, f"{catalogue(entries)}\n".encode())


def compiled(entries: dict[Key, polib.POEntry]) -> bytes:
    """The .mo of these entries."""
    return catalogue(entries).to_binary()


def replace(path: Path, content: bytes) -> None:
    """Write a file so that no reader sees half of it."""
    draft = path.with_suffix(path.suffix + ".new")
    draft.write_bytes(content)
    draft.replace(path)


@contextlib.contextmanager
def alone() -> Iterator[None]:
    """One writer at a time."""
    CATALOGUE.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(CATALOGUE.parent, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def update() -> int:
    """Collect the texts into the catalogue."""
    with alone():
        entries = merge(collect(), load(), drop=True)
        save(entries)
    print(f"{len(entries)} texts, {sum(not translation(entry) for entry in entries.values())} without Chinese.")
    return 0


def missing(paths: list[str]) -> int:
    """Print the untranslated texts used under the paths (all, when none is given)."""
    places = [Path(path).resolve() for path in paths]
    found = collect()
    entries = merge(found, load(), drop=True)
    wanted = {
        "\4".join(filter(None, key)): [""] if entry.msgid_plural else ""
        for key, entry in entries.items()
        if not translation(entry)
        and (not places or any((CLONE / name).is_relative_to(place) for name in found[key].files for place in places))
    }
    print(json.dumps(dict(sorted(wanted.items())), ensure_ascii=False, indent=1))
    return 0


def fill(name: str) -> int:
    """Write the translations of a JSON file into the catalogue and compile; nothing is dropped.

    Exit status 1 when a text is unknown or its translation lacks a placeholder; the others are written all the same.
    """
    given = json.loads(Path(name).read_text(encoding="utf-8"))
    wrong = []
    with alone():
        entries = merge(collect(), load(), drop=False)
        for text, chinese in given.items():
            context, _, msgid = text.rpartition("\4")
            entry = entries.get((context, msgid))
            said = chinese[0] if isinstance(chinese, list) else chinese
            if not entry:
                wrong.append(f"not used anywhere: {msgid!r}")
                continue
            if fault := mismatch(entry, said):
                wrong.append(fault)
                continue
            if entry.msgid_plural:
                entry.msgstr_plural = {0: said}
            else:
                entry.msgstr = said
        save(entries)
        replace(CATALOGUE.with_suffix(".mo"), compiled(entries))
    for line in wrong:
        print(line, file=sys.stderr)
    return 1 if wrong else 0


def compile_() -> int:
    """Write the .mo."""
    with alone():
        replace(CATALOGUE.with_suffix(".mo"), compiled(load()))
    return 0


def check() -> int:
    """Name everything that keeps the catalogue from being complete."""
    known = load()
    found = collect()
    faults = []
    for key, entry in merge(found, known, drop=True).items():
        where = ", ".join(sorted(found[key].files))
        if "fuzzy" in (known[key].flags if key in known else ()):
            faults.append(f"fuzzy: {key[1]!r} ({where})")
        elif not translation(entry):
            faults.append(f"no Chinese: {key[1]!r} ({where})")
        elif fault := mismatch(entry, translation(entry)):
            faults.append(fault)
    faults += [f"used no more: {key[1]!r}" for key in known if key not in found]
    binary = CATALOGUE.with_suffix(".mo")
    if not binary.exists() or binary.read_bytes() != compiled(known):
        faults.append(f"{binary.relative_to(CLONE)} is older than the .po: make messages")
    for fault in faults:
        print(fault)
    return 1 if faults else 0


def mismatch(entry: polib.POEntry, chinese: str) -> str:
    """What the Chinese does with the placeholders and tags of the text that it must not, or an empty text."""
    if not chinese:
        return ""
    allowed = slots(entry.msgid) | slots(entry.msgid_plural)
    needed = slots(entry.msgid_plural) if entry.msgid_plural else allowed
    used = slots(chinese)
    if not needed <= used <= allowed:
        return f"placeholders differ: {entry.msgid!r} → {chinese!r}"
    if sorted(TAG.findall(chinese)) != sorted(TAG.findall(entry.msgid)):
        return f"tags differ: {entry.msgid!r} → {chinese!r}"
    return ""


def slots(text: str) -> set[str]:
    """The placeholders of a text."""
    return {match.group(0) for match in NAMED.finditer(text.replace("%%", ""))}


def main() -> int:
    """Run the command line; returns the exit status."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    verbs = parser.add_subparsers(dest="verb", required=True)
    for verb in ("update", "compile", "check"):
        verbs.add_parser(verb)
    verbs.add_parser("missing").add_argument("paths", nargs="*")
    verbs.add_parser("fill").add_argument("file")
    options = parser.parse_args()
    try:
        match options.verb:
            case "update":
                return update()
            case "missing":
                return missing(options.paths)
            case "fill":
                return fill(options.file)
            case "compile":
                return compile_()
            case _:
                return check()
    except (MessagesError, OSError, json.JSONDecodeError) as error:
        print(error, file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
