"""Coaching: how well each team is led, and what thin coaching does to its ramp, odds, resignations and forecast dates.

A team is all seats of one role, segment and region, and so is a group of managers. Managers lead the teams of the
roles they manage in their region and segment; a group without a segment leads all segments.
"""

from __future__ import annotations

import math

import numpy as np

from sim import ledger
from sim.compiled import compiled
from sim.org.state.cover import opening_teams, others_stand_in
from sim.org.state.tenure import Ramps, is_past, ramped_after_days, set_pace, tenure_at
from sim.pipeline.tables import NOBODY
from sim.scenario.codebook import Codebook
from sim.scenario.scenario import Scenario

# What a team loses where nobody coaches it: part of the ramp's pace, log-odds a stage, a resignation hazard that is
# higher by its logarithm, and part of the time to a forecast close date.
LOST = np.dtype([("pace", "f8"), ("odds", "f8"), ("log_exits", "f8"), ("early", "f8")])


@compiled
def count_teams(roster, ramps, day, ramped_after, ramped, unramped):
    """Count the people at work by team: those who are ramped, and those who are not yet."""
    ramped[:] = 0.0
    unramped[:] = 0.0
    for i in range(len(roster)):
        row = roster[i]
        if row["held"] and not row["away"]:
            after = ramped_after[row["role"]]
            if is_past(row, day, after) or tenure_at(ramps, row, day) >= after:
                ramped[row["team"]] += 1.0
            else:
                unramped[row["team"]] += 1.0


@compiled
def spread(leads, spans, managed, ramped, unramped, level):
    """Share what managers can do over the teams they lead.

    Args:
        leads: whether a team leads another, shape (teams, teams). spans: the ramped and unramped people that one
            manager of a team can lead, shape (teams, 2). managed: whether somebody should lead a team.
        level: filled, by team.
    """
    for t in range(len(level)):
        level[t] = 0.0 if managed[t] and ramped[t] + unramped[t] > 0.0 else 1.0
    for p in range(len(level)):
        need = 0.0
        for t in range(len(level)):
            if leads[p, t]:
                need += ramped[t] / spans[p, 0] + unramped[t] / spans[p, 1]
        if need > 0.0:
            for t in range(len(level)):
                if leads[p, t]:
                    level[t] += (ramped[p] + unramped[p]) / need
    for t in range(len(level)):
        level[t] = min(level[t], 1.0)


@compiled
def set_paces(roster, ramps, day, pace, market):
    """Everybody at work moves along the ramp at the pace of their team, times what befalls their seat."""
    for i in range(len(roster)):
        row = roster[i]
        if row["held"] and not row["away"]:
            set_pace(roster, i, ramps, day, pace[row["team"]] * market[i])


