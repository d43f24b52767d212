"""What to say, without forbidding it, before a visit is planned."""

from visits.choices import VisitChannel, VisitWarning


def visit_warnings(
    *,
    channel,
    restricted=False,
    do_not_contact=False,
    do_not_call=False,
    days_since_contact=None,
    planned=0,
    clash=False,
):
    """The warnings that apply, gravest first. `days_since_contact` None: nobody ever spoke with the customer."""
    found = []
    if restricted:
        found.append(VisitWarning.RESTRICTED)
    if do_not_contact:
        found.append(VisitWarning.DO_NOT_CONTACT)
    if do_not_call and channel == VisitChannel.PHONE:
        found.append(VisitWarning.DO_NOT_CALL)
    if days_since_contact is not None and 0 <= days_since_contact <= 1:
        found.append(VisitWarning.JUST_SEEN)
    if planned:
        found.append(VisitWarning.ALREADY_PLANNED)
    if clash:
        found.append(VisitWarning.DIARY_CLASH)
    return found
