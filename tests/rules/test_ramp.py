"""The ramp curve and its integral, against numeric integration."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.integrate import quad

from sim.rules import ramp as rule
from sim.scenario.people import LinearRamp, LogisticRamp, NoRamp, Schedule

MONTH = 30.0
RAMPS = {
    "stepped": Schedule(kind="schedule", step_months=3, shares=[0.0, 0.25, 0.5]),
    "joined": Schedule(kind="schedule", step_months=2, shares=[0.1, 0.3, 0.8], between="linear"),
    "falling": Schedule(kind="schedule", step_months=2, shares=[0.6, 0.2, 0.9], between="linear"),
    "linear": LinearRamp(kind="linear", months=6, from_share=0.2),
    "logistic": LogisticRamp(kind="logistic", half_months=3, steepness_per_month=1.2),
    "none": NoRamp(kind="none"),
}


@pytest.mark.parametrize("name", RAMPS)
@pytest.mark.parametrize("ceiling", [1.0, 0.4, 0.05, 0.0])
def test_integral_is_the_area_under_the_share(name, ceiling):
    curve = RAMPS[name]
    corners = MONTH * np.arange(0, 13)
    for days in (0.0, 17.0, 95.0, 180.0, 400.0):
        area = sum(
            quad(lambda t: float(rule.share(curve, t, MONTH, ceiling)), low, min(low + MONTH, days), limit=200)[0]
            for low in np.append(corners, 390.0)
            if low < days and low != 390.0
        )
        if days > 390.0:
            area += float(rule.share(curve, 395.0, MONTH, ceiling)) * (days - 390.0)
        assert rule.integral_days(curve, days, MONTH, ceiling) == pytest.approx(area, rel=1e-6, abs=1e-4)


def test_published_schedule_reads_as_written():
    curve = Schedule(kind="schedule", step_months=3, shares=[0.0, 0.25, 0.5])
    tenure = MONTH * np.array([-1.0, 0.0, 2.99, 3.0, 6.0, 8.99, 9.0, 50.0])
    assert rule.share(curve, tenure, MONTH).tolist() == [0.0, 0.0, 0.0, 0.25, 0.5, 0.5, 1.0, 1.0]
    assert rule.integral_days(curve, 12 * MONTH, MONTH) == pytest.approx(3 * MONTH * (0 + 0.25 + 0.5 + 1.0))


def test_joined_schedule_meets_its_starting_values_and_then_one():
    curve = Schedule(kind="schedule", step_months=2, shares=[0.1, 0.3, 0.8], between="linear")
    assert rule.share(curve, MONTH * np.array([0.0, 1.0, 2.0, 4.0, 5.0, 6.0]), MONTH) == pytest.approx(
        [0.1, 0.2, 0.3, 0.8, 0.9, 1.0]
    )


def test_logistic_is_one_half_where_the_scenario_says():
    curve = LogisticRamp(kind="logistic", half_months=4.0, steepness_per_month=0.9)
    assert rule.share(curve, 4.0 * MONTH, MONTH) == pytest.approx(0.5)


def test_a_linear_ramp_is_a_straight_line_and_then_one():
    tenure = MONTH * np.array([0.0, 3.0, 4.5, 6.0, 60.0])
    assert rule.share(RAMPS["linear"], tenure, MONTH) == pytest.approx([0.2, 0.6, 0.8, 1.0, 1.0])
    assert rule.integral_days(RAMPS["linear"], 12 * MONTH, MONTH) == pytest.approx((6 * 0.6 + 6) * MONTH)


def test_who_is_full_stays_so():
    assert rule.full_after_days(RAMPS["none"], MONTH) == 0.0
    assert rule.full_after_days(RAMPS["linear"], MONTH) == 6 * MONTH
    assert rule.full_after_days(RAMPS["stepped"], MONTH) == 9 * MONTH
    full = rule.full_after_days(RAMPS["logistic"], MONTH)
    assert full == pytest.approx((3 + 17.5) * MONTH)
    assert 1.0 - rule.share(RAMPS["logistic"], full, MONTH) < 1e-9


def test_ceiling_holds_each_person_to_their_own():
    tenure = np.full(3, 300.0)
    assert rule.share(RAMPS["linear"], tenure, MONTH, np.array([1.0, 0.4, 0.0])).tolist() == [1.0, 0.4, 0.0]
    ramped = rule.integral_days(RAMPS["linear"], tenure, MONTH, np.array([1.0, 0.4, 0.0]))
    assert ramped[0] > ramped[1]
    assert ramped[2] == pytest.approx(0.0, abs=1e-9)


def test_not_started_gives_nothing():
    for curve in RAMPS.values():
        assert rule.share(curve, -3.0, MONTH) == 0.0
        assert rule.integral_days(curve, -3.0, MONTH) == 0.0
