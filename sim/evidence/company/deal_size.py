"""What won deals bring in the scenario, which knows lognormal amounts and price lists.

A price list that was fitted stays one: its prices, and a few amounts that stand for the rest. Of any other law the
scenario gets the lognormal with its mean and its P90, for plans hang on both; what is lost of the shape is said.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr, ndtri

from sim.evidence.company.learn import Segment, middle
from sim.fit.amount_law import LOGNORMAL
from sim.results.percentiles import percentiles

_REST = 8  # amounts, equally likely, that stand for those not on the list
_ON_LIST = 0.5  # share of wins at prices, for which a list is one
_BROADEST = 0.1  # spread of the log of a price, above which it is none
_MOST_SPREAD, _LEAST_USD = 3.0, 0.01
_P90 = float(ndtri(0.9))
_SAME = 0.02  # of dollars: less is not worth a word


@dataclass(frozen=True)
class DealSize:
    """``prices`` and how often each, shape (items,), with their ``names``; or none, and a lognormal of ``mean``.
    ``lost`` says what of the law fitted the scenario does not have, "" if nothing.
    """

    mean: float
    sigma_log: float
    names: tuple[str, ...]
    prices: np.ndarray
    weights: np.ndarray
    lost: str


def deal_size(segment: Segment, per_dollar: float) -> DealSize:
    """US dollars of a win, at the middle of what is known."""
    law, mean = segment.fits.amounts, middle(segment.amount)
    nothing = np.zeros(0)
    if law is None or law.law == LOGNORMAL:
        return DealSize(mean, min(segment.sigma_log, _MOST_SPREAD), (), nothing, nothing, "")
    listed = _price_list(segment, per_dollar)
    if listed is not None:
        return listed
    p90 = float(percentiles(segment.amounts[:, None])[2, 0])
    sigma = spread_of(p90 / segment.amounts.mean(), segment.sigma_log)
    above = segment.amounts[segment.amounts >= p90].sum() / segment.amounts.sum()
    made = float(ndtr(sigma - _P90))
    lost = ""
    if abs(above - made) > _SAME:
        lost = (
            f"amounts are {law.law}; the scenario has the lognormal of that mean and P90, in which the largest tenth of"
            f" wins brings {made:.0%} of the dollars instead of {above:.0%}"
        )
    return DealSize(mean, sigma, (), nothing, nothing, lost)


def spread_of(ratio: float, like: float) -> float:
    """The spread of log of the lognormal whose P90 is ``ratio`` times its mean; of two, the one nearer to ``like``.

    The ratio is exp(1.28 s - s^2 / 2), which is 2.27 at most: above it, the spread of that.
    """
    root = np.sqrt(max(_P90**2 - 2 * np.log(ratio), 0.0))
    both = np.clip([_P90 - root, _P90 + root], 0.0, _MOST_SPREAD)
    return float(both[np.argmin(np.abs(both - like))])


def _price_list(segment: Segment, per_dollar: float) -> DealSize | None:
    """None where hardly any price is one, most wins are not on the list, or the list is another segment's."""
    law = segment.fits.amounts
    assert law is not None
    if law.by or law.borrowed is not None or law.tail is not None:
        return None
    if len(law.wins) < 2 or not law.law.startswith("price list"):
        return None
    shares = law.wins / law.wins.sum()
    sharp = (law.spreads <= _BROADEST) & (np.arange(len(shares)) < len(shares) - 1)
    if shares[sharp].sum() < _ON_LIST:
        return None
    prices = np.exp(law.means[sharp] + 0.5 * law.spreads[sharp] ** 2) / per_dollar
    at = np.exp(ndtri((np.arange(_REST) + 0.5) / _REST))
    rest, often = [], []
    for k in np.flatnonzero(~sharp):
        own = at ** law.spreads[k] * np.exp(law.means[k]) / per_dollar
        rest.append(own)
        often.append(np.full(_REST, shares[k] / _REST))
    amounts = np.concatenate([prices, *rest])
    weights = np.concatenate([shares[sharp], *often])
    # What few points leave out of the rest's long end goes back onto all of it, so that the mean is the fit's.
    short = middle(segment.amount) - weights @ amounts
    of_rest = weights[len(prices) :] @ amounts[len(prices) :]
    amounts[len(prices) :] *= max(1 + short / of_rest, 0.1) if of_rest > 0 else 1.0
    amounts = np.maximum(amounts, _LEAST_USD)
    names = [*(f"usd_{price:.0f}" for price in prices), *(f"other_{k + 1}" for k in range(len(amounts) - len(prices)))]
    if len(set(names)) < len(names):
        names = [f"{name}_{place + 1}" for place, name in enumerate(names)]
    sigma = float(np.sqrt(np.average(law.spreads[sharp] ** 2, weights=shares[sharp])))
    return DealSize(middle(segment.amount), sigma, tuple(names), amounts, weights, "")


def lines(segment: Segment, per_dollar: float) -> Iterator[str]:
    """The scenario's lines; what is not known of the mean is a factor on every amount."""
    size, column = deal_size(segment, per_dollar), f"{segment.name}_amount"
    if not size.names:
        mean = f"{{uncertain: {column}, times: {size.mean:.7g}}}"
        yield f"        {{kind: lognormal, mean_usd: {mean}, sigma_log: {size.sigma_log:.5g}}}"
        return
    yield "        kind: price_list"
    yield "        prices_usd:"
    for name, price in zip(size.names, size.prices, strict=True):
        yield f"          {name}: {{uncertain: {column}, times: {price:.7g}}}"
    weights = ", ".join(f"{name}: {weight:.4g}" for name, weight in zip(size.names, size.weights, strict=True))
    yield f"        weights: {{{weights}}}"
    yield f"        sigma_log: {min(size.sigma_log, 1.0):.4g}"
