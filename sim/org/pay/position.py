"""Where sellers stand with their pay: plans as curves, periods and the time left in them, quotas and sales so far."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.calendar import DAYS_PER_WEEK
from sim.money.plans import NO_PLAN, ComponentTerms, part_of_quarter, period_of_month
from sim.org.pay.quota import carried_usd, full_quota_usd
from sim.org.state.duties import SELLS
from sim.org.state.organization import Organization
from sim.pipeline.tables import NOBODY
from sim.rules.payout import CURVE, weighed
from sim.rules.quota import role_factor
from sim.scenario.deals import Segment
from sim.scenario.pay import PERIOD_MONTHS, Spiff

# What a seller knows of their pay: one row a seat. NOBODY as plan: nothing to respond to.
POSITION = np.dtype([
    ("plan", "i8"), ("pace_usd", "f8"), ("variance", "f8"),  # US dollars a week at effort 1, and its variance
    ("lag_weeks", "f8"), ("volume_share", "f8"), ("answer", "f8"),  # the stages' sum of 1 - p
    ("effort", "f8"), ("past", "f8"), ("wanted", "f8"), ("worth", "f8"), ("ratchet", "f8"),
], align=True)  # fmt: skip


@dataclass(frozen=True)
class PayGroup:
    """Sellers of one role in one cell are paid alike."""

    role: int
    cell: int
    segment: int
    region: int
    terms: tuple[ComponentTerms, ...]  # the components that pay for one's own deals
    spiffs: tuple[Spiff, ...]
    seats: np.ndarray  # bool, by seat


@dataclass(frozen=True)
class Period:
    """The current period of components that share its length."""

    months: np.ndarray  # those of the run
    first_credit: int  # row of the credits with which it begins
    ends: float  # days; it may end after the run
    whole: float  # its months over those of the run, of what is not yet begun


class PayPosition:
    """Arrays by seat and component, renewed as weeks pass."""

    def __init__(self, org: Organization, usual_rate: dict[str, float]):
        self.org, self.usual_rate = org, usual_rate
        self.version = 0  # of the pay plans
        self.groups = _groups(org, 0)
        versions = range(len(org.finance.payroll.plans.since))
        most = max([len(group.terms) for version in versions for group in _groups(org, version)], default=0) or 1
        shape = (max(len(self.groups), 1), most)
        self.plans, self.weeks_left = np.zeros(shape, CURVE), np.ones(shape)
        self.sold, self.quota = (np.zeros((len(org.roster), most)) for _ in range(2))
        self.rows = _rows(org, self.groups)
        self.yearly_quota = np.zeros(len(self.groups))
        self.payouts: list[list[np.ndarray]] = [[] for _ in self.groups]  # of the components, at the yearly quota
        self.rate = np.ones(len(self.groups))  # usual: US dollars a dollar booked, at which effort is 1
        self._parts = _parts(self.groups)
        self.names = tuple(sorted(self._parts))
        self._of_month = {name: period_of_month(org.calendar, name) for name in PERIOD_MONTHS}
        self.period: dict[str, Period] = {}
        self._spell = np.full(len(org.roster), NOBODY)
        self._told = np.zeros(len(org.roster), bool)  # who knows their quota
        self._month, self._year = -1, -1
        self._ends = np.zeros(shape)
        self._full_usd: dict[int, np.ndarray] = {}  # by quarter, see ``full_quota_usd``
        self._squares = np.array([_size_usd(segment) for segment in org.scenario.world.segments.values()])
        productivity = [s.steady_productivity_usd_per_year for s in org.scenario.world.segments.values()]
        self._per_week = np.array(productivity) * DAYS_PER_WEEK / org.calendar.days_per_year

    def renew(self, now: float) -> np.ndarray:
        """Bring everything up to an instant; answers the seats whose pay looks different from before."""
        calendar = self.org.calendar
        month = calendar.month_of(now)
        fresh = np.zeros(0, int)
        changed = self._newcomers()
        if month != self._month:
            quarter = calendar.quarter_of_month
            if self._month < 0 or quarter[month] != quarter[self._month]:
                self._told[:] = False
                self._full_usd.clear()
            self._turn_to(month)
            here = self.org.roster["held"] & (self.rows["plan"] != NOBODY)
            fresh = np.flatnonzero(here & ~self._told)
            self._told[fresh] = True
            self._set_quotas(np.flatnonzero(here) if "month" in self.names else fresh)  # a month's part is its own
        self.weeks_left[:] = (self._ends - now) / DAYS_PER_WEEK
        self._set_pace()
        self.count_sales()
        return np.union1d(fresh, changed)

    def _turn_to(self, month: int) -> None:
        """A month begins: its periods, and with a fiscal year new curves."""
        self._month = month
        version = int(self.org.finance.payroll.plans.version(self.org.calendar.month_starts[month]))
        if version != self.version:
            self._change_plans(version)
        for name in self.names:
            self.period[name] = self._period(name, month)
        for k, group in enumerate(self.groups):
            self._ends[k, : len(group.terms)] = [self.period[terms.component.period].ends for terms in group.terms]
        if self.org.calendar.year_of_month[month] != self._year:
            self._year = int(self.org.calendar.year_of_month[month])
            self._draw_curves()

    def _change_plans(self, version: int) -> None:
        """Other plans hold from now on; everybody's periods begin anew."""
        self.version, self.groups = version, _groups(self.org, version)
        self._parts = _parts(self.groups)
        self.names = tuple(sorted(self._parts))
        for array in (self.plans, self.sold, self.quota, self._ends):
            array[:] = np.zeros(1, array.dtype)[0]

    def _period(self, name: str, month: int) -> Period:
        calendar, of_month = self.org.calendar, self._of_month[name]
        months = np.flatnonzero(of_month == of_month[month])
        missing = PERIOD_MONTHS[name] - 1 - calendar.fiscal_month[months[-1]] % PERIOD_MONTHS[name]
        begins, ends = calendar.month_starts[[months[0], months[-1] + 1]]
        first = int(np.searchsorted(self.org.pipeline.credits["day"], begins))
        return Period(months, first, float(calendar.plus_months(ends, missing)), 1.0 + missing / len(months))

    def ends_with(self, month: int) -> np.ndarray:
        """Which components' periods end with a month, by group and component."""
        fiscal = self.org.calendar.fiscal_month[month] + 1
        ends = np.zeros(self.plans.shape, bool)
        for k, group in enumerate(self.groups):
            for c, terms in enumerate(group.terms):
                ends[k, c] = fiscal % PERIOD_MONTHS[terms.component.period] == 0
        return ends

    def _draw_curves(self) -> None:
        """Once a fiscal year: components as curves in units of the usual rate times quota."""
        org, calendar = self.org, self.org.calendar
        months = np.flatnonzero(calendar.year_of_month == self._year)
        quarters = [
            months[calendar.quarter_of_month[months] == q] for q in np.unique(calendar.quarter_of_month[months])
        ]
        full = sum(full_quota_usd(org, part) for part in quarters) / org.finance.payroll.year_share[months].sum()
        factor = role_factor(org.scenario)
        for k, group in enumerate(self.groups):
            quota = float(full[group.segment, group.region] * factor[group.role, group.segment])
            self.yearly_quota[k] = quota
            rates = [float(terms.base_rate(np.array(1.0), np.array(quota))) for terms in group.terms]
            usual = self.usual_rate.get(org.codes.roles[group.role], sum(rates))
            self.rate[k] = usual
            self.payouts[k] = [terms.curve(quota) for terms in group.terms]
            for c, (payout, rate) in enumerate(zip(self.payouts[k], rates, strict=True)):
                weeks = PERIOD_MONTHS[group.terms[c].component.period] * calendar.days_per_month / DAYS_PER_WEEK
                self.plans[k, c] = weighed(payout, rate / usual if usual > 0 else 0.0, weeks)[0]

    def spiff_slope(self, now: float) -> np.ndarray:
        """What SPIFFs add to the worth of a dollar now, in units of the usual rate, by group.

        One that names sources counts by their number among all, for reps do not choose between sources.
        """
        slope = np.zeros(len(self.groups))
        calendar, world = self.org.calendar, self.org.scenario.world
        for k, group in enumerate(self.groups):
            for spiff in group.spiffs:
                if calendar.day_of(spiff.from_date) <= now < calendar.day_of(spiff.to_date) and self.rate[k] > 0:
                    deal_usd = list(world.segments.values())[group.segment].deal_size.average_usd
                    rate = spiff.share_of_bookings or (spiff.usd_per_deal or 0.0) / deal_usd
                    part = 1.0 if spiff.sources is None else len(spiff.sources) / len(world.sources)
                    slope[k] += part * rate / self.rate[k]
        return slope

    def _newcomers(self) -> np.ndarray:
        """Seats that changed hands. Who is new works at effort 1, and learns their quota when the next month begins."""
        roster = self.org.roster
        changed = np.flatnonzero(roster["held"] & (self.rows["plan"] != NOBODY) & (roster["spell"] != self._spell))
        self._spell[changed] = roster["spell"][changed]
        self.rows["effort"][changed] = self.rows["past"][changed] = 1.0
        self.quota[changed] = 0.0
        self._told[changed] = False
        return changed

    def is_known(self, i: int) -> bool:
        """Whether whoever sits in seat i, on a pay plan, has had a weekly tick there."""
        return bool(self.rows["plan"][i] != NOBODY and self._spell[i] == self.org.roster["spell"][i])

    def _set_quotas(self, seats: np.ndarray) -> None:
        """Quotas of some seats in the components' periods, as if everybody stayed to the end."""
        if not len(seats):
            return
        spells = self.org.roster["spell"][seats]
        of_quarter: dict[int, np.ndarray] = {}
        for name in self.names:
            period = self.period[name]
            quarters = np.unique(self.org.calendar.quarter_of_month[period.months])
            for quarter in quarters:
                if quarter not in of_quarter:
                    of_quarter[quarter] = self._carried_usd(spells, int(quarter))
            total = np.sum([of_quarter[quarter] for quarter in quarters], axis=0) * period.whole
            if name == "month":
                months = np.flatnonzero(self.org.calendar.quarter_of_month == quarters[0])
                total = total * part_of_quarter(
                    self.org.calendar, months, self._month, self.org.journal.seats.rows[spells]
                )
            for c, paid in self._parts[name]:
                here = paid[seats]
                self.quota[seats[here], c] = total[here]

    def _carried_usd(self, spells: np.ndarray, quarter: int) -> np.ndarray:
        """The quota that spells carry in a quarter."""
        if quarter not in self._full_usd:
            months = np.flatnonzero(self.org.calendar.quarter_of_month == quarter)
            self._full_usd[quarter] = full_quota_usd(self.org, months)
        return carried_usd(self.org, spells, quarter, self._full_usd[quarter])

    def _set_pace(self) -> None:
        """What each seller expects to sell in a week at effort 1, and its variance: deals come as a Poisson process."""
        roster, week = self.org.roster, self.org.week
        ramp = np.divide(week.output, roster["volume"], out=np.zeros(len(roster)), where=roster["volume"] > 0)
        segment = roster["segment"]
        self.rows["pace_usd"] = np.where(roster["held"], self._per_week[segment] * roster["ability"] * ramp, 0.0)
        self.rows["variance"] = self.rows["pace_usd"] * self._squares[segment]

    def count_sales(self) -> None:
        """US dollars credited in each component's period to who sits in a seat now."""
        org = self.org
        credits = org.pipeline.credits
        for name in self.names:
            part = credits[self.period[name].first_credit :]
            seat = part["seat"]
            theirs = part["holder"] == org.roster["holder"][seat]
            sold = np.bincount(seat, part["share"] * part["amount_usd"] * theirs, len(org.roster))
            for c, paid in self._parts[name]:
                self.sold[paid, c] = sold[paid]


