"""What a made-up customer holds, earns the bank, and moves."""

from datetime import timedelta

from care.services.demo.catalogue import OTHER_BANKS, PRODUCT, TIMED


class Money:
    """The part of the bank that writes holdings, values and cash flows."""

    def write_holdings(self, one):
        """About four holdings; returns (deposits, loans, invested) in yuan."""
        chance, left = self.chance, one.assets
        deposits = invested = loans = 0.0
        demand = left * chance.uniform(0.08, 0.35)
        deposits += self._hold(one, "CA01" if one.individual else "CA02", demand)
        left -= demand
        timed = min(4, int(chance.expovariate(0.95))) + (left > 60_000) + (left > 300_000)
        for _ in range(timed):
            code = self.pick(*TIMED)
            part = left * chance.uniform(0.2, 0.6)
            held = self._hold(one, code, max(round(part, -3), 5_000))
            left = max(left - held, 0)
            if code.startswith("WM"):
                invested += held
            else:
                deposits += held
        if left > 20_000:
            for code, odds in (
                ("FD01", 0.3),
                ("FD02", 0.2),
                ("FD03", 0.18),
                ("MT01", 0.12),
                ("BD03", 0.14),
                ("WM00", 0.4),
            ):
                if chance.random() < odds:
                    held = self._hold(one, code, left * chance.uniform(0.1, 0.4))
                    left, invested = max(left - held, 0), invested + held
        if one.individual:
            if chance.random() < 0.13:
                invested += self._hold(one, "IN01", max(round(one.assets * 0.1, -3), 10_000))
            if one.income > 90_000 and one.married and chance.random() < 0.22:
                loans += self._hold(one, "MG01", chance.uniform(300_000, 2_400_000))
            if chance.random() < 0.09:
                loans += self._hold(one, "LN01", round(chance.uniform(20_000, 200_000), -3))
            if one.occupation == "business_owner" and chance.random() < 0.25:
                loans += self._hold(one, "LN02", round(chance.uniform(100_000, 1_500_000), -4))
            if chance.random() < 0.38:
                self._hold(one, "CC01", chance.uniform(0, 15_000))
            if chance.random() < 0.22:
                self._hold(one, "PY01", 0)
        else:
            if chance.random() < 0.45:
                loans += self._hold(one, "LN03", round(chance.uniform(300_000, 5_000_000), -4))
            if chance.random() < 0.5:
                self._hold(one, "PY02", 0)
        return deposits, loans, invested

    def _hold(self, one, code, balance):
        chance, today = self.chance, self.today
        _code, _name, category, _dimension, _risk, days, rate = PRODUCT[code]
        self.holdings += 1
        # Bank days run on: what ended before today was paid out and is not in the extract.
        begun = chance.randrange(0, days) if days else int(chance.betavariate(1, 2) * 3000)
        opened = today - timedelta(days=begun)
        balance = round(balance, 2)
        self.write(
            "holdings",
            holding_no=f"62{self.holdings:012d}",
            customer_no=one.number,
            product_code=code,
            currency="CNY",
            balance=f"{balance:.2f}",
            credit_limit=round(max(balance * chance.uniform(1.2, 4), 10_000), -3)
            if category == "card"
            else balance
            if category == "loan"
            else "",
            rate=f"{rate + chance.choice((0, 0, 0.05, 0.1)):.2f}" if rate else "",
            opened_on=opened.isoformat(),
            matures_on=(opened + timedelta(days=days)).isoformat() if days else "",
            status="open",
        )
        return balance

    def write_values(self, one, deposits, loans, invested):
        """Twelve months of income and cost."""
        chance, today = self.chance, self.today
        year, month = today.year, today.month
        for back in range(12):
            at = year * 12 + month - 1 - back
            swing = (1 - back * 0.012) * chance.uniform(0.92, 1.08)
            self.write(
                "values",
                customer_no=one.number,
                period=f"{at // 12}-{at % 12 + 1:02d}",
                interest_income=f"{(loans * 0.037 + deposits * 0.021) / 12 * swing:.2f}",
                fee_income=f"{invested * 0.006 / 12 * swing + chance.uniform(0, 6):.2f}",
                interest_cost=f"{(deposits * 0.011 + loans * 0.019) / 12 * swing:.2f}",
                operating_cost=f"{chance.uniform(8, 26) if one.individual else chance.uniform(30, 90):.2f}",
                turnover=f"{(deposits + invested) * chance.uniform(0.05, 0.4):.2f}",
            )

    def write_cash_flows(self, one):
        """Some entries of the last ninety days; a few are large and go to another bank."""
        chance, today = self.chance, self.today
        for _ in range(chance.randrange(2, 8)):
            self.entries += 1
            out = chance.random() < 0.55
            large = chance.random() < 0.12
            amount = one.assets * chance.uniform(0.2, 0.5) if large else chance.uniform(200, 22_000)
            other = chance.choice(OTHER_BANKS) if out and chance.random() < 0.5 else ""
            memos = (
                ("转账", "消费", "房贷还款", "生活缴费", "转他行理财")
                if out
                else ("工资", "货款", "租金", "年终奖", "转入")
            )
            self.write(
                "cashflows",
                entry_no=f"F{self.entries:010d}",
                customer_no=one.number,
                booked_on=(today - timedelta(days=chance.randrange(0, 90))).isoformat(),
                direction="out" if out else "in",
                amount=f"{amount:.2f}",
                counterparty_bank=other,
                memo=chance.choice(memos),
            )
