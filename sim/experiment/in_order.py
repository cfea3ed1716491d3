"""Tasks that a crew does in any order, come back in order. A crew that loses somebody does the lost tasks again.

A task is a pure function, so whoever is killed in the middle costs time and nothing else.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Protocol, TypeVar

from sim.experiment.replicate import Done, Job
from sim.scenario.errors import UserError

MOST_LOSSES = 3  # times in a row that workers may be lost before the first task that is waited for is done
ANSWER_SECONDS = 60.0  # within which what a task came to is handed over

T = TypeVar("T")


@dataclass(frozen=True)
class Task:
    """Replications to play at once. Without jobs there is nothing to do."""

    jobs: tuple[Job, ...]


class Promise(Protocol):
    """A task that somebody does."""

    def result(self, timeout: float | None = None) -> Done: ...

    def done(self) -> bool: ...


class Crew(Protocol):
    """Whoever does tasks."""

    losses: tuple[type[BaseException], ...]  # what tells that a worker is gone

    @property
    def count(self) -> int:
        """How many tasks are done at once."""
        ...

    @property
    def machines(self) -> frozenset[str]:
        """The kinds of machines that play."""
        ...

    @property
    def window(self) -> int:
        """How many tasks to hand out before the first is waited for."""
        ...

    def load(self, cargo: bytes) -> None:
        """What all tasks need, given once. Comes before ``submit``."""
        ...

    def submit(self, jobs: Sequence[Job]) -> Promise: ...

    def renew(self) -> None:
        """New workers for those that are gone."""
        ...

    def stop(self) -> None:
        """End what is being done, at once."""
        ...

    def close(self) -> None:
        """Let everybody go, when all is done."""
        ...


def in_order(
    crew: Crew, tasks: Iterable[tuple[T, Task]], finished: Callable[[T, Done], None]
) -> Iterator[tuple[T, Done | None]]:
    """The tasks with what they came to, in their order; None for one without jobs.

    ``finished`` is told of each that was done, be it that nobody asks for it any more because the run broke off.
    Raises WorkersLost where workers are lost again and again, and what a task raises.
    """
    coming, waiting, losses = iter(tasks), deque[tuple[T, Task, Promise | None]](), 0
    is_over = False
    try:
        while True:
            while not is_over and len(waiting) < crew.window:
                following = next(coming, None)
                is_over = following is None
                if following is not None:
                    mark, task = following
                    waiting.append((mark, task, None))
                    if task.jobs:
                        waiting[-1] = mark, task, _submitted(crew, task)
            if not waiting:
                return
            mark, task, promise = waiting[0]
            if promise is None:
                waiting.popleft()
                yield mark, None
                continue
            try:
                done = promise.result()
            except crew.losses as loss:
                losses += 1
                if losses > MOST_LOSSES:
                    raise _lost_too_often(losses) from loss
                crew.renew()
                for place, (mark, task, promise) in enumerate(waiting):
                    if promise is not None and not _is_done(promise):
                        waiting[place] = mark, task, _submitted(crew, task)
                continue
            waiting.popleft()
            losses = 0
            finished(mark, done)
            yield mark, done
    except BaseException:
        for mark, _, promise in waiting:
            if promise is not None and _is_done(promise):
                with suppress(Exception):
                    finished(mark, promise.result(ANSWER_SECONDS))
        raise


def _submitted(crew: Crew, task: Task) -> Promise:
    for _ in range(MOST_LOSSES):
        try:
            return crew.submit(task.jobs)
        except crew.losses:
            crew.renew()
    return crew.submit(task.jobs)


def _is_done(promise: Promise) -> bool:
    """Whether a task was done as it should."""
    if not promise.done():
        return False
    try:
        promise.result(ANSWER_SECONDS)
    except Exception:
        return False
    return True


class WorkersLost(UserError):
    """Workers are lost again and again, so that a task is never done."""


def _lost_too_often(losses: int) -> WorkersLost:
    return WorkersLost(
        f"a worker process was ended from outside {losses} times in a row, perhaps for want of memory. Fewer workers"
        " take less: run.n_jobs=1."
    )
