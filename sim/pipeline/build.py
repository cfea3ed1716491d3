"""Build the pipeline's arrays from a scenario: its stages, sources, cells, seats and streams."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from sim import ledger
from sim.calendar import HISTORY_DAYS, Calendar
from sim.luck import Luck
from sim.pipeline import tables
from sim.pipeline.state import State
from sim.rules.odds import log_odds
from sim.scenario.deals import LognormalSize, Segment, Stage
from sim.scenario.demand import Expansion, Outbound, Pushed, SelfSourced
from sim.scenario.engineering import Engineering
from sim.scenario.scenario import Scenario


class SeatPlace(NamedTuple):
    """Where a selling seat stands. Seats of other duties have ``cell`` NOBODY."""

    entity: np.uint64
    cell: int
    segment: int
    takes: int = tables.ALL_SOURCES  # one bit a source whose deals it may have


class StreamPlace(NamedTuple):
    """Where a stream's leads go."""

    entity: np.uint64
    cell: int
    source: int


def cell_of(segment: int, region: int, regions: int) -> int:
    return segment * regions + region


def build(
    scenario: Scenario,
    calendar: Calendar,
    luck: Luck,
    seats: Sequence[SeatPlace],
    streams: Sequence[StreamPlace],
    expected_deals: float = 3000,
) -> State:
    """A pipeline with nobody in it, on the calendar's first day of history. Tables that turn out small grow."""
    world = scenario.world
    regions = len(world.regions)
    cells = len(world.segments) * regions
    clocks = len(seats) + len(streams) + 1
    most = max(len(s.stages) for s in world.segments.values())
    members = [[i for i, seat in enumerate(seats) if seat.cell == c] for c in range(cells)]
    room = 1024 + int(1.2 * expected_deals)
    keeps = any(segment.contracts is not None for segment in world.segments.values())
    customers = room if keeps else 16
    return State(
        seats=_seats(scenario, seats),
        streams=_streams(streams),
        deals=np.empty(room, tables.DEAL),
        moves=np.empty(8 * room, ledger.MOVES),
        credits=np.empty(room, ledger.CREDITS),
        waits=np.empty(room, ledger.WAITS),
        heap=np.arange(clocks),
        place=np.arange(clocks),
        time=np.full(clocks, np.inf),
        calendar_day=np.full(room, np.inf),
        calendar_deal=np.zeros(room, np.int64),
        waiting=np.zeros(room, np.int64),
        cell_seat=np.array([i for m in members for i in m], np.int64),
        entities=np.array([seats[i].entity for m in members for i in m], np.uint64),
        cell_place=_places(len(seats), members),
        race_words=np.zeros(max((len(m) for m in members), default=0), np.uint64),
        cell_first=np.concatenate([[0], np.cumsum([len(m) for m in members])]).astype(np.int64),
        cell_turn=np.zeros(cells, np.int64),
        cell_logit=np.array([r.logit for _ in world.segments for r in world.regions.values()], float),
        cell_segment=np.repeat(np.arange(len(world.segments)), regions),
        cell_pool=cells + np.tile(np.arange(regions), len(world.segments)),
        pools=_pools(cells + regions),
        territory=_territory(scenario),
        cooling=np.empty(room, tables.COOLING_OFF),
        stages=_stages(world.segments, most),
        lengths=_lengths(world.segments, most),
        segments=_segments(world.segments, calendar, world.engineering.small_below_share),
        prices=_prices(world.segments),
        sources=_sources(scenario),
        market=np.full((cells, len(world.sources)), np.array((0.0, 1.0, 1.0), tables.MARKET)),
        renewal=_renewal(scenario, calendar),
        customers=np.empty(customers, tables.CUSTOMER),
        customer_day=np.full(customers, np.inf),
        customer_budget=np.full(customers, np.inf),
        customer_cell=np.zeros(customers, np.int64),
        contracts=np.empty(2 * customers, ledger.CONTRACTS),
        arr_moves=np.empty(2 * customers, ledger.ARR_MOVES),
        cell_customers=np.zeros(cells, np.int64),
        cell_renewal=np.zeros(cells),
        cell_expansion=np.zeros(cells),
        open_days=calendar.open_days,
        worked_before=calendar.worked_before,
        open_day_numbers=calendar.open_day_numbers,
        last_open_days=calendar.last_open_days,
        knobs=_knobs(scenario, calendar, luck),
        count=np.zeros(tables.COUNTERS, np.int64),
    )


def _places(seats: int, members: list[list[int]]) -> np.ndarray:
    """Where each seat stands when the cells' seats are put one after the other."""
    places = np.full(seats, tables.NOBODY, np.int64)
    order = [i for m in members for i in m]
    places[order] = np.arange(len(order))
    return places


def self_source(scenario: Scenario) -> int:
    """The code of the source that sellers fill themselves; NOBODY when there is none."""
    for code, source in enumerate(scenario.world.sources.values()):
        if isinstance(source, SelfSourced):
            return code
    return tables.NOBODY


