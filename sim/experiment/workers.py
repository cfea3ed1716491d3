"""Crews: this process alone, worker processes of this machine, or those of dask. Nothing else starts workers."""

from __future__ import annotations

import logging
import os
import shutil
import signal
import tempfile
import threading
import time
from collections.abc import Sequence
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from joblib.externals.loky import get_reusable_executor

from sim.experiment.fingerprint import Identity, identity, machine
from sim.experiment.in_order import Crew, Promise, WorkersLost
from sim.experiment.replicate import Done, Job, work
from sim.experiment.settings import RunSettings
from sim.results.unfinished import made_here, sweep
from sim.scenario.errors import UserError

CARGO = "salesim-cargo-"  # how the folder's name begins in which workers find what they need
AHEAD = 4  # tasks a worker that are handed out before the first is waited for
LOOK_SECONDS = 1.0  # after which a worker sees that the process that started it is gone
IDLE_SECONDS = 300.0  # after which a worker process that has nothing to do ends
CONNECT_SECONDS = 20.0  # within which a scheduler answers
JOIN_SECONDS = 120.0  # within which the first worker joins, or another one when all were lost


def crew_of(settings: RunSettings) -> Crew:
    """Whoever plays in a run."""
    if settings.executor == "dask":
        return Anywhere(settings.workers, settings.scheduler)
    return Here(settings.workers) if settings.workers > 1 else Alone()


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
    window = count = 1

    @property
    def machines(self) -> frozenset[str]:
        return frozenset({machine()})

    def load(self, cargo: bytes) -> None:
        self._cargo = cargo

    def submit(self, jobs: Sequence[Job]) -> Promise:
        return _Now(self._cargo, jobs)

    def renew(self) -> None: ...

    def stop(self) -> None: ...

    def close(self) -> None: ...


class Here:
    """Worker processes of this machine."""

    losses: tuple[type[BaseException], ...] = (BrokenProcessPool,)

    def __init__(self, workers: int) -> None:
        self.count = workers
        self._executor: Any = None
        self._room: tempfile.TemporaryDirectory[str] | None = None  # of the cargo, from which each worker gets it once

    @property
    def machines(self) -> frozenset[str]:
        return frozenset({machine()})

    @property
    def window(self) -> int:
        return AHEAD * self.count

    def load(self, cargo: bytes) -> None:
        self._unload()
        sweep(Path(tempfile.gettempdir()), f"{CARGO}*")  # of those killed together with their workers
        self._room = tempfile.TemporaryDirectory(prefix=f".{CARGO}", suffix=made_here())
        self._cargo = Path(self._room.name) / "cargo"
        self._cargo.write_bytes(cargo)

    def _unload(self) -> None:
        if self._room is not None:
            self._room.cleanup()
            self._room = None

    def submit(self, jobs: Sequence[Job]) -> Promise:
        if self._executor is None:
            self.renew()
        promise: Promise = self._executor.submit(work_from, self._cargo, jobs)
        return promise

    def renew(self) -> None:
        self._executor = get_reusable_executor(
            max_workers=self.count, timeout=IDLE_SECONDS, initializer=_serve, initargs=(os.getpid(),)
        )

    def stop(self) -> None:
        if self._executor is not None:
            # loky's own kill_workers forgets tasks that it still means to hand out, and then leaves its queues behind.
            for worker in list(self._executor._processes.values()):
                worker.terminate()
            self._executor.shutdown(wait=True)
            self._executor = None
        self._unload()

    def close(self) -> None:
        self._unload()  # the workers may be wanted again, and end by themselves when they are not


def work_from(cargo: Path, jobs: Sequence[Job]) -> Done:
    """As ``work``, with the cargo in a file of this load alone, which a worker reads once."""
    return work(_read(cargo), jobs)


@lru_cache(maxsize=1)
def _read(cargo: Path) -> bytes:
    _rooms.append(cargo.parent)
    return cargo.read_bytes()


_rooms: list[Path] = []  # of what this worker was given, last one last


def _serve(first_process: int) -> None:
    """What a worker does beside its tasks."""
    _leave_interrupts_to_the_first_process()
    threading.Thread(target=_end_with, args=(first_process,), daemon=True).start()


def _end_with(first_process: int) -> None:
    """End when the process that started this worker was killed, and clear away what it could not."""
    while os.getppid() == first_process:
        time.sleep(LOOK_SECONDS)
    for room in _rooms[-1:]:
        shutil.rmtree(room, ignore_errors=True)
    os._exit(0)


def _leave_interrupts_to_the_first_process() -> None:
    """A terminal interrupts the workers too; the process that started them ends them, so they need not hear of it."""
    for name in ("SIGINT", "SIGHUP"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), signal.SIG_IGN)


