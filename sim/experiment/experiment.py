"""An experiment: plans played many times over processes, summarized, compared and stored."""

from __future__ import annotations

import os
import shutil
import signal
import tempfile
import threading
import time
import warnings
from collections.abc import Iterator, Sequence
from concurrent.futures.process import BrokenProcessPool
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass, fields, replace
from datetime import datetime
from pathlib import Path
from typing import Protocol

import numpy as np
from joblib import Parallel, delayed, parallel_config
from joblib.externals.loky import get_reusable_executor

from sim.experiment.content import content_hash
from sim.experiment.draws import write_draws
from sim.experiment.one_more_head import OneMore, one_more_of_each, write_one_more_head
from sim.experiment.replicate import Part, draw_of, pasts_of, plan_rows, replicate
from sim.experiment.settings import RunSettings
from sim.measures.catalogue import YES_NO
from sim.measures.kpis import Rows, common_rows
from sim.org.first_day.past import Past
from sim.results import store
from sim.results.estimates import Difference, Summary, compare, summarize
from sim.results.kpi_file import KpiFile
from sim.results.layout import KPIS, PART
from sim.results.opening_files import write_opening_files
from sim.results.ratios import with_ratio_differences, with_ratios
from sim.results.verdict import MEASURED, Horizon, Played, Verdict, judge
from sim.scenario.doubts import doubts
from sim.scenario.errors import UserError
from sim.scenario.load import ScenarioSource

CHUNK = 5  # replications a task, whatever the number of workers
ZEROS = 1 << 20  # bytes written at once where a file cannot be given its room by one call
BLOCK = 512  # columns summarized at once, to bound memory


class Progress(Protocol):
    """Whoever tells the user how far we are."""

    def compiling(self) -> AbstractContextManager[None]: ...

    def playing(self, replications: int) -> AbstractContextManager[None]: ...

    def played(self, replications: int) -> None: ...


@dataclass(frozen=True)
class Outcome:
    """What a finished experiment found, and where it is stored. The first plan is the reference."""

    folder: Path
    plans: tuple[str, ...]
    rows: tuple[Rows, ...]  # by plan
    summaries: tuple[Summary, ...]  # by plan
    difference_rows: tuple[Rows, ...]  # by plan after the first: the rows that both have
    differences: tuple[Difference, ...]
    verdict: Verdict
    notes: tuple[str, ...] = ()  # what did not go as it should, in the user's words


def run(sources: Sequence[ScenarioSource], settings: RunSettings, command: str, progress: Progress) -> Outcome:
    """Play every plan under the same luck and write the run folder.

    All files but the manifest are the same bytes for any number of workers. A run that breaks off leaves no folder.
    """
    content = content_hash(sources, settings)
    results = Path(settings.results_folder)
    is_new = not results.exists()
    try:
        folder = store.create_folder(results, content, datetime.now())
    except OSError as problem:
        raise UserError(
            f"run.results_folder={results}: no folder can be made there: {problem.strerror or problem}."
        ) from None
    try:
        with _quiet_feeder(), _losses_in_a_line(results), _stopping_workers(settings):
            outcome = _run_in(folder, content, sources, settings, command, progress)
            outcome = replace(outcome, folder=store.finish_folder(folder))
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        if is_new:
            with suppress(OSError):
                results.rmdir()
        raise
    note = store.point_latest(outcome.folder)
    return replace(outcome, notes=(*left_out_of(outcome), *((note,) if note else ())))


def left_out_of(outcome: Outcome) -> tuple[str, ...]:
    """What the tables of the plans leave out, in words, each once."""
    return tuple(dict.fromkeys(rows.left_out for rows in outcome.rows if rows.left_out))


@contextmanager
def _losses_in_a_line(results: Path) -> Iterator[None]:
    """Raises UserError for what ends a run from outside: a worker that is killed, a disk that is full."""
    try:
        yield
    except BrokenProcessPool:
        raise UserError(
            "a worker process was ended from outside, perhaps for want of memory; no results were written. Fewer"
            " workers take less: run.n_jobs=1."
        ) from None
    except BrokenPipeError:  # whoever reads the screen went away
        raise
    except OSError as problem:
        named = str(problem.filename or "")
        where = results if not named or PART in named else named
        raise UserError(f"{where}: {problem.strerror or problem}; no results were written.") from None


