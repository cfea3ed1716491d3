"""Pay: plans as data, who is on which, and SPIFFs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, model_validator

from sim.scenario.names import NewPlan, OwnName, PlanName, RoleName, SegmentName, SourceName
from sim.scenario.quantities import Cost, Dated, Day, Days, Noun, Positive, Price, Share, read_day

PERIOD_MONTHS = {"month": 1, "quarter": 3, "half": 6, "year": 12}
Period = Literal["month", "quarter", "half", "year"]
Attainment = Annotated[float, Field(ge=0.0, le=1000.0, allow_inf_nan=False)]
Multiplier = Attainment


class Tier(Noun):
    """From an attainment on, bookings are paid at a multiple of the base rate."""

    from_attainment: Attainment = Field(description="attainment from which it pays, 1 at quota")
    multiplier: Multiplier = Field(description="of the base rate; below 1 it is a decelerator, above 1 an accelerator")


class Bonus(Noun):
    """A lump sum at an attainment, for someone who carries the whole quota; in proportion for who carries a part."""

    at_attainment: Positive = Field(le=1000, description="attainment at which it is earned, 1 at quota")
    usd: Price | None = Field(default=None, description="US dollars; or give share_of_target")
    share_of_target: Positive | None = Field(
        default=None, le=10, description="of the component's target variable in the period"
    )

    @model_validator(mode="after")
    def _one_amount(self) -> Bonus:
        if (self.usd is None) == (self.share_of_target is None):
            raise ValueError("give either usd or share_of_target")
        return self


class Component(Noun):
    """One part of a pay plan, measured in a period of its own.

    The base rate is commission_share, or else what pays the target variable for exactly the quota.
    """

    period: Period = Field(default="quarter", description="in which attainment is measured; fiscal")
    paid_every: Period | None = Field(default=None, description="how often it is paid; as the period, unless given")
    credit: Literal["own", "team", "split"] = Field(
        default="own",
        description="own: deals one has won; team: all deals of the sellers in one's segment and region, shared among "
        "those of one's role there, for managers of those they manage (overlay, override, "
        "team bonus); split: what sellers' plans give to one's role",
    )
    quota_share: Positive = Field(
        default=1.0, le=10, description="with team or split: one's quota, as a part of the quotas behind the credit"
    )
    weight: Share = Field(default=1.0, description="part of the plan's target variable that is paid here")
    commission_share: Annotated[float, Field(ge=1e-6, le=1)] | None = Field(
        default=None, description="base rate, of bookings; unless given, the target variable over the quota"
    )
    tiers: list[Tier] = Field(
        default_factory=lambda: [Tier(from_attainment=0.0, multiplier=1.0)],
        min_length=1,
        max_length=20,
        description="multiples of the base rate by attainment, rising; the first begins at 0",
    )
    tier_form: Literal["marginal", "retroactive"] = Field(
        default="marginal", description="marginal: a tier pays what lies in it; retroactive: all from the first dollar"
    )
    threshold_attainment: Attainment = Field(default=0.0, description="below it nothing is paid")
    threshold_pays: Literal["from_first_dollar", "above_it"] = Field(
        default="from_first_dollar", description="once the threshold is reached"
    )
    cap_attainment: Positive | None = Field(default=None, le=1000, description="past it nothing more is paid")
    bonuses: list[Bonus] = Field(default_factory=list, max_length=20, description="lump sums at attainments")

    @model_validator(mode="after")
    def _tiers_in_order(self) -> Component:
        starts = [tier.from_attainment for tier in self.tiers]
        if starts[0] != 0:
            raise ValueError(f"the first of the tiers begins at attainment {starts[0]:g}; it must begin at 0")
        for low, high in pairwise(self.tiers):
            if low.from_attainment == high.from_attainment:
                raise ValueError(f"tiers overlap: two begin at attainment {low.from_attainment:g}")
            if low.from_attainment > high.from_attainment:
                raise ValueError(
                    f"tiers are not in rising order: {high.from_attainment:g} comes after {low.from_attainment:g}"
                )
            if self.tier_form == "retroactive" and high.multiplier < low.multiplier:
                raise ValueError(
                    f"retroactive tiers must not fall: {high.multiplier:g} from {high.from_attainment:g} on would take"
                    " back what was earned; write tier_form: marginal"
                )
        return self

    @model_validator(mode="after")
    def _cap_is_last(self) -> Component:
        cap = self.cap_attainment
        if cap is None:
            return self
        if cap <= self.threshold_attainment:
            raise ValueError(
                f"cap_attainment {cap:g} is not above threshold_attainment {self.threshold_attainment:g}: nothing"
                " would ever be paid"
            )
        late = [one.from_attainment for one in self.tiers if one.from_attainment >= cap]
        late += [one.at_attainment for one in self.bonuses if one.at_attainment > cap]
        if late:
            raise ValueError(f"cap_attainment {cap:g} lies below {late[0]:g}, where more is promised")
        return self

    @model_validator(mode="after")
    def _paid_within_period(self) -> Component:
        if self.paid_every and PERIOD_MONTHS[self.paid_every] > PERIOD_MONTHS[self.period]:
            raise ValueError(f"paid_every {self.paid_every} is longer than the period, a {self.period}")
        return self

    @property
    def pays_target_variable(self) -> bool:
        """Whether any of it is a part of the plan's target variable."""
        moves = self.commission_share is None and any(tier.multiplier > 0 for tier in self.tiers)
        return moves or any(bonus.share_of_target is not None for bonus in self.bonuses)

    @property
    def needs_quota(self) -> bool:
        """Whether pay depends on attainment. A flat commission on bookings does not."""
        flat = len(self.tiers) == 1 and not self.threshold_attainment and self.cap_attainment is None
        return not flat or bool(self.bonuses) or self.commission_share is None


