"""Compiles ``bare_loop.c`` with the machine's C compiler and calls it."""

from __future__ import annotations

import ctypes
import shutil
import subprocess
import tempfile
from pathlib import Path

import numpy as np

from benchmarks.workload import Outcome, Workload

SOURCE = Path(__file__).with_name("bare_loop.c")


class _Load(ctypes.Structure):
    """``struct workload``."""

    _fields_ = (
        ("reps", ctypes.c_int32),
        *((name, ctypes.c_double) for name in (
            "days", "week_days", "hours_a_week", "hours_a_deal", "deals_a_day", "career_days",
            "mu_amount", "sigma_amount", "mu_days", "sigma_days",
        )),
        ("odds", ctypes.c_double * 4),
    )  # fmt: skip


class _Outcome(ctypes.Structure):
    """``struct outcome``."""

    _fields_ = (
        ("bookings", ctypes.c_double),
        *((name, ctypes.c_int64) for name in ("events", "found", "won", "left")),
    )


class BareLoop:
    """The compiled loop. Raises ``FileNotFoundError`` where no C compiler is."""

    def __init__(self) -> None:
        compiler = shutil.which("cc")
        if compiler is None:
            raise FileNotFoundError("no C compiler: cc is not on the path")
        with tempfile.TemporaryDirectory() as folder:
            library = Path(folder) / "bare_loop.so"
            subprocess.run([compiler, "-O2", "-shared", "-fPIC", "-o", library, SOURCE, "-lm"], check=True)
            self._library = ctypes.CDLL(str(library))

    def replicate(self, load: Workload, replication: int, seed: int = 1) -> Outcome:
        numbers = {name: getattr(load, name) for name, *_ in _Load._fields_ if name != "odds"}
        given = _Load(**numbers, odds=(ctypes.c_double * 4)(*load.odds))
        out = _Outcome()
        self._library.replicate(
            ctypes.byref(given), _doubles(load.tenure_days(replication)), _doubles(load.ramp_days()),
            ctypes.c_uint64(seed), ctypes.c_uint64(replication), ctypes.byref(out),
        )  # fmt: skip
        return Outcome(out.bookings, out.events)


def _doubles(values: np.ndarray) -> ctypes.Array[ctypes.c_double]:
    return (ctypes.c_double * len(values))(*values)
