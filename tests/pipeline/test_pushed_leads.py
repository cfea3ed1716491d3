"""Pushed leads: how many a push brings and what their odds are; and the season, which moves all that arrive."""

from __future__ import annotations

import math

import numpy as np
import pytest

from sim.ledger import WON, Ledger
from sim.org.state.demand import season
from sim.rules.odds import chance, log_odds
from sim.scenario.scenario import Scenario
from tests.makers.play import check_mean, ledgers, numbers, plain

PUSH, MARGINAL_LOGIT = 2.5, -1.2
STAGES = (0.5, 0.4)  # of the closed-form world: the chance of each stage to go on


def web(*overrides: str, **more: object) -> Scenario:
    """240 leads a month from the web and nothing else; what is given by name is added to the source."""
    given = "".join(f", {key}: {value}" for key, value in more.items())
    source = f"+world.sources.web={{kind: inbound, leads_per_month: {{all: 240}}{given}}}"
    return plain("~world.sources.self", source, "opening.pipeline=empty", *overrides)


def test_pushed_leads_are_won_at_their_own_odds() -> None:
    """A source pushed to a multiple b: all but 1 in b of its leads are marginal, with a logit of theirs in each stage.

    The usual odds of the others are checked beside them, so a broken sign or a doubled logit is seen, too.
    """
    plan = web(
        f"levers.coverage={{target_ratio: 1000, filled_by: {{web: {PUSH}}}}}",
        *(f"world.segments.all.stages.{stage}.duration={{law: fixed, mean_days: 10}}" for stage in ("first", "last")),
        marginal_logit=MARGINAL_LOGIT,
    )
    marginal, won = (np.concatenate(column) for column in zip(*map(outcomes, ledgers(plan, 6, 12)), strict=True))
    usual, pushed = (math.prod(chance(log_odds(p) + x) for p in STAGES) for x in (0.0, MARGINAL_LOGIT))
    for seen, expected in (
        (marginal, 1.0 - 1.0 / PUSH), (won[~marginal], usual), (won[marginal], pushed),
    ):  # fmt: skip
        assert abs(seen.mean() - expected) < 4.0 * math.sqrt(expected * (1.0 - expected) / len(seen))


def outcomes(book: Ledger) -> tuple[np.ndarray, np.ndarray]:
    """Of leads that came in the push and have had the time to end: whether they are marginal, whether they were won."""
    old = (book.deals["arrived_day"] >= 30.0) & (book.deals["arrived_day"] < 155.0)
    deals = book.deals[old & ~book.deals["opening"]]
    return deals["marginal"], deals["state"] == WON


@pytest.mark.parametrize("fiscal_start", [1, 2])
def test_leads_follow_the_month_of_the_fiscal_quarter(fiscal_start: int) -> None:
    """Leads of a year by month: the calendar's factor times the fiscal quarter's, whose first month may be February."""
    by_quarter, by_year = [0.5, 1.0, 2.0], [1.0 + 0.1 * k for k in range(12)]
    plan = web(f"dates.fiscal_year_start_month={fiscal_start}", by_month=by_year, by_month_of_quarter=by_quarter)
    factors = [by_year[m] * by_quarter[(m + 1 - fiscal_start) % 3] for m in range(12)]
    np.testing.assert_allclose(season(plan, plan.calendar(12))[-12:, 0], factors, rtol=1e-12)
    arrived = numbers(plan, 12, 20, lambda book: np.histogram(book.deals["arrived_day"], 12, (0.0, 360.0))[0])
    felt = [factors[int(7 * (day // 7) // 30)] for day in range(360)]  # rates are set anew week by week
    check_mean(arrived, 8.0 * np.reshape(felt, (12, 30)).sum(axis=1))
