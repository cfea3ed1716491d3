"""How far each command's answer can be trusted follows from what it read, played and changed."""

from __future__ import annotations

from dataclasses import replace

import pytest

from sim.evidence.backtest.kept import Kept
from sim.evidence.trust.grounds import (
    of_actuals,
    of_backtest,
    of_fit,
    of_forecast,
    of_replay,
    of_scenarios,
    said_by,
    under_shocks,
)
from sim.evidence.trust.levels import DATA, FACTORS, QUESTIONS, ROBUSTNESS, UNCERTAINTY, VALIDATION, Ground, data_of
from sim.scenario.load import load_source
from sim.show.trust import reasons

GOOD = Kept(dates=6, last_date="2017-06-30", held=40, of=48, ratio=0.9, factor=1.0, share=0.3)


def level(of, factor, question="forecast"):
    (found,) = (one for one in of if (one.question, one.factor) == (question, factor))
    return found.level


@pytest.mark.parametrize(
    ("kept", "validation", "why"),
    [
        (None, 1, "backtest=FOLDER"),
        (GOOD, 3, "40 of 48 outcomes"),
        (replace(GOOD, dates=3), 2, "too few dates"),
        (replace(GOOD, held=30, factor=1.4), 2, "widened by 1.40"),
        (replace(GOOD, ratio=1.1), 2, "1.10 times those of simple forecasts"),
        (replace(GOOD, ratio=None), 2, "no simple forecast"),
    ],
)
def test_a_forecast_is_validated_by_what_its_back_test_held(kept, validation, why):
    found = of_forecast(kept)
    assert {one.question for one in found} == {"forecast"}
    assert level(found, VALIDATION) == validation
    assert why in next(one.because for one in found if one.factor == VALIDATION)
    assert level(found, DATA) == 3
    if kept is not None:
        scored = of_backtest(kept)
        assert level(scored, VALIDATION) == validation
        assert level(scored, ROBUSTNESS) > level(found, ROBUSTNESS)


def test_a_choice_is_as_robust_as_the_shocks_that_it_stood():
    tried = {"shocks": 10, "turned": 0, "untold": 0, "plans": 3, "enough": True}
    assert under_shocks(**tried).level == 3
    assert under_shocks(**tried | {"untold": 2}).level == 2
    assert under_shocks(**tried | {"untold": 2, "turned": 1}).level == 1
    assert under_shocks(**tried | {"plans": 1}).level == 2
    assert under_shocks(**tried | {"enough": False}).level == 0


def test_plans_that_were_played_rest_on_their_scenario():
    """Of base the spreads are judged; with none drawn, or none that anything hangs on, ranges hold luck alone."""
    changed = Ground(2, "something was changed")
    source = load_source("base")
    found = of_scenarios([source], 40, True, changed)
    assert [(one.question, one.factor) for one in found] == [(q, f) for q in QUESTIONS for f in FACTORS]
    assert [level(found, factor, "hire") for factor in (DATA, UNCERTAINTY, ROBUSTNESS)] == [1, 2, 2]
    assert level(of_scenarios([source], 40, False, changed), UNCERTAINTY) == 1
    assert level(of_scenarios([source], 1, True, changed), UNCERTAINTY) == 0
    assert data_of(said_by(load_source("from_files"))).level == 2


def test_each_command_answers_its_own_questions_only():
    def asked(found):
        return list(dict.fromkeys(one.question for one in found))

    assert asked(of_replay(own_quotas=True, with_behaviour=False)) == ["pay"]
    assert asked(of_fit(has_roster=True)) == ["hire", "forecast"]
    assert asked(of_actuals({}, 40, True, within=True, split_told=True)) == ["forecast"]


def test_what_was_given_raises_what_rests_on_it():
    assert level(of_fit(True), DATA, "hire") > level(of_fit(False), DATA, "hire")
    assert level(of_replay(True, False), DATA, "pay") > level(of_replay(False, False), DATA, "pay")
    assert level(of_replay(True, True), UNCERTAINTY, "pay") > level(of_replay(True, False), UNCERTAINTY, "pay")
    within, outside = (of_actuals({}, 40, True, one, split_told=True) for one in (True, False))
    assert level(within, VALIDATION) > level(outside, VALIDATION)
    untold = of_actuals({}, 40, True, within=True, split_told=False)
    assert level(untold, ROBUSTNESS) < level(within, ROBUSTNESS)


def test_each_level_has_its_reason_once():
    told = reasons(of_fit(has_roster=False))
    assert len(told) == len(FACTORS)
    assert told[0].startswith("Data: 2 (whom to hire and when), deals are the company's own; without a roster")
    assert "; 3 (what will be booked), rates" in told[0]
    assert told[-1] == "Stays when changed: 0, nothing was changed; salesim stress and sensitivity do it."
