"""What an export teaches of each segment: creation, odds, ages at the close and amounts, with draws that go together.

Fits are those of ``sim.fit``. The months ahead are a year, whose mean counts: a scenario has one level and a season.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

import numpy as np

from sim.calendar import DAYS_PER_MONTH
from sim.crm.opportunities import LOST, WON, Opportunities, StageHistory
from sim.evidence.company.stages import Staged, Stages, shifted, stages_of, stages_of_history
from sim.fit.months import YEAR
from sim.fit.outlook import MEASURES, PARTS, Fits, fit_laws, outlook
from sim.fit.stage_laws import StageLaws, fit_stage_laws

DRAWS = 400
SOON_DAYS = round(3 * DAYS_PER_MONTH)  # a quarter
_MONTHS_SOON, _SOON_DRAWS = 4, 200
STAGE = "stage"
ALL = "all"  # the segment of a company without segments
_LARGE = 200, 40  # deals and wins; where more than _MOST_SEGMENTS have as many, the column tells no segments
_FEWEST, _MOST_SEGMENTS = ((60, 10), _LARGE), 6  # of a segment of its own, which leans on the others
_KEEP_TO, _FEWEST_SELLERS = 0.7, 2  # share of sellers' deals in a segment of their own; sellers of a segment
_MEAN_MORE = frozenset(("yes", "no", "on", "off", "true", "false", "null", "y", "n", "start"))
_LEAST_AGE, _MOST_AGE = 60, 1500  # days
_AMOUNTS = 2000  # wins by which a draw's mean amount is told; all draws meet the same chance


class TooLittleError(ValueError):
    """An export from which no company can be learned."""


@dataclass(frozen=True)
class Segment:
    """What was learned of a segment. Draws have shape (DRAWS,): deals created a month, the share won, mean days from
    creation to a win, and mean dollars of a win. The scenario has their middles: what is not known is a factor on them.
    """

    name: str
    deals: Opportunities
    fits: Fits
    created: np.ndarray
    won: np.ndarray
    cycle: np.ndarray
    amount: np.ndarray
    by_month: np.ndarray  # of the year, shape (12,), mean 1; ones where less than a year is seen
    ages_won: np.ndarray  # chances at each age in days
    ages_lost: np.ndarray
    never: float
    stages: Stages
    amounts: np.ndarray  # a sample of the law's dollars, of all draws
    own: OwnStages | None  # None where stages are not those of a history
    soon: np.ndarray  # wins within SOON_DAYS of deals open now
    soon_usd: np.ndarray  # what those bring; NaN where no amount is known

    @property
    def stage_names(self) -> list[str]:
        """The stages' names as a scenario may have them."""
        names: list[str] = []
        for one in self.stages.names:
            names.append(own_name(one, STAGE, names))
        return names

    @property
    def sigma_log(self) -> float:
        return float(np.log(self.amounts).std())


@dataclass(frozen=True)
class OwnStages:
    """The stages of a history: laws, and draws of the odds to move on and of the mean days, shape (DRAWS, stages).

    ``odds`` and ``pace`` are those of a scenario: odds multiply to the share won of the same draw, ``pace`` is a factor
    on mean days so that all stages together take as long as the draw's deals take to a win.
    """

    laws: StageLaws
    days: np.ndarray
    moved_on: np.ndarray
    odds: np.ndarray
    pace: np.ndarray


def _own_stages(laws: StageLaws, stages: Staged, won: np.ndarray, cycle: np.ndarray, seed: int) -> OwnStages:
    days, moved_on = laws.draws(np.random.default_rng((seed, 1)), DRAWS)
    pace = days / laws.mean_days
    together = (pace * stages.mean_days).sum(axis=1) / stages.mean_days.sum()
    pace = pace * (cycle / middle(cycle) / together)[:, None]
    return OwnStages(laws, days, moved_on, shifted(moved_on, won), pace)


def check_enough(deals: Opportunities) -> None:
    """Raises TooLittleError where nothing is won, nothing is lost, or there is one seller."""
    if not (deals.outcome == WON).any():
        raise TooLittleError("no deal is won, so neither odds nor amounts can be learned")
    if not (deals.outcome == LOST).any():
        raise TooLittleError("no deal is lost, so odds cannot be learned")
    if len(deals.owner.names) == 1:
        raise TooLittleError(
            f"all deals belong to one owner, {deals.owner.names[0]}; a sales organization has two sellers or more."
            ' Where owners stand in another column, name it in the mapping: columns: {owner: "its heading"}'
        )


