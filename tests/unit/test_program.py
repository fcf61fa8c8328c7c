"""What the program knows of itself."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from arvae_desktop import __version__
from arvae_desktop.domain.program import Build, Licence, build, licences

if TYPE_CHECKING:
    from pathlib import Path

COMMIT = "0123456789abcdef0123456789abcdef01234567"


def test_a_checkout_knows_its_version(tmp_path: Path) -> None:
    assert build(tmp_path) == Build(__version__)
    assert str(build(tmp_path)) == __version__
    assert licences(tmp_path) == []


def test_what_was_built_knows_its_commit(tmp_path: Path) -> None:
    (tmp_path / "build.json").write_text(json.dumps({"commit": COMMIT, "date": "2026-01-02"}))
    assert str(build(tmp_path)) == f"{__version__} (0123456789ab, 2026-01-02)"


def test_changed_files_are_told(tmp_path: Path) -> None:
    (tmp_path / "build.json").write_text(json.dumps({"commit": f"{COMMIT}+", "date": "2026-01-02"}))
    assert "0123456789ab+," in str(build(tmp_path))


def test_damaged_files_count_as_none(tmp_path: Path) -> None:
    (tmp_path / "build.json").write_text("{")
    (tmp_path / "licences.json").write_text('"?"')
    assert build(tmp_path) == Build(__version__)
    assert licences(tmp_path) == []


def test_licences_are_read_in_order(tmp_path: Path) -> None:
    entry = {"name": "Part", "version": "1", "licence": "MIT", "text": "Do what you like.\n"}
    (tmp_path / "licences.json").write_text(json.dumps([entry]))
    assert licences(tmp_path) == [Licence("Part", "1", "MIT", "Do what you like.\n")]
