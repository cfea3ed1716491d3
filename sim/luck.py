"""Keyed luck: every draw is a pure function of (seed, replication, purpose, entity, index).

There is no stream and no order of calls. 64-bit products are meant to
overflow. A draw is one block of Philox4x64-10, bit for bit what
``numpy.random.Philox`` gives for the same key and counter, so adding a person, a deal or a distribution
changes nobody else's luck (common random numbers).

Source: Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as easy as 1, 2, 3" (SC11).
"""

from __future__ import annotations

import hashlib
import math
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from sim.compiled import compiled, inlined

_M0 = np.uint64(0xD2E7470EE14C6C93)
_M1 = np.uint64(0xCA5A826395121157)
_W0 = np.uint64(0x9E3779B97F4A7C15)
_W1 = np.uint64(0xBB67AE8584CAA73B)
_LOW = np.uint64(0xFFFFFFFF)
_HALF = np.uint64(32)
_TO_53_BITS = np.uint64(11)
_TWO_TO_MINUS_53 = 1.0 / 9007199254740992.0

# Purposes. A number once given stays, for one that moved would change every result; those not listed are free.
# Gap to the next self-sourced deal, and whether the search hits a free account; entity: holder, index: how many so far.
DEAL_SOURCED = np.uint64(1)
LEAD_ARRIVED = np.uint64(2)  # the same for the next lead of a stream; entity: stream, index: how many so far
DEAL_SIZE = np.uint64(3)  # entity: deal
DEAL_STAGE = np.uint64(4)  # duration and outcome of one attempt at a stage; entity: deal
DEAL_STALL = np.uint64(5)  # how long a stall lasts; entity: deal
LEAD_ROUTED = np.uint64(6)  # the keyed race; entity: lead, mixed with each seat's name
DEAL_REASSIGNED = np.uint64(7)  # the keyed race for an orphan; entity: deal, mixed with each seat's name
DEAL_OPENING = np.uint64(8)  # the open deals of the first day; entity: cell or source
PERSON = np.uint64(9)  # ability, failed hire; entity: holder
TENURE = np.uint64(10)  # tenure on the first day; entity: holder
EXIT_BUDGET = np.uint64(11)  # unit exponential spent at the exit hazard; entity: holder
EXIT_NOTICE = np.uint64(12)  # days between a failed review and leaving; entity: holder
RECRUITING = np.uint64(13)  # recruiting days and the answer to an offer; entity: requisition, index: attempt
START_LAG = np.uint64(14)  # notice period; entity: requisition
REGIME = np.uint64(15)  # the market's next regime; index: month
UNCERTAINTY = np.uint64(16)  # the value of a named uncertainty; entity: its name, key (seed, draw)
OPENING_VACANCY = np.uint64(17)  # whether a seat is empty on the first day; entity: seat
# 18 to 21: territory.
RECARVE = np.uint64(18)  # whether a deal changes hands when territory is divided anew; entity: deal
# 22 to 26: customers.
CUSTOMER_OPENING = np.uint64(22)  # when a customer of the first day signed, what it bought since; entity: customer
RENEWAL = np.uint64(23)  # whether a customer renews, and for how much; entity: customer, index: renewals before
CUSTOMER_EXPANDS = np.uint64(24)  # gap to a customer's next expansion; entity: customer, index: how many so far
CUSTOMER_HANDED = np.uint64(25)  # the keyed race for a customer; entity: customer and how often handed on
EXPANSION_SEEDED = np.uint64(26)  # whose an expansion open on the first day is; entity: deal
REVIEW_HELD = np.uint64(27)  # whether a review takes place where coaching is thin; entity: person, index: quarter
INTERNAL_FILL = np.uint64(28)  # whether a requisition may be filled from inside; entity: requisition
LEAVE = np.uint64(29)  # time to the next long leave and how long it lasts; entity: person, index: leaves before
OPENING_LEAVE = np.uint64(30)  # whether somebody is on leave when the history begins; entity: person
FILE_DEAL = np.uint64(33)  # what a file does not tell of an open deal; entity: deal
COMMON_FACTOR = np.uint64(35)  # the month's own part of the market's common factor; index: month
DEAL_TIMING = np.uint64(41)  # whether a deal can be signed early or put off, and whether it cools; entity: deal
FIRST_DAY = np.uint64(60)  # what the past left in a seat; entity: seat. And searches found in their middle
BUYER_DEADLINE = np.uint64(47)  # whether a buyer signs at the month's end; entity: deal
OPENING_WAIT = np.uint64(63)  # how often an open deal of the first day has stalled; entity: deal, index: stage


class Luck(NamedTuple):
    """The key of one replication's chance."""

    seed: int
    replication: int

    @property
    def key(self) -> tuple[np.uint64, np.uint64]:
        return _key(self.seed, self.replication)


@lru_cache(maxsize=16)
def _key(seed: int, replication: int) -> tuple[np.uint64, np.uint64]:
    return np.uint64(seed), np.uint64(replication)


