"""The menu over the transcript: what can be done with the words, the link, the code or the message there."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QMimeData, QPoint, Qt
from PySide6.QtGui import QAction, QGuiApplication, QKeySequence
from PySide6.QtWidgets import QMenu

from arvae_desktop.markup.html import to_html
from arvae_desktop.markup.plain import plain_text
from arvae_desktop.markup.stream import parse
from arvae_desktop.ui.message_actions import CONTINUE, COPY, DELETE, EDIT, READ, REGENERATE, SHORTCUTS
from arvae_desktop.ui.transcript.block_lines import COPY_CODE, OPEN_CODE
from arvae_desktop.ui.transcript.copying import markdown_of
from arvae_desktop.ui.transcript.formats import ACTION_SCHEME
from arvae_desktop.ui.transcript.links import link_at
from arvae_desktop.ui.transcript.places import message_at, position_at

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from arvae_desktop.ui.transcript.view import TranscriptView

_WORDS = {
    COPY: "Copy message",
    EDIT: "Edit and send again",
    REGENERATE: "Regenerate answer",
    CONTINUE: "Continue answer",
    READ: "Read from here",
    DELETE: "Delete message",
}


class Doings(NamedTuple):
    """What the menu can have done.

    Attributes:
        actions_of: what can be done with a message, by its id, as names of `message_actions`.
        act: does one of those, by its name, with the message of an id.
        markdown_of: the source of a message, by its id; None if there is no such message.
        on_code: does an action to a code block: its name, and its target as the page's links have it.
    """

    actions_of: Callable[[str], Sequence[str]]
    act: Callable[[str, str], object]
    markdown_of: Callable[[str], str | None]
    on_code: Callable[[str, str], object]


def open_menu(view: TranscriptView, point: QPoint, doings: Doings) -> QMenu:
    """Open the menu for a point of the viewport; it goes when it is closed."""
    menu = QMenu(view)
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    message_id = message_at(view, point)
    source = _source(view, message_id, doings)
    _add_link(menu, view, point)
    _add_copying(menu, view, source)
    _add_code(menu, view, point, message_id, doings)
    if message_id is not None:
        menu.addSeparator()
        for name in doings.actions_of(message_id):
            action = _add(menu, _WORDS[name], functools.partial(doings.act, name, message_id))
            action.setShortcut(QKeySequence(SHORTCUTS[name]))
    menu.addSeparator()
    _add(menu, "Select all", view.selectAll, QKeySequence.StandardKey.SelectAll)
    menu.popup(view.viewport().mapToGlobal(point))
    return menu


def copy_markdown(source: str) -> None:
    """Put Markdown on the clipboard as it is."""
    QGuiApplication.clipboard().setText(source)


def copy_plain(source: str) -> None:
    """Put on the clipboard what is read of Markdown."""
    QGuiApplication.clipboard().setText(plain_text(parse(source)))


def copy_html(source: str) -> None:
    """Put Markdown on the clipboard as HTML for programs that take it; for others as plain text."""
    blocks = parse(source)
    data = QMimeData()
    data.setData("text/html", to_html(blocks).encode())
    data.setText(plain_text(blocks))
    QGuiApplication.clipboard().setMimeData(data)


def _source(view: TranscriptView, message_id: str | None, doings: Doings) -> str:
    """The Markdown that is copied: what is selected, else the message."""
    if view.textCursor().hasSelection():
        return markdown_of(view.textCursor(), view.writer)
    return (doings.markdown_of(message_id) if message_id is not None else None) or ""


def _add_copying(menu: QMenu, view: TranscriptView, source: str) -> None:
    has_selection = view.textCursor().hasSelection()
    copy = _add(menu, "Copy", view.copy, QKeySequence.StandardKey.Copy)
    copy.setEnabled(has_selection)
    as_menu = menu.addMenu("Copy as" if has_selection else "Copy message as")
    as_menu.setEnabled(bool(source))
    _add(as_menu, "Markdown", lambda: copy_markdown(source))
    _add(as_menu, "Plain text", lambda: copy_plain(source))
    _add(as_menu, "HTML", lambda: copy_html(source))


def _add_link(menu: QMenu, view: TranscriptView, point: QPoint) -> None:
    link = link_at(view.document(), position_at(view, point)) if view.anchorAt(point) else None
    if link is None or link.href.startswith(ACTION_SCHEME):
        return
    _add(menu, "Open link", lambda: view.link_requested.emit(*link))
    _add(menu, "Copy link address", lambda: QGuiApplication.clipboard().setText(link.href))
    menu.addSeparator()


def _add_code(
    menu: QMenu, view: TranscriptView, point: QPoint, message_id: str | None, doings: Doings
) -> None:
    line = view.document().findBlock(max(0, position_at(view, point)))
    number = view.writer.block_of(line)
    if message_id is None or number is None or view.writer.code(message_id, number) is None:
        return
    menu.addSeparator()
    target = f"{message_id}/{number}"
    _add(menu, "Copy code", lambda: doings.on_code(COPY_CODE, target))
    _add(menu, "Open code in a window", lambda: doings.on_code(OPEN_CODE, target))


def _add(
    menu: QMenu, words: str, act: Callable[[], object], keys: QKeySequence.StandardKey | None = None
) -> QAction:
    action = QAction(words, menu)
    if keys is not None:
        action.setShortcut(QKeySequence(keys))
    action.triggered.connect(lambda _checked=False: act())
    menu.addAction(action)
    return action
