"""Ratios over replications: the ratio of means beside the mean of ratios, with an interval that holds the truth."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from sim.measures import kpis
from sim.measures.catalogue import MEASURES
from sim.measures.groups import groups_of
from sim.measures.means import over
from sim.measures.periods import PERIOD_KINDS
from sim.results.estimates import compare, mean_interval, summarize
from sim.results.ratios import ratio_of_means, with_ratio_differences, with_ratios
from tests.makers.small import small

RATIO = over("cost", "bookings").of
BY_NAME = {measure.name: measure for measure in MEASURES}
WITH_PARTS = [measure for measure in MEASURES if measure.of_parts is not None]


def column(*values: float) -> np.ndarray:
    return np.array(values, float)[:, None]


def test_by_hand_it_is_the_ratio_of_sums_and_counts_a_poor_year_for_what_it_sells() -> None:
    cost, booked = column(100, 100, 100), column(50, 100, 250)
    told = ratio_of_means([cost, booked], RATIO, np.arange(3))
    assert told.mean[0] == pytest.approx(300 / 400)
    assert (cost / booked).mean() == pytest.approx(1.1333, abs=1e-4), "the mean of ratios is another number"
    without = np.array([200 / 350, 200 / 300, 200 / 150])
    error = np.sqrt(2 / 3 * ((without - without.mean()) ** 2).sum())
    assert told.high[0] - told.mean[0] == pytest.approx(4.302653 * error, rel=1e-6)
    assert np.isnan(ratio_of_means([cost[:1], booked[:1]], RATIO, np.arange(1)).low[0]), "one alone has no ends"
    nothing = ratio_of_means([cost, 0 * booked], RATIO, np.arange(3))
    assert np.isnan(nothing.mean[0]), "nothing to divide by"
    sold_nothing = ratio_of_means([cost, column(0, 100, 300)], RATIO, np.arange(3))
    assert sold_nothing.mean[0] == pytest.approx(300 / 400), "what is spent where nothing is sold counts"


def test_a_replication_counts_where_all_parts_are_defined() -> None:
    """Of four draws two are left: 200 over 300, and either alone 2 or 0.4."""
    cost, booked = column(100, np.nan, 100, 100), column(50, 100, np.nan, 250)
    told = ratio_of_means([cost, booked], RATIO, np.arange(4))
    assert told.mean[0] == pytest.approx(200 / 300)
    assert told.high[0] - told.mean[0] == pytest.approx(12.7062047 * 0.8)


@pytest.mark.parametrize("draws", [np.arange(60), np.repeat(np.arange(20), 3)])
def test_of_a_plain_mean_the_jackknife_is_students_interval(draws: np.ndarray) -> None:
    values = np.random.default_rng(1).gamma(2.0, 1.0, (60, 5))
    told, known = ratio_of_means([values], lambda one: one, draws), mean_interval(values, draws)
    for found, right in ((told.mean, known.mean), (told.low, known.low), (told.high, known.high)):
        np.testing.assert_allclose(found, right, rtol=1e-9)


def test_the_interval_holds_the_truth_as_often_as_it_says() -> None:
    """4,000 experiments of 20 draws, played three times each."""
    rng, draws = np.random.default_rng(2), np.repeat(np.arange(20), 3)
    common = np.repeat(rng.lognormal(0.0, 0.3, (20, 4000)), 3, axis=0)
    booked = common * rng.lognormal(0.0, 0.2, common.shape)
    cost = 0.5 + 0.5 * booked
    truth = (0.5 + 0.5 * np.exp(0.045 + 0.02)) / np.exp(0.045 + 0.02)
    told = ratio_of_means([cost, booked], RATIO, draws)
    assert np.mean((told.low <= truth) & (truth <= told.high)) == pytest.approx(0.95, abs=0.02)


def test_every_ratio_has_its_parts_wherever_it_is_given_and_says_what_its_mean_is() -> None:
    for measure in WITH_PARTS:
        assert measure.kind == "ratio"
        for part in measure.of_parts.parts:
            for group, finest in measure.finest.items():
                given = BY_NAME[part].finest.get(group)
                assert given, f"{measure.name}: {part} is not given by {group}"
                assert PERIOD_KINDS.index(given) <= PERIOD_KINDS.index(finest), (measure.name, part, group)
    money = {one.name for one in MEASURES if one.kind == "ratio" and one.name.startswith(("cac", "ltv", "cost_of"))}
    assert money <= {one.name for one in WITH_PARTS}
    for measure in MEASURES:
        assert bool(measure.over_replications) == (measure.kind == "ratio" and not measure.yes_no)


def test_the_table_gives_each_replications_ratio_and_over_them_that_of_the_means() -> None:
    scenario = small()
    rows = kpis.rows_of(groups_of(scenario), scenario.calendar(6))
    values = np.random.default_rng(3).uniform(1.0, 2.0, (8, len(rows)))
    draws = np.arange(8)
    summary = with_ratios(summarize(values, draws), values, rows, draws)
    labels = [(MEASURES[code].name, *key) for *key, code in rows.labels()]
    place = {label: k for k, label in enumerate(labels)}
    for k, (name, *where) in enumerate(labels):
        of_parts = BY_NAME[name].of_parts
        if of_parts is None:
            assert np.isnan(summary.ratio_of_means[k])
            continue
        means = [values[:, place[part, *where]].mean() for part in of_parts.parts]
        assert summary.ratio_of_means[k] == pytest.approx(of_parts.of(*(np.array(one) for one in means)))
    everywhere, more = np.arange(len(rows)), values * np.linspace(1.0, 1.1, len(rows))
    other = with_ratios(summarize(more, draws), more, rows, draws)
    told = with_ratio_differences(compare(values, more, draws), rows, (values, everywhere), (more, everywhere), draws)
    np.testing.assert_allclose(told.ratio_difference, other.ratio_of_means - summary.ratio_of_means, atol=1e-12)


def test_a_ratio_is_left_out_where_the_table_lacks_a_part() -> None:
    """Bookings of the first group and period that cost has are gone: so is its ratio there, and nowhere else."""
    scenario = small()
    rows = kpis.rows_of(groups_of(scenario), scenario.calendar(6))
    values, draws = np.random.default_rng(4).uniform(1.0, 2.0, (5, len(rows))), np.arange(5)
    whole = with_ratios(summarize(values, draws), values, rows, draws).ratio_of_means
    place = {(MEASURES[code].name, *key): k for k, (*key, code) in enumerate(rows.labels())}
    name = next(one.name for one in WITH_PARTS if one.of_parts.parts == ("cost", "bookings"))
    ratio, *where = next(key for key in place if key[0] == name)
    gone = place["bookings", *where]
    kept = np.delete(np.arange(len(rows)), gone)
    columns = {key: getattr(rows, key)[kept] for key in ("period_kind", "period", "group_kind", "group", "measure")}
    told = with_ratios(summarize(values[:, kept], draws), values[:, kept], replace(rows, **columns), draws)
    lost = {
        key for key, k in place.items()
        if list(key[1:]) == where and (of := BY_NAME[key[0]].of_parts) is not None and "bookings" in of.parts
    }  # fmt: skip
    assert (ratio, *where) in lost
    expected = whole.copy()
    expected[[place[key] for key in lost]] = np.nan
    np.testing.assert_array_equal(told.ratio_of_means, expected[kept])
