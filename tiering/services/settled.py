"""Who need not be looked at again: by the same rules, the same facts place a customer where the run before did."""

from datetime import date
from hashlib import sha256

from tiering.choices import Rhythm
from tiering.models import Gathered
from tiering.services.compile import measures, with_scores
from tiering.services.outcome import outcome
from tiering.services.profile import WRITTEN

# Any one day: what follows from a measured tier depends on the day only for who is under watch or placed by hand.
A_DAY = date(2000, 1, 1)


def rules_of(plan, plan_list, on):
    """What places a customer by this plan on the day `on`, as a digest: the statements themselves and their parameters.

    Two days have the same rules while nothing in them depends on the day. None where more decides than the profile:
    answers to questions, and a rhythm by which a run leaves out what has changed.
    """
    needed = with_scores(plan, plan_list)
    asked = any(other.definition and any(line.question for line in other.definition.criteria) for other in needed)
    if asked or plan.scheme.rhythm != Rhythm.DAILY:
        return None
    said = (measures(needed, on), outcome(plan, 0, "measured", A_DAY, settled=False))
    return sha256(repr(said).encode()).hexdigest()


def unsettled(scheme):
    """SQL of the profiles that a run must look at in a scheme whose rules are those of the run before.

    Of whom something was noted or written; who is under watch; and who is or was placed by hand.
    """
    pk = int(scheme.pk)
    return (
        f"(SELECT known.* FROM tiering_profile known WHERE known.customer_id IN (SELECT customer_id FROM {WRITTEN}"
        f" UNION SELECT customer_id FROM tiering_placement WHERE scheme_id = {pk} AND watch_until IS NOT NULL"
        f" UNION SELECT customer_id FROM tiering_override WHERE scheme_id = {pk}))"
    )


def take_rules():
    """{scheme key: digest} of the rules by which everybody was placed last; they count for one run, and are taken away.

    A run that dies has then left none, and the next looks at everybody.
    """
    state = Gathered.objects.first()
    if state is None:
        return {}
    taken = {int(scheme): rules for scheme, rules in state.placed.items()}
    Gathered.objects.update(placed={})
    return taken


def keep_rules(scheme, rules):
    """Everybody stands in the scheme where these rules place them."""
    for state in Gathered.objects.all():
        state.placed[str(scheme.pk)] = rules
        state.save(update_fields=["placed"])
