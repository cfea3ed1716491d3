"""Renewal: what the load on customer success does to a customer's odds to stay."""

from __future__ import annotations

import numpy as np

MOST_DOUBLINGS = 2.0  # a load beyond four times the reference, or below a quarter, does no more
_HARDLY_ANY = 1e-100  # heads, so that nothing is divided by 0


def load(needed_heads: np.ndarray, own_heads: np.ndarray, shared_heads: np.ndarray) -> np.ndarray:
    """Load of customer success by segment and region: heads needed over ramped heads there; 1 is the reference.

    People of no one segment serve all segments of their region, each in proportion to the heads it needs.

    Args:
        needed_heads: customers over the accounts that one head serves well, shape (segments, regions).
        own_heads: ramped heads of one segment, shape (segments, regions).
        shared_heads: ramped heads of no one segment, shape (regions,).

    Returns: shape (segments, regions); 0 where there are no customers, beyond any measure where they have nobody.
    """
    regional = needed_heads.sum(axis=0)
    heads = own_heads + needed_heads * (shared_heads / np.maximum(regional, _HARDLY_ANY))
    return needed_heads / np.maximum(heads, _HARDLY_ANY)


def renewal_logit(load: np.ndarray, logit_per_doubling: np.ndarray) -> np.ndarray:
    """Log-odds that a load adds to renewal: so much less for each doubling, at most two doublings either way."""
    with np.errstate(divide="ignore"):
        return -logit_per_doubling * np.minimum(np.maximum(np.log2(load), -MOST_DOUBLINGS), MOST_DOUBLINGS)
