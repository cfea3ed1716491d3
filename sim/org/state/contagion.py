"""Contagion: who left each team lately, for whoever sees peers leave is likelier to leave, too."""

from __future__ import annotations

from collections import deque

import numpy as np

from sim.scenario.scenario import Scenario


class Contagion:
    """Exits by team in the time that counts as late, and the people they are counted against."""

    def __init__(self, scenario: Scenario, roster: np.ndarray):
        teams = int(roster["team"].max(initial=0)) + 1
        rules = [role.exits for role in scenario.world.roles.values()]
        self.left = np.zeros(teams)  # exits that counted as late at the last weekly tick
        self.team_size = np.zeros(teams)  # people, and places that late leavers left empty
        self._exits: list[deque[float]] = [deque() for _ in range(teams)]  # days
        self._known_since = 0.0
        of_team = {int(row["team"]): rules[row["role"]] for row in roster}
        self._contagious = [(team, rule.contagion_days) for team, rule in of_team.items() if rule.contagion > 0]
        self._late_days = np.array([rule.contagion_days for rule in rules])
        self._acts = any(rule.contagion > 0.0 for rule in rules)

    def recall(self, teams: np.ndarray, left_days: np.ndarray) -> None:
        """Know of exits before the first day: the team of each seat, and the days since somebody last left it."""
        for i in np.argsort(-left_days, kind="stable"):
            if left_days[i] < np.inf:
                self._exits[teams[i]].append(-float(left_days[i]))
        self._known_since = -np.inf if np.isfinite(left_days).any() else 0.0

    def add(self, team: int, day: float) -> None:
        """Somebody of a team leaves the organization."""
        self._exits[team].append(day)

    def count_exits(self, day: float) -> None:
        """Count the exits that are late now; older ones are forgotten."""
        for team, since in self._contagious:
            days = self._exits[team]
            while days and days[0] <= day - since:
                days.popleft()
            self.left[team] = len(days)

    def count_people(self, roster: np.ndarray, day: float) -> None:
        """Whoever started lately sits in a late leaver's place, or in a new one: no leaver is counted twice."""
        if not self._acts:
            return
        teams, held = roster["team"], roster["held"]
        late = held & (roster["start_day"] > np.maximum(day - self._late_days[roster["role"]], self._known_since))
        came = np.bincount(teams, late, len(self.team_size))
        self.team_size[:] = np.bincount(teams, held, len(self.team_size)) + np.maximum(self.left - came, 0.0)
