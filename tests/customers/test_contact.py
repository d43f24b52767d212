"""Contact instructions and consents: one page, one version, at once."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from care.models import FollowUp
from customers.models import Consent, ContactPreference, Customer
from customers.services.consent import record_consent
from customers.services.contact import allowed, edit_contact_rules
from customers.services.customer import Conflict
from visits.models import Visit

TODAY = date(2026, 11, 21)


@pytest.fixture
def customer(manager, make_customer):
    return make_customer(manager)


def say(customer, by, given, *, on=TODAY, purpose="calls", **fields):
    return record_consent(
        customer=customer, by=by, purpose=purpose, given=given, on=on, source="counter", today=TODAY, **fields
    )


def test_withdrawal_counts_at_once_and_a_later_yes_too(customer, manager):
    say(customer, manager, True, on=TODAY - timedelta(30))
    say(customer, manager, False)
    say(customer, manager, False)
    fresh = Customer.objects.get()
    assert not allowed(fresh, purpose="marketing", at=TODAY, channel="phone")
    assert allowed(fresh, purpose="service", at=TODAY, channel="phone")
    # What was said before changes nothing any more.
    say(customer, manager, True, on=TODAY - timedelta(10))
    assert not allowed(Customer.objects.get(), purpose="marketing", at=TODAY, channel="phone")
    assert Consent.objects.count() == 3
    with pytest.raises(ValidationError):
        say(customer, manager, True, on=TODAY + timedelta(1))


def test_of_several_words_on_one_day_the_last_counts(customer, manager):
    for given in (False, True, False):
        say(customer, manager, given)
    assert Consent.objects.count() == 3
    assert not allowed(Customer.objects.get(), purpose="marketing", at=TODAY, channel="phone")


def test_second_editor_is_told(customer, manager):
    edit_contact_rules(customer=customer, by=manager, version=1, facts={"do_not_call": True}, on=TODAY)
    with pytest.raises(Conflict):
        edit_contact_rules(customer=customer, by=manager, version=1, facts={"do_not_call": False}, on=TODAY)
    assert edit_contact_rules(customer=customer, by=manager, version=2, facts={"do_not_call": True}, on=TODAY) == []


def page_data(**fields):
    return {"version": 1, "do_not_call": "on", "days_0": ["1", "3"], "from_0": "09:00", "to_0": "11:00", **fields}


@pytest.mark.parametrize(
    "wrong",
    [
        {"channel": "phone"},
        {"days_0": []},
        {"to_0": "08:00"},
        {"valid_until": "2026-11-20"},
        {"do_not_message": "on", "second_channel": "sms"},
        {"every_days": "8"},
    ],
)
def test_page_refuses_what_cannot_be(customer, manager, sign_in, wrong):
    address = reverse("customers:contact_edit", args=[customer.public_id])
    assert sign_in(manager).post(address, page_data(**wrong)).status_code == 422
    assert not ContactPreference.objects.exists()


def test_page_keeps_instructions_and_shows_both_versions_to_the_second(customer, manager, colleague, head, sign_in):
    address = reverse("customers:contact_edit", args=[customer.public_id])
    client = sign_in(manager)
    assert client.post(address, page_data(colleagues=[colleague.pk])).status_code == 422
    assert client.post(address, page_data(colleagues=[head.pk], every_days="30")).status_code == 302
    preference = ContactPreference.objects.get()
    assert (preference.windows, preference.every_days) == (["13 09:00-11:00"], 30)
    assert list(preference.colleagues.all()) == [head]
    second = client.post(address, page_data(taboos="勿提保险"))
    assert second.status_code == 409
    assert "勿提保险" in second.text
    panel = client.get(reverse("customers:contact", args=[customer.public_id]), headers={"HX-Request": "true"}).text
    assert 'class="contact-no"' in panel


def test_file_does_not_prefer_a_way_the_customer_forbade(customer, manager, sign_in):
    ContactPreference.objects.create(customer=customer, do_not_message=True)
    address = reverse("customers:edit", args=[customer.public_id])
    form = sign_in(manager).get(address).context["form"]
    data = {name: form[name].value() or "" for name in form.fields if name not in {"forget"}}
    answer = sign_in(manager).post(address, {**data, "channel": "sms", "version": 1})
    assert answer.status_code == 422
    assert "channel" in answer.context["form"].errors


def test_lists_say_beside_the_name_what_the_customer_forbade_until_it_runs_out(customer, manager, head, sign_in, today):
    preference = ContactPreference.objects.create(customer=customer, do_not_contact=True, valid_until=TODAY)
    Visit.objects.create(
        customer=customer, by=manager, planned_on=TODAY, channel="their_place", purpose="回访", token=uuid4()
    )
    FollowUp.objects.create(customer=customer, kind="manual", due_on=TODAY, raised_for=TODAY, text="回访")
    pages = [reverse(name) for name in ("visits:list", "visits:calendar", "care:followups", "care:worklist")]
    client = sign_in(manager)
    assert all("请勿联系" in client.get(page).text for page in pages)
    ContactPreference.objects.filter(pk=preference.pk).update(valid_until=TODAY - timedelta(1))
    assert not any("请勿联系" in client.get(page).text for page in [*pages, customer.get_absolute_url()])


def test_free_texts_of_contact_hold_no_numbers(customer, manager, sign_in, today):
    data = {"version": customer.version, "hint": "打 13912345678"}
    answer = sign_in(manager).post(reverse("customers:contact_edit", args=[customer.public_id]), data)
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["hint"])
