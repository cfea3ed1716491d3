"""The state: everything the compiled loop reads and writes, handed on as one address.

Passing two dozen arrays by value through every call cost half of the loop's time and most of its compilation. A
``State`` keeps a small table of where its arrays lie and how long they are; compiled code receives that table's
address and sees the same attributes as Python does. Without compilation it is a plain object with arrays.
"""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np
from llvmlite import ir
from numba.core import cgutils, types
from numba.extending import NativeValue, models, register_model, typeof_impl, unbox
from numba.np import arrayobj, numpy_support

from numba.core.imputils import lower_getattr_generic  # isort: skip
from numba.core.typing.templates import AttributeTemplate, infer_getattr  # isort: skip

from sim import ledger
from sim.pipeline.tables import (
    COOLING_OFF,
    CUSTOMER,
    DEAL,
    KNOBS,
    MARKET,
    POOL,
    RENEWAL,
    SEAT,
    SEGMENT,
    SOURCE,
    STAGE,
    STREAM,
    TERRITORY,
)

_NUMBER, _INDEX, _NAME = np.dtype(np.float64), np.dtype(np.int64), np.dtype(np.uint64)

# Cells are segment times regions, by row.
FIELDS: dict[str, tuple[np.dtype, int]] = {
    "seats": (SEAT, 1),
    "streams": (STREAM, 1),
    "deals": (DEAL, 1),  # the first count[DEALS] are in use
    "moves": (ledger.MOVES, 1),
    "credits": (ledger.CREDITS, 1),
    "waits": (ledger.WAITS, 1),
    "heap": (_INDEX, 1),  # clocks by next time: seats, then streams, then the calendar as the last clock
    "place": (_INDEX, 1),  # where each clock stands in the heap
    "time": (_NUMBER, 1),  # next time of each clock, in days
    "calendar_day": (_NUMBER, 1),  # heap of dated deals: stalls, stale leads, moves put off to an open day
    "calendar_deal": (_INDEX, 1),
    "waiting": (_INDEX, 1),  # leads that nobody could take
    "cell_seat": (_INDEX, 1),  # seats by cell, one after the other
    "entities": (_NAME, 1),  # names of the holders, in the order of cell_seat
    "cell_place": (_INDEX, 1),  # where each seat stands in cell_seat; NOBODY for seats in no cell
    "race_words": (_NAME, 1),  # room for one race
    "cell_first": (_INDEX, 1),  # where each cell's seats begin, shape (cells + 1,)
    "cell_turn": (_INDEX, 1),  # whose turn it is, for round-robin
    "cell_logit": (_NUMBER, 1),  # log-odds of the region
    "cell_segment": (_INDEX, 1),
    "cell_pool": (_INDEX, 1),  # the pool whose SEs serve the cell
    "pools": (POOL, 1),  # one a cell, then one a region
    "territory": (TERRITORY, 1),  # accounts by cell
    "cooling": (COOLING_OFF, 1),  # by day; those before count[COOLED] are free again
    "stages": (STAGE, 2),  # shape (segments, most stages)
    "lengths": (_NUMBER, 4),  # days and cumulative weight of tabled durations, (segments, stages, most days, 2)
    "segments": (SEGMENT, 1),
    "prices": (_NUMBER, 3),  # price, cumulative weight, the same of deals at work; (segments, most prices, 3)
    "sources": (SOURCE, 1),
    "market": (MARKET, 2),  # shape (cells, sources)
    "renewal": (RENEWAL, 1),  # by segment
    "customers": (CUSTOMER, 1),  # the first count[CUSTOMERS] are in use
    "customer_day": (_NUMBER, 1),  # its next dated event: a term's end or a step of growth; NEVER once it left
    "customer_budget": (_NUMBER, 1),  # unit exponential left to spend until it may expand; NEVER when dated
    "customer_cell": (_INDEX, 1),
    "contracts": (ledger.CONTRACTS, 1),
    "arr_moves": (ledger.ARR_MOVES, 1),
    "cell_customers": (_INDEX, 1),  # how many there are now
    "cell_renewal": (_NUMBER, 1),  # log-odds of renewal this week: load and market
    "cell_expansion": (_NUMBER, 1),  # expansion opportunities of one customer a working day
    "open_days": (_NUMBER, 1),
    "worked_before": (_NUMBER, 1),
    "open_day_numbers": (_NUMBER, 1),
    "last_open_days": (_NUMBER, 1),  # of each day's month
    "knobs": (KNOBS, 1),  # one row
    "count": (_INDEX, 1),
}
_PLACES = {name: k for k, name in enumerate(FIELDS)}
_MOST_DIMENSIONS = 4
_ROW = 1 + _MOST_DIMENSIONS  # address, then shape


