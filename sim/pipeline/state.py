"""The state: everything the compiled loop reads and writes, handed on as one address.

Passing two dozen arrays by value through every call cost half of the loop's time and most of its compilation. A
``State`` keeps a small table of where its arrays lie and how long they are; compiled code receives that table's
address and sees the same attributes as Python does. Without compilation it is a plain object with arrays.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar, NoReturn

import numpy as np
from llvmlite import ir
from numba.core import cgutils, types
from numba.extending import NativeValue, models, register_model, typeof_impl, unbox
from numba.np import arrayobj, numpy_support

from numba.core.imputils import lower_getattr_generic  # isort: skip
from numba.core.typing.templates import AttributeTemplate, infer_getattr  # isort: skip

from sim.calendar import Calendar
from sim.luck import Luck
from sim.pipeline import (
    cells,
    clocks,
    customers,
    deals,
    knobs,
    leads,
    market,
    moves,
    pools,
    seats,
    segments,
    sources,
    stages,
    streams,
    tables,
    terms,
    territory,
)
from sim.pipeline.ground import Ground, SeatPlace, StreamPlace
from sim.pipeline.tables import Field
from sim.scenario.scenario import Scenario

_NOUNS = (
    tables, clocks, seats, streams, cells, leads, deals, moves, pools, territory, stages, segments, sources, market,
    customers, terms, knobs,
)  # fmt: skip
FIELDS: dict[str, Field] = {name: field for noun in _NOUNS for name, field in noun.FIELDS.items()}
GROWING = {name: field.counter for name, field in FIELDS.items() if field.counter is not None}
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
        dtype, dimensions = FIELDS[name].dtype, FIELDS[name].dimensions
        if array.dtype != dtype or array.ndim != dimensions or not array.flags.c_contiguous:
            raise TypeError(f"{name} must be a contiguous array of {dimensions} dimensions of {dtype}")
        setattr(self, name, array)
        row = self._where[_PLACES[name]]
        row[0] = array.ctypes.data
        row[1 : 1 + dimensions] = array.shape

    def __getattr__(self, name: str) -> Any:  # for the type checker: all fields are set in ``__init__``
        raise AttributeError(name)

    def _refuse(self, *_: Any) -> NoReturn:
        raise TypeError("a pipeline's state lies where it was made: it cannot be copied or pickled; see ``transplant``")

    __copy__ = __deepcopy__ = __reduce__ = __reduce_ex__ = _refuse


class _StateType(types.Type):
    def __init__(self) -> None:
        super().__init__(name="SalesimPipelineState")


_STATE = _StateType()
_ARRAYS = {
    name: types.Array(numpy_support.from_dtype(field.dtype), field.dimensions, "C") for name, field in FIELDS.items()
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
    dtype, dimensions = FIELDS[name].dtype, FIELDS[name].dimensions
    word = ir.IntType(64)
    row = builder.gep(
        builder.inttoptr(address, word.as_pointer()), [ir.Constant(word, _PLACES[name] * _ROW)], inbounds=True
    )
    words = [builder.load(builder.gep(row, [ir.Constant(word, k)], inbounds=True)) for k in range(1 + dimensions)]
    shape = words[1:]
    strides = [ir.Constant(word, dtype.itemsize)]
    for length in reversed(shape[1:]):
        strides.insert(0, builder.mul(strides[0], length))
    array = arrayobj.make_array(array_type)(context, builder)
    arrayobj.populate_array(
        array,
        data=builder.inttoptr(words[0], array.data.type),
        shape=shape,
        strides=strides,
        itemsize=ir.Constant(word, dtype.itemsize),
        meminfo=None,
    )
    return array._getvalue()


def build(
    scenario: Scenario,
    calendar: Calendar,
    luck: Luck,
    seats: Sequence[SeatPlace],
    streams: Sequence[StreamPlace],
    expected_deals: float = 3000,
) -> State:
    """A pipeline with nobody in it, on the calendar's first day of history. Tables that turn out small grow."""
    ground = Ground(scenario, calendar, luck, seats, streams, 1024 + int(1.2 * expected_deals))
    return State(**{name: field.fill(ground) for name, field in FIELDS.items()})


def transplant(first_day: State, plan: State) -> None:
    """Put a first day's people, streams and deals into the arrays of a plan, which may have more seats and streams.

    The plan's seats and streams begin with those of the first day, in the same order.
    """
    for name, field in FIELDS.items():
        field.take(name, first_day, plan)
