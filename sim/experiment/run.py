"""A run: plans played many times over, summarized, compared and stored in a folder."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime
from itertools import chain, pairwise
from pathlib import Path

import numpy as np

from sim.experiment.circumstances import circumstances
from sim.experiment.content import content_hash
from sim.experiment.draws import write_draws
from sim.experiment.making import making
from sim.experiment.one_more_head import OneMoreHead, one_more_of_each, write_one_more_head
from sim.experiment.plan import Asked, KpiTable, Plan, draw_of
from sim.experiment.play import Player, Progress
from sim.experiment.settings import RunSettings
from sim.experiment.through_the_first import further_of_the_first, through_the_first
from sim.measures.catalogue import YES_NO
from sim.measures.kpis import Rows, common_rows
from sim.results import store
from sim.results.estimates import Difference, Summary, compare, summarize
from sim.results.judged_by import measured_for
from sim.results.kpi_file import KpiFile
from sim.results.layout import KPIS
from sim.results.looks import looks
from sim.results.opening_files import write_opening_files
from sim.results.precision import Precision, precision
from sim.results.ratios import with_ratio_differences, with_ratios
from sim.results.sharper import Held, held
from sim.results.verdict import Horizon, Played, Verdict, judge
from sim.scenario.checks.doubts import doubts
from sim.scenario.load import ScenarioSource

BLOCK_REPLICATIONS = 5  # of each plan in turn, in kpis.parquet
ZEROS = 1 << 20  # bytes written at once where a file cannot be given its room by one call
BLOCK = 512  # columns summarized at once, to bound memory


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
    sharper: tuple[Held, ...]  # of all plans
    precision: Precision | None = None  # where the run stopped by itself
    notes: tuple[str, ...] = ()  # what did not go as it should, in the user's words


def run(sources: Sequence[ScenarioSource], settings: RunSettings, command: str, progress: Progress) -> Outcome:
    """Play every plan under the same luck and write the run folder.

    All files but the manifest are the same bytes for any number of workers. A run that breaks off leaves no folder.
    """
    player = Player(settings, progress)
    content = content_hash(sources, settings)
    with making(content, settings, player) as made:
        outcome = _run_in(made.folder, content, sources, settings, command, player)
    outcome = replace(outcome, folder=made.folder)
    note = store.point_latest(outcome.folder)
    return replace(outcome, notes=(*left_out_of(outcome), *((note,) if note else ())))


def left_out_of(outcome: Outcome) -> tuple[str, ...]:
    """What the tables of the plans leave out, in words, each once."""
    return tuple(dict.fromkeys(rows.left_out for rows in outcome.rows if rows.left_out))


def _run_in(
    folder: Path,
    content: str,
    sources: Sequence[ScenarioSource],
    settings: RunSettings,
    command: str,
    player: Player,
) -> Outcome:
    begun, now = time.perf_counter(), datetime.now()
    files = store.write_scenarios(folder, sources)
    write_opening_files(folder, sources)
    outcome = _find(folder, sources, settings, player)
    settings = settings.model_copy(update={"replications": outcome.verdict.replications})
    write_draws(folder, sources, settings)
    store.write_summary(folder, outcome.plans, outcome.rows, outcome.summaries)
    if len(outcome.plans) > 1:
        store.write_differences(folder, outcome.plans, outcome.difference_rows, outcome.differences)
    store.write_sharper(folder, outcome.sharper)
    if outcome.verdict.contest is not None:
        store.write_contest(folder, outcome.verdict.contest, outcome.verdict.risk_criterion.unit)
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
        "precision": None if outcome.precision is None else store.precision_facts_of(outcome.precision),
        "warnings": {s.name: list(doubts(s, settings.months)) for s in sources},
        "started": now.isoformat(timespec="seconds"),
        "wall_seconds": round(time.perf_counter() - begun, 3),
        "process_ids": sorted(player.process_ids),
    }
    store.write_manifest(folder, facts)
    return outcome


def _find(folder: Path, sources: Sequence[ScenarioSource], settings: RunSettings, player: Player) -> Outcome:
    """Play all replications, then summarize and compare them."""
    plans = [Plan.of(source, settings) for source in sources]
    rows = tuple(KpiTable(settings.most_rows).rows(plan) for plan in plans)
    shared = [common_rows(rows[0], one) for one in rows[1:]]
    draws = np.asarray(draw_of(np.arange(settings.replications), settings))
    with tempfile.TemporaryDirectory(prefix=".playing-", dir=folder) as room:
        values = [_on_disk(Path(room) / f"{i}.values", (settings.replications, len(one))) for i, one in enumerate(rows)]

        enough = _Enough(sources, rows, values, draws, settings)
        count, further = _play(player, plans, settings, folder, rows, values, enough)
        values, draws = [one[:count] for one in values], draws[:count]
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
        measures = measured_for(settings.ranked_by)
        played = [_played(*one, measures) for one in zip(sources, rows, values, strict=True)]
        known = enough.known
        del values, enough  # files that are open cannot be removed everywhere
    names, difference_rows = tuple(source.name for source in sources), tuple(one for one, _, _ in shared)
    verdict = judge(played, draws, settings.ranked_by, _horizon(sources[0], settings))
    sharper = list(chain.from_iterable(_held(*one, draws, settings) for one in zip(sources, played, strict=True)))
    if further is not None:
        sharper += through_the_first(played, further, settings)
    return Outcome(folder, names, rows, summaries, difference_rows, differences, verdict, tuple(sharper), known)


def _held(source: ScenarioSource, played: Played, draws: np.ndarray, settings: RunSettings) -> list[Held]:
    """A scenario's figures held against what its replications met."""
    met = circumstances(source, settings, np.arange(len(draws)))
    return held(played, met.met, met.others, draws)


