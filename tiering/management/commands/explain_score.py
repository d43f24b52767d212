"""``manage.py explain_score CUSTOMER_NO``: every line of the sheet for one customer."""

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from customers.models import Customer
from tiering.management.commands.retier import day, dump
from tiering.services.explain import explain, reckoning_day


class Command(BaseCommand):
    """Explain one customer's score."""

    help = "Print every line of the scoring sheet with answer and points, the coverage, and the range left open."

    def add_arguments(self, parser):
        """Whom, on which day, and how to print."""
        parser.add_argument("customer_no", metavar="CUSTOMER_NO")
        parser.add_argument("--as-of", metavar="DATE", help="the day; that of the last re-tiering")
        parser.add_argument("--json", action="store_true", help="print one JSON object and nothing else")

    def handle(self, *args, customer_no, as_of, json: bool, **options):
        """Look the customer up, explain, print."""
        customer = (
            Customer.objects.select_related("person", "standing")
            .filter(customer_no=customer_no.replace("\x00", ""))
            .first()
        )
        if customer is None:
            raise CommandError(_("There is no customer %(number)s.") % {"number": customer_no})
        if not customer.is_individual:
            raise CommandError(
                _("Customer %(number)s is an organisation: the sheet scores individuals.") % {"number": customer_no}
            )
        stand = explain(customer=customer, on=day(as_of) or reckoning_day(timezone.localdate())).main
        if stand is None:
            raise CommandError(_("No scoring sheet is in force."))
        result = as_json(customer, stand)
        self.stdout.write(dump(result) if json else text(result))


def as_json(customer, stand):
    """What ``--json`` prints: coverage as a share of 1, a missing answer as null."""
    assessment = stand.assessment
    return {
        "customer_no": customer.customer_no,
        "sheet": str(stand.plan.sheet),
        "score": assessment.score,
        "minimum": assessment.minimum,
        "maximum": assessment.maximum,
        "coverage": assessment.coverage,
        "tier": assessment.tier.code if assessment.tier else None,
        "lines": [
            {
                "criterion": line.criterion.label,
                "answer": None if line.missing else line.option.label,
                "points": line.points,
            }
            for line in assessment.lines
        ],
    }


def text(result):
    """The same for people."""
    rows = [f"{result['customer_no']}  {result['sheet']}"]
    for line in result["lines"]:
        rows.append(f"  {line['points']:>3}  {line['criterion']}: {line['answer'] or _('missing')}")
    rows.append(
        _("Score %(score)s (from %(minimum)s to %(maximum)s), coverage %(coverage)s, tier %(tier)s")
        % {**result, "tier": result["tier"] or "—"}
    )
    return "\n".join(rows)
