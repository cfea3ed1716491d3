"""The KPI table of one replication: its rows, fixed by the scenario's names, and their values from a ledger."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache

import numpy as np

from sim.calendar import Calendar
from sim.ledger import Ledger
from sim.measures.catalogue import BY_NAME, CHAPTERS, MEASURES
from sim.measures.groups import CELL_KINDS, FAMILIES, GROUP_KINDS, Groups, groups_of
from sim.measures.left_out import kinds_kept, left_out_in_words
from sim.measures.means import OfParts
from sim.measures.measure import Measure
from sim.measures.periods import PERIOD_KINDS, TOTAL, periods_of
from sim.measures.reading import Given, Reading
from sim.measures.sums import Frame, Sums
from sim.scenario.scenario import UNALLOCATED, Scenario

MOST_ROWS = 20_000  # five years of the base by month, segment and region; a run may say otherwise

# What is left out, in this order, when a scenario has more groups and periods than the table may hold: a group's
# finest periods, then (None) the group altogether. The last step leaves one row a measure, so the cap always holds.
_COARSENED: tuple[tuple[str, str | None], ...] = (
    ("segment_region", "year"), ("role", "year"), ("region", "year"), ("segment_region", "total"), ("source", "year"),
    ("segment", "year"), ("trigger", "year"), ("source", "total"), ("region", "total"), ("stage", "year"),
    ("all", "quarter"), ("segment_region", None), ("region", None), ("segment", "total"), ("stage", "total"),
    ("role", "total"), ("attainment", "total"), ("trigger", "total"), ("stage", None), ("source", None),
    ("role", None), ("attainment", None), ("trigger", None), ("all", "year"), ("segment", None), ("all", "total"),
)  # fmt: skip


@dataclass(frozen=True)
class Rows:
    """The rows of a table, without numbers: one entry a row in each array. Codes index the tuples of names."""

    frame: Frame
    period_kind: np.ndarray  # places in PERIOD_KINDS
    period: np.ndarray  # places in frame.periods.labels
    group_kind: np.ndarray  # places in GROUP_KINDS
    group: np.ndarray  # places in group_names
    measure: np.ndarray  # places in MEASURES
    group_names: tuple[str, ...]
    chunks: tuple[tuple[int, str, slice, np.ndarray], ...]  # measure, family, rows, places in its (G, T) grid
    left_out: str = ""  # in words, what the table has no room for

    def __len__(self) -> int:
        return len(self.measure)

    def total_place(self, measure: str) -> int | None:
        """Where a measure's number for everybody over the whole run stands; None where the table has none."""
        code = next((k for k, one in enumerate(MEASURES) if one.name == measure), -1)
        everybody = self.group_kind == GROUP_KINDS.index("all")
        places = np.flatnonzero((self.measure == code) & (self.period_kind == TOTAL) & everybody)
        return int(places[0]) if len(places) else None

    def labels(self) -> list[tuple[str, str, str, str, int]]:
        """Period kind, period, group kind, group and measure of each row, in names that other tables know too."""
        labels = self.frame.periods.labels
        columns = zip(self.period_kind, self.period, self.group_kind, self.group, self.measure, strict=True)
        return [
            (PERIOD_KINDS[pk], labels[p], GROUP_KINDS[gk], self.group_names[g], int(m)) for pk, p, gk, g, m in columns
        ]


@dataclass(frozen=True)
class KpiLayout:
    """The rows of a scenario's KPI table, and the scenario's numbers that measures need."""

    rows: Rows
    scenario: Scenario
    calendar: Calendar

    def __len__(self) -> int:
        return len(self.rows)

    @cached_property
    def _given(self) -> Given:
        return Given(self.rows.frame, self.scenario)

    def values(self, ledger: Ledger) -> np.ndarray:
        """The value of every row, shape (rows,), float64; NaN where a measure is undefined."""
        reading = Reading(self._given, ledger)
        out = np.empty(len(self.rows))
        with np.errstate(divide="ignore", invalid="ignore"):
            found = {family: _Values(sums) for family, sums in sums_of(reading).items()}
            for measure, family, where, grid in self.rows.chunks:
                out[where] = found[family].of(MEASURES[measure]).ravel()[grid]
        out[np.isinf(out)] = np.nan
        return out


def sums_of(reading: Reading) -> dict[str, Sums]:
    """The sums of all chapters, by family of groups."""
    cubes = [make(reading) for chapter in CHAPTERS for make in chapter.sums]
    families = {family: Sums(reading.frame, family, cubes) for family in FAMILIES}
    for chapter in CHAPTERS:
        for put, of in chapter.beyond_sums.items():
            for family in of:
                put(families[family], reading)
    return families


class _Values:
    """The values of measures for one family of groups, each worked out once; shape (G, T)."""

    def __init__(self, sums: Sums):
        self._sums = sums
        self._found: dict[str, np.ndarray] = {}

    def of(self, measure: Measure) -> np.ndarray:
        if measure.name not in self._found:
            rule = measure.value
            if isinstance(rule, OfParts):
                self._found[measure.name] = rule.of(*(self.of(BY_NAME[part]) for part in rule.parts))
            else:
                self._found[measure.name] = rule(self._sums)
        return self._found[measure.name]


