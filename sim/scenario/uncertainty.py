"""Uncertainties: numbers of a scenario that nobody knows, named once and referred to by every field that shares them.

A field refers to one as ``{uncertain: name}``, ``{uncertain: name, times: 120}`` or ``{uncertain: name, plus: 0.1}``.
A draw is one keyed uniform number read through the inverse of the distribution, so adding an uncertainty changes no
other.
"""

from __future__ import annotations

import csv
import hashlib
import io
import math
from abc import abstractmethod
from bisect import bisect_right
from itertools import accumulate
from pathlib import Path
from typing import Annotated, Literal

import numpy as np
from pydantic import Field, PrivateAttr, ValidationInfo, model_validator
from scipy.special import betaincinv, ndtr, ndtri

from sim.luck import UNCERTAINTY, Luck, entity, uniforms
from sim.scenario.names import Text
from sim.scenario.quantities import Noun

Real = Annotated[float, Field(ge=-1e12, le=1e12)]
Spread = Annotated[float, Field(ge=0.0, le=1e12)]
Bound = Annotated[float | None, Field(ge=-1e12, le=1e12)]


class Unknown(Noun):
    """What all uncertainties have."""

    meaning: Text | None = Field(default=None, description="what is uncertain, in words")
    source: Text | None = Field(default=None, description="where the numbers come from")

    def central(self) -> float:
        """The value used when uncertainty is off: the median, unless a kind says otherwise."""
        return self.value(0.5)

    @abstractmethod
    def value(self, u: float) -> float:
        """The value below which a share ``u`` of all draws lies; ``u`` strictly between 0 and 1."""

    def scores(self, u: np.ndarray) -> np.ndarray:
        """Draws on a scale on which their mean over all draws is exactly 0: standard normal, for a smooth law.

        Args:
            u: shares as of ``value``, of any shape, which the result has too.
        """
        return np.asarray(ndtri(u))

    def luck_name(self, name: str) -> str:
        """The name under which luck is drawn. Uncertainties that share it are drawn jointly."""
        return name


class Bounded(Unknown):
    """A distribution with endless tails, which may be cut off."""

    low: Bound = Field(default=None, description="no draw lies below; none for no limit")
    high: Bound = Field(default=None, description="no draw lies above; none for no limit")

    @abstractmethod
    def standard(self, value: float) -> float:
        """How many standard deviations a value lies above the middle, on the scale on which the law is normal."""

    @abstractmethod
    def from_standard(self, z: float) -> float:
        """The inverse of ``standard``."""

    @model_validator(mode="after")
    def _room_between_bounds(self) -> Bounded:
        if self.low is not None and self.high is not None and self.low >= self.high:
            raise ValueError(f"low {self.low:g} must be below high {self.high:g}")
        if self._cut() is not None and self._cut()[1] - self._cut()[0] < 1e-9:  # type: ignore[index]
            raise ValueError("low and high leave out practically all of the distribution")
        return self

    def _cut(self) -> tuple[float, float] | None:
        """Shares of the uncut distribution below the two bounds; None where nothing is cut."""
        if self.low is None and self.high is None:
            return None
        below = 0.0 if self.low is None else float(ndtr(self.standard(self.low)))
        above = 1.0 if self.high is None else float(ndtr(self.standard(self.high)))
        return below, above

    def value(self, u: float) -> float:
        cut = self._cut()
        if cut is None:
            return self.from_standard(float(ndtri(u)))
        drawn = self.from_standard(float(ndtri(cut[0] + u * (cut[1] - cut[0]))))
        # Rounding may carry a draw a hair past its bound.
        drawn = drawn if self.low is None else max(drawn, self.low)
        return drawn if self.high is None else min(drawn, self.high)


