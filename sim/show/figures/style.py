"""How every figure looks: one canvas, one colour a plan in all figures, the finding as its title."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.textpath import TextToPath
from matplotlib.ticker import Formatter, MaxNLocator

from sim.show.formats import MINUS, money_tick
from sim.show.words import plan_name, sentence

WIDTH_INCHES = 10.0
TITLE_SIZE, READING_SIZE = 13.0, 9.5  # points
DPI = 150
LEGEND_KEY = 4.6  # the room beside a legend's text, in letters: the mark, and what parts columns
INK = "#222222"
QUIET = "#6B6B6B"
RULE = "#DADADA"
WARNING = "#B3261E"

# Okabe and Ito's palette, told apart with any colour vision (jfly.uni-koeln.de/color); the last five, for runs of many
# plans, are from Paul Tol's muted scheme.
PLAN_COLOURS = (
    "#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9",
    "#332288", "#882255", "#999933", "#44AA99", "#661100",
)  # fmt: skip
# Parts of a whole, where panels tell the plans apart: Tol's bright scheme, in an order whose neighbours differ.
CAUSE_COLOURS = ("#4477AA", "#EE6677", "#CCBB44", "#AA3377", "#66CCEE", "#228833", "#BBBBBB")
PLAN_MARKERS = ("o", "s", "^", "D", "v", "P", "X", "<", ">", "h", "*")

STYLE: dict[str, Any] = {
    "font.family": "DejaVu Sans",  # travels with matplotlib, so that every machine draws the same letters
    "font.size": 9.5,
    "text.color": INK,
    "text.parse_math": False,  # a dollar is a dollar
    "axes.edgecolor": "#9A9A9A",
    "axes.labelcolor": QUIET,
    "axes.labelsize": 9.0,
    "axes.linewidth": 0.8,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.grid.axis": "y",
    "axes.axisbelow": True,
    "axes.unicode_minus": True,
    "grid.color": RULE,
    "grid.linewidth": 0.6,
    "xtick.color": QUIET,
    "ytick.color": QUIET,
    "xtick.labelsize": 8.5,
    "ytick.labelsize": 8.5,
    "ytick.major.size": 0,
    "legend.frameon": False,
    "legend.fontsize": 9.0,
    "lines.solid_capstyle": "round",
    "figure.facecolor": "white",
}


@dataclass(frozen=True)
class Drawn:
    """A finished figure and the finding that it shows."""

    figure: Figure
    finding: str


@dataclass
class Canvas:
    """A figure with one column of axes a plan, or any other grid that a figure asks for."""

    figure: Figure
    axes: np.ndarray
    panels: dict[str, list[Axes]] = field(default_factory=dict)


@contextmanager
def house_style() -> Iterator[None]:
    """Draw inside this, so that nobody's own settings change a figure."""
    with mpl.rc_context():
        mpl.rcdefaults()
        settings: Any = mpl.rcParams
        settings.update(STYLE)
        yield


def colour(plans: Sequence[str], plan: str) -> str:
    """The plan's colour, the same in all figures."""
    return PLAN_COLOURS[list(plans).index(plan) % len(PLAN_COLOURS)]


def marker(plans: Sequence[str], plan: str) -> str:
    """The plan's mark, so that colour is not alone in telling plans apart."""
    return PLAN_MARKERS[list(plans).index(plan) % len(PLAN_MARKERS)]