class Anywhere:
    """Workers of dask.distributed: those of a scheduler, or a cluster on this machine where none is named.

    They are asked who they are before they get anything to do. Raises UserError for those who would play otherwise.
    """

    def __init__(self, workers: int, scheduler: str) -> None:
        self._workers, self._scheduler = workers, scheduler
        self._distributed = _imported()
        self._client: Any = None
        self._cluster: Any = None
        self._cargo = b""
        self._given: Any = None  # the cargo, where the workers are
        self._machines: frozenset[str] = frozenset()
        client = self._distributed.client
        self.losses: tuple[type[BaseException], ...] = (
            self._distributed.KilledWorker, client.CancelledError, client.FutureCancelledError,
            self._distributed.comm.CommClosedError,
        )  # fmt: skip

    @property
    def count(self) -> int:
        return max(1, sum(self._connected().nthreads().values()))

    @property
    def machines(self) -> frozenset[str]:
        self._connected()
        return self._machines

    @property
    def window(self) -> int:
        return AHEAD * self.count

    def load(self, cargo: bytes) -> None:
        self._cargo = cargo
        client = self._connected()
        try:
            client.wait_for_workers(1, timeout=JOIN_SECONDS)  # all may be gone, and others not there yet
            self._given = client.scatter(cargo, broadcast=True)
        except TimeoutError:
            raise WorkersLost(f"no worker of dask was there for {JOIN_SECONDS:g} seconds.") from None

    def submit(self, jobs: Sequence[Job]) -> Promise:
        promise = self._connected().submit(work_as, identity(), self._given, jobs, pure=False, retries=0)
        return _Sent(promise)

    def renew(self) -> None:
        if self._client.status != "running":
            self.stop()
        self.load(self._cargo)

    def stop(self) -> None:
        self.close()

    def close(self) -> None:
        for one in (self._client, self._cluster):
            if one is not None:
                with suppress(Exception):
                    one.close()
        self._client = self._cluster = None

    def _connected(self) -> Any:
        if self._client is None:
            logging.getLogger("distributed").setLevel(logging.CRITICAL)  # what goes wrong is told by us
            if self._scheduler:
                self._client = self._client_of(self._scheduler)
            else:
                self._cluster = self._distributed.LocalCluster(
                    n_workers=self._workers, threads_per_worker=1, dashboard_address=None,
                    silence_logs=logging.CRITICAL,
                )  # fmt: skip
                self._client = self._client_of(self._cluster)
            self._machines = self._introduced()
        return self._client

    def _client_of(self, where: Any) -> Any:
        try:
            client = self._distributed.Client(where, timeout=CONNECT_SECONDS, set_as_default=False)
            client.wait_for_workers(1, timeout=JOIN_SECONDS)
        except (OSError, TimeoutError, ValueError) as problem:
            raise UserError(
                f"run.scheduler={self._scheduler}: no scheduler with a worker answers there ({type(problem).__name__})."
                " docs/scale.md tells how to start them."
            ) from None
        return client

    def _introduced(self) -> frozenset[str]:
        """The kinds of machines, once every worker has said who it is. Raises UserError."""
        said = self._client.run(identity, on_error="return")
        for where, who in said.items():
            if isinstance(who, BaseException):
                raise _stranger(where, who)
            if problem := identity().differs_from(who):
                raise UserError(f"the worker {where} {problem}. Install there what is installed here.")
        return frozenset(who.machine for who in said.values())


@dataclass(frozen=True)
class _Sent:
    """A task that was sent to a worker of dask."""

    future: Any

    def result(self, timeout: float | None = None) -> Done:
        try:
            done: Done = self.future.result(timeout)
        except (ImportError, AttributeError) as problem:
            raise _stranger("that came later", problem) from None
        return done

    def done(self) -> bool:
        return bool(self.future.done())


def work_as(who: Identity, cargo: bytes, jobs: Sequence[Job]) -> Done:
    """As ``work``, by a worker that may have come after all were asked who they are. Raises UserError."""
    if problem := who.differs_from(identity()):
        raise UserError(f"a worker that came later {problem}. Install there what is installed here.")
    return work(cargo, jobs)


def _stranger(where: str, problem: BaseException) -> UserError:
    return UserError(
        f"the worker {where} has no salesim of this version ({problem}). Install there what is installed here."
    )


def _imported() -> Any:
    try:
        import distributed
        import distributed.comm
    except ImportError:
        raise UserError(
            "run.executor=dask needs dask.distributed, which the extra dask brings along: pip install 'salesim[dask]'."
        ) from None
    return distributed
