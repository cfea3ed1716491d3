"""What won deals bring: lognormal or Weibull, by product or segment, on a price list, or with a heavy tail.

Of the laws that make a mean like the one seen, that of the least BIC is taken (Schwarz, Annals of Statistics 6, 1978).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from scipy.optimize import minimize
from scipy.signal import fftconvolve
from scipy.stats import norm

from sim.crm.opportunities import WON, Named, Opportunities
from sim.fit.amount_law import AS_SEEN, PRIOR_WINS, SHAPES, Amounts, Borrowed, Tail
from sim.fit.amounts_by_age import fit_by_age

_ENOUGH = 30  # wins with an amount since closes are known; below, earlier ones count too
_PRICES = (1, 2, 3, 4, 6, 8, 10)  # numbers of prices tried
_SMALLEST_SPREAD = 0.01  # of a price, in log
_PRIOR_SPREAD = 0.8  # of PRIOR_WINS wins that are thought of before any amount: a factor of two apart
_TAILS = (0.7, 0.8, 0.9, 0.95)  # shares of wins below a tail that are tried
_FEWEST_IN_TAIL = 10
_LIGHTEST_TAIL = 5.0  # exponent; above it a tail is no heavier than a lognormal's
_CHECKS, _CHECKED = 200, 1000  # samples, and wins in each at most
_ODD = 0.2  # a share on either side that is odd: under a right law the mean seen is near the middle, for it was fitted
_NO_MATTER = 0.05  # log of a mean's error that does no harm
_CELL = 0.005  # of log amounts, in which alike ones are counted together
_AS_SEEN_ASKS = 4.0  # parameters
_POINTS = 200  # that stand for the amounts seen


@dataclass(frozen=True)
class Elsewhere:
    """The law of all other groups' amounts, the mean of their logs, and what part of a group's own distance from it is
    to be believed: mean and standard deviation. ``wins`` is how many tell it.
    """

    law: Amounts
    mean_log: float
    wins: int
    own: float
    own_sd: float

    def candidate(self, logs: np.ndarray, largest: float) -> tuple[float, Amounts]:
        """The law moved to a group's wins, and its BIC: of the parameter that it asks for, only what is its own."""
        apart = float(logs.mean()) - self.mean_log
        left = self.own / len(logs) - (1 - self.own) ** 2 / self.wins  # of the variance of one amount
        error = np.hypot(_pooled(logs)[1] * np.sqrt(max(left, 0.0)), self.own_sd * apart)
        moved = Borrowed(self.own * apart, float(error), self.own)
        most = max(largest, self.law.largest * np.exp(moved.move))
        name = f"{self.law.law}, as other segments' times {np.exp(moved.move):.2f}"
        law = replace(self.law, law=name, by="", largest=most, bic={}, by_age=None, borrowed=moved)
        return _bic(law.log_density(logs), self.own), law


def paid(deals: Opportunities) -> tuple[np.ndarray, np.ndarray]:
    """Wins whose amounts tell the law, and those of them since closes are known; amounts of 0 or less are not known."""
    won = (deals.outcome == WON) & np.isfinite(deals.amount) & (np.nan_to_num(deals.amount) > 0)
    recent = won & (deals.closed >= deals.closes_known_from)
    return recent if recent.sum() >= _ENOUGH else won, recent


def fit_amounts(deals: Opportunities, elsewhere: Elsewhere | None = None) -> Amounts | None:
    """The law of the amounts of wins; None where no win has an amount.

    Args:
        elsewhere: of other groups of deals, whose law may be the likeliest of all where wins are few.
    """
    won, recent = paid(deals)
    if not won.any():
        return None
    logs = np.log(deals.amount[won])
    largest = float(deals.amount[won].max())
    mean, spread = _pooled(logs)
    tried = {}
    for shape, density in SHAPES.items():
        plain = Amounts(
            shape, "", np.array([len(logs)]), np.array([mean]), np.array([spread]), None, largest, {}, shape
        )
        tried[shape] = _bic(density((logs - mean) / spread) - np.log(spread), 2), plain
    for name in ("product", "segment"):
        column: Named = getattr(deals, name)
        codes = column.codes[won]
        if len(np.unique(codes)) > 1 and (codes >= 0).all() and (column.codes >= 0).mean() > 0.9:
            for shape in SHAPES:
                tried[f"{shape} by {name}"] = _by_group(logs, codes, len(column.names), name, largest, shape)
    for count in _PRICES:
        if len(logs) >= 10 * (count + 1):
            for shape in SHAPES:
                tried[f"price list of {count}, rest {shape}"] = _price_list(logs, count, largest, shape)
    for below in _TAILS:
        if (1 - below) * len(logs) >= _FEWEST_IN_TAIL:
            tried[f"heavy tail of {1 - below:.0%}"] = _heavy(logs, below, largest)
    if len(logs) >= _ENOUGH:
        tried[AS_SEEN] = _as_seen(logs, largest)
    if elsewhere is not None:
        tried["as other segments'"] = elsewhere.candidate(logs, largest)
    ordered = [law for value, law in sorted(tried.values(), key=lambda one: one[0]) if np.isfinite(value)]
    best = next((law for law in ordered if law.law == AS_SEEN or _mean_is_likely(law, deals, won)), ordered[0])
    dated = recent & ~deals.bulk
    codes = getattr(deals, best.by).codes[dated] if best.by else np.zeros(dated.sum(), np.int64)
    by_age = fit_by_age(deals.amount[dated], (deals.closed - deals.created)[dated], np.maximum(codes, 0))
    return replace(best, bic={name: value for name, (value, _) in tried.items()}, by_age=by_age)


