"""Who sells: the owners of deals who are still at it, since when, in which segment, and how many leave a year."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.calendar import DAYS_PER_YEAR
from sim.crm.history import left_by
from sim.crm.opportunities import NONE, OPEN, Opportunities, Roster
from sim.fit.exits import Exits as ByTenure
from sim.fit.exits import fit_exits

SILENT_DAYS = 180  # without a deal created or closed: no longer a seller, where no roster says otherwise
EARLY_DAYS = 60  # of the file: who is there then may have been there for long
DRAWS = 400
# benchmarks.csv, annual_attrition of sellers: 0.27 a year (Harvard Business Review 2017). It weighs as two exits seen.
USUAL_EXITS, PRIOR_EXITS = 0.27, 2.0
_SELLS = 0.5  # of the people of a role who own deals, for it to be one that sells
_FEWEST_EXITS = 5  # within the first year and after it, each: below, tenure says nothing
_LATER_YEARS, _MOST = (
    4.0,
    9.0,
)  # years of tenure by which the rate after the first is told; most that a rate is multiplied


@dataclass(frozen=True)
class Seller:
    """Somebody who sells on the first day; ``start`` is a day or None where nobody knows since when."""

    name: str
    segment: str
    start: int | None


@dataclass(frozen=True)
class Exits:
    """Exits a year of a seller who is there for a year or more: draws, shape (DRAWS,), from exits seen in years of
    sellers seen; and by how much more or less likely one is in the first year, which is 1 where the roster does not
    tell. ``by_tenure`` is the fit, None where there is none.
    """

    seen: int
    years: float
    rates: np.ndarray
    first_year: np.ndarray
    by_tenure: ByTenure | None

    @property
    def a_year(self) -> float:
        """Exits a year of all who are there: the rate itself, or what was counted, where it differs by tenure."""
        return float(np.median(self.rates)) if self.by_tenure is None else self.seen / self.years


def sellers_of(deals: Opportunities, roster: Roster | None, segments: dict[str, np.ndarray]) -> list[Seller]:
    """The sellers, by name. A seller is in the segment that has most of their deals of late."""
    gone = set(left_by(roster, deals.as_of)) if roster else set()
    start = {} if roster is None else dict(zip(roster.owner, roster.start.tolist(), strict=True))
    on_roster = set(start)
    names, codes = deals.owner.names, deals.owner.codes
    last = np.maximum(deals.created, np.where(deals.outcome == OPEN, 0, deals.closed))
    found = []
    for code, name in enumerate(names):
        mine = codes == code
        if name in gone or not mine.any():
            continue
        latest = int(last[mine].max())
        if latest < deals.as_of - SILENT_DAYS:
            continue
        late = mine & (last >= latest - SILENT_DAYS)
        segment = max(segments, key=lambda one: int((late & segments[one]).sum()))
        first = int(deals.created[mine].min())
        since = start.get(name, NONE)
        if since == NONE and name not in on_roster and first > deals.created.min() + EARLY_DAYS:
            since = first
        found.append(Seller(name, segment, None if since == NONE else min(since, deals.as_of)))
    return found


def sellers_on(roster: Roster, deals: Opportunities) -> Roster:
    """The people of a roster who sell: owners of deals, and those who have a role most of whose people own some."""
    owns = np.isin(np.array(roster.owner, object), list(deals.owner.names))
    kept = owns.copy()
    for role in range(len(roster.role.names)):
        mine = roster.role.codes == role
        kept |= mine & (owns[mine].mean() >= _SELLS if mine.any() else False)
    owners = tuple(name for name, there in zip(roster.owner, kept, strict=True) if there)
    return Roster(
        owners, roster.start[kept], roster.end[kept], roster.role[kept], roster.segment[kept], roster.region[kept]
    )


def exits_of(deals: Opportunities, roster: Roster | None, seed: int) -> Exits:
    """Exits by the roster, by tenure where enough are seen; without one, what is published.

    Where few are seen, a gamma prior with PRIOR_EXITS exits at USUAL_EXITS a year, conjugate with a Poisson count.
    """
    seen, years, fitted = 0, 0.0, None
    rng = np.random.default_rng((seed, 3))
    if roster is not None:
        roster = sellers_on(roster, deals)
        fitted = _by_tenure(roster, deals.as_of)
        owners = np.ones(len(roster.owner), bool)
        begin = np.maximum(roster.start, deals.closes_known_from)
        known = owners & (roster.start != NONE)
        end = np.where(roster.end == NONE, deals.as_of + 1, np.minimum(roster.end, deals.as_of + 1))
        years = float(np.maximum(end - begin, 0)[known].sum() / DAYS_PER_YEAR)
        left = known & (roster.end != NONE) & (roster.end <= deals.as_of) & (roster.end >= deals.closes_known_from)
        seen = int(left.sum())
    if fitted is None:
        rates = rng.gamma(seen + PRIOR_EXITS, 1.0, DRAWS) / (years + PRIOR_EXITS / USUAL_EXITS)
        return Exits(seen, years, rates, np.ones(DRAWS), None)
    hazard = -np.log(fitted.staying(rng, DRAWS, np.array([DAYS_PER_YEAR, _LATER_YEARS * DAYS_PER_YEAR])))
    later = (hazard[:, 1] - hazard[:, 0]) / (_LATER_YEARS - 1)
    return Exits(fitted.exits, fitted.days / DAYS_PER_YEAR, later, np.minimum(hazard[:, 0] / later, _MOST), fitted)


def _by_tenure(people: Roster, as_of: int) -> ByTenure | None:
    """Exits by tenure, where there are enough in the first year's time and after it."""
    try:
        found = fit_exits(people, as_of)
    except ValueError:
        return None
    left = (people.end != NONE) & (people.end <= as_of) & (people.end >= found.known_from) & (people.start != NONE)
    early = (people.end - people.start)[left] < DAYS_PER_YEAR
    return found if min(early.sum(), (~early).sum()) >= _FEWEST_EXITS else None
