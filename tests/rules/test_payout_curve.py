"""The payout curve of a component, and that deals are paid along it to the cent."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.money import commission
from sim.money.cents import to_cents
from sim.money.curve import curve
from sim.money.plans import ComponentTerms
from sim.rules import payout
from sim.rules.payout import is_linear, jumps_of, paid, paid_at, tiers_of
from sim.scenario.pay import Component


def terms(variable_usd_per_year: float = 100_000.0, **given: Any) -> ComponentTerms:
    component = Component.model_validate(given)
    return ComponentTerms(0, "part", component, component.weight * variable_usd_per_year)


def lines_of(of: ComponentTerms, deals_usd: list[float], quota_usd: float, full_usd: float | None = None) -> np.ndarray:
    """Lines for one person's deals in one quarter."""
    cents = np.round(np.array(deals_usd) * 100).astype(np.int64)
    full = np.array([quota_usd if full_usd is None else full_usd])
    quarter = np.array([0.25])
    return commission.earn(of, np.zeros(len(cents), int), cents, np.array([quota_usd]), quarter, full, quarter)


TIERS = [
    {"from_attainment": 0.0, "multiplier": 0.5},
    {"from_attainment": 0.5, "multiplier": 1.0},
    {"from_attainment": 1.0, "multiplier": 2.0},
]


def test_curve_of_marginal_tiers_has_kinks_and_of_retroactive_ones_jumps() -> None:
    marginal = terms(tiers=TIERS, commission_share=0.1).curve(400_000)
    assert paid_at(marginal, np.array([0.0, 0.5, 1.0, 1.5])) == pytest.approx([0.0, 0.25, 0.75, 1.75])
    assert not len(jumps_of(marginal)[0])
    retroactive = terms(tiers=TIERS, commission_share=0.1, tier_form="retroactive").curve(400_000)
    assert paid_at(retroactive, np.array([0.4, 0.5, 0.9, 1.0, 1.5])) == pytest.approx([0.2, 0.5, 0.9, 2.0, 3.0])


@pytest.mark.parametrize(("pays", "at_threshold"), [("from_first_dollar", 0.25 + 0.1), ("above_it", 0.0)])
def test_threshold_and_cap(pays: str, at_threshold: float) -> None:
    found = terms(
        tiers=TIERS, commission_share=0.1, threshold_attainment=0.6, threshold_pays=pays, cap_attainment=1.5
    ).curve(400_000)  # fmt: skip
    assert paid_at(found, np.array([0.0, 0.59])) == pytest.approx([0.0, 0.0])
    assert paid_at(found, np.array([0.6, 1.0, 1.5, 9.0])) == pytest.approx(
        np.array([0.0, 0.4, 1.4, 1.4]) + at_threshold
    )


@pytest.mark.parametrize(
    ("threshold", "pays", "at", "due"),
    [
        (0.6, "from_first_dollar", [0.55, 0.6, 0.8, 1.2], [0.0, 0.6, 0.8, 2.4]),
        (0.6, "above_it", [0.55, 0.6, 0.8, 1.2], [0.0, 0.0, 0.2, 0.4 + 1.0 + 0.4]),
        (0.5, "from_first_dollar", [0.45, 0.5, 0.8, 1.2], [0.0, 0.5, 0.8, 2.4]),
        (0.5, "above_it", [0.45, 0.5, 0.8, 1.2], [0.0, 0.0, 0.3, 0.5 + 1.0 + 0.4]),
    ],
)
def test_a_threshold_under_retroactive_tiers(threshold: float, pays: str, at: list[float], due: list[float]) -> None:
    """From the first dollar, all that was sold is paid the rate of the tier reached; above it, nothing of before is."""
    part = Component.model_validate({
        "tiers": TIERS, "tier_form": "retroactive", "commission_share": 0.1, "threshold_attainment": threshold,
        "threshold_pays": pays,
    })  # fmt: skip
    assert [float(paid_at(curve(part), one)) for one in at] == pytest.approx(due)


def test_lump_sums_are_in_units_of_base_rate_times_quota() -> None:
    """A bonus of 5,000 USD against 100,000 USD a quarter at a tenth is half of what the quota pays."""
    bonuses = [{"at_attainment": 1.0, "usd": 5_000.0}, {"at_attainment": 1.2, "share_of_target": 0.2}]
    found = terms(100_000, commission_share=0.1, bonuses=bonuses).curve(400_000)
    assert jumps_of(found)[1] == pytest.approx([0.5, 0.2 * 25_000 / 10_000])
    of_target = terms(100_000, bonuses=bonuses).curve(400_000)
    assert jumps_of(of_target)[1] == pytest.approx([0.2, 0.2])


def test_a_curve_begins_with_nothing_where_its_first_tier_does_not_begin_at_zero() -> None:
    at, slope = tiers_of(payout.curve(13.0, ((0.2, 0.5), (1.0, 2.0)), cap=1.5))
    assert (at.tolist(), slope.tolist()) == ([0.0, 0.2, 1.0, 1.5], [0.0, 0.5, 2.0, 0.0])


def test_a_weighed_curve_pays_its_weight_at_any_attainment() -> None:
    whole = payout.curve(13.0, ((0.2, 0.5), (1.0, 2.0)), [(1.1, 0.4)])
    part = payout.weighed(whole, 0.25, 26.0)
    x = np.array([0.1, 0.6, 1.05, 1.3])
    assert paid_at(whole, x).tolist() == pytest.approx([0.0, 0.2, 0.5, 1.4])
    assert paid_at(part, x).tolist() == pytest.approx([0.0, 0.05, 0.125, 0.35])
    assert tiers_of(part)[1].tolist() == [0.0, 0.125, 0.5]
    assert (part["period_weeks"][0], whole["period_weeks"][0]) == (26.0, 13.0)


