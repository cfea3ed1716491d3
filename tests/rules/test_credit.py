"""Whose pay a deal counts for, and what partners keep of it: a handful of people and deals by hand."""

from __future__ import annotations

import numpy as np

from sim import ledger
from sim.ledger import NEVER
from sim.money import partners
from sim.money.credit import behind, covers, holder_key, shared, spell_of
from sim.scenario.codebook import Codebook
from tests.makers.small import small

NORTH, SOUTH, BIG, LITTLE = 0, 1, 0, 1


def people(*given: tuple[int, int, int, int, float, float]) -> np.ndarray:
    """Rows of the ledger's seats: seat, holder, segment, region, first and last day."""
    found = np.zeros(len(given), ledger.SEATS)
    for row, values in zip(found, given, strict=True):
        for name, value in zip(("seat", "holder", "segment", "region", "start_day", "end_day"), values, strict=True):
            row[name] = value
    return found


SPELLS = people(
    (1, 1, BIG, NORTH, -99.0, NEVER),
    (0, 0, LITTLE, NORTH, -99.0, NEVER),
    (1, 0, BIG, SOUTH, -99.0, NEVER),
    (7, 0, -1, NORTH, 0.0, 10.0),
    (7, 1, BIG, NORTH, 5.0, NEVER),
)
BOSSES = np.array([3, 4])


def test_a_holder_of_a_seat_is_found_among_all_spells() -> None:
    assert spell_of(SPELLS, np.array([1, 7, 0, 1]), np.array([0, 1, 0, 1])).tolist() == [2, 4, 1, 0]
    assert not len(spell_of(SPELLS, np.zeros(0, int), np.zeros(0, int)))
    assert holder_key(np.array([1, 0], np.int32), np.array([0, 2**31], np.int64)).tolist() == [2**32, 2**31]


def test_who_covers_whom() -> None:
    segment, region = np.array([BIG, LITTLE, BIG]), np.array([NORTH, NORTH, SOUTH])
    assert covers(SPELLS, 3, segment, region).tolist() == [True, True, False], "of no one segment covers all"
    assert covers(SPELLS, 4, segment, region).tolist() == [True, False, False]
    assert covers(SPELLS, 1, segment, region).tolist() == [False, True, False]


def test_credit_is_shared_by_those_there_on_its_day() -> None:
    """From the first day on and before the last; of two each has half, and of an odd cent nothing is lost."""
    seller = np.array([0, 0, 0, 0, 1, 2, 0])
    day = np.array([-0.1, 0.0, 5.0, 10.0, 7.0, 7.0, 6.0])
    who, which, count = behind(SPELLS, BOSSES, seller, day)
    assert sorted(zip(which.tolist(), who.tolist(), strict=True)) == [
        (1, 0),
        (2, 0),
        (2, 1),
        (3, 1),
        (4, 0),
        (6, 0),
        (6, 1),
    ]
    assert count.tolist() == [0, 1, 2, 1, 1, 0, 2]
    found = shared(SPELLS, BOSSES, seller, day, np.array([100, 200, 301, 400, 500, 600, 1]))
    told = sorted(zip(found.credit.tolist(), found.spell.tolist(), found.cents.tolist(), strict=True))
    assert told[0] == (1, 3, 200)
    assert told[3:5] == [(3, 4, 400), (4, 3, 500)]
    assert [(credit, spell) for credit, spell, _ in told[1:3]] == [(2, 3), (2, 4)]
    assert sorted(cents for _, _, cents in told[1:3]) == [150, 151]
    assert len(told) == 6, "of one cent only one has something"
    assert told[5][2] == 1
    some = found.of(found.cents > 300)
    assert sorted(some.cents.tolist()) == [400, 500]
    assert len(some.spell) == len(some.credit) == 2


def test_a_partner_keeps_its_share_of_each_deal_to_the_cent() -> None:
    """By cell, of the deals credited within the month; none where no source keeps anything."""
    codes = Codebook.of(small())
    deals = np.zeros(4, [("cell", "i8"), ("source", "i8")])
    deals["cell"], deals["source"] = [0, 3, 3, 0], [1, 1, 0, 1]
    credits = np.zeros(6, ledger.CREDITS)
    credits["day"] = [29.9, 30.0, 40.0, 45.0, 59.9, 60.0]
    credits["deal"], credits["share"] = [0, 0, 1, 2, 1, 3], [1.0, 1.0, 0.5, 1.0, 1.0, 1.0]
    credits["amount_usd"] = [7.0, 100.10, 300.0, 500.0, 33.33, 9.0]
    found = partners.month_of_margins(np.array([0.0, 0.25]), 1, 30.0, 60.0, credits, deals, codes)
    names = "day", "month", "kind", "seat", "role", "segment", "region", "amount_usd"
    assert [tuple(float(row[name]) for name in names) for row in found] == [
        (60.0, 1, ledger.PARTNER_MARGIN, -1, -1, BIG, NORTH, 25.03),
        (60.0, 1, ledger.PARTNER_MARGIN, -1, -1, LITTLE, SOUTH, 37.5 + 8.33),
    ]
    assert not len(partners.month_of_margins(np.zeros(2), 1, 30.0, 60.0, credits, deals, codes))
    assert not len(partners.month_of_margins(np.array([0.25, 0.0]), 0, 0.0, 30.0, credits, deals, codes))
