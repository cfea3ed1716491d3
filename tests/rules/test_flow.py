"""The average course of an opportunity, against one walked through deal by deal."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.integrate import quad

from sim.rules.flow import Alone, Flow, flow_of
from sim.scenario.deals import Segment
from tests.makers.small import small

STEPS = {"a": (0.5, 0.4, 3, 10.0, 1.0), "b": (0.3, 0.2, 1, 20.0, 2.0), "c": (0.8, 0.5, 2, 5.0, 4.0)}
LOGIT, COOLING = 0.2, 0.5 / 30  # log-odds of all stages, and what a day of waiting costs


def segment(**stalls: float | None) -> Segment:
    stages = {
        name: {
            "advance_share": advance, "stalled_share": stalled, "lost_share": 1.0 - stalled, "no_decision_share": 0.0,
            "attempts": attempts, "duration": {"mean_days": days}, "hours_per_week": hours, "needs_se": name == "b",
        }
        for name, (advance, stalled, attempts, days, hours) in STEPS.items()
    }  # fmt: skip
    rule = {"mean_days": 20.0, "never_revives_share": 0.3, "odds_decay_logit_per_month": 0.5, **stalls}
    given = small().world.segments["big"].model_dump() | {"stages": stages, "stalls": rule}
    return Segment.model_validate(given)


def walked(comes_back: float, quiet: float, lines: dict[str, float]) -> tuple[np.ndarray, np.ndarray, float]:
    """Attempts and stalls, shape (stages, attempts), and the share won; ``lines``: log-odds of a stage on top."""
    attempts, stalls, won = np.zeros((3, 3)), np.zeros((3, 3)), 0.0

    def walk(stage: int, tries: int, stalled: int, deals: float) -> None:
        nonlocal won
        if stage == len(STEPS):
            won += deals
            return
        name = list(STEPS)[stage]
        advance, stall_share, most, _, _ = STEPS[name]
        odds = advance / (1 - advance) * math.exp(LOGIT + lines.get(name, 0.0) - COOLING * quiet * stalled)
        attempts[stage, tries] += deals
        walk(stage + 1, 0, stalled, deals * odds / (1 + odds))
        if tries + 1 < most:
            stalls[stage, tries] += deals / (1 + odds) * stall_share
            walk(stage, tries + 1, stalled + 1, deals / (1 + odds) * stall_share * comes_back)

    walk(0, 0, 0, 1.0)
    return attempts, stalls, won


def check(flow: Flow, after: float, lines: dict[str, float]) -> None:
    in_time = 1.0 - math.exp(-after / 20.0)
    quiet = quad(lambda t: t * math.exp(-t / 20.0) / 20.0, 0.0, after)[0] / in_time
    attempts, stalls, won = walked(0.7 * in_time, quiet, lines)
    np.testing.assert_allclose(flow.attempts, attempts, rtol=1e-9)
    np.testing.assert_allclose(flow.stalls, stalls, rtol=1e-9)
    assert flow.win_rate == pytest.approx(won)
    work = attempts.sum(axis=1) @ [15.0, 30.0, 7.5]
    assert flow.work_days == pytest.approx(work)
    until_back = after * (1 - in_time) + quiet * in_time  # or closed
    assert flow.open_days == pytest.approx(work + stalls.sum() * (0.3 * after + 0.7 * until_back))
    assert flow.hours_weeks == pytest.approx(attempts.sum(axis=1) @ [15.0 * 3, 30.0 * 6, 7.5 * 12])


@pytest.mark.parametrize(("close_after_days", "after"), [(60.0, 60.0), (None, 730.0)])
def test_a_flow_is_the_course_of_deals_one_by_one(close_after_days: float | None, after: float) -> None:
    found = flow_of(segment(close_after_days=close_after_days), LOGIT, 1.5, 3.0, days_per_month=30.0)
    check(found, after, {})


def test_where_no_engineer_is_a_deal_waits_or_goes_no_further() -> None:
    """What it has waited it has lost in all stages after, too."""
    quick = segment(close_after_days=60.0)
    lost = {"b": -0.3 - COOLING * 12.0, "c": -COOLING * 12.0}
    check(flow_of(quick, LOGIT, 1.5, 3.0, Alone(12.0, -0.3), 30.0), 60.0, lost)
    never = flow_of(quick, LOGIT, 1.5, 3.0, Alone(None, -0.3), 30.0)
    there = flow_of(quick, LOGIT, 1.5, 3.0, days_per_month=30.0)
    assert never.win_rate == 0.0
    assert not never.attempts[1:].any()
    assert np.array_equal(never.attempts[0], there.attempts[0])
    assert np.array_equal(never.stalls[0], there.stalls[0])


def test_hours_count_once_where_nothing_else_is_said() -> None:
    one, three = (flow_of(segment(), LOGIT, 1.0, *hours) for hours in ((), (3.0,)))
    assert three.hours_weeks == pytest.approx(3.0 * one.hours_weeks)
    assert one.hours.tolist() == [1.0, 2.0, 4.0]