def table(scenario: Scenario, calendar: Calendar, most_rows: int = MOST_ROWS) -> KpiLayout:
    """The KPI table of a scenario over a calendar. Its rows depend on names and dates only, not on numbers."""
    return KpiLayout(rows_of(groups_of(scenario), calendar, most_rows), scenario, calendar)


def by_month_and_segment(scenario: Scenario, calendar: Calendar, names: tuple[str, ...]) -> KpiLayout:
    """As ``table``, but of some measures only: the whole organization and each segment by every period.

    For whoever adds up other periods than the table has. Rows stand by measure in the catalogue's order, then by group
    (all, then the segments), then by period.
    """
    return KpiLayout(_chosen_rows(groups_of(scenario), calendar, names), scenario, calendar)


@lru_cache(maxsize=64)
def _chosen_rows(groups: Groups, calendar: Calendar, names: tuple[str, ...]) -> Rows:
    everywhere = {"all": "month", "segment": "month"}
    return _lay_out(Frame(groups, periods_of(calendar)), {}, dict.fromkeys(names, everywhere))


def common_rows(a: Rows, b: Rows) -> tuple[Rows, np.ndarray, np.ndarray]:
    """The rows that two tables share, in the order of the first, and where they stand in each."""
    if a is b:
        everywhere = np.arange(len(a))
        return a, everywhere, everywhere
    place_in_b = {key: place for place, key in enumerate(b.labels())}
    shared = [(place, place_in_b[key]) for place, key in enumerate(a.labels()) if key in place_in_b]
    in_a, in_b = np.array(shared, int).reshape(-1, 2).T
    columns = (a.period_kind, a.period, a.group_kind, a.group, a.measure)
    period_kind, period, group_kind, group, measure = (column[in_a] for column in columns)
    return Rows(a.frame, period_kind, period, group_kind, group, measure, a.group_names, ()), in_a, in_b


@lru_cache(maxsize=64)
def rows_of(groups: Groups, calendar: Calendar, most_rows: int = MOST_ROWS) -> Rows:
    """The rows for these names and dates: all that the measures declare, coarsened until ``most_rows`` hold it."""
    frame = Frame(groups, periods_of(calendar))
    coarsest: dict[str, str | None] = {}
    full = rows = _lay_out(frame, coarsest)
    for group_kind, period_kind in _COARSENED:
        if len(rows) <= most_rows:
            break
        coarsest[group_kind] = period_kind
        rows = _lay_out(frame, coarsest)
    if rows is full:
        return full
    whole, kept = (kinds_kept(one.group_kind, one.period_kind) for one in (full, rows))
    return replace(rows, left_out=left_out_in_words(whole, kept, len(full)))


def _lay_out(
    frame: Frame, coarsest: Mapping[str, str | None], chosen: Mapping[str, Mapping[str, str]] | None = None
) -> Rows:
    """``chosen``: by measure, how finely it is given instead of as it declares; those not named are left out."""
    group_names = tuple(dict.fromkeys(name for family in FAMILIES for _, name in frame.groups.names(family)))
    place_of = {name: code for code, name in enumerate(group_names)}
    axes = {family: frame.groups.names(family) for family in FAMILIES}
    kinds_of = {family: np.array([GROUP_KINDS.index(kind) for kind, _ in axis], int) for family, axis in axes.items()}
    named = {family: np.array([name != UNALLOCATED for _, name in axis], bool) for family, axis in axes.items()}
    places_of = {family: np.array([place_of[name] for _, name in axis], int) for family, axis in axes.items()}
    columns: list[tuple[np.ndarray, ...]] = []
    chunks = []
    begun = 0
    for code, measure in enumerate(MEASURES):
        finest = measure.finest if chosen is None else chosen.get(measure.name, {})
        for family in dict.fromkeys("cell" if kind in CELL_KINDS else kind for kind in finest):
            grid = _grid(frame.periods.kinds, kinds_of[family], finest, coarsest)
            if chosen is not None or not measure.adds_up:
                grid = grid[named[family][grid // len(frame.periods.labels)]]
            if not len(grid):
                continue
            group, period = np.divmod(grid, len(frame.periods.labels))
            kinds, places = kinds_of[family][group], places_of[family][group]
            columns.append((frame.periods.kinds[period], period, kinds, places, np.full(len(grid), code)))
            chunks.append((code, family, slice(begun, begun + len(grid)), grid))
            begun += len(grid)
    period_kind, period, group_kind, group, measure_code = (
        np.concatenate(column).astype(np.int32) for column in zip(*columns, strict=True)
    )
    return Rows(frame, period_kind, period, group_kind, group, measure_code, group_names, tuple(chunks))


def _grid(
    periods: np.ndarray, groups: np.ndarray, finest: Mapping[str, str], coarsest: Mapping[str, str | None]
) -> np.ndarray:
    """Places in a family's (G, T) grid that are given: from the coarser of the two periods up, nothing for None.

    Args:
        periods: kinds of its periods, shape (T,). groups: kinds of its groups, shape (G,).
    """
    given = np.zeros((len(GROUP_KINDS), len(periods)), bool)
    for kind, least in finest.items():
        limit = coarsest.get(kind, "month")
        if limit is not None:
            given[GROUP_KINDS.index(kind)] = periods >= max(PERIOD_KINDS.index(least), PERIOD_KINDS.index(limit))
    return np.flatnonzero(given[groups].ravel())
