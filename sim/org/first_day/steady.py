"""The steady state: what the pipeline of an organization looks like in the long run, and the seed that it makes."""

from __future__ import annotations

import numpy as np

from sim.luck import entity
from sim.org.first_day.long_run import LongRun, cycle_by_size
from sim.org.state.duties import SELLS
from sim.org.state.organization import Organization
from sim.pipeline import seed
from sim.pipeline.sources import self_source
from sim.pipeline.tables import NOBODY
from sim.rules.flow import Alone, Flow, flow_of


class Steady:
    """Seeds the pipeline of an organization whose people have their hours."""

    def __init__(self, org: Organization):
        self.org = org

    def long_run(self, day: float) -> LongRun:
        """The steady state of those who have their hours."""
        org = self.org
        open_share = org.calendar.working_days_per_month / org.calendar.days_per_month
        leads = org.demand.base_by_cell(org.week.output) * open_share
        base, state, world = org.installed_base, org.pipeline.state, org.scenario.world
        if base.source != NOBODY:
            leads[base.source] = base.expansion_per_day() * self._customers_on(day) * open_share
        org.engineers.staff(day, org.roster, org.week.output)
        flows = _flows(org)
        return LongRun(
            leads=leads,
            searches=state.sources["searches"],
            needs_account=np.arange(len(flows)) != base.source,
            flows=flows,
            own=self_source(org.scenario),
            takes=(state.seats["takes"] >> np.arange(len(flows))[:, None]) & 1,
            cell=np.where(org.duty == SELLS, org.roster["cell"], NOBODY),
            hours=org.week.hours,
            per_hour=org.week.rate_per_hour * open_share,
            attention=world.attention.enabled,
            accounts=state.territory["accounts"],
            customers=state.territory["customers"],
            returns=state.renewal["keeps"][state.cell_segment],
            cooling_days=world.territory.cooling_days if world.territory else 0.0,
        )

    def _customers_on(self, day: float) -> np.ndarray:
        """Customers by cell who had signed by a day."""
        customers, cells = self.org.pipeline.customers, self.org.pipeline.state.customer_cell
        here = customers["since_day"] <= day
        return np.bincount(cells[: len(customers)][here], minlength=self.org.codes.cells)

    def seed(self, day: float) -> None:
        """Put the deals of the long run, and the accounts that cool off, into the pipeline."""
        codes, long_run = self.org.codes, self.long_run(day)
        flows, leads, own = long_run.flows, long_run.lead_rates, long_run.own_rates
        for source in range(leads.shape[0]):
            for cell in range(leads.shape[1]):
                who = entity(f"opening {codes.sources[source]}/{codes.cell_name(cell)}")
                self._seed_flow(day, who, cell, source, NOBODY, leads[source, cell], flows[source][cell])
        for i in np.flatnonzero(own > 0.0):
            row = self.org.roster[i]
            cell = int(row["cell"])
            self._seed_flow(day, row["entity"], cell, long_run.own, int(i), own[i], flows[long_run.own][cell])
        self.cool_off(long_run, day)

    def cool_off(self, long_run: LongRun, day: float) -> None:
        """Finite territories have accounts that cool off."""
        rows = self.org.pipeline.state.territory
        if self.org.scenario.world.territory is not None:
            per_day = np.where(rows["accounts"] >= 0, long_run.cooling_per_day(), 0.0)
            self.org.pipeline.cool_off(*cooling_rows(per_day, rows["free"], long_run.cooling_days, day))

    def _seed_flow(self, day: float, who, cell: int, source: int, owner: int, rate: float, flow: Flow) -> None:
        expected = rate * (flow.work_days + flow.stalls.sum() * (flow.never_days + flow.back_days))
        if expected <= 0:
            return
        pipeline = self.org.pipeline
        pipeline.make_room_for_deals(int(expected + 8 * np.sqrt(expected) + 50))
        seed.seed(
            pipeline.state, day, np.uint64(who), cell, source, owner, float(rate), flow.attempts, flow.stalls,
            flow.stage_days, flow.never_days, flow.back_days,
        )  # fmt: skip


def cooling_rows(per_day: np.ndarray, free: np.ndarray, cooling_days: float, day: float) -> tuple[np.ndarray, ...]:
    """Accounts that cool off in the long run, evenly over the days to come: cell, until when, how many.

    Args:
        per_day: accounts that begin to cool off a day, by cell. free: at most so many may, by cell.
    """
    ends = np.minimum(np.arange(np.ceil(cooling_days) + 1), cooling_days)
    reached = np.minimum(np.floor(per_day * ends[:, None] + 0.5), free).astype(np.int64)  # shape (days + 1, cells)
    accounts = np.diff(reached, axis=0)
    n, cell = np.nonzero(accounts)
    return cell, day + 0.5 * (ends[:-1] + ends[1:])[n], accounts[n, cell]


def _flows(org: Organization) -> list[list[Flow]]:
    """The average course of a deal by source and cell, in the first regime."""
    world, codes, engineers = org.scenario.world, org.codes, org.engineers
    by_size = cycle_by_size(org.scenario, org.pipeline)
    regime, rule = world.market.regimes[world.market.first_regime], world.engineering
    alone = Alone(rule.go_without_after_days, rule.without_logit)
    return [
        [
            flow_of(
                segment,
                source.logit + region.logit + regime.logit,
                source.cycle_multiplier * regime.cycle_multiplier * float(by_size[code, codes.cell(s, r)]),
                source.hours_multiplier,
                None if engineers.serves(codes.cell(s, r)) else alone,
                org.calendar.days_per_month,
            )
            for s, segment in enumerate(world.segments.values())
            for r, region in enumerate(world.regions.values())
        ]
        for code, source in enumerate(world.sources.values())
    ]