def expansion_source(scenario: Scenario) -> int:
    """The code of the source that the installed base fills; NOBODY when there is none."""
    for code, source in enumerate(scenario.world.sources.values()):
        if isinstance(source, Expansion):
            return code
    return tables.NOBODY


def _renewal(scenario: Scenario, calendar: Calendar) -> np.ndarray:
    rows = np.zeros(len(scenario.world.segments), tables.RENEWAL)
    for row, segment in zip(rows, scenario.world.segments.values(), strict=True):
        rule = segment.contracts
        if rule is None:
            continue
        steps = max(1, round(rule.grows_over_months)) if rule.grows == "monthly" else 1
        mean = rule.opening_mean_arr_usd or segment.deal_size.average_usd
        row["keeps"] = True
        row["months"], row["days"] = rule.term_months, rule.term_months * calendar.days_per_month  # days: on average
        row["renew_logit"] = log_odds(rule.renew_share)
        row["contract"], row["contract_by"] = rule.contract_share, rule.contract_by_share
        row["uplift"], row["uplift_by"] = rule.uplift_share, rule.uplift_by_share
        row["starts_at"], row["growth_steps"] = rule.starts_at_share, steps
        row["growth_months"] = rule.grows_over_months / steps
        row["lost_to_peer"], row["lost_to_newcomer"] = rule.lost_to_peer_share, rule.lost_to_newcomer_share
        row["opening_scale"] = mean / segment.deal_size.average_usd
    return rows


def _seats(scenario: Scenario, places: Sequence[SeatPlace]) -> np.ndarray:
    seats = np.zeros(len(places), tables.SEAT)
    seats["root"] = tables.NOBODY
    seats["first"] = tables.NOBODY
    seats["holder"] = tables.NOBODY
    seats["speed"] = 1.0
    seats["day"] = -HISTORY_DAYS
    seats["source"] = self_source(scenario)
    for name in ("entity", "cell", "segment", "takes"):
        seats[name] = [getattr(place, name) for place in places]
    return seats


def _pools(count: int) -> np.ndarray:
    """Pools without SEs: the cells', then the regions'."""
    pools = np.zeros(count, tables.POOL)
    pools["first"] = pools["last"] = tables.NOBODY
    pools["day"] = -HISTORY_DAYS
    return pools


def _territory(scenario: Scenario) -> np.ndarray:
    """Accounts by cell, all free; endless where the scenario gives none."""
    world = scenario.world
    given = world.territory.accounts if world.territory else {}
    rows = np.zeros(len(world.segments) * len(world.regions), tables.TERRITORY)
    rows["accounts"] = [given.get(s, {}).get(r, -1) for s in world.segments for r in world.regions]
    rows["free"] = np.maximum(rows["accounts"], 0)
    return rows


def _streams(places: Sequence[StreamPlace]) -> np.ndarray:
    streams = np.zeros(len(places), tables.STREAM)
    streams["boost"] = 1.0
    for name in ("entity", "cell", "source"):
        streams[name] = [getattr(place, name) for place in places]
    return streams


def _stages(segments: dict[str, Segment], most: int) -> np.ndarray:
    rows = np.zeros((len(segments), most), tables.STAGE)
    for s, segment in enumerate(segments.values()):
        stages = list(segment.stages.values())
        for k, stage in enumerate(stages):
            law = stage.duration
            sigma = law.sigma_log if law.law == "lognormal" else 0.0
            rows[s, k]["law"] = tables.LAWS[law.law]
            rows[s, k]["mean_days"] = law.average_days
            rows[s, k]["mu"] = math.log(law.average_days) - 0.5 * sigma**2 if law.law == "lognormal" else 0.0
            rows[s, k]["lengths"] = len(law.days or ())
            rows[s, k]["sigma"] = sigma
            rows[s, k]["logit"] = log_odds(stage.advance_share)
            rows[s, k]["lost"] = stage.lost_share
            rows[s, k]["no_decision"] = stage.no_decision_share
            rows[s, k]["hours"] = stage.hours_per_week
            rows[s, k]["attempts"] = stage.attempts
            rows[s, k]["needs_se"] = stage.needs_se
            rows[s, k]["median_remaining_days"] = median_days(stages[k:])
    return rows


def median_days(stages: Sequence[Stage]) -> float:
    """Median of the days that several stages take together: the lognormal with their mean and variance."""
    mean = sum(s.duration.average_days for s in stages)
    variance = sum(s.duration.variance_days2 for s in stages)
    return mean**2 / math.sqrt(mean**2 + variance) if mean > 0 else 0.0