def test_a_flat_commission_is_a_straight_line() -> None:
    found = terms(commission_share=0.1).curve(400_000)
    assert is_linear(found[0])
    assert found["slope"] == 1.0


LUMP_SUMS = [{"at_attainment": 1.0, "usd": 777.77}, {"at_attainment": 1.2, "share_of_target": 0.3}]
PLANS = st.fixed_dictionaries({
    "tiers": st.lists(st.floats(0, 3), min_size=1, max_size=4).map(
        lambda rates: [{"from_attainment": 0.4 * k, "multiplier": rate} for k, rate in enumerate(sorted(rates))]
    ),
    "tier_form": st.sampled_from(["marginal", "retroactive"]),
    "commission_share": st.sampled_from([None, 0.1, 0.0875]),
    "threshold_attainment": st.sampled_from([0.0, 0.3, 0.4]),
    "threshold_pays": st.sampled_from(["from_first_dollar", "above_it"]),
    "cap_attainment": st.sampled_from([None, 1.5, 2.0]),
    "bonuses": st.sampled_from([[], LUMP_SUMS]),
})  # fmt: skip
DEALS = st.lists(st.integers(1, 20_000_000).map(lambda cents: cents / 100), max_size=12)


@settings(max_examples=300)
@given(
    given_plan=PLANS, deals=DEALS, quota=st.sampled_from([100_000.0, 123_456.78]), relief=st.sampled_from([1.0, 0.37])
)
def test_deals_are_paid_along_the_curve(given_plan: dict, deals: list[float], quota: float, relief: float) -> None:
    """The lines add up to P(attainment), within half a cent a line; each line is base x rate; nothing is negative."""
    of = terms(**given_plan)
    carried = round(quota * relief, 2)
    lines = lines_of(of, deals, carried, quota)
    rate = of.base_rate(np.array([0.25]), np.array([quota]))[0]
    expected = rate * carried * float(paid_at(curve(of.component, rate * quota, 25_000.0), sum(deals) / carried))
    edge = rate * 3 * 0.011 * (len(tiers_of(of.tiers)[0]) + len(of.component.bonuses))
    reached = np.isclose(round(sum(deals), 2), carried * np.array([*tiers_of(of.tiers)[0][1:], 1.0, 1.2]), atol=0.02)
    if not reached.any():
        assert lines["amount_usd"].sum() == pytest.approx(expected, abs=0.006 * len(lines) + edge + 1e-6)
    assert np.all(lines["amount_usd"] >= 0.0)
    assert np.array_equal(lines["amount_usd"], to_cents(lines["base_usd"] * lines["rate"]))
    inside = lines[lines["what"] == commission.IN_TIER]
    assert inside["base_usd"].sum() == pytest.approx(sum(deals), abs=1e-6)


@settings(max_examples=100)
@given(given_plan=PLANS, attainment=st.floats(0, 3))
def test_both_readings_of_what_is_paid_agree(given_plan: dict, attainment: float) -> None:
    """The compiled one, which behaviour goes by, and that of arrays, which pay is compared by; and tier by tier."""
    found = terms(**given_plan).curve(400_000.0)
    assert paid(found[0], attainment) == pytest.approx(float(paid_at(found, attainment)), rel=1e-12, abs=1e-12)
    tier_at, multiplier = tiers_of(found)
    inside = np.clip(attainment - tier_at, 0.0, np.diff(tier_at, append=np.inf))
    jump_at, jump = jumps_of(found)
    by_tier = np.sum(inside * multiplier) + np.sum(jump[jump_at <= attainment])
    assert by_tier == pytest.approx(float(paid_at(found, attainment)), rel=1e-9, abs=1e-9)


@settings(max_examples=200)
@given(given_plan=PLANS, attainment=st.lists(st.floats(0, 3), min_size=2, max_size=9))
def test_curves_never_fall_and_marginal_ones_do_not_jump(given_plan: dict, attainment: list[float]) -> None:
    found = terms(**given_plan).curve(400_000.0)
    x = np.sort(np.array(attainment))
    assert np.all(np.diff(paid_at(found, x)) >= -1e-12)
    plain = given_plan["tier_form"] == "marginal" and not given_plan["bonuses"]
    if plain and (given_plan["threshold_pays"] == "above_it" or given_plan["threshold_attainment"] == 0.0):
        assert not len(jumps_of(found)[0])
        steepest = max(tier["multiplier"] for tier in given_plan["tiers"])
        assert np.all(np.diff(paid_at(found, x)) <= steepest * np.diff(x) + 1e-12)


def test_who_carries_no_quota_is_paid_the_base_rate() -> None:
    lines = lines_of(terms(commission_share=0.1, tiers=TIERS, cap_attainment=1.5), [1_000.0, 2_000.0], 0.0, 100_000.0)
    assert lines["amount_usd"].tolist() == [100.0, 200.0]


def test_a_month_that_is_rounded_deal_by_deal() -> None:
    lines = lines_of(terms(commission_share=0.05), [10.09, 10.09, 10.09], 1000.0)
    assert lines["amount_usd"].tolist() == [0.5, 0.5, 0.5]
