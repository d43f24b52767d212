"""The measures that are ladders or sums of points, as plain functions; tiering.services.compile says the same in SQL.

Relationship layers (S0.1), behaviour (S4.2), stickiness (S4.3) and the cells of service need and potential (S3.6). The
sources name the layers and degrees without a rule; these rules are this product's, documented in docs/tiering.md.
"""

# Relationship layers: 1 统计 counted, 2 存量 holds something, 3 服务 served, 4 关系 known personally, 5 忠诚 loyal.
RELATED_CONTACTS = 4
LOYAL_RUNG = 4

# Behaviour over the last 90 days: points 5 to 2 from these bounds up (recency: days since the latest flow); else 1.
WINDOW_DAYS = 90
RECENCY_DAYS = ((7, 5), (30, 4), (60, 3), (90, 2))
FREQUENCY_FLOWS = ((20, 5), (10, 4), (5, 3), (1, 2))
VALUE_YUAN = ((500_000, 5), (100_000, 4), (20_000, 3), (1_000, 2))

# Stickiness 0–10: a point per category up to four, years with us, a card, a payment service, pay that arrives here.
CATEGORY_POINTS = 4
TENURE_YEARS = ((3, 2), (1, 1))
CARD_POINTS, PAYMENT_POINTS, SALARY_POINTS = 1, 1, 2
SALARIES = 2
# What the memo of a pay credit says.
SALARY_WORDS = "工资|代发|薪|salary|payroll"

# Cells of service need × potential (S3.6): the first to be worked is the highest.
QUICK_WIN, CULTIVATE, LOW_PRIORITY, LET_GO = 4, 3, 2, 1


def relationship(holdings, contacts, rung):
    """The layer 1–5: what is held, how often we spoke in twelve months, and the rung of the loyalty ladder (S1.10)."""
    if not holdings:
        return 1
    if not contacts:
        return 2
    if contacts < RELATED_CONTACTS:
        return 3
    return 5 if rung >= LOYAL_RUNG else 4


def behaviour(days_since, flows, yuan):
    """Points 3–15: days since the latest flow (None: none in the window), how many flows, and how many yuan."""
    recency = 1 if days_since is None else next((points for days, points in RECENCY_DAYS if days_since <= days), 1)
    return recency + _points(FREQUENCY_FLOWS, flows) + _points(VALUE_YUAN, yuan)


def _points(bounds, number):
    return next((points for least, points in bounds if number >= least), 1)


def stickiness(categories, years, card, payment, salaries):
    """Points 0–10: categories of open holdings, whole years with us (None: unknown), card and payment service held, and
    how often pay arrived in the last 90 days."""
    tenure = next((points for least, points in TENURE_YEARS if (years or 0) >= least), 0)
    return (
        min(categories, CATEGORY_POINTS)
        + tenure
        + (CARD_POINTS if card else 0)
        + (PAYMENT_POINTS if payment else 0)
        + (SALARY_POINTS if salaries >= SALARIES else 0)
    )


def quadrant(need_high, potential_high):
    """The cell of service need × potential (S3.6)."""
    if potential_high:
        return CULTIVATE if need_high else QUICK_WIN
    return LET_GO if need_high else LOW_PRIORITY
