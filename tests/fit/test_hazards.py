"""Hazards of made-up exports are found again: truncated, censored, closed by mass edits, and never closed."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from sim.crm.opportunities import LOST, OPEN, WON
from sim.fit.hazards import bands, fit_hazards
from tests.makers.known_laws import AS_OF, deals, played

WIN, LOSS = 0.004, 0.012


def daily(fit, n=400):
    """Draws of hazards a day by kind at the levels of the months seen, averaged over bands by their days."""
    hazards, factors = fit.draws(np.random.default_rng(1), n)
    ages = fit.by_age(hazards, np.arange(120))
    return ages.mean(axis=2) * factors[:, :, :-3].mean(axis=2)


def test_hazards_are_found_where_earlier_closes_are_missing():
    """Four files: intervals of 90 % for eight numbers; all but two hold but in 1 of 200 cases (binomial)."""
    held, middles = [], []
    for seed in range(4):
        made = played(np.random.default_rng(seed), 500, 4.0, WIN, LOSS, known_from=-250)
        low, middle, high = np.quantile(daily(fit_hazards(made)), (0.05, 0.5, 0.95), axis=0)
        held += list((low < (WIN, LOSS)) & (high > (WIN, LOSS)))
        middles.append(middle)
    assert sum(held) >= 6
    # About 250 wins and 750 losses a file: errors of a mean of four are 3 % and 2 %.
    assert np.mean(middles, axis=0) == pytest.approx((WIN, LOSS), rel=0.1)


def test_deals_that_close_within_days_have_the_hazards_of_parts_of_days():
    fit = fit_hazards(played(np.random.default_rng(5), 300, 8.0, 0.2, 0.4))
    hazards, _ = fit.draws(np.random.default_rng(1), 400)
    assert np.median(fit.by_age(hazards, np.arange(3)), axis=(0, 2)) == pytest.approx((0.2, 0.4), rel=0.1)


def test_survivors_count_from_the_day_on_which_closes_are_known():
    """The same deals, read as if all closes were known, look as if they lived far longer."""
    made = played(np.random.default_rng(7), 500, 4.0, WIN, LOSS, known_from=-120)
    naive = replace(made, closes_known_from=AS_OF - 499, created_known_from=AS_OF - 499)
    undated = replace(made, created_known_from=0)  # closes before are in the file, and not to be trusted
    right, also, wrong = (np.median(daily(fit_hazards(one)).sum(axis=1)) for one in (made, undated, naive))
    assert right == pytest.approx(WIN + LOSS, rel=0.15)
    assert also == right
    assert wrong < 0.8 * (WIN + LOSS)


def test_deals_that_never_close_are_told_and_counted():
    made = played(np.random.default_rng(3), 700, 4.0, 0.02, 0.06, never=0.3)
    fit = fit_hazards(made)
    assert fit.tells_never
    won, lost, never = np.quantile(fit.shares(np.random.default_rng(1), 400), (0.005, 0.995), axis=0).T
    for (low, high), truth in ((won, 0.175), (lost, 0.525), (never, 0.3)):
        assert low < truth < high
        assert high - low < 0.15


def test_never_is_not_learned_where_the_file_forgets_old_deals():
    made = played(np.random.default_rng(3), 700, 2.0, 0.02, 0.06, never=0.3, forgets=60)
    assert not fit_hazards(made).tells_never
    assert not fit_hazards(played(np.random.default_rng(3), 200, 2.0, 0.002, 0.006)).tells_never


def test_closes_of_a_mass_edit_happened_by_then():
    """Half of the closes are noted when they happen, half at the next edit of all, every fourth month. Read to the day,
    these deals live for months.
    """
    rng = np.random.default_rng(4)
    created = np.repeat(np.arange(-359, 1), rng.poisson(3.0, 360))
    done = created + np.floor(rng.exponential(1 / 0.04, len(created))).astype(int)
    late = rng.random(len(created)) < 0.5
    noted = np.where(late, -(-done // 120) * 120, done)  # the day of the export is one of an edit
    outcome = np.where(noted > 0, OPEN, np.where(rng.random(len(created)) < 0.25, WON, LOST))
    shown = deals(created, noted, outcome, bulk=(outcome != OPEN) & late, known_from=-359, born_from=-359)
    by_then, to_the_day = fit_hazards(shown), fit_hazards(replace(shown, bulk=np.zeros(len(shown), bool)))
    young = [
        np.median(fit.by_age(fit.draws(np.random.default_rng(1), 200)[0], np.arange(30))[:, 1].mean(axis=1))
        for fit in (by_then, to_the_day)
    ]
    assert young[0] == pytest.approx(0.03, rel=0.15)
    assert young[1] < 0.02


def test_bands_widen_and_hold_every_age():
    edges = bands(400)
    assert edges[0] == 0
    assert edges[-1] > 400
    assert (np.diff(edges, 2) >= 0).mean() > 0.8
    assert len(edges) < 30


def test_a_file_of_nothing_at_risk_is_an_error():
    made = deals([-50, -40], [-30, -20], [WON, LOST], known_from=-5, born_from=-5)
    with pytest.raises(ValueError, match="no deal was open"):
        fit_hazards(made)


def test_deals_entered_when_they_are_won_say_little_of_the_days_after():
    """Ten of 120 deals are won on the day of their creation, and none of them later, in 60 days."""
    created = np.repeat(np.arange(-59, 1), 2)
    outcome = np.full(len(created), OPEN)
    outcome[::12] = WON
    fit = fit_hazards(deals(created, created, outcome, known_from=-59, born_from=-59))
    hazards, _ = fit.draws(np.random.default_rng(1), 1000)
    first, next_day, old = np.median(fit.by_age(hazards[:, 0], np.array([0, 1, 49])), axis=0)
    assert first == pytest.approx(10 / 120, rel=0.25)
    assert next_day < 0.002
    assert old < 0.001
