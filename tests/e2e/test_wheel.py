"""The built wheel, installed where the checkout is out of sight."""

from __future__ import annotations

import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.support.app_process import AppProcess

if TYPE_CHECKING:
    from tests.support.desktop import Desktop

ROOT = Path(__file__).parents[2]


def run(*command: str | Path, cwd: Path) -> str:
    """The program's standard output; it must succeed in silence."""
    done = subprocess.run(command, cwd=cwd, check=False, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    # The build backend comes from the test environment, so nothing is downloaded.
    run(sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", folder, ROOT, cwd=folder)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where an environment has its programs; the wheel is installed in it, what it needs is borrowed."""
    folder = tmp_path_factory.mktemp("installed")
    venv.create(folder / "venv", symlinks=True)
    python = folder / "venv" / "bin" / "python"
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--python", python]
    run(*pip, "install", "--no-deps", "--no-index", wheel, cwd=folder)
    site_packages = Path(
        run(python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))", cwd=folder).strip()
    )
    # The .pth files in a folder that a .pth file names are ignored: the one that leads to the checkout, too.
    (site_packages / "borrowed.pth").write_text(sysconfig.get_path("purelib") + "\n")
    return python.parent


def test_wheel_holds_the_resources_and_no_tests(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    for kind in ("icons", "style"):
        files = [path for path in (ROOT / "resources" / kind).iterdir() if path.is_file()]
        assert files
        assert {f"arvae_desktop/resources/{kind}/{path.name}" for path in files} <= names
    assert {name.split("/")[0].partition("-")[0] for name in names} == {"arvae_desktop"}


def test_package_comes_from_the_wheel(installed: Path, tmp_path: Path) -> None:
    program = "import arvae_desktop; print(arvae_desktop.__file__)"
    found = Path(run(installed / "python", "-c", program, cwd=tmp_path).strip())
    assert found.is_relative_to(installed.parent)


def test_window_opens_from_another_folder(desktop: Desktop, installed: Path, tmp_path: Path) -> None:
    app = AppProcess(
        desktop, tmp_path, "--demo", data_dir=tmp_path / "data", command=[str(installed / "arvae-desktop")]
    )
    try:
        app.send("Show me around")
        app.wait_for_text("transcript", "Welcome to Arvae Desktop")
        app.quit_with("ctrl+q")
    finally:
        app.end()


def test_ask_answers_from_another_folder(installed: Path, tmp_path: Path) -> None:
    said = run(
        installed / "arvae-desktop", "ask", "--demo", "--model", "demo/echo", "Hello there", cwd=tmp_path
    )
    assert said.strip() == "Hello there"
