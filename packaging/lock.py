"""Bring the locked requirements up to date. Needs uv, which locks for all systems at once."""
# ruff: noqa: INP001, T201, S603  (a program and no package, talks, starts another by its name)

from __future__ import annotations

import subprocess
import sys

from arvae_packaging.locks import APP_LOCK, FREEZE_LOCK, SBOM_LOCK
from arvae_packaging.project import PACKAGING, ROOT

INPUTS = {
    APP_LOCK: ROOT / "pyproject.toml",
    FREEZE_LOCK: PACKAGING / "requirements-freeze.in",
    SBOM_LOCK: PACKAGING / "requirements-sbom.in",
}
OPTIONS = [
    "--universal", "--python-version", "3.11", "--generate-hashes", "--no-header", "--no-annotate",
    "--no-emit-index-url", "--upgrade", "--quiet",
]  # fmt: skip


def main() -> int:
    """Write the locks anew."""
    for lock, wanted in INPUTS.items():
        command = ["uv", "pip", "compile", *OPTIONS, str(wanted), "--output-file", str(lock)]
        if lock is not APP_LOCK:
            command += ["--constraint", str(APP_LOCK)]
        subprocess.run(command, check=True, cwd=ROOT, stdout=subprocess.DEVNULL)
        print(f"wrote {lock.relative_to(ROOT)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
