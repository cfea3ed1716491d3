"""Coverage: what pipeline is held against is the target of the three months that begin now."""

from __future__ import annotations

import numpy as np
import pytest

from sim import world
from sim.luck import Luck
from sim.org.actors.coverage import coming_target
from tests.makers.small import small


@pytest.mark.parametrize(("month", "big_usd"), [(0, 120_000), (1, 160_000), (2, 200_000), (3, 240_000), (11, 280_000)])
def test_the_target_is_that_of_the_month_and_the_two_after_it(month: int, big_usd: float) -> None:
    """Quarters of 120, 240, 360 and 480 thousand; of the next year, which grows by a half, the first has 180."""
    plan = small()
    org = world.assemble(plan, plan.calendar(24), Luck(1, 0), world.prepare(plan, 24, Luck(1, 0)))
    by_segment = coming_target(org, month).reshape(2, 2).sum(axis=1)
    np.testing.assert_allclose(by_segment, [big_usd, big_usd / 10], rtol=1e-9)
