"""Questions about facts that do not agree: found for the whole stock or for one customer, and answered."""

import json

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.db.models import F, Func, TextField, Value
from django.db.models.functions import Length
from django.utils.translation import gettext as _

from customers.choices import IdType, QuestionState
from customers.models import Customer, Question
from customers.models.sealed import unseal_personal
from customers.rules import contradictions as rules
from customers.rules.identity import resident_id
from customers.rules.reasons import Refused
from customers.rules.sealing import Unreadable
from customers.services.statements import execute, literal
from staff.services import record

AGE = "extract(year FROM age(%(on)s::date, p.birth_date))::int"
PEOPLE = (
    "customers_customer c JOIN customers_person p ON p.customer_id = c.id"
    " JOIN customers_standing s ON s.customer_id = c.id"
)
AT_WORK = f"p.occupation NOT IN ({', '.join(map(literal, rules.NOT_AT_WORK))})"
# A sealed text is 28 bytes longer than what it says, so that its length gives away how long a number is: of other
# documents only those with 18 characters have to be opened.
SEALED_LIKE_RESIDENT = 64
HAS_SPOUSE = (
    "(EXISTS (SELECT 1 FROM customers_relation r WHERE r.kind = 'spouse' AND r.customer_id = c.id)"
    " OR EXISTS (SELECT 1 FROM customers_relation r WHERE r.kind = 'spouse' AND r.related_id = c.id)"
    " OR EXISTS (SELECT 1 FROM customers_relatedperson r WHERE r.kind = 'spouse' AND NOT r.removed"
    " AND r.customer_id = c.id))"
)


def _select(code, condition, source=PEOPLE, **facts):
    """SELECT customer_id, code, facts of those for whom the condition holds."""
    pairs = ", ".join(f"'{name}', {sql}" for name, sql in facts.items())
    return (
        f"SELECT c.id AS customer_id, '{code}' AS code, jsonb_build_object({pairs}) AS facts"  # noqa: S608 our own text
        f" FROM {source} WHERE {condition} AND {{chosen}}"
    )


