"""The .deb in a clean Debian: install, use, upgrade, remove, purge, and nothing is left.

X server, session bus and keyring run outside, so that inside there is only what the package itself needs.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from arvae_packaging.project import version

from tests.packages.chroot import Chroot, environment, older_version
from tests.support.app_process import AppProcess
from tests.support.demo_process import DemoProcess
from tests.support.processes import wait_until

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tests.support.desktop import Desktop

# The oldest that we claim, and the present one.
SUITES = ("bookworm", "trixie")
KEY = "sk-arvae-0123456789abcdefghijklmnopqrstuvwxyz"
DIGEST = hashlib.sha256(KEY.encode()).hexdigest()
# Where apt and dpkg keep their own books.
NOT_OURS = ("var/cache/", "var/lib/apt/", "var/lib/dpkg/", "var/log/")

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="chroot needs root")


@pytest.fixture(params=SUITES)
def debian(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Chroot]:
    chroot = Chroot(request.param, tmp_path / "root")
    chroot.run("useradd", "--create-home", "person")
    yield chroot
    shutil.rmtree(chroot.root)


@pytest.fixture
def locked_server(tmp_path: Path) -> Iterator[DemoProcess]:
    """A demo server that takes one key."""
    folder = tmp_path / "locked-server"
    folder.mkdir()
    server = DemoProcess(folder, rate=200, required_key_sha256=DIGEST)
    yield server
    server.end()


class InstalledApp(AppProcess):
    """The installed program with its window on our desktop and its data in the Debian's /root."""

    def __init__(self, desktop: Desktop, debian: Chroot, folder: Path, *arguments: str) -> None:
        folder.mkdir()
        inside = {**desktop.environment, **environment("root")}
        super().__init__(
            desktop,
            folder,
            *arguments,
            data_dir=Path(environment("root")["HOME"], "arvae-data"),
            environment=inside,
            command=debian.command(["/usr/bin/arvae-desktop"], binds=sockets(desktop)),
        )
        self.data_dir = debian.root / "root" / "arvae-data"


def sockets(desktop: Desktop) -> Sequence[Path]:
    """The folders where the X server, the session bus and the accessibility bus listen."""
    accessibility = desktop.environment["AT_SPI_BUS_ADDRESS"].partition("path=")[2].partition(",")[0]
    return (Path("/tmp/.X11-unix"), desktop.folder, Path(accessibility).parent)


def needs(deb: Path) -> str:
    """The packages that a package depends on."""
    command = ["dpkg-deb", "-f", str(deb), "Depends"]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


def test_life_of_the_package(
    desktop: Desktop, debian: Chroot, deb: Path, locked_server: DemoProcess, tmp_path: Path
) -> None:
    # What it depends on comes first and stays: what is left in the end is then the package's own doing.
    debian.apt("satisfy", needs(deb))
    before = debian.files()
    shutil.copy(deb, debian.root / "new.deb")
    shutil.copy(older_version(deb, tmp_path), debian.root / "older.deb")
    attributes = {"service": "Arvae Desktop", "username": locked_server.base_url.removesuffix("/v1")}

    # An older version is installed, connected and used.
    debian.apt("install", "/older.deb")
    app = InstalledApp(desktop, debian, tmp_path / "older-app", "--model", "demo/echo")
    app.connect(locked_server.base_url, KEY)
    wait_until(lambda: desktop.secrets(attributes) == [KEY], "the key is in the keyring")
    app.send("A first prompt.")
    request = locked_server.wait_for_chat()
    assert request["authorization_sha256"] == DIGEST
    locked_server.wait_for("finished", request)
    app.wait_for_text("transcript", "A first prompt.")
    app.quit_with("ctrl+q")

    # The new one takes its place; what the user has stays.
    debian.apt("install", "/new.deb")
    assert not (debian.root / "usr/lib/arvae-desktop/_internal/from-an-older-version.txt").exists()
    told = debian.run("arvae-desktop", "--version", user="person").stdout
    assert told.startswith(f"arvae-desktop {version()} (")
    app = InstalledApp(desktop, debian, tmp_path / "new-app", "--model", "demo/echo")
    app.send("A second prompt.")
    assert locked_server.wait_for_chat(2)["authorization_sha256"] == DIGEST
    assert not app.is_showing("welcomePage")
    app.quit_with("ctrl+q")

    # In the terminal, as an ordinary user.
    said = debian.run("arvae-desktop", "ask", "--demo", "Hello", user="person").stdout
    assert "# Welcome to Arvae Desktop" in said

    # Away with it. What the user wrote stays, and nothing else.
    debian.apt("remove", "arvae-desktop")
    left = [
        path
        for path in debian.files() - before
        if "arvae" in path and not path.startswith(("root/", "home/"))
    ]
    assert all(path.startswith(("var/lib/dpkg/", "var/cache/", "var/log/")) for path in left), left
    debian.apt("install", "/new.deb")
    debian.apt("purge", "arvae-desktop")
    (debian.root / "new.deb").unlink()
    (debian.root / "older.deb").unlink()
    assert debian.run("dpkg-query", "--list", "arvae-desktop", check=False).returncode != 0
    data = debian.root / "root" / "arvae-data"
    assert (data / "settings.json").is_file()
    shutil.rmtree(data)
    left = [path for path in sorted(debian.files() - before) if not path.startswith(NOT_OURS)]
    assert not left, left


def test_the_rpm_is_installed_and_removed_by_rpm(debian: Chroot, rpm: Path, deb: Path) -> None:
    """What it needs has a Fedora's names; here Debian's packages bring that, and rpm isn't asked."""
    debian.apt("satisfy", needs(deb))
    debian.apt("install", "rpm")
    shutil.copy(rpm, debian.root / "new.rpm")
    debian.run("rpm", "--query", "--all")  # makes its book
    before = debian.files()
    debian.run("rpm", "--install", "--nodeps", "/new.rpm")
    assert debian.run("rpm", "--verify", "--nodeps", "arvae-desktop").stdout == ""
    told = debian.run("arvae-desktop", "--version", user="person").stdout
    assert told.startswith(f"arvae-desktop {version()} (")
    said = debian.run("arvae-desktop", "ask", "--demo", "Hello", user="person").stdout
    assert "# Welcome to Arvae Desktop" in said
    debian.run("rpm", "--erase", "arvae-desktop")
    left = [path for path in sorted(debian.files() - before) if "arvae" in path]
    assert all(path.startswith("home/person/") for path in left), left


def test_only_what_is_needed_comes_along(debian: Chroot, deb: Path) -> None:
    shutil.copy(deb, debian.root / "new.deb")
    debian.apt("install", "/new.deb")
    linked = debian.run(
        "sh",
        "-c",
        "find /usr/lib/arvae-desktop -type f -name '*.so*' -not -path '*/printsupport/*' | "
        "LD_LIBRARY_PATH=/usr/lib/arvae-desktop/_internal xargs ldd 2>&1",
    ).stdout
    assert "not found" not in linked, [line for line in linked.splitlines() if "not found" in line]
    names = debian.run("dpkg-query", "--show", "--showformat=${Package}\n").stdout.split()
    assert not [name for name in names if name.startswith(("python3", "qt6-", "libqt", "libgtk"))]
