"""Large deals take longer: the cycle's elasticity to size, means unchanged, and an opening that is stationary."""

from __future__ import annotations

import math

import numpy as np
import pytest

from sim import ledger
from sim.ledger import Ledger
from sim.luck import Luck
from sim.pipeline import tables
from sim.scenario.deals import LognormalSize
from sim.scenario.load import load
from sim.scenario.scenario import Scenario
from sim.world import prepare
from tests.laws.test_closed_forms import OPPORTUNITIES_A_DAY, WIN_RATE, durations, open_deals
from tests.makers.play import TABLES, WORLDS, check_mean, digest, ledgers, numbers, plain

ELASTICITY = 0.6
SIGMA = 0.8
PRICE_LIST = (
    "world.segments.all.deal_size="
    "{kind: price_list, prices_usd: {s: 4000, m: 30000, l: 250000}, weights: {s: 5, m: 4, l: 1}, sigma_log: 0.3}"
)


def sized(*overrides: str, elasticity: float = ELASTICITY) -> Scenario:
    return plain(f"+world.segments.all.cycle_elasticity_to_size={elasticity}", *overrides)


def open_usd(book: Ledger, month: int) -> float:
    rows = book.snapshots
    return rows["value"][(rows["quantity"] == ledger.OPEN_USD) & (rows["month"] == month) & (rows["stage"] >= 0)].sum()


@pytest.mark.parametrize("law", ["exponential", "fixed", "lognormal", "table"])
@pytest.mark.parametrize("sizes", [(), (PRICE_LIST,)], ids=["lognormal", "price_list"])
def test_the_opening_is_stationary_and_the_mean_duration_is_that_of_the_stages(
    law: str, sizes: tuple[str, ...]
) -> None:
    """Little's law by stage on the first day and later: as many deals are open as if size did not matter."""
    sample = numbers(
        sized(*durations(law), *sizes), 7, 40, lambda b: [open_deals(b, m, s) for m in (0, 1, 6) for s in (0, 1)]
    )
    last = 24 if law == "table" else 30
    check_mean(sample, [OPPORTUNITIES_A_DAY * 20, OPPORTUNITIES_A_DAY * 0.5 * last] * 3)


def test_the_open_pipeline_weighs_more_as_large_deals_are_open_for_longer() -> None:
    """Deals at work are found with size times duration: E[S D] = E[S] E[D] exp(e sigma^2) for lognormal sizes."""
    sample = numbers(sized(), 7, 150, lambda b: [open_usd(b, m) for m in (0, 1, 6)])
    flow = OPPORTUNITIES_A_DAY * 50_000 * (20 + 0.5 * 30)
    check_mean(sample, [flow * math.exp(ELASTICITY * SIGMA**2)] * 3)


@pytest.mark.parametrize("sizes", [(), (PRICE_LIST,)], ids=["lognormal", "price_list"])
def test_month_one_shows_no_dip_in_wins_nor_in_bookings(sizes: tuple[str, ...]) -> None:
    world = sized(*sizes)
    mean = world.world.segments["all"].deal_size.average_usd

    def monthly(book: Ledger) -> np.ndarray:
        month = (book.credits["day"] // 30).astype(int)
        return np.concatenate([np.bincount(month, minlength=3), np.bincount(month, book.credits["amount_usd"], 3)])

    wins = OPPORTUNITIES_A_DAY * 30 * WIN_RATE
    check_mean(numbers(world, 3, 150, monthly), [wins] * 3 + [wins * mean] * 3)


def test_the_elasticity_of_a_cycle_to_size_is_the_one_given() -> None:
    """Where stages last for fixed days, the log of a cycle lies on a line in the log of size, of that slope."""
    (book,) = ledgers(sized(*durations("fixed")), 24, 1)
    deals = book.deals[(book.deals["state"] == ledger.WON) & (book.deals["created_day"] > 0)]
    days = np.log(deals["closed_day"] - deals["created_day"])
    slope, _ = np.polyfit(np.log(deals["amount_usd"]), days, 1)
    assert slope == pytest.approx(ELASTICITY, abs=1e-9)
    usual = sized().world.segments["all"].usual_usd
    assert np.allclose(np.exp(days), 50 * (deals["amount_usd"] / usual) ** ELASTICITY)
    assert usual == pytest.approx(50_000 * math.exp(0.5 * SIGMA**2 * (ELASTICITY - 1.0)))


def test_where_one_source_brings_larger_deals_they_take_longer_and_open_stationary() -> None:
    sample = numbers(
        sized("+world.sources.self.size_multiplier=3"), 7, 60,
        lambda b: [open_deals(b, m, s) for m in (0, 6) for s in (0, 1)],
    )  # fmt: skip
    longer = 3**ELASTICITY
    check_mean(sample, np.array([OPPORTUNITIES_A_DAY * 20, OPPORTUNITIES_A_DAY * 0.5 * 30] * 2) * longer)


@pytest.mark.parametrize("warm_up_days", [0, 210])
def test_expansions_are_as_long_as_their_customers_are_large_from_the_first_day(warm_up_days: int) -> None:
    """Few dollars an expansion, so that the base stays as it is; those open are counted, and weighed with their size.

    Of customers with ARR A and parts X, as many are open as rate times E[D (A X / usual)^e]; their dollars are
    rate times E[A X D (A X / usual)^e].
    """
    world = load(
        str(WORLDS / "customers.yaml"),
        [
            f"+world.segments.all.cycle_elasticity_to_size={ELASTICITY}",
            *(f"+world.segments.all.stages.{stage}.attempts=1" for stage in ("first", "last")),
            "world.sources.more={kind: expansion, opportunities_per_customer_per_year: 2, size_share_of_arr: 0.01, "
            "cycle_multiplier: 8, size_sigma_log: 0.7}",
            f"+opening.warm_up_days={warm_up_days}",
            "+world.attention.enabled=false",
        ],
    )

    def found(replication: int) -> list[float]:
        opening = prepare(world, 1, Luck(1, replication))
        deals, arr = opening.state.deals, opening.state.customers["arr_usd"]
        deals = deals[: opening.state.count[tables.DEALS]]
        mine = deals[(deals["source"] == 1) & (deals["closed_day"] == np.inf)]
        sizes = arr[: opening.state.count[tables.CUSTOMERS]] * 0.01
        part = LognormalSize(kind="lognormal", mean_usd=1.0, sigma_log=0.7)
        rate = 2 / 360.0 * (20 + 0.5 * 30) * 8 / world.world.segments["all"].usual_usd ** ELASTICITY
        expected = [
            rate * np.sum(sizes**ELASTICITY) * part.mean_power(ELASTICITY),
            rate * np.sum(sizes ** (1 + ELASTICITY)) * part.mean_power(1 + ELASTICITY),
        ]
        return [len(mine) - expected[0], mine["amount_usd"].sum() - expected[1]]

    check_mean(np.array([found(replication) for replication in range(120)]), [0.0, 0.0])


def test_off_and_at_one_price_nothing_changes_to_the_byte() -> None:
    """At one price every deal takes its stages' days, whatever the elasticity."""
    (usual,) = ledgers(plain(), 6, 1)
    (off,) = ledgers(sized(elasticity=0.0), 6, 1)
    assert digest(off) == digest(usual)
    one_price = "world.segments.all.deal_size.sigma_log=0"
    (alike,) = ledgers(plain(one_price), 6, 1)
    (still,) = ledgers(sized(one_price), 6, 1)
    assert digest(still, TABLES) == digest(alike, TABLES)
