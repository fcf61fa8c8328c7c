"""The RPM package. Its needs are library names, which every distribution with RPM resolves by itself."""

from __future__ import annotations

import os
import re
import subprocess
import tempfile
from pathlib import Path

from arvae_packaging.frozen import elf_files
from arvae_packaging.licences import whole_expression
from arvae_packaging.linux_texts import LINUX
from arvae_packaging.linux_tree import lay_out, licence_texts, put_licences, settle_links_and_times
from arvae_packaging.project import (
    COMMAND,
    HOMEPAGE,
    SUMMARY,
    PackagingError,
    machine,
    source_date,
    version,
)

# Folders that the package owns; all others belong to the system.
_OWN = (f"/usr/lib/{COMMAND}", f"/usr/share/doc/{COMMAND}")


def build_rpm(frozen: Path, out: Path) -> Path:
    """Make the package in `out` and return its path. Raises `PackagingError`."""
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as name:
        tree = Path(name) / "tree"
        lay_out(tree / "usr", frozen)
        put_licences(tree / "usr", frozen)
        settle_links_and_times(tree)
        spec = Path(name) / f"{COMMAND}.spec"
        spec.write_text(_spec(tree, whole_expression(licence_texts(frozen))), "utf-8")
        command = [
            "rpmbuild", "-bb", "--quiet", "--target", machine(), "--define", f"_topdir {name}/rpm",
            "--define", f"_rpmdir {name}", "--define", "_rpmfilename package.rpm", str(spec),
        ]  # fmt: skip
        environment = {**os.environ, "SOURCE_DATE_EPOCH": str(source_date()), "TZ": "UTC"}
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        if done.returncode:
            raise PackagingError(f"rpmbuild failed:\n{done.stderr[-3000:]}")
        target = out / f"{COMMAND}-{version()}-1.{machine()}.rpm"
        target.write_bytes((Path(name) / "package.rpm").read_bytes())
    return target


def _spec(tree: Path, licence: str) -> str:
    private = sorted({re.escape(path.name) for path in elf_files(tree) if ".so" in path.name})
    values = {
        "VERSION": version(),
        "SUMMARY": SUMMARY,
        "LICENCE": licence,
        "HOMEPAGE": HOMEPAGE,
        "TREE": str(tree),
        "PRIVATE": "|".join(private).replace("\\", "\\\\"),
        "FILES": "\n".join(_file_lines(tree)),
    }
    text = (LINUX / f"{COMMAND}.spec.in").read_text("utf-8")
    for key, value in values.items():
        text = text.replace(f"@{key}@", value)
    return text


def _file_lines(tree: Path) -> list[str]:
    lines = ["%defattr(-,root,root,-)"]
    for path in sorted(tree.rglob("*")):
        name = f"/{path.relative_to(tree).as_posix()}"
        if path.is_dir() and not path.is_symlink():
            if name.startswith(_OWN):
                lines.append(f'%dir "{name}"')
        else:
            lines.append(f'"{name}"')
    return lines
