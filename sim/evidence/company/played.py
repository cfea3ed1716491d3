"""The scenario played against what it was learned from, and adjusted until it makes the same.

Sellers who are overloaded, ramp or leave slow deals down and cost odds, and leads wait for them. The file's deals have
been through all that, so what it shows is what the simulation has to bring out, not what it is to be given. The
scenario is played at its central values in a market as it is now, and leads, days and odds are moved by what is amiss
(indirect inference: Gourieroux, Monfort and Renault, Journal of Applied Econometrics 8, 1993).
"""

from __future__ import annotations

import gc
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.lib.recfunctions import repack_fields

from sim import ledger as codes
from sim.calendar import DAYS_PER_MONTH
from sim.crm.opportunities import OPEN
from sim.evidence.company.company import BUSY_SHARE, Adjusted, Company
from sim.evidence.company.learn import SOON_DAYS, Segment, middle
from sim.evidence.company.people import by_tenure
from sim.evidence.company.scenario import SCENARIO, write_company
from sim.evidence.company.scenario_sellers import SELLERS
from sim.experiment.plan import Plan
from sim.experiment.replicate import pasts_of, replicate
from sim.scenario.load import load_source

MONTHS, FOLLOWED = 24, 365  # months played; days for which deals of the first year are followed
ROUNDS = 3
_SELLERS, _FEWEST_PLAYS, _MOST_PLAYS = 200, 8, 20  # sellers in all plays, for how able they are is luck; plays
_ENOUGH_DEALS = 100_000  # followed in all plays: a share is known to a sixth of a point, and fewer plays do
_LEAST_SHARE = 0.02  # productive, of a newcomer
_FURTHEST = 2.0  # factor and, by its logarithm, log-odds: what is further amiss is no adjustment
_STAGES_LEFT = 0.75  # of the stages, of an open deal that is won within a quarter: what an error costs a round
_STILL = "world.market={_replace_: true}"


_OF_A_DEAL = ["segment", "seat", "state", "opening", "created_day", "closed_day", "amount_usd"]


@dataclass(frozen=True)
class _Seen:
    """What is measured of a replication: whole ledgers of all plays would not fit where deals are many."""

    names: codes.Names
    seats: np.ndarray
    deals: np.ndarray
    hours: np.ndarray

    @classmethod
    def of(cls, ledger: codes.Ledger) -> _Seen:
        of_hours = np.isin(ledger.snapshots["quantity"], (codes.HOURS_USED, codes.HOURS_HELD))
        return cls(ledger.names, ledger.seats, repack_fields(ledger.deals[_OF_A_DEAL]), ledger.snapshots[of_hours])


@dataclass(frozen=True)
class Played:
    """What a segment brings: deals created a month, the share won within FOLLOWED days, mean and median days of those
    wins, wins and dollars a month, mean dollars of a win, the share of sellers' hours that deals take, and how many
    deals were followed (0 for what is fitted).
    """

    created: float
    won: float
    days: float
    median_days: float
    wins: float
    booked: float
    amount: float
    busy: float
    deals: int
    soon: float  # wins within SOON_DAYS of deals open on the first day
    soon_usd: float  # what those bring


def fitted(company: Company, segment: Segment) -> Played:
    """The same by the laws fitted, in the long run."""
    by_age = segment.ages_won[:FOLLOWED] * middle(segment.won) / segment.ages_won.sum()
    ages = np.arange(len(by_age)) + 0.5
    share = by_age.sum()
    wins = middle(segment.created) * middle(segment.won)
    amount = middle(segment.amount)
    return Played(
        middle(segment.created), float(share), float(by_age @ ages / share),
        float(np.searchsorted(np.cumsum(by_age), share / 2)), float(wins), float(wins * amount), float(amount),
        BUSY_SHARE, 0, middle(segment.soon), middle(segment.soon_usd),
    )  # fmt: skip


