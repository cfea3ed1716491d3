"""A run folder as the report sees it: the summary, the differences, the manifest and the scenarios as run."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd
import yaml

from sim.results.criterion import STANDING, Criterion, criterion_of
from sim.results.csv_file import read_table
from sim.results.estimates import student
from sim.results.judged_by import measured_for
from sim.results.layout import (
    DIFFERENCES,
    KPIS,
    MANIFEST,
    ONE_MORE_HEAD,
    OPENING_FILES,
    SCENARIOS,
    SHARPER,
    SUMMARY,
    TOTAL,
)
from sim.results.measures_file import MeasureSaid, read_measures
from sim.results.replications import Replications, read_replications
from sim.results.verdict import Horizon, Played, Verdict, judge
from sim.scenario.scenario import UNALLOCATED

KEY = [column for column in SUMMARY.key if column != "period"]
PAIR_KEY = [column for column in DIFFERENCES.key if column != "period"]


class PeriodRows:
    """Rows of a table by key, indexed by period. Places are looked up once, rows are taken out when asked for."""

    def __init__(self, table: pd.DataFrame, key: list[str]):
        self._table = table
        self._places = table.groupby(key, sort=False).indices
        self._taken: dict[tuple[str, ...], pd.DataFrame] = {}

    def of(self, *key: str) -> pd.DataFrame:
        """The rows of a key; none where the table has none."""
        if key not in self._taken:
            self._taken[key] = self._table.iloc[self._places.get(key, [])].set_index("period")
        return self._taken[key]


_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # a scenario as run is long, and a run may have fifty


@dataclass(frozen=True)
class RunFolder:
    """What one run left behind, read once.

    ``summary`` and ``differences`` have the columns of summary.csv and differences.csv; ``differences`` is empty for a
    run of one plan. ``plans`` are scenario names, the reference first.
    """

    folder: Path
    plans: tuple[str, ...]
    summary: pd.DataFrame
    differences: pd.DataFrame
    manifest: dict[str, Any]
    scenarios: dict[str, dict[str, Any]] = field(repr=False)
    measures: Mapping[str, MeasureSaid] = field(default_factory=dict, repr=False)  # by name, what each is
    opening_files: pd.DataFrame = field(default_factory=pd.DataFrame, repr=False)  # empty where none were read
    one_more_head: pd.DataFrame = field(default_factory=pd.DataFrame, repr=False)  # empty where none was played
    sharper: pd.DataFrame = field(default_factory=pd.DataFrame, repr=False)  # empty where replications were too few
    whole: RunFolder | None = field(default=None, repr=False)  # the run that ``plans`` are only some of, if so

    @property
    def reference(self) -> str:
        """The plan that the others are compared with."""
        return self.plans[0]

    @cached_property
    def replications(self) -> Replications:
        """Each replication's numbers for the whole organization, read when first asked for."""
        if self.whole is not None:
            return self.whole.replications
        return read_replications(self.folder / KPIS, self.plans, measured_for(self.asked))

    @property
    def asked(self) -> Criterion:
        """What plans were to be ranked by. Raises NoCriterion where this version knows of none by its name."""
        return criterion_of((self.manifest.get("settings") or {}).get("criterion", STANDING[0]))

    @cached_property
    def verdict(self) -> Verdict:
        """Which plan to choose of the whole run, from the replications: the same one that the screen told."""
        if self.whole is not None:
            return self.whole.verdict
        table = self.replications.table
        index = table(self.reference, "bookings", "total").index
        played = []
        for plan in self.plans:
            found = {name: table(plan, name, "total") for name in measured_for(self.asked)}
            totals = {name: one.loc[index].iloc[:, 0].to_numpy() for name, one in found.items() if one.size}
            played.append(Played(plan, self.kind(plan), totals))
        facts = self.manifest.get("verdict") or {}
        months = max(3 * len(self.periods("quarter")), len(self.periods("month")))
        later = (float(facts.get(name, 0.0)) for name in ("run_off_years", "discount_per_year"))
        horizon = Horizon(float(facts.get("played_years", months / 12)), *later)
        draws = index.get_level_values("draw").to_numpy()
        return judge(played, draws, self.asked, horizon)

    def kind(self, plan: str) -> str:
        """Plan or weather."""
        return str(self.scenarios.get(plan, {}).get("kind", "plan"))

    @cached_property
    def _rows(self) -> PeriodRows:
        return PeriodRows(self.summary, KEY)

    @cached_property
    def _pairs(self) -> PeriodRows:
        return PeriodRows(self.differences, PAIR_KEY)

    def rows(
        self, plan: str, measure: str, period_kind: str, group_kind: str = "all", group: str = "all"
    ) -> pd.DataFrame:
        """Rows of the summary, one a period in order of time, indexed by period; no rows where the run has none."""
        return self._rows.of(plan, period_kind, group_kind, group, measure)

    def statistic(
        self, plan: str, measure: str, name: str = "mean", period_kind: str = "total", period: str = "total"
    ) -> float:
        """One number of the summary for the whole organization; NaN where the run has none."""
        rows = self.rows(plan, measure, period_kind)
        return float(rows[name].loc[period]) if period in rows.index else float("nan")

    def mean(self, plan: str, measure: str, period_kind: str = "total", period: str = "total") -> float:
        """The mean that Finance reads: a ratio of means where the run has one, else the mean; NaN where none."""
        rows = self.rows(plan, measure, period_kind)
        if period not in rows.index:
            return float("nan")
        return float(
            rows["ratio_of_means"].loc[period] if self.is_ratio_of_means(measure) else rows["mean"].loc[period]
        )

    def median_reach(self, plan: str, measure: str) -> float:
        """How far the 95% interval of a measure's median over the whole run goes to either side."""
        draws = self.replications.table(plan, measure, TOTAL).index.get_level_values("draw")
        return float(student(len(draws.unique()))) * self.statistic(plan, measure, "se_p50")

    def is_ratio_of_means(self, measure: str) -> bool:
        """Whether a measure's mean is told as the ratio of the means of its parts."""
        return measure in self._ratios_of_means

    @cached_property
    def _ratios_of_means(self) -> frozenset[str]:
        if "ratio_of_means" not in self.summary.columns:
            return frozenset()
        return frozenset(self.summary.loc[self.summary["ratio_of_means"].notna(), "measure"])

    def difference_rows(self, plan: str, measure: str, period_kind: str) -> pd.DataFrame:
        """Rows of the differences of a plan from the reference, whole organization, indexed by period."""
        return self._pairs.of(plan, period_kind, "all", "all", measure)

    def has(self, measure: str) -> bool:
        """Whether any plan has a defined, non-zero number of a measure for the whole organization."""
        rows = [self.rows(plan, measure, kind)["mean"] for plan in self.plans for kind in ("quarter", "year", "total")]
        return any(bool((one.notna() & (one != 0.0)).any()) for one in rows)

    def label(self, measure: str) -> str:
        """A measure as a table's row is headed; by its name where the folder does not say."""
        known = self.measures.get(measure)
        return known.label if known else measure.replace("_", " ").capitalize()

    def format_of(self, measure: str) -> str:
        """How a measure's numbers are shown (``sim.measures.measure.Format``)."""
        known = self.measures.get(measure)
        return known.format if known else "number"

    @cached_property
    def measure_names(self) -> frozenset[str]:
        """The measures that the run has."""
        return frozenset(self.summary["measure"])

    @property
    def replication_count(self) -> int:
        """How many replications each plan has."""
        return len(self.replications.table(self.reference, "bookings", "total"))

    def groups(self, group_kind: str, measure: str) -> list[str]:
        """The groups of a kind for which a measure was kept, in the run's order, without what is unallocated."""
        rows = self.summary
        chosen = (rows["group_kind"] == group_kind) & (rows["measure"] == measure) & (rows["group"] != UNALLOCATED)
        return list(dict.fromkeys(self.summary.loc[chosen, "group"]))

    def finest(self, measure: str, group_kind: str = "all") -> str:
        """The shortest kind of period that the run keeps a measure by; total where it keeps none shorter."""
        kept = self._kinds_kept.get((measure, group_kind), ())
        return next((kind for kind in ("month", "quarter", "year") if kind in kept), "total")

    @cached_property
    def _kinds_kept(self) -> dict[tuple[str, str], set[str]]:
        kept: dict[tuple[str, str], set[str]] = {}
        seen = self.summary[["measure", "group_kind", "period_kind"]].drop_duplicates()
        for measure, group_kind, period_kind in seen.itertuples(index=False):
            kept.setdefault((measure, group_kind), set()).add(period_kind)
        return kept

    def periods(self, period_kind: str) -> list[str]:
        """The periods of a kind, in order of time."""
        return list(dict.fromkeys(self.summary.loc[self.summary["period_kind"] == period_kind, "period"]))