class Normal(Bounded):
    """Equally likely above and below, most often near the middle."""

    kind: Literal["normal"]
    mean: Real = Field(description="the central value")
    sd: Annotated[float, Field(ge=1e-9, le=1e12, description="standard deviation")]

    def standard(self, value: float) -> float:
        return (value - self.mean) / self.sd

    def from_standard(self, z: float) -> float:
        return self.mean + self.sd * z


class Lognormal(Bounded):
    """Above zero, with a longer tail upward."""

    kind: Literal["lognormal"]
    median: Annotated[float, Field(ge=1e-9, le=1e12)] = Field(description="the central value")
    sigma_log: Annotated[
        float, Field(ge=1e-9, le=3.0, description="standard deviation of the logarithm; 0.1 is about 10 percent")
    ]

    def standard(self, value: float) -> float:
        return math.log(value / self.median) / self.sigma_log if value > 0 else -math.inf

    def from_standard(self, z: float) -> float:
        return self.median * math.exp(self.sigma_log * z)


class Uniform(Unknown):
    """Anything between two numbers, equally likely."""

    kind: Literal["uniform"]
    low: Real = Field(description="no draw lies below")
    high: Real = Field(description="no draw lies above")

    @model_validator(mode="after")
    def _ordered(self) -> Uniform:
        if self.low > self.high:
            raise ValueError(f"low {self.low:g} must not be above high {self.high:g}")
        return self

    def value(self, u: float) -> float:
        return self.low + u * (self.high - self.low)


class LowModeHigh(Unknown):
    """Three numbers that an expert can give: the least, the likeliest and the most."""

    low: Real = Field(description="no draw lies below")
    mode: Real = Field(description="the likeliest value")
    high: Real = Field(description="no draw lies above")

    @model_validator(mode="after")
    def _ordered(self) -> LowModeHigh:
        if not (self.low <= self.mode <= self.high and self.low < self.high):
            raise ValueError(f"low {self.low:g}, mode {self.mode:g} and high {self.high:g} must be in rising order")
        return self


class Triangular(LowModeHigh):
    """Rises in a straight line to the likeliest value and falls in one from there."""

    kind: Literal["triangular"]

    def value(self, u: float) -> float:
        width = self.high - self.low
        rise = self.mode - self.low
        if u * width < rise:
            return self.low + math.sqrt(u * width * rise)
        return self.high - math.sqrt((1.0 - u) * width * (self.high - self.mode))


class Pert(LowModeHigh):
    """A smooth hill between the least and the most: a beta distribution with the weight 4 on the likeliest value.

    Source: Malcolm, Roseboom, Clark, Fazar, "Application of a technique for research and development program
    evaluation" (1959).
    """

    kind: Literal["pert"]

    def value(self, u: float) -> float:
        width = self.high - self.low
        a = 1.0 + 4.0 * (self.mode - self.low) / width
        b = 1.0 + 4.0 * (self.high - self.mode) / width
        return self.low + width * float(betaincinv(a, b, u))


class Choice(Unknown):
    """One of a few numbers."""

    kind: Literal["choice"]
    values: list[Real] = Field(
        min_length=1,
        max_length=1000,
        description="the numbers; the likeliest, or the first of equals, is the central one",
    )
    weights: list[Spread] | None = Field(
        default=None, description="how likely each is, on any scale; none for equally likely"
    )

    @model_validator(mode="after")
    def _weights_fit(self) -> Choice:
        if self.weights is None:
            return self
        if len(self.weights) != len(self.values):
            raise ValueError(f"{len(self.values)} values have {len(self.weights)} weights; give one weight a value")
        if sum(self.weights) <= 0:
            raise ValueError("at least one weight must be above 0")
        return self

    def central(self) -> float:
        """The likeliest value; the first of equals."""
        weights = self.weights or [1.0] * len(self.values)
        return self.values[weights.index(max(weights))]

    def value(self, u: float) -> float:
        steps = list(accumulate(self.weights or [1.0] * len(self.values)))
        return self.values[min(bisect_right(steps, u * steps[-1]), len(steps) - 1)]

    def scores(self, u: np.ndarray) -> np.ndarray:
        """The values, less their mean."""
        return np.vectorize(self.value, otypes=[float])(u) - np.average(self.values, weights=self.weights)


