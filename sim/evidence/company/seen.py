"""What the file itself shows, beside what was fitted: closes by age, deals created by month, amounts."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr

from sim.crm.opportunities import LOST, OPEN, WON, Opportunities
from sim.evidence.company.learn import Segment
from sim.fit.months import YEAR, Months, weighed_days
from sim.results.percentiles import percentiles

LOW, MIDDLE, HIGH = 0, 1, 2
_DRAWS = 200
_AMOUNT_BINS = 18
_STAGE_MARKS = 24
_FEWEST_CLOSES = 3  # in a band of ages, for a mark of its own


@dataclass(frozen=True)
class ByAge:
    """Wins and losses a day of deals open at an age: seen, shape (2, bands), NaN where hardly any closed, and fitted at
    P10, P50 and P90, shape (3, 2, bands). ``edges`` are the first ages of bands.
    """

    edges: np.ndarray
    seen: np.ndarray
    fitted: np.ndarray


@dataclass(frozen=True)
class ByMonth:
    """Deals created by month: seen, shape (months seen,), and fitted, shape (3, months with those ahead)."""

    starts: np.ndarray
    seen: np.ndarray
    fitted: np.ndarray


@dataclass(frozen=True)
class ByStage:
    """Of deals that came into each stage, the share still there after ``days``: seen, with those cut off accounted for,
    and fitted; shape (stages, days) each.
    """

    names: tuple[str, ...]
    days: np.ndarray
    seen: np.ndarray
    fitted: np.ndarray


@dataclass(frozen=True)
class ByAmount:
    """Shares of won deals in bins of log dollars, seen and fitted, shape (bins,)."""

    edges: np.ndarray
    seen: np.ndarray
    fitted: np.ndarray


def by_age(segment: Segment) -> ByAge:
    """Closes over days at risk, by band of age."""
    deals, hazards = segment.deals, segment.fits.hazards
    first = max(deals.closes_known_from, int(hazards.months.starts[0]))
    enters = np.maximum(deals.created, first)
    late = deals.created < deals.created_known_from
    enters = np.where(late, np.maximum(enters, deals.created_known_from), enters)
    leaves = np.where(deals.outcome == OPEN, deals.as_of, deals.closed) + 1
    told = (leaves > enters) & ~deals.bulk
    born, enters, leaves = deals.created[told], enters[told], leaves[told]
    edges = hazards.edges
    ends = np.append(edges[1:], 10**6)
    days = np.array([
        np.maximum(np.minimum(leaves, born + end) - np.maximum(enters, born + low), 0).sum()
        for low, end in zip(edges, ends, strict=True)
    ])  # fmt: skip
    closed = [
        np.bincount(np.searchsorted(edges, (leaves - 1 - born)[deals.outcome[told] == kind], "right") - 1,
                    minlength=len(edges))
        for kind in (WON, LOST)
    ]  # fmt: skip
    counts = np.array(closed, float)
    seen = np.where((counts >= _FEWEST_CLOSES) & (days > 0), counts / np.maximum(days, 1), np.nan)
    drawn, _ = hazards.draws(np.random.default_rng(2), _DRAWS)
    return ByAge(edges, seen, percentiles(drawn.reshape(_DRAWS, -1)).reshape(3, *drawn.shape[1:]))


def by_stage(segment: Segment) -> ByStage | None:
    """None where the stages are not those of a history. Source: Kaplan and Meier, JASA 53 (1958)."""
    if segment.own is None:
        return None
    laws = segment.own.laws
    last = int(min(3 * laws.mean_days.max(), laws.spells.days.max()))
    days = np.unique(np.linspace(1, max(last, 2), _STAGE_MARKS).astype(int))
    seen, fitted = np.empty((2, len(laws.names), len(days)))
    for k in range(len(laws.names)):
        mine = laws.spells.stage == k
        cells = np.minimum(laws.spells.days[mine].astype(int), last)
        ends = np.bincount(cells[laws.spells.ended[mine]], minlength=last + 1)[: last + 1]
        there = len(cells) - np.append(0, np.cumsum(np.bincount(cells, minlength=last + 1))[:last])
        seen[k] = np.cumprod(1 - ends / np.maximum(there, 1))[days - 1]
        fitted[k] = ndtr((laws.mean_log[k] - np.log(days)) / laws.sigma_log[k])
    return ByStage(laws.names, days, seen, fitted)


def by_month(segment: Segment) -> ByMonth:
    creation, deals = segment.fits.creation, segment.deals
    months = creation.months
    count = len(months) - YEAR
    seen = np.bincount(months.of(deals.created[deals.created >= creation.first]), minlength=count)[:count].astype(float)
    first, last = int(months.starts[0]), int(months.starts[-1]) - 1
    days = np.diff(weighed_days(creation.weekdays, first, last)[months.starts - first])
    rates = creation.draws(np.random.default_rng(2), _DRAWS)
    fitted = percentiles(rates) * days
    whole = _whole(months, creation.first, deals.as_of)[:count]
    return ByMonth(months.starts, np.where(whole, seen, np.nan), fitted)


def _whole(months: Months, first: int, as_of: int) -> np.ndarray:
    """Which months lie in the time seen as a whole."""
    return (months.starts[:-1] >= first) & (months.starts[1:] <= as_of + 1)


def by_amount(segment: Segment, per_dollar: float) -> ByAmount | None:
    """None where no win has an amount, or all have the same."""
    deals = segment.deals
    known = (deals.outcome == WON) & (np.nan_to_num(deals.amount) > 0)
    seen = np.log(deals.amount[known] / per_dollar)
    if len(seen) < 2 or np.ptp(seen) < 1e-9:
        return None
    edges = np.linspace(seen.min() - 1e-9, seen.max() + 1e-9, _AMOUNT_BINS + 1)
    fitted = np.log(segment.amounts)
    return ByAmount(edges, np.histogram(seen, edges)[0] / len(seen), np.histogram(fitted, edges)[0] / len(fitted))


@dataclass(frozen=True)
class Plain:
    """Plain numbers of the file, without any law: deals created a month, wins and dollars a month since closes are
    known, the share won of those closed, median days from creation to a win, mean dollars of a win.
    """

    created: float
    wins: float
    booked: float
    won: float
    median_days: float
    amount: float


def plain(deals: Opportunities, first_created: int, per_dollar: float) -> Plain:
    """What a spreadsheet would say of a segment."""
    known = (deals.outcome != OPEN) & (deals.closed >= deals.closes_known_from)
    won = known & (deals.outcome == WON)
    month = 365.25 / YEAR
    since = max((deals.as_of + 1 - deals.closes_known_from) / month, 1 / month)
    amount = deals.amount[won & np.isfinite(deals.amount)] / per_dollar
    mean = float(amount.mean()) if len(amount) else float("nan")
    born = deals.created >= first_created
    return Plain(
        float(born.sum() / max((deals.as_of + 1 - first_created) / month, 1 / month)),
        float(won.sum() / since),
        float(won.sum() / since * mean),
        float(won.sum() / max(known.sum(), 1)),
        float(np.median((deals.closed - deals.created)[won])) if won.any() else float("nan"),
        mean,
    )
