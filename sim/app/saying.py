"""Saying: the one place where text goes to the screen.

Names and questions come from files of others. A control sign in them would command the terminal, so it is shown instead
of sent; a sign that the screen's encoding lacks is replaced by a plainer one.
"""

from __future__ import annotations

import codecs
import sys
from collections.abc import Container, Sequence

from sim.show.words import shown

PLAINER = {
    "\N{MINUS SIGN}": "-", "\N{EN DASH}": "-", "\N{EM DASH}": "-", "\N{HORIZONTAL ELLIPSIS}": "...",
    "\N{PLUS-MINUS SIGN}": "+/-", "\N{MULTIPLICATION SIGN}": "x", "\N{NO-BREAK SPACE}": " ",
}  # fmt: skip
AS_PLAIN = "salesim.plain"


def say(text: object, end: str = "\n", is_error: bool = False) -> None:
    """Print a text on the screen, or as an error."""
    print(shown(str(text)), end=end, file=sys.stderr if is_error else sys.stdout)


def aligned(rows: Sequence[Sequence[str]], text_columns: Container[int]) -> list[str]:
    """Rows of cells as lines with columns two blanks apart: those of text stand to the left, numbers to the right."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return [
        "  ".join(
            f"{cell:<{width}}" if column in text_columns else f"{cell:>{width}}"
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    ]


def take_any_sign() -> None:
    """Let no sign break the output: what its encoding lacks is said more plainly."""
    codecs.register_error(AS_PLAIN, _plainly)
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors=AS_PLAIN)


def _plainly(problem: UnicodeError) -> tuple[str | bytes, int]:
    if not isinstance(problem, UnicodeEncodeError):
        raise problem
    signs = problem.object[problem.start : problem.end]
    return "".join(PLAINER.get(sign, "?") for sign in signs), problem.end
