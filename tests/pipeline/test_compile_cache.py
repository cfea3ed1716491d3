"""Compiled code is run from where it is kept, so it is kept only where nobody else can put any."""

from __future__ import annotations

import os
import stat
import tempfile
from pathlib import Path

import pytest

from sim import compiled

pytestmark = pytest.mark.skipif(not hasattr(os, "geteuid"), reason="owners and modes are POSIX's")


@pytest.fixture
def places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a cache that can be written, ``home``, and a common temporary folder, ``common``."""
    (tmp_path / "common").mkdir(mode=0o777)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "common"))
    monkeypatch.setenv("NUMBA_CACHE_DIR", "put back after the test")
    return tmp_path


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_the_user_s_cache_is_made_for_the_user_alone(places: Path) -> None:
    assert compiled._cache_folder().parent == places / "home" / "salesim"
    assert mode(places / "home" / "salesim") == 0o700


def test_an_older_cache_is_closed_to_others(places: Path) -> None:
    (places / "home" / "salesim").mkdir(parents=True, mode=0o755)
    assert compiled._cache_folder().parent == places / "home" / "salesim"
    assert mode(places / "home" / "salesim") == 0o700


def test_without_a_home_a_folder_of_the_user_below_the_temporary_one(places: Path) -> None:
    (places / "home").write_text("no folder")
    folder = compiled._cache_folder()
    assert folder.parent == places / "common" / f"salesim-{os.geteuid()}"
    assert mode(folder.parent) == 0o700


@pytest.mark.parametrize("planted", ["link", "writable", "another's"])
def test_a_planted_folder_is_not_used(places: Path, planted: str, monkeypatch: pytest.MonkeyPatch) -> None:
    (places / "home").write_text("no folder")
    name = places / "common" / f"salesim-{os.geteuid()}"
    if planted == "link":
        (places / "theirs").mkdir()
        name.symlink_to(places / "theirs")
    else:
        name.mkdir()
        name.chmod(0o777 if planted == "writable" else 0o700)
    if planted == "another's":
        monkeypatch.setattr(compiled, "_user", lambda: os.geteuid() + 1)
        name.rename(name.with_name(f"salesim-{os.geteuid() + 1}"))
    folder = compiled._cache_folder()
    assert folder.parent == places / "common"
    assert folder.name.startswith("salesim-")
    assert folder != name
    assert mode(folder) == 0o700
    assert list(folder.iterdir()) == []
    assert os.environ["NUMBA_CACHE_DIR"] == str(folder)
