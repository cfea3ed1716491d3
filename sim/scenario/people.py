"""Roles: what a person does, how they ramp, how able they are, when they leave and what they cost."""

from __future__ import annotations

import itertools
import re
from datetime import date
from typing import Annotated, Literal

from pydantic import Field, model_validator

from sim.scenario.names import OwnName, RefersTo, RegionName, RoleName, SegmentName, SourceName, Text
from sim.scenario.quantities import Cost, Days, NotNegative, Noun, Positive, Share
from sim.scenario.staffing import Who

MOST_VACATION_DAYS_A_MONTH = 20.0
LEAST_ACCEPTED_SHARE = 0.01
SearchDays = Annotated[float, Field(ge=1e-6, le=3650.0, allow_inf_nan=False)]


class Schedule(Noun):
    """Ramp read off a list of shares, one a step of tenure, then 1."""

    kind: Literal["schedule"]
    step_months: Positive = Field(default=3, le=24, description="length of one step")
    shares: list[Share] = Field(min_length=1, max_length=60, description="productive share in each step")
    between: Literal["stepped", "linear"] = Field(
        default="stepped", description="linear joins the steps' starting values"
    )


class LinearRamp(Noun):
    """Ramp that rises in a straight line."""

    kind: Literal["linear"]
    months: Positive = Field(le=60, description="months to full productivity")
    from_share: Share = Field(default=0.0, description="productive share on the first day")


class LogisticRamp(Noun):
    """S-shaped ramp."""

    kind: Literal["logistic"]
    half_months: Positive = Field(le=60, description="tenure at which half of full productivity is reached")
    steepness_per_month: Positive = Field(
        default=1.2, le=20, description="how fast it rises around the half, in log-odds a month"
    )


class NoRamp(Noun):
    """Fully productive from the first day."""

    kind: Literal["none"]


Ramp = Annotated[Schedule | LinearRamp | LogisticRamp | NoRamp, Field(discriminator="kind")]


class Ability(Noun):
    """How much people differ. Expected sales are proportional to ability (mean 1)."""

    sigma_log: float = Field(
        default=0.5, ge=0, le=2, description="spread of the logarithm of ability; 0: all are alike"
    )
    volume_share: Share = Field(default=0.5, description="part of ability that acts on volume; the rest acts on odds")
    never_ramps_share: Share = Field(default=0.0, description="share of hires who never reach full productivity")
    never_ramps_ceiling: Share = Field(default=0.4, description="the productivity at which they stay")


class StayLaw(Noun):
    """A law of how long people stay, by its mean and spread."""

    kind: Literal["normal", "gamma", "weibull"]
    mean_months: Positive = Field(
        ge=0.5, le=480, description="in the organization, where nothing else makes people leave"
    )
    sd_months: Positive = Field(le=480, description="their standard deviation; as the mean, the hazard is constant")


class StayTable(Noun):
    """How long people stay, by the part that has left after so many months."""

    kind: Literal["table"]
    months: list[Annotated[float, Field(ge=0.1, le=720)]] = Field(
        min_length=1, max_length=120, description="in the organization, rising"
    )
    left_share: list[Share] = Field(
        min_length=1, max_length=120,
        description="part of those who came that has left by then; evenly between, and on as in the last step",
    )  # fmt: skip

    @model_validator(mode="after")
    def _rises(self) -> StayTable:
        if len(self.months) != len(self.left_share):
            raise ValueError(f"months has {len(self.months)} values, left_share {len(self.left_share)}; give as many")
        if any(b <= a for a, b in itertools.pairwise(self.months)):
            raise ValueError("months must rise from one value to the next")
        if any(b < a for a, b in itertools.pairwise(self.left_share)):
            raise ValueError("left_share must not fall from one value to the next: who has left stays away")
        return self


Stay = Annotated[StayLaw | StayTable, Field(discriminator="kind")]


class Exits(Noun):
    """Why people leave. Rates are hazards: the chance to leave in a short time, a year."""

    voluntary_per_year: NotNegative = Field(
        default=0.15, le=20, description="whatever the attainment; not used with stay"
    )
    stay: Stay | None = Field(
        default=None, description="a law of how long people stay, in place of a constant voluntary_per_year"
    )
    hump_per_year: NotNegative = Field(
        default=0.0, le=20, description="added at middling attainment, where reps quit most"
    )
    hump_center: Positive = Field(default=0.95, le=5, description="attainment at which it peaks")
    hump_width: Positive = Field(
        default=0.3,
        le=5,
        description="attainment above and below the center at which the hump has fallen to three fifths",
    )
    contagion: float = Field(
        default=0.0, ge=0, le=2, description="log-hazard for each share of the team that left lately; 0 off"
    )
    contagion_days: Days = Field(default=90, ge=1, description="how long an exit counts as late")
    first_year_multiplier: NotNegative = Field(
        default=1.0, le=10, description="on the hazard of leaving by one's own will in the first year in the seat"
    )
    review_floor: Share = Field(
        default=0.0, description="quarterly attainment below which a review fails; 0 for no reviews"
    )
    reviews_failed: int = Field(default=2, ge=1, le=8, description="failed reviews in a row before someone is let go")
    grace_months: NotNegative = Field(default=9, le=60, description="tenure before reviews count")


