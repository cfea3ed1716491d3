"""How far a report says that it can be trusted, read from its page."""

from __future__ import annotations

import html
import re

from sim.evidence.trust.levels import FACTORS
from sim.show.trust import ASKED, TITLE


def trusted(page: str) -> dict[str, list[int]]:
    """The levels of each question that a page answers, in the order of FACTORS."""
    below = page[page.index(TITLE) :]
    rows = (re.findall(r"<td[^>]*>(.*?)</td>", row, re.DOTALL) for row in re.findall(r"<tr.*?</tr>", below, re.DOTALL))
    names = {told: question for question, told in ASKED.items()}
    found = {names[html.unescape(cells[0])]: [int(cell) for cell in cells[1:]] for cells in rows if cells}
    assert all(len(levels) == len(FACTORS) for levels in found.values())
    return found
