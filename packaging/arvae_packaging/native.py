"""What the frozen program carries that is no Python package: libraries, fonts, code inside Qt and Python.

It is told once, in the `.toml` files in `packaging/licences`; About and the bill of materials are made from
them.
"""

from __future__ import annotations

import decimal
import fnmatch
import platform
import sqlite3
import ssl
import sys
import sysconfig
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.parsers import expat

from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

from arvae_packaging.locks import APP_LOCK, FREEZE_LOCK, read_lock
from arvae_packaging.project import PACKAGING, PackagingError

if TYPE_CHECKING:
    from collections.abc import Iterable

TEXTS = PACKAGING / "licences"
OF_PYTHON = "of the Python that builds"  # stands for a file: each Python brings its own


@dataclass(frozen=True, slots=True)
class Component:
    """A part; native.toml explains the fields.

    Attributes:
        id: empty where it is a package of the lock, whose text alone is told.
        version: empty where nothing tells it reliably.
    """

    id: str
    name: str
    licence: str
    version: str
    text: str
    package: str
    covers: tuple[str, ...]
    inside: tuple[str, ...]


@cache
def components() -> tuple[Component, ...]:
    """Those on this system, with this Python. Raises `PackagingError` where a text is not to be found."""
    python = platform.python_version()
    return tuple(
        _component(fields)
        for fields in described()
        if sys.platform in fields.get("systems", [sys.platform])
        and SpecifierSet(fields.get("python", "")).contains(python, prereleases=True)
    )


@cache
def described() -> list[dict[str, Any]]:
    """All, as they are written down."""
    return [
        fields
        for path in sorted(TEXTS.glob("*.toml"))
        for fields in tomllib.loads(path.read_text("utf-8"))["component"]
    ]


def locked(lock: Path) -> dict[str, str]:
    """Name, in its plain form, and version of each requirement of a lock that applies to this system."""
    requirements = map(Requirement, read_lock(lock))
    return {
        canonicalize_name(each.name): str(each.specifier).removeprefix("==")
        for each in requirements
        if each.marker is None or each.marker.evaluate()
    }


def unclaimed(names: Iterable[str], parts: Iterable[Component]) -> list[str]:
    """Which of the files, named from `_internal`, nobody of the `parts` says to be."""
    globs = [glob for part in parts for glob in part.covers]
    return sorted(name for name in names if not any(fnmatch.fnmatchcase(name, glob) for glob in globs))


def _component(fields: dict[str, Any]) -> Component:
    files = [_python_licence() if name == OF_PYTHON else TEXTS / name for name in fields["files"]]
    texts = [fields.get("notice", ""), *(file.read_text("utf-8") for file in files)]
    package = fields.get("package", "")
    return Component(
        id=fields.get("id", ""),
        name=fields["name"],
        licence=fields["licence"],
        version=_locked()[package] if package else VERSIONS[fields.get("version", "")](),
        text="\n\n".join(text.strip("\n") for text in texts if text),
        package=package,
        covers=tuple(fields.get("covers", [])),
        inside=tuple(fields.get("inside", [])),
    )


@cache
def _locked() -> dict[str, str]:
    return locked(APP_LOCK) | locked(FREEZE_LOCK)


def _python_licence() -> Path:
    places = (sysconfig.get_path("stdlib"), sys.base_prefix)
    files = [Path(place) / name for place in places for name in ("LICENSE.txt", "LICENSE")]
    debian = Path(f"/usr/share/doc/python{sys.version_info[0]}.{sys.version_info[1]}/copyright")
    for file in [*files, debian]:
        if file.is_file():
            return file
    raise PackagingError("The licence of this Python is not beside it.")


def _openssl_in_cryptography() -> str:
    # Linux alone has the package.
    from cryptography.hazmat.backends.openssl import backend  # noqa: PLC0415

    return backend.openssl_version_text().split()[1]


# They tell which of them they run with: what is installed here is what goes into the program.
VERSIONS = {
    "": lambda: "",
    "expat": lambda: expat.EXPAT_VERSION.removeprefix("expat_"),
    "mpdecimal": lambda: str(getattr(decimal, "__libmpdec_version__", "")),
    "openssl": lambda: ssl.OPENSSL_VERSION.split()[1],
    "openssl-in-cryptography": _openssl_in_cryptography,
    "python": platform.python_version,
    "sqlite": lambda: sqlite3.sqlite_version,
}