def _run_in(
    folder: Path,
    content: str,
    sources: Sequence[ScenarioSource],
    settings: RunSettings,
    command: str,
    progress: Progress,
) -> Outcome:
    begun, now = time.perf_counter(), datetime.now()
    files = store.write_scenarios(folder, sources)
    write_opening_files(folder, sources)
    write_draws(folder, sources, settings)
    outcome, process_ids = _find(folder, sources, settings, progress)
    store.write_summary(folder, outcome.plans, outcome.rows, outcome.summaries)
    if len(outcome.plans) > 1:
        store.write_differences(folder, outcome.plans, outcome.difference_rows, outcome.differences)
    facts = {
        "command": command,
        "seed": settings.seed,
        "replications": settings.replications,
        "content_hash": content,
        "scenarios": [{"name": s.name, "question": s.question, "file": files[s.name]} for s in sources],
        "label": settings.label,
        "settings": settings.model_dump(mode="json"),
        "left_out": list(left_out_of(outcome)),
        "verdict": store.facts_of(outcome.verdict),
        "warnings": {s.name: list(doubts(s, settings.months)) for s in sources},
        "started": now.isoformat(timespec="seconds"),
        "wall_seconds": round(time.perf_counter() - begun, 3),
        "process_ids": process_ids,
    }
    store.write_manifest(folder, facts)
    return outcome


def _find(
    folder: Path, sources: Sequence[ScenarioSource], settings: RunSettings, progress: Progress
) -> tuple[Outcome, list[int]]:
    """Play all replications, then summarize and compare them. Also returns the processes that took part."""
    rows = tuple(plan_rows(sources, settings))
    shared = [common_rows(rows[0], one) for one in rows[1:]]
    draws = np.asarray(draw_of(np.arange(settings.replications), settings))
    with tempfile.TemporaryDirectory(prefix=".playing-", dir=folder) as room:
        values = [_on_disk(Path(room) / f"{i}.values", (settings.replications, len(one))) for i, one in enumerate(rows)]
        process_ids = _play(sources, settings, folder, rows, values, progress)
        summaries = tuple(
            with_ratios(_summarize(one, draws, YES_NO[of.measure]), one, of, draws)
            for one, of in zip(values, rows, strict=True)
        )
        differences = tuple(
            with_ratio_differences(
                _compare(values[0], b, in_a, in_b, draws, YES_NO[of.measure]), of, (values[0], in_a), (b, in_b), draws
            )
            for b, (of, in_a, in_b) in zip(values[1:], shared, strict=True)
        )
        played = [_played(*one) for one in zip(sources, rows, values, strict=True)]
        del values
    plans, difference_rows = tuple(source.name for source in sources), tuple(one for one, _, _ in shared)
    verdict = judge(played, draws, settings.criterion, _horizon(sources[0], settings))
    return Outcome(folder, plans, rows, summaries, difference_rows, differences, verdict), process_ids


def _played(source: ScenarioSource, rows: Rows, values: np.ndarray) -> Played:
    """What the verdict asks of one scenario."""
    places = {measure: rows.total_place(measure) for measure in MEASURED}
    totals = {measure: np.array(values[:, place]) for measure, place in places.items() if place is not None}
    return Played(source.name, source.kind, totals)


def _horizon(source: ScenarioSource, settings: RunSettings) -> Horizon:
    value = source.at_central().world.value
    return Horizon(settings.months / 12, value.years, value.discount_per_year)


def _on_disk(path: Path, shape: tuple[int, int]) -> np.ndarray:
    """A matrix backed by a file, so that memory stays bounded for any number of replications.

    The disk's room is taken at once: a full disk is an OSError now, and not the end of the process later.
    """
    with path.open("wb") as file:
        size = shape[0] * shape[1] * np.dtype(np.float64).itemsize
        if hasattr(os, "posix_fallocate"):
            os.posix_fallocate(file.fileno(), 0, size)
        else:
            for begun in range(0, size, ZEROS):
                file.write(bytes(min(ZEROS, size - begun)))
    return np.memmap(path, np.float64, "r+", shape=shape)