def segments_of(deals: Opportunities) -> dict[str, np.ndarray]:
    """The deals of each segment that can stand by itself, bool. Smaller ones and deals without are one.

    So are all of a company that has no segments, too many, or sellers who work in all of them: a seat belongs to one.
    Where the small ones have no sellers of their own, the large ones stand without them.
    """
    for fewest in _FEWEST:
        found = _standing(deals, *fewest)
        if _sellers_keep_to_theirs(deals, found):
            return found
    return {ALL: np.ones(len(deals), bool)}


def _sellers_keep_to_theirs(deals: Opportunities, found: dict[str, np.ndarray]) -> bool:
    """Whether most deals lie in the segment that their owner has most of, and each segment has two such owners."""
    if len(found) == 1 or not deals.owner.names:
        return True
    owned = deals.owner.known
    count = np.array([
        np.bincount(deals.owner.codes[owned & rows], minlength=len(deals.owner.names)) for rows in found.values()
    ])  # fmt: skip
    home = np.bincount(count.argmax(axis=0)[count.sum(axis=0) > 0], minlength=len(found))
    return bool(count.max(axis=0).sum() >= _KEEP_TO * count.sum() and home.min() >= _FEWEST_SELLERS)


def _standing(deals: Opportunities, fewest_deals: int, fewest_wins: int) -> dict[str, np.ndarray]:
    """The segments of so many deals and wins or more, at most _MOST_SEGMENTS, and all others together."""
    everything = {ALL: np.ones(len(deals), bool)}
    codes, names = deals.segment.codes, deals.segment.names
    named = codes >= 0
    count, wins = (np.bincount(codes[rows], minlength=len(names)) for rows in (named, named & (deals.outcome == WON)))
    own, large = (np.flatnonzero((count >= few) & (wins >= won)) for few, won in ((fewest_deals, fewest_wins), _LARGE))
    if not len(own) or len(large) > _MOST_SEGMENTS:
        return everything
    own = np.sort(own[np.argsort(-wins[own], kind="stable")][:_MOST_SEGMENTS])
    found = {_key(names[code]): codes == code for code in own}
    if len(found) < len(own):  # two names that a scenario cannot tell apart
        return everything
    rest = ~np.isin(codes, own)
    if rest.sum() >= fewest_deals and (rest & (deals.outcome == WON)).sum() >= fewest_wins:
        return {**found, _free("other", found): rest}
    largest = max(found, key=lambda name: int(found[name].sum()))
    return {**found, largest: found[largest] | rest}


def _key(name: str, kind: str = "segment") -> str:
    """A name as a scenario may have it, and YAML reads it: ``no`` would be false, ``start`` begins a date."""
    kept = "".join(sign if sign.isalnum() and sign.isascii() else "_" for sign in name.lower()).strip("_")
    return kept if kept and kept[0].isalpha() and kept not in _MEAN_MORE else f"{kind}_{kept}" if kept else ALL


def own_name(name: str, kind: str, taken: Collection[str]) -> str:
    """A name of the file as a scenario may have it, unlike those that are taken."""
    return _free(_key(name, kind), taken)


def _free(name: str, taken: Collection[str]) -> str:
    return name if name not in taken else _free(f"{name}_deals", taken)


def learn_segment(
    name: str,
    deals: Opportunities,
    per_dollar: float,
    seed: int,
    history: StageHistory | None = None,
    fits: Fits | None = None,
) -> Segment:
    """What is learned of a segment. Raises ValueError as ``fit_laws`` does.

    Args:
        per_dollar: units of the file's currency that make one US dollar.
        history: the moves of these deals; without it, or with too little of one, stages are those that nobody sees.
        fits: its laws for a YEAR ahead; those of its deals by themselves unless given.
    """
    fits = fit_laws(deals, YEAR) if fits is None else fits
    rng = np.random.default_rng(seed)
    created, by_month = _creation(fits, rng)
    won, lost, never = _closes(fits, rng)
    ages = np.arange(won.shape[1]) + 0.5
    share = won.sum(axis=1)
    typical, stays = middle(share), middle(never)
    by_age_won = won.mean(axis=0) * (typical / won.mean(axis=0).sum())
    by_age_lost = lost.mean(axis=0) * ((1 - typical - stays) / lost.mean(axis=0).sum())
    amount, amounts = _amounts(fits, rng, per_dollar)
    cycle = won @ ages / share
    laws = fit_stage_laws(deals, history)
    seen = None if laws is None else stages_of_history(laws, by_age_won, by_age_lost, stays)
    own = None if laws is None or seen is None else _own_stages(laws, seen, share, cycle, seed)
    return Segment(
        name, deals, fits, created, share, cycle, amount, by_month, by_age_won, by_age_lost, stays,
        seen or stages_of(by_age_won, by_age_lost, stays), amounts, own, *_soon(deals, fits, history, per_dollar, seed),
    )  # fmt: skip


