"""Make the environment in .venv, and install what the app ("run"), its tests or its benchmarks too need.

    python3 packaging/bootstrap.py run|test|bench|package

"package" makes one of its own, build/package-venv, of locked versions alone, for building installers.

Uses the standard library alone and, so that an old Python can still say that it is too old, no syntax newer
than Python 3.7. A set-up that is complete and still fits the project's files is left as it is; one that was
interrupted is made anew. POSIX systems only, but for "package".
"""
# This file is a program and no package, talks on the terminal, and starts other programs by their names.
# ruff: noqa: INP001, T201, S603, S607

from __future__ import annotations

import contextlib
import hashlib
import importlib.util
import json
import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

try:
    import fcntl
except ImportError:  # Windows, where only installers are set up for, and by one program at a time
    fcntl = None

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
# Written last, so a half-made environment has none.
STAMP = VENV / "set-up.json"
PACKAGE_VENV = ROOT / "build" / "package-venv"
PACKAGE_LOCKS = ["requirements-app.txt", "requirements-freeze.txt"]
PYPROJECT = ROOT / "pyproject.toml"
PACKAGE_LISTS = {
    "run": ["debian-runtime.txt"],
    "test": ["debian-runtime.txt", "debian-test.txt"],
    "bench": ["debian-runtime.txt", "debian-test.txt"],
    "package": ["debian-runtime.txt", "debian-package.txt"],
}
REQUIREMENTS = {"run": ".", "test": ".[dev]", "bench": ".[dev,bench]"}
# What holds for "test" holds for "run" as well, and so on.
FULFILS = {"run": ["run"], "test": ["test", "run"], "bench": ["bench", "test", "run"]}
OLDEST_PYTHON = (3, 11)


class SetUpError(Exception):
    """The set-up can't go on; the text says why and what to do, in a sentence for people."""


def main(arguments: list[str]) -> int:
    """Set up for `arguments[0]`, "run", "test", "bench" or "package"; returns the exit code."""
    if len(arguments) != 1 or arguments[0] not in PACKAGE_LISTS:
        print("usage: python3 packaging/bootstrap.py run|test|bench|package", file=sys.stderr)
        return 2
    try:
        # Two set-ups at once would be in each other's way: the second waits and then has nothing to do.
        with alone():
            set_up_package() if arguments[0] == "package" else set_up(arguments[0])
    except SetUpError as error:
        print(f"\nSet-up stopped: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nSet-up interrupted; the next one starts anew.", file=sys.stderr)
        return 130
    return 0


@contextlib.contextmanager
def alone() -> Iterator[None]:
    """Hold other set-ups of this checkout off."""
    with PYPROJECT.open("rb") as lock:
        if fcntl is not None:
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def set_up(purpose: str) -> None:
    """Bring the environment up to date for `purpose`, unless it is. Raises `SetUpError`."""
    wanted = fingerprint(purpose)
    done = finished_set_ups()
    if done.get(purpose) == wanted:
        return
    check_python(purpose)
    install_system_packages(purpose)
    if not done:
        make_environment(VENV)
    STAMP.unlink(missing_ok=True)
    print("Installing the Python packages …", flush=True)
    pip_install(VENV, ["--editable", REQUIREMENTS[purpose]])
    done.update({name: fingerprint(name) for name in FULFILS[purpose]})
    STAMP.write_text(json.dumps({"root": str(ROOT), "done": done}), encoding="utf-8")
    print("The environment is ready.", flush=True)


def set_up_package() -> None:
    """Make the environment that installers are built in, unless it is there. Raises `SetUpError`."""
    stamp = PACKAGE_VENV / "set-up.txt"
    locks = [ROOT / "packaging" / name for name in PACKAGE_LOCKS]
    digest = hashlib.sha256(f"{ROOT} {sys.version}".encode())
    for path in [*package_list_files("package"), *locks]:
        digest.update(path.read_bytes())
    if stamp.exists() and stamp.read_text(encoding="utf-8") == digest.hexdigest():
        return
    check_python("package")
    install_system_packages("package")
    make_environment(PACKAGE_VENV)
    print("Installing the locked Python packages …", flush=True)
    # Each file must have a hash that the lock names; nothing is built, and nothing that the locks don't
    # name comes.
    options = ["--require-hashes", "--no-deps", "--only-binary=:all:"]
    pip_install(PACKAGE_VENV, [*options, *(f"--requirement={path}" for path in locks)])
    stamp.write_text(digest.hexdigest(), encoding="utf-8")
    print("The environment is ready.", flush=True)


def check_python(purpose: str) -> None:
    """Raise `SetUpError` where this Python is too old."""
    if sys.version_info < OLDEST_PYTHON:
        have, needed = (".".join(map(str, version)) for version in (sys.version_info[:3], OLDEST_PYTHON))
        raise SetUpError(
            f"Python {needed} or newer is needed and this is {have}; "
            f"name a newer one, for example: make PYTHON=python{needed} {purpose}"
        )


