"""What an extract lacks: how to reach people, visits, objections, needs, proposals. Written in chunks, in bulk."""

from dataclasses import dataclass
from datetime import date, time, timedelta
from random import Random

from care.services.demo import words
from customers.choices import Channel, Dimension, Kind, NeedStatus
from customers.models import ContactPreference, Customer, Need, Product
from proposals.choices import Presentation, ProposalStatus
from proposals.models import Benefit, Proposal, ProposalItem, Template
from visits.choices import ObjectionOutcome, VisitChannel, VisitStatus
from visits.models import Objection, Preparation, PreparationItem, Visit
from visits.services.checklist import lines_for

CHUNK = 2000


@dataclass(frozen=True)
class Row:
    """The customer in hand."""

    pk: int
    number: str
    kind: str
    manager: int
    restricted: bool
    assets: float


def write_records(*, today):
    """Contact preferences, visits, objections, needs and proposals of the demo bank, as of the day.

    Yields how many customers are done. The same bank and day give the same records; call it once.
    """
    maker = Maker(today)
    rows = (
        Customer.objects.filter(manager__isnull=False)
        .order_by("customer_no")
        .values_list("pk", "customer_no", "kind", "manager_id", "restricted", "standing__asset_total")
    )
    done, chunk = 0, []
    for row in rows.iterator(chunk_size=CHUNK):
        maker.make(Row(*row[:-1], float(row[-1])))
        chunk.append(row)
        if len(chunk) == CHUNK:
            maker.save()
            done, chunk = done + CHUNK, []
            yield done
    maker.save()
    yield done + len(chunk)


