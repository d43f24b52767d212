"""The rule of contact and its twin in SQL say the same of every customer, channel and purpose."""

from datetime import date, datetime, time, timedelta
from itertools import product

import pytest

from customers.choices import Channel, ConsentPurpose, ContactPurpose, CustomerState, Refusal
from customers.models import ContactPreference, Customer
from customers.rules.contact import Window, may_contact, may_share, next_contact, open_channels

DAY = date(2026, 11, 21)
NOBODY = (None, {}, None, CustomerState.ACTIVE)


def asked(**fields):
    """A contact preference that is not saved."""
    return ContactPreference(**fields)


@pytest.mark.parametrize(
    ("facts", "channel", "purpose", "reason"),
    [
        (NOBODY, "phone", "campaign", None),
        (NOBODY, "meeting", "campaign", Refusal.NOT_THIS_WAY),
        (NOBODY, "phone", "win_back", Refusal.NOT_ENDED),
        ((None, {}, "反洗钱名单", "active"), "meeting", "marketing", Refusal.RESTRICTED),
        ((None, {}, "", "active"), "phone", "care", None),
        ((None, {}, None, "ended"), "phone", "marketing", Refusal.ENDED),
        ((None, {}, None, "ended"), "phone", "service", None),
        ((None, {}, None, "ended"), "phone", "win_back", None),
        ((None, {}, None, "dormant"), "phone", "marketing", None),
        ((asked(do_not_contact=True), {}, None, "active"), "phone", "service", Refusal.DO_NOT_CONTACT),
        ((asked(do_not_contact=True), {}, None, "active"), "letter", "service", None),
        ((asked(do_not_contact=True), {}, None, "active"), "letter", "care", Refusal.DO_NOT_CONTACT),
        ((asked(do_not_contact=True, valid_until=DAY), {}, None, "active"), "phone", "care", Refusal.DO_NOT_CONTACT),
        ((asked(do_not_contact=True, valid_until=DAY - timedelta(1)), {}, None, "active"), "phone", "care", None),
        ((asked(do_not_call=True), {}, None, "active"), "phone", "service", Refusal.DO_NOT_CALL),
        ((asked(do_not_call=True), {}, None, "active"), "wechat", "marketing", None),
        ((asked(do_not_message=True), {}, None, "active"), "email", "care", Refusal.DO_NOT_MESSAGE),
        ((asked(do_not_message=True), {}, None, "active"), "letter", "care", None),
        ((asked(do_not_visit=True), {}, None, "active"), "visit", "marketing", Refusal.DO_NOT_VISIT),
        ((asked(do_not_visit=True), {}, None, "active"), "meeting", "marketing", None),
        ((None, {"calls": False}, None, "active"), "phone", "marketing", Refusal.NO_CALLS),
        ((None, {"calls": False}, None, "active"), "phone", "service", None),
        ((None, {"messages": False}, None, "active"), "letter", "marketing", Refusal.NO_MESSAGES),
        ((None, {"messages": True}, None, "active"), "sms", "marketing", None),
        ((None, {"profiling": False}, None, "active"), "phone", "campaign", Refusal.NO_PROFILING),
        ((None, {"profiling": False}, None, "active"), "phone", "marketing", None),
        ((None, {"calls": False, "messages": False}, None, "active"), "", "campaign", Refusal.NO_CALLS),
        ((None, {"calls": False, "messages": False}, None, "active"), "", "marketing", None),
    ],
)
def test_contact_is_allowed_or_refused_with_the_gravest_reason(facts, channel, purpose, reason):
    answer = may_contact(*facts, channel, purpose, DAY)
    assert bool(answer) is (reason is None)
    assert getattr(answer, "reason", None) == reason


def test_restriction_names_its_reason():
    assert "反洗钱名单" in str(may_contact(None, {}, "反洗钱名单", "active", "phone", "marketing", DAY))


def test_hours_are_a_hint_and_never_a_refusal():
    likes = asked(windows=["12345 09:00-11:00"])
    friday, saturday = datetime.combine(DAY - timedelta(1), time(9)), datetime.combine(DAY, time(9))
    assert not may_contact(likes, {}, None, "active", "phone", "care", friday).outside_hours
    late = may_contact(likes, {}, None, "active", "phone", "care", saturday)
    assert (bool(late), late.outside_hours) == (True, True)


@pytest.mark.parametrize(
    ("text", "window"),
    [
        ("12345 09:00-11:00", Window("12345", time(9), time(11))),
        ("671 18:30-20:00", Window("167", time(18, 30), time(20))),
        ("8 09:00-11:00", None),
        ("1 11:00-09:00", None),
        ("1 25:00-26:00", None),
        ("", None),
    ],
)
def test_windows_are_read_as_they_are_written(text, window):
    assert Window.read(text) == window
    assert window is None or Window.read(str(window)) == window


def test_preferred_ways_come_first_and_forbidden_ones_not_at_all():
    likes = asked(channel="sms", second_channel="letter", do_not_call=True)
    ways = open_channels(likes, {"messages": False}, None, "active", "service", DAY)
    assert ways[:2] == [Channel.SMS, Channel.LETTER]
    assert Channel.PHONE not in ways
    assert Channel.SMS not in open_channels(likes, {"messages": False}, None, "active", "marketing", DAY)


def test_data_are_shared_only_after_a_yes():
    assert not may_share({}, ConsentPurpose.PARTNERS)
    assert not may_share({"partners": False}, ConsentPurpose.PARTNERS)
    assert may_share({"partners": True}, ConsentPurpose.PARTNERS)


def test_next_contact_follows_the_frequency_wished():
    assert next_contact(None, DAY, on=DAY) is None
    assert next_contact(30, None, on=DAY) == DAY
    assert next_contact(30, DAY - timedelta(20), on=DAY) == DAY + timedelta(10)
    assert next_contact(30, DAY - timedelta(90), on=DAY) == DAY


def test_sql_says_what_the_rule_says(manager, make_customer):
    yesterday = DAY - timedelta(1)
    wishes = [
        None,
        {},
        {"do_not_contact": True},
        {"do_not_contact": True, "valid_until": yesterday},
        {"do_not_contact": True, "valid_until": DAY},
        {"do_not_call": True, "do_not_message": True},
        {"do_not_visit": True, "withdrawn": ["calls"]},
        {"withdrawn": ["messages"], "do_not_call": True},
        {"withdrawn": ["calls", "messages"]},
        {"withdrawn": ["profiling"], "given": ["calls"]},
        {"do_not_call": True, "do_not_message": True, "do_not_visit": True, "valid_until": yesterday},
    ]
    for wish, state, restricted in product(wishes, CustomerState.values, (False, True)):
        customer = make_customer(manager, state=state, restricted=restricted)
        if wish is not None:
            ContactPreference.objects.create(customer=customer, **wish)
    customers = list(Customer.objects.select_related("contact_preference"))
    for purpose, channel in product(ContactPurpose, ("", *Channel)):
        found = set(Customer.objects.contactable(purpose=purpose, on=DAY, channel=channel).values_list("pk", flat=True))
        for customer in customers:
            preference = getattr(customer, "contact_preference", None)
            said = may_contact(
                preference,
                preference.consents if preference else {},
                "名单" if customer.restricted else None,
                customer.state,
                channel,
                purpose,
                DAY,
            )
            case = (purpose, channel, customer.state, customer.restricted, vars(preference) if preference else None)
            assert (customer.pk in found) is bool(said), case
