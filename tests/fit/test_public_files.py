"""Public files of real companies, cut at an earlier day: the outlook against what came. Skipped where absent."""

from __future__ import annotations

import csv
import os
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from sim.crm.history import on_day
from sim.crm.opportunities import LOST, NONE, OPEN, WON, Named, Opportunities
from sim.crm.reading import read_export
from sim.fit.amounts import fit_amounts
from sim.fit.groups import fit_groups
from sim.fit.hazards import fit_hazards
from sim.fit.outlook import fit_laws, outlook

DATA = Path(os.environ.get("SALESIM_DATA", Path(__file__).parents[3] / "shared" / "data"))
FILES = {  # name: file, day of the export, first day of closes known, first day of creations all known
    "crm_2017q3": ("sales_pipeline.csv", "2017-09-30", "2017-03-01", "2017-03-01"),
    "school": ("asof/2024-02-29/opportunities.csv", "2024-02-29", "2023-07-03", "2023-07-03"),
    "hvac": ("asof/2018-05-31/opportunities.csv", "2018-05-31", "2018-02-09", "2000-01-01"),
}
COLUMNS = (
    ("created_date", "close_date", "outcome", "amount"),
    ("engage_date", "close_date", "deal_stage", "close_value"),
)
needs_data = pytest.mark.skipif(not DATA.is_dir(), reason=f"no public files in {DATA}")


def day(text: str) -> int:
    return date.fromisoformat(text).toordinal() if text else NONE


def read(name: str) -> Opportunities:
    """Deals that can be placed; the little reading that these files need."""
    file, *marks = FILES[name]
    with open(DATA / name / file, encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines))
    created, closed, stage, amount = COLUMNS[created_elsewhere := COLUMNS[0][0] not in rows[0]]
    outcome = [{"Won": WON, "Lost": LOST}.get(row[stage], OPEN) for row in rows]
    kept = [(row, kind) for row, kind in zip(rows, outcome, strict=True) if row[created] and (row[closed] or not kind)]
    starts = np.array([day(row[created]) for row, _ in kept])
    ends = np.array([day(row[closed]) if kind else NONE for row, kind in kept])
    return Opportunities(
        as_of=day(marks[0]),
        ids=np.array([str(place) for place in range(len(kept))], object),
        created=starts,
        closed=np.where(ends >= 0, np.maximum(starts, ends), NONE),
        outcome=np.array([kind for _, kind in kept], np.int8),
        amount=np.array([float(row[amount] or "nan") if kind == WON else np.nan for row, kind in kept]),
        owner=Named.of([row.get("owner", row.get("sales_agent")) for row, _ in kept]),
        segment=Named.of([row.get("segment") for row, _ in kept]),
        product=Named.of([row.get("product") if created_elsewhere else None for row, _ in kept]),
        account=Named.nobody(len(kept)),
        stage=Named.nobody(len(kept)),
        category=Named.nobody(len(kept)),
        expected=np.full(len(kept), NONE),
        bulk=np.array([row.get("bulk_edit") == "1" for row, _ in kept]),
        closes_known_from=day(marks[1]),
        created_known_from=day(marks[2]),
    )


def crps(samples: np.ndarray, came: float) -> float:
    """Gneiting and Raftery, JASA 102 (2007), equation 21."""
    ordered, n = np.sort(samples), len(samples)
    apart = np.sum((2 * np.arange(1, n + 1) - n - 1) * ordered) / n**2
    return float(np.abs(samples - came).mean() - apart)


@needs_data
@pytest.mark.parametrize(("name", "cut"), [("crm_2017q3", "2017-06-30"), ("school", "2023-11-30")])
def test_wins_ahead_are_better_told_than_by_the_mean_of_three_months(name, cut):
    """An error of the mean is its CRPS, for it is a single number."""
    deals = read(name)
    known = deals.known_on(day(cut))
    told = outlook(known, draws=300)
    won = deals.closed[deals.outcome == WON]
    came = np.histogram(won, told.starts)[0]
    before = np.sum((won > day(cut) - 91) & (won <= day(cut))) / 3
    samples = told.samples[:, :, 0].sum(axis=2)
    score = np.mean([crps(samples[:, month], came[month]) for month in range(3)])
    assert score < 0.95 * np.abs(came - before).mean()
    low, high = np.quantile(samples.sum(axis=1), (0.05, 0.95))
    assert low < came.sum() < high
    assert high < 4 * low  # the interval says something


