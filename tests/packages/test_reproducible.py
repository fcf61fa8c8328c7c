"""Same commit, same bytes: built twice, in different folders, at different times."""

from __future__ import annotations

import hashlib
import os
import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[2]
PYTHON = ROOT / "build" / "package-venv" / "bin" / "python"
BUILD = """
import sys
from pathlib import Path
sys.path.insert(0, "packaging")
import make_package
from arvae_packaging.frozen import freeze
folder = Path(sys.argv[1])
frozen = freeze(folder / "frozen")
sys.exit(make_package.main(["all", "--frozen", str(frozen), "--out", str(folder / "packages")]))
"""
KINDS = {".deb", ".rpm", ".xz", ".run"}


def build(folder: Path) -> Path:
    """Freeze into `folder`/frozen and pack into `folder`/packages; returns `folder`."""
    folder.mkdir()
    done = subprocess.run(
        [str(PYTHON), "-c", BUILD, str(folder)],
        cwd=ROOT,
        env={**os.environ, "HOME": str(folder)},
        capture_output=True,
        text=True,
        timeout=900,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return folder


def digests(folder: Path) -> dict[str, str]:
    """A digest of each file, and where each link leads."""
    return {
        path.relative_to(folder).as_posix(): str(path.readlink())
        if path.is_symlink()
        else hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_symlink() or path.is_file()
    }


def test_two_builds_are_the_same(tmp_path: Path) -> None:
    first, second = build(tmp_path / "first"), build(tmp_path / "another-place")
    for kind in ("frozen/dist", "packages"):
        trees = [digests(folder / kind) for folder in (first, second)]
        different = [name for name in trees[0] if trees[0][name] != trees[1].get(name)]
        assert trees[0].keys() == trees[1].keys()
        assert not different
    assert {path.suffix for path in (first / "packages").iterdir()} == KINDS
