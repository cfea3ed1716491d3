"""The search against the enumeration of every plan of a small world that is really played."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from sim.decide.best.best_plan import best_plan
from sim.decide.best.confirm import margin_of
from sim.decide.best.explore import Effort
from sim.decide.best.playing import Playing
from sim.decide.best.space import Space
from sim.decide.best.tried import Goal, Outcome, Point
from sim.experiment.play import Player
from sim.experiment.settings import load_settings
from sim.scenario.load import load_source
from tests.makers.play import WORLDS

WORLD = (
    "opening.past_seat_years=0", "opening.teams.reps.seats=4", "levers.target.usd_per_year.all=3000000",
    "+opening.teams.hiring={role: recruiter, region: here, seats: 4}", "+world.roles.recruiter={duty: recruits}",
    "world.hiring.recruiting_mean_days={rep: 1, recruiter: 1}", "world.costs.salary_usd_per_year.recruiter=50000",
)  # fmt: skip


@pytest.mark.slow
def test_the_plan_does_it_and_a_cheaper_one_could_hardly_be_confirmed(tmp_path: Path) -> None:
    """Odds of every plan from luck that the search does not use."""
    p, counts, fresh = 0.5, 300, 200
    space = Space.of(load_source(str(WORLDS / "plain.yaml"), WORLD), {"hires.rep": "0..6"})
    settings = load_settings(["run.months=3", "run.n_jobs=1", f"run.results_folder={tmp_path}", "run.keep=false"])
    with Player(settings) as player:
        playing = Playing(settings, player)

        def play(points: Sequence[Point], numbers: range) -> list[Outcome]:
            return playing.outcomes(points, [space.plan(one) for one in points], numbers)

        found = best_plan(space.sizes, space.begin, play, Goal(p), Effort(known=200, trials=4), fresh, seed=3)
        truth = play([(count,) for count in range(7)], range(50_000, 50_000 + counts))
    odds = np.array([(one.margin >= 0).mean() for one in truth])
    error = 2 * np.sqrt(p * (1 - p) / counts)
    assert found.chosen is not None
    (heads,) = found.chosen
    assert odds[heads] > p - error
    assert odds[heads - 1] < p + margin_of(found.goal, 0, fresh) + error
    assert found.tried.score(found.chosen).odds.mean == pytest.approx(odds[heads], abs=2 * error)
