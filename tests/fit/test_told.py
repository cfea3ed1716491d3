"""Fits in plain sentences: the numbers of the made-up world stand in them."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pytest

from sim.crm.opportunities import Named
from sim.fit.groups import fit_groups
from sim.fit.hazards import fit_hazards
from sim.fit.outlook import fit_laws
from sim.fit.told import told, told_groups
from tests.makers.known_laws import Rep, played, sold_by


def numbers(text):
    return [float(one.replace(",", "")) for one in re.findall(r"\d[\d,]*\.?\d*(?=%|\b)", text)]


@pytest.mark.slow
def test_how_deals_end_how_many_come_and_what_they_bring():
    made = played(np.random.default_rng(4), 400, 4.0, 0.02, 0.04, never=0.3)
    ends, created, amounts = told(fit_laws(made))
    hundred, won_low, won_high, lost_low, lost_high, never_low, never_high, oldest = numbers(ends)
    assert hundred == 100
    assert won_low - 2 <= 70 / 3 <= won_high + 2
    assert lost_low - 2 <= 140 / 3 <= lost_high + 2
    assert never_low - 3 <= 30 <= never_high + 3
    assert oldest < 400
    low, high = numbers(created)[:2]
    assert low < 4 * 365.25 / 12 < high
    assert "spread around one typical amount (lognormal)" in amounts
    assert numbers(amounts)[0] == (made.amount > 0).sum()


def test_what_cannot_be_seen_is_said():
    made = played(np.random.default_rng(5), 200, 2.0, 0.01, 0.02, forgets=60)
    ends, _, amounts = told(fit_laws(replace(made, amount=np.full(len(made), np.nan))))
    assert "whether the rest ever close, the files do not tell" in ends
    assert amounts == "No win has an amount, so that bookings cannot be told."


def test_sellers_who_are_alike_and_who_are_not():
    rng = np.random.default_rng(6)
    alike = sold_by(rng, 300, [Rep(0.6, 0.006, 0.012)] * 10)
    apart = sold_by(rng, 300, [Rep(0.6, win, 0.012) for win in (0.002, 0.002, 0.004, 0.006, 0.012, 0.02, 0.03)])
    first, second, third = told_groups(fit_groups(alike, "owner", fit_hazards(alike)))
    assert first.startswith("Owners win alike: about")
    assert numbers(first)[0] == pytest.approx(33, abs=3)
    assert second == "Their deals close at the same pace."
    assert third.count("rep ") == 3
    first, second, _ = told_groups(fit_groups(apart, "owner", fit_hazards(apart)))
    low, high = numbers(first)
    assert low < 25 < 55 < high
    assert numbers(second)[1] > 1.5 * numbers(second)[0]
    one = replace(alike, segment=Named(np.zeros(len(alike), np.int32), ("only",)))
    assert told_groups(fit_groups(one, "segment", fit_hazards(one))) == [
        "Too few segments have closed deals to tell them apart."
    ]