class Rows(Unknown):
    """A column of a file whose rows are equally likely. All uncertainties of one file are read from one row a draw."""

    kind: Literal["rows"]
    file: Text = Field(min_length=1, description="CSV with a header, beside the scenario or in the current folder")
    column: Text = Field(min_length=1, description="the column of the file with the values")
    _values: tuple[float, ...] = PrivateAttr(default=())
    _path: Path | None = PrivateAttr(default=None)
    _sha256: str = PrivateAttr(default="")

    @model_validator(mode="after")
    def _read(self, info: ValidationInfo) -> Rows:
        # A scenario made for a draw passes through here again with what was read before.
        if self._values:
            return self
        path = find_rows(self.file, (info.context or {}).get("folders", ()))
        self._values, self._sha256 = read_column(path, self.column)
        self._path = path
        return self

    @property
    def path(self) -> Path | None:
        """Where the file was found."""
        return self._path

    @property
    def sha256(self) -> str:
        """Of the bytes of the file as they were read."""
        return self._sha256

    def central(self) -> float:
        """The middle value of the column."""
        ordered = sorted(self._values)
        half = len(ordered) // 2
        return ordered[half] if len(ordered) % 2 else (ordered[half - 1] + ordered[half]) / 2

    def value(self, u: float) -> float:
        return self._values[min(int(u * len(self._values)), len(self._values) - 1)]

    def scores(self, u: np.ndarray) -> np.ndarray:
        """The values, less their mean."""
        return np.vectorize(self.value, otypes=[float])(u) - np.mean(self._values)

    def luck_name(self, name: str) -> str:
        return self.file


Uncertainty = Annotated[
    Normal | Lognormal | Uniform | Triangular | Pert | Choice | Rows,
    Field(discriminator="kind"),
]


def draw(name: str, uncertainty: Unknown, luck: Luck) -> float:
    """The value of a named uncertainty in one draw: keyed (seed, draw, name)."""
    return uncertainty.value(uniforms(luck, UNCERTAINTY, entity(uncertainty.luck_name(name)))[0])


def find_rows(file: str, folders: tuple[Path, ...]) -> Path:
    """The file of rows: first in the scenario's folders, then in the current one. Raises ValueError if nowhere."""
    for folder in (*folders, Path.cwd()):
        path = folder / file
        if path.is_file():
            return path
    looked = ", ".join(dict.fromkeys(str(folder) for folder in (*folders, Path.cwd())))
    raise ValueError(f"there is no file {file!r}; looked in {looked}")


def read_column(path: Path, column: str) -> tuple[tuple[float, ...], str]:
    """A column of numbers, and the SHA-256 of the file's bytes.

    Raises ValueError for an unknown column, a cell that is no finite number, or a file without rows.
    """
    try:
        content = path.read_bytes()
        reader = csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline=""))
        columns = reader.fieldnames or []
        if column not in columns:
            raise ValueError(f"{path.name} has no column {column!r}; its columns are {', '.join(columns) or 'none'}")
        values = tuple(_number(row[column], path, reader.line_num, column) for row in reader)
    except UnicodeDecodeError:
        raise ValueError(f"{path.name} is not text in UTF-8") from None
    except (OSError, csv.Error) as problem:
        raise ValueError(f"{path.name} cannot be read: {problem}") from None
    if not values:
        raise ValueError(f"{path.name} has a header but no rows")
    return values, hashlib.sha256(content).hexdigest()


def _number(cell: str | None, path: Path, line: int, column: str) -> float:
    try:
        number = float(cell or "")
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise ValueError(f"{path.name} line {line}: {cell!r} in column {column!r} is no number")
    return number