class Spiff(Noun):
    """Extra pay for deals of a kind, won between two dates."""

    from_date: Day = Field(description="its first day")
    to_date: Day = Field(description="the first day on which it is over")
    segments: list[SegmentName] | None = Field(default=None, description="all unless given")
    sources: list[SourceName] | None = Field(default=None, description="all unless given")
    usd_per_deal: Price | None = Field(default=None, description="US dollars for each deal; or give share_of_bookings")
    share_of_bookings: Share | None = Field(
        default=None, description="part of the deal's dollars; or give usd_per_deal"
    )

    @model_validator(mode="after")
    def _makes_sense(self) -> Spiff:
        if self.to_date <= self.from_date:
            raise ValueError(f"to_date {self.to_date} is not after from_date {self.from_date}")
        if (self.usd_per_deal is None) == (self.share_of_bookings is None):
            raise ValueError("give either usd_per_deal or share_of_bookings")
        return self


class Draw(Noun):
    """Each month's variable pay is filled up to an amount. Recoverable: later surplus pays it back."""

    usd_per_month: Price = Field(description="US dollars a month up to which variable pay is filled")
    recoverable: bool = Field(description="true: an advance that later pay gives back; false: a floor")
    months_of_tenure: Positive = Field(default=6, le=600, description="months in the seat for which it holds")


class Guarantee(Noun):
    """While someone ramps, each month's variable pay is at least a part of the target variable."""

    share_of_target: Positive = Field(le=2, description="part of the target variable that is paid at least")
    months_of_tenure: Positive = Field(default=3, le=60, description="months in the seat for which it holds")


class DatedPlan(Dated[PlanName]):
    """Which pay plan, from dates on."""


def _base(given: Any) -> Any:
    numbers = given.values() if isinstance(given, dict) else [given]
    if all(isinstance(usd, int | float) and not isinstance(usd, bool) for usd in numbers):
        return given
    raise ValueError("expected dollars a year, or such dollars by segment")


Base = Annotated[Cost | dict[SegmentName, Cost], BeforeValidator(_base)]