class Coaching:
    """How far each team is coached: 1 where managers keep up with it, or where nobody should."""

    def __init__(self, scenario: Scenario, roster: np.ndarray, ramps: Ramps):
        self._ramps, self._ramped_after = ramps, ramped_after_days(ramps)
        self._teams = roster[np.unique(roster["team"], return_index=True)[1]] if len(roster) else roster
        count = len(self._teams)
        self.level, self.pace = np.ones(count), np.ones(count)
        self.odds_lost = np.zeros(count)  # log-odds a stage that a team's sellers lose
        self.exits = np.ones(count)  # what thin coaching does to the hazard to resign
        self.early = np.zeros(count)  # part of the time to a close by which its forecast date falls short
        self._managed, self._lost = what_coaching_does(scenario, self._teams)
        self._leads, self._spans = who_leads(scenario, self._teams)
        self._others = others_lead(scenario, self._teams, self._managed, self._leads)
        self.acts = bool(self._managed.any())
        self.dates = bool(self._lost["early"].any())  # whether forecast dates are ever too early
        self._ramped, self._unramped = np.zeros(count), np.zeros(count)

    def tick(self, roster: np.ndarray, day: float, market: np.ndarray) -> None:
        """Look at everybody who is at work now, and set the pace at which they go on. ``market``: by seat."""
        self._look(roster, day)
        set_paces(roster, self._ramps, day, self.pace, market)

    def as_always(self, roster: np.ndarray, day: float) -> None:
        """Let the present coaching have lasted since everybody came: the long-run state of an opening."""
        self._look(roster, day)
        roster["pace"] = np.where(roster["held"] & ~roster["away"], self.pace[roster["team"]], roster["pace"])

    def _look(self, roster: np.ndarray, day: float) -> None:
        count_teams(roster, self._ramps, day, self._ramped_after, self._ramped, self._unramped)
        if self._others.any():
            self._others &= ~self._leads[self._ramped + self._unramped > 0.0].any(axis=0)
        managed = self._managed & ~self._others
        spread(self._leads, self._spans, managed, self._ramped, self._unramped, self.level)
        missing = 1.0 - self.level
        self.pace[:] = 1.0 - self._lost["pace"] * missing
        self.odds_lost[:] = self._lost["odds"] * missing
        self.exits[:] = np.exp(self._lost["log_exits"] * missing)
        self.early[:] = self._lost["early"] * missing

    def photograph(self, month: int) -> np.ndarray:
        """Rows of ``ledger.SNAPSHOTS``: by managed team the people at work, and how many of them are coached."""
        led = np.flatnonzero(self._managed)
        people = self._ramped[led] + self._unramped[led]
        rows = np.zeros(2 * len(led), ledger.SNAPSHOTS)
        rows["month"], rows["stage"] = month, -1
        for name in ("segment", "region"):
            rows[name] = np.tile(self._teams[name][led], 2)
        rows["quantity"] = np.repeat([ledger.LED, ledger.COACHED], len(led))
        rows["value"] = np.concatenate([people, people * self.level[led]])
        return rows


def what_coaching_does(scenario: Scenario, teams: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Whether somebody should lead each team, and what it loses where nobody does, as ``LOST``; the most over roles."""
    codes = Codebook.of(scenario)
    managed, lost = np.zeros(len(teams), bool), np.zeros(len(teams), LOST)
    for role in scenario.world.roles.values():
        rule = role.coaching
        given = (rule.ramp_loss_share, rule.odds_logit, math.log(rule.exits_multiplier), rule.early_dates_share)
        for name in role.manages:
            mine = teams["role"] == codes.roles.index(name)
            for effect, value in zip(LOST.names or (), given, strict=True):
                before = np.where(managed, lost[effect], -np.inf)
                lost[effect] = np.where(mine, np.maximum(before, value), lost[effect])
            managed |= mine
    return managed, lost


def others_lead(scenario: Scenario, teams: np.ndarray, managed: np.ndarray, leads: np.ndarray) -> np.ndarray:
    """Whether people outside the scenario lead a team on the first day: see ``sim.org.state.cover``."""
    if not others_stand_in(scenario, "manages"):
        return np.zeros(len(teams), bool)
    codes, own = Codebook.of(scenario), np.zeros(len(teams), bool)
    for team in opening_teams(scenario, "manages"):
        here = codes.place(team.role, team.segment, team.region)
        own |= (teams["role"] == here.role) & (teams["segment"] == here.segment) & (teams["region"] == here.region)
    return managed & ~leads[own].any(axis=0)


def who_leads(scenario: Scenario, teams: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Who leads whom, shape (teams, teams), and spans, shape (teams, 2)."""
    roles, codes = list(scenario.world.roles.values()), Codebook.of(scenario)
    leads = np.zeros((len(teams), len(teams)), bool)
    spans = np.ones((len(teams), 2))
    for p, group in enumerate(teams):
        role = roles[group["role"]]
        spans[p] = role.coaching.span_ramped, role.coaching.span_unramped
        for name in role.manages:
            leads[p] |= teams["role"] == codes.roles.index(name)
        leads[p] &= teams["region"] == group["region"]
        leads[p] &= (group["segment"] == NOBODY) | (teams["segment"] == group["segment"])
    return leads, spans
