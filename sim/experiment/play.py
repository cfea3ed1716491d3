"""The player: replications of plans, in order, the same bytes however many workers there are and whoever they are."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from types import TracebackType
from typing import Protocol

import numpy as np

from sim.experiment.in_order import Task, in_order
from sim.experiment.kept import Kept, Shelf
from sim.experiment.plan import Asked, Observer, Plan
from sim.experiment.replicate import Cargo, Done, ImpossibleDraw, Job, work
from sim.experiment.settings import RunSettings
from sim.experiment.workers import crew_of

MOST_AT_ONCE = 5  # replications a task, of all plans
PLAYS_AT_ONCE = 50  # plays a task, where there are so many plans that fewer replications are enough


class Progress(Protocol):
    """Whoever tells the user how far we are."""

    def compiling(self) -> AbstractContextManager[None]: ...

    def playing(self, replications: int) -> AbstractContextManager[None]: ...

    def played(self, replications: int) -> None: ...

    def note(self, text: str) -> None: ...


class Silence:
    """Nobody is told."""

    def compiling(self) -> AbstractContextManager[None]:
        return nullcontext()

    def playing(self, replications: int) -> AbstractContextManager[None]:
        return nullcontext()

    def played(self, replications: int) -> None: ...

    def note(self, text: str) -> None: ...


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

    @property
    def to_play(self) -> int:
        """How many replications have something to play."""
        return len({k for _, job in self.jobs for k in job.numbers})


class Player:
    """Plays what is asked for, with the workers that the settings say. It can be asked again, for more.

    Use it in a ``with`` block: workers that are in the middle of something end when the block breaks off.
    """

    def __init__(self, settings: RunSettings, progress: Progress | None = None) -> None:
        self._settings = settings
        self._progress = progress or Silence()
        self._crew = crew_of(settings)
        self._kept = Kept.of(settings, self._progress.note) if settings.keep else None
        self._shelves: list[Shelf] = []  # of what is asked for, in its order; empty where nothing is kept
        self._asked: Sequence[Asked] = ()
        self._numbers: list[int] = []
        self._cargo = b""
        self.process_ids: set[int] = set()  # of those who took part
        self.other_turns = (0, 0)  # of work in turns: replications that are done, and that come after what is asked

    def __enter__(self) -> Player:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is None:
            self._crew.close()
        else:
            self._crew.stop()

    def parts(self, asked: Sequence[Asked]) -> Iterator[Part]:
        """Everything that is asked for, by number of replication and then in the order asked, some numbers at a time.

        Raises ScenarioError for a draw that makes no scenario, UserError where workers are lost again and again.
        """
        plans, observers = _unlike(one.plan for one in asked), _unlike(one.observer for one in asked)
        self._asked, self._numbers = asked, sorted({k for one in asked for k in one.numbers})
        if self._kept is not None:
            machines = " and ".join(sorted(self._crew.machines))
            self._shelves = [self._kept.shelf(one.plan, one.observer, machines) for one in asked]
        try:
            yield from self._played(plans, observers)
        except ImpossibleDraw as impossible:
            plans[impossible.place].scenario(impossible.number)
            raise

    def values(self, asked: Sequence[Asked]) -> list[np.ndarray]:
        """All at once: for each thing asked, what its observer measures, shape (numbers, ...)."""
        found: list[list[np.ndarray]] = [[] for _ in asked]
        for part in self.parts(asked):
            found[part.asked].append(part.values)
        return [np.concatenate(parts) if parts else np.empty(0) for parts in found]

    @property
    def replications(self) -> int:
        """How many replications were asked for last, or in all turns."""
        return len(self._numbers) + sum(self.other_turns)

    @property
    def kept(self) -> int:
        """How many replications of what was asked for last are kept in full, with those of the turns before."""
        return len(self._numbers) - len(self._missing()) + (self.other_turns[0] if self._shelves else 0)

    def _missing(self) -> list[int]:
        """The replications of which something is to be played."""
        if not self._shelves:
            return self._numbers
        lacks: set[int] = set()
        for one, shelf in zip(self._asked, self._shelves, strict=True):
            lacks.update(k for k in one.numbers if not shelf.has(k))
        return sorted(lacks)

    def _played(self, plans: Sequence[Plan], observers: Sequence[Observer]) -> Iterator[Part]:
        jobs_of = [(plans.index(one.plan), observers.index(one.observer)) for one in self._asked]
        missing = self._missing()
        if kept := len(self._numbers) - len(missing):
            self._progress.note(
                f"{kept} of {len(self._numbers)} replications are kept from before; they are not played again."
            )
        self._cargo = b""
        if missing:
            with self._progress.compiling():
                self._load(plans, observers)
                # Workers find the compiled loop in the cache instead of each compiling it. One play compiles it.
                first = self._segment(range(missing[0], missing[0] + 1), jobs_of)
                work(self._cargo, [job for _, job in first.jobs][:1])

        def tasks() -> Iterator[tuple[_Segment, Task]]:
            for numbers in _pieces(self._numbers, self._size(len(missing or self._numbers), len(plans))):
                segment = self._segment(numbers, jobs_of)
                if segment.jobs:
                    self._load(plans, observers)  # only now where a batch was damaged
                yield segment, Task(tuple(job for _, job in segment.jobs))

        with self._progress.playing(len(missing)):
            for segment, done in in_order(self._crew, tasks(), self._keep):
                if done is not None:
                    segment.take(done)
                    self.process_ids.add(done.process_id)
                    self._progress.played(segment.to_play)
                yield from _parts(segment, self._asked)

    def _load(self, plans: Sequence[Plan], observers: Sequence[Observer]) -> None:
        """Give the workers, once, what all tasks need."""
        if not self._cargo:
            self._cargo = Cargo.of(plans, observers).packed()
            self._crew.load(self._cargo)

    def _segment(self, numbers: range, jobs_of: Sequence[tuple[int, int]]) -> _Segment:
        """Some replications with what is kept of them, and jobs for what is not."""
        segment = _Segment(numbers)
        for place, (of, one) in enumerate(zip(jobs_of, self._asked, strict=True)):
            lacking = []
            for k in (k for k in numbers if k in one.numbers):
                row = self._shelves[place].row(k) if self._shelves else None
                if row is None:
                    lacking.append(k)
                else:
                    segment.rows[place, k] = row
            if lacking:
                segment.jobs.append((place, Job(*of, tuple(lacking))))
        return segment

    def _keep(self, segment: _Segment, done: Done) -> None:
        """Keep what a task came to."""
        if not self._shelves or done.machine not in self._crew.machines:
            return
        for (place, job), values in zip(segment.jobs, done.values, strict=True):
            begun = 0
            for numbers in _pieces(job.numbers, len(job.numbers)):
                self._shelves[place].put(numbers.start, values[begun : begun + len(numbers)])
                begun += len(numbers)

    def _size(self, replications: int, plans: int) -> int:
        """How many replications a task has: few where there are many plans, and enough tasks for every worker."""
        by_worker = -(-replications // (2 * self._crew.count))
        return max(1, min(MOST_AT_ONCE, PLAYS_AT_ONCE // plans, by_worker))


def _pieces(numbers: Sequence[int], size: int) -> Iterator[range]:
    """Runs of successive numbers, none longer than ``size``."""
    begun = 0
    for place in range(1, len(numbers) + 1):
        is_over = place == len(numbers) or numbers[place] != numbers[place - 1] + 1
        if is_over or place - begun == size:
            yield range(numbers[begun], numbers[place - 1] + 1)
            begun = place


def _parts(segment: _Segment, asked: Sequence[Asked]) -> Iterator[Part]:
    for place, one in enumerate(asked):
        mine = [k for k in segment.numbers if k in one.numbers]
        for numbers in _pieces(mine, len(mine)):
            yield Part(place, numbers, np.array([segment.rows[place, k] for k in numbers]))


def _unlike(things):
    """Each of some things once, in order."""
    return list(dict.fromkeys(things))
