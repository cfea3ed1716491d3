"""Luck is keyed: the right numbers, for the right names, whatever else happens."""

from __future__ import annotations

import numpy as np
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


def test_names_are_stable_over_machines_and_versions() -> None:
    assert int(luck.entity("seat ae_smb_east/1")) == STABLE_NAME
    assert int(luck.child(np.uint64(7), np.uint64(3))) == STABLE_CHILD


STABLE_NAME = 16945241583893904179
STABLE_CHILD = 10753165928301472203
