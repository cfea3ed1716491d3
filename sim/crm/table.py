"""A table as columns of text, whatever file it comes from. A million rows stay below a gigabyte."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc


@dataclass(frozen=True)
class Table:
    """A file's columns as text, shape (rows,) each; empty cells are empty texts.

    ``broken`` are rows with more or fewer cells than the heading: their number in the file and their text. They are
    in no column. ``numbers`` are the other rows' numbers; the first row below the heading is 1.
    """

    name: str
    heading: tuple[str, ...]
    columns: tuple[pa.ChunkedArray, ...]
    broken: tuple[tuple[int, str], ...] = ()
    notes: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.columns[0])

    @property
    def numbers(self) -> np.ndarray:
        """The number of each row in the file, int64."""
        if not self.broken:
            return np.arange(1, len(self) + 1)
        there = np.ones(len(self) + len(self.broken), bool)
        there[np.array([number for number, _ in self.broken]) - 1] = False
        return np.flatnonzero(there) + 1

    def cells(self, row: int) -> list[str]:
        """A row's cells."""
        return [column[row].as_py() for column in self.columns]


@dataclass(frozen=True)
class Distinct:
    """A column as its different texts, without blanks around them, and the code of each row's, int32."""

    texts: list[str]
    codes: np.ndarray

    @classmethod
    def of(cls, column: pa.ChunkedArray) -> Distinct:
        coded = pc.dictionary_encode(pc.utf8_trim_whitespace(column))
        if isinstance(coded, pa.ChunkedArray):
            coded = coded.combine_chunks()
        if isinstance(coded, pa.ChunkedArray):  # without any chunk
            return cls([], np.zeros(0, np.int32))
        return cls(coded.dictionary.to_pylist(), coded.indices.to_numpy(zero_copy_only=False).astype(np.int32))

    def first_row(self, code: int) -> int:
        """The first row that has a text."""
        return int(np.argmax(self.codes == code))