def read_run(folder: Path) -> RunFolder:
    """Read a run folder.

    Raises FileNotFoundError, naming the file, where the folder is not a finished run.
    """
    for needed in (SUMMARY.file, KPIS, MANIFEST):
        if not (folder / needed).is_file():
            raise FileNotFoundError(f"{folder} is not a finished run: it has no {needed}")
    summary = read_table(folder, SUMMARY)
    differences = read_table(folder, DIFFERENCES)
    plans = list(dict.fromkeys(summary["scenario"]))
    if len(differences):
        plans.sort(key=lambda name: name != differences["a"].iat[0])
    return RunFolder(
        folder=folder,
        plans=tuple(plans),
        summary=summary,
        differences=differences,
        manifest=json.loads((folder / MANIFEST).read_text(encoding="utf-8")),
        scenarios=_read_scenarios(folder, plans),
        measures=read_measures(folder),
        opening_files=read_table(folder, OPENING_FILES),
        one_more_head=read_table(folder, ONE_MORE_HEAD),
        sharper=read_table(folder, SHARPER),
    )


def _read_scenarios(folder: Path, plans: list[str]) -> dict[str, dict[str, Any]]:
    """Each plan's scenario as run, by the name that it states."""
    found: dict[str, dict[str, Any]] = {}
    for path in sorted(folder.glob(SCENARIOS)):
        document = yaml.load(path.read_text(encoding="utf-8"), _LOADER)
        if isinstance(document, dict) and str(document.get("name")) in plans:
            found[str(document["name"])] = document
    return found
