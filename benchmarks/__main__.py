"""``python -m benchmarks [part ...]``: measures all parts, or those named, and prints one table."""

from __future__ import annotations

import sys
import time
from pathlib import Path

from benchmarks import behaviour, comparison, full, growth, luck, matched, memory
from benchmarks.table import Row, show, write

PARTS = {module.PART: module for module in (matched, full, behaviour, growth, memory, comparison, luck)}


def main(names: list[str]) -> int:
    unknown = [name for name in names if name not in PARTS]
    if unknown:
        print(f"No part {', '.join(unknown)}; the parts are {', '.join(PARTS)}.", file=sys.stderr)
        return 2
    rows: list[Row] = []
    for name in names or PARTS:
        begun = time.perf_counter()
        rows += PARTS[name].measure()
        print(f"{name}: measured in {time.perf_counter() - begun:.0f} s", flush=True)
    show(rows)
    path = Path("results/benchmarks.csv")
    write(rows, path)
    print(f"Also in {path}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
