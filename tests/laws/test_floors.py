"""The floors of the house: a room imports only from the floors below its own (pyproject.toml, tool.importlinter)."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import grimp

ROOT = Path(__file__).parents[2]
LINT = "from importlinter.cli import lint_imports_command; lint_imports_command()"


def test_no_import_runs_upward():
    command = [sys.executable, "-c", LINT, "--no-logo", "--no-cache"]
    linted = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert linted.returncode == 0, linted.stdout + linted.stderr


def test_nothing_imports_in_a_circle_not_even_for_types():
    graph = grimp.build_graph("sim", exclude_type_checking_imports=False, cache_dir=None)
    left = {module: graph.find_modules_directly_imported_by(module) for module in graph.modules}
    while free := [module for module, imports in left.items() if not imports & left.keys()]:
        for module in free:
            del left[module]
    assert not left, f"import each other: {sorted(left)}"
