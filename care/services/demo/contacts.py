"""How customers of the demo bank want to be reached, what they agreed to, who is restricted, who left, and notes."""

import re
from datetime import datetime, time, timedelta
from random import Random

from django.db import connection
from django.utils import timezone

from customers.choices import EndingReason, EndingStep
from customers.models import Customer, Mention, Note
from customers.services import ending as endings
from customers.services.restriction import lift, restrict
from customers.services.state import settle_dormant
from staff.choices import Role
from staff.models import User

# What `lot(word)` stands for: a hash of the word and the customer's number, so that the same bank comes out each time.
LOT = r"mod(abs(hashtext('\1' || customer.customer_no)::bigint), 100)"
WISHES = """
    UPDATE customers_contactpreference preference SET
        second_channel = CASE WHEN lot(second) < 40 THEN 'letter'
                              WHEN lot(second) < 60 THEN 'meeting' ELSE '' END,
        number_kind = CASE WHEN lot(number) < 60 THEN 'mobile'
                           WHEN lot(number) < 75 THEN 'office' ELSE '' END,
        tongue = CASE WHEN lot(tongue) < 25 THEN 'mandarin'
                      WHEN lot(tongue) < 45 THEN 'cantonese'
                      WHEN lot(tongue) < 50 THEN 'teochew'
                      WHEN lot(tongue) < 54 THEN 'hakka' ELSE '' END,
        windows = CASE preference.hours
            WHEN '上午 9–11 点' THEN ARRAY['12345 09:00-11:00'] WHEN '午休 12–13 点' THEN ARRAY['12345 12:00-13:00']
            WHEN '下午 3–5 点' THEN ARRAY['12345 15:00-17:00'] WHEN '晚上 7 点后' THEN ARRAY['1234567 19:00-21:00']
            WHEN '周末上午' THEN ARRAY['67 09:00-12:00'] ELSE ARRAY[]::varchar[] END,
        every_days = CASE WHEN lot(often) < 3 THEN 14 WHEN lot(often) < 9 THEN 30
                          WHEN lot(often) < 20 THEN 91 WHEN lot(often) < 25 THEN 182 END,
        do_not_visit = lot(visit) < 4,
        do_not_message = preference.channel NOT IN ('wechat', 'sms', 'email') AND lot(message) < 6,
        plain_envelope = lot(envelope) < 5,
        introducer_hint = CASE WHEN lot(introducer) < 6 THEN '性子急，先说结论'
                               WHEN lot(introducer) < 10 THEN '很看重孩子教育' ELSE '' END,
        valid_until = CASE WHEN lot(until) < 4 THEN %(today)s::date + 60 END
    FROM customers_customer customer WHERE customer.id = preference.customer_id
"""
CONSENTS = """
    INSERT INTO customers_consent (customer_id, purpose, given, "on", source, evidence, by_id, created_at)
    SELECT customer.id, said.purpose, said.given,
        %(today)s::date - 30 - mod(abs(hashtext('when' || said.purpose || customer.customer_no)::bigint), 600)::int,
        CASE WHEN lot(source) < 60 THEN 'counter' WHEN lot(source) < 85 THEN 'app'
             ELSE 'spoken' END,
        CASE WHEN lot(source) < 60 THEN '授权书 ' || customer.customer_no ELSE '' END,
        customer.manager_id, now()
    FROM customers_customer customer
    JOIN LATERAL (VALUES
        ('calls', lot(calls) >= 9, lot(asked) < 45),
        ('messages', lot(messages) >= 6, lot(asked) < 45),
        ('profiling', lot(profiling) >= 8, lot(asked) < 30),
        ('group', lot(group) < 40, lot(asked) < 25),
        ('partners', lot(partners) < 15, lot(asked) < 25)
    ) AS said (purpose, given, asked) ON said.asked
"""
LATEST = """
    INSERT INTO customers_contactpreference
        (customer_id, channel, hours, do_not_call, do_not_contact, taboos, hint, given, withdrawn)
    SELECT customer_id, '', '', false, false, '', '',
        coalesce(array_agg(purpose ORDER BY purpose) FILTER (WHERE given), '{}'),
        coalesce(array_agg(purpose ORDER BY purpose) FILTER (WHERE NOT given), '{}')
    FROM (SELECT DISTINCT ON (customer_id, purpose) * FROM customers_consent
          ORDER BY customer_id, purpose, "on" DESC, id DESC) AS latest
    GROUP BY customer_id
    ON CONFLICT (customer_id) DO UPDATE SET given = excluded.given, withdrawn = excluded.withdrawn
"""
# Flags that did not come with an extract, as in the large bank.
FLAGS = """
    INSERT INTO customers_restriction
        (public_id, customer_id, kind, reason, starts_on, source, origin, entered_at, lift_reason)
    SELECT gen_random_uuid(), id, 'core', '', %s, '', 'flag', now(), '' FROM customers_customer customer
    WHERE restricted AND NOT EXISTS (SELECT 1 FROM customers_restriction entry WHERE entry.customer_id = customer.id)
"""
RESTRICTIONS = (
    ("laundering", "可疑交易待核实", "反洗钱监测名单 2026-09", None),
    ("court", "法院冻结，执行中", "失信被执行人名单", None),
    ("credit", "贷款逾期九十天以上", "信贷风险名单", 180),
    ("internal", "投诉处理期间暂停营销", "", 45),
    ("regulator", "监管要求暂停新业务", "监管名单 2026 年第 3 批", None),
)
LEFT = {
    EndingReason.NOT_MET: "手续太慢，几次都没办成。",
    EndingReason.COMPETITOR: "那边给的利率更高，还上门办。",
    EndingReason.NEED_GONE: "贷款还清了，暂时不需要。",
    EndingReason.CLOSED_DOWN: "公司注销，账户随之结清。",
    EndingReason.WE_STOPPED: "网点撤并后不方便。",
    EndingReason.WE_ENDED: "长期违规用卡，已多次提醒。",
}
DEEDS = (
    "已电话约见",
    "请支行行长一同拜访",
    "现场核对并更正了扣费",
    "意见三条，已记入档案",
    "退还年费并致歉",
    "当天办完销户手续",
    "送上感谢信",
)
LESSONS = (
    "大额转账限额调整要一次办好，提前告知所需材料。",
    "到期前一个月就应主动报价，不要等客户比价后再谈。",
    "网点撤并前逐户上门说明替代网点与线上渠道。",
)
NOTES = (
    "客户说年底前要换车，届时联系消费贷款。",
    "女儿明年高考，六月前不谈投资。",
    "喜欢到网点办业务，微信常常不回。",
    "配偶在税务局工作，家里大事由配偶决定。",
    "刚出差回来，下周再联系。",
    "上次的伞忘在网点，记得归还。",
)
TO_HEAD = "@{head} 该客户有大额资金意向，请协助安排面谈。"
TO_MANAGER = "@{manager} 我在活动中遇到这位客户，对养老产品感兴趣，请跟进。"


