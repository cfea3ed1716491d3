"""The organization: what all actors share, and the few things that happen to a seat."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable

import numpy as np
import simpy

from sim import ledger
from sim.calendar import Calendar
from sim.ledger import NEVER, Table
from sim.luck import EXIT_BUDGET, Luck, fill_exponentials
from sim.money.cost import Rates
from sim.money.partners import margin_shares
from sim.money.payroll import Payroll
from sim.org.actors.behaviour import SellerBehaviour
from sim.org.actors.dressing import dress
from sim.org.actors.training import Lesson
from sim.org.state.conditions import Conditions
from sim.org.state.demand import Demand
from sim.org.state.engineers import Engineers
from sim.org.state.installed_base import InstalledBase
from sim.org.state.recruiters import Recruiters
from sim.org.state.roster import Mover, Newcomers, Vacancy, empty_roster
from sim.org.state.seating import Seating
from sim.org.state.tenure import set_pace, write_leaver
from sim.org.state.week_arrays import DUTIES, ENGINEERS, RECRUITS, SELLS, Week
from sim.pipeline.engine import Pipeline
from sim.pipeline.tables import NOBODY
from sim.rules import target
from sim.rules.quota import year_share_of_fiscal_month
from sim.scenario.codebook import Codebook
from sim.scenario.scenario import Scenario


class Organization:
    """One replication's organization. Actors read and write it; nothing else does."""

    def __init__(self, env: simpy.Environment, seating: Seating, calendar: Calendar, luck: Luck, pipeline: Pipeline):
        scenario: Scenario = seating.scenario
        self.env, self.scenario, self.calendar, self.luck = env, scenario, calendar, luck
        self.seating, self.codes, self.pipeline = seating, seating.codes, pipeline
        self.roles = list(scenario.world.roles.values())
        self.duty = np.array([DUTIES[d] for d in seating.duties])
        self.roster = empty_roster(seating)
        self.newcomers = Newcomers(seating, luck)
        self.conditions = Conditions(seating, calendar, self.roster)
        self.demand = Demand(seating, calendar, self.conditions.leads)
        self.installed_base = InstalledBase(seating, calendar, self.conditions)
        teams = int(self.roster["team"].max(initial=0)) + 1
        self.week = Week(
            scenario, calendar, self.roster, self.conditions.exits, self.conditions.sourcing, self.conditions.ramp
        )
        self.engineers = Engineers(seating, pipeline)
        self.target_usd = target.by_month(scenario, calendar)
        self.refill: Callable[[Vacancy], None]  # recruiting gives it; who leaves does not know of recruiting
        self.recruiters = [Recruiters(env, scenario, calendar, region) for region in scenario.world.regions]
        self.awaited = np.zeros(len(self.roster), bool)  # seats that a requisition or a transfer is to fill
        self.exits_by_team: list[deque[float]] = [deque() for _ in range(teams)]
        rules = {int(row["team"]): self.roles[row["role"]].exits for row in self.roster}
        self._contagious = [(team, rule.contagion_days) for team, rule in rules.items() if rule.contagion > 0]
        self._left = np.zeros(teams)
        self.seats = Table(ledger.SEATS, 256)
        self.requisitions = Table(ledger.REQUISITIONS, 128)
        self.quotas = Table(ledger.QUOTAS, 1024)
        self.payments = Table(ledger.PAYMENTS, 4096)
        self.market = Table(ledger.MARKET, 64)
        self.snapshots = Table(ledger.SNAPSHOTS, 2048)
        self.decisions = Table(ledger.DECISIONS, 256)
        self.lessons: list[Lesson] = []
        self.ramped = Table(ledger.RAMPED, 4096)
        self.open_month = 0  # the month whose books are still open
        self.requisition_codes: dict[str, int] = {}  # by name, in the order in which they were opened
        self.reasons: list[str] = []
        self.rates = Rates.of(scenario, calendar)
        self.payroll = Payroll(scenario, calendar, year_share_of_fiscal_month(scenario))
        self.quota_factors: dict[int, float] = {}  # by spell, where a ratchet has moved a quota
        self.partner_margin = margin_shares(scenario)
        self.deal_usd = average_deal_usd(scenario)
        self.committed = committed_stages(scenario)
        self.photograph = photograph(self.codes)
        rule = scenario.world.behaviour
        self.conduct = SellerBehaviour(self, rule) if rule.responsiveness > 0 else None

    def welcome(self, opening: np.ndarray, left_days: np.ndarray) -> None:
        """Take over the roster of the first day. Its history is already in the pipeline.

        Args:
            opening: ``ROSTER`` rows of the opening's seats, which are the first of this organization's.
            left_days: since somebody last left each of them; infinite where nobody is known to have.
        """
        for i in np.argsort(-left_days, kind="stable"):
            if left_days[i] < np.inf:
                self.exits_by_team[opening[i]["team"]].append(-float(left_days[i]))
        self.week.exits_known_since = -np.inf if np.isfinite(left_days).any() else 0.0
        self.roster[: len(opening)] = opening
        here = np.flatnonzero(opening["held"])
        people = opening[here]
        budgets = np.empty(len(here))
        fill_exponentials(budgets, people["entity"], EXIT_BUDGET, *self.luck.key)
        self.roster["exit_budget"][here] = budgets
        self.roster["spell"][here] = np.arange(len(here))
        self.roster["counted_day"][here] = self.roster["spent_day"][here] = 0.0
        self.roster["ramped_days"][here] = self.roster["away_days"][here] = 0.0
        spells = np.zeros(len(here), ledger.SEATS)
        for name in ("holder", "role", "segment", "region", "start_day", "ability", "person"):
            spells[name] = people[name]
        spells["seat"], spells["requisition"], spells["moved_from"] = here, -1, -1
        spells["end_day"], spells["exit_kind"] = NEVER, ledger.STILL_HERE
        ceilings = np.array([role.ability.never_ramps_ceiling for role in self.roles])
        spells["ramp_ceiling"] = np.where(people["never_ramps"], ceilings[people["role"]], 1.0)
        self.seats.extend(spells)
        for region in range(len(self.recruiters)):
            self.staff_recruiters(region)

    def take_seat(self, i: int, holder: int, start_day: float, requisition: int, mover: Mover | None = None) -> None:
        """Record that the k-th holder sits in a seat: somebody new, or who moved here from another seat."""
        self.newcomers.seat(self.roster, i, holder, start_day)
        self.awaited[i] = False
        row = self.roster[i]
        if mover is not None:
            self.newcomers.bring_along(self.roster, i, mover)
        row["spell"] = self.seats.add(
            i, holder, row["role"], row["segment"], row["region"], start_day, NEVER, ledger.STILL_HERE, requisition,
            row["ability"], self.roles[row["role"]].ability.never_ramps_ceiling if row["never_ramps"] else 1.0,
            row["person"], row["tenure_days"], -1 if mover is None else mover.row["spell"], False,
        )  # fmt: skip

    def start_work(self, i: int, requisition: int, mover: Mover | None = None) -> None:
        """Somebody starts in a seat today."""
        now = float(self.env.now)
        row = self.roster[i]
        self.take_seat(i, int(row["holder"]) + 1, now, requisition, mover)
        set_pace(self.roster, i, self.week.ramps, now, self.week.pace(self.roster, i))
        dress(self, i, now)
        if self.duty[i] == SELLS:
            self.pipeline.fill(i, now, row["entity"], int(row["holder"]), float(self.week.logit[i]))
        elif row["stream"] != NOBODY:
            self.pipeline.staff_stream(int(row["stream"]), now, row["entity"])
        self._tell_pipeline(i)

    def stop_work(self, i: int) -> None:
        """Whoever holds a seat is not at work from now on; their deals wait."""
        self.week.hours[i] = self.week.rate_per_hour[i] = self.week.output[i] = 0.0
        self._tell_pipeline(i)

    def resume_work(self, i: int) -> None:
        """Whoever holds a seat is at work again, for the rest of the week."""
        dress(self, i, float(self.env.now))
        if self.duty[i] == SELLS:
            self.pipeline.set_odds(i, float(self.week.logit[i]))
        self._tell_pipeline(i)

    def _tell_pipeline(self, i: int) -> None:
        """Give the pipeline, or the recruiting desk, what a seat's holder can do now."""
        now, row = float(self.env.now), self.roster[i]
        if self.duty[i] == SELLS:
            self.pipeline.set_hours(i, now, float(self.week.hours[i]), float(self.week.rate_per_hour[i]))
        elif row["stream"] != NOBODY:
            s = int(row["stream"])
            self.pipeline.set_rate(s, now, *self.demand.stream(s, now, float(self.week.output[i])))
        elif self.duty[i] == ENGINEERS:
            self.engineers.staff(now, self.roster, self.week.output)
        elif self.duty[i] == RECRUITS:
            self.staff_recruiters(int(row["region"]))

    def empty_seat(self, i: int, exit_kind: int, closes: bool = False) -> None:
        """Somebody leaves a seat today; its open deals lose their rep. ``closes``: the position ends with that."""
        now = float(self.env.now)
        row = self.roster[i]
        spell = self.seats.rows[row["spell"]]
        spell["end_day"], spell["exit_kind"], spell["seat_closed"] = now, exit_kind, closes
        write_leaver(self, i, now)
        row["held"] = False
        self.week.hours[i] = self.week.rate_per_hour[i] = self.week.output[i] = 0.0
        if exit_kind != ledger.MOVED:
            self.exits_by_team[row["team"]].append(now)
        if self.duty[i] == SELLS:
            self.pipeline.vacate(i, now)
        elif row["stream"] != NOBODY:
            self.pipeline.set_rate(int(row["stream"]), now, 0.0, 1.0)
        elif self.duty[i] == RECRUITS:
            self.staff_recruiters(int(row["region"]))
        elif self.duty[i] == ENGINEERS:
            self.engineers.staff(now, self.roster, self.week.output)

    def tell_market(self) -> None:
        """Deals meet the conditions of now; leads and people do at the next weekly tick."""
        self.pipeline.set_market(self.conditions.logit, self.conditions.cycle, self.conditions.size)

    def staff_recruiters(self, region: int) -> None:
        """Tell a region's recruiting desk how many requisitions its recruiters can work at once."""
        at_work = self.roster["held"] & (self.roster["back_day"] <= self.env.now)
        here = at_work & (self.duty == RECRUITS) & (self.roster["region"] == region)
        room = sum(self.roles[r].open_requisitions_per_head for r in self.roster["role"][here])
        self.recruiters[region].set_room(math.ceil(room))

    def left_lately(self, now: float) -> np.ndarray:
        """Exits by team in the time that still counts as late; older ones are forgotten."""
        for team, since in self._contagious:
            days = self.exits_by_team[team]
            while days and days[0] <= now - since:
                days.popleft()
            self._left[team] = len(days)
        return self._left

    def decide(self, kind: int, i: int, segment: int, region: int, value: float, reason: str) -> None:
        """Write down a decision with its reason."""
        if reason not in self.reasons:
            self.reasons.append(reason)
        self.decisions.add(self.env.now, kind, i, segment, region, value, self.reasons.index(reason))


