"""The months ahead as samples: wins and bookings, of deals that are open now and of deals not yet created.

Each sample draws its own parameters of all laws and then plays every deal day by day, so that it carries both what is
not known of the laws and what is chance.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np

from sim.crm.opportunities import OPEN, Opportunities
from sim.fit.amounts import AmountDraws, Amounts, fit_amounts
from sim.fit.creation import Creation, fit_creation
from sim.fit.hazards import Hazards, fit_hazards
from sim.fit.months import Months

MEASURES = ("wins", "bookings")
PARTS = ("open", "new")
_AT_ONCE = 50  # samples played together, for the sake of memory
_ROUGH_AGE = 0.03  # open deals whose ages differ by less than this share count as one age


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
    the first month is what is left of the running one, unless that is over.
    """

    starts: np.ndarray
    samples: np.ndarray
    fits: Fits
    wins: Wins


@dataclass(frozen=True)
class Wins:
    """Every win of a deal that is open now, shape (wins,) each: in which draw, which deal (its row in the deals that
    the outlook is of), in which month ahead, and what it books; NaN where no amount is known.
    """

    draw: np.ndarray
    deal: np.ndarray
    month: np.ndarray
    amount: np.ndarray


def fit_laws(deals: Opportunities, months: int = 3) -> Fits:
    """All laws of a file, for an outlook of so many months. Raises ValueError as fit_hazards does."""
    return Fits(fit_hazards(deals, months), fit_creation(deals, months), fit_amounts(deals))


def outlook(
    deals: Opportunities, months: int = 3, draws: int = 1000, seed: int = 1, fits: Fits | None = None
) -> Outlook:
    """Samples of the months after ``deals.as_of``; the same for the same seed. ``fits`` are those of fit_laws for the
    same deals and months, fitted here unless given.
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
    play = _Play(fits.hazards, ahead.of(days), months, paid, rng)
    samples = np.zeros((draws, months, len(MEASURES), len(PARTS)))
    rows = np.flatnonzero(deals.outcome == OPEN)
    opened = deals[rows]
    found: list[Wins] = []
    for first in range(0, draws, _AT_ONCE):
        part = slice(first, min(first + _AT_ONCE, draws))
        samples[part, :, :, 0], wins = play.open_deals(hazards[part], pulls[part], opened, first)
        samples[part, :, :, 1] = play.new_deals(hazards[part], pulls[part], created[part], first)
        found.append(Wins(wins.draw, rows[wins.deal], wins.month, wins.amount))
    columns = (np.concatenate([getattr(one, key.name) for one in found]) for key in fields(Wins))
    return Outlook(starts, samples, fits, Wins(*columns))


@dataclass(frozen=True)
class _Play:
    """Plays deals over days; ``month_of`` has the month of each day, shape (days,)."""

    hazards: Hazards
    month_of: np.ndarray
    months: int
    paid: AmountDraws | None
    rng: np.random.Generator

    def chances(self, hazards: np.ndarray, pulls: np.ndarray, ages: np.ndarray) -> np.ndarray:
        """Chances to be won in each month, shape (draws, ages, months), of deals that are open.

        ``hazards`` (draws, 2, bands) and ``pulls`` (draws, 2, days); ``ages`` on each day, shape (ages, days), are
        below 0 where the deal is not there yet.
        """
        daily = self.hazards.by_age(hazards, np.maximum(ages, 0)) * pulls[:, :, None, :]
        daily *= ages >= 0
        both = daily.sum(axis=1)
        upto = np.cumsum(both, axis=2)
        closed = np.exp(both - upto) * -np.expm1(-both)
        won = closed * (daily[:, 0] / np.maximum(both, 1e-300))
        marks = np.searchsorted(self.month_of, np.arange(self.months))
        return np.add.reduceat(won, marks, axis=2)

    def open_deals(
        self, hazards: np.ndarray, pulls: np.ndarray, deals: Opportunities, first: int
    ) -> tuple[np.ndarray, Wins]:
        """Wins and bookings of deals open now, shape (draws, months, measures), and each win, its deal among these."""
        if not len(deals):
            none = np.zeros(0, np.int64)
            return np.zeros((len(hazards), self.months, len(MEASURES))), Wins(none, none, none, np.zeros(0))
        age = deals.as_of + 1 - deals.created
        rough = np.round(np.log(age) / _ROUGH_AGE)
        _, where, alike = np.unique(rough, return_index=True, return_inverse=True)
        ages = age[where][:, None] + np.arange(pulls.shape[2])
        upto = np.cumsum(self.chances(hazards, pulls, ages), axis=2)
        luck = self.rng.random((len(hazards), len(deals)))
        month = np.zeros(luck.shape, np.int8)
        for later in range(self.months):
            month += luck >= upto[:, :, later][:, alike]
        draw, deal = np.nonzero(month < self.months)
        code = None
        if self.paid is not None and self.paid.law.by:
            code = getattr(deals, self.paid.law.by).codes[deal]
        months, amounts = month[draw, deal], self._amounts(draw + first, code)
        amounts = np.where(np.isfinite(deals.amount[deal]), deals.amount[deal], amounts)
        sums = self._added_up(draw, months, amounts, len(hazards))
        return sums, Wins(draw + first, deal, months.astype(np.int64), amounts)

    def new_deals(self, hazards: np.ndarray, pulls: np.ndarray, created: np.ndarray, first: int) -> np.ndarray:
        """Wins and bookings of deals created on each day, ``created`` (draws, days); (draws, months, measures)."""
        days = np.arange(created.shape[1])
        chances = self.chances(hazards, pulls, days - days[:, None])
        left, unused = created.copy(), np.ones(created.shape)
        wins = np.zeros((len(created), self.months), np.int64)
        for month in range(self.months):
            share = np.clip(chances[:, :, month] / np.maximum(unused, 1e-12), 0.0, 1.0)
            won = self.rng.binomial(left, share)
            wins[:, month] = won.sum(axis=1)
            left -= won
            unused -= chances[:, :, month]
        draw = np.repeat(np.repeat(np.arange(len(created)), self.months), wins.ravel())
        month_of = np.repeat(np.tile(np.arange(self.months), len(created)), wins.ravel())
        return self._added_up(draw, month_of, self._amounts(draw + first, None), len(created))

    def _amounts(self, draw: np.ndarray, code: np.ndarray | None) -> np.ndarray:
        """An amount for each win, by its draw; NaN where no amount of the file is known."""
        if self.paid is None:
            return np.full(len(draw), np.nan)
        return self.paid.sample(self.rng, draw, code)

    def _added_up(self, draw: np.ndarray, month: np.ndarray, amounts: np.ndarray, draws: int) -> np.ndarray:
        """Single wins to sums, shape (draws, months, measures)."""
        cell = draw * self.months + month
        wins = np.bincount(cell, minlength=draws * self.months).astype(float)
        bookings = np.bincount(cell, amounts, draws * self.months)
        return np.stack([wins, bookings], axis=1).reshape(draws, self.months, len(MEASURES))
