"""A clean Debian in a folder, entered by chroot in a mount namespace of its own. Needs root, debootstrap."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

CACHE = Path(__file__).parents[2] / "build" / "debian"
_LONG_S = 900


class Chroot:
    """One Debian.

    Attributes:
        root: its root folder.
    """

    def __init__(self, suite: str, root: Path) -> None:
        self.root = root
        shutil.rmtree(root, ignore_errors=True)
        subprocess.run(["cp", "-a", "--reflink=auto", str(base(suite)), str(root)], check=True)
        # Services of packages are not to be started in here.
        policy = root / "usr" / "sbin" / "policy-rc.d"
        policy.write_text("#!/bin/sh\nexit 101\n")
        policy.chmod(0o755)
        self.run("apt-get", "-qq", "update")

    def run(self, *command: str, user: str = "root", check: bool = True) -> subprocess.CompletedProcess[str]:
        """Run a command inside and wait for it."""
        return subprocess.run(
            self.command(command, user=user),
            env=environment(user),
            check=check,
            capture_output=True,
            text=True,
            timeout=_LONG_S,
        )

    def apt(self, *arguments: str) -> str:
        """Run `apt-get` inside, without recommended packages; returns what it says."""
        done = self.run("apt-get", "-y", "--no-install-recommends", *arguments, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def command(self, command: Sequence[str], *, user: str = "root", binds: Sequence[Path] = ()) -> list[str]:
        """What runs `command` inside, in the same process; `binds` are folders of ours that it sees, too."""
        root = self.root
        steps = ["set -e"]
        folders = ("proc", "dev", *(str(path).lstrip("/") for path in binds))
        steps += [f"mkdir -p '{root}/{name}' && mount --rbind '/{name}' '{root}/{name}'" for name in folders]
        steps.append(f"exec chroot --userspec={user} '{root}' \"$@\"")
        return ["unshare", "--mount", "--propagation=slave", "sh", "-c", "\n".join(steps), "sh", *command]

    def files(self) -> set[str]:
        """All files and links inside, by their paths, but what is no part of the system."""
        left_out = ("proc", "dev", "tmp", "sys", "run")
        found = set()
        for folder, folders, names in os.walk(self.root):
            if folder == str(self.root):
                folders[:] = [name for name in folders if name not in left_out]
            inside = Path(folder).relative_to(self.root).as_posix()
            found |= {f"{inside}/{name}" for name in (*names, *folders)}
        return found


def environment(user: str) -> dict[str, str]:
    """A plain environment: nothing of the tests' own reaches what is installed."""
    home = "/root" if user == "root" else f"/home/{user}"
    path = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
    return {"HOME": home, "PATH": path, "LC_ALL": "C.UTF-8", "DEBIAN_FRONTEND": "noninteractive"}


def base(suite: str) -> Path:
    """A fresh Debian to copy from; made once."""
    folder = CACHE / suite
    if not folder.exists():
        CACHE.mkdir(parents=True, exist_ok=True)
        new = CACHE / f"{suite}.new"
        shutil.rmtree(new, ignore_errors=True)
        subprocess.run(
            ["debootstrap", "--variant=minbase", suite, str(new)],
            check=True,
            capture_output=True,
            timeout=_LONG_S,
        )
        new.rename(folder)
    return folder


def older_version(deb: Path, folder: Path) -> Path:
    """A package like `deb` with the version 0.0.1, and a file in it that newer versions don't have."""
    tree = folder / "older"
    shutil.rmtree(tree, ignore_errors=True)
    subprocess.run(["dpkg-deb", "-R", str(deb), str(tree)], check=True)
    control = tree / "DEBIAN" / "control"
    lines = control.read_text().splitlines(keepends=True)
    control.write_text("".join("Version: 0.0.1\n" if line.startswith("Version:") else line for line in lines))
    (tree / "usr" / "lib" / "arvae-desktop" / "_internal" / "from-an-older-version.txt").write_text("old\n")
    target = folder / "older.deb"
    subprocess.run(
        ["dpkg-deb", "--root-owner-group", "-Znone", "--build", str(tree), str(target)],
        check=True,
        capture_output=True,
    )
    shutil.rmtree(tree)
    return target
