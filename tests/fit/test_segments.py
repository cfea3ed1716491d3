"""Segments that lean on each other: small ones are told better where they are alike, and none is pulled where not."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from sim.fit.outlook import fit_laws
from sim.fit.segments import fit_segments
from tests.makers.known_laws import Rep, sold_by

DAYS, SPREAD = 300, 0.5  # spread of log amounts in known_laws
ALIKE = (Rep(4.0, 0.008, 0.016), Rep(3.0, 0.008, 0.016), Rep(0.3, 0.008, 0.016))
APART = (Rep(4.0, 0.008, 0.016), Rep(3.0, 0.002, 0.012, 5000.0), Rep(0.3, 0.03, 0.02, 200.0))
SMALL = 2


def company(seed, laws):
    """Deals, and the rows of each segment."""
    deals = sold_by(np.random.default_rng(seed), DAYS, laws)
    deals = replace(deals, segment=deals.owner)
    return deals, [deals.segment.codes == code for code in range(len(laws))]


def truths(law):
    """Log-odds of a win, log mean days to it, log of what it brings."""
    return np.array([np.log(law.win / law.loss), -np.log(law.win + law.loss), np.log(law.price) + SPREAD**2 / 2])


def told(fits, n=300):
    """Draws of the same, shape (3, n), at usual months; without what it brings where no amount is known."""
    rng = np.random.default_rng(1)
    hazards, _ = fits.hazards.draws(rng, n)
    ages = np.arange(500)
    daily = fits.hazards.by_age(hazards, ages)
    both = daily.sum(axis=1)
    won = np.exp(-np.cumsum(both, axis=1) + both) * -np.expm1(-both) / both * daily[:, 0]
    share = won.sum(axis=1)
    found = [np.log(share / (1 - share)), np.log(won @ (ages + 0.5) / share)]
    if fits.amounts is not None:
        drawn = fits.amounts.draws(rng, n)
        found.append(np.log([drawn.sample(np.random.default_rng(2), np.full(400, k)).mean() for k in range(n)]))
    return np.stack(found)


def errors(fits, law):
    """How far the middles of what is told lie off, and its spreads; shape (2, 3), or (2, 2) without amounts."""
    draws = told(fits)
    return np.array([np.median(draws, axis=1) - truths(law)[: len(draws)], draws.std(axis=1)])


@pytest.fixture(scope="module")
def alike():
    deals, segments = company(5, ALIKE)
    return deals, segments, fit_segments(deals, segments)


def test_one_segment_has_the_laws_of_its_deals(alike):
    deals, segments, _ = alike
    small = deals[segments[SMALL]]
    (one,) = fit_segments(small, [np.ones(len(small), bool)])
    own = fit_laws(small)
    for ours, theirs in zip(one.hazards.rates, own.hazards.rates, strict=True):
        assert np.array_equal(ours.modes, theirs.modes)
        assert np.array_equal(ours.spreads, theirs.spreads)
    assert one.hazards.leaning == 0.0
    assert one.amounts.borrowed is None
    assert np.array_equal(one.amounts.means, own.amounts.means)


def test_a_small_segment_leans_on_those_that_it_is_like(alike):
    """90 deals beside 2,100 alike know more than by themselves; 1,200 take hardly anything of 1,000."""
    deals, segments, (large, _, small) = alike
    assert 0.2 < small.hazards.leaning < 0.9
    assert large.hazards.leaning < 0.15
    assert small.amounts.borrowed.own < 0.5
    (off, spread), (_, alone) = (errors(one, ALIKE[SMALL]) for one in (small, fit_laws(deals[segments[SMALL]])))
    assert (spread < 0.95 * alone).all()
    assert (np.abs(off) < 3.5 * spread).all()


def test_where_segments_differ_each_is_told_by_its_own():
    """How others close lies 5 to 30 standard errors away from each."""
    deals, segments = company(6, APART)
    deals = replace(deals, amount=np.full(len(deals), np.nan))
    for rows, law, one in zip(segments, APART, fit_segments(deals, segments), strict=True):
        assert one.hazards.leaning < 0.15
        (off, spread), (alone, _) = (errors(each, law) for each in (one, fit_laws(deals[rows])))
        assert (np.abs(off - alone) < 1.2 * spread).all()


@pytest.mark.slow
def test_recovery_of_a_small_segment_is_better_by_what_it_leans_on():
    """Of three companies. A large segment is told as well as by itself, and what is said of a small one holds."""
    pooled, alone = np.empty((2, 3, 2, 3))
    for place, seed in enumerate((21, 22, 23)):
        deals, segments = company(seed, ALIKE)
        large, _, small = fit_segments(deals, segments)
        pooled[place], alone[place] = (errors(one, ALIKE[SMALL]) for one in (small, fit_laws(deals[segments[SMALL]])))
        assert (np.abs(pooled[place][0]) < 3.5 * pooled[place][1]).all()
        assert large.hazards.leaning < 0.15
    assert (np.sqrt(np.mean(pooled[:, 0] ** 2, axis=0)) < 0.9 * np.sqrt(np.mean(alone[:, 0] ** 2, axis=0))).all()


@pytest.mark.slow
def test_amounts_of_segments_that_differ_are_their_own():
    deals, segments = company(7, APART)
    for law, one in zip(APART, fit_segments(deals, segments), strict=True):
        assert one.amounts.borrowed is None
        off, spread = errors(one, law)
        assert abs(off[2]) < 3.5 * spread[2]
