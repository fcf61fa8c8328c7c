"""The Windows installer, made by makensis of the frozen program. makensis runs on Linux as well."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from arvae_packaging import icons
from arvae_packaging.project import (
    COMMAND,
    PACKAGING,
    ROOT,
    TITLE,
    PackagingError,
    debian_architecture,
    source_date,
    version,
)
from arvae_packaging.windows import four_numbers

if TYPE_CHECKING:
    from collections.abc import Mapping

SCRIPT = PACKAGING / "windows" / f"{COMMAND}.nsi"


def build_setup(frozen: Path, out: Path) -> Path:
    """Make `NAME-VERSION-windows-MACHINE-setup.exe` in `out` and return its path. Raises `PackagingError`."""
    known = {f"{TITLE}.exe", f"{COMMAND}.exe", "_internal"}
    unknown = {path.name for path in frozen.iterdir()} ^ known
    if unknown:
        # What the setup doesn't know by name it could neither replace nor remove.
        raise PackagingError(f"{frozen}: missing or not known to the setup: {', '.join(sorted(unknown))}.")
    out.mkdir(parents=True, exist_ok=True)
    machine = {"amd64": "x64", "arm64": "arm64"}[debian_architecture()]
    target = out / f"{COMMAND}-{version()}-windows-{machine}-setup.exe"
    with tempfile.TemporaryDirectory() as name:
        icon, banner = Path(name, f"{COMMAND}.ico"), Path(name, "banner.bmp")
        icon.write_bytes(icons.ico())
        banner.write_bytes(icons.banner())
        os.utime(banner, (source_date(), source_date()))  # the setup keeps the times of its files
        values = {
            **signing(),
            "VERSION": version(),
            "MACHINE": machine,
            "NUMBERS": ".".join(map(str, four_numbers(version()))),
            "PAYLOAD": frozen,
            "ICON": icon,
            "BANNER": banner,
            "LICENCE": ROOT / "LICENSE",
            "OUT": target,
        }
        _compile(values)
    return target


def _compile(values: Mapping[str, object]) -> None:
    sign = "/" if sys.platform == "win32" else "-"
    defines = [f"{sign}D{key}={value}" for key, value in values.items()]
    command = ["makensis", f"{sign}V2", f"{sign}WX", *defines, str(SCRIPT)]
    environment = {**os.environ, "SOURCE_DATE_EPOCH": str(source_date())}
    try:
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    except OSError as error:
        raise PackagingError("makensis is not installed (Debian package nsis).") from error
    if done.returncode:
        raise PackagingError(f"makensis failed:\n{done.stdout[-3000:]}{done.stderr[-1000:]}")


def signing() -> dict[str, str]:
    """What makes makensis sign the uninstaller, which exists as a file only while it runs.

    On Windows, where the environment has a certificate; `sign.ps1` reads it.
    """
    if sys.platform != "win32" or not os.environ.get("CERTIFICATE"):
        return {}
    shell = "pwsh" if shutil.which("pwsh") else "powershell"
    return {"SIGN_SHELL": shell, "SIGN_SCRIPT": str(SCRIPT.with_name("sign.ps1"))}
