"""What a reader can do with the transcript: walk its messages, act on one, find words, zoom."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, Signal
from PySide6.QtGui import QAction, QGuiApplication, QKeySequence, QShortcut

from arvae_desktop.domain.messages import AnswerState, Message, Role
from arvae_desktop.ui.message_actions import CONTINUE, COPY, DELETE, EDIT, READ, REGENERATE, SHORTCUTS
from arvae_desktop.ui.transcript.block_lines import COPY_CODE, OPEN_CODE, SHOW_DIAGRAM, SHOW_PICTURE
from arvae_desktop.ui.transcript.places import reveal
from arvae_desktop.ui.transcript.reasoning import FOLD
from arvae_desktop.ui.transcript.sentences import NEWER_BRANCH, OLDER_BRANCH

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from PySide6.QtWidgets import QHBoxLayout, QMenu, QWidget

    from arvae_desktop.services.chat_session import ChatSession
    from arvae_desktop.ui.find_bar import FindBar
    from arvae_desktop.ui.message_walker import MessageWalker
    from arvae_desktop.ui.theme import Theme
    from arvae_desktop.ui.transcript.finding import Finder
    from arvae_desktop.ui.transcript.view import TranscriptView

_NONE_CHOSEN = "Go to a message first: Alt+Up."


class ReadingTools(QObject):
    """Puts the tools over a view. What changes the conversation is only asked for.

    Args:
        page: whose window the shortcuts hold in.
        find_row: where the bar that finds words is put when it is first needed.
        parent: goes before the view does; the page, if none is named.

    Attributes:
        menu_actions: what the conversation's menu offers.

    Signals:
        action_chosen: what is to be done with a message: `EDIT`, `REGENERATE`, `CONTINUE` or `DELETE` of
            `message_actions`; and its id.
        branch_wanted: a message's id, and how many places further the one is that is to stand there.
        code_wanted: an action on code, by its name among those of `block_lines`, and the `CodeText`.
        picture_wanted: the address of a picture that the user asks for.
        zoom_wanted: by how many steps the text is to become larger; 0 for its own size.
        told: what was done, or why not, in a sentence.
    """

    action_chosen = Signal(str, str)
    branch_wanted = Signal(str, int)
    code_wanted = Signal(str, object)
    picture_wanted = Signal(str)
    zoom_wanted = Signal(int)
    told = Signal(str)

    def __init__(
        self,
        view: TranscriptView,
        theme: Theme,
        page: QWidget,
        find_row: QHBoxLayout,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent or page)
        self._view = view
        self._theme = theme
        self._page = page
        self._session: ChatSession | None = None
        self._find_row = find_row
        self.menu_actions = self._make_menu_actions()
        view.viewport().installEventFilter(self)
        view.action_requested.connect(self._on_page_action)
        view.menu_requested.connect(self._open_menu)
        view.zoom_requested.connect(self.zoom_wanted)
        for name, keys in SHORTCUTS.items():
            self._shortcut(keys, functools.partial(self._act_on_current, name))
        self._shortcut("Alt+Up", lambda: self._walker.walk(-1))
        self._shortcut("Alt+Down", lambda: self._walker.walk(1))
        self._shortcut("Alt+Left", lambda: self._walk_branches(-1))
        self._shortcut("Alt+Right", lambda: self._walk_branches(1))

    def set_session(self, session: ChatSession) -> None:
        """Work on another conversation from now on."""
        self._session = session
        self.leave()
        if "find_bar" in self.__dict__:
            self.find_bar.dismiss()

    def refresh(self) -> None:
        """The messages, or what can be done with them, have changed."""
        if self._has_walker:
            self._walker.refresh()

    def leave(self) -> bool:
        """Leave the message that was walked to. Returns whether there was one."""
        was_walking = self._has_walker and self._walker.walked is not None
        if self._has_walker:
            self._walker.forget()
        return was_walking

    def act(self, name: str, message_id: str) -> None:
        """Do something with a message, by its name in `message_actions`."""
        message = None if self._session is None else self._session.message(message_id)
        if message is None:
            return
        if name == COPY:
            QGuiApplication.clipboard().setText(message.text)
            self.told.emit("Message copied.")
        elif name == READ:
            reveal(self._view, message_id)
        else:
            self.action_chosen.emit(name, message_id)
        self.refresh()

    def go_to(self, message_id: str) -> None:
        """Bring a message into view, and mark it as one that was walked to."""
        reveal(self._view, message_id)
        if self._view.writer.is_settled:
            self._walker.go_to(message_id)
        else:
            kind = Qt.ConnectionType.SingleShotConnection
            self._view.writer.settled.connect(lambda: self._walker.go_to(message_id), kind)

    def open_find(self) -> None:
        """Open the search in the conversation, with what is selected."""
        self.find_bar.open(self._view.textCursor().selectedText().partition("\u2029")[0])

    # --- what is made when it is first needed: none of it is on the first frame ---

    @functools.cached_property
    def _walker(self) -> MessageWalker:
        from arvae_desktop.ui.message_walker import MessageWalker  # noqa: PLC0415

        walker = MessageWalker(self._view, self._theme, self._actions_of, self)
        walker.action_chosen.connect(self.act)
        return walker

    @property
    def _has_walker(self) -> bool:
        return "_walker" in self.__dict__

    @property
    def _current(self) -> str | None:
        """The message that was walked to or is pointed at."""
        return self._walker.current if self._has_walker else None

    @functools.cached_property
    def _finder(self) -> Finder:
        from arvae_desktop.ui.transcript.finding import Finder  # noqa: PLC0415

        finder = Finder(self._view, self._theme)
        finder.counted.connect(self._show_count)
        return finder

    @functools.cached_property
    def find_bar(self) -> FindBar:
        """The bar that finds words in the conversation."""
        from arvae_desktop.ui.find_bar import FindBar  # noqa: PLC0415

        bar = FindBar(self._theme, self._page)
        bar.words_changed.connect(self._finder.find)
        bar.next_requested.connect(lambda: self._finder.go(1))
        bar.previous_requested.connect(lambda: self._finder.go(-1))
        bar.closed.connect(self._close_find)
        self._find_row.addWidget(bar, 4)
        return bar

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The pointer comes to the messages for the first time."""
        if event.type() is QEvent.Type.MouseMove and not self._has_walker:
            watched.removeEventFilter(self)
            self._walker.eventFilter(watched, event)
        return super().eventFilter(watched, event)

    # --- messages ---

    def _actions_of(self, message_id: str) -> Sequence[str]:
        session = self._session
        message = None if session is None else session.message(message_id)
        if session is None or message is None:
            return ()
        if message.state is AnswerState.RUNNING:
            return (COPY, READ)
        if message.role is Role.USER:
            return (COPY, DELETE) if session.is_running else (COPY, EDIT, DELETE)
        again = [REGENERATE] if session.can_regenerate(message_id) and not session.is_running else []
        rest = [CONTINUE] if message.can_go_on and session.last_id == message_id else []
        return (COPY, *again, *rest, READ, DELETE)

    def _act_on_current(self, name: str) -> None:
        message_id = self._current
        if message_id is None and name == DELETE:
            self.told.emit(_NONE_CHOSEN)
        elif (message_id := message_id or self._last(name)) is not None:
            self.act(name, message_id)

    def _last(self, name: str) -> str | None:
        """The message that a shortcut means where none was chosen."""
        role = Role.USER if name == EDIT else Role.ASSISTANT
        messages: Sequence[Message] = () if self._session is None else self._session.messages
        return next((message.id for message in reversed(messages) if message.role is role), None)

    def _walk_branches(self, step: int) -> None:
        if (message_id := self._current or self._last(REGENERATE)) is not None:
            self.branch_wanted.emit(message_id, step)

    def _on_page_action(self, name: str, target: str) -> None:
        """Do what a click on words of ours asks for; the rest is for whoever built the window."""
        message_id, _, number = target.rpartition("/")
        if name == FOLD:
            self._view.writer.toggle(message_id, int(number))
        elif name in (COPY_CODE, OPEN_CODE, SHOW_DIAGRAM):
            self._on_code(name, target)
        elif name == SHOW_PICTURE:
            self.picture_wanted.emit(target)
        elif name in (OLDER_BRANCH, NEWER_BRANCH):
            self.branch_wanted.emit(target, -1 if name == OLDER_BRANCH else 1)

    def _on_code(self, name: str, target: str) -> None:
        message_id, _, number = target.rpartition("/")
        code = self._view.writer.code(message_id, int(number))
        if code is None:
            return
        if name == COPY_CODE:
            QGuiApplication.clipboard().setText(code.text)
            self.told.emit("Code copied.")
        else:
            self.code_wanted.emit(name, code)

    def _open_menu(self, point: QPoint) -> QMenu:
        # Loaded only now: most readers never open it.
        from arvae_desktop.ui.transcript_menu import Doings, open_menu  # noqa: PLC0415

        doings = Doings(self._actions_of, self.act, self._markdown_of, self._on_code)
        return open_menu(self._view, point, doings)

    def _markdown_of(self, message_id: str) -> str | None:
        message = None if self._session is None else self._session.message(message_id)
        return None if message is None else message.text

    # --- finding ---

    def _show_count(self, current: int, total: int, is_more: bool) -> None:
        self.find_bar.show_count(current, total, is_more=is_more)

    def _close_find(self) -> None:
        self._finder.find("")
        self._view.setFocus()

    # --- keys ---

    def _shortcut(self, keys: str, act: Callable[[], object]) -> None:
        shortcut = QShortcut(QKeySequence(keys), self._page)
        shortcut.activated.connect(act)

    def _make_menu_actions(self) -> list[QAction]:
        return [
            self._action("Find in the conversation", self.open_find, QKeySequence.StandardKey.Find),
            self._action("Larger text", lambda: self.zoom_wanted.emit(1), "Ctrl++", "Ctrl+="),
            self._action("Smaller text", lambda: self.zoom_wanted.emit(-1), "Ctrl+-"),
            self._action("Ordinary text size", lambda: self.zoom_wanted.emit(0), "Ctrl+0"),
        ]

    def _action(
        self, words: str, act: Callable[[], object], *keys: QKeySequence.StandardKey | str
    ) -> QAction:
        action = QAction(words, self._page)
        action.setShortcuts([QKeySequence(each) for each in keys])
        action.triggered.connect(lambda _checked=False: act())
        self._page.addAction(action)
        return action
