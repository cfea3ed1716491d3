"""Stages that nobody sees: deals that pass them close at the ages that they are made for."""

from __future__ import annotations

import numpy as np
import pytest

from sim.evidence.company.stages import OneStage, Staged, shifted, stages_of

AGES = np.arange(600)


def at(mean: float, sigma: float = 0.7) -> np.ndarray:
    """Chances of lognormal ages."""
    chances = np.exp(-0.5 * ((np.log(AGES + 0.5) - np.log(mean)) / sigma) ** 2) / (AGES + 0.5)
    return chances / chances.sum()


TWO_HUMPS = 0.5 * at(4.0, 0.5) + 0.5 * at(110.0, 0.15)


@pytest.mark.parametrize(
    ("wins", "losses", "kind"),
    [
        (at(80.0), at(20.0, 1.0), Staged),
        (TWO_HUMPS, TWO_HUMPS, OneStage),
        (at(20.0), at(90.0), OneStage),
    ],
    ids=["losses early", "two humps", "losses late"],
)
def test_wins_and_losses_come_at_their_ages(wins, losses, kind):
    stages = stages_of(0.3 * wins, 0.7 * losses, 0.0)
    assert isinstance(stages, kind)
    won, lost = stages.closes(len(AGES))
    assert won.sum() == pytest.approx(0.3, abs=0.01)
    assert lost.sum() == pytest.approx(0.7, abs=0.02)
    # Medians within a tenth and two days; losses of one stage have the shape of its wins, a number of days later.
    for made, wanted, loose in ((won, wins, 1), (lost, losses, 1 if kind is Staged else 3)):
        middle, meant = (np.searchsorted(np.cumsum(one) / one.sum(), 0.5) for one in (made, wanted))
        assert abs(middle - meant) <= loose * (2 + 0.12 * meant)


def test_some_stay_open_for_good_and_fewer_are_won():
    stages = stages_of(0.3 * at(80.0), 0.5 * at(20.0, 1.0), 0.2)
    won, failed = stages.closes(len(AGES))
    assert won.sum() == pytest.approx(0.3 / 0.8 * 0.8, abs=0.01)
    assert stages.never * failed.sum() == pytest.approx(0.2, abs=0.02)


@pytest.mark.parametrize("never", [0.0, 0.2])
@pytest.mark.parametrize(("wins", "losses"), [(at(80.0), at(20.0, 1.0)), (at(20.0), at(90.0))])
def test_where_open_deals_are_agrees_with_those_still_open(wins, losses, never):
    """Open deals of an age are those that neither won nor failed and closed by then: the parts add up."""
    stages = stages_of(0.3 * wins, (0.7 - never) * losses, never)
    for age in (1, 15, 60, 150):
        where = stages.where(age)
        assert 0.0 <= where.quiet <= 1.0
        assert (where.stages >= 0.0).all()
        assert where.stages.sum() + where.quiet == pytest.approx(1.0, abs=1e-6)
        assert (where.entered <= age).all()
        assert where.quiet_since <= age
    old = stages.where(590)
    assert not never or old.quiet > 0.9


@pytest.mark.parametrize("quiet_days", [0, 40])
def test_wins_soon_of_open_deals_are_those_of_the_ages_at_wins(quiet_days):
    """Of deals open at an age, the parts in each stage times their chances to be won soon are wins after that age."""
    stages = Staged(np.array([20.0, 35.0, 15.0]), np.array([0.9, 0.7, 1.1]), np.array([0.6, 0.7, 0.8]), 0.0, quiet_days)
    won, failed = stages.closes(900)
    assert won.sum() == pytest.approx(0.6 * 0.7 * 0.8, abs=0.005)
    for age in (5, 40, 100):
        where = stages.where(age)
        # Those in a stage came there at different days; from the mean one the chance is nearly that of all.
        soon = [stages.soon(k, age - entered, 60) for k, entered in enumerate(where.entered)]
        still = 1 - (won + failed)[: age + 1].sum()
        assert where.stages @ soon == pytest.approx(won[age + 1 : age + 61].sum() / still, rel=0.06)


def test_odds_of_stages_are_shifted_alike_to_a_product():
    shares = np.array([[0.5, 0.6, 0.9], [0.2, 0.3, 0.4]])
    moved = shifted(shares, np.array([0.1, 0.2]))
    assert moved.prod(axis=1) == pytest.approx([0.1, 0.2], rel=1e-6)
    logits = np.log(moved / (1 - moved)) - np.log(shares / (1 - shares))
    assert np.ptp(logits, axis=1) == pytest.approx([0.0, 0.0], abs=1e-6)