def make_up_contacts(*, today):
    """Contact instructions, consents, restrictions, endings and notes of the demo bank, as of the day.

    The same bank and day give the same; call it once, before reminders are raised.
    """
    chance = Random(f"demo contacts {today}")  # noqa: S311  a made-up bank needs no secrets
    with connection.cursor() as cursor:
        for statement in (WISHES, CONSENTS):
            cursor.execute(re.sub(r"lot\((\w+)\)", LOT, statement), {"today": today})
        cursor.execute(LATEST)
    enter_flags(today=today)
    heads = {head.branch_id: head for head in User.objects.filter(role=Role.HEAD)}
    mine = Customer.objects.filter(manager__isnull=False).select_related("manager")
    mine = mine.order_by("manager__staff_no", "customer_no")
    rows = [customer for customer in mine.defer("name_grams")[:1200] if customer.branch_id in heads]
    _restrict(chance, rows[3::97][:10], heads, today)
    _end(chance, rows[7::41][:24], today)
    _note(chance, rows, heads, today)
    settle_dormant(on=today)


def enter_flags(*, today):
    """Give everybody who is restricted without an entry the flag of the core system. Twice changes nothing."""
    with connection.cursor() as cursor:
        cursor.execute(FLAGS, [today - timedelta(days=90)])
        return cursor.rowcount