# What is asked when: the rules of `rules.RULES` in SQL. How young an owner may be is asked of who types it alone: a
# child's account is no mistake.
SELECTS = (
    _select("born_late", "p.birth_date > c.opened_on", born="p.birth_date", since="c.opened_on"),
    _select("known_before_birth", "p.birth_date > c.known_since", born="p.birth_date", since="c.known_since"),
    _select("married_young", f"p.marital_status = 'married' AND {AGE} < {rules.MARRIED_FROM}", age=AGE),
    _select("works_young", f"{AT_WORK} AND {AGE} < {rules.WORKS_FROM}", age=AGE, occupation="p.occupation"),
    _select("works_old", f"{AT_WORK} AND {AGE} > {rules.WORKS_UNTIL}", age=AGE, occupation="p.occupation"),
    _select(
        "degree_young",
        f"(p.education = 'bachelor' AND {AGE} < {rules.DEGREE_FROM}"
        f" OR p.education = 'postgraduate' AND {AGE} < {rules.POSTGRADUATE_FROM})",
        age=AGE,
    ),
    _select("children_young", f"p.children > 0 AND {AGE} < {rules.PARENT_FROM}", age=AGE, children="p.children"),
    _select("many_children", f"p.children >= {rules.MANY_CHILDREN}", children="p.children"),
    _select("child_at_school", "p.children = 0 AND p.school_stage NOT IN ('', 'finished')", stage="p.school_stage"),
    _select("school_old", f"p.school_stage NOT IN ('', 'finished') AND {AGE} > {rules.SCHOOL_PARENTS_UNTIL}", age=AGE),
    _select(
        "assets_over_income",
        f"p.annual_income > 0 AND s.asset_total >= {rules.ASSETS_FROM}"
        f" AND s.asset_total > p.annual_income * {rules.YEARS_OF_INCOME}",
        assets_yuan="s.asset_total::text",
        income_yuan="p.annual_income::text",
    ),
    _select(
        "income_without_assets",
        f"p.annual_income >= {rules.INCOME_FROM} AND s.asset_total < {rules.ASSETS_HARDLY}"
        " AND c.opened_on < %(on)s::date - 365",
        assets_yuan="s.asset_total::text",
        income_yuan="p.annual_income::text",
    ),
    _select(
        "months_over_year",
        "p.monthly_income > 0 AND p.annual_income > 0"
        " AND (p.monthly_income * 12 > p.annual_income * 2 OR p.monthly_income * 12 < p.annual_income / 4)",
        month_yuan="p.monthly_income::text",
        income_yuan="p.annual_income::text",
    ),
    _select("very_old", f"{AGE} > {rules.OLDEST}", age=AGE),
    _select("income_high", f"p.annual_income > {rules.HIGHEST_INCOME}", income_yuan="p.annual_income::text"),
    _select(
        "household_below_own",
        "p.household_income < p.monthly_income",
        household_yuan="p.household_income::text",
        month_yuan="p.monthly_income::text",
    ),
    _select(
        "risk_without_experience",
        f"p.investment_experience = 'none' AND p.risk_share > {rules.RISK_SHARE_FROM}",
        share="p.risk_share",
    ),
    _select("spouse_of_single", f"p.marital_status IN ('single', 'divorced', 'widowed') AND {HAS_SPOUSE}"),
    _select("no_spouse", f"p.marital_status = 'married' AND s.tier_rank = 1 AND NOT {HAS_SPOUSE}"),
    _select(
        "retired_already",
        f"{AT_WORK} AND p.retirement_age IS NOT NULL AND {AGE} > p.retirement_age",
        age=AGE,
        wanted="p.retirement_age",
    ),
    _select(
        "phone_shared",
        "c.mobile_index <> ''",
        source="customers_customer c JOIN LATERAL (SELECT count(*) AS number FROM customers_customer o"  # noqa: S608 our own text
        " WHERE o.mobile_index = c.mobile_index AND o.mobile_index <> '') AS shared"
        f" ON shared.number >= {rules.PHONE_SHARED_BY}",
        number="shared.number",
    ),
    _select(
        "ended_with_assets",
        f"c.state = 'ended' AND s.asset_total >= {rules.LEFT_OVER}",
        source="customers_customer c JOIN customers_standing s ON s.customer_id = c.id",
        assets_yuan="s.asset_total::text",
    ),
)
# Counted together once, a million phones cost a second; one by one they would cost minutes.
PHONE_OF_ALL = _select(
    "phone_shared",
    "c.mobile_index <> ''",
    source="customers_customer c JOIN (SELECT mobile_index, count(*) AS number FROM customers_customer"  # noqa: S608 our own text
    " WHERE mobile_index <> '' GROUP BY mobile_index) AS shared ON shared.mobile_index = c.mobile_index"
    f" AND shared.number >= {rules.PHONE_SHARED_BY}",
    number="shared.number",
)


def _all(customers):
    """The SELECTs together; with `customers` (primary keys) of these only."""
    parts = SELECTS if customers else [PHONE_OF_ALL if "'phone_shared'" in text else text for text in SELECTS]
    chosen = "c.id = ANY(%(customers)s)" if customers else "TRUE"
    return " UNION ALL ".join(text.replace("{chosen}", chosen) for text in parts)


def contradictions(*, on, customers):
    """What does not agree in the files of these customers (primary keys), as (customer_id, code, facts); nothing is
    written. Questions that somebody answered with “it is right” are among them."""
    customers = list(customers)
    if not customers:
        return []
    with connection.cursor() as cursor:
        cursor.execute(_all(customers), {"on": on, "customers": customers})
        found = [(key, code, json.loads(facts)) for key, code, facts in cursor.fetchall()]
    return found + [(key, "resident_number", {}) for key in _resident_numbers(customers, on)]


