"""Families, key persons, households, corporate groups, sources and referrals of the demo bank."""

from datetime import timedelta
from random import Random

from django.db import connection

from care.services.demo import people
from customers.choices import Attitude, GroupKind, GroupRole, KeyRole, PersonAccess
from customers.models import Customer, CustomerGroup, GroupMember, Referral, RelatedPerson, Relation
from customers.rules.relations import BEHIND_A_COMPANY
from customers.services.groups import homes_of

CHUNK = 1000
GIFTS = (("茶叶礼盒", 128), ("超市购物卡", 100), ("体检套餐抵用券", 188), ("鲜花", 99))
NOTES = ("常一起打球", "同一小区", "校友会认识", "商会里的朋友", "女儿同学家长", "")
# Children at school, of every second family that has any; the eldest first, born when the parent was about 29.
CHILDREN = """
    INSERT INTO customers_relatedperson (
        public_id, customer_id, name, kind, gender, birth_date, lunar_leap, school_stage, note, role, attitude, access,
        mobile_sealed, mobile_index, added_by_id, added_on, removed
    )
    SELECT gen_random_uuid(), customer.id,
        left(customer.name, 1) || (%(given)s::text[])[1 + mod(lot.n / 3, %(names)s)::int], 'child',
        CASE WHEN mod(lot.n / 3, %(names)s) < %(boys)s THEN 'male' ELSE 'female' END, born.day, false,
        CASE WHEN age.years < 6 THEN 'preschool' WHEN age.years < 12 THEN 'primary' WHEN age.years < 15 THEN 'middle'
             WHEN age.years < 18 THEN 'high' WHEN age.years < 22 THEN 'university' ELSE 'finished' END,
        (ARRAY['', '', '学钢琴', '准备出国', '爱踢足球'])[1 + mod(lot.n / 5, 5)::int], '', '', '', '', '',
        customer.manager_id, %(today)s::date - 20 - mod(lot.n, 400)::int, false
    FROM customers_customer customer
    JOIN customers_person person ON person.customer_id = customer.id AND person.children > 0
    CROSS JOIN LATERAL generate_series(1, least(person.children, 3)) AS place
    CROSS JOIN LATERAL (SELECT abs(hashtext('child' || customer.customer_no || place)::bigint) AS n) AS lot
    CROSS JOIN LATERAL (
        SELECT (person.birth_date + ((28 + 3 * place) * 365) + mod(lot.n, 300)::int) AS day
    ) AS born
    CROSS JOIN LATERAL (SELECT extract(year FROM age(%(today)s::date, born.day))::int AS years) AS age
    WHERE customer.manager_id IS NOT NULL AND mod(abs(hashtext('family' || customer.customer_no)::bigint), 2) = 0
      AND born.day < %(today)s::date
"""
SOURCES = """
    UPDATE customers_customer SET source = CASE
        WHEN EXISTS (SELECT 1 FROM customers_relation tie
                     WHERE tie.customer_id = customers_customer.id AND tie.kind = 'introducer') THEN 'introduction'
        ELSE (ARRAY['walk_in', 'walk_in', 'walk_in', 'walk_in', 'acquaintance', 'acquaintance', 'direct', 'direct',
                    'attraction', '', '', ''])[1 + mod(abs(hashtext('found' || customer_no)::bigint), 12)::int] END
    WHERE source = ''
"""


def make_up_ties(*, today):
    """Write who belongs to whom, who decides, who introduced whom and how customers were found; call it once.

    The same bank and day give the same rows.
    """
    chance = Random(f"demo ties {today}")  # noqa: S311  a made-up bank needs no secrets
    names = list(people.MEN[:20] + people.WOMEN[:20])
    with connection.cursor() as cursor:
        cursor.execute(SOURCES)
        cursor.execute(CHILDREN, {"given": names, "names": len(names), "boys": 20, "today": today})
    _deciders(chance, today)
    _households(chance, today)
    _corporate_groups(chance, today)
    _chains(chance)
    _referrals(chance, today)


