"""Workers: the only place that starts processes. They do tasks in any order; what comes back is in order.

A worker that is killed in the middle costs time and nothing else: a task is a pure function, so it is done again.
"""

from __future__ import annotations

import signal
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from joblib.externals.loky import get_reusable_executor

from sim.experiment.replicate import Done, Job, work
from sim.scenario.errors import UserError

AHEAD = 4  # tasks a worker that are handed out before the first is waited for
MOST_LOSSES = 3  # times in a row that workers may be lost before the first task that is waited for is done
IDLE_SECONDS = 300.0  # after which a worker that has nothing to do ends

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
                    finished(mark, promise.result(IDLE_SECONDS))
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
        promise.result(IDLE_SECONDS)
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


@dataclass(frozen=True)
class _Now:
    """A task that is done when it is asked for."""

    cargo: bytes
    jobs: Sequence[Job]

    def result(self, timeout: float | None = None) -> Done:
        return work(self.cargo, self.jobs)

    def done(self) -> bool:
        return False


class Alone:
    """No workers: this process plays."""

    losses: tuple[type[BaseException], ...] = ()
    window = 1

    def load(self, cargo: bytes) -> None:
        self._cargo = cargo

    def submit(self, jobs: Sequence[Job]) -> Promise:
        return _Now(self._cargo, jobs)

    def renew(self) -> None: ...

    def stop(self) -> None: ...


class Here:
    """Worker processes of this machine."""

    losses: tuple[type[BaseException], ...] = (BrokenProcessPool,)

    def __init__(self, workers: int) -> None:
        self._workers = workers
        self._executor: Any = None

    @property
    def window(self) -> int:
        return AHEAD * self._workers

    def load(self, cargo: bytes) -> None:
        self._cargo = cargo

    def submit(self, jobs: Sequence[Job]) -> Promise:
        if self._executor is None:
            self.renew()
        promise: Promise = self._executor.submit(work, self._cargo, jobs)
        return promise

    def renew(self) -> None:
        self._executor = get_reusable_executor(
            max_workers=self._workers, timeout=IDLE_SECONDS, initializer=_leave_interrupts_to_the_first_process
        )

    def stop(self) -> None:
        if self._executor is not None:
            with _quiet_feeder():
                self._executor.shutdown(wait=True, kill_workers=True)
            self._executor = None


def _leave_interrupts_to_the_first_process() -> None:
    """A terminal interrupts the workers too; the process that started them ends them, so they need not hear of it."""
    for name in ("SIGINT", "SIGHUP"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), signal.SIG_IGN)


@contextmanager
def _quiet_feeder() -> Iterator[None]:
    """When a run breaks off, the thread that feeds the workers misses the tasks just cancelled. That is no news."""
    usual = threading.excepthook

    def hook(stumble: threading.ExceptHookArgs) -> None:
        is_feeder = type(stumble.thread).__name__ == "_ExecutorManagerThread"
        if not (is_feeder and issubclass(stumble.exc_type, KeyError)):
            usual(stumble)

    threading.excepthook = hook
    try:
        yield
    finally:
        threading.excepthook = usual