class State:
    """Arrays by the names of ``FIELDS``, with their dtypes and numbers of dimensions."""

    _numba_type_: ClassVar[Any] = None  # set below

    def __init__(self, **arrays: np.ndarray):
        self._where = np.zeros((len(FIELDS), _ROW), np.uint64)
        self.address = int(self._where.ctypes.data)
        for name in FIELDS:
            self.put(name, arrays[name])

    def put(self, name: str, array: np.ndarray) -> None:
        """Take another array of the same kind for one of the fields."""
        dtype, dimensions = FIELDS[name]
        if array.dtype != dtype or array.ndim != dimensions or not array.flags.c_contiguous:
            raise TypeError(f"{name} must be a contiguous array of {dimensions} dimensions of {dtype}")
        setattr(self, name, array)
        row = self._where[_PLACES[name]]
        row[0] = array.ctypes.data
        row[1 : 1 + dimensions] = array.shape

    def __getattr__(self, name: str) -> Any:  # for the type checker: all fields are set in ``__init__``
        raise AttributeError(name)


class _StateType(types.Type):
    def __init__(self) -> None:
        super().__init__(name="SalesimPipelineState")


_STATE = _StateType()
_ARRAYS = {
    name: types.Array(numpy_support.from_dtype(dtype), dimensions, "C") for name, (dtype, dimensions) in FIELDS.items()
}


State._numba_type_ = _STATE  # the dispatcher's short way to the type; without it each call asks Python


@typeof_impl.register(State)
def _typeof(state: State, context: Any) -> _StateType:
    return _STATE


@register_model(_StateType)
class _Model(models.PrimitiveModel):
    def __init__(self, manager: Any, kind: _StateType):
        super().__init__(manager, kind, cgutils.intp_t)


@unbox(_StateType)
def _unbox(kind: _StateType, state: Any, c: Any) -> NativeValue:
    boxed = c.pyapi.object_getattr_string(state, "address")
    address = c.unbox(types.intp, boxed)
    c.pyapi.decref(boxed)
    return NativeValue(address.value, is_error=address.is_error)


@infer_getattr
class _Attributes(AttributeTemplate):
    key = _StateType

    def generic_resolve(self, kind: Any, name: str) -> Any:  # type: ignore[override]
        return _ARRAYS.get(name)


@lower_getattr_generic(_StateType)
def _lower(context: Any, builder: Any, kind: _StateType, address: Any, name: str) -> Any:
    """Build the array's descriptor from the table: where it lies, and how long it is in each dimension."""
    array_type = _ARRAYS[name]
    dtype, dimensions = FIELDS[name]
    word = ir.IntType(64)
    row = builder.gep(
        builder.inttoptr(address, word.as_pointer()), [ir.Constant(word, _PLACES[name] * _ROW)], inbounds=True
    )
    cells = [builder.load(builder.gep(row, [ir.Constant(word, k)], inbounds=True)) for k in range(1 + dimensions)]
    shape = cells[1:]
    strides = [ir.Constant(word, dtype.itemsize)]
    for length in reversed(shape[1:]):
        strides.insert(0, builder.mul(strides[0], length))
    array = arrayobj.make_array(array_type)(context, builder)
    arrayobj.populate_array(
        array,
        data=builder.inttoptr(cells[0], array.data.type),
        shape=shape,
        strides=strides,
        itemsize=ir.Constant(word, dtype.itemsize),
        meminfo=None,
    )
    return array._getvalue()
