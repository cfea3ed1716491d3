"""What sellers are like: how they ramp and how much they differ, where a roster with start dates shows it.

A newcomer's ramp is told by the deals that are created under their name, beside their own later level and the month's.
How much sellers differ is told by those who are there for long: in deals created a month, in the odds of these, and in
wins, of which the first two are parts.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.crm.opportunities import LOST, NONE, WON, Opportunities, Roster
from sim.evidence.company.learn import DRAWS, Segment
from sim.evidence.company.sellers import sellers_on
from sim.fit.hazards import WINDOW_DAYS
from sim.fit.pooled import fit_factors, fit_odds
from sim.fit.ramp import TENURED, Ramp, RepMonths, fit_ramp, rep_months

STEP_MONTHS, STEPS = 3, 4  # of the ramp in the scenario
NO_ROSTER = "there is no roster"
_FEWEST_TENURED, _FEWEST_MONTHS = 6, 36.0  # people and their months: below, how much sellers differ is not told
_WIDEST = 0.6  # between P10 and P90 of the spread
_MOST_SPREAD = 1.5


@dataclass(frozen=True)
class Spread:
    """How much sellers differ: draws of the spread of the logarithm of wins, shape (DRAWS,), and the part of it that
    lies in how many deals they have; the rest lies in their odds. ``each`` has wins over the ``usual`` number by
    seller, shape (people,) both.
    """

    sigma_log: np.ndarray
    volume_share: float
    people: int
    each: np.ndarray
    usual: np.ndarray


@dataclass(frozen=True)
class People:
    """``ramp`` has draws of the productive share by step of tenure, shape (DRAWS, STEPS), None where ``no_ramp`` says
    why; ``seen`` the ramp's own fit. So with ``spread`` and ``no_spread``.
    """

    ramp: np.ndarray | None
    no_ramp: str
    seen: Ramp | None
    spread: Spread | None
    no_spread: str


def learn_people(deals: Opportunities, roster: Roster | None, segments: list[Segment], seed: int) -> People:
    """What a roster shows beside the deals."""
    if roster is None:
        return People(None, NO_ROSTER, None, None, NO_ROSTER)
    people = sellers_on(roster, deals)
    if not (people.start != NONE).any():
        return People(None, "nobody has a start", None, None, "nobody has a start")
    first = max(deals.closes_known_from, deals.created_known_from, deals.as_of - WINDOW_DAYS)
    created = rep_months(people, deals, "created", first)
    seen = fit_ramp(created)
    rng = np.random.default_rng((seed, 4))
    ramp = None if seen.why_not else _steps(seen.draws(rng, DRAWS))
    spread, why = _spread(people, deals, segments, created, rep_months(people, deals, "wins", first), rng)
    return People(ramp, seen.why_not, None if seen.why_not else seen, spread, why)


def _steps(curves: np.ndarray) -> np.ndarray:
    """Means of the months of each step, shape (draws, STEPS)."""
    return curves[:, : STEPS * STEP_MONTHS].reshape(len(curves), STEPS, STEP_MONTHS).mean(axis=2)


def _spread(
    people: Roster, deals: Opportunities, segments: list[Segment], created: RepMonths, wins: RepMonths,
    rng: np.random.Generator,
) -> tuple[Spread | None, str]:  # fmt: skip
    """From months of those there for TENURED months or more, each beside their own segment."""
    count = len(people.owner)
    there, made, won = (
        np.bincount(one.who[rows], values[rows], count)
        for one, values in ((created, created.there), (created, created.done), (wins, wins.done))
        for rows in (one.tenure >= TENURED,)
    )
    home = _home(people, deals, segments)
    some = (there > 0) & (home >= 0)
    if some.sum() < _FEWEST_TENURED or there[some].sum() < _FEWEST_MONTHS:
        return None, f"{some.sum()} people of a year or more were seen, for {there[some].sum():.0f} months in all"
    usual = []
    for done in (made, won):
        rate = np.bincount(home[some], done[some]) / np.maximum(np.bincount(home[some], there[some]), 1e-9)
        usual.append(rate[home[some]] * there[some])
    volume, sales = (fit_factors(done[some], one) for done, one in zip((made, won), usual, strict=True))
    drawn = np.minimum(_logs(sales.spreads(rng, DRAWS)), _MOST_SPREAD)
    low, high = np.sort(drawn)[[DRAWS // 10, DRAWS - 1 - DRAWS // 10]]
    if high - low > _WIDEST:
        return None, f"how far sellers differ could be {low:.2f} as well as {high:.2f}"
    odds = _odds_spread(deals, segments)
    by_volume = float(_logs(np.array(volume.spread())))
    share = by_volume / max(by_volume + odds, 1e-9)
    return Spread(
        drawn, float(np.clip(share, 0.0, 1.0)), int(some.sum()), won[some] / np.maximum(usual[1], 1e-9), usual[1]
    ), ""


def _logs(spread: np.ndarray) -> np.ndarray:
    """The spread of the logarithm of a lognormal factor with this standard deviation and mean 1."""
    return np.sqrt(np.log1p(np.square(spread)))


def _home(people: Roster, deals: Opportunities, segments: list[Segment]) -> np.ndarray:
    """The segment in which everybody has most deals, -1 without any; shape (people,)."""
    names = deals.owner.names
    count = np.stack([
        np.bincount(one.deals.owner.codes[one.deals.owner.known], minlength=len(names)) for one in segments
    ])  # fmt: skip
    home = dict(zip(names, np.where(count.sum(axis=0) > 0, count.argmax(axis=0), NONE).tolist(), strict=True))
    return np.array([home.get(name, NONE) for name in people.owner])


def _odds_spread(deals: Opportunities, segments: list[Segment]) -> float:
    """The spread of the logarithm of the share won, by owner beside their segment."""
    won, lost, usual = [], [], []
    for one in segments:
        owned = one.deals.owner.known
        codes, outcome = one.deals.owner.codes[owned], one.deals.outcome[owned]
        wins, losses = (np.bincount(codes[outcome == kind], minlength=len(deals.owner.names)) for kind in (WON, LOST))
        some = wins + losses > 0
        won.append(wins[some])
        lost.append(losses[some])
        usual.append(np.full(some.sum(), wins.sum() / max((wins + losses).sum(), 1)))
    first, second, share = (np.concatenate(each).astype(float) for each in (won, lost, usual))
    width = 2 * fit_odds(first, second, share).spread()
    typical = float(np.clip(np.average(share, weights=first + second), 1e-3, 1 - 1e-3))
    return float(_logs(np.array(width * np.sqrt((1 - typical) / typical))))


def by_tenure(
    tenure: np.ndarray, of: np.ndarray, begins: np.ndarray, days: np.ndarray, home: np.ndarray, month_days: float
) -> np.ndarray:
    """Deals created by step of tenure, over those of the tenured of the same segment; shape (STEPS,), NaN where less
    than _FEWEST_MONTHS were seen.

    Args:
        tenure, of: days of tenure at which each deal came to its seller, and its segment, shape (deals,).
        begins, days, home: the tenure with which each time in a seat that was seen begins, how long it is, and its
            segment, shape (times,).
    """
    edges = np.array([*(STEP_MONTHS * month_days * np.arange(STEPS + 1)), 1e9])
    segments = int(max(of.max(initial=0), home.max(initial=0))) + 1
    step = np.searchsorted(edges, tenure, "right") - 1
    made, there = np.zeros((2, STEPS + 1, segments))
    np.add.at(made, (step, of), 1.0)
    inside = np.clip((begins + days)[:, None], edges[:-1], edges[1:]) - np.clip(begins[:, None], edges[:-1], edges[1:])
    for at in range(STEPS + 1):
        there[at] = np.bincount(home, inside[:, at], segments)
    usual = there[:STEPS] @ (made[STEPS] / np.maximum(there[STEPS], 1e-9))
    enough = there[:STEPS].sum(axis=1) >= _FEWEST_MONTHS * month_days
    return np.where(enough & (usual > 0), made[:STEPS].sum(axis=1) / np.maximum(usual, 1e-9), np.nan)
