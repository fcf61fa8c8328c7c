"""Build packages of Arvae Desktop.

    python packaging/make_package.py all|frozen|deb|rpm|tarball|run|windows|macos [--out DIR] [--frozen DIR]

`all` means what the system that it runs on has: on Linux the four of Linux. Runs in the environment that
`bootstrap.py package` makes.
"""
# ruff: noqa: INP001, T201  (a program and no package, talks on the terminal)

from __future__ import annotations

import argparse
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

from arvae_packaging import deb, dmg, nsis, portable, rpm
from arvae_packaging.frozen import default_out, freeze
from arvae_packaging.project import DIST, PackagingError

if TYPE_CHECKING:
    from collections.abc import Callable

KINDS = ("frozen", "deb", "rpm", "tarball", "run", "windows", "macos")


def tarball_and_run_file(frozen: Path, out: Path) -> Path:
    """Both portable forms: the one contains the other. Returns the latter's path."""
    return portable.build_run_file(portable.build_tarball(frozen, out), out)


def builders(kind: str) -> list[Callable[[Path, Path], Path]]:
    """What makes a kind of package of a frozen program."""
    if kind == "all":
        kind = {"win32": "windows", "darwin": "macos"}.get(sys.platform, "linux")
    return {
        "frozen": [],
        # The longest first: there are two at a time.
        "linux": [tarball_and_run_file, deb.build_deb, rpm.build_rpm],
        "deb": [deb.build_deb],
        "rpm": [rpm.build_rpm],
        "tarball": [portable.build_tarball],
        "run": [tarball_and_run_file],
        "windows": [nsis.build_setup],
        "macos": [dmg.build_dmg],
    }[kind]


def main(arguments: list[str] | None = None) -> int:
    """Build what is asked for; returns the exit code."""
    parser = argparse.ArgumentParser(description="Build packages of Arvae Desktop.")
    parser.add_argument("kind", choices=("all", *KINDS))
    parser.add_argument("--out", type=Path, default=DIST, help="where packages go; dist unless told")
    parser.add_argument("--frozen", type=Path, help="package this frozen program instead of building one")
    given = parser.parse_args(arguments)
    began = time.monotonic()
    try:
        frozen = given.frozen or freeze(default_out())
        print(f"{frozen.name}: frozen ({time.monotonic() - began:.0f} s)", flush=True)
        with ThreadPoolExecutor(max_workers=2) as pool:
            works = [
                pool.submit(build, frozen.resolve(), given.out.resolve()) for build in builders(given.kind)
            ]
            for work in works:
                made = work.result()
                size = made.stat().st_size / 1e6
                print(f"{made.name}: {size:.1f} MB ({time.monotonic() - began:.0f} s)", flush=True)
    except PackagingError as error:
        print(f"make_package: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
