"""For every other Linux: a tarball with an installer for one user, and both in one file that runs."""

from __future__ import annotations

import hashlib
import shutil
import tempfile
from pathlib import Path

from arvae_packaging.archives import write_tar_xz
from arvae_packaging.linux_texts import LINUX
from arvae_packaging.linux_tree import lay_out, put_licences, settle_links_and_times
from arvae_packaging.project import COMMAND, machine, version


def build_tarball(frozen: Path, out: Path) -> Path:
    """Make `NAME-VERSION-linux-MACHINE.tar.xz` in `out` and return its path."""
    out.mkdir(parents=True, exist_ok=True)
    name = f"{COMMAND}-{version()}-linux-{machine()}"
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / name
        lay_out(root / "files", frozen)
        put_licences(root / "files", frozen)
        shutil.copyfile(LINUX / "install.sh", root / "install.sh")
        (root / "install.sh").chmod(0o755)
        settle_links_and_times(root)
        write_tar_xz(root, out / f"{name}.tar.xz", name=name)
    return out / f"{name}.tar.xz"


def build_run_file(tarball: Path, out: Path) -> Path:
    """Put a tarball behind a script that unpacks it; returns the file's path."""
    payload = tarball.read_bytes()
    name = tarball.name.removesuffix(".tar.xz") + ".run"
    script = (LINUX / "self-extract.sh").read_text("utf-8")
    values = {
        "VERSION": version(),
        "MACHINE": machine(),
        "FILE": name,
        "SUM": hashlib.sha256(payload).hexdigest(),
        "LINES": str(len(script.splitlines()) + 1),
    }
    for key, value in values.items():
        script = script.replace(f"@{key}@", value)
    target = out / name
    target.write_bytes(script.encode() + payload)
    target.chmod(0o755)
    return target
