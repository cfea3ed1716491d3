"""Parts of one amount add up to it to the cent, however it is divided, and half a cent goes up everywhere."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim import ledger
from sim.money.cents import in_cents, nearest, parts_of, to_cents
from tests.rules.test_payroll_by_hand import close, payroll, quotas, spells

ALL = {"c": {"commission_share": 1.0}}  # a dollar paid is a dollar credited
BEHIND = {"components": {"c": {"credit": "split", "commission_share": 1.0}}}
TEAM = {"components": {"c": {"credit": "team", "commission_share": 1.0}}}


def split(share: float) -> Any:
    return payroll({"components": ALL, "splits": {"recruiter": share}}, recruiter=BEHIND)


def people_behind(count: int) -> np.ndarray:
    """The two sellers, and so many recruiters behind them."""
    found = np.concatenate([spells()[:2], np.repeat(spells()[2:], count)])
    found["seat"][2:] = 4 + np.arange(count)
    return found


def deals_of(cents: list[int]) -> list[tuple[float, int, float]]:
    return [(5.0, 0, amount / 100) for amount in cents]


def paid_cents(lines: np.ndarray, kind: int) -> list[int]:
    return in_cents(lines["amount_usd"][lines["kind"] == kind]).tolist()


@pytest.mark.parametrize(
    ("cents", "share", "kept", "given_away"),
    [
        ([10_001, 10_003, 645], 0.5, [5_000, 5_001, 322], [5_001, 5_002, 323]),
        ([645, 105, 1_000_005], 0.3, [451, 73, 700_003], [194, 32, 300_002]),
        ([1], 0.5, [], [1]),
    ],
)
def test_two_shares_of_a_deal(cents: list[int], share: float, kept: list[int], given_away: list[int]) -> None:
    """What is given away is rounded, half a cent up; the seller keeps the rest."""
    lines = close(split(share), deals_of(cents))
    assert paid_cents(lines, ledger.COMMISSION) == kept
    assert paid_cents(lines, ledger.OVERRIDE) == given_away


@given(
    st.lists(st.integers(1, 10**9), min_size=1, max_size=4), st.floats(0.001, 0.999), st.integers(1, 7)
)  # fmt: skip
def test_a_split_among_several_holders_adds_up(cents: list[int], share: float, count: int) -> None:
    lines = close(split(share), deals_of(cents), spells=people_behind(count), quotas=quotas(1, 1e8))
    of_deal = np.bincount(lines["deal"], in_cents(lines["amount_usd"]), len(cents))
    assert of_deal.tolist() == cents
    for deal in range(len(cents)):
        parts = in_cents(lines["amount_usd"][(lines["deal"] == deal) & (lines["kind"] == ledger.OVERRIDE)])
        assert len(parts) < count or np.ptp(parts) <= 1, "equal shares are equal to the cent"


def test_a_teams_deal_adds_up() -> None:
    of = payroll({"components": ALL}, recruiter=TEAM)
    lines = close(of, deals_of([10_000, 1]), spells=people_behind(3))
    assert paid_cents(lines, ledger.OVERRIDE) == [3_334, 1, 3_333, 3_333]


def test_nothing_is_given_away_to_a_role_that_does_not_manage_the_seller() -> None:
    """Whoever stands behind no deal of the seller's takes no part of one; it stays with the seller."""
    of = split(0.5)
    of._stands_behind[:] = False
    lines = close(of, deals_of([10_000]))
    assert paid_cents(lines, ledger.COMMISSION) == [10_000]


@given(st.data())
def test_any_parts_add_up(data: st.DataObject) -> None:
    """Within a cent of their share each, and of equal shares the first has the more."""
    amounts = data.draw(st.lists(st.integers(0, 10**12), min_size=1, max_size=5))
    weights = [data.draw(st.lists(st.floats(1e-6, 1.0), min_size=1, max_size=9)) for _ in amounts]
    of = np.repeat(np.arange(len(amounts)), [len(some) for some in weights])
    share = np.concatenate([np.array(some) / sum(some) for some in weights])
    cents = np.array(amounts)
    parts = parts_of(cents, of, share)
    assert np.array_equal(np.bincount(of, parts, len(cents)).astype(np.int64), cents)
    assert np.all(np.abs(parts - cents[of] * share) < 1.0 + 1e-3)
    for amount in range(len(cents)):
        equal = parts_of(cents[[amount]], np.zeros(7, int), np.full(7, 1 / 7))
        assert np.all(np.diff(equal) <= 0)
        assert np.ptp(equal) <= 1
        assert equal.sum() == cents[amount]


def test_parts_need_not_stand_together() -> None:
    share = np.array([0.5, 1 / 3, 0.5, 1 / 3, 1 / 3])
    assert parts_of(np.array([100, 5]), np.array([1, 0, 1, 0, 0]), share).tolist() == [3, 34, 2, 33, 33]


def test_half_a_cent_goes_up_everywhere() -> None:
    amounts = np.array([0.005, 0.015, 0.025, 1.005, 2.675])
    assert in_cents(amounts).tolist() == [1, 2, 3, 101, 268]
    assert to_cents(amounts).tolist() == [0.01, 0.02, 0.03, 1.01, 2.68]
    assert nearest(np.array([0.5, 1.5, 2.5])).tolist() == [1, 2, 3]


def test_a_tiers_edge_is_rounded_half_a_cent_up() -> None:
    """A tenth of 100.25 is 10.025: the first 10.03 lie below it."""
    tiers = [{"from_attainment": 0.0, "multiplier": 1.0}, {"from_attainment": 0.1, "multiplier": 0.5}]
    of = payroll({"components": {"c": {"commission_share": 1.0, "tiers": tiers}}})
    lines = close(of, [(5.0, 0, 20.03)], quotas=quotas(1, 100.25))
    assert lines["base_usd"].tolist() == [10.03, 10.0]
