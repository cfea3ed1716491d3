"""What was fitted, in plain sentences for people."""

from __future__ import annotations

import numpy as np

from sim.calendar import DAYS_PER_MONTH
from sim.crm.dates import iso
from sim.fit.amount_law import AS_SEEN, Amounts
from sim.fit.groups import Groups
from sim.fit.hazards import Hazards
from sim.fit.outlook import Fits

_DRAWS = 500
_MANY = {"owner": "owners", "segment": "segments", "product": "products"}
_ALIKE = 0.1  # of shares of wins, or paces, that lie so near to each other, nobody makes anything


def told(fits: Fits, seed: int = 1) -> list[str]:
    """How deals end, how many are created and what wins bring."""
    return [_ends(fits.hazards, seed), _created(fits), _amounts(fits.amounts)]


def _ends(hazards: Hazards, seed: int) -> str:
    won, lost, never = hazards.shares(np.random.default_rng(seed), _DRAWS).T
    lines = f"Of 100 deals {_range(won)} are won and {_range(lost)} lost"
    if hazards.tells_never:
        return f"{lines}; {_range(never)} never close: none was seen to close after {hazards.last_close} days."
    rest = "whether the rest ever close, the files do not tell"
    return f"{lines} within {hazards.last_close} days, the longest seen; {rest}."


def _range(shares: np.ndarray) -> str:
    low, high = (round(100 * share) for share in np.quantile(shares, (0.1, 0.9)))
    return f"{low}" if low == high else f"{low} to {high}"


def _created(fits: Fits) -> str:
    creation = fits.creation
    ahead = len(fits.hazards.months) - fits.hazards.seen
    levels = creation.draws(np.random.default_rng(1), _DRAWS)[:, -ahead:].mean(axis=1) * DAYS_PER_MONTH
    low, high = np.quantile(levels, (0.1, 0.9))
    since = f"all deals created since {iso(creation.first)} are known"
    return f"{low:,.0f} to {high:,.0f} deals a month are expected to be created; {since}."


def _amounts(amounts: Amounts | None) -> str:
    if amounts is None:
        return "No win has an amount, so that bookings cannot be told."
    wins = round(float(amounts.wins.sum()) + (amounts.tail.above if amounts.tail else 0))
    start = f"Amounts of {wins:,} wins"
    if amounts.law == AS_SEEN:
        return f"{start} follow no simple law: those seen are drawn again."
    if amounts.tail is not None:
        share = amounts.tail.above / amounts.tail.seen
        return f"{start} have a heavy tail: the largest {share:.0%} are far above the rest."
    if amounts.by:
        return f"{start} go by {amounts.by}: each has a typical amount of its own ({amounts.shape})."
    if len(amounts.wins) > 1:
        prices = len(amounts.wins) - 1
        what = f"sit on {prices} prices, and a rest" if prices > 1 else "have one price that many pay, and a rest"
        return f"{start} {what} spread around ({amounts.shape})."
    return f"{start} spread around one typical amount ({amounts.law})."


def told_groups(groups: Groups) -> list[str]:
    """How far owners, segments or products differ once chance is taken out. Those who closed nothing do not count."""
    many = _MANY[groups.by]
    closes = groups.odds.first + groups.odds.second
    some = np.flatnonzero(closes > 0)
    if len(some) < 2:
        return [f"Too few {many} have closed deals to tell them apart."]
    odds, pace = groups.odds.point()[some], groups.pace.point()[some]
    low, high = np.quantile(odds, (0.1, 0.9))
    usual = float(np.average(odds, weights=closes[some]))
    if high - low < _ALIKE * usual:
        first = f"{many.capitalize()} win alike: about {usual:.0%} of what closes."
    else:
        first = (
            f"{many.capitalize()} differ: most win {low:.0%} to {high:.0%} of what closes, once chance is taken out."
        )
    slow, fast = np.quantile(pace, (0.1, 0.9))
    second = f"Their deals close at {slow:.1f} to {fast:.1f} times the usual pace, ages taken into account."
    if fast - slow < _ALIKE:
        second = "Their deals close at the same pace."
    shares = groups.volume.point()
    top = np.argsort(-shares[:-1])[:3]
    names = ", ".join(f"{groups.names[at]} {shares[at]:.0%}" for at in top)
    return [first, second, f"Most new deals are expected from {names}; {shares[-1]:.1%} from nobody known so far."]
