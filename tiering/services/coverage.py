"""Which answers the sheet lacks, and for whom."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Exists, OuterRef, Q

from customers.choices import Kind
from customers.models import Customer
from tiering.choices import CriterionKind
from tiering.models import Answer, Placement, Profile
from tiering.rules import facts
from tiering.services.compile import COLUMNS
from tiering.services.kept import kept

# Instead of the key of one criterion: any of them.
ANY = "any"


@dataclass(frozen=True)
class Coverage:
    """Of the customers whom a sheet is for: how many have a score, all answers, and which answers are missing."""

    customers: int
    scored: int
    complete: int
    # {key of the criterion: customers without an answer}
    missing: dict

    @property
    def unscored(self):
        """Without any score."""
        return max(0, self.customers - self.scored)

    @property
    def incomplete(self):
        """With a score that rests on a part of the answers."""
        return self.scored - self.complete


def coverage(scope):
    """The Coverage of the sheet that measures the scope's scheme, as of its latest run; None when no sheet does."""
    if scope.plan.definition is None:
        return None
    criteria = scope.plan.definition.criteria

    def work():
        rows = _asked_for(scope)
        found = rows.aggregate(
            customers=Count("pk"),
            **{f"missing_{place}": Count("pk", filter=_without(one, scope)) for place, one in enumerate(criteria)},
        )
        placed = scope.rows(Placement).filter(scheme=scope.scheme)
        scored = placed.aggregate(all=Count("pk"), complete=Count("pk", filter=Q(answered__gte=len(criteria))))
        return Coverage(
            found["customers"],
            scored["all"],
            scored["complete"],
            {one.key: found[f"missing_{place}"] for place, one in enumerate(criteria)},
        )

    return kept(scope, "coverage", work)


def lacking(scope, key):
    """Keys of the customers without an answer to the criterion `key` of the scope's sheet, or to ANY; as a subquery.

    Raises LookupError when the sheet does not ask that.
    """
    criteria = scope.plan.definition.criteria if scope.plan.definition else ()
    chosen = [one for one in criteria if key in (one.key, ANY)]
    if not chosen:
        raise LookupError(key)
    condition = Q()
    for one in chosen:
        condition |= _without(one, scope)
    return _asked_for(scope).filter(condition).values("customer_id")


def _asked_for(scope):
    """The profiles of the customers whom the sheet is for."""
    individuals = scope.plan.sheet.kind == Kind.INDIVIDUAL
    rows = Profile.objects.filter(individual=individuals).order_by()
    return rows if scope.everything else rows.filter(customer__in=scope.rows(Customer))


def _without(criterion, scope):
    """The condition that a profile has no answer to the criterion today: none, a day to come, or one gone stale."""
    if criterion.question:
        answers = Answer.objects.filter(
            customer=OuterRef("customer"),
            question=criterion.question,
            current=True,
            asked_on__lte=scope.today,
            asked_on__gt=facts.oldest(criterion.stale_after, scope.today) or date.min,
            value__in=[option.value for option in criterion.options],
        )
        return ~Exists(answers.order_by())
    name = COLUMNS[criterion.fact].removeprefix("f.")
    missing = Q(**{f"{name}__isnull": True})
    return missing | Q(**{f"{name}__gt": scope.today}) if criterion.kind == CriterionKind.YEARS else missing
