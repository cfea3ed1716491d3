"""The payroll: at a quarter's end, all that variable pay has earned since its periods began, line by line.

One function of the ledger's tables, so that a statement can be worked out again from a finished run.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from sim import ledger
from sim.calendar import Calendar
from sim.money import clawback, commission, floors
from sim.money.cents import in_cents
from sim.money.credit import Credited, covers, divided, holder_key, shared, spell_of, split_share
from sim.money.lines import LINES, payments_of
from sim.money.plans import ComponentTerms, PayPlans, days_held, part_of_quarter, period_of_month
from sim.money.spiffs import spiff_lines
from sim.scenario.pay import PERIOD_MONTHS
from sim.scenario.scenario import Scenario

_OWN_KINDS = np.array([ledger.COMMISSION, ledger.COMMISSION, ledger.BONUS])  # by IN_TIER, CATCH_UP, LUMP_SUM
_SHARED_KINDS = np.array([ledger.OVERRIDE, ledger.OVERRIDE, ledger.TEAM_BONUS])


def _stands_behind(scenario: Scenario) -> np.ndarray:
    """Whether a role shares in the credit of another's deals, shape (roles, roles): managers in those they manage."""
    roles = scenario.world.roles
    return np.array([[not role.manages or other in role.manages for other in roles] for role in roles.values()])