def play(company: Company, folder: Path, seed: int = 1) -> tuple[dict[str, Played], np.ndarray]:
    """Play the scenario in a folder at its central values, and measure each segment, and what newcomers get of the
    usual number of deals by step of tenure, shape (STEPS,).
    """
    source = load_source(str(folder / SCENARIO), (_STILL,))
    plan = Plan(source, MONTHS, seed, uncertain=False)
    pasts = pasts_of([plan])
    seen = []
    for number in range(plays(company)):
        seen += [_Seen.of(ledger) for _, ledger in replicate([plan], number, pasts)]
        gc.collect()  # actors know their organization and it knows them, so that a play stays until this
    days = source.at_central().calendar(MONTHS).horizon
    return {one.name: _measure(seen, one.name, days) for one in company.segments}, _ramp_of(seen, days)


def plays(company: Company) -> int:
    """How often the scenario is played: until sellers and deals followed are enough."""
    sellers = int(np.ceil(_SELLERS / company.all_heads))
    followed = (MONTHS - FOLLOWED / DAYS_PER_MONTH) * sum(middle(one.created) for one in company.segments)
    deals = int(np.ceil(_ENOUGH_DEALS / max(followed, 1.0)))
    return int(np.clip(max(sellers, min(deals, _FEWEST_PLAYS)), 1, _MOST_PLAYS))


def _ramp_of(seen: list[_Seen], days: float) -> np.ndarray:
    """As a CRM would show it: a deal is whose it is in the end, and counts from the day of its creation."""
    tenure, of, begins, lengths, home = [], [], [], [], []
    for one in seen:
        sells = one.names.roles.index(SELLERS)
        spells = one.seats[(one.seats["role"] == sells) & (one.seats["end_day"] > 0.0)]
        spells = spells[np.lexsort((spells["start_day"], spells["seat"]))]
        from_day = np.maximum(spells["start_day"], 0.0)
        begins.append(from_day - spells["start_day"])
        lengths.append(np.maximum(np.minimum(spells["end_day"], days) - from_day, 0.0))
        home.append(spells["segment"].astype(np.int64))
        rows = one.deals[(one.deals["created_day"] >= 0.0) & (one.deals["created_day"] < days)]
        apart = 1e6
        line = spells["seat"] * apart + spells["start_day"]
        last = np.minimum(rows["closed_day"], days)
        at = np.searchsorted(line, rows["seat"] * apart + last, "right") - 1
        mine = (at >= 0) & (spells["seat"][at] == rows["seat"]) & (spells["start_day"][at] <= rows["created_day"])
        tenure.append((rows["created_day"] - spells["start_day"][at])[mine])
        of.append(rows["segment"][mine].astype(np.int64))
    columns = [np.concatenate(each) for each in (tenure, of, begins, lengths, home)]
    return by_tenure(columns[0], columns[1], columns[2], columns[3], columns[4], DAYS_PER_MONTH)


def _measure(seen: list[_Seen], name: str, days: float) -> Played:
    rows = np.concatenate(
        [one.deals[one.deals["segment"] == one.names.segments.index(name)] for one in seen]
    )  # fmt: skip
    months = len(seen) * MONTHS
    new = rows[(rows["created_day"] >= 0) & (rows["created_day"] < days)]
    followed = new[new["created_day"] < days - FOLLOWED]
    age = followed["closed_day"] - followed["created_day"]
    won = (followed["state"] == codes.WON) & (age < FOLLOWED)
    wins = rows[(rows["state"] == codes.WON) & (rows["closed_day"] >= 0)]
    amount = float(wins["amount_usd"].mean()) if len(wins) else float("nan")
    soon = wins["opening"] & (wins["closed_day"] < SOON_DAYS)
    return Played(
        len(new) / months, float(won.mean()) if len(followed) else 0.0,
        float(age[won].mean()) if won.any() else float("nan"),
        float(np.median(age[won])) if won.any() else float("nan"),
        len(wins) / months, float(wins["amount_usd"].sum()) / months, amount, _busy(seen, name), len(followed),
        float(soon.sum()) / len(seen), float(wins["amount_usd"][soon].sum()) / len(seen),
    )  # fmt: skip


