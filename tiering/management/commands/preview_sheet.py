"""``manage.py preview_sheet VERSION``: who would move if a version of a sheet were in force."""

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from staff.models import Branch, User
from tiering.management.commands.retier import day, dump
from tiering.models import ScoringSheet
from tiering.services.preview import effect

MAIN = "standard"


class Command(BaseCommand):
    """Count who would move, and write nothing."""

    help = (
        "Say who would move if a version of a scoring sheet were in force, against the tiers in force; writes nothing."
    )

    def add_arguments(self, parser):
        """Which version, on which day, and how to print."""
        parser.add_argument("version", metavar="VERSION", help="the version's number")
        parser.add_argument("--sheet", metavar="CODE", default=MAIN, help=f"the code of the sheet; {MAIN}")
        parser.add_argument("--as-of", metavar="DATE", help="the day (2026-12-31); today")
        parser.add_argument("--json", action="store_true", help="print one JSON object and nothing else")

    def handle(self, *args, version, sheet, as_of, json: bool, **options):
        """Look the version up, count, print."""
        on = day(as_of) or timezone.localdate()
        versions = ScoringSheet.objects.whole().filter(code=sheet.replace("\x00", ""))
        if not versions:
            raise CommandError(_("There is no scoring sheet “%(code)s”.") % {"code": sheet})
        number = int(version) if version.isascii() and version.isdigit() and len(version) < 10 else 0
        found = versions.filter(version=number).first()
        if found is None:
            known = ", ".join(str(one.version) for one in reversed(versions))
            raise CommandError(
                _("The sheet “%(code)s” has no version %(version)s; there are: %(known)s.")
                % {"code": sheet, "version": version, "known": known}
            )
        result = as_json(found, on, effect(sheet=found, on=on))
        self.stdout.write(dump(result) if json else text(result))


def as_json(sheet, on, found):
    """What ``--json`` prints: customers as numbers, assets in yuan as text to the cent, no tier as ''."""
    branches = dict(Branch.objects.values_list("pk", "code"))
    managers = dict(User.objects.filter(pk__in=[s.key for s in found.by_manager]).values_list("pk", "staff_no"))
    after = {}
    for bar in found.bars:
        if bar.score is not None:
            after[bar.score] = after.get(bar.score, 0) + bar.count
    return {
        "sheet": sheet.code,
        "version": sheet.version,
        "as_of": on.isoformat(),
        "customers": found.customers,
        "moved": found.moved,
        "up": found.up,
        "down": found.down,
        "matrix": [
            {"from": move.from_code, "to": move.to_code, "customers": move.count, "assets": f"{move.assets:.2f}"}
            for move in found.moves
        ],
        "branches": [_share("branch", branches.get(share.key), share) for share in found.by_branch],
        "managers": [_share("manager", managers.get(share.key), share) for share in found.by_manager],
        "histogram": {
            "before": {str(score): number for score, number in sorted(found.before.items())},
            "after": {str(score): number for score, number in sorted(after.items())},
        },
        "causes": [
            {
                "criterion": cause.criterion.label,
                "key": cause.criterion.key,
                "gaining": cause.gaining,
                "losing": cause.losing,
                "points": cause.points,
            }
            for cause in found.causes
        ],
    }


def _share(word, code, share):
    return {
        word: code,
        "customers": share.customers,
        "up": share.up,
        "down": share.down,
        "before": share.before,
        "after": share.after,
    }


def text(result):
    """The same for people."""
    rows = [
        _("%(sheet)s v%(version)s as of %(as_of)s") % result,
        _("%(customers)s looked at, %(moved)s would move: %(up)s up, %(down)s down.") % result,
    ]
    for move in result["matrix"]:
        if move["from"] != move["to"]:
            rows.append(
                f"  {move['from'] or '—':>6} → {move['to'] or '—':<6}{move['customers']:>9,}{move['assets']:>20}"
            )
    for title, word in ((_("By branch"), "branch"), (_("By manager"), "manager")):
        rows.append(title)
        rows += [
            f"  {share[word] or '—':<12}{share['customers']:>9,}  ▲ {share['up']:,}  ▼ {share['down']:,}"
            for share in result[f"{word}es" if word == "branch" else f"{word}s"]
        ]
    if result["causes"]:
        rows.append(_("What causes most moves"))
        rows += [
            f"  {cause['criterion']}  ▲ {cause['gaining']:,}  ▼ {cause['losing']:,}  {cause['points']:+,}"
            for cause in result["causes"]
        ]
    return "\n".join(rows)
