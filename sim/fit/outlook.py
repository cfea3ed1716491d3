"""The months ahead as samples: wins and bookings, of deals that are open now and of deals not yet created.

Each sample draws its own parameters of all laws and then plays every deal day by day, so that it carries both what is
not known of the laws and what is chance.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np

from sim.crm.opportunities import OPEN, Opportunities, StageHistory
from sim.fit.amount_law import AmountDraws, Amounts
from sim.fit.amounts import fit_amounts
from sim.fit.creation import Creation, fit_creation
from sim.fit.groups import Groups, fit_groups
from sim.fit.hazards import Hazards, ages_ahead, fit_hazards
from sim.fit.months import Months
from sim.fit.newcomers import Newcomers
from sim.fit.one_by_one import GroupDraws, OneByOne
from sim.fit.sizes import BANDS, Sizes, fit_sizes
from sim.fit.stages import StageDraws, Stages, fit_stages
from sim.fit.wins import Wins, added_up

MEASURES = ("wins", "bookings")
PARTS = ("open", "new")
HIRES = "hires"  # a part of its own, on top of the others, where people are known to come
_AT_ONCE, _OF_HIRES_AT_ONCE = 50, 10  # samples played together, for the sake of memory


@dataclass(frozen=True)
class Fits:
    """Everything that the outlook draws from; ``amounts`` is None where no win has an amount."""

    hazards: Hazards
    creation: Creation
    amounts: Amounts | None


@dataclass(frozen=True)
class Outlook:
    """``samples`` has shape (draws, months, measures, parts): MEASURES (a count, and the file's currency; NaN where no
    amount is known) and PARTS. ``starts`` are the first days of the months and the day after, shape (months + 1,);
    the first month is what is left of the running one, unless that is over. ``wins`` are those of deals open now, by
    their rows in the deals that the outlook is of.

    ``of_hires``, where people are known to come, has what their deals add, shape (draws, months, measures); it is in no
    other part. ``born`` says when the new deals that are won were created: wins by month of creation and of the win,
    over all draws, shape (months, months); None where deals are told by group.

    ``by_group``, where a column was asked for, has the samples by the names of ``groups``, shape (draws, months,
    measures, parts, groups); they add up to ``samples``.
    """

    starts: np.ndarray
    samples: np.ndarray
    fits: Fits
    wins: Wins
    groups: Groups | None = None
    by_group: np.ndarray | None = None
    of_hires: np.ndarray | None = None
    born: np.ndarray | None = None


def fit_laws(deals: Opportunities, months: int = 3) -> Fits:
    """All laws of a file, for an outlook of so many months. Raises ValueError as fit_hazards does."""
    return Fits(fit_hazards(deals, months), fit_creation(deals, months), fit_amounts(deals))


def outlook(
    deals: Opportunities,
    months: int = 3,
    draws: int = 1000,
    seed: int = 1,
    fits: Fits | None = None,
    by: str = "",
    left: Collection[str] = (),
    history: StageHistory | None = None,
    hires: Newcomers | None = None,
) -> Outlook:
    """Samples of the months after ``deals.as_of``; the same for the same seed. Raises ValueError as fit_groups does.

    Args:
        fits: those of fit_laws for the same deals and months, fitted here unless given.
        by: "owner", "segment" or "product": by group too, with what each group has of its own.
        left: names of those who have left, and get no new deals.
        history: moves between stages until then, so that the stage of an open deal counts beside its age.
        hires: people who have still to come; without them and with them all other parts are the same.
    """
    fits = fit_laws(deals, months) if fits is None else fits
    rng = np.random.default_rng(seed)
    ahead = Months.between(deals.as_of + 1, deals.as_of + 1, months - 1)
    starts = np.append(deals.as_of + 1, ahead.starts[1:])
    days = np.arange(starts[0], starts[-1])
    hazards, factors = fits.hazards.draws(rng, draws)
    created = fits.creation.draws(rng, draws)[:, fits.creation.months.of(days)]
    created = rng.poisson(created * fits.creation.weekdays[(days - 1) % 7])
    pulls = factors[:, :, fits.hazards.months.of(days)] * fits.hazards.weekdays[:, (days - 1) % 7]
    paid = None if fits.amounts is None else fits.amounts.draws(rng, draws)
    stages: Stages | Sizes | None = fit_stages(deals, history, fits.hazards)
    if stages is None and not by:  # groups and stages have what sizes tell in their own odds
        stages = fit_sizes(deals, fits.hazards)
    groups = fit_groups(deals, by, fits.hazards, left) if by else None
    shape = (draws, months, len(MEASURES), len(PARTS), len(groups.names) if groups else 1)
    samples = np.zeros(shape)
    rows = np.flatnonzero(deals.outcome == OPEN)
    opened = deals[rows]
    stage = StageDraws.drawn(stages, rows, rng, draws, months)
    if groups is None:
        play: _Play | OneByOne = _Play(
            fits.hazards, ahead.of(days), months, paid, rng, stage, np.zeros((months, months))
        )  # fmt: skip
    else:
        drawn = GroupDraws.drawn(groups, rng, draws, months)
        play = OneByOne(fits.hazards, ahead.of(days), months, paid, rng, stage, drawn, groups.codes[rows])
    found: list[Wins] = []
    theirs = None if hires is None else _Theirs.drawn(hires, fits, ahead.of(days), days, months, paid, draws, seed)
    of_hires = np.zeros((draws, months, len(MEASURES)))
    at_once = _AT_ONCE // BANDS if isinstance(stages, Sizes) else _AT_ONCE
    for first in range(0, draws, at_once):
        part = slice(first, min(first + at_once, draws))
        samples[part, :, :, 0], wins = play.open_deals(hazards[part], pulls[part], opened, first)
        samples[part, :, :, 1] = play.new_deals(hazards[part], pulls[part], created[part], first)
        found.append(wins.of_deals(rows))
        if theirs is not None:
            of_hires[part] = theirs.deals(hazards[part], pulls[part], first)
    return Outlook(
        starts, samples.sum(axis=-1), fits, Wins.together(found), groups, samples if groups else None,
        None if theirs is None else of_hires, play.born if isinstance(play, _Play) else None,
    )  # fmt: skip


@dataclass(frozen=True)
class _Theirs:
    """Plays the deals of people who have still to come, with luck of their own; ``created`` (draws, days, teams)."""

    play: OneByOne
    created: np.ndarray

    @classmethod
    def drawn(
        cls,
        hires: Newcomers,
        fits: Fits,
        month_of: np.ndarray,
        days: np.ndarray,
        months: int,
        paid: AmountDraws | None,
        draws: int,
        seed: int,
    ) -> _Theirs:
        rng = np.random.default_rng((seed, len(PARTS)))
        created = hires.created(rng, draws, days, month_of, fits.creation.weekdays)
        drawn = GroupDraws.drawn(hires.groups, rng, draws, months)
        no_stage = StageDraws.drawn(None, np.zeros(0, np.int64), rng, draws, months)
        none_open = np.zeros(0, np.int64)
        return cls(OneByOne(fits.hazards, month_of, months, paid, rng, no_stage, drawn, none_open), created)

    def deals(self, hazards: np.ndarray, pulls: np.ndarray, first: int) -> np.ndarray:
        """Wins and bookings, shape (draws, months, measures), of the draws from ``first`` on."""
        created = self.created[first : first + len(hazards)]
        few = [slice(at, at + _OF_HIRES_AT_ONCE) for at in range(0, len(hazards), _OF_HIRES_AT_ONCE)]
        found = np.zeros((len(hazards), self.play.months, len(MEASURES)))
        for one in few:
            if created[one].any():
                made = self.play.new_by_group(hazards[one], pulls[one], created[one], first + one.start)
                found[one] = made.sum(axis=-1)
        return found


@dataclass(frozen=True)
class _Play:
    """Plays deals over days; ``month_of`` has the month of each day, shape (days,)."""

    hazards: Hazards
    month_of: np.ndarray
    months: int
    paid: AmountDraws | None
    rng: np.random.Generator
    stage: StageDraws
    born: np.ndarray  # filled by new_deals, see Outlook

    def chances(self, daily: np.ndarray, ages: np.ndarray, first: int) -> tuple[np.ndarray, np.ndarray | None]:
        """Chances to be won in each month, shape (draws, rows, months), of deals that are open, and the mean factor on
        the amounts of such wins, for their ages; None where amounts do not go with age.

        ``daily`` has the hazards of the draws from ``first`` on, ``ages`` the ages on each day, as of Hazards.daily.
        """
        both = daily.sum(axis=1)
        upto = np.cumsum(both, axis=2)
        closed = np.exp(both - upto) * -np.expm1(-both)
        won = closed * (daily[:, 0] / np.maximum(both, 1e-300))
        marks = np.searchsorted(self.month_of, np.arange(self.months))
        found = np.add.reduceat(won, marks, axis=2)
        if self.paid is None or self.paid.by_age is None:
            return found, None
        draw = np.arange(first, first + len(daily))[:, None, None]
        paid = np.add.reduceat(won * self.paid.by_age.factors(draw, ages), marks, axis=2)
        return found, np.where(found > 0, paid / np.maximum(found, 1e-300), 1.0)

    def open_deals(
        self, hazards: np.ndarray, pulls: np.ndarray, deals: Opportunities, first: int
    ) -> tuple[np.ndarray, Wins]:
        """Wins and bookings of deals open now, shape (draws, months, measures, 1), and each win, its deal among
        these."""
        if not len(deals):
            return np.zeros((len(hazards), self.months, len(MEASURES), 1)), Wins.none()
        ages, where, alike = ages_ahead(deals, pulls.shape[2], self.stage.codes)
        daily = self.hazards.daily(hazards, pulls, ages)
        self.stage.pull(daily, where, first, self.month_of)
        chances, factor = self.chances(daily, ages, first)
        upto = np.cumsum(chances, axis=2)
        luck = self.rng.random((len(hazards), len(deals)))
        month = np.zeros(luck.shape, np.int8)
        for later in range(self.months):
            month += luck >= upto[:, :, later][:, alike]
        draw, deal = np.nonzero(month < self.months)
        code = None
        if self.paid is not None and self.paid.law.by:
            code = getattr(deals, self.paid.law.by).codes[deal]
        months, amounts = month[draw, deal], self._amounts(draw + first, code)
        if factor is not None:
            amounts = amounts * factor[draw, alike[deal], months]
        amounts = np.where(np.isfinite(deals.amount[deal]), deals.amount[deal], amounts)
        wins = Wins(draw + first, deal, months.astype(np.int64), amounts)
        return added_up(draw, months, amounts, (len(hazards), self.months)), wins

    def new_deals(self, hazards: np.ndarray, pulls: np.ndarray, created: np.ndarray, first: int) -> np.ndarray:
        """Wins and bookings of deals created on each day, ``created`` (draws, days); (draws, months,
        measures, 1)."""
        draws, days = created.shape
        ages = np.arange(days) - np.arange(days)[:, None]
        chances, factor = self.chances(self.hazards.daily(hazards, pulls, ages), ages, first)
        left, unused = created.copy(), np.ones(created.shape)
        wins = np.zeros((draws, days, self.months), np.int64)
        for month in range(self.months):
            share = np.clip(chances[:, :, month] / np.maximum(unused, 1e-12), 0.0, 1.0)
            wins[:, :, month] = self.rng.binomial(left, share)
            left -= wins[:, :, month]
            unused -= chances[:, :, month]
        np.add.at(self.born, self.month_of, wins.sum(axis=0))
        cell = np.repeat(np.arange(wins.size), wins.ravel())
        draw, month_of = cell // (days * self.months), cell % self.months
        amounts = self._amounts(draw + first, None)
        if factor is not None:
            amounts = amounts * factor.ravel()[cell]
        return added_up(draw, month_of, amounts, (draws, self.months))

    def _amounts(self, draw: np.ndarray, code: np.ndarray | None) -> np.ndarray:
        """An amount for each win, by its draw; NaN where no amount of the file is known."""
        if self.paid is None:
            return np.full(len(draw), np.nan)
        return self.paid.sample(self.rng, draw, code)