def average_deal_usd(scenario: Scenario) -> np.ndarray:
    """Mean first-year value of a deal, in US dollars; shape (sources, cells)."""
    sources = np.array([source.size_multiplier for source in scenario.world.sources.values()])
    sizes = np.array([segment.deal_size.average_usd for segment in scenario.world.segments.values()])
    return np.outer(sources, np.repeat(sizes, len(scenario.world.regions)))


def committed_stages(scenario: Scenario) -> np.ndarray:
    """1.0 for the stages whose deals count as committed; shape (cells, most stages)."""
    segments = scenario.world.segments.values()
    flags = np.zeros((len(segments), max(len(segment.stages) for segment in segments)))
    for s, segment in enumerate(segments):
        flags[s, : len(segment.stages)] = [stage.forecast_category == "commit" for stage in segment.stages.values()]
    return np.repeat(flags, len(scenario.world.regions), axis=0)


def photograph(codes: Codebook) -> np.ndarray:
    """The rows of one photograph of the pipeline, all but month and value: by quantity and cell, then by stage."""
    segment, region = codes.of_cells
    blocks = [(quantity, np.full(len(segment), -1)) for quantity in WHOLE_CELL]
    for quantity in (ledger.OPEN_DEALS, ledger.OPEN_USD):
        blocks += [(quantity, codes.stage_code[segment, k]) for k in range(codes.stage_code.shape[1])]
    rows = np.zeros(len(blocks) * len(segment), ledger.SNAPSHOTS)
    rows["quantity"] = np.repeat([quantity for quantity, _ in blocks], len(segment))
    rows["segment"], rows["region"] = np.tile(segment, len(blocks)), np.tile(region, len(blocks))
    rows["stage"] = np.concatenate([stage for _, stage in blocks])
    return rows


WHOLE_CELL = (
    ledger.OPEN_DEALS, ledger.OPEN_USD, ledger.DATED_IN_MONTH_USD, ledger.DATED_IN_QUARTER_USD, ledger.WAITING_LEADS,
    ledger.COMMITTED_USD,
)  # fmt: skip
