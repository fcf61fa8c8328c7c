"""The software bill of materials in CycloneDX: written by cyclonedx-py from the lock, native parts added."""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
from typing import TYPE_CHECKING, Any

from packaging.utils import canonicalize_name

from arvae_packaging.licences import package_licence
from arvae_packaging.locks import APP_LOCK, SBOM_LOCK
from arvae_packaging.native import Component, components, locked
from arvae_packaging.project import BUILD, COMMAND, ROOT, PackagingError, source_date, version

if TYPE_CHECKING:
    from pathlib import Path

_TOOLS = BUILD / "sbom-venv"


def write_sbom(target: Path) -> None:
    """Write what the program of this system is made of to `target`. Raises `PackagingError`."""
    environment = {**os.environ, "SOURCE_DATE_EPOCH": str(source_date())}
    command = [
        str(_tool()), "requirements", "--pyproject", str(ROOT / "pyproject.toml"), "--output-reproducible",
        "--of", "JSON", "-o", "-", str(APP_LOCK),
    ]  # fmt: skip
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise PackagingError(f"cyclonedx-py failed:\n{done.stderr[-2000:]}")
    target.write_text(
        json.dumps(completed(json.loads(done.stdout)), indent=1, sort_keys=True) + "\n", "utf-8"
    )


def completed(bom: dict[str, Any]) -> dict[str, Any]:
    """A bill of the lock's packages, with only those of this system and with what is no Python package."""
    taken = locked(APP_LOCK)
    libraries = [
        part for part in bom["components"] if taken.get(canonicalize_name(part["name"])) == part["version"]
    ]
    for part in libraries:
        part.pop("description", None)  # the line of the lock, once more
        part["bom-ref"] = part["purl"]
        if licence := package_licence(canonicalize_name(part["name"])):
            part["licenses"] = _licences(licence)
    # Twice the same library in the same version, in two places, is one part.
    native = {part["bom-ref"]: part for part in map(_part, components()) if part["name"]}
    root = bom["metadata"]["component"]
    root["version"] = version()
    parts = [*libraries, *native.values()]
    bom["components"] = parts
    bom["dependencies"] = [
        {"ref": root["bom-ref"], "dependsOn": [part["bom-ref"] for part in parts]},
        *({"ref": part["bom-ref"]} for part in parts),
    ]
    return bom


def sbom_name() -> str:
    """The file's name for this system."""
    system = {"win32": "windows", "darwin": "macos"}.get(sys.platform, "linux")
    return f"{COMMAND}-{version()}-{system}-{platform.machine().lower()}.cdx.json"


def _part(component: Component) -> dict[str, Any]:
    number = f"@{component.version}" if component.version else ""
    part = {
        "type": "library",
        "bom-ref": f"pkg:generic/{component.id}{number}",
        "name": component.id,
        "description": component.name,
        "purl": f"pkg:generic/{component.id}{number}",
        "licenses": _licences(component.licence),
    }
    return part | ({"version": component.version} if number else {})


def _licences(expression: str) -> list[dict[str, Any]]:
    """In CycloneDX's form, which has an `id` for a licence of SPDX's list alone."""
    if " " in expression or expression.startswith("LicenseRef-"):
        return [{"expression": expression}]
    return [{"license": {"id": expression}}]


def _tool() -> Path:
    """cyclonedx-py in an environment of its own, of locked versions: its dependencies are none of ours."""
    programs = _TOOLS / ("Scripts" if sys.platform == "win32" else "bin")
    stamp = _TOOLS / "lock.txt"
    if not stamp.exists() or stamp.read_bytes() != SBOM_LOCK.read_bytes():
        options = [
            "--quiet",
            "--require-hashes",
            "--no-deps",
            "--only-binary=:all:",
            f"--requirement={SBOM_LOCK}",
        ]
        for command in (
            [sys.executable, "-m", "venv", "--clear", str(_TOOLS)],
            [str(programs / "python"), "-m", "pip", "--disable-pip-version-check", "install", *options],
        ):
            done = subprocess.run(command, capture_output=True, text=True, check=False)
            if done.returncode:
                raise PackagingError(f"cyclonedx-bom can't be installed:\n{done.stdout}{done.stderr}")
        stamp.write_bytes(SBOM_LOCK.read_bytes())
    return programs / "cyclonedx-py"
