"""The opening: where the organization starts, as teams of seats or as a company's own files."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, PrivateAttr, model_validator

from sim.records.records import Records
from sim.scenario.levers import Backfill, Coverage, Target
from sim.scenario.names import ColumnName, OwnName, RegionName, RoleName, SegmentName, StageName, Text
from sim.scenario.pay import Pay
from sim.scenario.quantities import Count, Noun, Share
from sim.scenario.quota import Quota


class Team(Noun):
    """Seats of one role in one segment and region on the first day."""

    role: RoleName = Field(description="the role of its people")
    region: RegionName = Field(description="where they are")
    segment: SegmentName | None = Field(default=None, description="none for roles that serve all segments")
    seats: Count = Field(description="how many seats there are, filled or empty")
    tenure_months: list[Annotated[float, Field(ge=0, le=720)]] | None = Field(
        default=None,
        description="tenures on the first day, one a seat, and vacant_share does not apply to this team; "
        "else drawn from the long-run distribution",
    )


class OpeningFiles(Noun):
    """What a company brings as CSV, beside the scenario or in the current folder; docs/opening_files.md has the layout.

    What is not given is drawn from the long run.
    """

    roster: Text | None = Field(default=None, min_length=1, description="who sits where; instead of teams")
    pipeline: Text | None = Field(default=None, min_length=1, description="the open deals")
    customers: Text | None = Field(default=None, min_length=1, description="the installed base")

    columns: dict[OwnName, ColumnName] = Field(
        default_factory=dict, description="columns of the files under names of their own, each with the layout's name"
    )
    stages: dict[OwnName, StageName] = Field(
        default_factory=dict,
        description="stages of the pipeline under names of their own, each with the scenario's name",
    )
    dates: Literal["month_first", "day_first"] | None = Field(
        default=None, description="order of dates such as 12/7/2026, where a column does not tell it"
    )
    decimal: Literal["point", "comma"] | None = Field(
        default=None, description="sign before the decimals of amounts, where a column does not tell it"
    )
    usd_per: dict[OwnName, Annotated[float, Field(ge=1e-6, le=1000)]] = Field(
        default_factory=dict, description="US dollars a unit of another currency, by its code; others are set aside"
    )

    @property
    def given(self) -> dict[str, str]:
        """The files that are given, by kind."""
        files = {"roster": self.roster, "pipeline": self.pipeline, "customers": self.customers}
        return {kind: file for kind, file in files.items() if file is not None}


class PastLevers(Noun):
    """What the company ran on before the first day. It decides who had been let go and who had left by then.

    Filled in from the levers of the file that gives the opening's teams, so that no plan built on it changes the past.
    """

    backfill: Backfill | None = Field(default=None, description="as levers.backfill, before the first day")
    coverage: Coverage | None = Field(default=None, description="as levers.coverage, before the first day")
    target: Target | None = Field(default=None, description="as levers.target, before the first day")
    quota: Quota | None = Field(default=None, description="as levers.quota, before the first day")
    pay: Pay | None = Field(default=None, description="as levers.pay, before the first day")


class Opening(Noun):
    """Where the organization starts. It depends on nothing else that a plan may change."""

    teams: dict[OwnName, Team] = Field(
        default_factory=dict, description="seats of the first day; with a roster, its own"
    )
    files: OpeningFiles | None = Field(default=None, description="a roster, pipeline and installed base as CSV")
    vacant_share: Share | None = Field(
        default=None,
        description="share of seats empty on the first day, on which the searches for them begin; none for the long "
        "run's, with searches under way",
    )
    levers: PastLevers | None = Field(
        default=None, description="on which the years before the first day ran; filled in from the levers"
    )
    past_seat_years: float = Field(
        default=11000,
        ge=0,
        le=200000,
        description="years of seats that are played to find who is there on the first day; more is more exact and "
        "takes longer, 0 goes by the usual rates of exits alone",
    )
    pipeline: Literal["stationary", "empty"] = Field(
        default="stationary", description="stationary: the long run's open deals; empty: none"
    )
    warm_up_days: float = Field(
        default=180,
        ge=0,
        le=1000,
        description="days of history played before the first day, on top of the long-run pipeline",
    )
    _records: Records | None = PrivateAttr(default=None)

    @model_validator(mode="after")
    def _somebody_is_there(self) -> Opening:
        if not self.teams and (self.files is None or self.files.roster is None):
            raise ValueError("teams is missing or empty; give at least one team, or a roster in files")
        return self

    @property
    def records(self) -> Records | None:
        """What was read of the company's files; None where it has none."""
        return self._records

    def has_file(self, kind: str) -> bool:
        """Whether the first day's roster, pipeline or customers come from a file."""
        return self._records is not None and self._records.has(kind)

    def with_records(self, records: Records, teams: dict[str, Team]) -> Opening:
        """The same opening with what was read of its files, and the teams that a roster makes."""
        opening = self.model_copy(update={"teams": teams or self.teams})
        opening._records = records
        return opening
