"""The relationship value statement (客户关系价值表, S1.1): what a relationship earns and costs, and what it is to earn.

Everything is read from monthly value records, open holdings, month-end balances, other income and the year's target.
A return is profit taken to a year over the funds it was made with: of a product its open balances, of the relationship
the average of its month-end assets and loans.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from decimal import Decimal

from django.db.models import Avg, Count, F, Max, Q, Sum

from customers.choices import Category
from customers.models import BalanceMonth, Customer, Holding, Relation, ValueRecord
from customers.rules.kin import gender_of, kin_word
from customers.rules.relations import inverse
from customers.rules.value import pace, utilisation, yearly_return

ZERO = Decimal(0)
SUMS = ("turnover", "interest_income", "fee_income", "interest_cost", "operating_cost")


@dataclass
class Line:
    """A product, a related customer or a total: sums of the year in yuan."""

    label: str
    code: str = ""
    turnover: Decimal = ZERO
    interest_income: Decimal = ZERO
    fee_income: Decimal = ZERO
    interest_cost: Decimal = ZERO
    operating_cost: Decimal = ZERO
    # What is open today.
    balance: Decimal = ZERO
    limit: Decimal | None = None
    utilisation: Decimal | None = None
    # Profit of a year over funds, in per cent.
    returns: Decimal | None = None
    # Of a related customer: the relation, and what they do with us.
    relation: str = ""
    business: list = field(default_factory=list)
    customer: Customer | None = None
    known: bool = True

    @property
    def profit(self):
        """Income less cost, in yuan."""
        return self.interest_income + self.fee_income - self.interest_cost - self.operating_cost


@dataclass
class Statement:
    """Everything a statement of a year says; amounts in yuan."""

    customer: Customer
    year: int
    # Of the year, how many months have value records, and the number of the last of them.
    months: int
    last_month: int
    lines: list
    total: Line
    related: list
    related_total: Line
    hidden_related: int
    other: list
    other_total: Decimal
    profit: Decimal
    last_year: Decimal | None
    goal: object | None
    pace: object
    years: list = field(default_factory=list)

    @property
    def everything(self):
        """Profit of products and other income together."""
        return self.profit + self.other_total

    @property
    def change(self):
        """Against the whole of last year; None when nothing is on file of either."""
        if self.last_year is None or not self.anything:
            return None
        return self.everything - self.last_year

    @property
    def anything(self):
        """Whether the year has a value record or other income at all: what is unknown is not zero."""
        return bool(self.months or self.other)


def statement_of(*, customer, year, visible):
    """The Statement of `customer` for `year`; related customers stand in it where `visible` (a queryset) has them."""
    lines, months, last_month = _products(customer, year)
    total = _total(lines, label="")
    total.returns = yearly_return(total.profit, _funds([customer.pk], year).get(customer.pk), months)
    related, hidden = _related(customer, year, visible)
    other = list(customer.other_incomes.filter(year=year, removed_on=None).select_related("entered_by"))
    other_total = sum((row.amount for row in other), ZERO)
    goal = customer.value_goals.filter(year=year).select_related("set_by").first()
    profit = total.profit
    return Statement(
        customer=customer,
        year=year,
        months=months,
        last_month=last_month,
        lines=lines,
        total=total,
        related=related,
        related_total=_total(related, label=""),
        hidden_related=hidden,
        other=other,
        other_total=other_total,
        profit=profit,
        last_year=_whole_year(customer, year - 1),
        goal=goal,
        pace=pace(profit + other_total, months=last_month, target=goal.target if goal else None),
        years=_years(customer),
    )


def _products(customer, year):
    """Lines by product in the order of categories, how many months are on file, and the last of them."""
    values = customer.values.filter(period__year=year).order_by()
    span = values.aggregate(months=Count("period", distinct=True), last=Max("period"))
    lines = {}
    for row in values.values("product", "product__code", "product__name", "product__category").annotate(**_sums()):
        line = Line(label=row["product__name"] or "", code=row["product__code"] or "")
        _fill(line, row)
        lines[row["product"]] = (row["product__category"], line)
    held = (
        Holding.objects.filter(customer=customer, currency="CNY")
        .open()
        .order_by()
        .values("product", "product__code", "product__name", "product__category")
        .annotate(
            held=Sum("balance"), limit=Sum("credit_limit"), used=Sum("balance", filter=Q(credit_limit__isnull=False))
        )
    )
    for row in held:
        if row["product"] not in lines:
            line = Line(label=row["product__name"], code=row["product__code"], known=False)
            lines[row["product"]] = (row["product__category"], line)
        line = lines[row["product"]][1]
        line.balance, line.limit = row["held"], row["limit"]
        line.utilisation = utilisation(row["used"] or ZERO, row["limit"])
        if line.known:
            line.returns = yearly_return(line.profit, abs(line.balance), span["months"])
    order = {category: place for place, category in enumerate(Category.values)}
    found = sorted(lines.values(), key=lambda pair: (order.get(pair[0], len(order)), pair[1].code))
    return [line for _category, line in found], span["months"], span["last"].month if span["last"] else 0


def _sums():
    return {f"sum_{name}": Sum(name) for name in SUMS}


def _fill(line, row):
    for name in SUMS:
        setattr(line, name, row[f"sum_{name}"] or ZERO)


def _total(lines, *, label):
    """The sum of some lines; not `known` when none of them has a value record, for unknown is not zero."""
    total = Line(label=label, known=any(line.known for line in lines))
    for line in lines:
        for name in SUMS:
            setattr(total, name, getattr(total, name) + getattr(line, name))
        total.balance += line.balance
    return total


def _funds(customers, year):
    """Average month-end assets and loans together of a year, by customer, in yuan."""
    rows = (
        BalanceMonth.objects.filter(customer__in=customers, month__year=year)
        .order_by()
        .values("customer")
        .annotate(funds=Avg(F("assets") + F("loans")))
    )
    return {row["customer"]: row["funds"] for row in rows}


def _related(customer, year, visible):
    """Lines of related customers in scope, the most profitable first, and how many others there are."""
    labels = defaultdict(list)
    for row in Relation.objects.filter(Q(customer=customer) | Q(related=customer)).order_by("pk"):
        if row.customer_id == customer.pk:
            labels[row.related_id].append(row.kind)
        else:
            labels[row.customer_id].append(inverse(row.kind))
    seen = {row.pk: row for row in visible.filter(pk__in=labels).select_related("standing", "person")}
    values = {
        row["customer"]: row
        for row in ValueRecord.objects.filter(customer__in=seen, period__year=year)
        .order_by()
        .values("customer")
        .annotate(months=Count("period", distinct=True), **_sums())
    }
    business = defaultdict(list)
    open_ones = Holding.objects.filter(customer__in=seen).open().order_by()
    for pk, category in open_ones.values_list("customer", "product__category").distinct():
        business[pk].append(category)
    funds = _funds(list(seen), year)
    lines = []
    for pk, other in seen.items():
        line = Line(label=other.name, code=other.customer_no, customer=other, known=pk in values)
        line.relation = " · ".join(dict.fromkeys(kin_word(kind, gender_of(other)) for kind in labels[pk]))
        line.business = [Category(code).label for code in Category.values if code in business[pk]]
        line.balance = other.standing.asset_total + other.standing.loan_total
        if pk in values:
            _fill(line, values[pk])
            line.returns = yearly_return(line.profit, funds.get(pk), values[pk]["months"])
        lines.append(line)
    lines.sort(key=lambda line: (-line.profit, line.code))
    return lines, len(labels) - len(seen)


def _whole_year(customer, year):
    """Profit and other income of a year together; None when nothing is on file of it."""
    row = customer.values.filter(period__year=year).aggregate(number=Count("pk"), **_sums())
    other = customer.other_incomes.filter(year=year, removed_on=None).aggregate(amount=Sum("amount"))["amount"]
    if not row["number"] and other is None:
        return None
    line = Line(label="")
    _fill(line, row)
    return line.profit + (other or ZERO)


def _years(customer):
    """Years with value records, the latest first."""
    return [day.year for day in customer.values.dates("period", "year", order="DESC")]
