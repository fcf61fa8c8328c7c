"""Asks before a link is opened that may lead elsewhere than it says."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QFont, QGuiApplication, QTextCharFormat, QTextCursor, QTextOption
from PySide6.QtWidgets import (
    QDialog,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from arvae_desktop.markup.safety import display_host, visible_controls
from arvae_desktop.ui import dialogs
from arvae_desktop.ui.forms import FormColumn

if TYPE_CHECKING:
    from PySide6.QtGui import QResizeEvent

_WIDTH = 480
_MARGIN = 24
_MOST_LINES = 6
_LONGEST_WORDS = 2000
_HOST = re.compile(r"(?P<before>https?://(?:[^/?#\\]*@)?)(?P<host>\[[^\]]*\]|[^/?#\\:@]+)", re.IGNORECASE)
_RECIPIENT = re.compile(r"(?P<before>mailto:)(?P<host>[^?]+)", re.IGNORECASE)


class LinkDialog(QDialog):
    """Shows what a link says and where it leads, as plain text that can be selected.

    Accepted: open it. Rejected: don't, which is what Enter and Escape do.

    Args:
        text: what stands on the link.
        url: where it leads; its host is shown as it is looked up, and bold.
        reason: why it is asked, in a sentence.
    """

    def __init__(self, text: str, url: str, reason: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("linkDialog")
        self.setWindowTitle("Open this link? – Arvae Desktop")
        self._url = url
        before, host, after = address_parts(url)
        self._title = QLabel("Open this link?", self)
        self._reason = QLabel(visible_controls(reason), self)
        self._said = _TextBox("The link says", ("", visible_controls(text[:_LONGEST_WORDS]), ""), self)
        self._address = _TextBox("It leads to", (before, host, after), self)
        self._open = QPushButton("Open", self)
        self._copy = QPushButton("Copy address", self)
        self._cancel = QPushButton("Cancel", self)
        self._build()
        self._open.clicked.connect(self.accept)
        self._copy.clicked.connect(self._copy_address)
        self._cancel.clicked.connect(self.reject)

    def _copy_address(self) -> None:
        QGuiApplication.clipboard().setText(self._url)
        self._copy.setText("Copied")

    def event(self, event: QEvent) -> bool:
        """Make room for every line: a layout alone squeezes what is around lines that were not foreseen."""
        changes_lines = event.type() in (QEvent.Type.LayoutRequest, QEvent.Type.Resize)
        done = super().event(event)  # of some events nothing is left of the dialog
        if changes_lines and (layout := self.layout()) is not None:
            self.setMinimumHeight(layout.totalHeightForWidth(self.width()))
        return done

    def _build(self) -> None:
        self.setMinimumWidth(_WIDTH)
        self._title.setObjectName("dialogTitle")
        self._reason.setTextFormat(Qt.TextFormat.PlainText)
        self._reason.setWordWrap(True)
        self._open.setToolTip("Open the address in the browser or the mail program")
        self._copy.setToolTip("Copy the address without opening it")
        self._cancel.setToolTip("Don’t open it (Esc)")
        for button in (self._open, self._copy, self._cancel):
            button.setObjectName("secondaryButton")
            button.setAccessibleName(button.text())
            button.setAutoDefault(False)
        self._cancel.setObjectName("primaryButton")
        self._cancel.setDefault(True)
        form = FormColumn()
        form.add_field("The link says", self._said)
        form.add_field("It leads to", self._address)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self._copy)
        row.addStretch(1)
        row.addWidget(self._open)
        row.addWidget(self._cancel)
        column = QVBoxLayout(self)
        column.setContentsMargins(_MARGIN, _MARGIN, _MARGIN, _MARGIN)
        column.setSpacing(16)
        column.addWidget(self._title)
        column.addWidget(self._reason)
        column.addLayout(form)
        column.addSpacing(4)
        column.addLayout(row)
        self._cancel.setFocus()


class _TextBox(QPlainTextEdit):
    """Untrusted text in a frame, of which a part is emphasised; as high as it needs, up to six lines."""

    def __init__(self, name: str, parts: tuple[str, str, str], parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("textBox")
        self.setAccessibleName(name)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setReadOnly(True)
        interaction = Qt.TextInteractionFlag
        self.setTextInteractionFlags(interaction.TextSelectableByMouse | interaction.TextSelectableByKeyboard)
        self.setTabChangesFocus(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        # An address has no spaces to break at.
        self.setWordWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        self.document().setDocumentMargin(0)
        plain, bold = QTextCharFormat(), QTextCharFormat()
        bold.setFontWeight(QFont.Weight.Bold)
        cursor = QTextCursor(self.document())
        for part, characters in zip(parts, (plain, bold if parts[0] else plain, plain), strict=True):
            cursor.insertText(part, characters)
        self.moveCursor(QTextCursor.MoveOperation.Start)
        # Fitted before the dialog asks how high it is to be: it would not shrink again.
        self.ensurePolished()
        self.resize(_WIDTH - 2 * _MARGIN, self.height())
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Another width has other lines."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        # The document of a plain text edit measures its height in lines.
        needed = max(1, int(self.document().size().height()))
        policy = Qt.ScrollBarPolicy
        fits = needed <= _MOST_LINES
        self.setVerticalScrollBarPolicy(policy.ScrollBarAlwaysOff if fits else policy.ScrollBarAlwaysOn)
        frame = self.height() - self.viewport().height()
        self.setFixedHeight(min(_MOST_LINES, needed) * self.fontMetrics().lineSpacing() + frame + 2)


async def confirm_link(parent: QWidget, text: str, url: str, reason: str) -> bool:
    """Ask whether to open `url` although its `text` may deceive. Cancelling closes the question."""
    return await dialogs.finished(LinkDialog(text, url, reason, parent)) == QDialog.DialogCode.Accepted


def address_parts(url: str) -> tuple[str, str, str]:
    """What stands before the host that a link leads to (or a mail's recipient), the host, and what follows.

    The host is spelled out as it is looked up, and what can't be seen is shown as a mark.
    """
    match = _HOST.match(url) or _RECIPIENT.match(url)
    if match is None:
        return "", visible_controls(url), ""
    host = match["host"]
    if host.isascii():  # as written, such as an IPv6 address in its brackets
        parts = match["before"], host, url[match.end() :]
    else:
        parts = match["before"], display_host(url), url[match.end() :]
    before, host, after = map(visible_controls, parts)
    return before, host, after
