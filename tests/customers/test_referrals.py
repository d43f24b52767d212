"""Referrals, their chains and value, influence centres, sources, contact pools, moments to ask."""

import uuid
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from customers.models import ContactPreference, Customer, Need, Referral, ReferralPolicy, Relation, ValueRecord
from customers.rules.influence import Known, points, pool_of, reasons
from customers.services.introductions import centres, chain_from, pools, ranking, sources
from customers.services.referrals import became_customer, give_gift, record_referral, set_outcome, thank

TODAY = date(2026, 11, 21)


def url(name, *args):
    return reverse(f"customers:{name}", args=args)


@pytest.fixture
def people(manager, make_customer):
    return [
        make_customer(manager, name=name, customer_no=f"P{place}", standing={"asset_total": 100})
        for place, name in enumerate("甲乙丙丁戊")
    ]


def refer(introducer, manager, **more):
    return record_referral(introducer=introducer, by=manager, on=TODAY, token=more.pop("token", uuid.uuid4()), **more)


def introduced(introducer, *others):
    for one in others:
        Relation.objects.create(customer=one, related=introducer, kind="introducer")


def test_nobody_is_asked_who_may_not_be_but_a_name_given_is_written_down(people, manager):
    Customer.objects.filter(pk=people[0].pk).update(restricted=True, restricted_reason="法院冻结")
    people[0].refresh_from_db()
    with pytest.raises(ValidationError, match="甲"):
        refer(people[0], manager)
    assert not Referral.objects.exists()
    assert refer(people[0], manager, name="周先生").outcome == "named"


def test_referral_goes_from_asked_to_customer_and_thanks(people, manager):
    referral = refer(people[0], manager)
    assert referral.outcome == "asked"
    with pytest.raises(ValidationError):
        set_outcome(referral=referral, outcome="contacted", by=manager, on=TODAY)
    named = refer(people[0], manager, name="周先生", mobile="13912345678")
    assert (named.outcome, named.masked_mobile) == ("named", "139****5678")
    set_outcome(referral=named, outcome="contacted", by=manager, on=TODAY)
    done = became_customer(referral=named, referred=people[1], by=manager, on=TODAY + timedelta(days=3))
    assert (done.outcome, done.referred, done.outcome_on) == ("customer", people[1], TODAY + timedelta(days=3))
    relation = Relation.objects.get()
    assert (relation.customer, relation.related, relation.kind) == (people[1], people[0], "introducer")
    assert Customer.objects.get(pk=people[1].pk).source == "introduction"
    with pytest.raises(ValidationError):
        set_outcome(referral=done, outcome="declined", by=manager, on=TODAY)
    thank(referral=done, by=manager, on=TODAY)
    assert thank(referral=done, by=manager, on=TODAY + timedelta(days=9)).thanked_on == TODAY


def test_referral_sent_twice_is_one(people, manager):
    token = uuid.uuid4()
    assert refer(people[0], manager, token=token, name="周") == refer(people[0], manager, token=token, name="周")
    assert Referral.objects.count() == 1


def test_circle_of_introductions_is_refused(people, manager):
    first, second, third = people[:3]
    refer(first, manager, referred=second)
    refer(second, manager, referred=third)
    for introducer, referred in ((second, first), (third, first)):
        with pytest.raises(ValidationError, match="循环"):
            refer(introducer, manager, referred=referred)
    with pytest.raises(ValidationError):
        refer(first, manager, referred=first)
    with pytest.raises(ValidationError):
        refer(first, manager, referred=second)
    assert Referral.objects.count() == 2


def test_known_source_of_a_customer_stays(people, manager):
    Customer.objects.filter(pk=people[1].pk).update(source="walk_in")
    refer(people[0], manager, referred=people[1])
    assert Customer.objects.get(pk=people[1].pk).source == "walk_in"