def fingerprint(purpose: str) -> str:
    """Changes whenever the set-up for `purpose` must be done again."""
    digest = hashlib.sha256(PYPROJECT.read_bytes())
    for path in package_list_files(purpose):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def finished_set_ups() -> dict[str, str]:
    """Fingerprint by purpose of the set-ups that the environment holds; empty if it must be made anew."""
    try:
        stamp = json.loads(STAMP.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    # Its scripts hold absolute paths, so one that was moved is of no use; nor is one whose Python has gone.
    if stamp["root"] != str(ROOT) or not (VENV / "bin" / "python").exists():
        return {}
    return dict(stamp["done"])


def package_list_files(purpose: str) -> list[Path]:
    """The lists of Debian packages for `purpose`."""
    return [ROOT / "packaging" / "linux" / name for name in PACKAGE_LISTS[purpose]]


def read_package_list(path: Path) -> list[str]:
    """The package names in a list file: one a line, lines that start with `#` are comments."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("#")]


def install_system_packages(purpose: str) -> None:
    """Install the Debian packages that are missing, or raise a `SetUpError` with the command that does."""
    if not sys.platform.startswith("linux"):
        return
    wanted = [name for path in package_list_files(purpose) for name in read_package_list(path)]
    if importlib.util.find_spec("ensurepip") is None:
        # Debian keeps what `python3 -m venv` needs in a package of its own.
        wanted.insert(0, "python{}.{}-venv".format(*sys.version_info))
    if not (shutil.which("apt-get") and shutil.which("dpkg-query")):
        print("This is no Debian: please see to it that what these Debian packages hold is installed:")
        print("  " + " ".join(wanted), flush=True)
        return
    installed = installed_system_packages()
    missing = [name for name in wanted if name not in installed]
    if not missing:
        return
    if os.geteuid() == 0:
        become_root = []
    elif shutil.which("sudo") and succeeds(["sudo", "-n", "true"]):
        become_root = ["sudo", "-n"]
    else:
        raise SetUpError(
            "system packages are missing that only root may install; "
            f"run this as root (or with sudo), then make {purpose} again:\n\n  {apt_command(missing)}"
        )
    print(f"Installing {len(missing)} Debian packages: {' '.join(missing)} …", flush=True)
    apt_install(become_root, missing)


def installed_system_packages() -> set[str]:
    """Names of all installed Debian packages, and the names that they stand in for."""
    listing = subprocess.run(
        ["dpkg-query", "--show", "--showformat=${db:Status-Status}\t${Package}, ${Provides}\n"],
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    rows = (line.partition("\t") for line in listing.splitlines())
    return {
        name.split()[0]
        for status, _, names in rows
        if status == "installed"
        for name in names.split(", ")
        if name.strip()
    }


def apt_command(packages: list[str]) -> str:
    """What a person types to install `packages`."""
    return shlex.join(["apt-get", "install", "--no-install-recommends", *packages])


def apt_install(become_root: list[str], packages: list[str]) -> None:
    """Install `packages` with apt-get; its lists are updated only if it can't do without."""
    # `env` sets the variable behind sudo, which clears the environment.
    apt = [
        *become_root,
        "env",
        "DEBIAN_FRONTEND=noninteractive",
        "apt-get",
        "-qq",
        "-o",
        "DPkg::Lock::Timeout=300",
    ]
    install = [*apt, "install", "--no-install-recommends", *packages]
    if succeeds(install):
        return
    # An update that fails for one source may still have brought what is wanted from another.
    update = run([*apt, "update"])
    installation = run(install)
    if installation.returncode:
        print(update.stdout + installation.stdout, file=sys.stderr)
        raise SetUpError(
            "apt-get could not install the packages, see above; when its cause is mended, try again "
            f"or run as root:\n\n  {apt_command(packages)}"
        )


def make_environment(folder: Path) -> None:
    """Make an empty environment in `folder`, in place of what may be there."""
    print(f"Making the environment in {folder.relative_to(ROOT)} …", flush=True)
    if folder.exists():
        shutil.rmtree(folder)
    made = run([sys.executable, "-m", "venv", str(folder)])
    if made.returncode:
        print(made.stdout, file=sys.stderr)
        raise SetUpError(
            f"{sys.executable} can't make virtual environments; "
            "install its modules venv and ensurepip (python3-venv in many distributions), then try again"
        )


def pip_install(folder: Path, what: list[str]) -> None:
    """Run `pip install` in an environment, with these arguments."""
    python = folder / ("Scripts" if sys.platform == "win32" else "bin") / "python"
    pip = [str(python), "-m", "pip", "--disable-pip-version-check"]
    installed = run([*pip, "install", "--quiet", *what])
    if not installed.returncode:
        return
    print(installed.stdout, file=sys.stderr)
    # What pip says of an index that does not answer depends on which step asked.
    if "connection broken by" in installed.stdout or "(from versions: none)" in installed.stdout:
        raise SetUpError(
            "pip could not reach the Python package index; check the network (and pip's settings)"
        )
    raise SetUpError("pip could not install the Python packages, see above")


def run(command: list[str]) -> subprocess.CompletedProcess[str]:
    """Run `command` in the project's folder; what it prints, errors included, is in `stdout`."""
    return subprocess.run(
        command,
        check=False,
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def succeeds(command: list[str]) -> bool:
    """Whether `command` ends with exit code 0."""
    return run(command).returncode == 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