def canvas(finding: str, reading: str, body_inches: float, **grid: Any) -> Canvas:
    """A figure with the finding as title, what is drawn and its unit below it, and a grid of axes in the rest.

    ``grid`` goes to ``Figure.subplots``. The height is that of the body and of as many lines as the title takes.
    """
    title = _wrapped(sentence(finding), TITLE_SIZE, "bold")
    below = _wrapped(reading, READING_SIZE, "normal")
    title_inches, below_inches = 0.25 * (title.count("\n") + 1), 0.19 * (below.count("\n") + 1)
    head = 0.14 + title_inches + 0.06 + below_inches + 0.16
    height = round((body_inches + head) * DPI) / DPI
    figure = Figure(figsize=(WIDTH_INCHES, height), dpi=DPI, layout="constrained")
    FigureCanvasAgg(figure)
    engine: Any = figure.get_layout_engine()
    engine.set(rect=(0.008, 0.012, 0.984, 1 - head / height - 0.012), w_pad=0.08, h_pad=0.05)
    left = 0.014
    figure.text(left, 1 - 0.14 / height, title, size=TITLE_SIZE, weight="bold", va="top", linespacing=1.2)
    figure.text(
        left, 1 - (0.20 + title_inches) / height, below, size=READING_SIZE, color=QUIET, va="top", linespacing=1.25
    )
    return Canvas(figure, figure.subplots(squeeze=False, **grid))


def _wrapped(text: str, size: float, weight: str) -> str:
    """The text in lines that fit the figure's width, by the letters' own widths."""
    font, room = FontProperties(family=STYLE["font.family"], size=size, weight=weight), (WIDTH_INCHES - 0.35) * 72
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if lines[-1] and _width(longer, font) > room:
            lines.append(word)
        else:
            lines[-1] = longer
    return "\n".join(lines)


def _width(text: str, font: FontProperties) -> float:
    """The width of a line of text, in points."""
    return float(TextToPath().get_text_width_height_descent(text, font, ismath=False)[0])


def plan_panels(plans: Sequence[str], finding: str, reading: str, row_inches: Sequence[float]) -> Canvas:
    """A canvas with a panel a plan, up to four across, each of one or more axes one above the other.

    Axes in the same place of different panels share their y axis.
    """
    across = len(plans) if len(plans) <= 4 else 3 if len(plans) in (5, 6, 9) else 4
    bands, stacked = math.ceil(len(plans) / across), len(row_inches)
    made = canvas(
        finding, reading, bands * (sum(row_inches) + 0.35) + 0.3, nrows=bands * stacked, ncols=across,
        height_ratios=list(row_inches) * bands,
    )  # fmt: skip
    first: list[Axes] = list(made.axes[:stacked, 0])
    for place in range(bands * across):
        band, column = divmod(place, across)
        stack = list(made.axes[band * stacked : (band + 1) * stacked, column])
        if place >= len(plans):
            for axes in stack:
                axes.set_axis_off()
            continue
        plan = plans[place]
        made.panels[plan] = stack
        above = "\n" if band else ""  # room between bands of panels
        stack[0].set_title(
            above + plan_name(plan, 24), loc="left", size=10.5, weight="bold", color=colour(plans, plan), pad=7
        )
        for axes, leader in zip(stack, first, strict=True):
            if axes is not leader:
                axes.sharey(leader)
            if column:
                axes.tick_params(labelleft=False)
    return made


def legend_below(figure: Figure, handles: Sequence[Any], across: int = 6) -> None:
    """A legend under the axes, where it covers nothing, with as many columns as fit the figure's width."""
    font = FontProperties(family=STYLE["font.family"], size=STYLE["legend.fontsize"])
    widest = max(_width(str(handle.get_label()), font) for handle in handles) + LEGEND_KEY * STYLE["legend.fontsize"]
    fitting = max(1, int((WIDTH_INCHES - 0.35) * 72 / widest))
    legend = figure.legend(
        handles=list(handles), loc="outside lower left", ncols=min(across, fitting, len(handles)), handlelength=1.9,
        columnspacing=1.8, borderaxespad=0.9,
    )  # fmt: skip
    for text in legend.get_texts():
        text.set_color(INK)


def money_axis(axes: Axes, label: str = "", across: bool = False) -> None:
    """Ticks in millions of dollars, as exact as they need to be, or thousands; on the x axis where ``across``."""
    axis = axes.xaxis if across else axes.yaxis
    _ticks(axis, [1, 2, 2.5, 5, 10], money_tick)
    axis.set_label_text(label)


