"""PySide6 reads no sources when it was told so, and does when it was not (else telling is for nothing)."""

from __future__ import annotations

import subprocess
import sys

import pytest

IMPORT_SOMETHING = (
    "import PySide6.QtCore, csv, linecache; print(any('csv.py' in name for name in linecache.cache))"
)
TELL = "from arvae_desktop.services.source_scan import skip_source_scan; skip_source_scan(); "


@pytest.mark.parametrize(("before", "is_read"), [("", "True"), (TELL, "False")])
def test_sources_are_read_only_without_the_telling(before: str, is_read: str) -> None:
    run = subprocess.run(
        [sys.executable, "-c", before + IMPORT_SOMETHING],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert run.stdout.strip() == is_read
