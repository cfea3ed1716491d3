"""How far a run is: a bar with the time left on a terminal, a line every tenth elsewhere."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager

from rich.console import Console, ConsoleOptions, RenderableType
from rich.progress import BarColumn, MofNCompleteColumn, TaskID, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from rich.progress import Progress as Bar
from rich.segment import Segment

from sim.app.saying import say
from sim.experiment.play import Silence
from sim.show.words import shown

LINES = 10
UNBOUNDED_WIDTH = 10_000


class SafeConsole(Console):
    """A console of rich that shows the control signs of a text and keeps its own."""

    def render(self, renderable: RenderableType, options: ConsoleOptions | None = None) -> Iterable[Segment]:
        for segment in super().render(renderable, options):
            yield segment if segment.control else segment._replace(text=shown(segment.text))


class PatientConsole(SafeConsole):
    """A console as wide as its terminal, which elsewhere never breaks a line.

    It falls silent when its reader goes away, as ``head`` does: the work goes on and is stored.
    """

    def __init__(self, stderr: bool = False) -> None:
        super().__init__(stderr=stderr)
        if not self.is_terminal:
            self.width = UNBOUNDED_WIDTH  # a file or a pipe has no edge at which to break or cut lines

    def on_broken_pipe(self) -> None:
        self.quiet = True
        # What is still in Python's own buffer needs somewhere to go.
        with open(os.devnull, "w") as sink:
            os.dup2(sink.fileno(), sys.stdout.fileno())


class Notes(Silence):
    """Tells nothing but what the user should know, beside a page that goes to the screen itself."""

    def note(self, text: str) -> None:
        say(text, is_error=True)


class ScreenProgress:
    """Tells on a console what an experiment does. Quiet enough for a log file when the console is no terminal."""

    def __init__(self, console: Console):
        self._console = console
        self._bar: Bar | None = None
        self._task = TaskID(0)
        self._total = self._done = 0
        self._begun = 0.0
        self._has_compiled = False

    @contextmanager
    def compiling(self) -> Iterator[None]:
        """While the first replication is played once, which compiles the engine where that was not done before."""
        if not self._has_compiled:
            self._console.print("Compiling, once (a minute or two the first time, afterwards seconds) ...")
        yield
        self._has_compiled = True

    @contextmanager
    def playing(self, replications: int) -> Iterator[None]:
        """While replications are played."""
        self._total, self._done, self._begun = replications, 0, time.perf_counter()
        if not self._console.is_terminal:
            yield
            return
        columns = (
            TextColumn("replications"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), TextColumn("left"),
            TimeRemainingColumn(),
        )  # fmt: skip
        with Bar(*columns, console=self._console) as self._bar:
            self._task = self._bar.add_task("replications", total=replications)
            yield

    def spared(self, replications: int) -> None:
        """So many are kept from before, and need not be played."""
        self._total -= replications
        if self._bar is not None:
            self._bar.update(self._task, total=self._total)

    def note(self, text: str) -> None:
        """What the user should know meanwhile."""
        self._console.print(text, markup=False, highlight=False, soft_wrap=True)

    def played(self, replications: int) -> None:
        """Some more replications are done."""
        before, self._done = self._done, self._done + replications
        if self._bar is not None:
            self._bar.advance(self._task, replications)
        elif self._done * LINES // self._total > before * LINES // self._total:
            spent = time.perf_counter() - self._begun
            left = spent / self._done * (self._total - self._done)
            self._console.print(f"{self._done} of {self._total} replications, about {left:.0f} s left")


class InTurns:
    """Tells of work that is played in several turns as of one. A replication is one of all plans of a turn."""

    def __init__(self, screen: ScreenProgress, turns: int, replications: int) -> None:
        self._screen, self._turns, self._replications = screen, turns, replications
        self._kept = 0

    @contextmanager
    def all_turns(self) -> Iterator[None]:
        """While all turns are played."""
        whole = self._turns * self._replications
        with self._screen.playing(whole):
            yield
        if self._kept:
            self._screen.note(f"{self._kept} of {whole} replications were kept from before.")

    def compiling(self) -> AbstractContextManager[None]:
        return self._screen.compiling()

    @contextmanager
    def playing(self, replications: int) -> Iterator[None]:
        """While one turn is played."""
        self._kept += self._replications - replications
        self._screen.spared(self._replications - replications)
        yield

    def played(self, replications: int) -> None:
        self._screen.played(replications)

    def note(self, text: str) -> None:
        if "are kept from before" not in text:  # told once, of all turns
            self._screen.note(text)