class Maker:
    """Rows in hand, until they are saved together."""

    def __init__(self, today):
        self.today = today
        self.chance = Random(f"demo records {today}")  # noqa: S311  a made-up bank needs no secrets
        self.template = Template.objects.filter(active=True).order_by("pk").first()
        self.products = {product.code: product for product in Product.objects.all()}
        self.checklist = list(PreparationItem.objects.filter(active=True))
        self._clear()

    def _clear(self):
        self.preferences, self.needs, self.visits, self.objections, self.proposals = [], [], [], [], []
        self.preparations, self.items, self.benefits = [], [], []

    def save(self):
        """Write what is in hand: a handful of statements for thousands of rows."""
        for model, rows in (
            (ContactPreference, self.preferences),
            (Need, self.needs),
            (Visit, self.visits),
            (Preparation, self.preparations),
            (Objection, self.objections),
            (Proposal, self.proposals),
            (ProposalItem, self.items),
            (Benefit, self.benefits),
        ):
            model.objects.bulk_create(rows, batch_size=CHUNK)
        self._clear()

    def make(self, row):
        """Everything of one customer."""
        chance = self.chance
        if chance.random() < 0.4:
            self._prefer(row)
        held = self._visit(row)
        if chance.random() < (0.5 if held else 0.12):
            self._need(row, held)
        if held and chance.random() < 0.22:
            self._object(row, held)
        if self.template and held and not row.restricted and row.assets > 50_000 and chance.random() < 0.22:
            self._propose(row)

    def _day(self, back):
        """A working day about so many days back."""
        day = self.today - timedelta(days=back)
        return day - timedelta(days=max(0, day.weekday() - 4)) if back else day

    def _prefer(self, row):
        chance = self.chance
        no_calls = chance.random() < 0.06
        channels = [Channel.WECHAT, Channel.WECHAT, Channel.SMS, Channel.MEETING]
        self.preferences.append(
            ContactPreference(
                customer_id=row.pk,
                channel=chance.choice(channels if no_calls else [*channels, Channel.PHONE, Channel.PHONE]),
                hours=chance.choice(words.HOURS),
                do_not_call=no_calls,
                do_not_contact=chance.random() < 0.01,
                taboos=chance.choice(words.TABOOS) if chance.random() < 0.4 else "",
                hint=chance.choice(words.HINTS) if chance.random() < 0.5 else "",
            )
        )

    # ---- visits ------------------------------------------------------------------------------------------------

    def _visit(self, row):
        """Past visits and perhaps one to come; returns the last one held."""
        chance, last = self.chance, None
        days = set()
        for _ in range(chance.choices((0, 1, 2, 3), (38, 34, 20, 8))[0]):
            days.add(self._day(min(int(chance.expovariate(1 / 60)) + 1, 330)))
        for day in sorted(days):
            if chance.random() < 0.06:
                self._add_visit(row, day, VisitStatus.NOT_HELD, not_held_reason=chance.choice(words.NOT_HELD))
                continue
            last = self._held(row, day)
        if chance.random() < 0.045:
            self._plan(row, days)
        return last

    def _held(self, row, day):
        chance = self.chance
        recent = (self.today - day).days
        step = chance.choice(words.NEXT_STEPS) if chance.random() < 0.45 else ""
        # Steps agreed long ago were taken since: only recent visits leave one open.
        step_on = day + timedelta(days=chance.randrange(5, 12)) if step and recent <= 7 else None
        notes = words.NOTES if row.kind == Kind.INDIVIDUAL else words.FIRM_NOTES
        return self._add_visit(
            row, day, VisitStatus.HELD, held_on=day, notes=chance.choice(notes), next_step=step, next_step_on=step_on
        )

    def _plan(self, row, taken):
        day = self.today + timedelta(days=self.chance.randrange(0, 7))
        day += timedelta(days=max(0, 7 - day.weekday()) if day.weekday() > 4 and day != self.today else 0)
        if day in taken:
            return
        visit = self._add_visit(row, day, VisitStatus.PLANNED)
        self.preparations += lines_for(visit, self.checklist, done=lambda item: self.chance.random() < 0.35)

    def _add_visit(self, row, day, status, **fields):
        chance = self.chance
        visit = Visit(
            customer_id=row.pk,
            by_id=row.manager,
            status=status,
            planned_on=day,
            planned_at=time(chance.choice((9, 10, 11, 14, 15, 16)), chance.choice((0, 30))),
            channel=chance.choice(list(VisitChannel)),
            purpose=chance.choice(words.PURPOSES),
            **fields,
        )
        self.visits.append(visit)
        return visit

    # ---- needs, objections, proposals --------------------------------------------------------------------------

    def _need(self, row, held):
        chance = self.chance
        for dimension in chance.sample(list(Dimension), chance.choice((1, 1, 2))):
            driver, evidence = chance.choice(words.NEEDS[dimension])
            need = Need(
                customer_id=row.pk,
                dimension=dimension,
                driver=driver,
                evidence=evidence,
                amount=round(max(row.assets * chance.uniform(0.1, 0.6), 20_000), -4) or None,
                horizon=chance.choice(words.HORIZONS),
                status=chance.choices(list(NeedStatus), (70, 22, 8))[0],
                found_on=held.held_on if held else self._day(chance.randrange(1, 200)),
                found_by_id=row.manager,
            )
            settled = min(need.found_on + timedelta(days=5 + row.pk % 55), self.today)
            if need.status == NeedStatus.MET:
                need.met_on = settled
            elif need.status == NeedStatus.DROPPED:
                need.dropped_on, need.drop_reason = settled, "客户改了主意"
            self.needs.append(need)

    def _object(self, row, visit):
        chance = self.chance
        kind, said, answer = chance.choice(words.OBJECTIONS)
        old = (self.today - visit.held_on).days > 30
        outcome = chance.choices(list(ObjectionOutcome), (15, 62, 23) if old else (70, 25, 5))[0]
        closed = None
        if outcome != ObjectionOutcome.OPEN:
            closed = min(visit.held_on + timedelta(days=chance.randrange(0, 15)), self.today)
        self.objections.append(
            Objection(
                customer_id=row.pk,
                visit=visit,
                raised_on=visit.held_on,
                by_id=row.manager,
                kind=kind,
                words=said,
                steps=list(words.STEPS[: chance.randrange(1, 4) if closed is None else 5]),
                answer=answer if closed else "",
                outcome=outcome,
                closed_on=closed,
            )
        )

    def _propose(self, row):
        chance = self.chance
        status = chance.choices(list(ProposalStatus), (25, 30, 30, 15))[0]
        drafted = self._day(chance.randrange(25, 120))
        presented = decided = None
        if status != ProposalStatus.DRAFT:
            presented = drafted + timedelta(days=chance.randrange(1, 8))
        if status in {ProposalStatus.ACCEPTED, ProposalStatus.DECLINED}:
            decided = presented + timedelta(days=chance.randrange(1, 12))
        centre = chance.choice(words.CENTRES[row.kind])
        proposal = Proposal(
            customer_id=row.pk,
            template=self.template,
            title=_title(row, drafted),
            centre=centre,
            situation="现有资产以存款为主，期限集中，收益偏低；近期有资金到期需要重新安排。",
            customer_side="目标有着落，期限错开，随时有钱可用，手续由客户经理一次办好。",
            bank_side="留住到期资金，提高产品覆盖，风险与客户承受能力相称。",
            presentation=chance.choice(list(Presentation)),
            status=status,
            drafted_on=drafted,
            drafted_by_id=row.manager,
            presented_on=presented,
            presented_by_id=row.manager if presented else None,
            decided_on=decided,
            decided_by_id=row.manager if decided else None,
            decline_reason=chance.choice(words.DECLINED) if status == ProposalStatus.DECLINED else "",
            valid_until=self.today + timedelta(days=chance.randrange(7, 60)),
        )
        self.proposals.append(proposal)
        self._fill(proposal, row)

    def _fill(self, proposal, row):
        for dimension, (code, share, why) in words.ITEMS.items():
            amount = max(round(row.assets * share * self.chance.uniform(0.7, 1.3), -3), 10_000)
            self.items.append(
                ProposalItem(
                    proposal=proposal, dimension=dimension, product=self.products[code], amount=amount, reason=why
                )
            )
            self.benefits.append(Benefit(proposal=proposal, dimension=dimension, text=why))
        self.benefits.append(Benefit(proposal=proposal, dimension=Dimension.CONSUMPTION, text=words.LEFT_OUT))


def _title(row, drafted: date):
    subject = "企业资金" if row.kind == Kind.ORGANIZATION else "家庭资产"
    return f"{subject}综合服务方案 {drafted.year}年{drafted.month}月"
