"""Luck is keyed: the right numbers, for the right names, whatever else happens."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim import luck
from sim.luck import Luck, philox, uniforms

WORD = st.integers(0, 2**64 - 1)


@settings(max_examples=200)
@given(st.tuples(WORD, WORD, WORD, WORD), st.tuples(WORD, WORD))
def test_philox_is_bit_for_bit_that_of_numpy(counter: tuple[int, ...], key: tuple[int, int]) -> None:
    before = (sum(word << (64 * k) for k, word in enumerate(counter)) - 1) % 2**256  # numpy counts up before it draws
    start = np.array([(before >> (64 * k)) % 2**64 for k in range(4)], np.uint64)
    expected = np.random.Philox(key=np.array(key, np.uint64), counter=start).random_raw(4)
    with np.errstate(over="ignore"):
        found = philox(*(np.uint64(word) for word in counter), *(np.uint64(k) for k in key))
    assert [int(word) for word in found] == [int(word) for word in expected]


def test_purposes_have_numbers_of_their_own() -> None:
    purposes = {name: value for name, value in vars(luck).items() if name.isupper() and isinstance(value, np.uint64)}
    purposes = {name: int(value) for name, value in purposes.items() if not name.startswith("_")}
    assert len(set(purposes.values())) == len(purposes)
    assert 0 not in purposes.values()


def test_uniform_numbers_are_uniform_and_do_not_depend_on_the_order_of_calls() -> None:
    who = luck.entity("somebody")
    forward = [uniforms(Luck(1, r), luck.PERSON, who)[0] for r in range(20_000)]
    backward = [uniforms(Luck(1, r), luck.PERSON, who)[0] for r in reversed(range(20_000))]
    assert forward == backward[::-1]
    assert abs(np.mean(forward) - 0.5) < 4 * (1 / 12 / 20_000) ** 0.5
    assert 0.0 < min(forward) < max(forward) < 1.0


def words(seed: int, replication: int, purpose: int, who: int, index: int) -> list[int]:
    """The four words of one draw, by numpy's generator."""
    before = (index + (who << 64) + (purpose << 128) - 1) % 2**256
    start = np.array([(before >> (64 * k)) % 2**64 for k in range(4)], np.uint64)
    key = np.array([seed, replication], np.uint64)
    return [int(word) for word in np.random.Philox(key=key, counter=start).random_raw(4)]


def told(seed: int, replication: int, purpose: int, who: int, index: int = 0) -> list[float]:
    return [((word >> 11) + 0.5) / 2**53 for word in words(seed, replication, purpose, who, index)]


def test_a_draw_is_that_of_its_seed_replication_purpose_name_and_index() -> None:
    for index in (0, 3):
        found = uniforms(Luck(5, 7), luck.TENURE, np.uint64(2**63 + 11), index)
        assert list(found) == told(5, 7, 10, 2**63 + 11, index)


def test_many_draws_at_once_are_those_of_each() -> None:
    names = np.array([luck.entity("a"), luck.entity("b"), np.uint64(3)])
    key = Luck(5, 7).key
    one, four, budgets = np.empty(3), np.empty((3, 4)), np.empty(3)
    luck.fill_uniforms(one, names, luck.PERSON, 2, *key)
    assert one.tolist() == [told(5, 7, 9, int(name), 2)[0] for name in names]
    luck.fill_four_uniforms(four, names, luck.PERSON, *key)
    assert four.tolist() == [told(5, 7, 9, int(name)) for name in names]
    luck.fill_exponentials(budgets, names, luck.EXIT_BUDGET, *key)
    assert budgets.tolist() == pytest.approx([-math.log(told(5, 7, 11, int(name))[0]) for name in names])


def test_other_laws_follow_from_uniform_numbers() -> None:
    assert luck.to_exponential(0.25) == pytest.approx(2 * math.log(2))
    assert luck.to_normal(math.exp(-2.0), 1 / 6) == pytest.approx(1.0)
    assert luck.to_normal(math.exp(-2.0), 0.5) == pytest.approx(-2.0)
    a, b = np.uint64(1) << np.uint64(62), np.uint64(3) << np.uint64(62)
    assert luck.uniform(a) == 0.25 + 0.5 / 2**53
    assert luck.exponential(a) == pytest.approx(2 * math.log(2))
    assert luck.normal(a, np.uint64(1) << np.uint64(63)) == pytest.approx(-math.sqrt(4 * math.log(2)))
    assert luck.normal(b, np.uint64(1) << np.uint64(61)) == pytest.approx(math.sqrt(-math.log(0.75)))


def test_a_number_once_given_stays() -> None:
    """One that moved would change every result: a new purpose takes a new one, and is added here."""
    given = {name: int(value) for name, value in vars(luck).items() if name.isupper() and name[0] != "_"}
    assert given == PURPOSES


def test_names_are_stable_over_machines_and_versions() -> None:
    assert int(luck.entity("seat ae_smb_east/1")) == STABLE_NAME
    assert int(luck.child(np.uint64(7), np.uint64(3))) == STABLE_CHILD


STABLE_NAME = 16945241583893904179
STABLE_CHILD = 10753165928301472203
PURPOSES = {
    "DEAL_SOURCED": 1, "LEAD_ARRIVED": 2, "DEAL_SIZE": 3, "DEAL_STAGE": 4, "DEAL_STALL": 5, "LEAD_ROUTED": 6,
    "DEAL_REASSIGNED": 7, "DEAL_OPENING": 8, "PERSON": 9, "TENURE": 10, "EXIT_BUDGET": 11, "EXIT_NOTICE": 12,
    "RECRUITING": 13, "START_LAG": 14, "REGIME": 15, "UNCERTAINTY": 16, "OPENING_VACANCY": 17, "RECARVE": 18,
    "CUSTOMER_OPENING": 22, "RENEWAL": 23, "CUSTOMER_EXPANDS": 24, "CUSTOMER_HANDED": 25, "EXPANSION_SEEDED": 26,
    "REVIEW_HELD": 27, "INTERNAL_FILL": 28, "LEAVE": 29, "OPENING_LEAVE": 30, "FILE_DEAL": 33, "COMMON_FACTOR": 35,
    "DEAL_TIMING": 41, "FIRST_DAY": 60, "BUYER_DEADLINE": 47, "OPENING_WAIT": 63,
}  # fmt: skip
