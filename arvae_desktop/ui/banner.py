"""A notice above the composer: what happened and what to do, until it is put away or no longer holds."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QToolButton, QVBoxLayout, QWidget

from arvae_desktop.ui.icons import line_icon

if TYPE_CHECKING:
    from arvae_desktop.services.notifier import Notice
    from arvae_desktop.ui.theme import Colors, Theme


class Banner(QFrame):
    """Shows the newest notice; those before it come back when it is put away.

    Signals:
        settings_requested: the user wants to mend it in the settings.
        link_requested: an address that the user wants to see, and the words on its button.
        told: the words of a notice that is new.
    """

    settings_requested = Signal()
    link_requested = Signal(str, str)
    told = Signal(str)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("banner")
        self._notices: list[Notice] = []
        self._title = _label("bannerTitle")
        self._hint = _label("bannerHint")
        self._settings = QToolButton(self)
        self._settings.setObjectName("flatButton")
        self._settings.setText("Settings")
        self._link = QToolButton(self)
        self._link.setObjectName("linkButton")
        self._link.setText("Look at it")
        self._close = QToolButton(self)
        self._close.setObjectName("bannerClose")
        self._close.setAccessibleName("Put this notice away")
        self._close.setToolTip("Put away")
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(self._title)
        words.addWidget(self._hint)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 10, 8, 10)
        row.setSpacing(8)
        row.addLayout(words, 1)
        row.addWidget(self._settings, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self._link, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self._close, 0, Qt.AlignmentFlag.AlignTop)
        self._settings.clicked.connect(self.settings_requested)
        self._link.clicked.connect(
            lambda _checked=False: self.link_requested.emit(self._notices[-1].link, self._link.text())
        )
        self._close.clicked.connect(self._put_away)
        self._paint_icons(theme.colors)
        theme.changed.connect(self._paint_icons)
        self._show_newest()

    def show_notice(self, notice: Notice) -> None:
        """Show a notice; it replaces an older one of its kind."""
        self._drop(notice.kind)
        self._notices.append(notice)
        self._show_newest()
        self.told.emit(f"{notice.title} {notice.hint}".strip())

    def withdraw(self, kind: str) -> None:
        """Take back the notice of a kind."""
        self._drop(kind)
        self._show_newest()

    def _drop(self, kind: str) -> None:
        self._notices = [notice for notice in self._notices if not kind or notice.kind != kind]

    def _put_away(self) -> None:
        self._notices.pop()
        self._show_newest()

    def _show_newest(self) -> None:
        self.setVisible(bool(self._notices))
        if not self._notices:
            return
        notice = self._notices[-1]
        self._title.setText(notice.title)
        self._hint.setText(notice.hint)
        self._hint.setVisible(bool(notice.hint))
        self._settings.setVisible("settings" in notice.hint)
        self._link.setVisible(bool(notice.link))
        if notice.link:
            self._link.setText(f"Look at {urlsplit(notice.link).hostname}")
        self.setAccessibleName(f"{notice.title} {notice.hint}".strip())
        self.setProperty("severity", notice.severity.value)
        self.style().unpolish(self)
        self.style().polish(self)

    def _paint_icons(self, colors: Colors) -> None:
        self._close.setIcon(line_icon("close", colors.muted))


def _label(name: str) -> QLabel:
    label = QLabel()
    label.setObjectName(name)
    label.setTextFormat(Qt.TextFormat.PlainText)  # a server's words may be part of it
    label.setWordWrap(True)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return label
