"""The player: replications of plans, in order, the same bytes however many workers there are and whoever they are."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from types import TracebackType
from typing import Protocol

import numpy as np

from sim.experiment.plan import Asked, Observer, Plan
from sim.experiment.replicate import Cargo, Done, ImpossibleDraw, Job, work
from sim.experiment.settings import RunSettings
from sim.experiment.workers import Alone, Crew, Here, Task, in_order

MOST_AT_ONCE = 5  # replications a task, of all plans
PLAYS_AT_ONCE = 50  # plays a task, where there are so many plans that fewer replications are enough


class Progress(Protocol):
    """Whoever tells the user how far we are."""

    def compiling(self) -> AbstractContextManager[None]: ...

    def playing(self, replications: int) -> AbstractContextManager[None]: ...

    def played(self, replications: int) -> None: ...


class Silence:
    """Nobody is told."""

    def compiling(self) -> AbstractContextManager[None]:
        return nullcontext()

    def playing(self, replications: int) -> AbstractContextManager[None]:
        return nullcontext()

    def played(self, replications: int) -> None: ...


@dataclass(frozen=True)
class Part:
    """Some replications of one thing that was asked for."""

    asked: int  # its place among what was asked for
    numbers: range
    values: np.ndarray  # shape (numbers, ...), as its observer measures


@dataclass
class _Segment:
    """Successive replications of all that is asked for, on their way."""

    numbers: range
    jobs: list[tuple[int, Job]] = field(default_factory=list)  # what is to be played, by its place in what was asked
    rows: dict[tuple[int, int], np.ndarray] = field(default_factory=dict)  # by place and number

    def take(self, done: Done) -> None:
        for (place, job), values in zip(self.jobs, done.values, strict=True):
            self.rows.update({(place, k): row for k, row in zip(job.numbers, values, strict=True)})


class Player:
    """Plays what is asked for, with the workers that the settings say. It can be asked again, for more.

    Use it in a ``with`` block: workers that are in the middle of something end when the block breaks off.
    """

    def __init__(self, settings: RunSettings, progress: Progress | None = None) -> None:
        self._settings = settings
        self._progress = progress or Silence()
        self._crew: Crew = Here(settings.workers) if settings.workers > 1 else Alone()
        self.process_ids: set[int] = set()  # of those who took part

    def __enter__(self) -> Player:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is not None:
            self._crew.stop()

    def parts(self, asked: Sequence[Asked]) -> Iterator[Part]:
        """Everything that is asked for, by number of replication and then in the order asked, some numbers at a time.

        Raises ScenarioError for a draw that makes no scenario, UserError where workers are lost again and again.
        """
        plans, observers = _unlike(one.plan for one in asked), _unlike(one.observer for one in asked)
        try:
            yield from self._played(asked, plans, observers)
        except ImpossibleDraw as impossible:
            plans[impossible.place].scenario(impossible.number)
            raise

    def values(self, asked: Sequence[Asked]) -> list[np.ndarray]:
        """All at once: for each thing asked, what its observer measures, shape (numbers, ...)."""
        found: list[list[np.ndarray]] = [[] for _ in asked]
        for part in self.parts(asked):
            found[part.asked].append(part.values)
        return [np.concatenate(parts) if parts else np.empty(0) for parts in found]

    def _played(self, asked: Sequence[Asked], plans: Sequence[Plan], observers: Sequence[Observer]) -> Iterator[Part]:
        jobs_of = [(plans.index(one.plan), observers.index(one.observer)) for one in asked]
        segments = self._segments(asked, jobs_of, len(plans))
        with self._progress.compiling():
            cargo = Cargo.of(plans, observers).packed()
            self._crew.load(cargo)
            # Workers find the compiled loop in the cache instead of each compiling it.
            work(cargo, [Job(*of, (one.numbers[0],)) for of, one in zip(jobs_of, asked, strict=True) if one.numbers])
        with self._progress.playing(len({k for one in asked for k in one.numbers})):
            tasks = ((one, Task(tuple(job for _, job in one.jobs))) for one in segments)
            for segment, done in in_order(self._crew, tasks, lambda *_: None):
                if done is not None:
                    segment.take(done)
                    self.process_ids.add(done.process_id)
                yield from _parts(segment, asked)
                self._progress.played(len(segment.numbers))

    def _segments(self, asked: Sequence[Asked], jobs_of: Sequence[tuple[int, int]], plans: int) -> Iterator[_Segment]:
        numbers = sorted({k for one in asked for k in one.numbers})
        for first, size in _pieces(numbers, self._size(len(numbers), plans)):
            segment = _Segment(range(first, first + size))
            for place, (of, one) in enumerate(zip(jobs_of, asked, strict=True)):
                mine = tuple(k for k in segment.numbers if k in one.numbers)
                if mine:
                    segment.jobs.append((place, Job(*of, mine)))
            yield segment

    def _size(self, replications: int, plans: int) -> int:
        """How many replications a task has: few where there are many plans, and enough tasks for every worker."""
        by_worker = -(-replications // (2 * self._settings.workers))
        return max(1, min(MOST_AT_ONCE, PLAYS_AT_ONCE // plans, by_worker))


def _pieces(numbers: Sequence[int], size: int) -> Iterator[tuple[int, int]]:
    """Runs of successive numbers, none longer than ``size``: the first of each and how long it is."""
    begun = 0
    for place in range(1, len(numbers) + 1):
        is_over = place == len(numbers) or numbers[place] != numbers[place - 1] + 1
        if is_over or place - begun == size:
            yield numbers[begun], place - begun
            begun = place


def _parts(segment: _Segment, asked: Sequence[Asked]) -> Iterator[Part]:
    for place, one in enumerate(asked):
        first = max(segment.numbers.start, one.numbers.start)
        mine = range(first, max(first, min(segment.numbers.stop, one.numbers.stop)))
        if mine:
            yield Part(place, mine, np.array([segment.rows[place, k] for k in mine]))


def _unlike(things):
    """Each of some things once, in order."""
    return list(dict.fromkeys(things))
