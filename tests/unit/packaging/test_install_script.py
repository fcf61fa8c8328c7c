"""The script that installs the tarball and the `.run`, with a small program in place of ours."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from arvae_packaging.linux_texts import LINUX

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="a script for Linux")

PROGRAM = "lib/arvae-desktop/arvae-desktop"
ENTRY = "share/applications/ai.arvae.Desktop.desktop"
SERVICE = "share/dbus-1/services/ai.arvae.Desktop.service"


@pytest.fixture
def unpacked(tmp_path: Path) -> Path:
    """What the tarball unpacks to."""
    folder = tmp_path / "unpacked"
    for name, source in ((ENTRY, "ai.arvae.Desktop.desktop"), (SERVICE, "ai.arvae.Desktop.service")):
        (folder / "files" / name).parent.mkdir(parents=True)
        shutil.copyfile(LINUX / source, folder / "files" / name)
    program = folder / "files" / PROGRAM
    program.parent.mkdir(parents=True)
    program.write_bytes(b"#!/bin/sh\necho started\n" + b"#" * 100_000)
    program.chmod(0o755)
    (folder / "files" / "bin").mkdir()
    (folder / "files" / "bin" / "arvae-desktop").symlink_to(f"../{PROGRAM}")
    shutil.copyfile(LINUX / "install.sh", folder / "install.sh")
    return folder


def run(unpacked: Path, *arguments: str, limit: str = "", home: str = "") -> subprocess.CompletedProcess[str]:
    """Run the script beside what it installs; `limit` is what comes before it in the shell."""
    command = ["sh", "-c", f'{limit} exec sh "$0" "$@"', str(unpacked / "install.sh"), *arguments]
    environment = {"PATH": "/usr/bin:/bin", **({"HOME": home} if home else {})}
    return subprocess.run(
        command, cwd=unpacked.parent, env=environment, capture_output=True, text=True, timeout=30, check=False
    )


def files(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if not path.is_dir())


@pytest.mark.parametrize("name", ["apps", "R&D", "a | b's (new)", "über"])
def test_menu_and_bus_start_it_wherever_it_is(unpacked: Path, name: str) -> None:
    done = run(unpacked, "--prefix", name)
    assert (done.returncode, done.stderr) == (0, "")
    prefix = unpacked.parent / name
    command = f'Exec="{prefix}/bin/arvae-desktop"'
    entry = (prefix / ENTRY).read_text("utf-8")
    assert f"{command}\nTryExec={prefix}/bin/arvae-desktop\n" in entry
    assert f"{command} quick\n" in entry
    assert f"{command} --hidden\n" in (prefix / SERVICE).read_text("utf-8")
    assert (
        subprocess.run([prefix / "bin/arvae-desktop"], capture_output=True, check=True).stdout == b"started\n"
    )
    removed = run(unpacked, "--uninstall", "--prefix", name)
    assert removed.returncode == 0
    assert list(prefix.iterdir()) == []


@pytest.mark.parametrize("name", ['a "b"', "a`b", "a$b", "a\\b", "100%", "a\nb"])
def test_a_name_that_means_something_to_the_menu_is_refused(unpacked: Path, name: str) -> None:
    done = run(unpacked, "--prefix", name)
    assert done.returncode == 2
    assert "choose a folder" in done.stderr
    assert not (unpacked.parent / name).exists()


def test_where_there_is_no_home_a_folder_is_asked_for(unpacked: Path) -> None:
    done = run(unpacked)
    assert done.returncode == 2
    assert "--prefix" in done.stderr


def test_a_full_disk_leaves_the_old_version_whole(unpacked: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    assert run(unpacked, home=str(home)).returncode == 0
    before = files(home)
    (unpacked / "files" / PROGRAM).write_bytes(bytes(200_000))
    done = run(unpacked, home=str(home), limit="ulimit -f 100;")
    assert done.returncode != 0
    assert files(home) == before
    program = home / ".local" / "bin" / "arvae-desktop"
    assert subprocess.run([program], capture_output=True, check=True).stdout == b"started\n"


def test_an_update_leaves_no_file_of_the_old_version_and_all_of_the_users(
    unpacked: Path, tmp_path: Path
) -> None:
    home = tmp_path / "home"
    old = unpacked / "files" / "lib" / "arvae-desktop" / "old.txt"
    old.touch()
    assert run(unpacked, home=str(home)).returncode == 0
    mine = home / ".local" / "share" / "mine.txt"
    mine.touch()
    installed = files(home)
    old.unlink()
    assert run(unpacked, home=str(home)).returncode == 0
    assert set(installed) - set(files(home)) == {".local/lib/arvae-desktop/old.txt"}
    uninstall = home / ".local" / "lib" / "arvae-desktop" / "uninstall.sh"
    subprocess.run(
        ["sh", uninstall, "--uninstall"], env={"HOME": str(home), "PATH": "/usr/bin:/bin"}, check=True
    )
    assert files(home) == [".local/share/mine.txt"]


def test_where_nothing_is_installed_it_says_so(unpacked: Path) -> None:
    done = run(unpacked, "--uninstall", "--prefix", "nowhere")
    assert done.returncode == 1
    assert "nothing is installed" in done.stderr
    assert not Path(unpacked.parent / "nowhere").exists()
