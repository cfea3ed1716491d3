"""Won, lost or open: by the mapping, by flags, or by what the words of an outcome or stage say."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pyarrow as pa

from sim.crm.errors import ExportError
from sim.crm.opportunities import LOST, OPEN, WON
from sim.crm.table import Distinct
from sim.records.cells import Unreadable, yes_or_no
from sim.records.layout import folded
from sim.spelling import did_you_mean, listed

WON_WORDS = frozenset(("won", "closedwon", "closewon", "gewonnen", "ganado", "ganada"))
LOST_WORDS = frozenset(("lost", "closedlost", "closelost", "verloren", "perdido", "perdida", "perdu", "abandoned",
                        "disqualified", "cancelled", "canceled", "dead"))  # fmt: skip


def outcome_of(word: str) -> int:
    """What an outcome or stage says: ``Closed Won`` is won, ``Closed - Lost`` lost, all else open."""
    words = set(folded(word).split())
    return LOST if words & LOST_WORDS else WON if words & WON_WORDS else OPEN


def read_outcomes(
    file: str, columns: Mapping[str, pa.ChunkedArray], told: Mapping[str, tuple[str, ...]]
) -> tuple[np.ndarray, str]:
    """The outcome of each row, int8, and in words what was read as what.

    Of outcome and stage the first counts that has a closed deal; flags ``is_won`` and ``is_closed`` count before both.
    Raises ExportError: no deal is closed, or the mapping names a value that is nowhere.
    """
    worded = {name: Distinct.of(columns[name]) for name in ("outcome", "stage") if name in columns}
    if told:
        _check_there(file, worded, told)
    name, codes, distinct = "", np.zeros(0, np.int8), Distinct([], np.zeros(0, np.int32))
    for column, texts in worded.items():
        found = np.array([_told(text, told) if told else outcome_of(text) for text in texts.texts], np.int8)
        if found.any():
            name, codes, distinct = column, found, texts
            break
    rows = len(next(iter(columns.values())))
    outcome = codes[distinct.codes] if name else np.zeros(rows, np.int8)
    flagged = {} if told else {name: flag(columns[name]) for name in ("is_won", "is_closed") if name in columns}
    if (won := flagged.get("is_won")) is not None:
        outcome = np.where(won == 1, WON, np.where((won == 0) & (outcome == WON), OPEN, outcome)).astype(np.int8)
        if (closed := flagged.get("is_closed")) is not None:
            outcome = np.where(closed == 0, OPEN, np.where((closed == 1) & (won == 0), LOST, outcome)).astype(np.int8)
    if not outcome.any():
        raise _no_closed_deal(file, worded)
    if not name:
        return outcome, "won and lost are read from the columns that say whether a deal is closed and won"
    said = {
        word: listed([text for text, code in zip(distinct.texts, codes, strict=True) if code == kind and text], 8)
        for word, kind in (("won", WON), ("lost", LOST), ("open", OPEN))
    }
    return outcome, f"{name}: " + "; ".join(f"{word} is {texts}" for word, texts in said.items())


def _told(text: str, told: Mapping[str, tuple[str, ...]]) -> int:
    for word, kind in (("won", WON), ("lost", LOST)):
        if folded(text) in map(folded, told.get(word, ())):
            return kind
    return OPEN


def _check_there(file: str, worded: Mapping[str, Distinct], told: Mapping[str, tuple[str, ...]]) -> None:
    values = [text for distinct in worded.values() for text in distinct.texts if text]
    there = set(map(folded, values))
    for word, wanted in told.items():
        for one in wanted:
            if folded(one) not in there:
                raise ExportError(
                    f'{file}: the mapping says that "{one}" is {word}, and no deal has it.'
                    f"{did_you_mean(one, values)} There are {listed(values, 12)}."
                )


def flag(column: pa.ChunkedArray) -> np.ndarray | None:
    """A column of yes and no as 1 and 0, -1 where it is empty; None for a column of anything else."""
    distinct = Distinct.of(column)
    try:
        found = [yes_or_no(text) for text in distinct.texts]
    except Unreadable:
        return None
    return np.array([-1 if one is None else int(one) for one in found], np.int8)[distinct.codes]


def _no_closed_deal(file: str, worded: Mapping[str, Distinct]) -> ExportError:
    shown = "; ".join(f"{name} has {listed(filter(None, one.texts), 12)}" for name, one in worded.items())
    return ExportError(
        f"{file}: no deal is won or lost{': ' + shown if shown else ''}. If some are, say which in the mapping: "
        'outcomes: {won: ["..."], lost: ["..."]}.'
    )
