"""A core-banking extract of a made-up bank, written row by row: a million customers need no more memory than ten."""

import csv
import math
from collections import deque
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from random import Random

from care.services.demo import people
from care.services.demo.catalogue import (
    ADMINISTRATOR,
    AUDITOR,
    CITIES,
    CUSTOMERS_EACH,
    MANAGERS_EACH,
    MARKETS,
    OCCUPATIONS,
    OFFICE,
    PRODUCTS,
)
from care.services.demo.money import Money
from customers.rules.extract import LAYOUTS


@dataclass
class Owner:
    """A manager of the demo bank and the last individuals in the book: families and firms are made among them."""

    staff_no: str
    branch: str
    city: str
    district: str
    share: float = 1.0
    wealth: float = 0.0
    recent: deque = field(default_factory=lambda: deque(maxlen=40))


@dataclass
class One:
    """The customer in hand."""

    number: str
    owner: Owner
    individual: bool
    assets: float
    born: date | None = None
    male: bool = True
    surname: str = ""
    address: str = ""
    married: bool = False
    income: float = 0.0
    occupation: str = ""


def write_extract(folder, *, customers, today):
    """Write the eight files of the extract of a bank with so many customers, as of the day, into `folder`.

    The same number and day give the same files. Yields how many customers are written, now and then.
    """
    with ExitStack() as stack:
        bank = Bank(Path(folder), stack, customers, today)
        bank.write_branches_and_staff()
        bank.write_products()
        for number in range(1, customers + 1):
            bank.write_customer(number)
            if number % 5000 == 0:
                yield number
    yield customers


def write_house(folder, *, customers, today):
    """Write the files of a bank that is to have so many customers, with branches, staff and products alone."""
    with ExitStack() as stack:
        bank = Bank(Path(folder), stack, customers, today)
        bank.write_branches_and_staff()
        bank.write_products()


