"""All that was learned of a company, and the numbers that its scenario gets from it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, timedelta

import numpy as np

from sim.calendar import DAYS_PER_MONTH, DAYS_PER_YEAR
from sim.crm.dates import iso
from sim.crm.mapping import Told
from sim.crm.opportunities import WON, Opportunities
from sim.crm.reading import Export
from sim.evidence.company.handed import Handed, learn_handed
from sim.evidence.company.leaning import together
from sim.evidence.company.learn import Segment, TooLittleError, check_enough, learn_segment, middle, segments_of
from sim.evidence.company.people import People, learn_people
from sim.evidence.company.regions import Regions, regions_of
from sim.evidence.company.sellers import Exits, Seller, exits_of, sellers_of
from sim.fit.months import YEAR
from sim.fit.segments import fit_segments

# Assumed, for the file does not tell; told in the scenario and in the report.
BUSY_SHARE = 0.75  # of sellers' hours that open deals take: judged, about as in base
SELLING_HOURS = 32.0  # a week: base
SELF_SHARE = 0.2  # of deals that sellers find: benchmarks.csv, self_sourced_pipeline, low end (Kellblog)
LED_BY_ONE = 8  # benchmarks.csv, span_of_control of ramped teams: 8 to 10
SELLERS_A_RECRUITER = 35  # as base: 4 recruiters for 140 sellers
OVER_ASSIGNED = 0.18  # benchmarks.csv, over_assignment (Kellblog)
OPEN_DEALS_A_SELLER = 15.0  # benchmarks.csv, open_deals_per_rep (Kellblog): where no owner is known
RENEW_SHARE = 0.9  # benchmarks.csv, grr (Lightspeed)
DOLLAR = "USD"
_LEAST_INBOUND = 0.5  # of a segment's deals that come in by themselves


@dataclass(frozen=True)
class Adjusted:
    """What playing the scenario changed, by segment: factors on leads, days and hours, and log-odds of both stages."""

    leads: float = 1.0
    days: float = 1.0
    logit: float = 0.0
    hours: float = 0.6  # about what ramp, vacancies and time off leave of hours, to begin with


@dataclass(frozen=True)
class Company:
    """A company as learned. ``per_dollar`` units of the file's currency make a US dollar."""

    export: Export
    segments: list[Segment]
    sellers: list[Seller]
    exits: Exits
    people: People
    regions: Regions
    per_dollar: float
    said_of_money: str
    start: int  # the scenario's first day
    adjusted: dict[str, Adjusted] = field(default_factory=dict)
    open_logit: float = 0.0  # log-odds a stage of deals that are open on the first day
    ramp: np.ndarray | None = None  # productive shares, shape (STEPS,); None where they are base's
    ramp_played: np.ndarray | None = None  # of the usual number of deals, what newcomers get when it is played
    handed: Handed = field(default_factory=Handed)

    @property
    def as_of(self) -> int:
        return self.export.opportunities.as_of

    def heads(self, segment: Segment) -> int:
        """Sellers of a segment: those of the file, or as many as its open deals ask for."""
        if self.sellers:
            return sum(one.segment == segment.name for one in self.sellers)
        return max(2, round(self.open_deals(segment) / OPEN_DEALS_A_SELLER))

    @property
    def all_heads(self) -> int:
        return sum(self.heads(one) for one in self.segments)

    def open_deals(self, segment: Segment) -> float:
        """Deals in work in the long run: those created a day by their mean days until they close."""
        ages = np.arange(len(segment.ages_won)) + 0.5
        closing = segment.ages_won + segment.ages_lost
        return float(middle(segment.created) / DAYS_PER_MONTH * (closing @ ages) / closing.sum())

    def hours_a_week(self, segment: Segment) -> float:
        """Of a deal in work, so that they take BUSY_SHARE of the hours that there are."""
        hours = BUSY_SHARE * SELLING_HOURS * self.heads(segment) / max(self.open_deals(segment), 0.1)
        return float(np.clip(hours * self.adjustment(segment).hours, 0.01, 20.0))

    @property
    def found_a_head(self) -> float:
        """Deals that a seller with all hours spare finds a month."""
        created = sum(middle(one.created) for one in self.segments)
        return float(SELF_SHARE * created / self.all_heads / (1 - BUSY_SHARE))

    def inbound(self, segment: Segment) -> float:
        """Deals a month that come in, adjusted."""
        created = middle(segment.created)
        found = self.found_a_head * (1 - BUSY_SHARE) * self.heads(segment)
        return float(max(created - found, _LEAST_INBOUND * created) * self.adjustment(segment).leads)

    def adjustment(self, segment: Segment) -> Adjusted:
        return self.adjusted.get(segment.name, Adjusted())

    def advance(self, segment: Segment) -> np.ndarray:
        """Odds to move on of both stages, adjusted."""
        odds = np.clip(segment.stages.advance, 1e-4, 1 - 1e-4)
        logit = np.log(odds / (1 - odds)) + self.adjustment(segment).logit
        return 1 / (1 + np.exp(-logit))

    def mean_days(self, segment: Segment) -> np.ndarray:
        return segment.stages.mean_days * self.adjustment(segment).days

    def booked_a_year(self, segment: Segment) -> float:
        """US dollars of the last year, or what the time seen makes of a year."""
        deals = segment.deals
        begin = max(deals.closes_known_from, deals.as_of + 1 - int(DAYS_PER_YEAR))
        won = (deals.outcome == WON) & (deals.closed >= begin)
        known = np.isfinite(deals.amount[won])
        worth = float(np.nanmean(deals.amount[won]) * won.sum() / self.per_dollar) if known.any() else float(won.sum())
        return max(worth * DAYS_PER_YEAR / max(deals.as_of + 1 - begin, 1), 1.0)

    def with_adjusted(
        self, adjusted: dict[str, Adjusted], open_logit: float = 0.0, ramp: np.ndarray | None = None
    ) -> Company:
        return replace(self, adjusted=adjusted, open_logit=open_logit, ramp=self.ramp if ramp is None else ramp)


