"""What was played is kept: finished replications of a plan, under a key of all that their numbers depend on.

    RESULTS/.kept/KEY/about.json             what the plan is called; its date tells when it was last used
    RESULTS/.kept/KEY/000010-000014.batch    replications 10 to 14, with a checksum

A batch appears whole, by being renamed, or not at all. Nobody locks anything: two runs that share plans write the same
bytes under the same names, and one that finds a batch gone or damaged plays it again.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import secrets
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from sim.experiment.fingerprint import code_of, code_that_plays
from sim.experiment.plan import Observer, Plan
from sim.experiment.settings import RunSettings
from sim.scenario.load import ScenarioSource

KEPT = ".kept"
ABOUT, BATCH, UNFINISHED = "about.json", ".batch", ".unfinished"
_NAME = re.compile(r"(\d+)-(\d+)\.batch")
_FIRST_LINE = b"salesim kept 1\n"
_FORGOTTEN_SECONDS = 3600.0  # after which an unfinished batch has nobody who finishes it
BYTES_PER_GB = 1e9


class Damaged(Exception):
    """A batch is not what was written."""


def key_of(plan: Plan, observer: Observer, machines: str) -> str:
    """A hash of all that the replications of a plan depend on. Names and questions of plans change no number."""
    modules = [type(observer).__module__, *([plan.change.__module__] if plan.change else [])]
    content = {
        "scenario": _content(plan.source),
        "months": plan.months,
        "seed": plan.seed,
        "lucks_per_draw": plan.lucks_per_draw,
        "uncertain": plan.uncertain,
        "change": f"{plan.change.__module__}.{plan.change.__qualname__}" if plan.change else None,
        "observer": f"{type(observer).__module__}.{observer!r}",
        "code": [code_that_plays(), *map(code_of, modules)],
        "machines": machines,
    }
    return hashlib.sha256(json.dumps(content, default=str).encode()).hexdigest()[:40]


def _content(source: ScenarioSource) -> list[Any]:
    """The scenario as written and as resolved, in its order, with the bytes of its files as they were read."""
    nameless = {"name", "question"}
    raw = {name: group for name, group in source.raw.items() if name not in nameless}
    return [raw, source.at_central().model_dump(mode="json", exclude=nameless), source.file_hashes]


@dataclass(frozen=True)
class Line:
    """What is kept of one plan, for the user."""

    folder: Path
    about: dict[str, Any]
    replications: int
    size: int  # in bytes
    used: datetime


class Kept:
    """The folder of what is kept. Trouble with it is told to ``tell`` once, and costs no run.

    ``most_bytes`` bounds it: what nobody used for longest goes first.
    """

    def __init__(self, folder: Path, most_bytes: float, tell: Callable[[str], None] = lambda _: None) -> None:
        self.folder, self._most, self.tell = folder, most_bytes, tell
        self._in_use: set[Path] = set()
        self._size: int | None = None  # unknown until the first batch is written
        self._is_open = True

    @classmethod
    def of(cls, settings: RunSettings, tell: Callable[[str], None]) -> Kept:
        """That of a run's results folder."""
        return cls(Path(settings.results_folder) / KEPT, settings.keep_gb * BYTES_PER_GB, tell)

    def shelf(self, plan: Plan, observer: Observer, machines: str) -> Shelf:
        """Where the replications of a plan are kept."""
        shelf = Shelf(self, self.folder / key_of(plan, observer, machines), plan, observer)
        self._in_use.add(shelf.folder)
        return shelf

    def close(self, problem: OSError) -> None:
        """Keep nothing more."""
        if self._is_open:
            self._is_open = False
            self.tell(f"{self.folder}: {problem.strerror or problem}; from here on nothing is kept.")

    def write(self, path: Path, content: bytes) -> bool:
        """Write a file that appears whole or not at all. False where nothing is kept any more."""
        if not self._is_open:
            return False
        unfinished = path.with_name(f".{path.name}.{os.getpid()}-{secrets.token_hex(4)}{UNFINISHED}")
        try:
            if not self._has_room(len(content)):
                return False
            path.parent.mkdir(parents=True, exist_ok=True)
            unfinished.write_bytes(content)
            unfinished.replace(path)
        except OSError as problem:
            with suppress(OSError):
                unfinished.unlink()
            self.close(problem)
            return False
        return True

    def _has_room(self, more: int) -> bool:
        """Whether so many bytes fit, once others have gone whose turn it is."""
        if self._size is None:
            self._size = sum(line.size for line in self.lines())
        self._size += more
        if self._size <= self._most:
            return True
        for line in sorted(self.lines(), key=lambda line: line.used):
            if line.folder not in self._in_use:
                shutil.rmtree(line.folder, ignore_errors=True)
                self._size -= line.size
                if self._size <= self._most:
                    return True
        self._is_open = False
        self.tell(f"{self.folder} is full with what this run plays; the rest is not kept. run.keep_gb=... allows more.")
        return False

    def lines(self) -> Iterator[Line]:
        """What is kept, plan by plan. Raises OSError where it cannot be read."""
        if not self.folder.exists():
            return
        for folder in sorted(self.folder.iterdir()):
            if folder.is_dir():
                with suppress(FileNotFoundError):
                    yield _line(folder)

    def empty(self) -> None:
        """Throw away what is kept. Raises OSError."""
        if self.folder.exists():
            shutil.rmtree(self.folder)


