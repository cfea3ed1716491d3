"""What a tenth of a driver is, by hand, and what is said of bars: never more than their intervals allow."""

from __future__ import annotations

import numpy as np
import pytest

from sim.decide.assumptions.drivers import DRIVERS, Driver, lost_logit, win_rate_logit
from sim.decide.assumptions.sensitivity import NO_SIDE, Bar, Sensitivity, Side
from sim.decide.varied import Variations
from sim.results.gap import USD, Gap, gap_between
from sim.scenario.load import load_source
from sim.show import sensitivity as words
from tests.makers.play import WORLDS

LESS_IS_BETTER = Driver("cycle", "Sales cycle", "longer", "shorter", "less", acts_on="cycle")


def passed(share: float, more: float) -> float:
    """A share whose log-odds are so much higher, from odds alone."""
    odds = share / (1 - share) * np.exp(more)
    return float(odds / (1 + odds))


def gap(low: float, high: float) -> Gap:
    return Gap((low + high) / 2, low, high, low, high, 0.0, 0.0, 0.5)


def bar(whole: Gap, driver: Driver | None = None, name: str = "x") -> Bar:
    side = Side(1.1, whole, whole)
    return Bar(name, driver.label if driver else name, side, side, whole, whole, driver)


def told(*bars: Bar) -> list[str]:
    return words.answer(Sensitivity("base", "value", 1e6, 1e6, 40, 24, tuple(bars), ()))


def test_a_tenth_more_of_a_win_rate_is_a_tenth_more_of_the_product_of_its_stages() -> None:
    more = win_rate_logit([0.5, 0.4], 1.1)
    assert passed(0.5, more) * passed(0.4, more) == pytest.approx(1.1 * 0.2)
    assert win_rate_logit([0.5], 1.1) == pytest.approx(np.log(0.55 / 0.45))


def test_a_win_rate_beyond_certainty_is_as_near_to_it_as_may_be() -> None:
    assert passed(0.95, win_rate_logit([0.95], 1.1)) == pytest.approx(1.0)


def test_a_tenth_fewer_customers_lost_are_lost_of_those_that_were() -> None:
    assert 1 - passed(0.9, lost_logit(0.9, 0.9)) == pytest.approx(0.09)
    assert 1 - passed(0.9, lost_logit(0.9, 1.1)) == pytest.approx(0.11)


def test_a_step_for_the_better_is_half_of_the_whole_bar_and_turned_where_less_is_better() -> None:
    step = bar(gap(-40.0, -20.0), LESS_IS_BETTER).step_worth
    assert (step.mean, step.low, step.high) == (15.0, 10.0, 20.0)


def test_a_bar_whose_interval_includes_zero_is_named_as_such_and_nowhere_as_worth_something() -> None:
    nearly, barely = gap(-1.0, 2e6), gap(1.0, 2e6)
    said = told(bar(nearly, DRIVERS[0]), bar(barely, DRIVERS[2]))
    assert "10% larger deal amounts, worth" in said[0]
    assert "win rate" not in said[0]
    assert any(one.startswith("Not told from nothing in 40 replications: Win rate.") for one in said)


def test_where_no_driver_can_be_told_the_answer_says_so() -> None:
    assert told(bar(gap(-1.0, 1.0), DRIVERS[0]))[0].startswith("base: no driver's 10% can be told from nothing")


def test_a_better_step_that_costs_is_said_to_be_a_loss() -> None:
    assert "10% shorter sales cycle, a loss of $15 ($10 to $20)" in told(bar(gap(20.0, 40.0), LESS_IS_BETTER))[0]


def test_an_end_that_makes_no_scenario_is_a_bar_that_says_nothing() -> None:
    side = Side(0.9, gap(1.0, 2.0), gap(1.0, 2.0))
    nothing = Bar("x", "Win rate", side, NO_SIDE, NO_SIDE.worth, NO_SIDE.worth, DRIVERS[0])
    assert not nothing.clear
    assert nothing.size == 0.0


def test_pairs_are_told_apart_where_single_plans_are_not() -> None:
    luck = np.array([0.0, 100.0, -100.0, 40.0])
    found = gap_between(luck, luck + np.array([5.0, 6.0, 5.0, 6.0]), np.arange(4), USD)
    assert found.clear
    assert found.mean == pytest.approx(5.5)


def test_a_varied_world_keeps_the_past_that_today_is_known_by() -> None:
    source = load_source(
        str(WORLDS / "plain.yaml"),
        [
            "+uncertainties.volume={kind: uniform, low: 0.5, high: 1.5}",
            "world.sources.self.opportunities_per_month_per_head={uncertain: volume, times: 5, plus: 1}",
        ],
    )
    variations = Variations.of(source)
    place = ("world", "sources", "self", "opportunities_per_month_per_head")
    for varied in (variations.pinned("volume", 1.4), variations.changed({place: 1.1})):
        assert varied.at_draw(1, 3).central is varied.today.at_central() is source.at_central()
        assert varied.at_central().central is source.at_central()
    read = [one.at_draw(1, 3).world.sources["self"].opportunities_per_month_per_head for one in (
        source, variations.pinned("volume", 1.4), variations.changed({place: 1.1}),
    )]  # fmt: skip
    assert read[1] == pytest.approx(1.4 * 5 + 1)
    assert read[2] == pytest.approx(1.1 * read[0])
    assert variations.changed({place: 1.1}).file_hashes != source.file_hashes