def _chains(chance):
    """Through a few people of each book several came, and through some of those others again."""
    known = set(Relation.objects.filter(kind="introducer").values_list("customer", flat=True))
    books = {}
    people_of = Customer.objects.filter(kind="individual", manager__isnull=False).order_by("opened_on", "customer_no")
    for key, manager in people_of.values_list("pk", "manager_id"):
        books.setdefault(manager, []).append(key)
    rows, found = [], []
    for book in books.values():
        # Whoever came later came through somebody who was here before: no circles.
        free = [key for key in book[len(book) // 3 :] if key not in known]
        centres = book[: len(book) // 3][:2]
        for centre in centres:
            reached = [centre]
            for _step in range(chance.choice((2, 4, 5))):
                if not free:
                    break
                came = free.pop(chance.randrange(len(free)))
                rows.append(Relation(customer_id=came, related_id=chance.choice(reached), kind="introducer"))
                reached.append(came)
                found.append(came)
    Relation.objects.bulk_create(rows, batch_size=CHUNK)
    Customer.objects.filter(pk__in=found).update(source="introduction")


def _deciders(chance, today):
    """Two or three key persons of four in five organisations; some nobody has met."""
    roles = (KeyRole.GENERAL_MANAGER, KeyRole.CFO, KeyRole.FINANCE_MANAGER, KeyRole.CASHIER, KeyRole.FINANCE_DEPUTY)
    rows = []
    firms = Customer.objects.filter(kind="organization", manager__isnull=False).order_by("customer_no")
    for firm, manager in firms.values_list("pk", "manager_id"):
        if chance.random() < 0.2:
            continue
        for place, role in enumerate(chance.sample(roles, chance.choice((2, 3)))):
            male = chance.random() < 0.6
            born = people.birth_date(chance, today, 43, 8)
            person = RelatedPerson(
                customer_id=firm,
                name=people.surname(chance) + people.given_name(chance, born, male),
                kind="employee",
                gender="male" if male else "female",
                birth_date=born if chance.random() < 0.4 else None,
                role=role,
                say={KeyRole.GENERAL_MANAGER: 5, KeyRole.CFO: 4, KeyRole.CASHIER: 1}.get(role, 3 - place % 2),
                attitude=chance.choice([*Attitude.values, Attitude.FAVOURABLE, Attitude.NEUTRAL, ""]),
                access=chance.choice([*PersonAccess.values, PersonAccess.REACHABLE]),
                note=chance.choice(("", "", "先走预算", "只在周一上午", "喜欢看数据", "重视结算速度")),
                added_by_id=manager,
                added_on=today - timedelta(days=chance.randrange(5, 400)),
            )
            if chance.random() < 0.5:
                person.mobile = f"+86{people.mobile(chance)}"
            rows.append(person)
    RelatedPerson.objects.bulk_create(rows, batch_size=CHUNK)


def _households(chance, today):
    ties = list(
        Relation.objects.filter(kind__in=("spouse", "child"))
        .order_by("customer__customer_no", "pk")
        .values_list("customer", "related", "kind")
    )
    names = dict(Customer.objects.filter(pk__in={key for tie in ties for key in tie[:2]}).values_list("pk", "name"))
    spouses = {frozenset(tie[:2]) for tie in ties if tie[2] == "spouse"}
    formed = [keys for keys, _kinds in homes_of(ties) if chance.random() < 0.55 and len(keys) <= 8]

    def role(keys, key):
        if key == keys[0]:
            return GroupRole.HEAD
        return GroupRole.SPOUSE if frozenset((keys[0], key)) in spouses else GroupRole.MEMBER

    homes = [(f"{names[keys[0]]}家庭", [(key, role(keys, key)) for key in keys]) for keys in formed]
    _form(GroupKind.HOUSEHOLD, homes, today)


def _corporate_groups(chance, today):
    by_owner = {}
    ties = Relation.objects.filter(kind__in=BEHIND_A_COMPANY).order_by("related__customer_no", "pk")
    for firm, owner, name in ties.values_list("customer", "related", "related__name"):
        firms = by_owner.setdefault((owner, name), [])
        if firm not in firms:
            firms.append(firm)
    taken, formed = set(), []
    for (owner, name), firms in by_owner.items():
        free = [firm for firm in firms if firm not in taken]
        if owner in taken or not free or (len(free) < 2 and chance.random() < 0.7):
            continue
        taken |= {owner, *free}
        members = [(free[0], GroupRole.HEAD), *((firm, GroupRole.COMPANY) for firm in free[1:])]
        formed.append((f"{name}系企业", [*members, (owner, GroupRole.OWNER)]))
    _form(GroupKind.CORPORATE, formed, today)


def _form(kind, groups, today):
    rows = CustomerGroup.objects.bulk_create(
        [CustomerGroup(kind=kind, name=name, created_on=today) for name, _members in groups], batch_size=CHUNK
    )
    GroupMember.objects.bulk_create(
        [
            GroupMember(group=row, customer_id=key, kind=kind, role=role)
            for row, (_name, members) in zip(rows, groups, strict=True)
            for key, role in members
        ],
        batch_size=CHUNK,
    )


def _referrals(chance, today):
    """One for each introduction on file, and names that wait for a call with customers who were asked lately."""
    rows, spent = [], {}
    ties = Relation.objects.filter(kind="introducer", related__manager__isnull=False).order_by("pk")
    for referred, introducer, manager, name in ties.values_list(
        "customer", "related", "related__manager", "customer__name"
    ):
        asked = today - timedelta(days=chance.randrange(30, 700))
        row = Referral(
            introducer_id=introducer,
            referred_id=referred,
            name=name[:60],
            quality="high" if chance.random() < 0.3 else "ordinary",
            outcome="customer",
            asked_on=asked,
            outcome_on=min(asked + timedelta(days=chance.randrange(3, 60)), today),
            by_id=manager,
            note=chance.choice(NOTES),
        )
        gift, cost = chance.choice(GIFTS)
        if chance.random() < 0.5 and spent.get(introducer, 0) < 400:
            spent[introducer] = spent.get(introducer, 0) + cost
            row.gift, row.gift_cost, row.gift_on = gift, cost, row.outcome_on
        row.thanked_on = row.outcome_on if chance.random() < 0.75 else None
        rows.append(row)
    open_ones = Customer.objects.filter(kind="individual", manager__isnull=False, state="active", restricted=False)
    for introducer, manager in open_ones.order_by("customer_no").values_list("pk", "manager_id"):
        if chance.random() > 0.03:
            continue
        outcome = chance.choice(("named", "named", "contacted", "asked", "declined"))
        asked = today - timedelta(days=chance.randrange(1, 120))
        row = Referral(
            introducer_id=introducer,
            quality="high" if chance.random() < 0.25 else "ordinary",
            outcome=outcome,
            asked_on=asked,
            outcome_on=asked,
            by_id=manager,
            note=chance.choice(NOTES),
        )
        if outcome != "asked":
            row.name = people.surname(chance) + chance.choice(("先生", "女士", "总", "老师"))
            if chance.random() < 0.7:
                row.mobile = f"+86{people.mobile(chance)}"
        rows.append(row)
    Referral.objects.bulk_create(rows, batch_size=CHUNK)
