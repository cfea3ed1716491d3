"""Pieces of the pictures that are drawn in the page itself, so that a phone can show and a reader can copy them."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

INK = "#222222"
FONT = "system-ui, -apple-system, Segoe UI, sans-serif"


def text(x: float, y: float, said: str, size: int, colour: str = INK, anchor: str = "start", bold: bool = False) -> str:
    """A line of text, escaped; ``anchor`` says whether x is its start, middle or end."""
    weight = ' font-weight="600"' if bold else ""
    place = f'x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}"'
    return f'<text {place} font-size="{size}" fill="{colour}"{weight}>{escape(said)}</text>'


def drawing(
    width: float, height: float, said: str, parts: Sequence[str], widest: float | None = None, least: float = 0
) -> str:
    """A picture that also stands alone as a file. ``said``: for those who cannot see it, escaped here.

    Args:
        widest, least: pixels between which the page may draw it; ``widest`` is a little above ``width`` unless given.
    """
    at_least = f"min-width:{least:.0f}px;" if least else ""
    most = f"--drawn:{width:.0f};max-width:{widest or width + 180:.0f}px"  # pixels
    size = f"display:block;width:100%;{at_least}{most};height:auto;background:#ffffff"
    return "\n".join([
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height:.0f}" role="img"'
        f' aria-label="{escape(said)}" style="{size}" font-family="{FONT}">',
        *parts,
        "</svg>",
    ])  # fmt: skip
