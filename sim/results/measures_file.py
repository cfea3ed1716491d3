"""measures.csv: what the measures of a run are, so that whoever reads its tables needs nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import astuple, dataclass
from pathlib import Path

import numpy as np

from sim.measures.catalogue import BY_NAME, MEASURES
from sim.measures.kpis import Rows
from sim.measures.measure import Measure
from sim.results import layout
from sim.results.csv_file import read_table, text, write_table


@dataclass(frozen=True)
class MeasureSaid:
    """A line of measures.csv; fields as its columns (``sim.measures.measure``)."""

    name: str
    label: str
    unit: str
    format: str
    kind: str
    meaning: str
    formula: str

    @classmethod
    def of(cls, measure: Measure) -> MeasureSaid:
        """What a measure says of itself."""
        return cls(
            measure.name, measure.label, measure.unit, measure.format, measure.kind, measure.meaning, measure.formula
        )

    @property
    def is_ratio(self) -> bool:
        """Whether its mean over replications may be a ratio of means or a mean of ratios."""
        return self.kind == "ratio" and self.format != "odds"


def write_measures(folder: Path, rows: Sequence[Rows]) -> None:
    """Write a line for each measure that any plan of the run has, in the catalogue's order."""
    codes = np.unique(np.concatenate([one.measure for one in rows])).tolist()
    said = (astuple(MeasureSaid.of(MEASURES[code])) for code in codes)
    write_table(folder, layout.MEASURES, [",".join(map(text, cells)) for cells in said])


def read_measures(folder: Path) -> dict[str, MeasureSaid]:
    """By name. A folder of before there was measures.csv has what this version declares."""
    if not (folder / layout.MEASURES.file).is_file():
        return {name: MeasureSaid.of(measure) for name, measure in BY_NAME.items()}
    rows = read_table(folder, layout.MEASURES)[list(layout.MEASURES.columns)]
    return {cells[0]: MeasureSaid(*cells) for cells in rows.itertuples(index=False, name=None)}
