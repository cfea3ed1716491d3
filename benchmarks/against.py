"""``python -m benchmarks.against OTHER``: the same work done by this checkout and by another one, in turn.

Processor time of one replication, each checkout in a process of its own, and the wall time of a whole comparison. A
ratio above 1 says that this checkout is slower. OTHER is a folder, such as one made by ``git worktree add``.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

import numpy as np

from benchmarks.table import Row, show

ROUNDS, COMMANDS = 11, 5
REPLICATIONS = {"matched workload": 20, "first day": 12, "playing": 12, "playing and measuring": 12}
# Reads "job first last" and answers with the seconds of processor time; only names that any checkout has.
PLAYER = """
import sys, time
import numpy as np
from benchmarks import full, matched
from sim.luck import Luck
from sim.scenario.load import load
from sim.world import prepare, simulate
base, load = load("base", []), matched.matched_scenario()
measured = full.base_replication()
jobs = {
    "matched workload": lambda number: matched.two_clocks(load, number),
    "first day": lambda number: prepare(base, 12, Luck(1, number)),
    "playing": lambda number: simulate(base, 12, Luck(1, number)),
    "playing and measuring": measured,
}
np.seterr(over="ignore")
for job in jobs.values():
    job(0)
print("ready", flush=True)
for line in sys.stdin:
    name, first, last = line.rsplit(maxsplit=2)
    begun = time.process_time()
    for number in range(int(first), int(last)):
        jobs[name](number)
    print(time.process_time() - begun, flush=True)
"""


def main(other: Path) -> None:
    folders = [Path(__file__).parents[1], other.resolve()]
    rows = [_row(name, count, pairs) for (name, count), pairs in _replications(folders).items()]
    show([*rows, _row("compare of two plans, 40 replications", 1, _comparisons(folders))])


def _replications(folders: list[Path]) -> dict[tuple[str, int], np.ndarray]:
    """Seconds by job and its replications in a round, each of shape (rounds, 2 checkouts)."""
    seconds: dict[tuple[str, int], list[list[float]]] = {job: [] for job in REPLICATIONS.items()}
    with ExitStack() as players:
        started = [players.enter_context(_player(folder)) for folder in folders]
        for turn in range(ROUNDS):
            for (name, count), taken in seconds.items():
                pair = [0.0, 0.0]
                for who in (0, 1) if turn % 2 else (1, 0):
                    pair[who] = float(_ask(started[who], f"{name} {turn * count} {(turn + 1) * count}"))
                taken.append(pair)
    return {job: np.array(taken) for job, taken in seconds.items()}


def _player(folder: Path) -> subprocess.Popen[str]:
    player = subprocess.Popen(
        [sys.executable, "-c", PLAYER], cwd=folder, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    if _answer(player) != "ready":
        raise SystemExit(f"{folder} cannot play: it says why above.")
    return player


def _ask(player: subprocess.Popen[str], question: str) -> str:
    assert player.stdin is not None
    print(question, file=player.stdin, flush=True)
    return _answer(player)


def _answer(player: subprocess.Popen[str]) -> str:
    assert player.stdout is not None
    return player.stdout.readline().strip()


def _comparisons(folders: list[Path]) -> np.ndarray:
    """Seconds on the clock of a comparison that finds nothing kept, shape (rounds, 2 checkouts)."""
    command = [sys.executable, "-m", "sim", "compare", "scenarios=[base,hire_early]", "run.replications=40"]
    seconds = np.zeros((COMMANDS, 2))
    for turn in range(-1, COMMANDS):  # the first one warms up
        for who in (0, 1) if turn % 2 else (1, 0):
            with tempfile.TemporaryDirectory() as results:
                begun = time.perf_counter()
                where = [f"run.results_folder={results}", "run.n_jobs=2"]
                subprocess.run([*command, *where], cwd=folders[who], check=True, stdout=subprocess.DEVNULL)
                if turn >= 0:
                    seconds[turn, who] = time.perf_counter() - begun
    return seconds


def _row(name: str, count: int, pairs: np.ndarray) -> Row:
    ratios = pairs[:, 0] / pairs[:, 1]
    ours, theirs = 1e3 * np.median(pairs, axis=0) / count
    spread = f"{ratios.min():.3f} to {ratios.max():.3f}"
    return Row(name, f"{ours:,.0f} ms here, {theirs:,.0f} ms there; rounds {spread}", f"{np.median(ratios):.3f}")


if __name__ == "__main__":
    if len(sys.argv) != 2 or not (Path(sys.argv[1]) / "sim").is_dir():
        sys.exit("Say which checkout to compare with: python -m benchmarks.against FOLDER")
    main(Path(sys.argv[1]))
