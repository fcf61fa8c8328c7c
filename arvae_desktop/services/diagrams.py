"""Draws Mermaid diagrams, when asked, in a process that gets nothing of the user's and little time."""

from __future__ import annotations

import asyncio
import base64
import importlib.util
import json
import os
import re
import subprocess
import sys
from dataclasses import dataclass

from arvae_desktop import is_frozen
from arvae_desktop.domain.errors import DiagramError, NoDiagramsError

TIME_LIMIT_S = 10.0
MAX_CHARACTERS = 50_000  # Mermaid's own bound
_WORKER = "arvae_desktop.services.diagram_worker"
# By name, so that a key that another program keeps in the environment stays out as well as ours.
_ENVIRONMENT = ("PATH", "SYSTEMROOT", "TEMP", "TMP", "TMPDIR", "LANG", "LC_ALL", "LC_CTYPE")
_LONGEST_REASON = 200
_PREAMBLE = re.compile(r"^(?:Mermaid rendering failed:\s*)?(?:Error:\s*)?")


@dataclass(frozen=True, slots=True)
class Diagram:
    """A diagram that was drawn.

    Attributes:
        png: the picture, at twice its own size and at most 16 million pixels.
        svg: the same as vectors, cleaned. Its labels are HTML, which browsers draw and Qt doesn't.
    """

    png: bytes
    svg: str


def can_draw() -> bool:
    """Whether what draws diagrams is installed."""
    # A frozen program has no interpreter to run the worker with.
    return not is_frozen() and importlib.util.find_spec("mermaidx") is not None


async def draw_diagram(source: str, *, dark: bool, background: str) -> Diagram:
    """Draw Mermaid source on a ground of a given colour (``#rrggbb``).

    Raises `NoDiagramsError` where nothing is installed that can, and `DiagramError` where the source is wrong
    or takes more than 10 seconds. Cancelling kills the process.
    """
    if is_frozen():
        raise NoDiagramsError("This build draws no diagrams.", "An installation from source can.")
    if not can_draw():
        raise NoDiagramsError("Diagrams can’t be drawn: mermaidx is not installed.")
    if len(source) > MAX_CHARACTERS:
        raise DiagramError(f"The diagram is longer than {MAX_CHARACTERS:,} characters.")
    request = json.dumps({"source": source, "dark": dark, "background": background})
    work = _Work(request.encode())
    try:
        return await asyncio.get_running_loop().run_in_executor(None, work.run)
    finally:
        work.kill()


class _Work:
    """The process for one diagram. `run` blocks; `kill` may come from another thread at any time."""

    def __init__(self, request: bytes) -> None:
        self._request = request
        self._process: subprocess.Popen[bytes] | None = None
        self._is_over = False

    def run(self) -> Diagram:
        self._process = process = _start()
        if self._is_over:  # cancelled while it was starting
            self.kill()
        try:
            out, _ = process.communicate(self._request, timeout=TIME_LIMIT_S)
        except subprocess.TimeoutExpired:
            raise DiagramError(f"The diagram took longer than {TIME_LIMIT_S:g} seconds to draw.") from None
        finally:
            process.kill()
            process.communicate()
        return _read(out)

    def kill(self) -> None:
        self._is_over = True
        if self._process is not None:
            self._process.kill()


def _start() -> subprocess.Popen[bytes]:
    environment = {name: os.environ[name] for name in _ENVIRONMENT if name in os.environ}
    # What can be imported here can be there, and nothing from the folder that it runs in.
    environment["PYTHONPATH"] = os.pathsep.join(filter(None, sys.path))
    return subprocess.Popen(  # noqa: S603  (our own interpreter and module)
        [sys.executable, "-P", "-m", _WORKER],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=environment,
        creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
    )


def _read(out: bytes) -> Diagram:
    try:
        answer = json.loads(out)
        if "error" not in answer:
            return Diagram(base64.b64decode(answer["png"]), answer["svg"])
    except (ValueError, KeyError, TypeError):
        raise DiagramError("The diagram can’t be drawn: what draws it broke off.") from None
    first_line = _PREAMBLE.sub("", str(answer["error"]).strip().partition("\n")[0])
    reason = " ".join(first_line.split())[:_LONGEST_REASON].rstrip(":. ")
    raise DiagramError(f"The diagram can’t be drawn: {reason}.")