def _played(source: ScenarioSource, rows: Rows, values: np.ndarray, measures: Sequence[str]) -> Played:
    """What the verdict asks of one scenario."""
    places = {measure: rows.total_place(measure) for measure in measures}
    totals = {measure: np.array(values[:, place]) for measure, place in places.items() if place is not None}
    return Played(source.name, source.kind, totals)


@dataclass
class _Enough:
    """Asked at each look whether the replications so far are enough; ``known`` is what they know, if that was asked."""

    sources: Sequence[ScenarioSource]
    rows: Sequence[Rows]
    values: Sequence[np.ndarray]
    draws: np.ndarray
    settings: RunSettings
    known: Precision | None = None

    def __call__(self, count: int) -> bool:
        asked = self.settings
        if asked.precision is None:
            return True
        each = zip(self.sources, self.rows, self.values, strict=True)
        by, most = asked.ranked_by, asked.replications
        played = [_played(source, rows, values[:count], measured_for(by)) for source, rows, values in each]
        self.known = precision(played, self.draws[:count], asked.precision_of, asked.precision, by, most)
        return self.known.reached


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
    player: Player,
    plans: Sequence[Plan],
    settings: RunSettings,
    folder: Path,
    rows: Sequence[Rows],
    values: Sequence[np.ndarray],
    enough: Callable[[int], bool],
) -> tuple[int, np.ndarray | None]:
    """Play into ``values``, kpis.parquet and one_more_head.csv: all replications, or until at a look they are enough.

    Returns how many were played, and the ``Totals`` of the reference's further ones, where there are any.
    """
    ends = [settings.replications]
    if settings.precision is not None:
        ends = looks(settings.replications, settings.lucks_per_draw)
    first = range(min(settings.with_one_more_head, ends[0]))
    more = one_more_of_each(plans[0].source) if first else []
    more_plans = [plans[0], *(Plan.of(one.source, settings) for one in more)] if more else []
    further = further_of_the_first(plans[0], settings)
    beside_them: list[list[np.ndarray]] = [[] for _ in (*more_plans, *further)]
    written = 0
    with KpiFile(folder / KPIS, [plan.source.name for plan in plans], rows) as file:
        for begun, end in pairwise([0, *ends]):
            asked = [Asked(plan, KpiTable(settings.most_rows), range(begun, end)) for plan in plans]
            beside = [*(Asked(plan, OneMoreHead(), first) for plan in more_plans), *further] if not begun else []
            for part in player.parts([*asked, *beside]):
                if part.asked >= len(plans):
                    beside_them[part.asked - len(plans)].append(part.values)
                    continue
                values[part.asked][part.numbers] = part.values
                if part.asked == len(plans) - 1:
                    written = _write_blocks(file, values, written, part.numbers.stop, settings)
            if enough(end):
                break
        _write_blocks(file, values, written, end, settings, whole=True)
    if more:
        reference = plans[0].source.at_central()
        played = np.stack([np.concatenate(parts) for parts in beside_them[: len(more_plans)]], axis=1)
        draws = np.asarray(draw_of(np.arange(len(played)), settings))
        write_one_more_head(folder, reference, reference.calendar(settings.months), more, played, draws)
    return end, np.concatenate(beside_them[-1]) if further else None


def _write_blocks(
    file: KpiFile,
    values: Sequence[np.ndarray],
    written: int,
    played: int,
    settings: RunSettings,
    whole: bool = False,
) -> int:
    """Write to kpis.parquet the blocks that are full, and the rest once the run is whole.

    Returns how many replications it has now.

    Its rows stand by block of so many replications, then by plan: an order that no way of playing changes.
    """
    while written < played and (played - written >= BLOCK_REPLICATIONS or whole):
        block = np.arange(written, min(written + BLOCK_REPLICATIONS, played))
        for plan, of_plan in enumerate(values):
            file.add(plan, block, np.asarray(draw_of(block, settings)), np.array(of_plan[block[0] : block[-1] + 1]))
        written += len(block)
    return written


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