def test_gift_stays_within_the_limits(people, manager, sign_in, today):
    ReferralPolicy.objects.filter(pk=1).update(gift_limit=200, gift_limit_year=350)
    rows = [refer(people[0], manager, name=f"周{n}") for n in range(3)]
    give_gift(referral=rows[0], gift="茶叶", cost=Decimal("200"), by=manager, on=TODAY)
    with pytest.raises(ValidationError, match="200"):
        give_gift(referral=rows[1], gift="手表", cost=Decimal("200.01"), by=manager, on=TODAY)
    response = sign_in(manager).post(url("referral_gift", rows[1].public_id), {"gift": "茶叶", "gift_cost": "151"})
    assert response.status_code == 422
    assert "150" in str(response.context["form"].errors["gift_cost"])
    give_gift(referral=rows[1], gift="鲜花", cost=Decimal("150"), by=manager, on=TODAY)
    # The same gift mended counts once; a year later the limit begins anew.
    give_gift(referral=rows[1], gift="鲜花", cost=Decimal("140"), by=manager, on=TODAY)
    give_gift(referral=rows[2], gift="茶叶", cost=Decimal("200"), by=manager, on=TODAY + timedelta(days=366))


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({"mobile": "12"}, "mobile"),
        ({"mobile": "13912345678"}, "name"),
        ({"name": "x" * 61}, "name"),
        ({"quality": "best"}, "quality"),
        ({"referred": "NOSUCH"}, "referred"),
        ({"referred": "P0"}, "referred"),
        ({"token": "x"}, "token"),
    ],
)
def test_bad_referral_says_what_is_wrong(data, field, people, manager, sign_in, today):
    given_ = {"quality": "ordinary", "token": str(uuid.uuid4())} | data
    response = sign_in(manager).post(url("referral_add", people[0].public_id), given_)
    assert response.status_code == 422
    assert list(response.context["form"].errors) == [field]
    assert not Referral.objects.exists()


def test_number_of_a_customer_of_ones_own_is_pointed_out(people, manager, colleague, make_customer, sign_in, today):
    make_customer(colleague, name="秘密", mobile="+8613912345678")
    client = sign_in(manager)
    data = {"name": "周", "mobile": "13912345678", "quality": "high", "token": str(uuid.uuid4())}
    assert client.post(url("referral_add", people[0].public_id), data).status_code == 302
    make_customer(manager, name="钱七", mobile="+8613912345678")
    response = client.post(url("referral_add", people[0].public_id), data | {"token": str(uuid.uuid4())})
    assert response.status_code == 422
    assert "钱七" in str(response.context["form"].errors["mobile"])


def test_referral_of_others_stays_as_it_is(people, manager, cast, client, today):
    referral = refer(people[0], manager, name="周先生")
    address = url("referral_outcome", referral.public_id, "contacted")
    for who, status in (("colleague", 404), ("auditor", 403), ("administrator", 403)):
        client.force_login(cast[who])
        assert client.post(address).status_code == status
    client.force_login(manager)
    assert client.post(url("referral_outcome", referral.public_id, "nonsense")).status_code == 404
    client.post(address)
    referral.refresh_from_db()
    assert referral.outcome == "contacted"


def test_chain_counts_everybody_once_whatever_runs_in_circles(people, manager, colleague, make_customer):
    first, second, third, fourth, _fifth = people
    introduced(first, second, third)
    introduced(second, fourth)
    introduced(third, fourth)
    # A file may bring a circle: it must not run for ever.
    introduced(fourth, first)
    links = chain_from(first)
    assert {(link.pk, link.depth) for link in links} == {(second.pk, 1), (third.pk, 1), (fourth.pk, 2)}
    rows = ranking(Customer.objects.filter(manager=manager), on=TODAY)
    best = next(row for row in rows if row.pk == first.pk)
    assert (best.direct, best.customers, best.assets, best.income) == (2, 3, 300, None)


def test_ranking_counts_only_the_scope_and_adds_income(people, manager, colleague, make_customer):
    stranger = make_customer(colleague, standing={"asset_total": 9999})
    introduced(people[0], people[1], stranger)
    ValueRecord.objects.create(customer=people[1], period=date(2026, 10, 1), fee_income=50, operating_cost=20)
    rows = ranking(Customer.objects.visible_to(manager), on=TODAY)
    assert [(row.pk, row.customers, row.assets, row.income) for row in rows] == [(people[0].pk, 1, 100, 30)]


def test_chain_page_masks_strangers(people, manager, colleague, make_customer, sign_in, today):
    introduced(people[0], people[1], make_customer(colleague, name="秘密", standing={"asset_total": 9999}))
    response = sign_in(manager).get(url("referral_chain", people[0].public_id))
    assert (response.context["assets"], response.context["hidden"], response.context["direct"]) == (100, 1, 2)
    assert "秘密" not in response.content.decode()


@given(
    influence=st.sampled_from(["", "great", "considerable", "some", "none"]),
    introduced_=st.integers(0, 9),
    loyalty=st.sampled_from([None, 1, 2, 3, 5]),
    size=st.integers(0, 6),
    companies=st.integers(0, 4),
    ties=st.integers(0, 8),
)
def test_every_point_has_a_reason(influence, introduced_, loyalty, size, companies, ties):
    known = Known(influence, introduced_, loyalty, size, companies, ties)
    assert (points(known) > 0) == bool(reasons(known))


