"""The stage of an open deal beside its age, against worlds in which the chances of stages are known."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from sim.crm.opportunities import OPEN, Named
from sim.fit.hazards import fit_hazards
from sim.fit.outlook import fit_laws, outlook
from sim.fit.stages import fit_stages
from tests.makers.known_laws import AS_OF, staged

FIRST, LAST = (0.01, 0.02), (0.03, 0.006)  # a third of deals come to an offer, and five in six of those are won
DAYS = 92
WORLD = 400, 4.0, FIRST, LAST


@pytest.fixture(scope="module")
def world():
    deals, history = staged(np.random.default_rng(12), *WORLD)
    return deals, history, fit_laws(deals)


def chances(stage):
    """The chance to be won within the next DAYS, of an open deal in each stage."""
    offer = LAST[0] / sum(LAST) * (1 - np.exp(-sum(LAST) * DAYS))
    day = np.arange(DAYS) + 0.5
    move = FIRST[0] * np.exp(-sum(FIRST) * day)
    talks = np.sum(move * LAST[0] / sum(LAST) * (1 - np.exp(-sum(LAST) * (DAYS - day))))
    return np.array([talks, offer])[stage]


def test_chances_of_open_deals_are_those_of_their_stage(world):
    deals, history, fits = world
    opened = np.flatnonzero(deals.outcome == OPEN)
    stage = history.stage_on(AS_OF, len(deals))[opened]
    errors = {}
    for name, moves in (("age", None), ("stage", history)):
        told = outlook(deals, 3, draws=600, fits=fits, history=moves)
        days = told.starts[-1] - told.starts[0]
        assert abs(days - DAYS) <= 2
        won = np.bincount(told.wins.deal, minlength=len(deals))[opened] / 600
        errors[name] = np.mean((won - chances(stage)) ** 2)
        if moves:
            each = np.array([won[stage == one].mean() for one in (0, 1)])
            assert each == pytest.approx(chances(np.array([0, 1])), rel=0.25)
    assert errors["stage"] < 0.2 * errors["age"]


@pytest.mark.slow
def test_wins_to_come_hold_the_truth_by_owner_too(world):
    deals, history, fits = world
    opened = np.flatnonzero(deals.outcome == OPEN)
    expected = chances(history.stage_on(AS_OF, len(deals))[opened]).sum()
    tossed = Named(np.random.default_rng(3).integers(0, 2, len(deals)).astype(np.int32), ("a", "b"))
    for by in ("", "owner"):
        told = outlook(replace(deals, owner=tossed), 3, draws=300, fits=fits, history=history, by=by)
        wins = told.samples[:, :, 0, 0].sum(axis=1)
        low, high = np.quantile(wins, (0.05, 0.95))
        assert low < expected < high
        assert wins.mean() == pytest.approx(expected, rel=0.2)


def test_stages_that_say_nothing_are_taken_for_one(world):
    """Moves between stages that are tossed."""
    deals, history, fits = world
    tossed = np.random.default_rng(5).integers(0, 2, len(history.deal)).astype(np.int32)
    stages = fit_stages(deals, replace(history, stage=Named(tossed, history.stage.names)), fits.hazards)
    for closing in stages.closing[:1]:
        assert np.ptp(closing.odds.point()) < 0.12
        assert np.ptp(closing.pace.point()) < 0.3
    told = fit_stages(deals, history, fits.hazards)
    assert np.ptp(told.closing[0].odds.point()) > 0.4


def test_without_moves_or_with_few_closes_stages_say_nothing(world):
    deals, _, fits = world
    assert fit_stages(deals, None, fits.hazards) is None
    small, moves = staged(np.random.default_rng(6), 60, 0.5, FIRST, LAST)
    assert fit_stages(small, moves, fit_hazards(small)) is None
    plain = outlook(small, 2, draws=50)
    moved = outlook(small, 2, draws=50, history=moves, fits=plain.fits)
    assert np.array_equal(plain.samples, moved.samples, equal_nan=True)
