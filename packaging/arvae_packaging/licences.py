"""Names, versions and licence texts of all that the frozen program carries, for its About."""

from __future__ import annotations

import importlib.metadata
import json
import platform
import re
import sys
import sysconfig
import tomllib
from pathlib import Path
from typing import Any

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from arvae_packaging.locks import APP_LOCK, read_lock
from arvae_packaging.project import PACKAGING, ROOT, TITLE, PackagingError, version

_TEXTS = PACKAGING / "licences"
_LICENCE_FILE = re.compile(r"(?:licen[cs]e|copying|notice)[^/]*", re.IGNORECASE)
# For building alone, or for Python's tools.
_NOT_CARRIED = {"pycparser"}


def write(path: Path) -> None:
    """Write all as a JSON list of `{name, version, licence, text}`, ours first, then by name."""
    path.write_text(json.dumps(everything(), ensure_ascii=False, indent=1) + "\n", "utf-8")


def everything() -> list[dict[str, str]]:
    """What the program carries on this system. Raises `PackagingError` for a package without a text."""
    ours = _entry(TITLE, version(), "MIT", (ROOT / "LICENSE").read_text("utf-8"))
    others = [_python(), *_native(), *_packages()]
    return [ours, *sorted(others, key=lambda entry: entry["name"].casefold())]


def _python() -> dict[str, str]:
    places = (sysconfig.get_path("stdlib"), sys.base_prefix)
    files = [Path(place) / name for place in places for name in ("LICENSE.txt", "LICENSE")]
    debian = Path(f"/usr/share/doc/python{sys.version_info[0]}.{sys.version_info[1]}/copyright")
    for file in [*files, debian]:
        if file.is_file():
            return _entry("Python", platform.python_version(), "PSF-2.0", file.read_text("utf-8"))
    raise PackagingError("The licence of this Python is not beside it.")


def _native() -> list[dict[str, str]]:
    return [
        _entry(
            component["name"],
            importlib.metadata.version(component["package"]) if "package" in component else "",
            component["licence"],
            "\n".join((_TEXTS / name).read_text("utf-8") for name in component["files"]),
        )
        for component in _components()
        if sys.platform in component.get("systems", [sys.platform])
    ]


def _components() -> list[dict[str, Any]]:
    """What is no Python package, or brings no text of its own."""
    with (_TEXTS / "native.toml").open("rb") as file:
        components: list[dict[str, Any]] = tomllib.load(file)["component"]
    return components


def _packages() -> list[dict[str, str]]:
    told = {component.get("package") for component in _components()} | {"shiboken6"}
    entries = []
    for line in read_lock(APP_LOCK):
        requirement = Requirement(line)
        name = canonicalize_name(requirement.name)
        applies = requirement.marker is None or requirement.marker.evaluate()
        if not applies or name in told or name in _NOT_CARRIED:
            continue
        distribution = importlib.metadata.distribution(name)
        texts = [
            Path(str(distribution.locate_file(file))).read_text("utf-8")
            for file in sorted(distribution.files or [])
            if ".dist-info/" in str(file) and _LICENCE_FILE.fullmatch(file.name)
        ]
        if not texts:
            raise PackagingError(
                f"{name} brings no licence text: packaging/licences/native.toml must name one."
            )
        entries.append(_entry(name, distribution.version, _expression(distribution), "\n\n".join(texts)))
    return entries


def _expression(distribution: importlib.metadata.Distribution) -> str:
    """The licence in a few words, from whichever field a package uses."""
    fields = distribution.metadata
    for name in ("License-Expression", "License"):
        if (text := fields.get(name)) and len(text) < 60:
            return text
    classes = [
        line.rpartition("::")[2].strip() for line in fields.get_all("Classifier", []) if "License ::" in line
    ]
    return ", ".join(classes) or "see the text"


def _entry(name: str, number: str, licence: str, text: str) -> dict[str, str]:
    return {"name": name, "version": number, "licence": licence, "text": text.strip() + "\n"}