def _busy(seen: list[_Seen], name: str) -> float:
    used, held = (
        sum(
            float(one.hours["value"][(one.hours["quantity"] == quantity)
                                     & (one.hours["segment"] == one.names.segments.index(name))].sum())
            for one in seen
        )
        for quantity in (codes.HOURS_USED, codes.HOURS_HELD)
    )  # fmt: skip
    return used / held if held else BUSY_SHARE


def adjust(company: Company, folder: Path, seed: int = 1) -> tuple[Company, dict[str, Played]]:
    """The company whose scenario, played, makes what was fitted; and what it makes. The scenario is in the folder."""
    write_company(company, folder)
    for _ in range(ROUNDS):
        made, newcomers = play(company, folder, seed)
        company = company.with_adjusted(
            {
                one.name: _moved(company, one, fitted(company, one), made[one.name], not company.adjusted)
                for one in company.segments
            },
            _open_logit(company, made),
            _ramp(company, newcomers),
        )
        write_company(company, folder)
    made, newcomers = play(company, folder, seed + 1)
    return replace(company, ramp_played=newcomers), made


def _ramp(company: Company, made: np.ndarray) -> np.ndarray | None:
    """The productive shares by which newcomers get as many deals as in the file. They begin with none at all, so that
    they get more of them than hours alone would say.
    """
    if company.ramp is None or company.people.ramp is None:
        return None
    wanted = np.array([middle(step) for step in company.people.ramp.T])
    factor = np.where(np.isfinite(made) & (made > 0), wanted / np.maximum(made, 1e-9), 1.0)
    moved = np.clip(company.ramp * np.clip(factor, 1 / _FURTHEST, _FURTHEST), _LEAST_SHARE, 1.0)
    return np.maximum.accumulate(moved)


def _moved(company: Company, segment: Segment, wanted: Played, made: Played, is_first: bool) -> Adjusted:
    """Hours are set once: near the point where sellers have none left, they would swing with everything else."""
    before = company.adjustment(segment)
    if made.deals == 0 or not 0.0 < made.won < 1.0:
        return before
    odds = company.advance(segment)
    slope = (1 - odds).sum() / (1 - made.won)  # of the log-odds to be won, by log-odds of both stages
    logit = before.logit + (_logit(wanted.won) - _logit(made.won)) / max(slope, 0.1)
    furthest = np.log(_FURTHEST)
    return Adjusted(
        float(np.clip(before.leads * wanted.created / made.created, 1 / _FURTHEST, _FURTHEST)),
        float(np.clip(before.days * wanted.days / made.days, 1 / _FURTHEST, _FURTHEST)),
        float(np.clip(logit, -furthest, furthest)),
        float(np.clip(before.hours * wanted.busy / made.busy, 0.1, _FURTHEST)) if is_first else before.hours,
    )


def _open_logit(company: Company, made: Mapping[str, Played]) -> float:
    """The log-odds a stage by which open deals are as often won in the first quarter as the fits say.

    New deals go to sellers who are quick, and so to able ones; whose the open deals are says nothing of how able they
    are drawn, and who is new to a deal starts with less of a chance.
    """
    wanted, won = (sum(one.soon for one in each) for each in
                   ([fitted(company, one) for one in company.segments], made.values()))  # fmt: skip
    count = sum(int((one.deals.outcome == OPEN).sum()) for one in company.segments)
    if not (0.0 < wanted < count and 0.0 < won < count):
        return company.open_logit
    slope = _STAGES_LEFT * np.mean([(1 - company.advance(one)).sum() for one in company.segments]) / (1 - won / count)
    furthest = np.log(_FURTHEST)
    moved = company.open_logit + (_logit(wanted / count) - _logit(won / count)) / max(float(slope), 0.1)
    return float(np.clip(moved, -furthest, furthest))


def _logit(share: float) -> float:
    return float(np.log(share / (1 - share)))