class Plan(Noun):
    """A pay plan. Without components the target variable is paid evenly, as for those who do not sell."""

    base_usd_per_year: Base | None = Field(
        default=None,
        description="base salary, one or by segment, before raises since the first day; the role's in world.costs "
        "unless given",
    )
    variable_usd_per_year: Cost = Field(default=0.0, description="target variable: what is paid at quota")
    components: dict[OwnName, Component] = Field(
        default_factory=dict, description="parts of the plan, by name; none: variable pay is paid evenly"
    )
    spiffs: dict[OwnName, Spiff] = Field(
        default_factory=dict, description="extra pay for a time, by a name of your own"
    )
    splits: dict[RoleName, Share] = Field(
        default_factory=dict, description="role to the part of each deal's credit that is given to it"
    )
    draw: Draw | None = Field(default=None, description="an advance on or a floor of variable pay; none unless given")
    guarantee: Guarantee | None = Field(default=None, description="the least while someone ramps; none unless given")
    clawback_days: Days = Field(
        default=0, description="pay on a deal is taken back when the customer leaves so soon; 0 for never"
    )
    clawback_form: Literal["as_paid", "re_rated"] = Field(
        default="as_paid",
        description="as_paid: what the deal itself was paid; re_rated: what the period would have paid less without it",
    )
    lag_days: Days = Field(default=0, description="from the end of a period to payday")

    def base(self, segment: str | None) -> float | None:
        """Yearly base salary in a segment; None where the plan gives none."""
        given = self.base_usd_per_year
        return given.get(segment or "") if isinstance(given, dict) else given

    @model_validator(mode="after")
    def _adds_up(self) -> Plan:
        weights = [part.weight for part in self.components.values() if part.pays_target_variable]
        if weights and abs(sum(weights) - 1.0) > 1e-6:
            raise ValueError(
                f"the weights of the components that pay the target variable add up to {sum(weights):.4g}, not to 1"
            )
        if weights and self.variable_usd_per_year == 0:
            raise ValueError("variable_usd_per_year is 0, but components are paid out of the target variable")
        if self.guarantee is not None and self.variable_usd_per_year == 0:
            raise ValueError("guarantee is a part of the target variable, and variable_usd_per_year is 0")
        if sum(self.splits.values()) > 1:
            raise ValueError(f"splits give away {sum(self.splits.values()):.4g} of each deal, more than all of it")
        return self


def _plan_of_role(given: Any) -> Any:
    """A name, a dated name, or either by segment, as exactly one of the two forms of ``PlanOfRole`` reads it."""
    if isinstance(given, dict) and given and "start" not in given:
        if any(re.fullmatch(r"\d{4}-\d{2}-\d{2}", str(key)) for key in given):
            raise ValueError('dated plans need a "start", the plan on the first day')
        return {segment: _plan_from_dates(name) for segment, name in given.items()}
    return _plan_from_dates(given)


def _plan_from_dates(given: Any) -> Any:
    if isinstance(given, str | DatedPlan):
        return given
    if isinstance(given, dict) and "start" in given:
        changes = {key: name for key, name in given.items() if key != "start"}
        if set(changes) == {"changes"} and isinstance(changes["changes"], dict):
            changes = changes["changes"]
        if all(isinstance(name, str) for name in (given["start"], *changes.values())):
            return {"start": given["start"], "changes": {read_day(day): name for day, name in changes.items()}}
    raise ValueError(
        "expected the name of a pay plan, or such names by segment. Dated, a name is {start: NAME, 2028-01-01: NAME}"
    )


PlanOfRole = Annotated[
    DatedPlan | dict[SegmentName, DatedPlan], Field(union_mode="left_to_right"), BeforeValidator(_plan_of_role)
]


class Pay(Noun):
    """Who is paid how."""

    plans: dict[NewPlan, Plan] = Field(default_factory=dict, description="pay plans, by name")
    roles: dict[RoleName, PlanOfRole] = Field(
        default_factory=dict,
        description="role to its plan, or to a plan by segment; may be dated, by the first days of fiscal years; others"
        " have no variable pay",
    )

    def plan_of(self, role: str, segment: str | None) -> DatedPlan | None:
        """The name of the plan of a role in a segment, with its changes; None for no plan."""
        given = self.roles.get(role)
        return given.get(segment or "") if isinstance(given, dict) else given

    def named(self) -> Iterator[tuple[tuple[str, ...], DatedPlan]]:
        """Every entry of ``roles``: the role, or role and segment, and the plan named there."""
        for role, given in self.roles.items():
            if isinstance(given, DatedPlan):
                yield (role,), given
            else:
                yield from (((role, segment), name) for segment, name in given.items())

    def as_it_starts(self) -> Pay:
        """The pay of the first day, with no change to come."""
        return self.model_copy(
            update={
                "roles": {
                    role: _start(given)
                    if isinstance(given, DatedPlan)
                    else {segment: _start(name) for segment, name in given.items()}
                    for role, given in self.roles.items()
                }
            }
        )


def _start(name: DatedPlan) -> DatedPlan:
    return DatedPlan(start=name.start)
