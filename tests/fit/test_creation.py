"""Creation by month: levels, overdispersion and a pipeline that starts empty."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from sim.crm.opportunities import OPEN
from sim.fit.creation import fit_creation, known_from
from sim.fit.months import Months, weekday_weights
from tests.makers.known_laws import AS_OF, deals, played


def open_deals(created, born_from):
    return deals(created, np.zeros(len(created)), np.full(len(created), OPEN), known_from=-2000, born_from=born_from)


def ahead(fit, rng, n=600):
    """Samples of deals created in the three months ahead, shape (n, 3)."""
    days = np.diff(fit.months.starts)[-3:]
    return rng.poisson(fit.draws(rng, n)[:, -3:] * days)


def test_intervals_of_overdispersed_months_hold():
    """Eight series of 18 months around a steady level: 24 months to come, of which 80 % should be held."""
    held = []
    for seed in range(8):
        rng = np.random.default_rng(seed)
        factors = rng.gamma(1 / 0.04, 0.04, 21)  # a spread of 20 % beside Poisson's
        starts = Months.between(AS_OF - 17 * 30, AS_OF).starts
        counts = rng.poisson(60 * factors)
        days = np.concatenate([rng.integers(a, b, n) for a, b, n in zip(starts[:-1], starts[1:], counts, strict=False)])
        fit = fit_creation(open_deals(days - AS_OF, starts[0] - AS_OF))
        low, high = np.quantile(ahead(fit, rng), (0.1, 0.9), axis=0)
        held += list((low <= counts[-3:]) & (counts[-3:] <= high))
        assert np.mean(high - low) > 2.56 * np.sqrt(60)  # wider than Poisson's chance alone
        assert np.mean(high - low) < 80
    assert 14 <= sum(held) < 24  # standard error 2 around 19, months of a file go together


def test_a_pipeline_that_starts_empty_is_no_growth():
    """Deals are created evenly from a day in the middle of a month on."""
    rng = np.random.default_rng(2)
    created = np.repeat(np.arange(-200, 1), rng.poisson(3.0, 201))
    fit = fit_creation(open_deals(created, -200))
    low, middle, high = np.quantile(ahead(fit, rng), (0.1, 0.5, 0.9), axis=0)
    assert (np.abs(middle - 92) < 15).all()
    assert (low < 90).all()
    assert (high > 94).all()


def test_growth_goes_on_for_a_while():
    rng = np.random.default_rng(3)
    created = np.repeat(np.arange(-539, 1), rng.poisson(np.geomspace(3, 18, 540)))
    fit = fit_creation(open_deals(created, -539))
    middle = np.median(ahead(fit, rng), axis=0)
    assert middle[0] > 18 * 29
    assert middle[2] < 1.6 * 18 * 30


def test_only_days_whose_creations_are_all_known_count():
    made = played(np.random.default_rng(1), 400, 3.0, 0.01, 0.03, known_from=-100)
    assert known_from(made) == AS_OF - 100
    assert known_from(replace(made, created_known_from=0)) == AS_OF - 100  # deals that closed before are missing
    fit = fit_creation(made)
    assert np.median(ahead(fit, np.random.default_rng(1))[:, 0]) / 31 - 3.0 < 0.6
    assert np.median(ahead(fit, np.random.default_rng(1))[:, 0]) / 31 - 3.0 > -0.6


def test_weekdays_weigh_what_they_have():
    rng = np.random.default_rng(5)
    days = AS_OF - np.arange(364)
    workdays = days[(days - 1) % 7 < 5]
    weights = weekday_weights(np.repeat(workdays, rng.poisson(10, len(workdays))), AS_OF - 363, AS_OF)
    assert np.allclose(weights.mean(), 1)
    assert (weights[:5] > 1.2).all()
    assert (weights[5:] < 0.2).all()
    assert np.allclose(weekday_weights(np.array([], np.int64), AS_OF - 363, AS_OF), 1)


def test_a_high_month_may_be_high_again_in_three_months():
    """October 2017 had twice the deals of November and December: January is more like it than February is."""
    days = np.concatenate([np.repeat(np.arange(-91, -60), 8), np.repeat(np.arange(-60, 1), 4)])
    fit = fit_creation(deals(days, days, np.full(len(days), OPEN), known_from=-91, born_from=-91))
    ahead = np.log(fit.draws(np.random.default_rng(1), 4000)[:, -3:]).mean(axis=0)
    assert ahead[0] > ahead[1] + 0.05
    assert ahead[0] > ahead[2] + 0.05
