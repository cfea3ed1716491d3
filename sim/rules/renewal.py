"""Renewal: what the load on customer success does to a customer's odds to stay."""

from __future__ import annotations

import math

from sim.compiled import compiled, inlined

MOST_DOUBLINGS = 2.0  # a load beyond four times the reference, or below a quarter, does no more
_HARDLY_ANY = 1e-100  # heads, so that nothing is divided by 0


@compiled
def fill_loads(loads, customers, accounts_per_head, own_heads, shared_heads):
    """Write the load of customer success: heads needed over ramped heads there; 1 is the reference.

    People of no one segment serve all segments of their region, each in proportion to the heads it needs.

    Args:
        loads: filled, shape (segments, regions); 0 where there are no customers, beyond any measure where they have
            nobody.
        customers: of the same shape. accounts_per_head: that one head serves well, shape (segments,).
        own_heads: ramped heads of one segment, shape (segments, regions).
        shared_heads: ramped heads of no one segment, shape (regions,).

    By definition; that shared people serve by need is judged.
    """
    segments, regions = loads.shape
    for r in range(regions):
        regional = 0.0
        for s in range(segments):
            regional += customers[s, r] / accounts_per_head[s]
        for s in range(segments):
            needed = customers[s, r] / accounts_per_head[s]
            heads = own_heads[s, r] + needed * (shared_heads[r] / max(regional, _HARDLY_ANY))
            loads[s, r] = needed / max(heads, _HARDLY_ANY)


@inlined
def renewal_logit(load, logit_per_doubling):
    """Log-odds that a load adds to renewal: so much less for each doubling, at most two doublings either way.

    Judged.
    """
    doublings = math.log2(load) if load > 0.0 else -MOST_DOUBLINGS
    return -logit_per_doubling * min(max(doublings, -MOST_DOUBLINGS), MOST_DOUBLINGS)


@compiled
def add_load(logits, loads, logit_per_doubling):
    """Add what each load does to log-odds of renewal; shape (segments, regions), ``logit_per_doubling`` by segment.

    See ``renewal_logit``.
    """
    segments, regions = loads.shape
    for s in range(segments):
        for r in range(regions):
            logits[s, r] += renewal_logit(loads[s, r], logit_per_doubling[s])
