"""The command ``salesim``: finds the command, reads its words, and turns what the user can mend into one message."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib import import_module
from types import FrameType
from typing import TYPE_CHECKING

from sim import __version__
from sim.app.saying import say, take_any_sign
from sim.scenario.errors import UserError
from sim.spelling import did_you_mean, listed

if TYPE_CHECKING:
    from sim.app.commands import Command

USER_ERROR = 2
INTERRUPTED = 130
SIGNALLED = 128
ENDING = ("SIGTERM", "SIGHUP")
BROKEN_PIPE = 141

EXAMPLES = """\
Examples:
  salesim compare 'scenarios=[base,hire_early,hire_late]'
  salesim compare scenario=base 'sweep.levers.backfill.approval_days=[0,7,30]'
  salesim run scenario=base run.replications=500 levers.backfill.enabled=false
  salesim check scenario=plans/mine.yaml

A scenario is the name of a file in ./scenarios, the name of one that comes along, or a path.
Any key of a scenario can be changed by key=value; run.* says how to run."""


class Ended(KeyboardInterrupt):
    """The process is asked to end, by SIGTERM or because its terminal went away (SIGHUP): as an interrupt does.

    SimPy, where it comes amid a replication, raises it anew from its arguments, so the signal's number is the first.
    """

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.signal = signal.Signals(number)


def main(words: Sequence[str] | None = None) -> int:
    """Runs the command line and returns its exit code.

    0 done, 2 the user can mend it, 130 interrupted, 143 and 129 ended by SIGTERM and SIGHUP.
    """
    words = list(sys.argv[1:] if words is None else words)
    take_any_sign()
    try:
        with _ending_as_an_interrupt():
            code = _dispatch(words)
            sys.stdout.flush()
            return code
    except UserError as error:
        say(error, is_error=True)
        return USER_ERROR
    except Ended as ended:
        say(
            ": ".join((f"ended by {ended.signal.name}", *(one for one in ended.args if isinstance(one, str)))),
            is_error=True,
        )
        return SIGNALLED + ended.signal
    except KeyboardInterrupt as interrupt:
        say(": ".join(("interrupted", *map(str, interrupt.args))), is_error=True)
        return INTERRUPTED
    except BrokenPipeError:
        # The reader went away, as `head` does. Python would complain once more on closing, so give it a sink.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return BROKEN_PIPE
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        say(f"{where}{error.strerror or error}", is_error=True)
        return USER_ERROR


@contextmanager
def _ending_as_an_interrupt() -> Iterator[None]:
    """Lets SIGTERM and SIGHUP end a command as an interrupt does: workers too, no litter, a word. ``nohup`` holds."""

    def end(number: int, _: FrameType | None) -> None:
        raise Ended(number)

    usual = {}
    if threading.current_thread() is threading.main_thread():
        for name in ENDING:
            number = getattr(signal, name, None)
            if number is not None and signal.getsignal(number) is signal.SIG_DFL:
                usual[number] = signal.signal(number, end)
    try:
        yield
    finally:
        for number, handler in usual.items():
            signal.signal(number, handler)


def _dispatch(words: list[str]) -> int:
    # Imported only now, as the commands are below: an interrupt while libraries load is then answered by ``main``.
    from sim.app.commands import COMMANDS
    from sim.app.request import parse

    if not words or words[0] in ("help", "-h", "--help"):
        say(_help(COMMANDS))
        return 0
    if words[0] == "--version":
        say(f"salesim {__version__}")
        return 0
    name = words[0]
    if name not in COMMANDS:
        raise UserError(f'there is no command "{name}".{did_you_mean(name, COMMANDS)} Commands: {listed(COMMANDS)}.')
    if any(word in ("-h", "--help") for word in words[1:]):
        say(_help_for(name, COMMANDS[name]))
        return 0
    request = parse(name, words[1:])
    # Imported only now: a command that reads a file should not wait for the libraries of one that simulates.
    code: int = import_module(f"sim.app.{COMMANDS[name].module}").main(request)
    return code


def _help(known: Mapping[str, Command]) -> str:
    width = max(map(len, known))
    commands = "\n".join(f"  {name:<{width}}  {command.summary}" for name, command in known.items())
    return (
        "salesim plays a sales organization many times over and compares plans under the same luck.\n\n"
        f"Usage: salesim COMMAND [key=value ...]\n\nCommands:\n{commands}\n\n{EXAMPLES}"
    )


def _help_for(name: str, command: Command) -> str:
    lines = [f"salesim {name}: {command.summary}", ""]
    if command.most_scenarios:
        if command.most_scenarios == 1:
            lines.append("  scenario=NAME")
        else:
            lines += [
                "  scenarios=[NAME,NAME,...]",
                "  sweep.KEY=[VALUE,VALUE,...]  a plan for each value of a key, the first the reference",
                "  sweep.KEY=FIRST:LAST:STEP  the same of a range, both ends in it; range(FIRST,STOP,STEP) as Hydra's",
                "  sweep.zip=[KEY,KEY,...]  swept keys that move together",
                "  sweep.file=plans.csv  a plan for each row: its name, and a column for each key",
            ]
    lines += [f"  {option}=...  {meaning}" for option, meaning in command.options.items()]
    if command.most_scenarios:
        lines += [
            "  run.KEY=...  how to run, such as run.replications=500",
            "  levers.KEY=...  and any other key of the scenario",
        ]
    return "\n".join(lines)
