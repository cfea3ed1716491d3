"""How far to trust an answer: a line a question, a level for each factor, and what is weakest."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from sim.evidence.trust.levels import FACTORS, HIGHEST, Level, levels, weakest
from sim.results.run_folder import RunFolder
from sim.show.tables import Row, Table
from sim.show.words import listed, sentence

ASKED = {
    "hire": "Whom to hire and when",
    "pay": "What to pay and for what",
    "territory": "How to divide the market",
    "forecast": "What will be booked",
}
HEADS = {
    "data": "data",
    "verification": "computed right",
    "validation": "agrees with the world",
    "uncertainty": "what is unsure is in it",
    "robustness": "stays when changed",
}
NOTE = (
    f"From 0, nothing was held, to {HIGHEST}: 1 rests on what is published or judged elsewhere, 2 is held in part or on"
    " the company's own files, 3 on its own past or by more than one proof, 4 to the cent. The factors are those of"
    " NASA-STD-7009 and ASME V&V 40."
)


TITLE = "How far to trust it"
COLUMNS = tuple(HEADS[one] for one in FACTORS)


def trust(run: RunFolder) -> Table:
    """The table of a run's report."""
    of = levels(run)
    because = {question: weakest(list(some)).because for question, some in groupby(of, key=lambda one: one.question)}
    rows = [
        Row((asked, because[question], *told))
        for question, (asked, *told) in zip(because, lines(of), strict=True)
    ]  # fmt: skip
    return Table(TITLE, ("", "weakest because", *COLUMNS), rows, text_columns=2, note=NOTE)


def reasons(of: Sequence[Level]) -> list[str]:
    """A sentence a factor: each level with its reason, once where questions share it."""
    found = []
    for factor, head in HEADS.items():
        grounds: dict[tuple[int, str], list[str]] = {}
        for one in of:
            if one.factor == factor:
                grounds.setdefault((one.level, one.because), []).append(ASKED[one.question])
        told = [
            f"{level}{f' ({listed(asked).lower()})' if len(grounds) > 1 else ''}, {because}"
            for (level, because), asked in grounds.items()
        ]
        found.append(f"{sentence(head)}: {'; '.join(told)}.")
    return found


def lines(of: Sequence[Level]) -> list[tuple[str, ...]]:
    """A line a question: the question, then each factor's level."""
    return [
        (ASKED[question], *(str(one.level) for one in some))
        for question, some in groupby(of, key=lambda one: one.question)
    ]  # fmt: skip