def _line(folder: Path) -> Line:
    size, numbers = 0, set[int]()
    for file in folder.iterdir():
        with suppress(FileNotFoundError):
            found = file.stat()
            if file.name.endswith(UNFINISHED) and time.time() - found.st_mtime > _FORGOTTEN_SECONDS:
                file.unlink()
                continue
            size += found.st_size
            numbers.update(_numbers(file.name))
    about, used = {}, folder.stat().st_mtime
    with suppress(OSError, ValueError):
        about = json.loads((folder / ABOUT).read_text(encoding="utf-8"))
        used = (folder / ABOUT).stat().st_mtime
    return Line(folder, about, len(numbers), size, datetime.fromtimestamp(used))


def _numbers(name: str) -> range:
    """The replications of a batch, by its name; none for another file."""
    found = _NAME.fullmatch(name)
    return range(int(found[1]), int(found[2]) + 1) if found else range(0)


class Shelf:
    """What is kept of one plan, as one observer measured it."""

    def __init__(self, kept: Kept, folder: Path, plan: Plan, observer: Observer) -> None:
        self.folder = folder
        self._kept, self._plan, self._observer = kept, plan, observer
        self._batch_of: dict[int, Path] = {}
        self._last: tuple[Path, int, np.ndarray] | None = None  # the batch that was read last
        try:
            with suppress(FileNotFoundError):
                for file in sorted(folder.iterdir()):
                    self._batch_of.update(dict.fromkeys(_numbers(file.name), file))
                os.utime(folder / ABOUT)
        except OSError as problem:
            kept.close(problem)

    def has(self, number: int) -> bool:
        return number in self._batch_of

    def row(self, number: int) -> np.ndarray | None:
        """What was measured of a replication; None where it is not kept, or no longer."""
        path = self._batch_of.get(number)
        if path is None:
            return None
        if self._last is None or self._last[0] != path:
            try:
                self._last = (path, *unpacked(path.read_bytes(), self.folder.name))
            except OSError as problem:
                if not isinstance(problem, FileNotFoundError):  # else somebody made room
                    self._kept.close(problem)
                self._lose(path)
                return None
            except Damaged:
                self._kept.tell(f"{path} is damaged; what it held is played again.")
                with suppress(OSError):
                    path.unlink()
                self._lose(path)
                return None
        _, first, values = self._last
        return values[number - first]

    def _lose(self, path: Path) -> None:
        self._batch_of = {number: file for number, file in self._batch_of.items() if file != path}

    def put(self, first: int, values: np.ndarray) -> None:
        """Keep replications from ``first`` on, shape (replications, ...)."""
        if not self._batch_of:
            self._kept.write(self.folder / ABOUT, self._about())
        path = self.folder / f"{first:06}-{first + len(values) - 1:06}{BATCH}"
        if self._kept.write(path, packed(values, first, self.folder.name)):
            self._batch_of.update(dict.fromkeys(range(first, first + len(values)), path))

    def _about(self) -> bytes:
        plan = self._plan
        measured = type(self._observer).__name__
        about = {"scenario": plan.source.name, "measured": measured, "months": plan.months, "seed": plan.seed}
        return json.dumps(about | ({"change": plan.change.__name__} if plan.change else {})).encode()


def packed(values: np.ndarray, first: int, key: str) -> bytes:
    """A batch as it is written: a line that says what it is, a line about it, the numbers."""
    plain = np.ascontiguousarray(values, np.float64).tobytes()
    numbers = pa.compress(plain, "zstd", asbytes=True)
    about = {"key": key, "first": first, "shape": values.shape, "size": len(plain)}
    head = json.dumps(about).encode()
    checksum = hashlib.sha256(head + numbers).hexdigest().encode()
    return b"".join((_FIRST_LINE, checksum, b"\n", head, b"\n", numbers))


def unpacked(content: bytes, key: str) -> tuple[int, np.ndarray]:
    """The first replication of a batch and its values. Raises Damaged."""
    try:
        start, checksum, head, numbers = content.split(b"\n", 3)
        if start + b"\n" != _FIRST_LINE or hashlib.sha256(head + numbers).hexdigest().encode() != checksum:
            raise Damaged
        about = json.loads(head)
        if about["key"] != key:
            raise Damaged
        plain = pa.decompress(numbers, about["size"], "zstd", asbytes=True)
        return about["first"], np.frombuffer(plain, np.float64).reshape(about["shape"])
    except ValueError:
        raise Damaged from None
