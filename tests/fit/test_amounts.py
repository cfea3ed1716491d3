"""The law of amounts is told by likelihood, and makes means like those it was fitted to."""

from __future__ import annotations

import numpy as np
import pytest

from sim.crm.opportunities import LOST, WON, Named
from sim.fit.amount_law import CAP
from sim.fit.amounts import fit_amounts
from tests.makers.known_laws import deals


def of(amounts, product=None):
    n = len(amounts)
    return deals(np.full(n, -20), np.full(n, -10), np.full(n, WON), amounts, product, known_from=-30, born_from=-30)


def means(law, n=400, wins=400):
    """Means of many wins, one a draw of the parameters."""
    rng = np.random.default_rng(8)
    return law.draws(rng, n).sample(rng, np.repeat(np.arange(n), wins)).reshape(n, wins).mean(axis=1)


def lognormal(rng, n):
    return np.exp(9 + rng.standard_normal(n))


def weibull(rng, n):
    return 10_000 * rng.weibull(0.7, n)


def prices(rng, n):
    return rng.choice([550.0, 1_096.0, 4_821.0, 26_768.0], n, p=[0.4, 0.3, 0.2, 0.1]) * np.exp(
        0.03 * rng.standard_normal(n)
    )


def heavy(rng, n):
    return np.where(rng.random(n) < 0.8, np.exp(9 + 0.3 * rng.standard_normal(n)), 15_000 * (1 + rng.pareto(1.6, n)))


@pytest.mark.parametrize(
    ("made", "law"), [(lognormal, "lognormal"), (weibull, "Weibull"), (prices, "price list of"), (heavy, "heavy tail")]
)
def test_the_law_is_told(made, law):
    amounts = made(np.random.default_rng(4), 600)
    fit = fit_amounts(of(amounts))
    assert fit.law.startswith(law)
    low, high = np.quantile(means(fit), (0.02, 0.98))
    assert low < amounts.mean() < high


def test_intervals_of_the_mean_hold():
    """Twelve files of 40 lognormal wins: 90 % intervals of the mean hold it in 11, at least 9 in 99 of 100 cases."""
    truth, held = np.exp(9 + 0.5**2 / 2), 0
    for seed in range(12):
        fit = fit_amounts(of(np.exp(9 + 0.5 * np.random.default_rng(seed).standard_normal(40))))
        rng = np.random.default_rng(8)
        drawn = fit.draws(rng, 100).sample(rng, np.repeat(np.arange(100), 500)).reshape(100, -1).mean(axis=1)
        low, high = np.quantile(drawn, (0.05, 0.95))
        held += low < truth < high
    assert held >= 9


def test_products_have_their_own_amounts_and_few_wins_lean_on_all():
    rng = np.random.default_rng(1)
    codes = np.repeat([0, 1, 2], [80, 80, 1])
    amounts = np.array([500.0, 5000.0, 50_000.0])[codes] * np.exp(0.1 * rng.standard_normal(161))
    fit = fit_amounts(of(amounts, Named(codes.astype(np.int32), ("a", "b", "c", "d"))))
    assert fit.by == "product"
    drawn = fit.draws(rng, 300)
    for code, truth in enumerate((500.0, 5000.0)):
        assert np.median(drawn.sample(rng, np.arange(300), np.full(300, code))) == pytest.approx(truth, rel=0.05)
    never_sold = drawn.sample(rng, np.arange(300), np.full(300, 3))
    assert 300 < np.median(never_sold) < 10_000
    assert never_sold.std() > 1000


def test_few_amounts_do_not_explode():
    for amounts in ([4000.0], [100.0, 90_000.0], [5.0, 5.0, 5.0], [70.0] * 60):
        fit = fit_amounts(of(amounts))
        drawn = means(fit, wins=1)
        assert drawn.max() <= CAP * max(amounts) * (1 + 1e-9)
        assert drawn.min() > 0
        assert len(amounts) > 3 or drawn.std() > 0.1 * min(amounts)  # one win is no certainty


def test_no_amount_is_no_law():
    assert fit_amounts(of([np.nan, 0.0])) is None
    assert fit_amounts(deals([-5], [-2], [LOST], known_from=-30, born_from=-30)) is None
