"""Services by tier: which package, which rights are left, and two clicks at once."""

import threading
from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection

from staff.models import AuditEvent
from tests.conftest import TODAY
from tiering.models import Placement, Right, RightUse, Scheme, ServicePackage
from tiering.services.package import services_of, take_back_use, use_right


def place(customer, code, scheme="sheet"):
    Placement.objects.update_or_create(
        customer=customer,
        scheme=Scheme.objects.get(code=scheme),
        defaults={"code": code, "rank": 1, "value": 60, "since": TODAY},
    )


def right_of(tier, code):
    return Right.objects.get(package__scheme__code="sheet", package__code=tier, code=code)


@pytest.fixture
def customer(manager, make_customer):
    """A customer in A."""
    customer = make_customer(manager, standing={"tier": "A", "last_contact": date(2026, 9, 1)})
    place(customer, "A")
    return customer


def left(customer, on=TODAY):
    return {
        one.right.code: one.left for service in services_of(customer=customer, on=on) for one in service.entitlements
    }


def test_shipped_packages_cover_every_tier_of_the_sheet(db):
    packages = ServicePackage.objects.filter(scheme__code="sheet")
    assert {package.code: package.contact_days for package in packages} == {"VIP": 30, "A": 45, "B": 90, "C": 180}


def test_package_is_that_of_the_tier_in_force(customer):
    (service,) = services_of(customer=customer, on=TODAY)
    assert (service.package.code, service.rhythm.due, service.rhythm.late) == ("A", date(2026, 10, 16), 36)
    assert left(customer) == {"review": 2, "salon": 3, "lounge": 2, "gift": 1}


def test_other_schemes_may_have_packages_too(customer):
    scheme = Scheme.objects.get(code="assets")
    ServicePackage.objects.create(scheme=scheme, code="W600", name="私行服务", contact_days=14)
    place(customer, "W600", "assets")
    assert [service.package.code for service in services_of(customer=customer, on=TODAY)] == ["A", "W600"]
    Scheme.objects.filter(code="assets").update(active=False)
    assert len(services_of(customer=customer, on=TODAY)) == 1


def test_used_up_is_refused_with_the_day_of_the_next(customer, manager):
    lounge = right_of("A", "lounge")
    for _one in range(2):
        use_right(customer=customer, right=lounge, by=manager, on=TODAY, note=" 赴京 ")
    with pytest.raises(ValidationError) as error:
        use_right(customer=customer, right=lounge, by=manager, on=TODAY)
    assert error.value.messages == ["今年的“机场贵宾厅”2 次已全部用完，2027-01-01 起可再次使用。"]
    assert left(customer)["lounge"] == 0
    assert left(customer, on=date(2027, 1, 1))["lounge"] == 2
    assert use_right(customer=customer, right=lounge, by=manager, on=date(2027, 1, 1))
    assert RightUse.objects.first().note == ""
    assert AuditEvent.objects.filter(verb="right.used").count() == 3


def test_who_rises_does_not_begin_anew(customer, manager):
    use_right(customer=customer, right=right_of("A", "lounge"), by=manager, on=TODAY)
    place(customer, "VIP")
    assert left(customer)["lounge"] == 5


def test_who_falls_has_never_less_than_nothing_left(customer, manager):
    place(customer, "VIP")
    for _one in range(3):
        use_right(customer=customer, right=right_of("VIP", "salon"), by=manager, on=TODAY)
    place(customer, "B")
    assert left(customer)["salon"] == 0
    with pytest.raises(ValidationError):
        use_right(customer=customer, right=right_of("B", "salon"), by=manager, on=TODAY)


@pytest.mark.parametrize("tier", ["VIP", "B"])
def test_right_of_another_tier_is_refused(customer, manager, tier):
    with pytest.raises(ValidationError) as error:
        use_right(customer=customer, right=right_of(tier, "review"), by=manager, on=TODAY)
    assert "现层级不享有" in error.value.messages[0]


def test_right_out_of_force_is_neither_shown_nor_given(customer, manager):
    Right.objects.filter(package__code="A", code="gift").update(active=False)
    assert "gift" not in left(customer)
    with pytest.raises(ValidationError):
        use_right(customer=customer, right=right_of("A", "gift"), by=manager, on=TODAY)


def test_taken_back_counts_no_more_and_twice_is_once(customer, manager, colleague, head):
    use = use_right(customer=customer, right=right_of("A", "gift"), by=manager, on=TODAY)
    with pytest.raises(ValidationError):
        take_back_use(use=use, by=colleague, on=TODAY)
    take_back_use(use=use, by=head, on=TODAY)
    assert take_back_use(use=use, by=manager, on=TODAY).taken_back_by == head
    assert left(customer)["gift"] == 1
    assert AuditEvent.objects.filter(verb="right.taken_back").count() == 1


def test_database_refuses_an_allowance_of_nothing(db):
    package = ServicePackage.objects.first()
    with pytest.raises(IntegrityError):
        Right.objects.create(package=package, code="x", name="x", allowance=0)


@pytest.mark.django_db(transaction=True)
def test_two_clicks_at_once_never_go_beyond_the_allowance(customer, manager):
    right = right_of("A", "lounge")
    start, told = threading.Barrier(4), []

    def click():
        try:
            start.wait()
            use_right(customer=customer, right=right, by=manager, on=TODAY)
            told.append("used")
        except ValidationError:
            told.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=click) for _one in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(told) == ["refused", "refused", "used", "used"]
    assert RightUse.objects.counted().count() == 2