class Coaching(Noun):
    """How many people one manager can coach, and what is lost where nobody does; in proportion between.

    Past the span coaching thins for the whole team.
    """

    span_ramped: Positive = Field(default=9, le=1000, description="people who are ramped")
    span_unramped: Positive = Field(default=7, le=1000, description="people who are not; they ask for more")
    ramp_loss_share: Share = Field(default=0.5, description="part of the ramp's pace lost where nobody coaches")
    odds_logit: float = Field(
        default=0.0, ge=0, le=5, description="log-odds that sellers lose in each stage where nobody coaches"
    )
    exits_multiplier: float = Field(
        default=1.0, ge=0.1, le=10, description="on the hazard to resign where nobody coaches; its logarithm between"
    )
    early_dates_share: Share = Field(
        default=0.0,
        description="part of the time to a deal's close that its forecast date falls short where nobody coaches",
    )


class TimeOff(Noun):
    """When people are not at work: vacations as an average out of everybody's hours, long leaves one by one."""

    vacation_days_per_year: float = Field(default=0.0, ge=0, le=100, description="working days, holidays not counted")
    vacation_by_month: Annotated[list[Share], Field(min_length=12, max_length=12)] = Field(
        default_factory=lambda: [1 / 12] * 12, description="part of them taken in each month from January; adds up to 1"
    )
    leaves_per_year: NotNegative = Field(default=0.0, le=20, description="long leaves that somebody at work begins")
    leave_mean_days: Positive = Field(default=90.0, le=730, description="calendar days that one lasts on average")

    @model_validator(mode="after")
    def _possible(self) -> TimeOff:
        if abs(sum(self.vacation_by_month) - 1.0) > 1e-6:
            raise ValueError(f"vacation_by_month must add up to 1; it adds up to {sum(self.vacation_by_month):.4g}")
        most = self.vacation_days_per_year * max(self.vacation_by_month)
        if most > MOST_VACATION_DAYS_A_MONTH:
            raise ValueError(
                f"vacation_days_per_year and vacation_by_month give {most:.3g} days in one month; "
                f"the most is {MOST_VACATION_DAYS_A_MONTH:g}"
            )
        return self

    def leave_share(self, days_per_year: float) -> float:
        """Part of the time that somebody is on leave in the long run."""
        away = self.leaves_per_year * self.leave_mean_days / days_per_year
        return away / (1.0 + away)


class Role(Noun):
    """A kind of job."""

    duty: Literal["sells", "prospects", "recruits", "supports", "engineers", "serves", "manages"] = Field(
        description="what its people do"
    )
    ramp: Ramp = Field(
        default=NoRamp(kind="none"), description="productive share by tenure: schedule, linear, logistic or none"
    )
    ability: Ability = Field(default=Ability(sigma_log=0.0), description="how much its people differ")
    exits: Exits = Field(default=Exits(), description="why they leave")
    selling_hours_per_week: Positive = Field(
        default=30, ge=0.5, le=80, description="hours a week that one at work has for deals; only for duty sells"
    )
    deals_at_once: Positive = Field(
        default=6, le=1000, description="only for duty engineers: deals that a ramped solution engineer serves at once"
    )
    takes: list[SourceName] = Field(
        default_factory=list, description="only for duty sells: the sources whose deals come to this role; none for all"
    )
    open_requisitions_per_head: Positive = Field(
        default=6, le=100, description="how many a recruiter works at once; only for duty recruits"
    )
    accounts_per_head: dict[SegmentName, Positive] = Field(
        default_factory=dict,
        description="only for duty serves: by segment, the customers that one ramped person serves well",
    )
    manages: Annotated[list[str], RefersTo("role")] = Field(
        default_factory=list, description="only for duty manages: the roles that are led"
    )
    without_seats: Literal["nobody", "others"] = Field(
        default="nobody",
        description="only for duties recruits, serves and manages: who does the work where the role has no seats; "
        "others are people outside the scenario, such as an agency, and keep up with it",
    )
    coaching: Coaching = Field(default=Coaching(), description="what its managers give; only for duty manages")
    time_off: TimeOff = Field(default=TimeOff(), description="vacations and long leaves")


class Attention(Noun):
    """A seller has only so many hours. When open deals ask for more, all of that seller's deals slow together."""

    enabled: bool = Field(default=True, description="whether overload slows and weakens deals")
    overload_logit: float = Field(
        default=0.6, ge=0, le=10, description="log-odds lost for each whole week's worth of excess demand, when chronic"
    )
    overload_memory_weeks: float = Field(default=4, ge=1, le=52, description="weeks over which overload is averaged")


