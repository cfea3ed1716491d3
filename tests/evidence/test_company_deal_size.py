"""Amounts that were fitted as what a scenario knows: a price list, or the lognormal with the same mean and P90."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import yaml
from pydantic import TypeAdapter

from sim.evidence.company.deal_size import deal_size, lines, spread_of
from sim.evidence.company.learn import learn_segment, middle
from sim.scenario.deals import LognormalSize, PriceListSize
from tests.makers.known_laws import played

PRICES = np.array([500.0, 1200.0, 5000.0])


def heavy(rng, count):
    """A lognormal body, and one of ten 3 to many times as large."""
    body = 1000 * np.exp(0.4 * rng.standard_normal(count))
    return np.where(rng.random(count) < 0.1, 3000 * (1 - rng.random(count)) ** (-1 / 1.5), body)


def on_a_list(rng, count):
    """Nine of ten at a price, the rest somewhere."""
    return np.where(
        rng.random(count) < 0.9, rng.choice(PRICES, count, p=(0.5, 0.3, 0.2)), 800 * np.exp(rng.standard_normal(count))
    )


@pytest.fixture(scope="module")
def made():
    """A segment by its law of amounts."""
    deals = played(np.random.default_rng(1), 300, 6.0, 0.01, 0.01)
    found = {}
    for law in (heavy, on_a_list):
        amount = law(np.random.default_rng(2), len(deals))
        found[law] = learn_segment("all", replace(deals, amount=np.where(deals.outcome == 1, amount, np.nan)), 1.0, 1)
    return found


def written(segment, per_dollar=1.0):
    """The scenario's amounts at their central values."""
    text = "deal_size:\n" + "\n".join(lines(segment, per_dollar))
    told = yaml.safe_load(text)["deal_size"]

    def central(one):
        if isinstance(one, dict):
            return one["times"] if "uncertain" in one else {key: central(value) for key, value in one.items()}
        return one

    return TypeAdapter(LognormalSize | PriceListSize).validate_python(central(told))


@pytest.mark.slow
def test_a_price_list_stays_one(made):
    segment = made[on_a_list]
    size = written(segment)
    assert segment.fits.amounts.law.startswith("price list")
    assert isinstance(size, PriceListSize)
    assert size.average_usd == pytest.approx(middle(segment.amount), rel=0.01)
    prices, weights = np.array(list(size.prices_usd.values())), np.array(list(size.weights.values()))
    for price, share in zip(PRICES, (0.45, 0.27, 0.18), strict=True):
        near = np.abs(prices / price - 1) < 0.03
        assert weights[near].sum() / weights.sum() == pytest.approx(
            share, abs=4 * np.sqrt(share / len(segment.deals) * 2)
        )
    assert deal_size(segment, 1.0).lost == ""


@pytest.mark.slow
def test_a_heavy_tail_becomes_the_lognormal_of_its_mean_and_p90_and_what_is_lost_is_said(made):
    segment = made[heavy]
    size = written(segment)
    assert isinstance(size, LognormalSize)
    assert size.mean_usd == pytest.approx(middle(segment.amount), rel=1e-4)
    p90 = np.exp(np.log(size.mean_usd) - size.sigma_log**2 / 2 + 1.28155 * size.sigma_log)
    wanted = np.quantile(segment.amounts, 0.9) / segment.amounts.mean() * size.mean_usd
    assert p90 == pytest.approx(wanted, rel=0.02)
    assert "largest tenth" in deal_size(segment, 1.0).lost
    assert written(replace(segment, amount=segment.amount / 2), 2.0).mean_usd == pytest.approx(size.mean_usd / 2)


@pytest.mark.parametrize("sigma", [0.05, 0.4, 0.9, 1.2, 1.7, 2.5])
def test_the_spread_is_that_of_the_p90_over_the_mean(sigma):
    assert spread_of(np.exp(1.2815516 * sigma - sigma**2 / 2), sigma * 1.05) == pytest.approx(sigma, abs=1e-5)
    assert spread_of(3.0, sigma) == pytest.approx(
        1.2815516
    )  # no lognormal has so high a P90: the one that comes nearest
