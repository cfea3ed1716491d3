"""Snapshots: the open pipeline at a month's first instant, as rows of the ledger."""

from __future__ import annotations

import numpy as np

from sim import ledger
from sim.scenario.codebook import Codebook
from sim.scenario.scenario import Scenario

WHOLE_CELL = (
    ledger.OPEN_DEALS, ledger.OPEN_USD, ledger.DATED_IN_MONTH_USD, ledger.DATED_IN_QUARTER_USD, ledger.WAITING_LEADS,
    ledger.COMMITTED_USD,
)  # fmt: skip


class Snapshot:
    """By cell and quantity, then by cell and stage; all but month and value is known beforehand."""

    def __init__(self, scenario: Scenario):
        self._committed = committed_stages(scenario)
        self._blank = blank_rows(Codebook.of(scenario))

    def rows(self, month: int, stages: np.ndarray, cells: np.ndarray, waiting: np.ndarray) -> np.ndarray:
        """Rows of ``ledger.SNAPSHOTS``, from what ``Pipeline.snapshot`` counted."""
        committed = (stages[:, :, 1] * self._committed).sum(axis=1)
        rows = self._blank.copy()
        rows["month"] = month
        rows["value"] = np.concatenate([cells.T.ravel(), waiting, committed, stages.T.ravel()])
        return rows[(rows["stage"] == -1) | (rows["value"] != 0)]


def committed_stages(scenario: Scenario) -> np.ndarray:
    """1.0 for the stages whose deals count as committed; shape (cells, most stages)."""
    segments = scenario.world.segments.values()
    flags = np.zeros((len(segments), max(len(segment.stages) for segment in segments)))
    for s, segment in enumerate(segments):
        flags[s, : len(segment.stages)] = [stage.forecast_category == "commit" for stage in segment.stages.values()]
    return np.repeat(flags, len(scenario.world.regions), axis=0)


def blank_rows(codes: Codebook) -> np.ndarray:
    """The rows of one snapshot, all but month and value."""
    segment, region = codes.of_cells
    blocks = [(quantity, np.full(len(segment), -1)) for quantity in WHOLE_CELL]
    for quantity in (ledger.OPEN_DEALS, ledger.OPEN_USD):
        blocks += [(quantity, codes.stage_code[segment, k]) for k in range(codes.stage_code.shape[1])]
    rows = np.zeros(len(blocks) * len(segment), ledger.SNAPSHOTS)
    rows["quantity"] = np.repeat([quantity for quantity, _ in blocks], len(segment))
    rows["segment"], rows["region"] = np.tile(segment, len(blocks)), np.tile(region, len(blocks))
    rows["stage"] = np.concatenate([stage for _, stage in blocks])
    return rows
