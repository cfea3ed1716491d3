"""Amounts that go with the age of the win: found where they do, and told of open and new deals."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from sim.crm.opportunities import WON
from sim.fit.amounts import fit_amounts
from sim.fit.amounts_by_age import fit_by_age
from sim.fit.outlook import outlook
from tests.makers.known_laws import played

SLOPE = 0.5


@pytest.fixture(scope="module")
def made():
    """About 1,300 wins; amounts of 100 times (1 + days)^0.5, and lognormal around that."""
    deals = played(np.random.default_rng(21), 500, 8.0, 0.005, 0.005)
    age = np.where(deals.outcome == WON, deals.closed - deals.created, 0)
    noise = np.exp(0.5 * np.random.default_rng(22).standard_normal(len(deals)))
    return replace(deals, amount=np.where(deals.outcome == WON, 100 * (1.0 + age) ** SLOPE * noise, np.nan))


def test_the_slope_is_found(made):
    found = fit_amounts(made).by_age
    assert abs(found.slope - SLOPE) < 3 * found.error
    assert found.error == pytest.approx(0.5 / np.sqrt(1300), rel=0.4)  # log ages spread by about 1


def test_none_is_found_where_there_is_none():
    rng = np.random.default_rng(23)
    found = [fit_by_age(np.exp(rng.normal(size=200)), rng.integers(0, 90, 200), np.zeros(200, int)) for _ in range(60)]
    assert sum(one is not None for one in found) <= 6  # BIC lets 2 % by chance: P(chi-square > log 200)
    assert fit_by_age(np.arange(1.0, 21.0), np.arange(20), np.zeros(20, int)) is None


def test_a_group_that_is_large_and_slow_makes_no_slope():
    rng = np.random.default_rng(24)
    group = np.repeat([0, 1], 300)
    ages = rng.integers(0, 20, 600) + 80 * group
    assert fit_by_age(np.exp(rng.normal(size=600) + 2 * group), ages, np.zeros(600, int)) is not None
    assert fit_by_age(np.exp(rng.normal(size=600) + 2 * group), ages, group) is None


@pytest.mark.parametrize("by", ["", "segment"])
def test_young_wins_bring_less_and_old_ones_more(made, by):
    """Of a steady world: what a win of new deals and of open deals brings in the months ahead is what it did before."""
    names = replace(made.segment, codes=np.arange(len(made), dtype=np.int32) % 2, names=("a", "b"))
    told = outlook(replace(made, segment=names) if by else made, months=3, draws=150, by=by)
    wins, bookings = np.moveaxis(told.samples.sum(axis=(0, 1)), 0, 0)
    cut = made.as_of - 92
    later = (made.outcome == WON) & (made.closed > cut)
    expected = [made.amount[later & part].mean() for part in (made.created <= cut, made.created > cut)]
    assert expected[0] > 1.8 * expected[1]
    assert bookings / wins == pytest.approx(expected, rel=0.12)