class InternalFill(Noun):
    """Who inside may fill a seat of a role: the SDR who becomes an account executive."""

    from_role: RoleName = Field(description="the role that they come from")
    least_tenure_months: NotNegative = Field(default=12, le=240, description="in the seat that they come from")
    share: Share = Field(default=0.3, description="of the requisitions, where somebody inside is ready")
    search_days: Days = Field(default=14, description="from the requisition's opening to the move")
    who: Who = Field(default="longest_tenure", description="of those who are ready; see departures")
    keeps_ramp_share: Share = Field(default=0.0, description="part of the ramp run so far that counts in the new seat")


class Hiring(Noun):
    """How long it takes to fill a seat. Time to fill is queue, recruiting and declined offers together."""

    recruiting_mean_days: dict[RoleName, SearchDays] = Field(
        description="by role, from a recruiter's start to an offer"
    )
    segment_recruiting_mean_days: dict[RoleName, dict[SegmentName, SearchDays]] = Field(
        default_factory=dict, description="by role and segment, where they differ from the role's"
    )
    recruiting_sigma_log: float = Field(
        default=0.4, ge=0, le=2, description="spread of the logarithm of recruiting days"
    )
    offer_accept_share: Share = Field(default=0.85, description="part of the offers that are accepted")
    reopen_days: Days = Field(default=7, description="from a declined offer to a new search")
    notice_days: Days = Field(default=21, description="mean days from accepted offer to first day")
    internal: dict[RoleName, InternalFill] = Field(
        default_factory=dict, description="by role to be filled; the seat that is left is opened again"
    )
    start_weekday: Literal["any", "monday"] = Field(default="monday", description="new people start on this day")

    @model_validator(mode="after")
    def _somebody_accepts(self) -> Hiring:
        if self.offer_accept_share < LEAST_ACCEPTED_SHARE:
            raise ValueError(
                f"offer_accept_share is {self.offer_accept_share:g}: hardly an offer would ever be accepted; give "
                f"{LEAST_ACCEPTED_SHARE:g} or more"
            )
        return self

    def mean_days(self, role: str, segment: str | None) -> float:
        """Mean days from a recruiter's start to an offer, for a seat of a role in a segment or in none."""
        days = self.recruiting_mean_days[role]
        return days if segment is None else self.segment_recruiting_mean_days.get(role, {}).get(segment, days)


class Raise(Noun):
    """What everybody's base salary rises by, once a year; newcomers come at what it is by then."""

    share: float = Field(default=0.0, ge=0, le=1, description="0 for none")
    month_day: Text = Field(default="01-01", description="on which day of each year; first after the first day")

    @model_validator(mode="after")
    def _is_a_day(self) -> Raise:
        try:
            if not re.fullmatch(r"\d{2}-\d{2}", self.month_day):
                raise ValueError
            self.in_year(2023)
        except ValueError:
            raise ValueError(
                f"month_day {self.month_day!r} is no day of every year, as month-day, such as 04-01"
            ) from None
        return self

    def in_year(self, year: int) -> date:
        """Its day in a calendar year."""
        return date(year, int(self.month_day[:2]), int(self.month_day[3:]))


class Costs(Noun):
    """What the sales organization costs, apart from commissions and programs."""

    salary_usd_per_year: dict[RoleName, Cost] = Field(description="base salary by role")
    segment_salary_usd_per_year: dict[RoleName, dict[SegmentName, Cost]] = Field(
        default_factory=dict, description="by role and segment, where it differs from the role's"
    )
    region_salary_multiplier: dict[RegionName, Annotated[float, Field(ge=0.1, le=10)]] = Field(
        default_factory=dict,
        description="by region, on all base salaries there, those of pay plans too; 1 unless given",
    )
    yearly_raise: Raise = Raise()
    inflation_per_year: float = Field(
        default=0.0,
        ge=0,
        le=1,
        description="of all cost that is not pay: recruiting, overhead, programs, training, other; each twelve months "
        "of the run cost so much more than those before",
    )
    benefits_share: Share = Field(default=0.25, description="of salary and commission")
    recruiting_usd_per_hire: dict[RoleName, Cost] = Field(
        default_factory=dict, description="agency, travel and onboarding, by role"
    )
    overhead_usd_per_head_per_year: Cost = Field(default=0.0, description="tools, space, travel")
    other_usd_per_year: dict[OwnName, Cost] = Field(
        default_factory=dict,
        description="by a name of your own, what no seat, hire or program costs: marketing people, leaders, operations",
    )

    def salary(self, role: str, segment: str | None) -> float:
        """Yearly base salary of a role in a segment or in none, before its region and raises; 0 for none given."""
        usd = self.salary_usd_per_year.get(role, 0.0)
        return usd if segment is None else self.segment_salary_usd_per_year.get(role, {}).get(segment, usd)

    def inflation(self, month: int) -> float:
        """What a dollar of cost that is not pay has become in a month of the run, counted from 0."""
        return float((1.0 + self.inflation_per_year) ** (month // 12))
