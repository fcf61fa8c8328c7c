"""The packages in dist/, which `make package` has made, and a desktop to use them on."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from arvae_packaging.project import debian_architecture, machine, version

from tests.support.demo_process import DemoProcess
from tests.support.desktop import Desktop, missing_programs
from tests.support.isolation import isolate

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]


def made(name: str) -> Path:
    """A package of this version in dist/."""
    path = ROOT / "dist" / name
    assert path.is_file(), f"{path} is not there: make package"
    return path


@pytest.fixture(scope="session")
def deb() -> Path:
    return made(f"arvae-desktop_{version()}_{debian_architecture()}.deb")


@pytest.fixture(scope="session")
def rpm() -> Path:
    return made(f"arvae-desktop-{version()}-1.{machine()}.rpm")


@pytest.fixture(scope="session")
def tarball() -> Path:
    return made(f"arvae-desktop-{version()}-linux-{machine()}.tar.xz")


@pytest.fixture(scope="session")
def run_file() -> Path:
    return made(f"arvae-desktop-{version()}-linux-{machine()}.run")


@pytest.fixture(scope="session")
def frozen() -> Path:
    """The frozen program's folder."""
    path = ROOT / "build" / "frozen" / "dist" / "arvae-desktop"
    assert path.is_dir(), f"{path} is not there: make package"
    return path


@pytest.fixture(scope="session")
def desktop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desktop]:
    missing = missing_programs()
    assert not missing, f"not installed: {', '.join(missing)} (see packaging/linux/debian-test.txt)"
    folder = tmp_path_factory.mktemp("desktop")
    isolate(folder)
    with Desktop(folder) as desktop:
        yield desktop


@pytest.fixture
def server(tmp_path: Path) -> Iterator[DemoProcess]:
    """A demo server that needs no key."""
    folder = tmp_path / "server"
    folder.mkdir()
    server = DemoProcess(folder, rate=200)
    yield server
    server.end()
