"""Recruiting days by segment: time to fill has its closed form, and one requisition's luck stays its own."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from sim.ledger import Ledger
from sim.scenario.scenario import Scenario
from tests.makers.play import check_mean, digest, ledgers, numbers
from tests.makers.small import small

BIG, LITTLE = 0, 1
SIX = {
    f"{segment}_{region}": {"role": "ae", "segment": segment, "region": region, "count": 3, "open_date": "2027-01-01"}
    for segment, region in (("big", "north"), ("little", "north"))
}


def hiring(by_segment: dict[str, dict[str, float]] | None, **more: Any) -> Scenario:
    """Three requisitions a segment in a region whose recruiter works six at once, so that none waits."""
    document = small(requisitions=SIX).model_dump(mode="json")
    for role in document["world"]["roles"].values():
        role["exits"] = {"voluntary_per_year": 0.0}
    document["world"]["hiring"] |= more | ({} if by_segment is None else {"segment_recruiting_mean_days": by_segment})
    return Scenario.model_validate(document)


def days_to_accept(book: Ledger) -> np.ndarray:
    """Days from opening to acceptance of each requisition, shape (2, 3): big, little."""
    rows = book.requisitions
    assert len(rows) == 6
    return np.array([(rows["accept_day"] - rows["open_day"])[rows["segment"] == one] for one in (BIG, LITTLE)])


@pytest.mark.slow
@pytest.mark.parametrize(("by_segment", "days"), [(None, (30, 30)), ({"ae": {"big": 50, "little": 20}}, (50, 20))])
def test_time_to_fill_is_searches_and_reopenings_of_the_segment(by_segment: Any, days: tuple[float, float]) -> None:
    """Offers are accepted with p, so 1/p searches and 1/p - 1 reopenings are expected, whatever the law of the days."""
    accept, reopen = 0.6, 9.0
    plan = hiring(by_segment, offer_accept_share=accept, reopen_days=reopen)
    means = numbers(plan, 30, 300, lambda book: days_to_accept(book).mean(axis=1))
    check_mean(means, [one / accept + reopen * (1 / accept - 1) for one in days])


def test_a_requisition_keeps_its_luck_when_another_segment_takes_longer() -> None:
    plans = (hiring(None, reopen_days=0), hiring({"ae": {"big": 45}}, reopen_days=0))
    for before, after in zip(*(ledgers(plan, 30, 5) for plan in plans), strict=True):
        np.testing.assert_allclose(days_to_accept(after)[BIG], 1.5 * days_to_accept(before)[BIG], rtol=1e-9)
        assert np.array_equal(days_to_accept(after)[LITTLE], days_to_accept(before)[LITTLE])


def test_days_of_a_segment_that_are_those_of_the_role_change_nothing() -> None:
    off, same = hiring(None), hiring({"ae": {"big": 30, "little": 30}})
    for one, other in zip(ledgers(off, 18, 2), ledgers(same, 18, 2), strict=True):
        assert digest(one) == digest(other)
