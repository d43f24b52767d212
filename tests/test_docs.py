"""The documents say what the code does."""

import re
from pathlib import Path

from django.conf import settings

from customers.rules.codes import CODES
from customers.rules.extract import LAYOUTS

DOCS = Path(settings.BASE_DIR) / "docs"


def test_extract_document_names_every_file_column_and_code():
    text = (DOCS / "extract.md").read_text()
    for kind, layout in LAYOUTS.items():
        part = text.split(f"\n## {kind}\n")[1].split("\n## ")[0]
        for column in layout.columns:
            assert f"| `{column.name}`{' *' if column.required else ''} |" in part, (kind, column.name)
            for code in CODES.get(column.name, ()):
                assert f"`{code}`" in part, (kind, column.name, code)


def test_readme_links_to_files_that_are_there():
    root = DOCS.parent
    text = (root / "README.md").read_text()
    for target in [part.split(")")[0] for part in text.split("](")[1:]]:
        assert (root / target).exists(), target


def test_every_source_named_in_the_code_is_explained():
    named = set()
    for room in ("staff", "jobs", "customers", "tiering", "visits", "proposals", "care"):
        for path in (DOCS.parent / room).rglob("*.py"):
            named |= set(re.findall(r"\bS[0-4]\.\d+\b", path.read_text()))
    explained = set(re.findall(r"^\| (S\d\.\d+) ", (DOCS / "domain.md").read_text(), re.MULTILINE))
    assert named - explained == set()
