"""A scenario's file or override that is too large, too deep, or multiplies itself is refused at once."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from sim.cli import main

HEAD = "question: Is this too much?\ndefaults: [base, _self_]\n"
SECONDS = 10.0


def doubling(merges: bool) -> str:
    """Each group refers ten times to the one before, nine times over."""
    lines = ["a0: &a0 {x: 1}"]
    for k in range(1, 10):
        one = f"*a{k - 1}"
        items = ", ".join([one] * 10)
        lines.append(f"a{k}: &a{k} {{<<: [{items}]}}" if merges else f"a{k}: &a{k} [{items}]")
    return HEAD + "\n".join(lines) + "\n"


FILES = {
    "anchors": (doubling(merges=False), "more than 20,000 values, what anchors repeat counted."),
    "merges": (doubling(merges=True), "more than 20,000 values, what anchors repeat counted."),
    "long": (HEAD + "# nothing\n" * 1_000_000, "the file has 10,000,053 bytes; a scenario has at most 500,000."),
    "deep": (HEAD + "levers: " + "[" * 3000 + "]" * 3000 + "\n", "nested"),
    "deep groups": (HEAD + "levers: " + "{a: " * 60 + "1" + "}" * 60 + "\n", "groups are nested more than 40 deep."),
    "many keys": (HEAD + "levers:\n" + "".join(f"  k{k}: 1\n" for k in range(25_000)), "more than 20,000 values"),
}
OVERRIDES = {
    "long": ("levers.x=[" + ",".join(["1"] * 20_000) + "]", "letters; at most 20,000 are allowed."),
    "deep": ("levers.x=" + "[" * 500 + "]" * 500, "is nested more than 12 deep."),
}


@pytest.mark.parametrize("name", FILES)
def test_a_file_that_is_too_much(name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text, message = FILES[name]
    path = tmp_path / "large.yaml"
    path.write_text(text, encoding="utf-8")
    refused(["check", f"scenario={path}"], message, capsys)


@pytest.mark.parametrize("name", OVERRIDES)
def test_an_override_that_is_too_much(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    word, message = OVERRIDES[name]
    refused(["check", "scenario=base", word], message, capsys)


def refused(words: list[str], message: str, capsys: pytest.CaptureFixture[str]) -> None:
    """The command fails with one line, soon."""
    before = time.process_time()
    assert main(words) == 2
    said = capsys.readouterr().err
    assert message in said
    assert len(said.splitlines()) == 1
    assert len(said) < 500
    assert time.process_time() - before < SECONDS
