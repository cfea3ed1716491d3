"""Solution engineers: a pool is the queue M/M/c, nobody passes without one, and those without a need notice nothing."""

from __future__ import annotations

import math

import numpy as np
import pytest

from sim import ledger, world
from sim.ledger import Ledger
from sim.luck import Luck
from sim.measures import kpis
from sim.scenario.errors import ScenarioError
from sim.scenario.scenario import Scenario
from tests.play import check_mean, digest, ledgers, numbers, plain

NEEDED = "world.segments.all.stages.first.needs_se=true"


def with_engineers(seats: int, *overrides: str, each: float = 4, team: str = "") -> Scenario:
    return plain(
        f"opening.teams.helpers={{role: se, region: here, seats: {seats}{team}}}",
        f"world.roles.se={{duty: engineers, deals_at_once: {each}, exits: {{voluntary_per_year: 0}}}}",
        "world.hiring.recruiting_mean_days.se=30",
        "world.costs.salary_usd_per_year.se=100000",
        *overrides,
    )


def test_a_pool_is_the_queue_of_erlang() -> None:
    """M/M/c with c = SEs x deals at once: mean wait, and by Little's law what stands in the queue."""
    servers, mean_days, rho = 8, 20.0, 0.8
    load = servers * rho
    rate = load / mean_days
    plan = with_engineers(
        2,
        NEEDED,
        f"world.sources.self.opportunities_per_month_per_head={rate * 30 / 40}",
        "world.segments.all.stalls.close_after_days=null",
        "opening.warm_up_days=400",
    )
    sample = numbers(
        plan, 60, 60, lambda b: [b.waits["days"].mean(), b.waits["days"].sum() / 1800, len(b.waits) / 1800]
    )
    blocked = load**servers / math.factorial(servers) / (1 - rho)
    erlang_c = blocked / (sum(load**k / math.factorial(k) for k in range(servers)) + blocked)
    wait = erlang_c * mean_days / (servers * (1 - rho))
    check_mean(sample, [wait, rate * wait, rate])


def test_places_used_are_the_work_done() -> None:
    """Utilization is the load over the places: Little's law on the servers."""
    plan = with_engineers(
        2, NEEDED, "world.sources.self.opportunities_per_month_per_head=0.2", "opening.warm_up_days=200"
    )
    layout = kpis.table(plan, plan.calendar(24))
    where = next(
        k
        for k, (kind, _, group, _, measure) in enumerate(layout.rows.labels())
        if kind == "total" and group == "all" and kpis.MEASURES[measure].name == "se_utilization"
    )
    check_mean(numbers(plan, 24, 60, lambda b: [layout.values(b)[where]]), [0.2 * 40 / 30 * 20 / 8])


@pytest.mark.parametrize("start", ["stationary", "empty"])
def test_without_engineers_no_deal_that_needs_one_passes(start: str) -> None:
    plan = with_engineers(0, NEEDED, f"opening.pipeline={start}", "world.segments.all.stalls.close_after_days=60")
    for book in ledgers(plan, 9, 2):
        assert len(book.credits) == 0
        assert len(book.waits) == 0
        assert not np.isin(book.moves["kind"], (ledger.ADVANCED, ledger.WIN, ledger.LOSS)).any()
        waiting = np.sum(book.deals["state"] == ledger.QUEUED)
        assert waiting == pytest.approx(60 * 40 * 5 / 30, rel=0.2)
        assert np.sum(book.moves["kind"] == ledger.GAVE_UP) > 500


def test_where_no_stage_needs_one_engineers_change_nothing() -> None:
    tables = ("moves", "deals", "credits")
    for with_them, without in zip(ledgers(with_engineers(3), 6, 2), ledgers(plain(), 6, 2), strict=True):
        assert digest(with_them, tables) == digest(without, tables)


def test_enough_engineers_are_as_none_needed() -> None:
    """Nobody waits: the same deals on the same days, and a wait of 0 for each attempt."""
    for needing, free in zip(ledgers(with_engineers(300, NEEDED), 6, 2), ledgers(plain(), 6, 2), strict=True):
        assert digest(needing, ("moves", "credits")) == digest(free, ("moves", "credits"))
        assert len(needing.waits) > 500
        assert not needing.waits["days"].any()


def test_a_pool_of_its_own_comes_before_the_regions() -> None:
    """SEs of the segment serve it, and the region's do not; a requisition's pool counts from its first SE on."""
    own = with_engineers(0, NEEDED, team=", segment: all", each=9)
    assert not any(len(book.waits) for book in ledgers(own, 3, 1))
    hire = "levers.requisitions.one={role: se, segment: all, region: here, open_date: 2027-03-01}"
    finder = (
        "opening.teams.finders={role: finder, region: here, seats: 1}",
        "world.roles.finder={duty: recruits, exits: {voluntary_per_year: 0}}",
        "world.hiring.recruiting_mean_days.finder=30",
        "world.costs.salary_usd_per_year.finder=100000",
    )
    plan = with_engineers(2, NEEDED, hire, *finder, each=9)
    book = next(ledgers(plan, 9, 1))
    first = book.seats["start_day"][book.seats["requisition"] >= 0][0]
    by_region, by_segment = (book.waits["day"][book.waits["pool"] == pool] for pool in (1, 0))
    assert by_segment.min() >= first
    assert len(by_segment) > 50
    assert len(by_region[by_region > first]) > 20, "who asked the region's pool waits on in its queue"
    assert by_region.min() < first


def test_fewer_engineers_mean_longer_waits_and_less_booked() -> None:
    """Under the same luck, in the mean."""
    found = []
    for seats in (34, 28, 22):
        books = [world.simulate(with_engineers(seats, NEEDED), 12, Luck(3, r)) for r in range(12)]
        found.append((np.mean([b.waits["days"].mean() for b in books]), np.mean([booked(b) for b in books])))
    (short, most), (middle, less), (long, least) = found
    assert short < middle < long
    assert most > less > least


def booked(book: Ledger) -> float:
    return float(book.credits["amount_usd"].sum())


def test_a_stage_that_needs_an_engineer_needs_such_a_role() -> None:
    with pytest.raises(ScenarioError, match=r"stages\.first\.needs_se: needs a role whose duty is engineers"):
        plain(NEEDED)
