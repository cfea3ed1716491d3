"""Whose a deal was on an earlier evening, by a history's changes of owner."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from sim.crm.opportunities import OPEN, Named
from sim.crm.owners import owner_changes
from tests.makers.known_laws import AS_OF, deals


def test_the_next_change_says_whose_a_deal_was():
    """One deal went from Ann to Ben and to Cy, one never changed, of one it is not told whose it was."""
    now = replace(deals([-50, -50, -50], np.zeros(3), np.full(3, OPEN)), owner=Named.of(["Cy", "Ben", "Ann"]))
    deal, day = np.array([0, 0, 0, 2, -1]), AS_OF + np.array([-20.5, -40.5, -40.5, -30.5, -30.0])
    changes = owner_changes(deal, day, ["Ben", "Ann", "005e00000012345AAA", "", "Cy"])
    for evening, owners in ((-45, ["Ann", "Ben", "Ann"]), (-30, ["Ben", "Ben", "Ann"]), (-10, ["Cy", "Ben", "Ann"])):
        then = changes.known_on(AS_OF + evening, now)
        assert then.owner.texts().tolist() == owners
        assert then.as_of == AS_OF + evening
    assert owner_changes(deal[:1], day[:1], ["005e00000012345"]) is None
