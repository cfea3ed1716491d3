"""Names that differ by spaces, case, signs or Unicode form are one: the spelling that most rows have."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from sim.crm.opportunities import NONE, Named
from sim.crm.table import Distinct
from sim.records.cells import person, unguarded
from sim.records.layout import folded

NOBODY = frozenset(("", "-", "--", "n/a", "na", "none", "null", "nan", "nil", "unassigned", "(blank)", "#n/a"))


@dataclass(frozen=True)
class Spelled:
    """A column of names, and which rows were spelled otherwise, bool."""

    named: Named
    otherwise: np.ndarray


def fold(text: str) -> str:
    """A name without spaces, case and signs; what has nothing else stays."""
    return folded(text).replace(" ", "") or text


def fold_person(text: str) -> str:
    """The same of a person: ``Lee, Ann`` is ``Ann Lee``."""
    return person(text).replace(" ", "") or text


def read_names(
    column: pa.ChunkedArray, known: Iterable[str] = (), key: Callable[[str], str] = fold
) -> Spelled:  # fmt: skip
    """A column's names. A name is spelled as in ``known``, the list of another file, where it is there."""
    distinct = Distinct.of(column)
    counts = np.bincount(distinct.codes, minlength=len(distinct.texts))
    texts = [unguarded(text) for text in distinct.texts]
    spelling = {key(name): name for name in reversed([*known])}
    most: dict[str, int] = {}
    for text, count in sorted(zip(texts, counts, strict=True)):
        folded_text = key(text)
        if text.casefold() not in NOBODY and (folded_text not in spelling or count > most.get(folded_text, count)):
            spelling[folded_text], most[folded_text] = text, int(count)
    chosen = ["" if text.casefold() in NOBODY else spelling[key(text)] for text in texts]
    names = tuple(sorted(set(chosen) - {""}))
    code_of = {name: code for code, name in enumerate(names)}
    codes = np.array([code_of.get(name, NONE) for name in chosen], np.int32)
    otherwise = np.array([bool(name) and name != text for name, text in zip(chosen, texts, strict=True)], bool)
    return Spelled(Named(codes[distinct.codes], names), otherwise[distinct.codes])
