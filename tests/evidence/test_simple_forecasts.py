"""Simple forecasts beside ours: a range is as wide as what is known of earlier misses makes it."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest
from scipy import stats

from sim.crm.reading import read_export
from sim.evidence.backtest.frozen import frozen
from sim.evidence.backtest.pool import POOL, pool_samples
from tests.makers.played_exports import Row, written

CUT, WINS_A_DAY, DRAWS = date(2017, 8, 31), 20, 20_000


def _won_daily(first: date) -> list[Row]:
    """The same number of wins on each day up to the cut, of deals created the day before."""
    days = [first + timedelta(days=at) for at in range((CUT - first).days + 1)]
    return [
        [f"{day}-{at}", "Rep", "Product", (day - timedelta(days=1)).isoformat(), day.isoformat(), "Won", "1000"]
        for day in days
        for at in range(WINS_A_DAY)
    ]


@pytest.mark.parametrize(("first", "misses"), [(date(2017, 8, 1), 0), (date(2017, 3, 1), 5)])
def test_the_fewer_the_misses_that_are_known_the_wider_the_range(first, misses, tmp_path):
    """Chance counts as two misses, so that an error over its spread follows Student's law, of two degrees and one a
    miss (the normal law with a spread that is not known; Gelman and others, Bayesian Data Analysis, 3.2).
    """
    then = frozen(read_export({"opportunities": written(tmp_path / "deals.csv", _won_daily(first))}), CUT.toordinal())
    found = pool_samples(then, 1, DRAWS, 1)[POOL[0].name]["month1", "wins", "total"]
    months = [31.0, 31.0, 30.0, 31.0, 30.0, 31.0]  # days from August back to March; each is the forecast of the next
    missed = WINS_A_DAY * -np.diff(months)[:misses]
    spread = np.sqrt((2 * WINS_A_DAY * months[0] + np.sum(missed**2)) / (2 + misses))
    law = stats.t(2 + misses, WINS_A_DAY * months[0], spread)
    for level in (0.1, 0.9, 0.975):
        error = np.sqrt(level * (1 - level) / DRAWS) / law.pdf(law.ppf(level))
        assert np.quantile(found, level) == pytest.approx(law.ppf(level), abs=3.5 * error + 0.5)  # wins are whole
