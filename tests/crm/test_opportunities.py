"""Deals as arrays: what was known on an earlier evening, and what they refuse."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from sim.crm.opportunities import LOST, NONE, OPEN, WON, Named, Opportunities, StageHistory

DAY = 736_000  # any day


def deals() -> Opportunities:
    """Won on day 5, lost on day 9 (a day of mass edits), open, and created on day 8, with amounts at the close only."""
    count = 4
    return Opportunities(
        as_of=DAY + 10,
        ids=np.array(["a", "b", "c", "d"], object),
        created=DAY + np.array([0, 1, 2, 8]),
        closed=np.array([DAY + 5, DAY + 9, NONE, NONE]),
        outcome=np.array([WON, LOST, OPEN, OPEN], np.int8),
        amount=np.array([100.0, 50.0, np.nan, np.nan]),
        owner=Named.of(["Ann", "Bob", "", "Ann"]),
        segment=Named.nobody(count),
        product=Named.nobody(count),
        account=Named.nobody(count),
        stage=Named.of(["Won", "Lost", "Proposal", "Lead"]),
        category=Named.of(["", "", "Commit", "Best case"]),
        expected=np.array([NONE, NONE, DAY + 20, DAY + 30]),
        bulk=np.array([False, True, False, False]),
        closes_known_from=DAY,
        created_known_from=DAY,
    )


def test_an_earlier_evening_knows_no_later_creation_close_or_amount():
    then = deals().known_on(DAY + 7)
    assert then.as_of == DAY + 7
    assert then.ids.tolist() == ["a", "b", "c"]
    assert then.outcome.tolist() == [WON, OPEN, OPEN]
    assert then.closed.tolist() == [DAY + 5, NONE, NONE]
    assert then.amount[0] == 100.0
    assert np.isnan(then.amount[1:]).all()
    assert not then.bulk.any()
    assert then.owner.texts().tolist() == ["Ann", "Bob", ""]
    assert then.stage.texts().tolist() == ["Won", "", ""]
    assert not then.category.known.any()
    assert (then.expected == NONE).all()


def test_what_happens_on_a_day_is_known_that_evening():
    assert deals().known_on(DAY + 5).outcome.tolist() == [WON, OPEN, OPEN]
    assert deals().known_on(DAY + 4).outcome.tolist() == [OPEN, OPEN, OPEN]
    assert deals().known_on(DAY + 8).ids.tolist() == ["a", "b", "c", "d"]
    assert deals().known_on(DAY + 9).bulk.tolist() == [False, True, False, False]


def test_going_back_in_two_steps_is_going_back_in_one():
    once, twice = deals().known_on(DAY + 3), deals().known_on(DAY + 8).known_on(DAY + 3)
    assert once.ids.tolist() == twice.ids.tolist()
    np.testing.assert_array_equal(once.amount, twice.amount)
    np.testing.assert_array_equal(once.closed, twice.closed)


def test_amounts_of_open_deals_stay_where_the_file_knows_them():
    known = replace(deals(), amount=np.array([100.0, 50.0, 70.0, np.nan]))
    assert known.known_on(DAY + 7).amount.tolist() == [100.0, 50.0, 70.0]


def test_stages_come_from_the_history():
    whole = deals()
    code = whole.stage.names.index
    moves = [(1, "Lead", 1.5), (1, "Proposal", 6.99), (1, "Lost", 9.2), (2, "Proposal", 8.0)]
    history = StageHistory(
        deal=np.array([deal for deal, _, _ in moves]),
        stage=Named(np.array([code(stage) for _, stage, _ in moves], np.int32), whole.stage.names),
        entered=DAY + np.array([entered for _, _, entered in moves]),
    )
    assert whole.known_on(DAY + 6, history).stage.texts().tolist() == ["Won", "Proposal", ""]
    assert whole.known_on(DAY + 5, history).stage.texts().tolist() == ["Won", "Lead", ""]


def test_the_day_of_the_export_changes_nothing_and_a_later_one_is_refused():
    assert deals().known_on(DAY + 10).stage.texts().tolist() == ["Won", "Lost", "Proposal", "Lead"]
    with pytest.raises(ValueError, match="after that of the export"):
        deals().known_on(DAY + 11)


@pytest.mark.parametrize(
    ("column", "value", "message"),
    [
        ("closed", np.array([DAY - 1, DAY + 9, NONE, NONE]), "closed before it is created"),
        ("closed", np.array([NONE, DAY + 9, NONE, NONE]), "just where it is won or lost"),
        ("created", DAY + np.array([0, 1, 2, 11]), "after the day of the export"),
        ("amount", np.zeros(3), "amount has 3 rows, ids 4"),
        ("owner", Named.nobody(5), "owner has 5 rows, ids 4"),
    ],
)
def test_arrays_that_contradict_themselves_are_refused(column, value, message):
    with pytest.raises(ValueError, match=message):
        replace(deals(), **{column: value})
