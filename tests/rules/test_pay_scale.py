"""How salaries rise and differ by region, by hand: months of 30 days from 1 January 2027."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from sim.money.pay_scale import PayScale
from sim.scenario.scenario import Scenario
from tests.makers.small import small


def scale(months: int, **costs: Any) -> PayScale:
    given = small().model_dump(exclude_unset=True)
    given["world"]["costs"] |= costs
    scenario = Scenario.model_validate(given)
    return PayScale.of(scenario, scenario.calendar(months))


def test_each_april_a_tenth_more_on_top() -> None:
    """16 April is day 105, and day 465 a year on: half of a month at each rate."""
    found = scale(18, yearly_raise={"share": 0.1, "month_day": "04-16"})
    assert [found.at(day) for day in (0.0, 104.9, 105.0, 464.9, 465.0, 539.0)] == pytest.approx(
        [1.0, 1.0, 1.1, 1.1, 1.21, 1.21]
    )
    months = found.by_month(np.arange(19) * 30.0)
    assert months.tolist() == pytest.approx([1.0] * 3 + [1.05] + [1.1] * 11 + [1.155] + [1.21] * 2)


@pytest.mark.parametrize(("day", "raised"), [("01-01", []), ("01-02", [1.0]), ("12-30", [359.0])])
def test_the_first_day_pays_what_the_scenario_says_and_the_horizon_comes_too_late(day: str, raised: list) -> None:
    """Of twelve months the first day is 0, and 360 the horizon."""
    assert scale(12, yearly_raise={"share": 0.1, "month_day": day}).days.tolist() == [-np.inf, *raised]


def test_a_region_has_its_multiplier_or_one() -> None:
    found = scale(12, region_salary_multiplier={"south": 1.25})
    assert found.region.tolist() == [1.0, 1.25]
    assert found.by_month(np.array([0.0, 30.0, 60.0])).tolist() == [1.0, 1.0]
