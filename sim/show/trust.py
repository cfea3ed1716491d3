"""How far to trust a run: a line a question, a level for each factor, and what is weakest."""

from __future__ import annotations

from itertools import groupby

from sim.evidence.trust.levels import FACTORS, HIGHEST, QUESTIONS, levels, weakest
from sim.results.run_folder import RunFolder
from sim.show.tables import Row, Table

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


def trust(run: RunFolder) -> Table:
    """The table of the report."""
    rows = []
    for question, of in groupby(levels(run), key=lambda one: one.question):
        factors = list(of)
        low = weakest(factors)
        numbers = tuple(str(one.level) for one in factors)
        rows.append(Row((ASKED[question], low.because, *numbers)))
    assert len(rows) == len(QUESTIONS)
    columns = ("", "weakest because", *(HEADS[one] for one in FACTORS))
    return Table("How far to trust it", columns, rows, text_columns=2, note=NOTE)
