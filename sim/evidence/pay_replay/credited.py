"""A year of real deals as the tables that the payroll reads: sellers, their quotas, and what they are credited with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from sim import ledger
from sim.calendar import Calendar
from sim.crm.opportunities import NONE, OPEN, WON, Opportunities, Roster
from sim.rules.quota import year_share_of_fiscal_month
from sim.scenario.scenario import Scenario

LONG_AGO_DAYS = 3650.0  # before the first day: somebody of whom nobody knows when they came


@dataclass(frozen=True, eq=False)
class Credited:
    """``names`` of the sellers, shape (sellers,); ``held`` the share of the days that each was there; ``booked_usd``
    and ``wins`` what each won then, ``created_usd`` the pipeline that came to each, deals without an amount at the mean
    of what was won. ``quota_usd`` is for the days held. ``is_placed``: whether a seller's segment is one of the plan's.
    """

    names: tuple[str, ...]
    spells: np.ndarray
    quotas: np.ndarray
    credits: np.ndarray
    held: np.ndarray
    quota_usd: np.ndarray
    booked_usd: np.ndarray
    wins: np.ndarray
    created_usd: np.ndarray
    amounts: np.ndarray  # of all wins
    is_placed: np.ndarray
    title: str  # of the roster, that all sellers have; "" where it is not known
    without_seller: int  # wins of nobody, or of somebody who was not there
    without_amount: int  # wins


def credited(
    deals: Opportunities,
    roster: Roster | None,
    scenario: Scenario,
    calendar: Calendar,
    role: str,
    quotas: Mapping[str, float] | None,
    title: str | None = None,
) -> Credited:
    """The deals of the calendar's days. Day 0 of the calendar is ``scenario.dates.start``.

    Args:
        role: of the scenario, whose pay all sellers are on.
        quotas: US dollars a year by name; None gives each seat the same, of which all together made exactly 100%.
            Sellers without one are left out.
        title: what the roster calls those who are paid so; the one that owns most wins unless given.
    """
    first = scenario.dates.start.toordinal()
    end = float(calendar.month_starts[-1])
    won = (deals.outcome == WON) & (deals.closed >= first) & (deals.closed < first + end)
    title = _title(deals, roster, won) if title is None else title
    names, start, stop, segments = _sellers(deals, roster, won, first, end, title)
    if quotas is not None:
        kept = [place for place, name in enumerate(names) if name in quotas]
        names, start, stop, segments = (
            [names[place] for place in kept], start[kept], stop[kept], [segments[place] for place in kept],
        )  # fmt: skip
    place_of = {name: place for place, name in enumerate(names)}
    owner = np.array([place_of.get(name, -1) for name in (*deals.owner.names, "")])[deals.owner.codes]
    day = (deals.closed - first).astype(float)
    mine = won & (owner >= 0) & np.isfinite(deals.amount)
    mine[mine] = (day[mine] >= start[owner[mine]]) & (day[mine] < stop[owner[mine]])
    rows = np.flatnonzero(mine)[np.argsort(day[mine], kind="stable")]
    usual = float(deals.amount[mine].mean()) if mine.any() else 0.0
    came = (deals.created >= first) & (deals.created < first + end) & (owner >= 0)
    worth = np.where(np.isfinite(deals.amount), deals.amount, usual)
    booked, wins, created = (
        np.bincount(owner[which], weights, len(names))
        for which, weights in ((rows, deals.amount[rows]), (rows, None), (came, worth[came]))
    )
    held = np.clip(np.minimum(stop, end) - np.maximum(start, 0.0), 0.0, None) / end
    spells, is_placed = _spells(scenario, role, start, stop, segments)
    of_year = year_share_of_fiscal_month(scenario)[calendar.fiscal_month] * calendar.month_weight
    if quotas is None:
        each = booked.sum() / max(float(held.sum()) * float(of_year.sum()), 1e-9)
        a_year = np.full(len(names), each)
    else:
        a_year = np.array([quotas[name] for name in names])
    table = _quotas(spells, a_year, of_year, calendar)
    carried = np.bincount(table["seat"], table["quota_usd"], len(names))
    credits = np.zeros(len(rows), ledger.CREDITS)
    credits["day"], credits["deal"], credits["seat"] = day[rows], rows, owner[rows]
    credits["share"], credits["amount_usd"] = 1.0, deals.amount[rows]
    has_amount = won & np.isfinite(deals.amount)
    return Credited(
        tuple(names), spells, table, credits, held, carried, booked, wins.astype(int), created, deals.amount[rows],
        is_placed, title, int(has_amount.sum()) - len(rows), int(won.sum() - has_amount.sum()),
    )  # fmt: skip


def _sellers(
    deals: Opportunities, roster: Roster | None, won: np.ndarray, first: int, end: float, title: str
) -> tuple[list[str], np.ndarray, np.ndarray, list[str]]:
    """Names, first and last day there (days of the calendar) and segments, of all who owned a deal in these days."""
    touched = won | ((deals.created < first + end) & ((deals.outcome == OPEN) | (deals.closed >= first)))
    codes = np.unique(deals.owner.codes[touched & deals.owner.known])
    names = [deals.owner.names[code] for code in codes]
    start, stop = np.full(len(names), -LONG_AGO_DAYS), np.full(len(names), ledger.NEVER)
    segments = [_most_often(deals, int(code)) for code in codes]
    if roster is not None:
        at = {name: place for place, name in enumerate(roster.owner)}
        for place, name in enumerate(names):
            if name in at:
                row = at[name]
                if roster.start[row] != NONE:
                    start[place] = roster.start[row] - first
                if roster.end[row] != NONE:
                    stop[place] = roster.end[row] - first
                segments[place] = str(roster.segment.texts()[row]) or segments[place]
            if title and (name not in at or roster.role.texts()[at[name]] != title):
                stop[place] = -LONG_AGO_DAYS
    there = (stop > 0) & (start < end)
    kept = np.flatnonzero(there)
    return [names[k] for k in kept], start[kept], stop[kept], [segments[k] for k in kept]


def _title(deals: Opportunities, roster: Roster | None, won: np.ndarray) -> str:
    """What the roster calls those who own most wins; "" where it does not say."""
    if roster is None or not roster.role.names:
        return ""
    title_of = dict(zip(roster.owner, roster.role.texts(), strict=True))
    owned = [title_of.get(name, "") for name in deals.owner.texts()[won]]
    counts = {title: owned.count(title) for title in set(owned) if title}
    return max(sorted(counts), key=lambda title: counts[title]) if counts else ""


def _most_often(deals: Opportunities, owner: int) -> str:
    codes = deals.segment.codes[(deals.owner.codes == owner) & deals.segment.known]
    return deals.segment.names[int(np.bincount(codes).argmax())] if len(codes) else ""


def _spells(
    scenario: Scenario, role: str, start: np.ndarray, stop: np.ndarray, segments: list[str]
) -> tuple[np.ndarray, np.ndarray]:
    """Rows of the ledger's seats, a seat each; of no segment that the plan knows, people are of no one segment."""
    known = {_plain(name): place for place, name in enumerate(scenario.world.segments)}
    found = np.zeros(len(start), ledger.SEATS)
    found["seat"], found["role"] = np.arange(len(start)), list(scenario.world.roles).index(role)
    found["segment"] = [known.get(_plain(name), -1) for name in segments]
    found["start_day"], found["end_day"], found["moved_from"] = start, stop, -1
    return found, found["segment"] >= 0


def _plain(name: str) -> str:
    return "".join(sign for sign in name.casefold() if sign.isalnum())


def _quotas(spells: np.ndarray, a_year: np.ndarray, of_year: np.ndarray, calendar: Calendar) -> np.ndarray:
    """Rows of the ledger's quotas: of a part of a quarter held, that part of its quota."""
    rows = []
    for quarter in np.unique(calendar.quarter_of_month):
        months = np.flatnonzero(calendar.quarter_of_month == quarter)
        begins, ends = calendar.month_starts[months[0]], calendar.month_starts[months[-1] + 1]
        part = np.clip(np.minimum(spells["end_day"], ends) - np.maximum(spells["start_day"], begins), 0, None)
        for seat in np.flatnonzero(part > 0):
            full = a_year[seat] * of_year[months].sum()
            share = part[seat] / (ends - begins)
            rows.append((seat, 0, months[0], quarter, spells["segment"][seat], 0, full, full * share, 0.0))
    return np.array(rows, ledger.QUOTAS)