def share_axis(axes: Axes, label: str = "") -> None:
    """Ticks in percent."""
    _ticks(axes.yaxis, [1, 2, 5, 10], _percent)
    axes.yaxis.set_label_text(label)


def from_zero(axes: Axes) -> None:
    """Start the y axis at nought and leave air above the highest mark."""
    axes.set_ylim(0, axes.get_ylim()[1] * 1.04)


def around_data(axes: Axes) -> None:
    """For lines that lie far above nought: show where they are, with air on both sides. Bars start at nought."""
    low, high = axes.get_ylim()
    if low < 0.5 * high:
        from_zero(axes)
    else:
        axes.set_ylim(low - 0.15 * (high - low), high + 0.15 * (high - low))


class _Apart(Formatter):
    """Ticks written with their own distance in mind."""

    def __init__(self, write: Callable[[float, float], str]):
        self._write = write
        self._step = 1.0

    def __call__(self, x: float, pos: int | None = None) -> str:
        return self._write(x, self._step)

    def format_ticks(self, values: Any) -> list[str]:
        """Called by the axis with all ticks at once."""
        self._step = float(values[1] - values[0]) if len(values) > 1 else 1.0
        return [self(value) for value in values]


def _ticks(axis: Axis, steps: list[float], write: Callable[[float, float], str]) -> None:
    """Few round ticks."""
    axis.set_major_locator(MaxNLocator(nbins=5, steps=steps))
    axis.set_major_formatter(_Apart(write))


def _percent(value: float, step: float) -> str:
    decimals = 0 if step > 0.0099 else 1
    return f"{value * 100:.{decimals}f}%".replace("-", MINUS)


def quarter_axis(axes: Axes, quarters: Sequence[str]) -> None:
    """Quarters at 0, 1, 2, ... with the year under its first quarter; only first quarters when there are many."""
    labels, seen = [], ""
    for label in quarters:
        year, _, part = label.partition("-")
        labels.append(part if year == seen else f"{part}\n{year}")
        seen = year
    places = range(len(quarters))
    shown = [i for i in places if len(quarters) <= 12 or "\n" in labels[i]]
    axes.set_xticks(shown, [labels[i] for i in shown])
    axes.set_xlim(-0.55, len(quarters) - 0.45)


def zero_line(axes: Axes) -> None:
    """A line at nought, where above and below differ in meaning."""
    axes.axhline(0, color=INK, linewidth=0.9, zorder=1.5)


def caution(figure: Figure, text: str) -> None:
    """A few words above the title that warn of reading too much into the figure."""
    figure.text(0.986, 1 - 0.02 / figure.get_figheight(), text, size=8, color=WARNING, ha="right", va="top")


def save(figure: Figure, path: Path) -> None:
    """Write a PNG whose bytes depend on the picture only: no date and no software version."""
    figure.savefig(path, dpi=DPI, metadata={"Software": None})


def label_ends(axes: Axes, values: Sequence[float], texts: Sequence[str], bold: int) -> None:
    """Labels beside the right edge of the axes at the given heights, moved apart where they would touch.

    ``values`` rise. Call when the limits of the axes are final.
    """
    bottom, top = axes.get_ylim()
    spec: Any = axes.get_subplotspec()
    least = 0.14 / float(spec.get_gridspec().get_height_ratios()[spec.rowspan.start])
    heights = [float((value - bottom) / (top - bottom)) for value in values]
    middle = len(heights) // 2
    for i in range(middle + 1, len(heights)):
        heights[i] = max(heights[i], heights[i - 1] + least)
    for i in range(middle - 1, -1, -1):
        heights[i] = min(heights[i], heights[i + 1] - least)
    for i, (height, text) in enumerate(zip(heights, texts, strict=True)):
        axes.annotate(
            text, (1.0, height), xycoords="axes fraction", xytext=(4, 0), textcoords="offset points", size=8,
            va="center", weight="bold" if i == bold else "normal", color=INK if i == bold else QUIET,
        )  # fmt: skip
