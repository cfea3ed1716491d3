"""Duties: what the people of a role are there for."""

from __future__ import annotations

SELLS, PROSPECTS, RECRUITS, SUPPORTS, ENGINEERS, SERVES, MANAGES = range(7)
DUTIES = {
    "sells": SELLS, "prospects": PROSPECTS, "recruits": RECRUITS, "supports": SUPPORTS, "engineers": ENGINEERS,
    "serves": SERVES, "manages": MANAGES,
}  # fmt: skip
