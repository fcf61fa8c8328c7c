"""The one funnel through which the app speaks to the user about what went wrong or changed."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from arvae_desktop.domain.errors import ArvaeError

if TYPE_CHECKING:
    import asyncio
    from types import TracebackType

_log = logging.getLogger(__name__)


class Severity(StrEnum):
    """How much a notice matters."""

    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class Notice:
    """A sentence for the user.

    Attributes:
        title: what happened.
        hint: what to do about it; may be empty.
        kind: a word that tells notices of one origin apart: a new one replaces an older of its kind.
        link: the address of a page that says more; may be empty.
    """

    severity: Severity
    title: str
    hint: str = ""
    kind: str = ""
    link: str = ""


class Notifier(QObject):
    """Takes notices and exceptions from everywhere; the window shows what comes out.

    Signals:
        noticed: a `Notice` to show.
        withdrawn: the kind of a notice that no longer holds.
    """

    noticed = Signal(object)
    withdrawn = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._is_closed = False

    def info(self, title: str, hint: str = "", *, kind: str = "", link: str = "") -> None:
        """Tell something that needs no action."""
        self.noticed.emit(Notice(Severity.INFO, title, hint, kind, link))

    def warn(self, title: str, hint: str = "", *, kind: str = "") -> None:
        """Tell something that limits what the user can do."""
        self.noticed.emit(Notice(Severity.WARNING, title, hint, kind))

    def withdraw(self, kind: str) -> None:
        """Take back what was said under `kind`."""
        self.withdrawn.emit(kind)

    def close(self) -> None:
        """Tell nobody but the log from now on: the window is going."""
        self._is_closed = True

    def report(self, error: BaseException) -> None:
        """Tell of an exception: the environment's fault by its own sentence, ours with a trace in the log."""
        if isinstance(error, ArvaeError):
            _log.warning("%s: %s", error.report.kind, type(error).__name__)
            notice = Notice(Severity.WARNING, error.report.title, error.report.hint, error.report.kind)
        else:
            _log.error("unexpected error", exc_info=error)
            notice = Notice(
                Severity.ERROR,
                "Something went wrong inside the app.",
                "What you wrote is still here. The log has the details for a report.",
                "internal",
            )
        if not self._is_closed:
            self.noticed.emit(notice)

    def excepthook(
        self, _kind: type[BaseException], error: BaseException, _trace: TracebackType | None
    ) -> None:
        """Stand in for `sys.excepthook`: an exception in a slot ends here."""
        self.report(error)

    def loop_exception_handler(self, _loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        """Stand in for the event loop's exception handler."""
        error = context.get("exception")
        if isinstance(error, BaseException):
            self.report(error)
        else:
            _log.error("event loop: %s", context.get("message"))
