"""Four people of the demo bank who can sign in. Their passwords are no secret: they are for made-up data only."""

from django.db import transaction

from care.services.demo.catalogue import ADMINISTRATOR, AUDITOR
from staff.choices import Role
from staff.models import User

# role, staff number, password. The manager has the richest book; the head leads that sub-branch.
SIGN_INS = (
    (Role.MANAGER, "M010101", "zhike-manager"),
    (Role.HEAD, "H0101", "zhike-head"),
    (Role.AUDITOR, AUDITOR, "zhike-auditor"),
    (Role.ADMIN, ADMINISTRATOR, "zhike-admin"),
)


@transaction.atomic
def give_passwords():
    """Let the four demo people sign in. Twice is the same as once."""
    for _role, staff_no, password in SIGN_INS:
        user = User.objects.select_for_update(of=("self",)).get(staff_no=staff_no)
        user.set_password(password)
        user.save(update_fields=["password"])


def sign_ins():
    """(role, staff number, password) of those demo people who are there and still have their demo password."""
    people = {user.staff_no: user for user in User.objects.working().filter(staff_no__in=[row[1] for row in SIGN_INS])}
    return [
        (role.value, staff_no, password)
        for role, staff_no, password in SIGN_INS
        if staff_no in people and people[staff_no].role == role and people[staff_no].check_password(password)
    ]
