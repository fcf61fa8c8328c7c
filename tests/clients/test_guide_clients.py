"""The streaming guide's three clients get the same text from the demo server as ours does."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.support.demo_process import DemoProcess

if TYPE_CHECKING:
    from collections.abc import Iterator

HERE = Path(__file__).parent
PACKAGES = HERE.parents[1] / ".cache" / "clients"
PROMPTS = [
    ("demo/tour", "Hello"),
    ("demo/echo", "Grüße, 世界! 👩‍👩‍👧 \u2028 e\u0301\n\nEnd"),
    ("demo/length", "Hello"),
    ("demo/reasoning", "Hello"),
]
_NEEDS_NODE = pytest.mark.skipif(shutil.which("node") is None, reason="Node is not installed")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    server = DemoProcess(tmp_path_factory.mktemp("server"), rate=2000)
    yield server.base_url
    server.end()


@pytest.fixture(scope="module")
def packages() -> dict[str, str]:
    """Where the clients' libraries are, fetched once."""
    node, python = PACKAGES / "node", PACKAGES / "python"
    if shutil.which("npm") and not (node / "node_modules" / "openai").exists():
        node.mkdir(parents=True, exist_ok=True)
        run(["npm", "install", "--silent", "--no-package-lock", "--no-save", "--prefix", str(node), "openai"])
    if not (python / "requests").exists():
        pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        run([*pip, "--target", str(python), "requests"])
    return {"CLIENT_PACKAGES": str(node), "PYTHONPATH": os.pathsep.join([str(python), str(HERE.parents[1])])}


def run(command: list[str], **variables: str) -> str:
    done = subprocess.run(
        command, env={**os.environ, **variables}, capture_output=True, check=False, timeout=120
    )
    assert done.returncode == 0, done.stderr.decode("utf-8", "replace")
    return done.stdout.decode()


def ours(base_url: str, model: str, prompt: str) -> str:
    command = [sys.executable, "-m", "arvae_desktop", "ask", "--json", "--base-url", base_url]
    done = subprocess.run(
        [*command, "--model", model, prompt],
        env={**os.environ, "PYTHONPATH": str(HERE.parents[1])},
        capture_output=True,
        check=False,
        timeout=60,
    )
    events = [json.loads(line) for line in done.stdout.decode().split("\n") if line]
    return "".join(event["text"] for event in events if event.get("type", event.get("event")) == "text")


@pytest.mark.parametrize(
    "command",
    [
        pytest.param(["node", str(HERE / "fetch.mjs")], id="fetch", marks=_NEEDS_NODE),
        pytest.param(["node", str(HERE / "openai_library.mjs")], id="openai", marks=_NEEDS_NODE),
        pytest.param([sys.executable, str(HERE / "with_requests.py")], id="requests"),
    ],
)
@pytest.mark.parametrize(("model", "prompt"), PROMPTS, ids=[model for model, _ in PROMPTS])
def test_it_gets_the_same_text(
    command: list[str], model: str, prompt: str, server: str, packages: dict[str, str]
) -> None:
    text = ours(server, model, prompt)
    assert text
    assert run([*command, server, model, prompt], **packages) == text
