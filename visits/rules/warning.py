"""What to say, without forbidding it, before a visit is planned."""

from visits.choices import VisitWarning


def visit_warnings(
    *,
    restricted=False,
    ended=False,
    outside_hours=False,
    days_since_contact=None,
    planned=0,
    clash=False,
):
    """The warnings that apply, gravest first. `days_since_contact` None: nobody ever spoke with the customer."""
    found = []
    if restricted:
        found.append(VisitWarning.RESTRICTED)
    if ended:
        found.append(VisitWarning.ENDED)
    if outside_hours:
        found.append(VisitWarning.OUTSIDE_HOURS)
    if days_since_contact is not None and 0 <= days_since_contact <= 1:
        found.append(VisitWarning.JUST_SEEN)
    if planned:
        found.append(VisitWarning.ALREADY_PLANNED)
    if clash:
        found.append(VisitWarning.DIARY_CLASH)
    return found
