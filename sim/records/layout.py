"""The layout of the three files: which columns they have, and how a heading is matched to them.

``docs/opening_files.md`` describes it for users; a test holds the two together.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from sim.spelling import did_you_mean, listed

OWNER, CURRENCY = "owner", "currency"  # with the dollars, what lines of one deal may differ in
_SIGNS = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True)
class Layout:
    """A kind of file: its columns in order, those it must have, and the one that holds its dollars, if any.

    ``either`` names a column of which the file must have it, or all of the columns beside it.
    """

    kind: str
    columns: tuple[str, ...]
    needed: tuple[str, ...]
    dollars: str = ""
    either: tuple[str, tuple[str, ...]] | None = None
    key: str = "id"  # the column that tells rows apart
    dates: tuple[str, ...] = ()
    amounts: tuple[str, ...] = ()
    copies_without_key: bool = False  # whether rows that are alike are copies even where they have no id


ROSTER = Layout(
    "roster",
    (
        "name", "role", "segment", "region", "start_date", "status", "end_date", "quota_usd_last_quarter",
        "sold_usd_last_quarter", "id",
    ),
    ("name", "role", "region", "start_date"),
    dates=("start_date", "end_date"),
    amounts=("quota_usd_last_quarter", "sold_usd_last_quarter"),
    copies_without_key=True,
)  # fmt: skip
PIPELINE = Layout(
    "pipeline",
    (
        "id", "owner", "segment", "region", "source", "stage", "created_date", "stage_entered_date",
        "forecast_close_date", "amount_usd", "quiet_since_date", "attempt", "days_quiet_before",
        "times_reassigned", "customer", "currency",
    ),
    ("id", "stage", "created_date", "amount_usd"),
    "amount_usd",
    ("owner", ("segment", "region")),
    dates=("created_date", "stage_entered_date", "forecast_close_date", "quiet_since_date"),
    amounts=("amount_usd",),
)  # fmt: skip
CUSTOMERS = Layout(
    "customers",
    ("id", "owner", "segment", "region", "arr_usd", "term_start", "term_end", "seller_left", "currency"),
    ("id", "arr_usd", "term_start", "term_end"),
    "arr_usd",
    ("owner", ("segment", "region")),
    dates=("term_start", "term_end"),
    amounts=("arr_usd",),
)
LAYOUTS = {layout.kind: layout for layout in (ROSTER, PIPELINE, CUSTOMERS)}


@dataclass(frozen=True)
class Heading:
    """Where a file has the columns of its layout, by place; columns that it does not have point behind its last."""

    width: int
    places: tuple[int, ...]  # of the layout's columns, in order
    absent: tuple[str, ...]
    unused: tuple[str, ...]


@lru_cache(8192)
def folded(name: str) -> str:
    """A name without its case, spaces and signs: ``Amount (USD)`` and ``amount_usd`` are the same.

    Letters, marks and digits of all scripts count, in Unicode's composed form, and so do pictures.
    """
    text = name.casefold()
    if text.isascii():
        return _SIGNS.sub(" ", text).strip()
    text = unicodedata.normalize("NFC", text)
    return " ".join("".join(sign if _counts(sign) else " " for sign in text).split())


def _counts(sign: str) -> bool:
    kind = unicodedata.category(sign)
    return kind[0] in "LMN" or kind == "So"


def match_heading(layout: Layout, cells: Sequence[str], renamed: Sequence[tuple[str, str]] = ()) -> Heading:
    """Find a layout's columns in the first row of a file. Raises ValueError, saying what is missing.

    Args:
        renamed: names of the file's own, each with that of a layout.
    """
    own = {folded(name): folded(column) for name, column in renamed if column in layout.columns}
    names = [own.get(name, name) for name in map(folded, cells)]
    wanted = {folded(column): column for column in layout.columns}
    if not any(name in wanted for name in names):
        raise ValueError(_no_heading(layout, cells))
    twice = [name for name in wanted if names.count(name) > 1]
    if twice:
        raise ValueError(f"the column {wanted[twice[0]]} stands twice in the first line; rename one of them.")
    absent = tuple(column for name, column in wanted.items() if name not in names)
    unused = tuple(cell.strip() for cell, name in zip(cells, names, strict=True) if name not in wanted and name)
    missing = [column for column in layout.needed if column in absent]
    if layout.either and layout.either[0] in absent:
        missing += [column for column in layout.either[1] if column in absent]
    if missing:
        hint = did_you_mean(missing[0], unused)
        raise ValueError(
            f"there is no column {listed(missing)}.{hint} The columns there are {listed(map(str.strip, cells))}."
        )
    places = tuple(names.index(name) if name in names else len(cells) for name in wanted)
    return Heading(len(cells), places, absent, unused)


def _no_heading(layout: Layout, cells: Sequence[str]) -> str:
    needed = f"the first line must name the columns, at least {listed(layout.needed)}"
    for sign, name in ((";", "semicolons"), ("\t", "tabs"), ("|", "bars")):
        if len(cells) == 1 and cells[0].count(sign) >= 2:
            return f"the cells are parted by {name}; save the file with commas."
    return f"it has no heading: {needed}. It begins with {listed([cell.strip()[:20] for cell in cells], 5)}."
