"""The recruiters of a region: who may work a requisition, and when."""

from __future__ import annotations

from collections import deque

import simpy

from sim.calendar import Calendar
from sim.org.state.cover import opening_teams, others_stand_in
from sim.scenario.scenario import Scenario

_NO_LIMIT = 1_000_000  # requisitions at once


class Recruiters:
    """A region's recruiters: first come, first served, each working so many requisitions at once.

    Without a recruiter nothing is taken up, unless others stand in where there are no seats: see ``cover``.
    During a freeze nothing new is taken up. Recruiters themselves are found by the leaders, not by these, or a region
    that lost its last one could never hire again.
    """

    def __init__(self, env: simpy.Environment, scenario: Scenario, calendar: Calendar, region: str):
        self._env = env
        self._queue: deque[simpy.Event] = deque()
        self._leaders_queue: deque[simpy.Event] = deque()
        self._in_work = 0
        own = any(team.region == region for team in opening_teams(scenario, "recruits"))
        self._others = others_stand_in(scenario, "recruits") and not own
        self.recruits = own or self._others  # whether anybody has, before the first day
        self._room = _NO_LIMIT if self._others else 0
        self.freezes = [
            (calendar.day_of(one.from_date), calendar.day_of(one.to_date))
            for one in scenario.levers.freezes.values()
            if one.from_date is not None and one.to_date is not None
        ]  # others begin when a trigger acts

    def request(self, for_recruiters: bool = False) -> simpy.Event:
        """Ask for somebody to work a requisition; the event comes true when it is taken up.

        ``for_recruiters``: for a recruiter's own seat, which takes no recruiter's time.
        """
        event = self._env.event()
        (self._leaders_queue if for_recruiters else self._queue).append(event)
        self.serve()
        return event

    def take(self) -> None:
        """A requisition is in work on the first day already, whatever room there is."""
        self._in_work += 1

    def release(self) -> None:
        """An offer was accepted: the recruiter has room for the next."""
        self._in_work -= 1
        self.serve()

    def set_room(self, requisitions: int) -> None:
        """Requisitions that they can work at once; those in work are finished even when it shrinks."""
        self._others = self._others and requisitions == 0
        if self._others:
            return
        self._room = requisitions
        self.serve()

    def serve(self) -> None:
        """Take up what waits, as far as there is room."""
        if self.frozen():
            return
        while self._leaders_queue:
            self._leaders_queue.popleft().succeed()
        while self._queue and self._in_work < self._room:
            self._in_work += 1
            self._queue.popleft().succeed()

    def frozen(self) -> bool:
        """Whether nothing new is taken up today."""
        return any(first <= self._env.now < last for first, last in self.freezes)
