"""The recruiting desk of a region: who may work a requisition, and when."""

from __future__ import annotations

from collections import deque
from collections.abc import Generator

import simpy

from sim.calendar import Calendar
from sim.scenario.scenario import Scenario


class Desk:
    """A region's recruiters: first come, first served, each working so many requisitions at once.

    A desk without any recruiter seat in the scenario has no limit. During a freeze nothing new is taken up.
    """

    def __init__(self, env: simpy.Environment, scenario: Scenario, calendar: Calendar):
        self._env = env
        self._queue: deque[simpy.Event] = deque()
        self._in_work = 0
        self._limited = any(scenario.world.roles[t.role].duty == "recruits" for t in scenario.opening.teams.values())
        self._room = 0 if self._limited else 1_000_000
        self._freezes = [
            (calendar.day_of(f.from_date), calendar.day_of(f.to_date)) for f in scenario.levers.freezes.values()
        ]
        for _, thaw in self._freezes:
            if thaw > 0:
                env.process(self._thaw(thaw))

    def request(self) -> simpy.Event:
        """Ask for a recruiter; the event comes true when one takes the requisition up."""
        event = self._env.event()
        self._queue.append(event)
        self._serve()
        return event

    def release(self) -> None:
        """An offer was accepted: the recruiter has room for the next."""
        self._in_work -= 1
        self._serve()

    def set_room(self, requisitions: int) -> None:
        """Requisitions that the desk can work at once; those in work are finished even when it shrinks."""
        if not self._limited:
            return
        self._room = requisitions
        self._serve()

    def _serve(self) -> None:
        while self._queue and self._in_work < self._room and not self._frozen():
            self._in_work += 1
            self._queue.popleft().succeed()

    def _frozen(self) -> bool:
        return any(first <= self._env.now < last for first, last in self._freezes)

    def _thaw(self, day: float) -> Generator[simpy.Event, None, None]:
        yield self._env.timeout(day)
        self._serve()
