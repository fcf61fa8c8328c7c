"""The Debian package."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
from datetime import UTC, datetime
from email.utils import format_datetime
from pathlib import Path

from arvae_packaging.debian_copyright import copyright_text
from arvae_packaging.frozen import elf_files
from arvae_packaging.linux_texts import LINUX
from arvae_packaging.linux_tree import (
    compressed,
    installed_kib,
    lay_out,
    licence_texts,
    settle_links_and_times,
)
from arvae_packaging.project import (
    COMMAND,
    HOMEPAGE,
    MAINTAINER,
    SUMMARY,
    PackagingError,
    debian_architecture,
    source_date,
    version,
)

# What the program opens by itself, so that no library's list of needs names it.
_MORE_DEPENDS = "ca-certificates"
_RECOMMENDS = "gnome-keyring | kwalletmanager | keepassxc, libgl1-mesa-dri"
# Plugins that the program does without where what they need is missing.
_OPTIONAL = re.compile(r"/plugins/printsupport/")
_DESCRIPTION = """\
 Arvae Desktop talks to the Arvae AI API and to every server that streams
 OpenAI-style chat completions. Answers appear word by word, Stop stops at
 once, and the key stays in the keyring of the desktop.
 .
 It brings the Python and Qt that it needs along; nothing of it runs unless
 it is started.
"""


def build_deb(frozen: Path, out: Path) -> Path:
    """Make the package in `out` and return its path. Raises `PackagingError`."""
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as name:
        root = Path(name) / "root"
        lay_out(root / "usr", frozen, zsh="vendor-completions")
        docs = root / "usr" / "share" / "doc" / COMMAND
        docs.mkdir(parents=True)
        (docs / "copyright").write_text(copyright_text(licence_texts(frozen)), "utf-8")
        (docs / "changelog.gz").write_bytes(compressed(changelog().encode()))
        overrides = root / "usr" / "share" / "lintian" / "overrides" / COMMAND
        overrides.parent.mkdir(parents=True)
        shutil.copyfile(LINUX / "lintian-overrides", overrides)
        size = installed_kib(root)
        (root / "DEBIAN").mkdir()
        (root / "DEBIAN" / "control").write_text(control(needs(root), size), "utf-8")
        sums = root / "DEBIAN" / "md5sums"
        sums.write_text(md5sums(root), "utf-8")
        settle_links_and_times(root)
        root.chmod(0o755)
        target = out / f"{COMMAND}_{version()}_{debian_architecture()}.deb"
        # One thread: how the data is cut into blocks, and so its bytes, depends on there being more.
        command = [
            "dpkg-deb",
            "--root-owner-group",
            "--threads-max=1",
            "-Zxz",
            "-z6",
            "--build",
            str(root),
            str(target),
        ]
        environment = {**os.environ, "SOURCE_DATE_EPOCH": str(source_date())}
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        if done.returncode:
            raise PackagingError(f"dpkg-deb failed: {done.stderr.strip()}")
    return target


def control(depends: dict[str, str], size_kib: int) -> str:
    """The control file."""
    recommends = ", ".join(part for part in (_RECOMMENDS, depends.get("Recommends", "")) if part)
    return (
        f"Package: {COMMAND}\nVersion: {version()}\nArchitecture: {debian_architecture()}\n"
        f"Maintainer: {MAINTAINER}\nInstalled-Size: {size_kib}\n"
        f"Depends: {depends['Depends']}, {_MORE_DEPENDS}\nRecommends: {recommends}\n"
        f"Section: net\nPriority: optional\nHomepage: {HOMEPAGE}\n"
        f"Description: {SUMMARY[0].lower()}{SUMMARY[1:]}\n{_DESCRIPTION}"
    )


def needs(root: Path) -> dict[str, str]:
    """`Depends` and `Recommends` for the libraries that the bundle doesn't carry.

    dpkg-shlibdeps finds them. Raises `PackagingError` where a library belongs to no installed package.
    """
    files = elf_files(root)
    private = sorted({str(path.parent) for path in files if ".so" in path.name})
    firm = [str(path) for path in files if not _OPTIONAL.search(str(path))]
    soft = [str(path) for path in files if _OPTIONAL.search(str(path))]
    with tempfile.TemporaryDirectory() as name:
        # It wants to be in a source package.
        debian = Path(name) / "debian"
        debian.mkdir()
        (debian / "control").write_text(
            f"Source: {COMMAND}\nMaintainer: {MAINTAINER}\n\nPackage: {COMMAND}\nArchitecture: any\n", "utf-8"
        )
        command = ["dpkg-shlibdeps", "-O", *(f"-l{folder}" for folder in private), "-dDepends", *firm]
        command[2:2] = [f"-x{package}" for package in packages_of({path.name for path in files})]
        command += ["-dRecommends", *soft] if soft else []
        done = subprocess.run(command, cwd=name, capture_output=True, text=True, check=False)
    if done.returncode:
        raise PackagingError(f"dpkg-shlibdeps failed:\n{done.stderr[-3000:]}")
    pairs = (line.split("=", 1) for line in done.stdout.splitlines() if line.startswith("shlibs:"))
    return {name.removeprefix("shlibs:"): value for name, value in pairs}


def packages_of(names: set[str]) -> list[str]:
    """The Debian packages that the libraries of these names come from, where the system has them, too."""
    paths = [f"*/{name}" for name in sorted(names) if ".so." in name]
    done = subprocess.run(["dpkg-query", "--search", *paths], capture_output=True, text=True, check=False)
    found = {line.partition(":")[0] for line in done.stdout.splitlines()}
    return sorted(name for name in found if name.startswith("lib") and name != COMMAND)


def changelog() -> str:
    """Debian's changelog: that this version was built; what changed stands in ours."""
    when = format_datetime(datetime.fromtimestamp(source_date(), UTC))
    return (
        f"{COMMAND} ({version()}) unstable; urgency=medium\n\n"
        f"  * Version {version()}; CHANGELOG.md in the source says what is new.\n\n -- {MAINTAINER}  {when}\n"
    )


def md5sums(root: Path) -> str:
    """What dpkg checks installed files against."""
    files = sorted(
        str(path.relative_to(root))
        for path in root.rglob("*")
        if path.is_file() and not path.is_symlink() and "DEBIAN" not in path.relative_to(root).parts
    )
    return subprocess.run(["md5sum", *files], cwd=root, capture_output=True, text=True, check=True).stdout