@inlined
def _high_word(a, b):
    """The upper 64 bits of a 64 by 64 bit product."""
    a_low = a & _LOW
    a_high = a >> _HALF
    b_low = b & _LOW
    b_high = b >> _HALF
    carry = (a_low * b_low) >> _HALF
    middle = a_high * b_low + carry
    cross = a_low * b_high + (middle & _LOW)
    return a_high * b_high + (middle >> _HALF) + (cross >> _HALF)


@inlined
def philox(index, entity, purpose, part, key0, key1):
    """Four 64-bit words for one counter (index, entity, purpose, part) and one key. All uint64."""
    c0, c1, c2, c3 = index, entity, purpose, part
    for turn in range(10):
        if turn > 0:
            key0 = key0 + _W0
            key1 = key1 + _W1
        high0 = _high_word(_M0, c0)
        low0 = _M0 * c0
        high1 = _high_word(_M1, c2)
        low1 = _M1 * c2
        c0, c1, c2, c3 = high1 ^ c1 ^ key0, low1, high0 ^ c3 ^ key1, low0
    return c0, c1, c2, c3


@inlined
def uniform(word):
    """A uniform number strictly between 0 and 1, from the upper 53 bits of a word."""
    return (np.float64(word >> _TO_53_BITS) + 0.5) * _TWO_TO_MINUS_53


@inlined
def exponential(word):
    """A unit-exponential number."""
    return -math.log(uniform(word))


@inlined
def normal(word_a, word_b):
    """A standard normal number from two words (Box and Muller)."""
    return math.sqrt(-2.0 * math.log(uniform(word_a))) * math.cos(6.283185307179586 * uniform(word_b))


@inlined
def child(entity, index):
    """The name of the index-th thing that belongs to an entity: a 64-bit mix of both (splitmix64)."""
    z = entity + (index + np.uint64(1)) * np.uint64(0x9E3779B97F4A7C15)
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return z ^ (z >> np.uint64(31))


@lru_cache(maxsize=65536)
def entity(name: str) -> np.uint64:
    """The stable 64-bit name of a thing: a hash of its words, the same on every machine and run."""
    digest = hashlib.blake2b(name.encode(), digest_size=8).digest()
    return np.uint64(int.from_bytes(digest, "little"))


@compiled
def _uniforms(index, who, purpose, key0, key1):
    a, b, c, d = philox(index, who, purpose, np.uint64(0), key0, key1)
    return uniform(a), uniform(b), uniform(c), uniform(d)


def uniforms(luck: Luck, purpose: np.uint64, who: np.uint64, index: int = 0) -> tuple[float, float, float, float]:
    """Four uniform numbers for a draw made outside the compiled loop."""
    return _uniforms(np.uint64(index), np.uint64(who), purpose, *luck.key)


@compiled
def fill_exponentials(budgets, entities, purpose, key0, key1):
    """Write a unit-exponential number for each entity, the same as ``to_exponential`` of its first uniform."""
    for i in range(len(entities)):
        a, _, _, _ = philox(np.uint64(0), entities[i], purpose, np.uint64(0), key0, key1)
        budgets[i] = exponential(a)


@compiled
def fill_uniforms(values, entities, purpose, index, key0, key1):
    """Write the first of the uniform numbers that ``uniforms`` gives, for each entity."""
    for i in range(len(entities)):
        a, _, _, _ = philox(np.uint64(index), entities[i], purpose, np.uint64(0), key0, key1)
        values[i] = uniform(a)


@compiled
def fill_four_uniforms(values, entities, purpose, key0, key1):
    """Write the four uniform numbers that ``uniforms`` gives, for each entity; values: shape (entities, 4)."""
    for i in range(len(entities)):
        a, b, c, d = philox(np.uint64(0), entities[i], purpose, np.uint64(0), key0, key1)
        values[i, 0], values[i, 1], values[i, 2], values[i, 3] = uniform(a), uniform(b), uniform(c), uniform(d)


@compiled
def fill_uniforms_of(values, who, purpose, index, seed, replications):
    """Write the first of the uniform numbers that ``uniforms`` gives, for each of some replications (uint64)."""
    for i in range(len(replications)):
        a, _, _, _ = philox(index, who, purpose, np.uint64(0), seed, replications[i])
        values[i] = uniform(a)


@compiled
def fill_normals(values, who, purpose, index, seed, replications):
    """Write a normal number for each of some replications (uint64), the same as ``to_normal`` of its first two."""
    for i in range(len(replications)):
        a, b, _, _ = philox(index, who, purpose, np.uint64(0), seed, replications[i])
        values[i] = normal(a, b)


def to_exponential(u: float) -> float:
    """A unit-exponential number from a uniform one."""
    return -math.log(u)


def to_normal(u: float, v: float) -> float:
    """A standard normal number from two uniform ones."""
    return math.sqrt(-2.0 * math.log(u)) * math.cos(6.283185307179586 * v)