def open_questions(*, customer, on):
    """Questions about one customer that nobody has answered, as [(code, facts)], as of the day."""
    found = contradictions(on=on, customers=[customer.pk])
    if not found:
        return []
    right = {row.code: row.facts for row in Question.objects.filter(customer=customer, state=QuestionState.RIGHT)}
    found = [(code, facts) for _key, code, facts in found]
    return [(code, facts) for code, facts in found if right.get(code) != facts]


@transaction.atomic
def find_contradictions(*, on):
    """Look through the whole stock; returns {"open"}. Set-based. An answered question comes back when its facts have
    changed; one that is settled by the facts goes. Twice finds the same."""
    execute("DROP TABLE IF EXISTS pg_temp.asked")
    execute(f"CREATE TEMP TABLE asked ON COMMIT DROP AS {_all(None)}", {"on": on})
    for key in _resident_numbers(None, on):
        execute("INSERT INTO pg_temp.asked VALUES (%s, 'resident_number', '{}')", [key])
    execute("ANALYZE pg_temp.asked")
    execute(
        "INSERT INTO customers_question (public_id, customer_id, code, facts, state, found_on)"
        " SELECT gen_random_uuid(), customer_id, code, facts, 'open', %s FROM pg_temp.asked"
        " ON CONFLICT (customer_id, code) DO UPDATE SET facts = excluded.facts, state = 'open', found_on = %s,"
        " answered_by_id = NULL, answered_on = NULL WHERE customers_question.facts <> excluded.facts",
        [on, on],
    )
    execute(
        "DELETE FROM customers_question question WHERE state = 'open' AND NOT EXISTS (SELECT 1 FROM pg_temp.asked"
        " WHERE asked.customer_id = question.customer_id AND asked.code = question.code)"
    )
    return {"open": Question.objects.filter(state=QuestionState.OPEN).count()}


def _resident_numbers(customers, on):
    """Customers whose passport or other document has the number of a resident identity card."""
    other = Customer.objects.filter(kind="individual").exclude(id_no_sealed="").exclude(id_type=IdType.RESIDENT_ID)
    if customers is not None:
        other = other.filter(pk__in=customers)
    sealed_part = Func(F("id_no_sealed"), Value(":"), Value(3), function="split_part", output_field=TextField())
    like = other.alias(sealed_length=Length(sealed_part)).filter(sealed_length=SEALED_LIKE_RESIDENT)
    found = []
    for key, number, sealed in like.order_by().values_list("pk", "customer_no", "id_no_sealed"):
        try:
            resident_id(unseal_personal("id_no", number, sealed), on=on)
        except (Refused, Unreadable):
            continue
        found.append(key)
    return found


@transaction.atomic
def answer_question(*, customer, code, by, on):
    """“It is right”: the question is not asked again until its facts change. Raises ValidationError when the facts do
    not ask it any more. Twice is the same as once. Returns the Question."""
    found = dict(open_questions(customer=customer, on=on))
    known = Question.objects.select_for_update(of=("self",)).filter(customer=customer, code=code).first()
    if code not in found:
        if known is not None and known.state == QuestionState.RIGHT:
            return known
        raise ValidationError(_("The facts have changed: there is nothing to answer any more."))
    question = known or Question(customer=customer, code=code, found_on=on)
    question.facts, question.state = found[code], QuestionState.RIGHT
    question.answered_by, question.answered_on = by, on
    question.save()
    record(actor=by, verb="question.answered", subject=customer, summary=code)
    return question


@transaction.atomic
def ask_question_again(*, customer, code, by):
    """Undo `answer_question`: the question is open again. Twice is the same as once."""
    changed = Question.objects.filter(customer=customer, code=code, state=QuestionState.RIGHT).update(
        state=QuestionState.OPEN, answered_by=None, answered_on=None
    )
    if changed:
        record(actor=by, verb="question.opened", subject=customer, summary=code)
    return changed