class Payroll:
    """Closes quarters one after the other. What must be remembered between them is kept by spell or by credit."""

    def __init__(self, scenario: Scenario, calendar: Calendar, year_share_of_fiscal_month: np.ndarray):
        """``year_share_of_fiscal_month``: the part of a year's quota that each month carries, shape (12,)."""
        self.plans = PayPlans.of_scenario(scenario)
        self.calendar, self._scenario = calendar, scenario
        self._benefits_share = scenario.world.costs.benefits_share
        # Of a year's quota, by month of the run and by period of a fiscal year.
        self.year_share = year_share_of_fiscal_month[calendar.fiscal_month] * calendar.month_weight
        self._period_share = {
            name: year_share_of_fiscal_month.reshape(-1, length).sum(axis=1) for name, length in PERIOD_MONTHS.items()
        }
        self._roles = list(scenario.world.roles)
        self._stands_behind, self._cut_by = _stands_behind(scenario), scenario.levers.quota.cut_by
        self._period = {name: period_of_month(calendar, name) for name in PERIOD_MONTHS}
        plans = self.plans.plans
        self._splits, self._spiffs = (any(getattr(plan, name) for plan in plans) for name in ("splits", "spiffs"))
        self._floors = any(plan.draw or plan.guarantee for plan in plans)
        self._owed: np.ndarray = np.zeros(0)  # of recoverable draws, by spell
        self._clawbacks = any(plan.clawback_days > 0 for plan in plans)
        self._kept_lines: np.ndarray = np.zeros(0, LINES)  # of deals, not taken back so far
        self._undone: dict[int, list[int]] = {}  # by component, the credit that was taken back by rating again
        self._seller: np.ndarray = np.zeros(0, int)  # spell of each credit so far
        # Whole cents of each credit: all, and by whom they count for: each role that is given some, last the seller.
        self._cents: np.ndarray = np.zeros(0, np.int64)
        self._divided: np.ndarray = np.zeros((len(self._roles) + 1, 0), np.int64)

    def payments(
        self, quarter: int, spells: np.ndarray, quotas: np.ndarray, credits: np.ndarray, deals: np.ndarray,
        customers: np.ndarray,
    ) -> np.ndarray:  # fmt: skip
        """Rows of ledger.PAYMENTS for all that ``close`` finds, with the benefits load. By definition."""
        lines = self.close(quarter, spells, quotas, credits, deals, customers)
        return payments_of(lines, spells, self._benefits_share)

    def close(
        self, quarter: int, spells: np.ndarray, quotas: np.ndarray, credits: np.ndarray, deals: np.ndarray,
        customers: np.ndarray,
    ) -> np.ndarray:  # fmt: skip
        """Rows of ``LINES`` for a quarter, and for every longer period that ends with it.

        Args:
            spells, quotas, credits: the ledger's tables so far; what comes later may be there as well.
            deals: with source and customer. customers: with deal and left_day.

        By definition.
        """
        if not self.plans.plans:
            return np.zeros(0, LINES)
        months = np.flatnonzero(self.calendar.quarter_of_month == quarter)
        start, end = self.calendar.month_starts[[months[0], months[-1] + 1]]
        credits = credits[: np.searchsorted(credits["day"], end)]
        self._follow(spells, credits)
        due = self._due(months)
        found = [self._earned(place, terms, int(months[-1]), spells, quotas, credits) for place, terms in due]
        if self._spiffs:
            new = slice(int(np.searchsorted(credits["day"], start)), None)
            found.append(
                spiff_lines(
                    self._scenario, self.plans, self.calendar, spells, self._seller[new], self._divided[-1, new],
                    credits[new], deals["source"][credits["deal"][new]],
                )
            )  # fmt: skip
        lines = np.concatenate([np.zeros(0, LINES), *found])
        if self._floors:
            lines = np.concatenate([lines, self._floor(months, spells, lines)])
        if self._clawbacks:
            left_day = clawback.left_day_of_deals(deals, customers)
            taken = self._taken_back(spells, lines, left_day, float(end))
            again = self._rated_again(int(months[-1]), spells, quotas, credits, left_day, float(end))
            lines = np.concatenate([lines, taken, again])
        return lines

    def _taken_back(self, spells: np.ndarray, lines: np.ndarray, left_day: np.ndarray, end: float) -> np.ndarray:
        """What is taken back of all lines so far, each once."""
        known = np.concatenate([self._kept_lines, lines[lines["deal"] >= 0]])
        back = clawback.due_back(self.plans, spells, known, left_day, end)
        self._kept_lines = known[~back]
        return clawback.clawback_lines(self.plans, self.calendar, spells, known[back], left_day)

    def _rated_again(
        self, last: int, spells: np.ndarray, quotas: np.ndarray, credits: np.ndarray, left_day: np.ndarray, end: float
    ) -> np.ndarray:
        """What periods up to month ``last`` would have paid less, deal by deal whose customer left; lump sums stay."""
        rows = np.zeros(0, LINES)
        for place, terms in enumerate(self.plans.terms):
            plan = self.plans.plans[terms.plan]
            if plan.clawback_form != "re_rated" or plan.clawback_days == 0:
                continue
            mine = self._credited(terms, 0, spells, credits)
            day, deal = credits["day"][mine.credit], credits["deal"][mine.credit]
            left, closed = left_day[deal], self._closes_with(terms)
            month = np.searchsorted(self.calendar.month_starts, day, side="right") - 1
            due = (left < end) & (left - day <= plan.clawback_days) & (spells["end_day"][mine.spell] > left)
            due &= closed[month] <= last
            undone = self._undone.setdefault(place, [])
            for k in np.flatnonzero(due)[np.argsort(left[due], kind="stable")]:
                spell, key = int(mine.spell[k]), int(holder_key(mine.spell[k], deal[k]))
                if key in undone:
                    continue
                paid = []
                for without in (list(undone), [*undone, key]):
                    found = self._earned(place, terms, int(closed[month[k]]), spells, quotas, credits, without)
                    found = found[(found["spell"] == spell) & (found["what"] != commission.LUMP_SUM)]
                    paid.append(float(found["amount_usd"].sum()))
                undone.append(key)
                row = np.zeros(1, LINES)
                row["spell"], row["deal"], row["terms"], row["day"] = spell, deal[k], place, day[k]
                less = round(paid[0] - paid[1], 2)
                row["amount_usd"] = max(less, 0.0)  # rounded line by line, what is left may gain a cent
                rows = np.concatenate([rows, row])
        return clawback.clawback_lines(self.plans, self.calendar, spells, rows[rows["amount_usd"] != 0.0], left_day)

    def _closes_with(self, terms: ComponentTerms) -> np.ndarray:
        """The month of the run with which each month's pay under a component is worked out."""
        name = terms.component.period
        period = self._period["quarter" if name == "month" else name]
        return np.searchsorted(period, period, side="right") - 1

    def _floor(self, months: np.ndarray, spells: np.ndarray, lines: np.ndarray) -> np.ndarray:
        """Draws and guarantees of a quarter, against what its lines of short periods earn."""
        longer = [PERIOD_MONTHS[terms.component.period] > 3 for terms in self.plans.terms]
        counted = lines[~np.array([*longer, False])[lines["terms"]]]
        place = counted["spell"] * len(months) + counted["month"] - months[0]
        earned = np.bincount(place, counted["amount_usd"], len(spells) * len(months)).reshape(len(spells), -1)
        self._owed = np.concatenate([self._owed, np.zeros(max(len(spells) - len(self._owed), 0))])
        return floors.settle(self.plans, self.calendar, months, spells, np.round(earned, 2), self._owed)

    def _follow(self, spells: np.ndarray, credits: np.ndarray) -> None:
        """Find whose each new credit is."""
        new = credits[len(self._seller) :]
        seller = spell_of(spells, new["seat"], new["holder"])
        cents = in_cents(new["amount_usd"] * new["share"])
        if self._splits:
            parts = divided(self.plans, self._roles, self._stands_behind, spells, seller, new["day"], cents)
        else:
            parts = np.zeros((len(self._roles) + 1, len(cents)), np.int64)
            parts[-1] = cents
        self._seller = np.concatenate([self._seller, seller])
        self._cents = np.concatenate([self._cents, cents])
        self._divided = np.concatenate([self._divided, parts], axis=1)

    def _due(self, months: np.ndarray) -> Iterator[tuple[int, ComponentTerms]]:
        """The components whose period ends with these months, or that the run's end cuts off."""
        last = int(months[-1])
        for place, terms in enumerate(self.plans.terms):
            period = self._period[terms.component.period]
            if last == len(period) - 1 or period[last + 1] != period[last]:
                yield place, terms

    def _earned(
        self, place: int, terms: ComponentTerms, last: int, spells: np.ndarray, quotas: np.ndarray, credits: np.ndarray,
        without: list[int] | None = None,
    ) -> np.ndarray:  # fmt: skip
        """What a component pays for the period that ends with month ``last``; for the quarter, where it is monthly.

        Args:
            without: credit that does not count, as ``holder_key`` of spell and deal.
        """
        period = self._period[terms.component.period]
        begins = self._period["quarter"] if terms.component.period == "month" else period
        months = np.flatnonzero(begins == begins[last])
        start = float(self.calendar.month_starts[months[0]])
        first = int(np.searchsorted(credits["day"], start))
        mine = self._credited(terms, first, spells, credits)
        mine = mine.of(credits["day"][mine.credit] < self.calendar.month_starts[last + 1])
        if without:
            mine = mine.of(~np.isin(holder_key(mine.spell, credits["deal"][mine.credit]), without))
        if not len(mine.spell):
            return np.zeros(0, LINES)
        month = np.searchsorted(self.calendar.month_starts, credits["day"][mine.credit], side="right") - 1
        if terms.component.needs_quota:
            key = mine.spell.astype(np.int64) * len(period) + (period[month] - period[months[0]])
            order = np.argsort(key, kind="stable")
            mine, month = mine.of(order), month[order]
            begins_group = np.diff(key[order], prepend=-1) != 0
            groups, group = key[order][begins_group], np.cumsum(begins_group) - 1
            who, which = np.divmod(groups, len(period))
            which += period[months[0]]
            carried = self._quotas(terms, months, which, who, spells, quotas)
            of_year = self._period_share[terms.component.period]
            in_whole = of_year[which % len(of_year)]
            if terms.component.period == "month":
                in_whole = in_whole * self.calendar.month_weight[which - period[0]]
        else:  # a flat commission asks for nobody's quota: all deals are one group
            group, carried, in_whole = np.zeros(len(month), int), (np.zeros(1), np.zeros(1), np.zeros(1)), np.ones(1)
        earned = commission.earn(terms, group, mine.cents, *carried, in_whole)
        rows = np.zeros(len(earned), LINES)
        for name, _ in commission.EARNED_FIELDS:
            rows[name] = earned[name]
        credit = earned["credit"]
        rows["spell"], rows["month"], rows["terms"] = mine.spell[credit], month[credit], place
        rows["day"], rows["deal"] = credits["day"][mine.credit[credit]], credits["deal"][mine.credit[credit]]
        rows["quota_usd"] = carried[0][group[credit]]
        rows["kind"] = (_OWN_KINDS if terms.component.credit == "own" else _SHARED_KINDS)[rows["what"]]
        rows["paid_day"] = self._payday(terms)[rows["month"]]
        return rows[rows["amount_usd"] != 0.0]

    def _credited(self, terms: ComponentTerms, first: int, spells: np.ndarray, credits: np.ndarray) -> Credited:
        """Credit under a component from row ``first`` of the credits on."""
        plans, day = self.plans, credits["day"][first:]
        seller, rows = self._seller[first:], np.arange(first, len(credits))
        if terms.component.credit == "own":
            mine = plans.of_spells(spells, seller, day) == terms.plan
            return Credited(seller[mine], rows[mine], self._divided[-1, rows[mine]])
        found = []
        for role in np.flatnonzero((plans.of == terms.plan).any(axis=(0, 2))):
            people = np.flatnonzero(spells["role"] == role)
            if not len(people):
                continue
            whole = self._cents if terms.component.credit == "team" else self._divided[role]
            counted = whole[first:] * self._stands_behind[role, spells["role"][seller]]
            part = shared(spells, people, seller, day, counted)
            found.append(part.of(plans.of_spells(spells, part.spell, day[part.credit]) == terms.plan))
        spell, credit, parts = (np.concatenate([getattr(one, f) for one in found]) if found else np.zeros(0, int)
                                for f in ("spell", "credit", "cents"))  # fmt: skip
        return Credited(spell, credit + first, parts)

    def _quotas(
        self, terms: ComponentTerms, months: np.ndarray, period: np.ndarray, who: np.ndarray, spells: np.ndarray,
        quotas: np.ndarray,
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray]:  # fmt: skip
        """The quota carried, the part of a year in which there was one, and the whole quota then, by group.

        Args:
            period: of each group. who: the spell of each group.
        """
        first, last = self.calendar.quarter_of_month[months[[0, -1]]]
        rows = quotas[(quotas["quarter"] >= first) & (quotas["quarter"] <= last)]
        of_quarter = np.bincount(self.calendar.quarter_of_month, self.year_share)
        year_share = of_quarter[rows["quarter"]]
        if terms.component.credit == "own":
            holder = spell_of(spells, rows["seat"], rows["holder"])
            totals = [
                np.bincount(holder, weights, len(spells))[who]
                for weights in (rows["quota_usd"], year_share, rows["full_usd"])
            ]
        else:
            totals = self._shared_quotas(terms, rows, who, spells)
        if terms.component.period != "month":
            return totals[0], totals[1], totals[2]
        month = period - self._period["month"][0]
        held = part_of_quarter(self.calendar, months, month, spells[who])
        whole = (self._period["month"] == period[:, None]) @ self.year_share
        share = whole / np.where(totals[1] > 0, totals[1], 1.0)
        return totals[0] * held, totals[1] * share, totals[2] * share

    def _shared_quotas(
        self, terms: ComponentTerms, rows: np.ndarray, who: np.ndarray, spells: np.ndarray
    ) -> list[np.ndarray]:
        """Quotas behind shared credit: each quarter's sum over the sellers covered, among those of the role there."""
        totals = [np.zeros(len(spells)) for _ in range(3)]
        of_quarter = np.bincount(self.calendar.quarter_of_month, self.year_share)
        seller = spell_of(spells, rows["seat"], rows["holder"])
        for quarter in np.unique(rows["quarter"]):
            here = rows["quarter"] == quarter
            months = np.flatnonzero(self.calendar.quarter_of_month == quarter)
            start, end = self.calendar.month_starts[months[0]], self.calendar.month_starts[months[-1] + 1]
            days = days_held(self.calendar, months, spells, self._cut_by)
            for role in np.unique(spells["role"][who]):
                people = np.flatnonzero((spells["role"] == role) & (days > 0))
                covered = np.array(
                    [covers(spells, int(p), rows["segment"][here], rows["region"][here]) for p in people]
                )
                if not len(people):
                    continue
                heads = np.maximum((covered * days[people][:, None]).sum(axis=0) / (end - start), 1.0)
                usd = rows["quota_usd"][here] * terms.component.quota_share
                usd = usd * self._stands_behind[role, spells["role"][seller[here]]]
                if terms.component.credit == "split":
                    usd = usd * split_share(self.plans, spells, seller[here], start, self._roles[role])
                full = covered @ (usd / heads)
                totals[0][people] += full * days[people] / (end - start)
                totals[1][people] += of_quarter[quarter]
                totals[2][people] += full
        return [total[who] for total in totals]

    def _payday(self, terms: ComponentTerms) -> np.ndarray:
        """When what is earned in each month is paid: at the end of the interval in which it falls, and some days."""
        interval = self._period[terms.component.paid_every or terms.component.period]
        ends = self.calendar.month_starts[1:]
        last = np.searchsorted(interval, interval, side="right") - 1
        return ends[last] + self.plans.plans[terms.plan].lag_days