def _lengths(segments: dict[str, Segment], most: int) -> np.ndarray:
    """Observed days with their cumulative weight, shape (segments, stages, most days, 2); 0 where a law has none."""
    laws = [[stage.duration for stage in segment.stages.values()] for segment in segments.values()]
    longest = max((len(law.days or ()) for row in laws for law in row), default=0)
    rows = np.zeros((len(segments), most, max(longest, 1), 2))
    for s, row in enumerate(laws):
        for k, law in enumerate(row):
            if law.days is not None and law.weights is not None:
                rows[s, k, : len(law.days), 0] = law.days
                rows[s, k, : len(law.days), 1] = np.cumsum(law.weights) / sum(law.weights)
    return rows


def _segments(segments: dict[str, Segment], calendar: Calendar, small_share: float) -> np.ndarray:
    rows = np.zeros(len(segments), tables.SEGMENT)
    for row, segment in zip(rows, segments.values(), strict=True):
        size = segment.deal_size
        row["stages"] = len(segment.stages)
        row["size_sigma"] = size.sigma_log
        row["mean_usd"] = size.mean_usd if isinstance(size, LognormalSize) else 0.0
        row["prices"] = 0 if isinstance(size, LognormalSize) else len(size.prices_usd)
        row["stall_mean_days"] = segment.stalls.mean_days
        row["never_revives"] = segment.stalls.never_revives_share
        row["cooling_logit"] = segment.stalls.odds_decay_logit_per_month / calendar.days_per_month
        after = segment.stalls.close_after_days
        row["close_after_days"] = np.inf if after is None else after
        row["push_days"] = segment.push_days
        if segment.buyers_deadlines is not None:
            row["deadline_share"] = segment.buyers_deadlines.share
            row["deadline_days"] = segment.buyers_deadlines.within_days
        row["elasticity"], row["usual_usd"] = segment.cycle_elasticity_to_size, segment.usual_usd
        row["small_usd"] = small_share * size.average_usd
    return rows


def _prices(segments: dict[str, Segment]) -> np.ndarray:
    lists = [{} if isinstance(s.deal_size, LognormalSize) else s.deal_size.prices_usd for s in segments.values()]
    rows = np.zeros((len(segments), max(1, *(len(p) for p in lists)) if lists else 1, 3))
    for s, segment in enumerate(segments.values()):
        size = segment.deal_size
        if isinstance(size, LognormalSize):
            continue
        weights = np.array([size.weights[name] for name in size.prices_usd])
        rows[s, : len(weights), 0] = list(size.prices_usd.values())
        rows[s, : len(weights), 1] = np.cumsum(weights) / weights.sum()
        at_work = weights * rows[s, : len(weights), 0] ** segment.cycle_elasticity_to_size
        rows[s, : len(weights), 2] = np.cumsum(at_work) / at_work.sum()
    return rows


def _sources(scenario: Scenario) -> np.ndarray:
    rows = np.zeros(len(scenario.world.sources), tables.SOURCE)
    for row, source in zip(rows, scenario.world.sources.values(), strict=True):
        row["logit"] = source.logit
        row["cycle"] = source.cycle_multiplier
        row["size"] = source.size_multiplier
        row["hours"] = source.hours_multiplier
        row["searches"] = isinstance(source, SelfSourced | Outbound)
        row["marginal_logit"] = (
            source.marginal_logit if isinstance(source, Pushed) else 0.0
        )  # the others are never pushed
        row["stale_days"] = 0.0 if isinstance(source, SelfSourced) else source.stale_after_days
        if isinstance(source, Expansion):
            row["share_of_arr"], row["arr_sigma"] = source.size_share_of_arr, source.size_sigma_log
    return rows


def _set_engineering(knobs: np.ndarray, rule: Engineering) -> None:
    """How deals wait for solution engineers (SEs). With endless patience none goes on without one."""
    knobs["largest_first"] = rule.order == "largest_first"
    knobs["patience_days"] = np.inf if rule.go_without_after_days is None else rule.go_without_after_days
    knobs["without_logit"] = rule.without_logit


def _knobs(scenario: Scenario, calendar: Calendar, luck: Luck) -> np.ndarray:
    knobs = np.zeros(1, tables.KNOBS)
    knobs["key0"], knobs["key1"] = luck.key
    knobs["attention"] = scenario.world.attention.enabled
    knobs["overload_logit"] = scenario.world.attention.overload_logit
    knobs["overload_memory_weeks"] = scenario.world.attention.overload_memory_weeks
    knobs["orphan_logit"] = scenario.levers.orphans.logit
    knobs["routing"] = tables.ROUTINGS[scenario.levers.routing]
    knobs["origin"] = -HISTORY_DAYS
    knobs["first_ordinal"], knobs["equal_months"] = calendar.first_ordinal, calendar.equal_months
    knobs["expansion"] = expansion_source(scenario)
    knobs["signs"] = True
    _set_engineering(knobs, scenario.world.engineering)
    knobs["cooling_days"] = scenario.world.territory.cooling_days if scenario.world.territory else 0.0
    return knobs