class Bank(Money):
    """The open files and the chance that fills them."""

    def __init__(self, folder, stack, customers, today):
        self.today, self.customers = today, customers
        self.chance = Random(f"demo bank {today} {customers}")  # noqa: S311  a made-up bank needs no secrets
        self.writers = {}
        for kind, layout in LAYOUTS.items():
            file = stack.enter_context((folder / f"{kind}.csv").open("w", encoding="utf-8", newline=""))
            writer = csv.DictWriter(file, [column.name for column in layout.columns], restval="")
            writer.writeheader()
            self.writers[kind] = writer
        self.owners, self.entries, self.holdings = [], 0, 0
        self.last = None

    def write(self, file, /, **row):
        """One row of a file; what is not said stays empty, which means unknown."""
        self.writers[file].writerow(row)

    # ---- the house ---------------------------------------------------------------------------------------------

    def write_branches_and_staff(self):
        """Head office, two branches, eight sub-branches and more as the bank grows; a head and managers each."""
        self.write("branches", branch_code=OFFICE, name="南粤银行总行", level="head_office")
        self.write("staff", staff_no=AUDITOR, name="孙静", branch_code=OFFICE, role="auditor")
        self.write("staff", staff_no=ADMINISTRATOR, name="林涛", branch_code=OFFICE, role="admin")
        self.write("staff", staff_no="H000", name="郑国平", branch_code=OFFICE, role="head")
        each = max(4, math.ceil(self.customers / (len(CITIES) * MANAGERS_EACH * CUSTOMERS_EACH)))
        each = min(each, 100)
        for code, name, city, districts in CITIES:
            self.write("branches", branch_code=code, name=name, parent_code=OFFICE, level="branch")
            self.write("staff", staff_no=f"H{code[1:]}0", name=self._name(), branch_code=code, role="head")
            for place in range(each):
                self._write_sub_branch(code, city, districts, place)
        self.owners[0].share, self.owners[0].wealth = 1.3, 0.4
        self.weights, total = [], 0.0
        for owner in self.owners:
            total += owner.share
            self.weights.append(total)

    def _write_sub_branch(self, parent, city, districts, place):
        code = f"{parent}{place + 1:02d}"
        district = districts[place % len(districts)]
        more = "" if place < len(districts) else f"第{place // len(districts) + 1}"
        self.write(
            "branches",
            branch_code=code,
            name=f"{district}{more}支行",
            parent_code=parent,
            level="sub_branch",
            market=MARKETS[place % len(MARKETS)],
        )
        self.write("staff", staff_no=f"H{code[1:]}", name=self._name(), branch_code=code, role="head")
        seats = max(MANAGERS_EACH, self.customers // (len(CITIES) * 100 * 500))
        for seat in range(seats):
            staff_no = f"M{code[1:]}{seat + 1:02d}"
            name = "王芳" if not self.owners else self._name()
            self.write("staff", staff_no=staff_no, name=name, branch_code=code, role="manager")
            share = self.chance.uniform(0.8, 1.15)
            self.owners.append(Owner(staff_no, code, city, f"{district}区", share, self.chance.gauss(0, 0.12)))

    def _name(self):
        male = self.chance.random() < 0.5
        return people.surname(self.chance) + people.given_name(self.chance, date(1985, 1, 1), male)

    def write_products(self):
        """What the bank sells."""
        for code, name, category, dimension, risk, _days, _rate in PRODUCTS:
            self.write(
                "products", product_code=code, name=name, category=category, dimension=dimension, risk_level=risk
            )

    # ---- customers ---------------------------------------------------------------------------------------------

    def write_customer(self, number):
        """A customer with everything that belongs to it."""
        chance = self.chance
        spouse = self.last if self._wants_spouse() else None
        owner = spouse.owner if spouse else chance.choices(self.owners, cum_weights=self.weights)[0]
        if spouse is None and owner.recent and chance.random() < 0.085:
            one = self._write_firm(f"C{number:07d}", owner)
        else:
            one = self._write_person(f"C{number:07d}", owner, spouse)
            owner.recent.append(one)
        self.last = one
        deposits, loans, invested = self.write_holdings(one)
        if deposits + invested + loans > 30_000:
            self.write_values(one, deposits, loans, invested)
        if chance.random() < 0.3:
            self.write_cash_flows(one)

    def _wants_spouse(self):
        last = self.last
        return last is not None and last.individual and last.married and self.chance.random() < 0.16

    def _write_person(self, number, owner, spouse):
        chance, today = self.chance, self.today
        if spouse:
            male = not spouse.male
            born = spouse.born + timedelta(days=int(chance.gauss(0, 900)))
            born = min(born, people.years_before(today, 20))
        else:
            male, born = chance.random() < 0.52, people.birth_date(chance, today)
        age = (today - born).days // 365
        family = people.surname(chance)
        occupation = self._occupation(age)
        # Some answers are not on file: that is what “ask next” is for.
        known = chance.random() < 0.9
        income = OCCUPATIONS[occupation][1] * math.exp(chance.gauss(0, 0.45))
        married = bool(spouse) or chance.random() < (0.2 if age < 28 else 0.8)
        children = min(3, int(chance.expovariate(0.9)) + (age > 33)) if married and age > 24 else 0
        wealth = 11.0 + 0.75 * math.log(income / 100_000) + (age - 40) / 28 + owner.wealth + chance.gauss(0, 1.2)
        one = One(number, owner, True, math.exp(wealth), born, male, family, "", married, income, occupation)
        one.address = spouse.address if spouse else people.address(chance, owner.city, owner.district)
        opened = max(today - timedelta(days=int(chance.betavariate(1.1, 1.6) * 7300)), born + timedelta(days=18 * 366))
        opened = min(opened, today)
        self.write(
            "customers",
            customer_no=number,
            kind="individual",
            name=family + people.given_name(chance, born, male),
            id_type="resident_id",
            id_no=people.resident_number(chance, born, male),
            gender="male" if male else "female",
            birth_date=born.isoformat(),
            lunar_birthday=people.lunar_birthday(born) if age > 45 and chance.random() < 0.35 else "",
            mobile=people.mobile(chance),
            email=f"{number.lower()}@example.com" if chance.random() < 0.3 else "",
            address=one.address,
            branch_code=owner.branch,
            manager_no=owner.staff_no,
            opened_on=opened.isoformat(),
            occupation=occupation if known or chance.random() < 0.5 else "",
            annual_income=f"{round(income, -3):.0f}" if known else "",
            marital_status=self._marriage(married, age),
            children=children if married else "",
            education=self._education(income, age),
            restricted="1" if chance.random() < 0.004 else "0",
            known_since=max(opened, today - timedelta(days=int(chance.expovariate(1 / 1200)))).isoformat()
            if chance.random() < 0.8
            else "",
            ease_of_contact=self.pick(("very_easy", 22), ("easy", 42), ("hard", 20), ("very_hard", 5), ("", 11)),
            influence=self._influence(one.assets),
        )
        self._write_family(one, spouse)
        return one

    def _occupation(self, age):
        if age > 62 and self.chance.random() < 0.6:
            return "other"
        names = tuple(OCCUPATIONS)
        return self.chance.choices(names, [OCCUPATIONS[name][0] for name in names])[0]

    def pick(self, *options):
        """One of (code, weight)."""
        return self.chance.choices([code for code, _ in options], [weight for _, weight in options])[0]

    def _marriage(self, married, age):
        if self.chance.random() < 0.04:
            return ""
        if married:
            return "married"
        return self.pick(("single", 70 if age < 40 else 20), ("divorced", 18), ("widowed", 1 if age < 60 else 30))

    def _education(self, income, age):
        if self.chance.random() < 0.08:
            return ""
        better = 12 if income > 150_000 else 0
        return self.pick(
            ("postgraduate", 6 + better),
            ("bachelor", 34 + better if age < 50 else 16 + better),
            ("junior_college", 28),
            ("below_college", 12 if age < 50 else 40),
        )

    def _influence(self, assets):
        if self.chance.random() < 0.12:
            return ""
        rich = assets > 500_000
        return self.pick(
            ("great", 16 if rich else 3),
            ("considerable", 34 if rich else 14),
            ("some", 36),
            ("none", 8 if rich else 30),
        )

    def _write_family(self, one, spouse):
        chance, recent = self.chance, one.owner.recent
        if spouse:
            self._relate(spouse, one, "spouse")
            self._relate(one, spouse, "spouse")
        elif recent and chance.random() < 0.05:
            other = chance.choice(recent)
            gap = (one.born - other.born).days / 365 if other.born else 0
            if gap > 20:
                self._relate(other, one, "child")
                self._relate(one, other, "parent")
            elif abs(gap) < 12 and other.born:
                self._relate(other, one, "sibling")
                self._relate(one, other, "sibling")
        if recent and chance.random() < 0.07:
            self._relate(one, chance.choice(recent), "introducer")

    def _relate(self, one, other, kind):
        self.write("relations", customer_no=one.number, related_customer_no=other.number, relation=kind)

    def _write_firm(self, number, owner):
        chance, today = self.chance, self.today
        name, industry, kind = people.firm(chance, owner.city, owner.district)
        opened = today - timedelta(days=int(chance.betavariate(1.1, 2) * 5500))
        one = One(number, owner, False, math.exp(chance.gauss(12.3 + owner.wealth, 1.2)))
        self.write(
            "customers",
            customer_no=number,
            kind="organization",
            name=name,
            id_type="credit_code",
            id_no=people.credit_code(chance),
            mobile=people.mobile(chance),
            address=people.address(chance, owner.city, owner.district),
            branch_code=owner.branch,
            manager_no=owner.staff_no,
            opened_on=opened.isoformat(),
            industry=industry,
            org_type=kind,
            restricted="1" if chance.random() < 0.01 else "0",
            ease_of_contact=self.pick(("very_easy", 20), ("easy", 45), ("hard", 20), ("", 15)),
        )
        persons = list(owner.recent)
        chief = chance.choice(persons)
        self._relate(one, chief, "legal_representative")
        if chance.random() < 0.7:
            self._relate(one, chief, "owner")
        if len(persons) > 1 and chance.random() < 0.4:
            finance = chance.choice([person for person in persons if person is not chief])
            self._relate(one, finance, "finance_head")
        return one
