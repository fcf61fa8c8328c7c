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


def test_the_uninstaller_is_signed_on_windows_where_there_is_a_certificate(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("CERTIFICATE", "a certificate")
    assert nsis.signing() == {}
    monkeypatch.setattr(nsis.sys, "platform", "win32")
    assert nsis.signing()["SIGN_SCRIPT"].endswith("sign.ps1")
    monkeypatch.setenv("CERTIFICATE", "")
    assert nsis.signing() == {}


@needs_makensis
def test_makensis_has_the_uninstaller_signed_and_stops_where_that_fails(
    payload: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With a stand-in for PowerShell, which notes what it is given."""
    shell, told = tmp_path / "a shell", tmp_path / "told"
    shell.write_text(f'#!/bin/sh\nfor last; do :; done\necho "$@" > {told}; head -c 2 "$last" >> {told}\n')
    shell.chmod(0o755)
    how = {"SIGN_SHELL": str(shell), "SIGN_SCRIPT": "a folder/sign.ps1"}
    monkeypatch.setattr(nsis, "signing", lambda: how)
    nsis.build_setup(payload, tmp_path / "out")
    arguments, _, beginning = told.read_text().partition("\n")
    assert arguments.startswith("-NoProfile -ExecutionPolicy Bypass -File a folder/sign.ps1 ")
    assert beginning == "MZ"
    shell.write_text("#!/bin/sh\nexit 1\n")
    with pytest.raises(PackagingError, match="makensis failed"):
        nsis.build_setup(payload, tmp_path / "out")


def test_a_version_has_four_numbers_for_windows(tmp_path: Path) -> None:
    assert windows.four_numbers("1.2.3") == (1, 2, 3, 0)
    path = tmp_path / "version-resource.txt"
    windows.write_version_resource(path)
    compile(path.read_text("utf-8"), path.name, "eval")
