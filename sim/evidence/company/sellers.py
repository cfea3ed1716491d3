"""Who sells: the owners of deals who are still at it, since when, in which segment, and how many leave a year."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.calendar import DAYS_PER_YEAR
from sim.crm.history import left_by
from sim.crm.opportunities import NONE, OPEN, Opportunities, Roster

SILENT_DAYS = 180  # without a deal created or closed: no longer a seller, where no roster says otherwise
EARLY_DAYS = 60  # of the file: who is there then may have been there for long
DRAWS = 400
# benchmarks.csv, annual_attrition of sellers: 0.27 a year (Harvard Business Review 2017). It weighs as two exits seen.
USUAL_EXITS, PRIOR_EXITS = 0.27, 2.0


@dataclass(frozen=True)
class Seller:
    """Somebody who sells on the first day; ``start`` is a day or None where nobody knows since when."""

    name: str
    segment: str
    start: int | None


@dataclass(frozen=True)
class Exits:
    """Exits a year of a seller: draws, shape (DRAWS,), from exits seen in years of sellers seen."""

    seen: int
    years: float
    rates: np.ndarray


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


def exits_of(deals: Opportunities, roster: Roster | None, seed: int) -> Exits:
    """Exits by the roster since closes are known; without one, what is published.

    A gamma prior with PRIOR_EXITS exits at USUAL_EXITS a year: with a Poisson count it is conjugate.
    """
    seen, years = 0, 0.0
    if roster is not None:
        owners = np.isin(np.array(roster.owner, object), list(deals.owner.names))
        begin = np.maximum(roster.start, deals.closes_known_from)
        known = owners & (roster.start != NONE)
        end = np.where(roster.end == NONE, deals.as_of + 1, np.minimum(roster.end, deals.as_of + 1))
        years = float(np.maximum(end - begin, 0)[known].sum() / DAYS_PER_YEAR)
        left = known & (roster.end != NONE) & (roster.end <= deals.as_of) & (roster.end >= deals.closes_known_from)
        seen = int(left.sum())
    rng = np.random.default_rng((seed, 3))
    rates = rng.gamma(seen + PRIOR_EXITS, 1.0, DRAWS) / (years + PRIOR_EXITS / USUAL_EXITS)
    return Exits(seen, years, rates)
