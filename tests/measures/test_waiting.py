"""What waiting is worth: paired differences in all and where a trigger fires, and never more said than they tell."""

from __future__ import annotations

import numpy as np
import pytest

from sim.results.estimates import Estimate
from sim.results.gap import USD, Gap
from sim.results.waiting import FEWEST_OF_A_KIND, Firing, Waiting, parted
from sim.show.waiting import condition, fires, price

UNTOLD = "Whether waiting costs or brings anything against base cannot be told: value is"
AHEAD = {"when": "bookings_of_target", "above": 1.05, "over_quarters": 2, "checked": "quarterly"}


def test_the_difference_in_all_is_that_of_its_two_kinds_by_their_numbers() -> None:
    """Of 100, a plan that waits loses 1,500 in the 40 where its trigger does not fire, and wins 1,000 else."""
    fired = np.arange(100) >= 40
    noise = np.tile([-0.5, 0.5], 50)
    fixed = np.linspace(1e6, 2e6, 100)
    whole, where, where_not = parted(fixed, fixed + np.where(fired, 1e3, -1.5e3) + noise, np.arange(100), fired)
    assert where is not None
    assert where_not is not None
    assert (where.mean, where_not.mean) == (pytest.approx(1e3), pytest.approx(-1.5e3))
    assert whole.mean == pytest.approx(0.6 * where.mean + 0.4 * where_not.mean)
    assert where.low < 1e3 < where.high < 1_001
    assert not whole.clear
    assert where.clear
    assert where_not.clear


@pytest.mark.parametrize("count", [0, FEWEST_OF_A_KIND - 1, 100 - FEWEST_OF_A_KIND + 1, 100])
def test_too_few_of_a_kind_are_not_spoken_of(count: int) -> None:
    chance = np.random.default_rng(1)
    found = parted(chance.normal(size=100), chance.normal(size=100), np.arange(100), np.arange(100) < count)
    assert found[1:] == (None, None)


def gap(mean: float, low: float, high: float) -> Gap:
    return Gap(mean, low, high, low, high, 0.5, 0.5, USD.rounding)


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (gap(-4e5, -7e5, -1e5), "The price of waiting, against base, is $400K of value ($100K to $700K)."),
        (gap(4e5, 1e5, 7e5), "Waiting brings $400K more value than base ($100K to $700K)."),
        (gap(-4e5, -8e5, 0.0), f"{UNTOLD} $400K less (\N{MINUS SIGN}$800K to $0, so perhaps none)."),
        (gap(4e5, -1.0, 8e5), f"{UNTOLD} $400K more (\N{MINUS SIGN}$1 to +$800K, so perhaps none)."),
        (gap(-0.4, -0.45, -0.35), f"{UNTOLD} $0 less ($0 to $0, so perhaps none)."),
        (gap(0.0, 0.0, 0.0), "Held against base, which does not wait, it is worth the same in every replication."),
    ],
)  # fmt: skip
def test_the_price_is_said_only_where_the_interval_leaves_out_none(found: Gap, said: str) -> None:
    assert price(Waiting("wait_and_see", "base", found, None, None), "value") == said


def test_where_it_fires_and_where_not_are_told_beside_it() -> None:
    one = Waiting("wait", "hire_early", gap(-4e5, -7e5, -1e5), gap(2e5, 1e5, 3e5), gap(-1e6, -2e6, 1e5))
    assert price(one, "bookings_less_cost") == (
        "The price of waiting, against hire early, is $400K of bookings less cost ($100K to $700K). Where"
        " it fires bookings less cost are $200K more (+$100K to +$300K); where it does not fire bookings less cost are"
        " $1.0M less (\N{MINUS SIGN}$2.0M to +$100K, so perhaps none)."
    )


@pytest.mark.parametrize(
    ("fired", "of", "chance", "months", "said"),
    [
        (43, 100, Estimate(0.43, 0.337, 0.528), 9.4, "fires with odds of 43% (34% to 53%), after 9 months on average."),
        (100, 100, Estimate(1.0, 0.963, 1.0), 0.0,
         "fires with odds of 100% (96% to 100%), after less than a month on average."),
        (0, 100, Estimate(0.0, 0.0, 0.037), np.nan, "fires in none of 100 replications."),
        (3, 4, Estimate(0.75, 0.3, 0.95), 7.0, "fires in 3 of 4 replications."),
    ],
)  # fmt: skip
def test_the_odds_of_firing_are_said_as_far_as_they_are_known(fired, of, chance, months, said) -> None:
    waits = "Wait waits until bookings in the last 2 quarters are above 105% of target: ahead "
    assert fires("wait", Firing("ahead", AHEAD, fired, of, chance, months)) == waits + said


def test_a_line_that_hangs_on_an_uncertainty_is_left_unsaid() -> None:
    assert condition(AHEAD | {"above": {"uncertain": "lead_volume", "times": 1.05}}) == ""
