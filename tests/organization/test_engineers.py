"""Solution engineers: a pool is the queue M/M/c, nobody passes without one, and those without a need notice nothing."""

from __future__ import annotations

import math

import numpy as np
import pytest

from sim import ledger, world
from sim.ledger import Ledger
from sim.luck import Luck
from sim.rules.odds import chance
from sim.scenario.errors import ScenarioError
from sim.scenario.load import load
from sim.scenario.scenario import Scenario
from tests.makers.play import check_mean, digest, ledgers, numbers, plain, week_of
from tests.makers.published import whole

NEEDED = "world.segments.all.stages.first.needs_se=true"


def with_engineers(seats: int, *overrides: str, each: float = 4, team: str = "") -> Scenario:
    return plain(
        f"opening.teams.helpers={{role: se, region: here, seats: {seats}{team}}}",
        f"world.roles.se={{duty: engineers, deals_at_once: {each}, exits: {{voluntary_per_year: 0}}}}",
        "world.hiring.recruiting_mean_days.se=30",
        "world.costs.salary_usd_per_year.se=100000",
        *overrides,
    )


def served(book: Ledger) -> np.ndarray:
    """Waits that ended because an SE was free."""
    return book.waits[book.waits["ended"] == ledger.SE_CAME]


@pytest.mark.slow
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
        plan,
        60,
        60,
        lambda b: [served(b)["days"].mean(), served(b)["days"].sum() / 1800, len(served(b)) / 1800],
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
    used = numbers(plan, 24, 60, lambda b: [whole(plan, 24, b, "se_utilization", "total")[0]])
    check_mean(used, [0.2 * 40 / 30 * 20 / 8])


def test_the_places_of_who_leaves_are_gone_at_once() -> None:
    """Two with four deals each; one leaves on day 60, between the ticks of 56 and 63."""
    gone = "+levers.departures.one={role: se, region: here, on_date: 2027-03-01}"
    plan = with_engineers(2, NEEDED, gone)
    for day, places in ((60.0, 8), (60.5, 4)):
        assert week_of(plan, day).pipeline.state.pools["capacity"].sum() == places


def test_a_rep_who_leaves_gives_back_the_places_of_their_deals() -> None:
    """More places than deals, so nobody waits in line to take one."""
    pipeline = week_of(with_engineers(60, NEEDED), 50.0).pipeline
    mine = pipeline.deals["has_se"] & (pipeline.deals["seat"] == 3)
    held = pipeline.state.pools["busy"].sum()
    assert mine.any()
    assert held == pipeline.deals["has_se"].sum()
    pipeline.vacate(3, 50.0)
    assert not pipeline.deals["has_se"][mine].any()
    assert pipeline.state.pools["busy"].sum() == held - mine.sum()


@pytest.mark.parametrize("start", ["stationary", "empty"])
def test_without_engineers_no_deal_that_needs_one_passes(start: str) -> None:
    plan = with_engineers(0, NEEDED, f"opening.pipeline={start}", "world.segments.all.stalls.close_after_days=60")
    for book in ledgers(plan, 9, 2):
        assert len(book.credits) == 0
        assert not len(served(book))
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
    assert not any(len(served(book)) for book in ledgers(own, 3, 1))
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
    by_region, by_segment = (served(book)["day"][served(book)["pool"] == pool] for pool in (1, 0))
    assert by_segment.min() >= first
    assert len(by_segment) > 50
    assert len(by_region[by_region > first]) > 20, "who asked the region's pool waits on in its queue"
    assert by_region.min() < first


@pytest.mark.slow
def test_fewer_engineers_mean_longer_waits_and_less_booked() -> None:
    """Under the same luck, in the mean."""
    found = []
    for seats in (34, 28, 22):
        books = [world.simulate(with_engineers(seats, NEEDED), 12, Luck(3, r)) for r in range(12)]
        found.append((np.mean([served(b)["days"].mean() for b in books]), np.mean([booked(b) for b in books])))
    (short, most), (middle, less), (long, least) = found
    assert short < middle < long
    assert most > less > least


ALL_OPEN = ("dates.equal_months=false", "+dates.closed_weekdays=[]", "opening.pipeline=empty")
TRIAGE = "world.engineering={order: largest_first, go_without_after_days: 12, small_below_share: 0.4}"


def lines(book: Ledger) -> tuple[list[tuple[int, set[int]]], list[int]]:
    """The line of a world with one pool, as moves tell: who started with whom in line; who went without at once."""
    line: set[int] = set()
    starts, at_once = [], []
    for move in book.moves[np.argsort(book.moves["day"], kind="stable")]:
        d, kind = int(move["deal"]), int(move["kind"])
        if kind == ledger.SE_WAIT:
            line.add(d)
        elif kind == ledger.SE_START:
            starts.append((d, set(line)))
        elif kind == ledger.SE_WITHOUT and d not in line:
            at_once.append(d)
        if kind in (ledger.SE_START, ledger.SE_WITHOUT, ledger.GAVE_UP, ledger.ORPHAN):
            line.discard(d)
    return starts, at_once