def learn(
    export: Export, told: Told, start: int | None = None, seed: int = 1, earlier: Opportunities | None = None
) -> Company:
    """Learn a company from its export. Raises TooLittleError, or ValueError where a segment cannot be fitted.

    Args:
        start: the scenario's first day; the first of the next month unless given.
        earlier: the deals as an earlier export has them (``read_earlier``).
    """
    deals = export.opportunities
    check_enough(deals)
    per_dollar, said = dollars(export.currency, told)
    if not np.isfinite(deals.amount).any():
        said = "No amounts are known: a win counts as one dollar, so look at wins and not at bookings."
    where = segments_of(deals)
    moves = export.history
    laws = fit_segments(deals, list(where.values()), YEAR)
    segments = [
        learn_segment(name, deals[rows], per_dollar, seed + place, None if moves is None else moves.among(rows), fits)
        for place, ((name, rows), fits) in enumerate(zip(where.items(), laws, strict=True))
    ]
    segments = together(segments, seed)
    sellers = sellers_of(deals, export.roster, where)
    if len(sellers) == 1:
        raise TooLittleError(
            f"one seller is left on {iso(deals.as_of)}, {sellers[0].name}; a sales organization has two or more"
        )
    people = learn_people(deals, export.roster, segments, seed)
    regions = regions_of(deals, export.roster, sellers, seed)
    return Company(
        export, segments, sellers, exits_of(deals, export.roster, seed), people, regions, per_dollar, said,
        next_month(deals.as_of) if start is None else start,
        ramp=None if people.ramp is None else np.array([middle(step) for step in people.ramp.T]),
        handed=learn_handed(export, earlier, where, segments, seed),
    )  # fmt: skip


def next_month(day: int) -> int:
    """The first of a month that comes next after a day."""
    after = date.fromordinal(day + 1)
    return day + 1 if after.day == 1 else (after.replace(day=28) + timedelta(days=4)).replace(day=1).toordinal()


def dollars(currency: str, told: Told) -> tuple[float, str]:
    """Units of the file's currency that make a US dollar, and in words."""
    if currency in ("", DOLLAR):
        return 1.0, "" if currency else "Amounts have no currency and are taken as US dollars."
    if DOLLAR in told.rates:
        rate = told.rates[DOLLAR]
        return rate, f"Amounts in {currency} count as US dollars at {rate:g} {currency} a dollar, the mapping's rate."
    return 1.0, (
        f"Amounts are in {currency} and taken as they are, as if they were dollars; rates: {{USD: ...}} in the mapping"
        " converts them. Salaries and other costs are in US dollars."
    )
