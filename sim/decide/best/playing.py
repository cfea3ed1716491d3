"""Playing: the plans of a search, played by the player, each replication once."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from sim.decide.best.tried import Outcome
from sim.experiment.plan import Asked, Plan
from sim.experiment.play import Player
from sim.experiment.settings import RunSettings
from sim.experiment.total import Totals, totals_of
from sim.results.judged_by import worth_of
from sim.rules.target import beyond
from sim.scenario.load import ScenarioSource

TOTALS = Totals()


@dataclass
class Playing:
    """Plays sources under common luck. What was played once is not played again, be it kept on disk or not.

    ``worth`` is what plans are worth by: value, or bookings less cost where nothing is billed.
    """

    settings: RunSettings
    player: Player
    worth: str = ""
    plays: int = 0
    _seen: dict[Hashable, dict[int, np.ndarray]] = field(default_factory=dict)

    def outcomes(self, keys: Sequence[Hashable], sources: Sequence[ScenarioSource], numbers: range) -> list[Outcome]:
        """What the same replications of several plans came to, each plan by a key of its own.

        Raises ScenarioError for an impossible draw.
        """
        asked, places = [], []
        for key, source in zip(keys, sources, strict=True):
            seen = self._seen.setdefault(key, {})
            if any(k not in seen for k in numbers):
                plan = replace(Plan.of(source, self.settings), lucks_per_draw=1)
                asked.append(Asked(plan, TOTALS, numbers))
                places.append(key)
        if asked:
            for key, values in zip(places, self.player.values(asked), strict=True):
                self._seen[key].update(zip(numbers, values, strict=True))
                self.plays += len(numbers)
        return [self._outcome(np.array([self._seen[key][k] for k in numbers])) for key in keys]

    def _outcome(self, values: np.ndarray) -> Outcome:
        totals = totals_of(values)
        worth = worth_of([totals])
        self.worth = self.worth or worth
        return Outcome(totals["cost"], beyond(totals["bookings"], totals["target"]), totals[self.worth])
