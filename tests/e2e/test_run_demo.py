"""`make run` after its set-up, with a display and without."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.support.app_process import TITLE, AppProcess

if TYPE_CHECKING:
    from tests.support.desktop import Desktop

PROGRAM = Path(__file__).parents[2] / "packaging" / "run_demo.py"


@pytest.mark.parametrize("display", [{}, {"DISPLAY": ":4711"}], ids=["none", "one that does not answer"])
def test_without_a_display_the_answer_comes_to_the_terminal(display: dict[str, str]) -> None:
    without = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    environment = {name: value for name, value in os.environ.items() if name not in without}
    run = subprocess.run(
        [sys.executable, PROGRAM],
        env={**environment, **display},
        check=False,
        capture_output=True,
        text=True,
        timeout=60,
        stdin=subprocess.DEVNULL,
    )
    assert run.returncode == 0
    assert run.stderr == ""
    notice, _, answer = run.stdout.partition("\n\n")
    assert "the window can’t open" in notice
    assert "xvfb-run -a make run" in notice
    assert "Welcome to Arvae Desktop" in answer


def test_with_a_display_the_window_opens_in_demo_mode(desktop: Desktop, tmp_path: Path) -> None:
    app = AppProcess(desktop, tmp_path, data_dir=tmp_path / "none", command=[sys.executable, str(PROGRAM)])
    try:
        app.wait_for_focus("composer")
        assert desktop.windows(f"{TITLE}.*demo")
        app.quit_with("ctrl+q")
    finally:
        app.end()
