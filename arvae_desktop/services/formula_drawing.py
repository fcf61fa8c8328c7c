"""The process that draws formulas, seen from the app: started, asked, and ended when it is too slow."""

from __future__ import annotations

import json
import logging
import re
import sys
from pathlib import Path

from PySide6.QtCore import QObject, QProcess, QProcessEnvironment, QTimer, Signal

from arvae_desktop import DRAW_FORMULAS, is_frozen
from arvae_desktop.services import own_process
from arvae_desktop.services.formulas import Picture

_log = logging.getLogger(__name__)

_PROGRAM = Path(__file__).with_name("formula_process.py")

_LONGEST_TEX = 2_000
_DEEPEST = 12
_OPENING = re.compile(r"\\left(?![a-zA-Z])|\\begin(?![a-zA-Z])|(?<!\\)\{")
_CLOSING = re.compile(r"\\right(?![a-zA-Z])|\\end(?![a-zA-Z])|(?<!\\)\}")
_NESTING = re.compile(f"({_OPENING.pattern})|({_CLOSING.pattern})")
_SURROGATE = re.compile("[\ud800-\udfff]")

_START_LIMIT_MS = 20_000
# One answer may hold a thousand formulas that take for ever: after some, patience is short.
_MOST_LATE = 10
_SHORT_LIMIT_MS = 300
_END_LIMIT_MS = 1_000
# It holds 30 MB and starts within 0.2 s.
_IDLE_MS = 60_000
_MOST_FAILED_STARTS = 2


class DrawingProcess(QObject):
    """The process that draws: started when something is asked, ended when it is slow or has nothing to do.

    Signals:
        answered: the `Picture` of what was asked last, or None if it can't be drawn or took too long.

    Attributes:
        is_broken: it can't be started, so there will be no pictures.
    """

    answered = Signal(object)

    def __init__(self, parent: QObject, time_limit_ms: int) -> None:
        super().__init__(parent)
        self.is_broken = False
        self._time_limit_ms = time_limit_ms
        self._process: QProcess | None = None
        self._is_loaded = False
        self._failed_starts = 0
        self._late = 0
        self._asked = b""
        self._limit = QTimer(self, singleShot=True)
        self._limit.timeout.connect(self._on_late)
        self._idle = QTimer(self, singleShot=True, interval=_IDLE_MS)
        self._idle.timeout.connect(self._drop)

    def ask(self, tex: str, display: bool) -> None:
        """Have a formula drawn. Not to be called again before it was answered."""
        self._idle.stop()
        self._asked = json.dumps({"tex": tex, "display": display}).encode() + b"\n"
        if self._process is None:
            self._start()
        else:
            self._send()

    def close(self) -> None:
        """End it, and wait for that."""
        self.is_broken = True
        self._drop()
        for process in self.findChildren(QProcess):
            process.waitForFinished(_END_LIMIT_MS)

    def _start(self) -> None:
        process = QProcess(self)
        environment = QProcessEnvironment()
        for name, value in own_process.environment().items():
            environment.insert(name, value)
        process.setProcessEnvironment(environment)
        process.setStandardErrorFile(QProcess.nullDevice())
        if sys.platform != "win32":
            flags = QProcess.UnixProcessFlag
            # A Ctrl-C in the terminal is for the app, which ends it.
            process.setUnixProcessParameters(flags.CloseFileDescriptors | flags.CreateNewSession)
        process.readyReadStandardOutput.connect(self._read)
        process.finished.connect(self._on_ended)
        process.errorOccurred.connect(self._on_error)
        self._process, self._is_loaded = process, False
        self._limit.start(_START_LIMIT_MS)
        process.start(own_process.program(), _arguments())

    def _send(self) -> None:
        if self._process is not None and self._is_loaded:
            self._limit.start(self._time_limit_ms if self._late < _MOST_LATE else _SHORT_LIMIT_MS)
            self._process.write(self._asked)

    def _read(self) -> None:
        while self._process is not None and self._process.canReadLine():
            line = bytes(self._process.readLine().data())
            if self._is_loaded:
                self._answer(_picture(line))
            else:
                self._is_loaded, self._failed_starts = True, 0
                self._send()

    def _answer(self, picture: Picture | None) -> None:
        self._limit.stop()
        if self._process is not None:
            self._idle.start()
        self.answered.emit(picture)

    def _on_late(self) -> None:
        if self._is_loaded:
            self._late += 1
            self._drop()
            self._answer(None)
        else:
            self._drop()
            self._on_failed_start()

    def _on_ended(self) -> None:
        was_loaded, was_asked = self._is_loaded, self._limit.isActive()
        self._drop()
        if not was_loaded:
            self._on_failed_start()
        elif was_asked:
            self._answer(None)

    def _on_error(self, error: QProcess.ProcessError) -> None:
        if error is QProcess.ProcessError.FailedToStart:
            self._drop()
            self._on_failed_start()

    def _on_failed_start(self) -> None:
        self._failed_starts += 1
        if self._failed_starts >= _MOST_FAILED_STARTS:
            self.is_broken = True
            _log.warning("formulas can't be drawn: their process does not start")
        self._answer(None)

    def _drop(self) -> None:
        """Let go of the process, which goes when it has ended."""
        self._limit.stop()
        self._idle.stop()
        process, self._process = self._process, None
        if process is None:
            return
        process.readyReadStandardOutput.disconnect(self._read)
        process.finished.disconnect(self._on_ended)
        process.errorOccurred.disconnect(self._on_error)
        process.finished.connect(process.deleteLater)
        if process.state() is QProcess.ProcessState.NotRunning:
            process.deleteLater()
        process.kill()


def _arguments() -> list[str]:
    """What makes this program the one that draws."""
    if is_frozen():
        return [DRAW_FORMULAS]
    return ["-I", str(_PROGRAM), own_process.paths()]


def is_worth_trying(tex: str) -> bool:
    """Whether a formula is within bounds: drawing costs twice as much with each level of nesting."""
    if not tex or tex.isspace() or len(tex) > _LONGEST_TEX or _SURROGATE.search(tex):
        return False
    depth = 0
    for match in _NESTING.finditer(tex):
        depth += 1 if match[1] else -1
        if depth > _DEEPEST:
            return False
    return True


def _picture(line: bytes) -> Picture | None:
    answer = json.loads(line)
    if answer is None:
        return None
    return Picture(answer["svg"].encode(), answer["width"], answer["ascent"], answer["descent"])
