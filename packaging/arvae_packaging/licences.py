"""Names, versions and licence texts of all that the frozen program carries, for its About."""

from __future__ import annotations

import importlib.metadata
import json
import re
from pathlib import Path

from packaging.licenses import InvalidLicenseExpression, canonicalize_license_expression

from arvae_packaging.locks import APP_LOCK
from arvae_packaging.native import components, locked
from arvae_packaging.project import ROOT, TITLE, PackagingError, version

_LICENCE_FILE = re.compile(r"(?:licen[cs]e|copying|notice)[^/]*", re.IGNORECASE)
# For building alone, or for Python's tools.
_NOT_CARRIED = {"pycparser"}
# What packages say that name their licence in other words than SPDX's.
_SPDX = {"MIT License": "MIT", "LGPLv2+": "LGPL-2.1-or-later"}


def write(path: Path) -> None:
    """Write all as a JSON list of `{name, version, licence, text}`, ours first, then by name."""
    path.write_text(json.dumps(everything(), ensure_ascii=False, indent=1) + "\n", "utf-8")


def everything() -> list[dict[str, str]]:
    """What the program carries on this system. Raises `PackagingError` for a package without a text."""
    ours = _entry(TITLE, version(), "MIT", (ROOT / "LICENSE").read_text("utf-8"))
    others = [*_native(), *_packages()]
    return [ours, *sorted(others, key=lambda entry: entry["name"].casefold())]


def package_licence(name: str) -> str:
    """The licence of a package that is installed here, as an SPDX expression; empty if it tells none."""
    told = {part.package: part.licence for part in components()} | {"shiboken6": "LGPL-3.0-only"}
    if name in told:
        return told[name]
    try:
        return _expression(importlib.metadata.distribution(name))
    except importlib.metadata.PackageNotFoundError:
        return ""


def whole_expression(entries: list[dict[str, str]]) -> str:
    """One SPDX expression for all of them together."""
    terms = set()
    for entry in entries:
        parts = [entry["licence"]] if " OR " in entry["licence"] else entry["licence"].split(" AND ")
        terms |= {f"({part})" if " OR " in part else part for part in parts if part}
    return " AND ".join(sorted(terms, key=str.casefold))


def _native() -> list[dict[str, str]]:
    return [_entry(part.name, part.version, part.licence, part.text) for part in components()]


def _packages() -> list[dict[str, str]]:
    told = {part.package for part in components()} | {"shiboken6"}
    entries = []
    for name in locked(APP_LOCK):
        if name in told or name in _NOT_CARRIED:
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
    """The licence as an SPDX expression, from whichever field a package uses; empty if none tells it."""
    fields = distribution.metadata
    classes = [
        line.rpartition("::")[2].strip() for line in fields.get_all("Classifier", []) if "License ::" in line
    ]
    for told in (fields.get("License-Expression"), fields.get("License"), *classes):
        try:
            return canonicalize_license_expression(_SPDX.get(told or "", told or ""))
        except InvalidLicenseExpression:
            continue
    return ""


def _entry(name: str, number: str, licence: str, text: str) -> dict[str, str]:
    return {"name": name, "version": number, "licence": licence, "text": text.strip() + "\n"}
