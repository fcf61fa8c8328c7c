"""The tarball, the file that installs itself, and the RPM as far as this system can look into it."""

from __future__ import annotations

import os
import signal
import subprocess
from typing import TYPE_CHECKING

import pytest
from arvae_packaging.project import BUNDLE_ID
from jeepney import DBusAddress, new_method_call
from jeepney.bus_messages import message_bus
from jeepney.io.blocking import open_dbus_connection

from tests.support.accessibility import ask
from tests.support.processes import Process, wait_until

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.desktop import Desktop


def run(*command: str, home: Path, check: bool = True) -> subprocess.CompletedProcess[str]:
    environment = {"HOME": str(home), "PATH": os.environ["PATH"], "TMPDIR": str(home), "LC_ALL": "C.UTF-8"}
    return subprocess.run(
        command, env=environment, capture_output=True, text=True, timeout=120, check=check, cwd=home
    )


def things(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*"))


@pytest.fixture
def home(tmp_path: Path) -> Path:
    folder = tmp_path / "a home"
    folder.mkdir()
    return folder


def test_run_file_installs_for_one_user_and_goes_without_a_trace(run_file: Path, home: Path) -> None:
    run("sh", str(run_file), home=home)
    program = home / ".local" / "bin" / "arvae-desktop"
    assert "Welcome" in run(str(program), "ask", "--demo", "Hello", home=home).stdout
    entry = home / ".local/share/applications/ai.arvae.Desktop.desktop"
    assert f'Exec="{program}"' in entry.read_text()
    assert run("desktop-file-validate", str(entry), home=home).stdout == ""
    uninstall = home / ".local/lib/arvae-desktop/uninstall.sh"
    run(str(uninstall), "--uninstall", "--prefix", str(home / ".local"), home=home)
    left = [name for name in things(home) if "arvae" in name.lower()]
    assert not left
    assert not (home / ".local" / "lib").exists()


def test_the_bus_starts_what_was_installed(desktop: Desktop, run_file: Path, home: Path) -> None:
    run("sh", str(run_file), home=home)
    environment = {
        **desktop.environment,
        "HOME": str(home),
        "XDG_DATA_HOME": str(home / ".local" / "share"),
        "XDG_CONFIG_HOME": str(home / ".config"),
    }
    command = ["dbus-daemon", "--session", "--nofork", "--print-address=1"]
    daemon = Process(command, folder=home, environment=environment)
    try:
        with open_dbus_connection(daemon.first_line()) as bus:
            door = DBusAddress("/ai/arvae/Desktop", BUNDLE_ID, "org.freedesktop.Application")
            # The bus holds the call back until the program that it starts has the name.
            assert ask(bus, new_method_call(door, "Activate", "a{sv}", ({},))) == ()
            wait_until(lambda: desktop.windows("^Arvae"), "its window is there")
            (pid,) = ask(bus, message_bus.GetConnectionUnixProcessID(BUNDLE_ID))
            os.kill(pid, signal.SIGTERM)
            wait_until(lambda: not ask(bus, message_bus.NameHasOwner(BUNDLE_ID))[0], "it has ended")
    finally:
        daemon.end()


def test_an_update_takes_the_older_versions_files_away_and_leaves_conversations(
    run_file: Path, home: Path
) -> None:
    run("sh", str(run_file), home=home)
    data = home / ".local/share/arvae-desktop"
    data.mkdir()
    (data / "conversations.db").write_text("what was said")
    old = home / ".local/lib/arvae-desktop/_internal/old.txt"
    old.write_text("old")
    installed = home / ".local/lib/arvae-desktop/installed.txt"
    installed.write_text("lib/arvae-desktop/_internal/old.txt\n" + installed.read_text())
    run("sh", str(run_file), home=home)
    assert not old.exists()
    run(
        str(home / ".local/lib/arvae-desktop/uninstall.sh"),
        "--uninstall",
        "--prefix",
        str(home / ".local"),
        home=home,
    )
    assert things(home / ".local" / "share" / "arvae-desktop") == ["conversations.db"]


def test_run_file_runs_without_installing(run_file: Path, home: Path) -> None:
    done = run("sh", str(run_file), "--run", "ask", "--demo", "Hello", home=home)
    assert "Welcome" in done.stdout
    assert things(home) == []


def test_damaged_run_file_is_refused(run_file: Path, home: Path) -> None:
    damaged = home / "damaged.run"
    data = bytearray(run_file.read_bytes())
    data[-1000] ^= 1
    damaged.write_bytes(data)
    done = run("sh", str(damaged), home=home, check=False)
    assert done.returncode == 1
    assert "damaged" in done.stderr
    assert things(home) == ["damaged.run"]


def test_tarball_holds_the_same_and_belongs_to_root(tarball: Path, home: Path) -> None:
    run("tar", "-xJf", str(tarball), home=home)
    (folder,) = home.iterdir()
    assert "Welcome" in run(str(folder / "files/bin/arvae-desktop"), "ask", "--demo", "Hi", home=home).stdout
    owners = run("tar", "-tvJf", str(tarball), home=home).stdout.splitlines()
    assert {line.split()[1] for line in owners} == {"root/root"}


def test_rpm_asks_for_nothing_that_it_carries(rpm: Path, home: Path) -> None:
    needs = run("rpm", "-qp", "--requires", str(rpm), home=home).stdout.split()
    offers = run("rpm", "-qp", "--provides", str(rpm), home=home).stdout.splitlines()
    assert "libxcb.so.1()(64bit)" in needs
    assert not [
        need for need in needs if need.startswith(("libQt6", "libpython", "libicu", "libssl", "libcups"))
    ]
    assert all(offer.startswith("arvae-desktop") for offer in offers)
    files = run("rpm", "-qpl", str(rpm), home=home).stdout.splitlines()
    assert {"/usr/bin/arvae-desktop", "/usr/share/applications/ai.arvae.Desktop.desktop"} <= set(files)
    assert not [name for name in files if name in ("/usr", "/usr/bin", "/usr/share")]


def test_lintian_finds_no_error(deb: Path, home: Path) -> None:
    done = run("lintian", "--allow-root", "--fail-on", "error", str(deb), home=home, check=False)
    assert done.returncode == 0, done.stdout