def test_centres_are_ordered_by_the_points_of_the_rule(people, manager, make_customer):
    first, second, third, fourth, fifth = people
    Customer.objects.filter(pk=first.pk).update(influence="great")
    introduced(second, third, fourth)
    Customer.objects.filter(pk=fifth.pk).update(influence="great", restricted=True)
    silent = make_customer(manager, influence="great")
    preference = ContactPreference.objects.create(customer=silent, do_not_contact=True, valid_until=TODAY)
    found = centres(Customer.objects.visible_to(manager), on=TODAY)
    assert [row.pk for row in found] == [first.pk, second.pk]
    assert [row.points for row in found] == [4, 4]
    introduced(first, third)
    preference.delete()
    assert [row.points for row in centres(Customer.objects.visible_to(manager), on=TODAY)] == [6, 4, 4]


def test_sources_say_what_each_way_yields(people, manager, make_customer):
    Customer.objects.filter(pk__in=[people[0].pk, people[1].pk]).update(source="introduction")
    people[0].standing.tier = "A"
    people[0].standing.save()
    people[1].standing.tier = "C"
    people[1].standing.save()
    ValueRecord.objects.create(customer=people[0], period=date(2026, 9, 1), interest_income=40)
    found = sources(Customer.objects.visible_to(manager), on=TODAY)
    row = found["introduction"]
    assert (row.customers, row.assets, row.high, row.tiered, row.income) == (2, 200, 1, 2, 40)
    assert found[""].customers == 3


@pytest.mark.parametrize(
    ("last_contact", "maturity", "has_reason", "pool"),
    [
        (None, None, True, "D"),
        (date(2026, 8, 22), None, True, "C"),
        (date(2026, 8, 23), None, False, "B"),
        (date(2026, 8, 23), None, True, "A"),
        (date(2026, 11, 20), date(2026, 12, 21), False, "A"),
        (date(2026, 11, 20), date(2026, 12, 22), False, "B"),
        (date(2026, 11, 20), date(2026, 11, 20), False, "B"),
    ],
)
def test_pool_of_the_page_is_that_of_the_rule(last_contact, maturity, has_reason, pool, manager, make_customer):
    one = make_customer(manager, standing={"last_contact": last_contact, "next_maturity": maturity})
    if has_reason:
        Need.objects.create(customer=one, dimension="savings", found_on=TODAY)
    asked = {"last_contact": last_contact, "next_maturity": maturity, "has_reason": has_reason, "on": TODAY}
    assert pool_of(**asked, warm_days=90, ready_days=30) == pool
    found = pools(Customer.objects.visible_to(manager), on=TODAY, policy=ReferralPolicy.current())[manager.pk]
    assert (found.of(pool), found.size) == (1, 1)


def test_pool_counts_names_inflow_and_leaves_out_who_must_not_be_called(people, manager, make_customer, sign_in, today):
    Customer.objects.filter(pk=people[0].pk).update(restricted=True)
    Customer.objects.filter(pk=people[1].pk).update(state="ended")
    Customer.objects.filter(pk=people[2].pk).update(opened_on=TODAY - timedelta(days=40))
    refer(people[3], manager, name="周先生")
    context = sign_in(manager).get(url("referral_pool")).context
    pool = context["total"]
    assert (pool.size, pool.d, pool.names, pool.new_30, pool.new_90, pool.untouched) == (4, 4, 1, 1, 2, 3)
    policy = ReferralPolicy.current()
    assert [bar["missing"] for bar in context["bars"]] == [
        policy.goal_a,
        policy.goal_b,
        policy.goal_c,
        policy.goal_d - 4,
    ]


def test_pool_shows_a_manager_with_nobody_and_gives_names_to_the_introducers_manager(
    people, manager, colleague, head, sign_in, today
):
    refer(people[0], head, name="周先生")
    rows = sign_in(head).get(url("referral_pool")).context["rows"]
    assert [(row["manager"], row["pool"].size, row["pool"].names) for row in rows] == [
        (colleague, 0, 0),
        (manager, 6, 1),
    ]


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize(("name", "queries"), [("referrals", 9), ("referral_pool", 8), ("referral_centres", 9)])
def test_pages_ask_a_constant_number_of_queries(
    rows, name, queries, manager, make_customer, sign_in, today, django_assert_num_queries
):
    for place in range(rows):
        one = make_customer(manager, influence="great")
        refer(one, manager, referred=make_customer(manager), name=f"周{place}")
    client = sign_in(manager)
    with django_assert_num_queries(queries):
        assert client.get(url(name)).status_code == 200


@pytest.mark.parametrize("rows", [1, 3])
def test_panel_of_referrals_asks_a_constant_number_of_queries(
    rows, people, manager, sign_in, today, django_assert_num_queries
):
    for place in range(rows):
        refer(people[0], manager, name=f"周{place}")
    client = sign_in(manager)
    with django_assert_num_queries(8):
        assert len(client.get(url("referrals_of", people[0].public_id)).context["rows"]) == rows