def held(name: str, cut: str, by: str) -> np.ndarray:
    """Which cells the 80% intervals hold, wins and bookings by month, shape (3, 2, groups + 1): the last is the total.
    Groups are those that the file knew by then.
    """
    deals = read(name)
    known = deals.known_on(day(cut))
    told = outlook(known, draws=400, by=by)
    codes = getattr(deals, by).codes
    groups = np.unique(getattr(known, by).codes)
    won = (deals.outcome == WON) & (deals.closed >= told.starts[0]) & (deals.closed < told.starts[-1])
    month = np.searchsorted(told.starts, deals.closed[won], side="right") - 1
    came = np.zeros((3, 2, len(told.groups.names)))
    np.add.at(came, (month, 0, codes[won]), 1.0)
    np.add.at(came, (month, 1, codes[won]), np.nan_to_num(deals.amount[won]))
    samples = told.by_group.sum(axis=3)
    low, high = (
        np.concatenate(
            [np.quantile(samples, at, axis=0)[..., groups], np.quantile(samples.sum(axis=3), at, axis=0)[..., None]],
            axis=2,
        )
        for at in (0.1, 0.9)
    )
    came = np.append(came[..., groups], came.sum(axis=2, keepdims=True), axis=2)
    return (low <= came) & (came <= high)


@needs_data
def test_intervals_by_agent_and_month_hold_as_many_as_they_say():
    cells = held("crm_2017q3", "2017-06-30", "owner")
    assert cells.shape == (3, 2, 31)
    assert 0.7 <= cells.mean() <= 0.9


@needs_data
@pytest.mark.parametrize("by", ["owner", "segment"])
def test_intervals_by_seller_and_region_are_not_too_narrow(by):
    """Half of the sellers have hardly a win a month, of which none is most likely: no upper bound."""
    assert held("hvac", "2018-02-28", by).mean() >= 0.7


@needs_data
def test_agents_who_win_alike_are_told_alike_and_those_who_do_not_are_not():
    agents, sellers = (read(name) for name in ("crm_2017q3", "hvac"))
    alike, apart = (fit_groups(deals, "owner", fit_hazards(deals)).odds for deals in (agents, sellers))
    raw = alike.first / (alike.first + alike.second)
    assert np.ptp(alike.point()) < 0.5 * np.ptp(raw)
    assert np.ptp(apart.point()) > 0.5


@needs_data
def test_deals_that_never_close_are_told_where_they_are_seen_and_only_there():
    assert fit_hazards(read("crm_2017q3")).tells_never
    assert not fit_hazards(read("hvac")).tells_never


@needs_data
def test_amounts_of_a_price_list_go_by_product_or_by_prices():
    assert fit_amounts(read("crm_2017q3")).by == "product"
    assert "price list" in fit_amounts(read("school")).law


@needs_data
def test_stages_tell_more_of_open_deals_than_ages_do():
    """The chance of each open deal to be won within three months: squared errors, which are its CRPS."""
    folder = DATA / "saas_mid" / "asof" / "2023-10-31"
    export = read_export({"opportunities": folder / "opportunities.csv", "history": folder / "stage_history.csv"})
    whole = export.opportunities
    place = {name: row for row, name in enumerate(whole.ids)}
    errors = np.zeros(2)
    for cut in ("2023-05-31", "2023-06-30", "2023-07-31"):
        known, moves = whole.known_on(day(cut), export.history), on_day(export.history, whole, day(cut))
        opened = np.flatnonzero(known.outcome == OPEN)
        rows = np.array([place[name] for name in known.ids[opened]])
        fits = fit_laws(known)
        for at, history in enumerate((None, moves)):
            told = outlook(known, draws=500, fits=fits, history=history)
            won = (whole.outcome[rows] == WON) & (whole.closed[rows] < told.starts[-1])
            chance = np.bincount(told.wins.deal, minlength=len(known))[opened] / 500
            errors[at] += np.sum((chance - won) ** 2)
    assert errors[1] < 0.97 * errors[0]
