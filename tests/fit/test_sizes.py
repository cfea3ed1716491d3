"""Large deals and small ones, against a made-up world in which large ones take longer and are won less often."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from sim.crm.opportunities import LOST, OPEN, WON
from sim.fit.hazards import fit_hazards
from sim.fit.outlook import fit_laws, outlook
from sim.fit.sizes import BANDS, fit_sizes
from tests.makers.known_laws import deals, played

KINDS = ((0.01, 0.02, 100.0), (0.002, 0.008, 1000.0))  # chances a day to be won and lost, and the amount


@pytest.fixture(scope="module")
def made():
    rng, each = np.random.default_rng(8), []
    for win, loss, amount in KINDS:
        one = played(rng, 600, 2.0, win, loss)
        each.append(replace(one, amount=amount * np.exp(0.1 * rng.standard_normal(len(one)))))
    columns = (
        np.concatenate([getattr(one, name) for one in each]) for name in ("created", "closed", "outcome", "amount")
    )
    created, closed, outcome, amount = columns
    first = each[0].closes_known_from
    as_of = each[0].as_of
    return deals(created - as_of, closed - as_of, outcome, amount, known_from=first - as_of, born_from=first - as_of)


def test_open_deals_book_what_the_laws_of_their_size_say(made):
    fits = fit_laws(made, 3)
    days, opened = 90, made.outcome == OPEN
    large = made.amount > 300
    expected = sum(
        np.sum(made.amount[opened & (large == is_large)]) * (1 - np.exp(-(win + loss) * days)) * win / (win + loss)
        for is_large, (win, loss, _) in enumerate(KINDS)
    )
    told = outlook(made, 3, 200, 5, fits).samples[:, :, 1, 0].sum(axis=1)
    hidden = replace(made, amount=np.where(made.outcome == LOST, np.nan, made.amount))  # so that sizes say nothing
    blind = outlook(hidden, 3, 200, 5, fits).samples[:, :, 1, 0].sum(axis=1)
    # Some 200 large wins were seen, a seventh of whose open deals close in time: 12% of error.
    assert told.mean() == pytest.approx(expected, rel=0.2)
    assert blind.mean() > 1.15 * expected


def test_bands_have_as_many_deals_and_differ_as_the_kinds_do(made):
    sizes = fit_sizes(made, fit_hazards(made, 3))
    closed = np.bincount(sizes.codes[made.outcome != OPEN], minlength=BANDS + 1)
    assert closed[BANDS] == 0
    assert closed[:BANDS].max() - closed[:BANDS].min() <= 1
    factors = sizes.factors(np.random.default_rng(1), 200, 4)
    assert factors.shape[:2] == (200, 2)
    assert factors.shape[3] == 4
    won = factors[:, 0, :BANDS, 0].mean(axis=0)
    assert won[0] > 1.5 * won[BANDS - 1]


@pytest.mark.parametrize("which", [OPEN, LOST])
def test_sizes_say_nothing_where_amounts_come_with_the_win_or_the_close(made, which):
    most = np.arange(len(made)) % 3 > 0
    hidden = replace(made, amount=np.where((made.outcome == which) & most, np.nan, made.amount))
    hazards = fit_hazards(made, 3)
    assert fit_sizes(made, hazards) is not None
    assert fit_sizes(hidden, hazards) is None
    few = made[np.flatnonzero(made.outcome == WON)[:20]]
    assert fit_sizes(few, hazards) is None
