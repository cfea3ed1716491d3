"""Public files of people: exits and ramps of agents, and the shape of exits elsewhere. Skipped where absent."""

from __future__ import annotations

import csv
import gzip
import os
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from sim.crm.opportunities import NONE, Named, Roster
from sim.fit.exits import fit_exits, known_by
from sim.fit.months import Months
from sim.fit.ramp import RepMonths, fit_ramp, middle, months_lost, months_to

DATA = Path(os.environ.get("SALESIM_DATA", Path(__file__).parents[3] / "shared" / "data"))
AGENTS = DATA / "agents" / "asof" / "2016-12-31"
needs_data = pytest.mark.skipif(not DATA.is_dir(), reason=f"no public files in {DATA}")


def day(text: str) -> int:
    return date.fromisoformat(text).toordinal() if text else NONE


def roster_of(names, start, end) -> Roster:
    nobody = Named.nobody(len(names))
    return Roster(tuple(names), start, end, nobody, nobody, nobody)


@pytest.fixture(scope="module")
def agents() -> Roster:
    rows = list(csv.DictReader((AGENTS / "roster.csv").open(encoding="utf-8")))
    last = np.array([day(row["end_date"]) for row in rows])
    start = np.array([day(row["start_date"]) for row in rows])
    return roster_of([row["owner"] for row in rows], start, np.where(last == NONE, NONE, last + 1))


@needs_data
@pytest.mark.parametrize("cut", ["2016-06-30", "2016-08-31", "2016-09-30"])
def test_exits_of_agents_to_come_lie_in_the_intervals(agents, cut):
    known = known_by(agents, day(cut))
    fitted = fit_exits(known, day(cut))
    samples = fitted.ahead(np.random.default_rng(1), 300, known, day(cut))
    there = (agents.start <= day(cut)) & ((agents.end == NONE) | (agents.end > day(cut)))
    came = np.histogram(agents.end[there & (agents.end > day(cut))], fitted.months.starts[fitted.seen :])[0]
    low, high = np.quantile(samples.sum(axis=1), (0.05, 0.95))
    assert low < came.sum() < high
    assert high < 3 * low


@needs_data
def test_agents_leave_most_in_their_first_year(agents):
    fitted = fit_exits(agents, day("2016-12-31"))
    daily = fitted.draws(np.random.default_rng(1), 300)[0]
    early, first, late = (
        daily[:, (fitted.edges >= low) & (fitted.edges < high)].mean(axis=1)
        for low, high in ((0, 30), (61, 365), (730, 2000))
    )
    assert np.mean(first > 2 * late) > 0.95
    assert np.mean(first > early) > 0.95


@needs_data
def test_agents_ramp_over_months(agents):
    with gzip.open(AGENTS / "rep_months.csv.gz", "rt", encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines))
    months = Months.between(day("2016-01-01"), day("2016-12-31"))
    place = {name: at for at, name in enumerate(agents.owner)}
    who = np.array([place[row["owner"]] for row in rows])
    month = np.array([int(row["month"][5:]) - 1 for row in rows])
    came = Months.between(int(agents.start.min()), day("2016-12-31"))
    tenure = came.of(months.starts[month]) - came.of(agents.start[who])
    end = np.where(agents.end == NONE, day("2017-01-01"), agents.end)[who]
    low, high = months.starts[month], months.starts[month + 1]
    there = np.clip((np.minimum(high, end) - np.maximum(low, agents.start[who])) / (high - low), 0.03, 1.0)
    done = np.maximum([float(row["business"] or 0) for row in rows], 0.0)
    kept = tenure >= 0
    ramp = fit_ramp(RepMonths(who[kept], tenure[kept], month[kept], there[kept], done[kept], months))
    curves = ramp.draws(np.random.default_rng(1), 200)
    low_lost, _, high_lost = middle(months_lost(curves))
    assert 4.0 < low_lost < high_lost < 6.5
    assert 3 <= np.median(months_to(curves, 0.5)) <= 5


@needs_data
def test_salespeople_elsewhere_leave_most_in_their_first_two_years():
    """A cross-section: who left did so within the last year, at the tenure told."""
    with (DATA / "hr_attrition" / "emp_attrition.csv").open(encoding="utf-8-sig") as lines:
        rows = [row for row in csv.DictReader(lines) if row["JobRole"] in ("Sales Representative", "Sales Executive")]
    as_of, rng = day("2020-12-31"), np.random.default_rng(1)
    years = np.array([int(row["YearsAtCompany"]) for row in rows]) + rng.random(len(rows))
    left = np.array([row["Attrition"] == "Yes" for row in rows])
    ago = np.where(left, rng.random(len(rows)), 0.0)
    end = np.where(left, as_of - (365 * ago).astype(int), NONE)
    start = as_of - (365 * (years + ago)).astype(int)
    fitted = fit_exits(roster_of([str(at) for at in range(len(rows))], start, end), as_of, known_from=as_of - 365)
    there = fitted.staying(rng, 300, np.array([0, 730, 1825, 3650]))
    early, late = 1 - there[:, 1], 1 - (there[:, 3] / there[:, 2]) ** (730 / 1825)
    assert np.mean(early > late) > 0.95
    assert np.median(early / late) > 1.5