def _groups(org: Organization, version: int) -> list[PayGroup]:
    """Roles and cells whose sellers are on a pay plan: in all versions of the plans the same."""
    roster, plans = org.roster, org.finance.payroll.plans
    names = org.codes.segments
    found = []
    selling = (org.duty == SELLS) & (roster["cell"] >= 0)
    for role, cell in sorted({(int(row["role"]), int(row["cell"])) for row in roster[selling]}):
        segment, region = org.codes.segment_region(cell)
        of = plans.of[version, role, segment]
        if of == NO_PLAN:
            continue
        own = tuple(terms for terms in plans.terms if terms.plan == of and terms.component.credit == "own")
        spiffs = tuple(
            spiff for spiff in plans.plans[of].spiffs.values()
            if spiff.segments is None or names[segment] in spiff.segments
        )  # fmt: skip
        seats = selling & (roster["role"] == role) & (roster["cell"] == cell)
        found.append(PayGroup(role, cell, segment, region, own, spiffs, seats))
    return found


def _parts(groups: list[PayGroup]) -> dict[str, list[tuple[int, np.ndarray]]]:
    """By period: the components of that length by number, each with the seats that are paid by one, bool."""
    found: dict[str, dict[int, np.ndarray]] = {}
    for group in groups:
        for c, terms in enumerate(group.terms):
            of_period = found.setdefault(terms.component.period, {})
            of_period[c] = of_period.get(c, False) | group.seats
    return {name: list(of_period.items()) for name, of_period in found.items()}


def _rows(org: Organization, groups: list[PayGroup]) -> np.ndarray:
    """``POSITION`` of all seats, with what never changes: plan, lag, and how effort acts on volume and odds."""
    rows = np.zeros(len(org.roster), POSITION)
    rows["plan"], rows["effort"], rows["past"] = NOBODY, 1.0, 1.0
    segments = list(org.scenario.world.segments.values())
    for k, group in enumerate(groups):
        stages = segments[group.segment].stages.values()
        days = sum(stage.duration.average_days for stage in stages) * segments[group.segment].dollar_weighted_cycle
        rows["plan"][group.seats] = k
        rows["volume_share"][group.seats] = org.roles[group.role].ability.volume_share
        rows["lag_weeks"][group.seats] = days / DAYS_PER_WEEK
        rows["answer"][group.seats] = sum(1.0 - stage.advance_share for stage in stages)
    return rows


def _size_usd(segment: Segment) -> float:
    """Mean square over mean of a deal's size: the variance of sales for each dollar expected."""
    return segment.deal_size.square_usd2 / segment.deal_size.average_usd
