"""Build the committed sprite static/icons.svg from the names in static/icons.txt (Tabler's outline icons, MIT).

Run it after adding a name, with node_modules there (make install); `--check` says whether the sprite is up to date.
"""

import re
import sys
from pathlib import Path

CLONE = Path(__file__).resolve().parent.parent
SOURCE = CLONE / "node_modules/@tabler/icons/icons/outline"
NAMES = CLONE / "static/icons.txt"
SPRITE = CLONE / "static/icons.svg"
SHAPE = re.compile(r"<svg[^>]*>(.*)</svg>", re.DOTALL)


def main() -> int:
    """Write the sprite, or compare it with `--check`; returns the exit status."""
    names = sorted(set(NAMES.read_text().split()))
    if "--check" in sys.argv:
        present = re.findall(r'<symbol id="([^"]+)"', SPRITE.read_text())
        if present != names:
            print("static/icons.svg differs from static/icons.txt; run: .venv/bin/python scripts/icons.py")
            return 1
        return 0
    unknown = [name for name in names if not (SOURCE / f"{name}.svg").exists()]
    if unknown:
        print(f"No such icon in node_modules/@tabler/icons: {', '.join(unknown)}", file=sys.stderr)
        return 1
    SPRITE.write_text(
        '<svg xmlns="http://www.w3.org/2000/svg" fill="none" stroke="currentColor" stroke-width="2" '
        'stroke-linecap="round" stroke-linejoin="round">\n' + "".join(symbol(name) for name in names) + "</svg>\n"
    )
    return 0


def symbol(name: str) -> str:
    """One icon as a symbol; the invisible bounding box that Tabler draws first is left out."""
    inside = SHAPE.search((SOURCE / f"{name}.svg").read_text()).group(1)
    parts = [part.strip() for part in inside.splitlines() if part.strip() and 'd="M0 0h24v24H0z"' not in part]
    return (
        f'<symbol id="{name}" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2" '
        f'stroke-linecap="round" stroke-linejoin="round">{"".join(parts)}</symbol>\n'
    )


if __name__ == "__main__":
    sys.exit(main())
