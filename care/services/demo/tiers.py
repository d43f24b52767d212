"""What the demo bank's people did with tiers: sheets asked in talks, placings by hand, rights used, a draft begun.

Written set-based over the whole bank; which customer gets what is a lot drawn from the customer's number.
"""

from datetime import timedelta

from django.db import connection

from staff.choices import Role
from staff.models import User
from tiering.choices import OverrideState, SheetState
from tiering.models import Override, Placement, Scheme, ScoringSheet
from tiering.rules.facts import months_after
from tiering.services.drafts import start_draft

# Of these sheets so many of a hundred customers were asked, in the last months.
ASKED = {"large_customer": 70, "satisfaction": 24, "knowledge": 10}

# One talk a customer and sheet: the day lies up to a year back, so that some answers are stale.
TALKS = """
    INSERT INTO tiering_assessment (public_id, token, customer_id, sheet_id, asked_on, asked_by_id, note)
    SELECT gen_random_uuid(), gen_random_uuid(), customer.id, %s,
        greatest(%s::date - 20 - mod(abs(hashtext(%s || customer.customer_no)::bigint), 380)::int,
            coalesce(customer.opened_on, DATE '1900-01-01')),
        customer.manager_id, ''
    FROM customers_customer customer
    WHERE customer.kind = %s AND customer.manager_id IS NOT NULL
    AND mod(abs(hashtext('asked' || %s || customer.customer_no)::bigint), 100) < %s
"""
# An answer to each question but one in twelve, the better ones more often.
ANSWERS = """
    INSERT INTO tiering_answer (assessment_id, customer_id, question, value, asked_on, current)
    SELECT talk.id, talk.customer_id, criterion.question, option.value, talk.asked_on, TRUE
    FROM tiering_assessment talk
    JOIN customers_customer customer ON customer.id = talk.customer_id
    JOIN tiering_criterion criterion ON criterion.sheet_id = talk.sheet_id AND criterion.source = 'asked'
    JOIN LATERAL (
        SELECT value FROM tiering_option WHERE criterion_id = criterion.id ORDER BY position
        OFFSET (SELECT count(*) FROM tiering_option WHERE criterion_id = criterion.id)
            * power(mod(abs(hashtext(criterion.question || customer.customer_no)::bigint), 1000) / 1000.0, 1.4) LIMIT 1
    ) option ON TRUE
    WHERE talk.sheet_id = %s
    AND mod(abs(hashtext('gap' || criterion.question || customer.customer_no)::bigint), 12) > 0
    ON CONFLICT (question, customer_id) WHERE current DO NOTHING
"""
# Rights of the tier in force, used this year; never more than are given.
USES = """
    INSERT INTO tiering_rightuse (public_id, customer_id, right_id, used_on, by_id, note)
    SELECT gen_random_uuid(), customer.id, entitled.id,
        %s::date - mod(abs(hashtext('used' || customer.customer_no || entitled.code || number)::bigint),
            greatest(extract(doy FROM %s::date)::int, 1))::int,
        customer.manager_id, ''
    FROM tiering_right entitled
    JOIN tiering_servicepackage package ON package.id = entitled.package_id
    JOIN tiering_placement place ON place.scheme_id = package.scheme_id AND place.code = package.code
    JOIN customers_customer customer ON customer.id = place.customer_id AND customer.manager_id IS NOT NULL
    CROSS JOIN LATERAL generate_series(1, entitled.allowance) AS number
    WHERE entitled.active
    AND mod(abs(hashtext('use' || customer.customer_no || entitled.code || number)::bigint), 100) < 22
"""
REASONS = (
    "企业主家庭，合计资产在我行排名靠前",
    "新引入的高潜客户，给予过渡期",
    "关键转介绍人，带来多位客户",
    "历史贡献大，暂时转出资金购房",
)


def make_up_talks(*, today):
    """The answers that customers gave to asked sheets, before they are tiered; returns how many talks."""
    talks = 0
    with connection.cursor() as cursor:
        for code, share in ASKED.items():
            sheet = ScoringSheet.objects.in_force().get(code=code)
            cursor.execute(TALKS, [sheet.pk, today, code, sheet.kind, code, share])
            talks += cursor.rowcount
            cursor.execute(ANSWERS, [sheet.pk])
    return talks


def make_up_uses(*, today):
    """Rights that customers used this year; returns how many."""
    with connection.cursor() as cursor:
        cursor.execute(USES, [today, today])
        return cursor.rowcount


def make_up_overrides(*, today):
    """In every branch with a head one customer kept in a better tier by hand, and one for whom it was asked for."""
    scheme = Scheme.objects.get(code="sheet")
    tiers = ScoringSheet.objects.in_force().whole().get(code=scheme.sheet_code).definition().tiers
    heads = User.objects.working().filter(role=Role.HEAD).order_by("staff_no")
    for number, head in enumerate(heads):
        places = Placement.objects.filter(
            scheme=scheme, rank__in=(2, 3), customer__branch=head.branch, customer__manager__isnull=False, override=None
        ).select_related("customer__manager")
        for state, place in zip(
            (OverrideState.APPROVED, OverrideState.PROPOSED),
            places.order_by("-customer__standing__asset_total")[:2],
            strict=False,
        ):
            approved = state == OverrideState.APPROVED
            Override.objects.create(
                customer=place.customer,
                scheme=scheme,
                code=tiers[place.rank - 2].code,
                reason=REASONS[(number + (not approved)) % len(REASONS)],
                starts_on=today - timedelta(days=12 if approved else 0),
                ends_on=months_after(today, 5 if approved else 6),
                state=state,
                proposed_by=place.customer.manager,
                proposed_on=today - timedelta(days=14 if approved else 1),
                decided_by=head if approved else None,
                decided_on=today - timedelta(days=12) if approved else None,
            )


def begin_draft():
    """A draft of the sheet in which influence counts more and occupation less, for administrators to look at."""
    administrator = User.objects.working().filter(role=Role.ADMIN).first()
    if administrator is None or ScoringSheet.objects.filter(code="standard", state=SheetState.DRAFT).exists():
        return
    draft = start_draft(sheet=ScoringSheet.objects.in_force().get(code="standard"), by=administrator)
    weights = {
        "occupation": {"business_owner": 12, "executive": 10},
        "influence": {"great": 14, "considerable": 9, "some": 3},
    }
    for fact, points in weights.items():
        for value, number in points.items():
            draft.criteria.get(fact=fact).options.filter(value=value).update(points=number)
