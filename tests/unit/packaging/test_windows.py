"""The Windows installer, built here against a stand-in for the program; what Windows reads of a version."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest
from arvae_packaging import nsis, windows
from arvae_packaging.project import PackagingError

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def payload(tmp_path: Path) -> Path:
    folder = tmp_path / "arvae-desktop"
    (folder / "_internal").mkdir(parents=True)
    for name in ("Arvae Desktop.exe", "arvae-desktop.exe", "_internal/base.dll"):
        (folder / name).write_bytes(b"MZ stand-in")
    return folder


needs_makensis = pytest.mark.skipif(
    not shutil.which("makensis"), reason="needs makensis (packaging/linux/debian-package.txt)"
)


@needs_makensis
def test_the_script_has_no_warning_and_makes_the_same_twice(payload: Path, tmp_path: Path) -> None:
    first, second = (nsis.build_setup(payload, tmp_path / name) for name in ("one", "two"))
    assert first.name.endswith("-setup.exe")
    assert first.read_bytes()[:2] == b"MZ"
    assert first.read_bytes() == second.read_bytes()


def test_what_the_setup_could_not_remove_again_is_refused(payload: Path, tmp_path: Path) -> None:
    (payload / "another.dll").write_bytes(b"")
    (payload / "arvae-desktop.exe").unlink()
    with pytest.raises(PackagingError, match=r"another\.dll, arvae-desktop\.exe"):
        nsis.build_setup(payload, tmp_path)


def test_a_version_has_four_numbers_for_windows(tmp_path: Path) -> None:
    assert windows.four_numbers("1.2.3") == (1, 2, 3, 0)
    path = tmp_path / "version-resource.txt"
    windows.write_version_resource(path)
    compile(path.read_text("utf-8"), path.name, "eval")