def _restrict(chance, customers, heads, today):
    for place, customer in enumerate(customers):
        kind, reason, source, days = RESTRICTIONS[place % len(RESTRICTIONS)]
        entry = restrict(
            customer=customer,
            by=heads[customer.branch_id],
            kind=kind,
            reason=reason,
            source=source,
            on=today,
            starts_on=today - timedelta(days=chance.randrange(10, 200)),
            ends_on=today + timedelta(days=days) if days else None,
        )
        if place % 4 == 3:
            lift(restriction=entry, by=heads[customer.branch_id], reason="已核实，风险解除", on=today)


def _end(chance, customers, today):
    steps = list(EndingStep)
    for place, customer in enumerate(customers):
        reason = chance.choices(list(EndingReason), (24, 34, 16, 12, 8, 6))[0]
        begun = today - timedelta(days=chance.randrange(3, 20) if place % 5 == 0 else chance.randrange(25, 320))
        by = customer.manager
        ending = endings.begin_ending(customer=customer, by=by, reason=reason, on=begun, words=LEFT[reason])
        taken = chance.randrange(1, 4) if place % 5 == 0 else 7
        for number, step in enumerate(steps[:taken]):
            day = min(begun + timedelta(days=2 * number), today)
            endings.take_step(ending=ending, by=by, step=step, on=day, note=DEEDS[number])
        if place % 5 == 0:
            continue
        win_back = today + timedelta(days=chance.randrange(20, 200)) if place % 3 else None
        over = min(begun + timedelta(days=16), today)
        endings.note_lessons(
            ending=ending,
            by=by,
            lessons=chance.choice(LESSONS),
            win_back_on=win_back,
            on=over,
        )
        if place % 7 == 3:
            endings.come_back(ending=ending, by=by, on=over)
            continue
        endings.finish(ending=ending, by=by, on=over)
        if place % 7 == 5:
            endings.come_back(ending=ending, by=by, on=min(over + timedelta(days=60), today))
        elif win_back and place % 2:
            # The day has come: the work list asks to try again.
            type(ending).objects.filter(pk=ending.pk).update(win_back_on=today - timedelta(days=1))


def _note(chance, customers, heads, today):
    notes, named = [], []
    for place, customer in enumerate(customers):
        if chance.random() > 0.3 and place % 23 > 1:
            continue
        head, by, text = heads[customer.branch_id], customer.manager, chance.choice(NOTES)
        whom = None
        if place % 23 == 0:
            text, whom = TO_HEAD.format(head=head.name), head
        elif place % 23 == 1:
            text, whom, by = TO_MANAGER.format(manager=by.name), by, head
        day = today - timedelta(days=chance.randrange(1, 7) if whom else chance.randrange(1, 200))
        note = Note(customer=customer, by=by, text=text, pinned=chance.random() < 0.06)
        notes.append((note, datetime.combine(day, time(chance.randrange(9, 18), chance.randrange(60)))))
        if whom is not None:
            named.append(Mention(note=note, user=whom))
    Note.objects.bulk_create(note for note, _at in notes)
    for note, at in notes:
        note.created_at = timezone.make_aware(at)
    Note.objects.bulk_update((note for note, _at in notes), ["created_at"], batch_size=500)
    Mention.objects.bulk_create(named)
