"""Run settings: how to run, apart from what a scenario says. Their defaults stand in ``configs/run.yaml``."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Annotated, Literal

from pydantic import Field, ValidationError, ValidationInfo, field_validator

from sim.measures.kpis import MOST_ROWS
from sim.results.criterion import STANDING, Criterion, criterion_of
from sim.results.precision import PERCENTILES, PrecisionOf
from sim.scenario.errors import Problem, ScenarioError
from sim.scenario.quantities import Noun
from sim.scenario.reading.compose import join, parse_override
from sim.scenario.reading.document import read_document
from sim.scenario.reading.explain import explain
from sim.scenario.reading.folders import label_of, shipped
from sim.scenario.reading.origin import Origin

PREFIX = "run"
MOST_REPLICATIONS = 1_000_000
FEWEST_OF_ONE_MORE_HEAD = 30


class RunSettings(Noun):
    """How many replications, how long, with which luck, and what to write."""

    seed: Annotated[int, Field(ge=0, le=2**63 - 1)] = Field(
        default=1, description="names the luck; the same seed gives the same results"
    )
    replications: Annotated[int, Field(ge=1, le=MOST_REPLICATIONS)] = Field(
        default=200, description="how many times each scenario is played"
    )
    lucks_per_draw: Annotated[int, Field(ge=1, le=1_000_000)] = Field(
        default=1,
        description="replications that share one draw of the uncertainties; 2 or more tell chance from ignorance",
    )
    months: Annotated[int, Field(ge=1, le=120)] = Field(default=24, description="horizon")
    n_jobs: Annotated[int, Field(ge=-1, le=1024)] = Field(
        default=-1, description="worker processes; -1 for one a core. Results do not depend on it"
    )
    executor: Literal["local", "dask"] = Field(
        default="local", description="who plays: processes of this machine, or workers of dask.distributed anywhere"
    )
    scheduler: str = Field(
        default="",
        description="where the scheduler of dask is, such as tcp://10.0.0.5:8786; none for workers of this machine",
    )
    uncertain: bool = Field(
        default=True, description="draw the uncertainties; false holds them at their central values"
    )
    precision: Annotated[float, Field(gt=0.0, allow_inf_nan=False)] | None = Field(
        default=None,
        description="stop by itself once the answer is known to within so much, in the criterion's unit: dollars, of"
        " odds and shares points;"
        " run.replications is then the most that is played",
    )
    precision_of: PrecisionOf = Field(
        default="mean",
        description="what is to be known so closely: the mean by the criterion or the odds, of several plans how far"
        " each lies from the first; a percentile of each plan's bookings; or best: which plan is the best, or so little"
        " short of it",
    )
    reference_replications: Annotated[int, Field(ge=1, le=MOST_REPLICATIONS)] | None = Field(
        default=None,
        description="of compare: how many times the first plan is played; the figures of the others, played"
        " run.replications times, are then also told through it",
    )
    criterion: str = Field(
        default=STANDING[0],
        description=f"what plans are ranked by: {', '.join(STANDING)}, or a measure of which more or less is better;"
        " it changes no number",
    )
    results_folder: str = Field(
        default="results", min_length=1, description="where run folders go, from the current folder"
    )
    label: str = Field(
        default="", max_length=200, description="what you call the run; it is kept in the manifest and the report"
    )
    most_rows: Annotated[int, Field(ge=1000, le=1_000_000)] = Field(
        default=MOST_ROWS,
        description="rows of the table of measures; the finest periods of the finest groups are left out beyond them",
    )
    keep: bool = Field(
        default=True,
        description="keep finished replications in the results folder, so that a run goes on after a break"
        " and plans of one comparison serve the next; it changes no number",
    )
    keep_gb: Annotated[float, Field(ge=0.0, le=1_000_000.0)] = Field(
        default=5.0, description="how much is kept at most; what nobody used for longest goes first"
    )
    figures: bool = Field(default=True, description="draw figures and write the report")
    one_more_head_replications: Annotated[int, Field(ge=0, le=MOST_REPLICATIONS)] = Field(
        default=45,
        description="replications of the first plan that are played again with one head more of each role;"
        " 0 for none, and none in a run of fewer than 30",
    )

    @field_validator("n_jobs")
    @classmethod
    def _some_worker(cls, n_jobs: int) -> int:
        if n_jobs == 0:
            raise ValueError("0 workers do nothing; give 1 or more, or -1 for one a core")
        return n_jobs

    @field_validator("scheduler")
    @classmethod
    def _of_dask(cls, scheduler: str, info: ValidationInfo) -> str:
        if scheduler and info.data.get("executor") == "local":
            raise ValueError("a scheduler is asked only with run.executor=dask")
        if scheduler and "://" not in scheduler:
            raise ValueError("expected an address such as tcp://10.0.0.5:8786")
        return scheduler

    @field_validator("criterion")
    @classmethod
    def _ranks_plans(cls, criterion: str) -> str:
        return criterion_of(criterion).name

    @field_validator("precision_of")
    @classmethod
    def _one_luck_a_draw(cls, of: PrecisionOf, info: ValidationInfo) -> PrecisionOf:
        if info.data.get("precision") is not None and of in PERCENTILES and info.data.get("lucks_per_draw", 1) > 1:
            raise ValueError("a percentile at a look needs one luck a draw: run.lucks_per_draw=1")
        return of

    @field_validator("reference_replications")
    @classmethod
    def _more_than_pairs(cls, reference: int | None, info: ValidationInfo) -> int | None:
        pairs = info.data.get("replications")
        if reference is not None and info.data.get("precision") is not None:
            raise ValueError("a run that stops by itself (run.precision) plays all plans as often; give one of the two")
        if reference is not None and pairs is not None and reference <= pairs:
            raise ValueError(f"every plan is played {pairs} times (run.replications); give more than that")
        return reference

    @field_validator("one_more_head_replications")
    @classmethod
    def _enough_to_tell(cls, replications: int) -> int:
        if 0 < replications < FEWEST_OF_ONE_MORE_HEAD:
            raise ValueError(
                f"{replications} tell nothing of one head; give {FEWEST_OF_ONE_MORE_HEAD} or more, or 0 for none"
            )
        return replications

    @property
    def ranked_by(self) -> Criterion:
        """What plans are ranked by."""
        return criterion_of(self.criterion)

    @property
    def with_one_more_head(self) -> int:
        """How many replications, the first ones, are played with one head more as well."""
        if self.replications < FEWEST_OF_ONE_MORE_HEAD:
            return 0
        return min(self.one_more_head_replications, self.replications)

    @property
    def workers(self) -> int:
        """How many worker processes to use, never more than there are replications."""
        cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
        return min(cores if self.n_jobs < 0 else self.n_jobs, self.reference_replications or self.replications)


def load_settings(overrides: Sequence[str] = ()) -> RunSettings:
    """The settings of ``configs/run.yaml`` with overrides such as ``run.replications=500``. Raises ScenarioError."""
    path = shipped("configs") / "run.yaml"
    document = read_document(path, label_of(path))
    bare = [text.replace(f"{PREFIX}.", "", 1) for text in overrides]
    origin = Origin(document.label, [document], [parse_override(text) for text in bare])
    raw = join([document], bare)
    try:
        return RunSettings.model_validate(raw)
    except ValidationError as error:
        raise _in_users_words(explain(error, RunSettings, raw), origin) from None


def _in_users_words(problems: Sequence[Problem], origin: Origin) -> ScenarioError:
    """The keys as the command line spells them, with the prefix that tells settings from a scenario."""
    return ScenarioError(
        [f"{origin.place(path)}: {PREFIX}.{'.'.join(map(str, path))}: {text}" for path, text in problems]
    )
