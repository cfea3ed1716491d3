"""What reaches the screen: no control sign of a name, any encoding, and text through one place only."""

from __future__ import annotations

import ast
import io
import os
import subprocess
import sys
from pathlib import Path

import pytest
from rich.table import Table
from rich.text import Text

from sim.app.progress import PatientConsole
from sim.app.saying import say
from sim.cli import main
from sim.show.formats import MINUS
from sim.show.words import plan_name, shown

SIM = Path(main.__code__.co_filename).parent
ESC, BEL = "\x1b", "\x07"


def test_control_signs_are_spelled_out_and_text_stays() -> None:
    assert shown(f"a{ESC}]0;owned{BEL}\tb\nc\r") == "a\\x1b]0;owned\\x07\tb\nc\\r"
    assert shown("right\u202eleft \x9b31m") == "right\\u202eleft \\x9b31m"
    assert shown("Łódź \N{MINUS SIGN}5 東京 e\u0301") == "Łódź \N{MINUS SIGN}5 東京 e\u0301"


NAMES = {
    'name: "a\\e[2Jb"\nquestion: Q?': "name: the text has the control sign \\x1b; leave it out.",
    'question: "Why\\a \\e]0;x\\a?"': "question: the text has the control sign \\x07; leave it out.",
    'question: "turned \\u202e?"': "question: the text has the control sign \\u202e; leave it out.",
    'question: Q?\nuncertainties: {"a\\tb": {kind: normal, mean: 0, sd: 1}}': "the name has the control sign \\t",
}  # fmt: skip


@pytest.mark.parametrize("text", NAMES)
def test_no_name_or_question_commands_a_terminal(text: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """They would go to tables, pages and names of files as well."""
    path = tmp_path / "mine.yaml"
    path.write_text(f"{text}\ndefaults: [base, _self_]\n")
    assert main(["check", f"scenario={path}"]) == 2
    said = "".join(capsys.readouterr())
    assert NAMES[text] in said
    assert ESC not in said
    assert BEL not in said


def test_no_file_name_or_override_commands_a_terminal(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / f"ev{ESC}[2Jil.yaml"
    path.write_text('question: "Two\\nlines, and العربية?"\ndefaults: [base, _self_]\n')
    assert main(["check", f"scenario={path}"]) == 2
    assert main(["check", f"scenario={path}", "name=good"]) == 0
    assert main(["check", f"scenario={path}", f"levers.{ESC}[31m=1"]) == 2
    said = "".join(capsys.readouterr())
    assert "name: the text has the control sign \\x1b; leave it out." in said
    assert ESC not in said


def test_a_console_keeps_its_own_signs_and_shows_those_of_names(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdout", io.StringIO())
    console = PatientConsole()
    table = Table()
    table.add_column("plan")
    table.add_row(Text(plan_name(f"evil{ESC}[31m")))
    console.print(table)
    console.print(f"evil{BEL}{ESC}", markup=False)
    said = console.file.getvalue()  # type: ignore[attr-defined]
    assert "evil\\x1b[31m" in said
    assert ESC not in said
    assert BEL not in said


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "cp1252", "utf-8"])
def test_no_encoding_of_the_output_breaks_a_command(tmp_path: Path, encoding: str) -> None:
    """Names of all scripts and a difference with its minus sign, by print and by rich."""
    (tmp_path / "Łódź.yaml").write_text("question: 東京 or …?\ndefaults: [base, _self_]\n", encoding="utf-8")
    code = (
        "from sim.app.progress import PatientConsole as C; from sim.app.saying import *; take_any_sign();"
        f"say('{MINUS}5'); C().print('{MINUS}6 東…')"
    )
    environment = {**os.environ, "PYTHONIOENCODING": encoding, "PYTHONPATH": str(SIM.parent)}
    for words in (["-c", code], ["-m", "sim", "check", f"scenario={tmp_path / 'Łódź.yaml'}"]):
        done = subprocess.run(
            [sys.executable, *words], capture_output=True, env=environment, cwd=tmp_path, check=False
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        assert b"Traceback" not in done.stderr
        if encoding == "ascii" and words[0] == "-c":
            assert done.stdout.split() == [b"-5", b"-6", b"?..."]


def test_text_is_printed_in_one_place_only() -> None:
    for path in SIM.rglob("*.py"):
        calls = [node for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.Call)]
        names = [node.func.id for node in calls if isinstance(node.func, ast.Name)]
        assert ("print" in names) == (path.name == "saying.py"), path
        assert "Console" not in names, path


def test_say_ends_as_asked(capsys: pytest.CaptureFixture[str]) -> None:
    say("a", end="")
    say("b", is_error=True)
    assert capsys.readouterr() == ("a", "b\n")
