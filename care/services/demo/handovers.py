"""What makes the pages about hands and data quality worth opening: a leaver, a cover, a handover, double files."""

from datetime import timedelta

from django.db.models import Count

from care.services.demo.signins import SIGN_INS
from customers.models import Customer
from customers.services.contradictions import find_contradictions
from customers.services.duplicates import find_duplicates
from customers.services.handover import propose_handover
from customers.services.names import rebuild_name_keys
from staff.models import Cover, User

MANAGER = SIGN_INS[0][1]
PAIRS, PROPOSED, COVER_DAYS, GONE_DAYS = 3, 8, 6, 5


def make_up_handovers(*, today, now):
    """In the branch of the demo manager: a colleague who left, one who is away and covered, one who wants to hand over
    a few customers, and files held twice; then look for duplicates and contradictions. Call it once."""
    manager = User.objects.select_related("branch").get(staff_no=MANAGER)
    here = User.objects.managers().filter(branch=manager.branch).exclude(pk=manager.pk)
    colleagues = list(here.annotate(number=Count("customers")).order_by("number", "staff_no").select_related("branch"))
    if len(colleagues) >= 3:
        leaver, away, giver = colleagues[:3]
        User.objects.filter(pk=leaver.pk).update(left_on=today - timedelta(days=GONE_DAYS), is_active=False)
        ends = today + timedelta(days=COVER_DAYS)
        Cover.objects.create(absent=away, substitute=manager, starts_on=today, ends_on=ends)
        chosen = giver.customers.order_by("customer_no").values_list("pk", flat=True)[:PROPOSED]
        if chosen:
            propose_handover(
                by=giver,
                from_manager=giver,
                to_manager=manager,
                customers=list(chosen),
                reason="balance",
                note="距离更近，便于拜访",
                on=today,
                effective_on=today,
                now=now,
            )
    _hold_twice(manager)
    find_duplicates(on=today)
    find_contradictions(on=today)


def _hold_twice(manager):
    """A few of the manager's customers stand on file a second time, opened without their document."""
    mine = Customer.objects.filter(manager=manager, kind="individual").select_related("person")
    known = list(mine.exclude(mobile_sealed="").order_by("customer_no")[:PAIRS])
    again = list(
        mine.exclude(pk__in=[row.pk for row in known]).order_by("standing__asset_total", "customer_no")[:PAIRS]
    )
    for one, other in zip(known, again, strict=False):
        other.name, other.mobile, other.mobile_tail = one.name, one.mobile, one.mobile_tail
        other.id_no, other.id_type = "", ""
        other.save()
        other.person.gender, other.person.birth_date = one.person.gender, one.person.birth_date
        other.person.save(update_fields=["gender", "birth_date"])
        rebuild_name_keys(other)
