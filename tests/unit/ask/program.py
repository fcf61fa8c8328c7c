"""`arvae-desktop ask` as a program."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

CANARY = "sk-canary-0123456789"
COMMAND = [sys.executable, "-m", "arvae_desktop"]


def environment(**variables: str) -> dict[str, str]:
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("ARVAE_")}
    return {**inherited, "PYTHONPATH": str(Path(__file__).parents[3]), **variables}


def start(*arguments: str, **settings: object) -> subprocess.Popen:
    variables = settings.pop("variables", {})
    return subprocess.Popen(
        [*COMMAND, *arguments],
        stdin=settings.pop("stdin", subprocess.DEVNULL),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment(**variables),
        **settings,
    )


def ask(*arguments: str, stdin: bytes = b"", **variables: str) -> subprocess.CompletedProcess:
    return subprocess.run(
        [*COMMAND, "ask", *arguments],
        input=stdin,
        capture_output=True,
        env=environment(**variables),
        timeout=60,
        check=False,
    )


def lines_of(output: bytes) -> list[dict]:
    return [json.loads(line, parse_constant=pytest.fail) for line in output.decode("utf-8").splitlines()]
