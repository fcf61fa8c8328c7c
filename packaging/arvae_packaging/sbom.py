"""The software bill of materials in CycloneDX: written by cyclonedx-py from the lock, native parts added."""

from __future__ import annotations

import json
import os
import platform
import sqlite3
import ssl
import subprocess
import sys
from typing import TYPE_CHECKING, Any

from packaging.requirements import Requirement

from arvae_packaging.locks import APP_LOCK, SBOM_LOCK, read_lock
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
    taken = {
        requirement.name.lower().replace("_", "-"): str(requirement.specifier).removeprefix("==")
        for requirement in map(Requirement, read_lock(APP_LOCK))
        if requirement.marker is None or requirement.marker.evaluate()
    }
    libraries = [
        part
        for part in bom["components"]
        if taken.get(part["name"].lower().replace("_", "-")) == part["version"]
    ]
    for part in libraries:
        part.pop("description", None)  # the line of the lock, once more
        part["bom-ref"] = part["purl"]
    native = [
        _part("python", platform.python_version(), "PSF-2.0"),
        _part("openssl", ssl.OPENSSL_VERSION.split()[1], "Apache-2.0"),
        _part("sqlite", sqlite3.sqlite_version, "blessing"),
        _part("qt", taken["pyside6-essentials"], "LGPL-3.0-only"),
    ]
    root = bom["metadata"]["component"]
    root["version"] = version()
    parts = [*libraries, *native]
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


def _part(name: str, number: str, licence: str) -> dict[str, Any]:
    return {
        "type": "library",
        "bom-ref": f"pkg:generic/{name}@{number}",
        "name": name,
        "version": number,
        "purl": f"pkg:generic/{name}@{number}",
        "licenses": [{"license": {"id": licence}}],
    }


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
