"""What is expected of the shipped scenarios: one list, with what counts as inside, outside and within noise."""

from __future__ import annotations

import math

import numpy as np
import pytest

from sim.evidence.published.expectations import INSIDE, NOISE, OUTSIDE, Expectation, expectations
from sim.evidence.published.scenario_table import KNOWN, MEASURE_OF, Against

FEWER = Expectation("s", "bookings", -0.10, 0.0, "x")
SAME = Expectation("s", "bookings", -0.02, 0.02, "x")
MORE = Expectation("s", "value", 0.0, math.inf, "x")


@pytest.mark.parametrize(
    ("one", "low", "high", "verdict", "told"),
    [
        (FEWER, -0.08, -0.02, INSIDE, True),
        (FEWER, -0.04, 0.01, NOISE, False),  # its sign is not beyond chance
        (FEWER, -0.12, -0.05, NOISE, True),  # less for sure, how much is not
        (FEWER, -0.30, -0.15, OUTSIDE, False),
        (FEWER, 0.01, 0.02, OUTSIDE, False),
        (SAME, -0.01, 0.019, INSIDE, True),
        (SAME, -0.01, 0.021, NOISE, False),
        (SAME, 0.021, 0.03, OUTSIDE, False),
        (MORE, 0.5, 9.0, INSIDE, True),
        (MORE, 0.0, 0.0, INSIDE, False),  # nothing is not more
    ],
)
def test_an_interval_is_inside_outside_or_within_noise(one, low, high, verdict, told) -> None:
    assert one.verdict(low, high) == verdict
    assert one.is_told(low, high) == told


def test_every_expectation_is_of_a_known_measure_has_bounds_and_a_reason() -> None:
    for one in expectations():
        assert MEASURE_OF.get(one.measure, one.measure) in KNOWN, one
        assert one.low < one.high, one
        assert one.low > -math.inf or one.high < math.inf, one
        assert one.source, one
    named = [(one.scenario, one.measure) for one in expectations()]
    assert len(set(named)) == len(named)


def test_each_scenario_has_an_expectation_of_bookings_and_of_cost() -> None:
    for measure in ("bookings", "cost"):
        assert {one.scenario for one in expectations() if one.measure == measure} == {
            one.scenario for one in expectations()
        }


def test_a_difference_is_a_share_of_base_with_its_dollars_and_odds_are_points() -> None:
    base = np.array([90e6, 110e6, 100e6, 100e6])
    draws = np.arange(4)
    less = Against.of("bookings", base, base - np.array([4e6, 6e6, 5e6, 5e6]), draws)
    assert less.mean == pytest.approx(-0.05)
    assert less.low < less.mean < less.high < 0.0
    assert str(less).startswith("-5.0% (-")
    assert str(less).endswith("), -5.0M")
    odds = Against.of("odds", np.array([1.0, 0.0, 1.0, 0.0]), np.array([1.0, 0.0, 0.0, 0.0]), draws)
    assert odds.mean == -0.25
    assert "M" not in str(odds)