def _mean_is_likely(law: Amounts, deals: Opportunities, won: np.ndarray) -> bool:
    """Whether the mean seen is nothing odd among means that the law makes of as many wins.

    The likelihood looks at the many middling amounts, the sum at the few large ones. Source: Gelman, Meng and Stern,
    Statistica Sinica 6 (1996), of checks against what a fit predicts.
    """
    rng = np.random.default_rng(5)
    rows = np.flatnonzero(won)
    rows = rng.choice(rows, _CHECKED) if len(rows) > _CHECKED else rows
    code = np.tile(getattr(deals, law.by).codes[rows], _CHECKS) if law.by else None
    made = law.draws(rng, _CHECKS).sample(rng, np.repeat(np.arange(_CHECKS), len(rows)), code)
    ratio = made.reshape(_CHECKS, len(rows)).mean(axis=1) / deals.amount[rows].mean()
    odd = _ODD if law.borrowed is None else law.borrowed.own * _ODD
    return bool(odd < np.mean(ratio < 1) < 1 - odd or abs(np.log(np.median(ratio))) < _NO_MATTER)


def _bic(log_likelihoods: np.ndarray, parameters: float) -> float:
    return float(parameters * np.log(len(log_likelihoods)) - 2 * log_likelihoods.sum())


def _pooled(logs: np.ndarray) -> tuple[float, float]:
    """Mean and spread of logs; few lean on the prior's spread."""
    squares = np.sum((logs - logs.mean()) ** 2) + PRIOR_WINS * _PRIOR_SPREAD**2
    return float(logs.mean()), float(np.sqrt(squares / (len(logs) - 1 + PRIOR_WINS)))


def _by_group(
    logs: np.ndarray, codes: np.ndarray, groups: int, name: str, largest: float, shape: str
) -> tuple[float, Amounts]:
    """A law a group; groups of few wins lean on all (empirical Bayes: Efron and Morris, JASA 70, 1975)."""
    count = np.bincount(codes, minlength=groups).astype(float)
    sums = np.bincount(codes, logs, groups)
    own = np.where(count > 0, sums / np.maximum(count, 1), logs.mean())
    apart = np.bincount(codes, (logs - own[codes]) ** 2, groups)
    within = apart.sum() / max(len(logs) - (count > 0).sum(), 1) + 1e-6
    between = max(float(np.var(own[count > 0]) - np.mean(within / count[count > 0])), 0.01 * within)
    trust = between / (between + within / np.maximum(count, 1e-9))
    means = np.where(count > 0, trust * own + (1 - trust) * logs.mean(), logs.mean())
    spreads = np.sqrt((apart + PRIOR_WINS * within) / (np.maximum(count - 1, 0) + PRIOR_WINS))
    spreads = np.where(count > 0, spreads, np.sqrt(within + between))
    spreads = np.maximum(spreads, _SMALLEST_SPREAD)
    each = SHAPES[shape]((logs - means[codes]) / spreads[codes]) - np.log(spreads[codes])
    value = _bic(each, 2 * int((count > 0).sum()))
    return value, Amounts(f"{shape} by {name}", name, count, means, spreads, None, largest, {}, shape)


