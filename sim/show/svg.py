"""Pieces of the pictures that are drawn in the page itself, so that a phone can show and a reader can copy them."""

from __future__ import annotations

from html import escape

INK = "#222222"


def text(x: float, y: float, said: str, size: int, colour: str = INK, anchor: str = "start", bold: bool = False) -> str:
    """A line of text, escaped; ``anchor`` says whether x is its start, middle or end."""
    weight = ' font-weight="600"' if bold else ""
    place = f'x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}"'
    return f'<text {place} font-size="{size}" fill="{colour}"{weight}>{escape(said)}</text>'