def _play(
    sources: Sequence[ScenarioSource],
    settings: RunSettings,
    folder: Path,
    rows: Sequence[Rows],
    values: Sequence[np.ndarray],
    progress: Progress,
) -> list[int]:
    """Play all replications into ``values``, kpis.parquet and one_more_head.csv.

    Returns: the processes that took part.
    """
    with progress.compiling():
        # Workers find the compiled loop in the cache instead of each compiling it.
        pasts = pasts_of(sources)
        replicate(sources, settings, range(1), pasts=pasts)
    seen = set()
    more = one_more_of_each(sources[0]) if settings.with_one_more_head else []
    one_more: list[np.ndarray] = []
    with (
        progress.playing(settings.replications),
        KpiFile(folder / KPIS, [source.name for source in sources], rows) as file,
    ):
        for part in _parts(sources, settings, more, pasts):
            seen.add(part.process_id)
            one_more += part.one_more
            numbers = np.array(part.numbers)
            for plan, block in enumerate(part.values):
                values[plan][numbers] = block
                file.add(plan, numbers, np.asarray(draw_of(numbers, settings)), block)
            progress.played(len(numbers))
    if more:
        reference, draws = sources[0].at_central(), np.asarray(draw_of(np.arange(len(one_more)), settings))
        write_one_more_head(folder, reference, reference.calendar(settings.months), more, np.array(one_more), draws)
    return sorted(seen)


def _parts(
    sources: Sequence[ScenarioSource], settings: RunSettings, more: Sequence[OneMore], pasts: Sequence[Past]
) -> Iterator[Part]:
    """All replications in order, played in chunks by the workers."""
    total = settings.replications
    chunks = [range(first, min(first + CHUNK, total)) for first in range(0, total, CHUNK)]
    workers = min(settings.workers, len(chunks))
    if workers == 1:
        yield from (replicate(sources, settings, chunk, more, pasts) for chunk in chunks)
        return
    with parallel_config("loky", inner_max_num_threads=1, initializer=_leave_interrupts_to_the_first_process):
        yield from Parallel(n_jobs=workers, return_as="generator", batch_size=1, pre_dispatch="4*n_jobs")(
            delayed(replicate)(sources, settings, chunk, more, pasts) for chunk in chunks
        )


def _leave_interrupts_to_the_first_process() -> None:
    """A terminal interrupts the workers too; the process that started them ends them, so they need not hear of it."""
    for name in ("SIGINT", "SIGHUP"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), signal.SIG_IGN)


@contextmanager
def _stopping_workers(settings: RunSettings) -> Iterator[None]:
    """Ends the worker processes at once if the run breaks off, so that none outlives it."""
    try:
        yield
    except BaseException:
        if settings.workers > 1:
            get_reusable_executor(reuse=True).shutdown(wait=True, kill_workers=True)
        raise


@contextmanager
def _quiet_feeder() -> Iterator[None]:
    """When a run breaks off, the thread that feeds the workers misses the tasks just cancelled. That is no news."""
    for said in ("have been successfully executed", "which were still being processed"):
        warnings.filterwarnings("ignore", rf"\d+ tasks {said}", UserWarning)
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


def _summarize(values: np.ndarray, draws: np.ndarray, yes_no: np.ndarray) -> Summary:
    """As ``summarize``, some columns at a time."""
    blocks = [slice(at, at + BLOCK) for at in range(0, values.shape[1], BLOCK)]
    parts = [summarize(np.array(values[:, block]), draws, yes_no[block]) for block in blocks]
    return Summary(**{f.name: np.concatenate([getattr(part, f.name) for part in parts]) for f in fields(Summary)})


def _compare(
    a: np.ndarray, b: np.ndarray, in_a: np.ndarray, in_b: np.ndarray, draws: np.ndarray, yes_no: np.ndarray
) -> Difference:
    """As ``compare``, on the columns that both plans have, some at a time."""
    blocks = [slice(at, at + BLOCK) for at in range(0, len(in_a), BLOCK)]
    parts = [compare(a[:, in_a[block]], b[:, in_b[block]], draws, yes_no[block]) for block in blocks]
    return Difference(**{f.name: np.concatenate([getattr(part, f.name) for part in parts]) for f in fields(Difference)})