def _soon(
    deals: Opportunities, fits: Fits, history: StageHistory | None, per_dollar: float, seed: int
) -> Iterator[np.ndarray]:
    """Wins within SOON_DAYS of deals open now, and their dollars, as a forecast tells them; (_SOON_DRAWS,) each."""
    ahead = outlook(deals, _MONTHS_SOON, _SOON_DRAWS, seed, fits, history=history)
    days = np.append(0, ahead.starts[1:] - ahead.starts[0])
    for measure, unit in (("wins", 1.0), ("bookings", per_dollar)):
        upto = np.cumsum(ahead.samples[:, :, MEASURES.index(measure), PARTS.index("open")], axis=1) / unit
        yield np.array([np.interp(SOON_DAYS, days, np.append(0.0, one)) for one in upto])


def middle(draws: np.ndarray) -> float:
    """What a number is put at: half of the draws lie above. A year ahead, means are driven by the few largest draws."""
    return float(np.median(draws))


def _creation(fits: Fits, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Deals a month over the year ahead, and its season."""
    creation = fits.creation
    ahead = creation.draws(rng, DRAWS)[:, -YEAR:]
    season = np.ones(YEAR)
    if len(creation.months) - YEAR > YEAR:
        season[creation.months.numbers()[-YEAR:]] = np.exp(np.log(ahead).mean(axis=0))
        season /= season.mean()
    return ahead.mean(axis=1) * DAYS_PER_MONTH, season


def _closes(fits: Fits, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Chances to be won and lost at each age, shape (DRAWS, ages), and to stay open for good, shape (DRAWS,).

    Nobody has seen what becomes of deals older than any that closed: where the file does not tell that they stay open,
    they count as lost.
    """
    hazards, factors = fits.hazards.draws(rng, DRAWS)
    pulls = factors[:, :, fits.hazards.seen :].mean(axis=2)
    ages = np.arange(int(np.clip(fits.hazards.last_close + 1, _LEAST_AGE, _MOST_AGE)))
    daily = fits.hazards.by_age(hazards, ages) * pulls[:, :, None]
    if fits.hazards.tells_never:
        daily = daily * (ages <= fits.hazards.last_close)
    both = daily.sum(axis=1)
    alive = np.exp(-np.cumsum(both, axis=1) + both)
    closed = alive * -np.expm1(-both) / np.maximum(both, 1e-300)
    won, lost = closed * daily[:, 0], closed * daily[:, 1]
    left = 1 - won.sum(axis=1) - lost.sum(axis=1)
    return won, lost, np.maximum(left, 0.0) if fits.hazards.tells_never else np.zeros(DRAWS)


def _amounts(fits: Fits, rng: np.random.Generator, per_dollar: float) -> tuple[np.ndarray, np.ndarray]:
    """Mean dollars by draw, shape (DRAWS,), and a sample over all draws. Where no amount is known, one dollar each."""
    if fits.amounts is None:
        return np.ones(DRAWS), np.ones(2)
    drawn = fits.amounts.draws(rng, DRAWS)
    means = np.empty(DRAWS)
    for draw in range(DRAWS):
        same = np.random.default_rng(11)
        means[draw] = drawn.sample(same, np.full(_AMOUNTS, draw)).mean()
    sample = drawn.sample(rng, rng.integers(DRAWS, size=4 * _AMOUNTS))
    level = sample.mean() / means.mean()  # means by common chance tell draws apart, not how high all are
    return means * level / per_dollar, sample / per_dollar
