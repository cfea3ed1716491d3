"""How sellers ramp, differ and leave, from a roster and the deals under their names; base's where it does not show."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from sim.evidence.company.people import STEPS, by_tenure, learn_people
from sim.evidence.company.sellers import USUAL_EXITS, exits_of
from tests.makers.known_laws import deals
from tests.makers.known_people import people
from tests.makers.known_sellers import sold

CURVE = np.array([0.2, 0.2, 0.2, 0.5, 0.5, 0.5, 0.8, 0.8, 0.8, 1.0])
STEPS_OF_IT = np.array([0.2, 0.5, 0.8, 1.0])
VOLUME, ODDS, DAYS = 0.3, 0.3, 730
EARLY, LATE = 0.002, 0.0006  # chances a day to leave in the first year and after it


def crew(rng, a_day=0.1):
    return people(rng, 1800, a_day, 0.0012, 0.0007, DAYS)


def learned(rng, roster, volume=VOLUME, odds=ODDS, a_month=10.0):
    made = sold(rng, roster, CURVE, a_month, volume, odds, 0.3, DAYS)
    return learn_people(made, roster, [SimpleNamespace(deals=made)], 1)


@pytest.mark.slow
def test_ramp_and_spread_of_sellers_lie_in_their_ranges():
    """Ten worlds. Volume and odds differ each for itself here, so that the spread of wins is that of both."""
    held, shares = [], []
    for seed in range(10):
        rng = np.random.default_rng(seed)
        found = learned(rng, crew(rng))
        low, high = np.sort(found.ramp, axis=0)[[20, -21]]
        held.append((low[:3] <= STEPS_OF_IT[:3]) & (STEPS_OF_IT[:3] <= high[:3]))
        low, high = np.sort(found.spread.sigma_log)[[20, -21]]
        held[-1] = np.append(held[-1], low <= np.hypot(VOLUME, ODDS) <= high)
        shares.append(found.spread.volume_share)
        assert np.median(found.ramp[:, 3]) > 0.85
    assert np.mean(held) > 0.9 - 3 * np.sqrt(0.9 * 0.1 / 40)  # ranges of 90%
    assert np.mean(shares) == pytest.approx(0.5, abs=0.15)


def test_sellers_who_are_alike_hardly_differ():
    rng = np.random.default_rng(4)
    found = learned(rng, crew(rng), 0.0, 0.0)
    assert np.median(found.spread.sigma_log) < 0.12


def test_where_nobody_is_new_the_ramp_stays_what_is_published():
    rng = np.random.default_rng(5)
    old = crew(rng)
    found = learned(rng, replace(old, start=old.start - 1200))
    assert found.ramp is None
    assert "in their first 6 months" in found.no_ramp
    assert found.spread is not None
    made = sold(rng, old, CURVE, 10.0, VOLUME, ODDS, 0.3, DAYS)
    nothing = learn_people(made, None, [SimpleNamespace(deals=made)], 1)
    assert (nothing.ramp, nothing.spread) == (None, None)
    assert nothing.no_ramp == nothing.no_spread == "there is no roster"


def test_few_people_do_not_tell_how_much_sellers_differ():
    rng = np.random.default_rng(6)
    roster = people(rng, 1800, 0.003, 0.0001, 0.0001, DAYS)
    found = learned(rng, roster)
    assert found.spread is None
    assert found.no_spread


def test_exits_of_the_first_year_and_later_are_told_apart():
    held = []
    for seed in range(4):
        roster = people(np.random.default_rng(seed), 2000, 0.3, EARLY, LATE, 700)
        made = deals(np.zeros(1), np.zeros(1), np.zeros(1))
        named = replace(made, owner=replace(made.owner, names=roster.owner))
        found = exits_of(named, roster, 1)
        truth = np.array([LATE * 365.25, EARLY / LATE])
        drawn = np.sort(np.stack([found.rates, found.first_year]), axis=1)
        held.append((drawn[:, 4] < truth) & (truth < drawn[:, -5]))  # 98% each
        assert found.seen > 50
    assert np.mean(held) >= 7 / 8


def test_few_exits_lean_on_what_is_published_whatever_the_tenure():
    roster = people(np.random.default_rng(2), 900, 0.02, 0.0002, 0.0002, 700)
    made = deals(np.zeros(1), np.zeros(1), np.zeros(1))
    found = exits_of(replace(made, owner=replace(made.owner, names=roster.owner)), roster, 1)
    assert found.by_tenure is None
    assert (found.first_year == 1.0).all()
    alone = exits_of(made, None, 1)
    assert np.median(alone.rates) == pytest.approx(USUAL_EXITS, rel=0.3)


def test_deals_by_tenure_count_beside_those_of_the_tenured():
    """Two of a year and more with 30 deals in 1000 days each; newcomers with a third of that in their first step."""
    month = 30.0
    begins, days = np.array([400.0, 400.0, *[0.0] * 15]), np.array([1000.0, 1000.0, *[90.0] * 15])
    tenure = np.append(np.full(60, 700.0), np.full(15 * 90 // 100, 10.0))
    found = by_tenure(tenure, np.zeros(len(tenure), int), begins, days, np.zeros(17, int), month)
    assert found.shape == (STEPS,)
    assert found[0] == pytest.approx(13 / (15 * 90 * 60 / 2000))
    assert np.isnan(found[1:]).all()