def test_the_largest_come_first_where_the_scenario_says_so() -> None:
    """Each SE who is free goes to the largest deal in line; by default to the one that asked first."""
    for order in ("largest_first", "first_come"):
        plan = with_engineers(30, NEEDED, *ALL_OPEN, f"world.engineering={{order: {order}}}")
        book = world.simulate(plan, 12, Luck(1, 0))
        asked = dict(
            zip(*(book.moves[book.moves["kind"] == ledger.SE_WAIT][name] for name in ("deal", "day")), strict=True)
        )
        starts, _ = lines(book)
        assert len([line for _, line in starts if len(line) > 5]) > 200
        for d, line in starts:
            if order == "largest_first":
                assert book.deals["amount_usd"][d] == max(book.deals["amount_usd"][k] for k in line)
            else:
                assert asked[d] == min(asked[k] for k in line)


def test_who_waits_too_long_goes_on_without_and_small_deals_do_at_once() -> None:
    """Nobody waits beyond the patience; who goes without has waited for all of it, or is small and has not waited."""
    book = world.simulate(with_engineers(24, NEEDED, *ALL_OPEN, TRIAGE), 12, Luck(1, 0))
    waits, amount = book.waits, book.deals["amount_usd"][book.waits["deal"]]
    without, small = waits["ended"] == ledger.WENT_WITHOUT, amount < 0.4 * 50_000
    assert np.all(waits["days"] <= 12.0 + 1e-9)
    assert np.sum(without & small) > 100
    assert np.sum(without & ~small) > 100
    assert np.all(waits["days"][without & small] == 0.0)
    np.testing.assert_allclose(waits["days"][without & ~small], 12.0)
    assert not np.any(small & (waits["days"] > 0.0)), "a small deal stands in no line"
    _, at_once = lines(book)
    assert len(at_once) == np.sum(without & small)
    told = book.moves["deal"][book.moves["kind"] == ledger.SE_WITHOUT]
    assert np.array_equal(np.sort(told), np.sort(waits["deal"][without]))


def test_without_any_engineer_deals_go_on_when_patience_ends() -> None:
    """A closed form: each waits for twelve days and then passes at the odds without an SE, less what it cooled."""
    plan = with_engineers(
        0, NEEDED, *ALL_OPEN, "world.engineering={go_without_after_days: 12, without_logit: -0.5}",
        "world.segments.all.stalls={odds_decay_logit_per_month: 1.0}",
    )  # fmt: skip
    logit = -0.5 - 12.0 / (365.25 / 12.0)
    passed = []
    for book in ledgers(plan, 9, 20):
        assert not len(served(book))
        first = book.moves["kind"] == ledger.ADVANCED
        ended = np.sum((book.moves["stage"] == 0) & np.isin(book.moves["kind"], (ledger.LOSS, ledger.GAVE_UP)))
        passed.append(first.sum() / (first.sum() + ended))
    check_mean(np.array(passed)[:, None], [chance(logit)])


def test_patience_that_nobody_needs_changes_nothing() -> None:
    """With an SE for everybody, the rules of the line change no byte."""
    tables = ("moves", "deals", "credits", "waits")
    free, ruled = with_engineers(300, NEEDED), with_engineers(300, NEEDED, TRIAGE)
    for usual, other in zip(ledgers(free, 6, 2), ledgers(ruled, 6, 2), strict=True):
        assert digest(usual, tables) == digest(other, tables)


def test_those_who_gave_up_waiting_count() -> None:
    """A pool that can never serve all: days in line per wait that ended, also of who went stale or still waits.

    The mean of those whom an SE came to would be a fraction of it.
    """
    plan = with_engineers(10, NEEDED, *ALL_OPEN, "world.segments.all.stalls.close_after_days=60")
    book = world.simulate(plan, 12, Luck(1, 0))
    over = book.waits["ended"] != ledger.STILL_WAITS
    assert set(book.waits["ended"]) == {ledger.SE_CAME, ledger.GONE_STALE, ledger.STILL_WAITS}
    assert np.sum(~over) == np.sum(book.deals["state"] == ledger.QUEUED)
    expected = book.waits["days"].sum() / over.sum()
    assert whole(plan, 12, book, "se_wait_days", "total")[0] == pytest.approx(expected)
    assert served(book)["days"].mean() < 0.9 * expected


@pytest.mark.slow
def test_losing_half_of_the_engineers_costs_what_leaders_would_expect() -> None:
    """In base: four to ten hundredths of bookings over two years, and no pipeline that piles up."""
    usual, short = load("base", ()), load("se_shortage", ())
    rows = []
    for replication in range(40):
        books = [world.simulate(plan, 24, Luck(1, replication)) for plan in (usual, short)]
        rows.append(
            [*(booked(book) for book in books), *(whole(usual, 24, book, "coverage", "total")[0] for book in books)]
        )
    before, after, covered, covered_after = np.array(rows).T
    lost, risen = 1.0 - after / before, covered_after - covered
    error, risen_error = (x.std(ddof=1) / np.sqrt(len(x)) for x in (lost, risen))
    assert lost.mean() + 2.0 * error > 0.04
    assert lost.mean() - 2.0 * error < 0.10
    assert lost.mean() > 4.0 * error
    assert risen.mean() < 2.0 * risen_error


def booked(book: Ledger) -> float:
    return float(book.credits["amount_usd"].sum())


def test_a_stage_that_needs_an_engineer_needs_such_a_role() -> None:
    with pytest.raises(ScenarioError, match=r"stages\.first\.needs_se: needs a role whose duty is engineers"):
        plain(NEEDED)
