"""The conversations of this run, and which of them is in front."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from arvae_desktop.services.chat_session import ChatSession

if TYPE_CHECKING:
    from collections.abc import Callable

    from arvae_desktop.services.streaming_client import StreamingClient
    from arvae_desktop.services.tasks import Tasks


class Conversations(QObject):
    """Makes and keeps sessions. There is always a current one; it is listed once it has a message.

    Signals:
        listed: a `ChatSession` that has just got its first message; it stands first in `sessions`.
        current_changed: the `ChatSession` now in front.
    """

    listed = Signal(object)
    current_changed = Signal(object)

    def __init__(
        self,
        client: StreamingClient,
        tasks: Tasks,
        continues_once: Callable[[], bool] = lambda: False,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._client = client
        self._tasks = tasks
        self._continues_once = continues_once
        self._sessions: list[ChatSession] = []
        self._current = self._blank = self._make()

    @property
    def sessions(self) -> list[ChatSession]:
        """Those with messages, newest first."""
        return list(self._sessions)

    @property
    def current(self) -> ChatSession:
        """The one in front."""
        return self._current

    def start_new(self) -> ChatSession:
        """Bring an empty conversation to the front: the one that was left empty, or a new one."""
        if self._blank in self._sessions:
            self._blank = self._make()
        self.show(self._blank)
        return self._current

    def show(self, session: ChatSession) -> None:
        """Bring a conversation to the front."""
        if session is not self._current:
            self._current = session
            self.current_changed.emit(session)

    def stop_all(self) -> None:
        """Abort every running answer."""
        for session in self._sessions:
            session.stop()

    def _make(self) -> ChatSession:
        session = ChatSession(self._client, self._tasks, self._continues_once, self)
        session.message_added.connect(lambda _message: self._list(session))
        return session

    def _list(self, session: ChatSession) -> None:
        if session not in self._sessions:
            self._sessions.insert(0, session)
            self.listed.emit(session)