def _price_list(logs: np.ndarray, prices: int, largest: float, shape: str) -> tuple[float, Amounts]:
    """Prices with a little spread each and a broad rest, from the amounts seen most, by EM (moments for maxima)."""

    def explained() -> np.ndarray:
        return np.exp(SHAPES[shape]((logs[:, None] - means) / spreads)) / spreads * weights + 1e-300

    bins, seen = np.unique(np.round(logs / 0.05), return_counts=True)
    order = bins[np.argsort(-seen, kind="stable")]
    starts: list[float] = []
    for one in order:
        if len(starts) < prices and all(abs(one - other) > 3 for other in starts):
            starts.append(one)
    means = np.append(0.05 * np.array(starts), logs.mean())
    spreads = np.append(np.full(len(starts), 0.03), max(logs.std(), 0.1))
    weights = np.full(len(means), 1 / len(means))
    for _ in range(100):
        each = explained()
        share = each / each.sum(axis=1, keepdims=True)
        count = share.sum(axis=0)
        weights = (count + 0.5) / (count + 0.5).sum()
        means = np.where(count > 1, share.T @ logs / np.maximum(count, 1e-9), means)
        squares = np.sum(share * (logs[:, None] - means) ** 2, axis=0)
        spreads = np.maximum(np.sqrt((squares + 2e-3) / (count + 1)), _SMALLEST_SPREAD)
    value = _bic(np.log(explained().sum(axis=1)), 3 * len(means) - 1)
    law = f"price list of {prices}, rest {shape}"
    return value, Amounts(law, "", weights * len(logs), means, spreads, None, largest, {}, shape)


def _as_seen(logs: np.ndarray, largest: float) -> tuple[float, Amounts]:
    """The amounts themselves, a little blurred: as much as explains each best by all others (leave one out).

    Its likelihood is of amounts not used; it counts as if it had few parameters, so that a law with a name goes first.
    Source: Habbema, Hermans and van den Broek, COMPSTAT (1974).
    """
    points = np.quantile(logs, (np.arange(_POINTS) + 0.5) / _POINTS) if len(logs) > _POINTS else np.sort(logs)
    cell = np.round((logs - logs.min()) / _CELL).astype(int)
    seen = np.bincount(cell).astype(float)
    apart = _CELL * (np.arange(2 * len(seen) - 1) - len(seen) + 1)
    best = (np.inf, 1.0)
    asks = _AS_SEEN_ASKS * np.log(len(logs))
    for blur in 0.02 * 1.5 ** np.arange(10):
        alike = fftconvolve(seen, norm.pdf(apart, 0, blur))[len(seen) - 1 : 2 * len(seen) - 1]
        others = np.maximum(alike[cell] - norm.pdf(0, 0, blur), 0.0) / max(len(logs) - 1, 1)
        best = min(best, (float(asks - 2 * np.log(others + 1e-12).sum()), float(blur)))
    wins = np.full(len(points), len(logs) / len(points))
    return best[0], Amounts(AS_SEEN, "", wins, points, np.full(len(points), best[1]), None, largest, {})


def _heavy(logs: np.ndarray, below: float, largest: float) -> tuple[float, Amounts]:
    """A lognormal cut off at a threshold, and Pareto above it (Hill, Annals of Statistics 3, 1975)."""
    threshold = float(np.sort(logs)[int(below * len(logs))])
    body, beyond = logs[logs < threshold], logs[logs >= threshold] - threshold
    if len(body) < _FEWEST_IN_TAIL:  # most amounts are one and the same
        return np.inf, Amounts("heavy tail", "", np.ones(1), np.zeros(1), np.ones(1), None, largest, {})
    alpha = len(beyond) / max(float(beyond.sum()), 1e-6)

    def against(at: np.ndarray) -> float:
        mean, spread = at[0], np.exp(at[1])
        return -float(np.sum(norm.logpdf(body, mean, spread)) - len(body) * norm.logcdf(threshold, mean, spread))

    start = np.array([logs.mean(), np.log(logs.std() + 0.01)])
    mean, spread = minimize(against, start, method="Nelder-Mead").x
    share = len(beyond) / len(logs)
    each = len(body) * np.log1p(-share) - against(np.array([mean, spread]))
    each += len(beyond) * (np.log(share) + np.log(alpha)) - alpha * beyond.sum()
    value = float(5 * np.log(len(logs)) - 2 * each) if alpha < _LIGHTEST_TAIL else np.inf
    tail = Tail(threshold, alpha, len(beyond), len(logs))
    law = f"heavy tail of {1 - below:.0%}"
    one = np.array([float(len(body))])
    return value, Amounts(law, "", one, np.array([mean]), np.array([np.exp(spread)]), tail, largest, {})
