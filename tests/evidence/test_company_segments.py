"""Which segments of an export stand for themselves, and draws of segments that are high and low together."""

from __future__ import annotations

from dataclasses import fields, replace
from types import SimpleNamespace

import numpy as np
import pytest
from scipy.special import ndtri
from scipy.stats import rankdata

from sim.crm.opportunities import LOST, WON, Named
from sim.evidence.company.leaning import together
from sim.evidence.company.learn import ALL, DRAWS, Segment, segments_of
from tests.makers.known_laws import deals


def export(counts, sellers):
    """Closed deals, half of them won: so many of each segment, by so many sellers of its own; 0 borrows the first's."""
    segment = np.repeat(np.arange(len(counts), dtype=np.int32), counts)
    k = np.arange(len(segment))
    home = np.where(np.array(sellers)[segment] > 0, segment, 0)
    owner = (100 * home + k % np.array(sellers)[home]).astype(np.int32)
    who, owner = np.unique(owner, return_inverse=True)
    made = deals(-400 - k % 300, -100 - k % 50, np.where(k % 2, WON, LOST))
    names = tuple(f"s{code}" for code in range(len(counts)))
    return replace(
        made, segment=Named(segment, names), owner=Named(owner.astype(np.int32), tuple(str(one) for one in who))
    )


@pytest.mark.parametrize(
    ("counts", "sellers", "found"),
    [
        ((900, 500, 70), (5, 4, 2), ["s0", "s1", "s2"]),  # 70 deals stand for themselves
        ((900, 500, 40), (5, 4, 2), ["s0", "s1"]),  # 40 do not
        ((900, 500, 70), (5, 4, 0), ["s0", "s1"]),  # nor do deals that others sell
        ((900, 500, 40, 40), (5, 4, 2, 2), ["s0", "s1", "other"]),
        ((300,) * 7, (2,) * 7, [ALL]),  # a column of many large values tells no segments
        ((900, 500, 300, *(70,) * 5), (5, 4, 3, *(2,) * 5), ["s0", "s1", "s2", "s3", "s4", "s5", "other"]),
    ],
)
def test_segments_that_stand_for_themselves(counts, sellers, found):
    made = export(counts, sellers)
    where = segments_of(made)
    assert list(where) == found
    assert (np.sum(list(where.values()), axis=0) == 1).all()


def segment(name, seed, likeness):
    """Draws alone, by themselves."""
    rng = np.random.default_rng(seed)
    blank = dict.fromkeys(one.name for one in fields(Segment))
    won = rng.beta(30, 70, DRAWS)
    return Segment(**blank | {
        "name": name, "created": rng.gamma(50, 1, DRAWS), "won": won, "cycle": 100 * won,
        "amount": rng.gamma(9, 1, DRAWS),
        "fits": SimpleNamespace(hazards=SimpleNamespace(likeness=likeness, leaning=likeness), amounts=None),
    })  # fmt: skip


def correlation(one, other):
    """Of normal scores, which hold whatever the law."""
    return np.corrcoef(*(ndtri((rankdata(each) - 0.5) / DRAWS) for each in (one, other)))[0, 1]


def test_draws_of_segments_that_are_alike_are_high_and_low_together():
    """By the root of how far each goes along with the others; within four standard errors of 400 rows."""
    before = [segment("a", 1, 0.9), segment("b", 2, 0.4), segment("c", 3, 0.0)]
    after = together(before, 1)
    for one, other in zip(before, after, strict=True):
        for column in ("created", "won", "cycle", "amount"):
            assert np.array_equal(np.sort(getattr(one, column)), np.sort(getattr(other, column)))
        assert np.array_equal(other.cycle, 100 * other.won)  # rows of a segment stay rows
    a, b, c = (one.won for one in after)
    assert correlation(a, b) == pytest.approx(0.6, abs=4 * (1 - 0.6**2) / np.sqrt(DRAWS))
    assert correlation(a, c) == pytest.approx(0.0, abs=4 / np.sqrt(DRAWS))
    assert correlation(after[0].amount, after[1].amount) == pytest.approx(0.0, abs=4 / np.sqrt(DRAWS))
    (alone,) = together(before[:1], 1)
    assert np.array_equal(alone.won, before[0].won)
