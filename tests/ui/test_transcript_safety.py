"""Hostile documents: showing them opens nothing, and nothing on the page can be opened but after a click."""

import asyncio
import re

import pytest
from answers import answer, running, text_of, user
from pages import blocks, fill, fragments, links, page_text, settle
from PySide6.QtCore import QEvent, QPoint, Qt, QUrl
from PySide6.QtGui import QDesktopServices, QHelpEvent
from PySide6.QtWidgets import QApplication, QPlainTextEdit, QPushButton, QToolTip

from arvae_desktop.ui import link_opening
from arvae_desktop.ui.link_dialog import LinkDialog
from arvae_desktop.ui.transcript.view import TranscriptView

_TARGETS = [
    "file:///etc/passwd",
    "FILE:/etc/passwd",
    "javascript:alert(1)",
    "java\tscript:alert(1)",
    "&#106;avascript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "vbscript:x",
    "arvae-action:settings",
    "arvae-action:retry/t1",
    "qrc:/x",
    "//evil.example/share",
    "\\\\evil.example\\share",
    "/etc/passwd",
    "smb://evil.example/x",
    "ssh://-oProxyCommand=x/",
    "tel:110",
    "https:evil",
    "http://",
]
_FORMS = [
    "[words]({})",
    "[words](<{}>)",
    "<{}>",
    "![alt]({})",
    "[![alt]({0})]({0})",
    "[words][r]\n\n[r]: {}",
    "[words](https://good.example '{}')",
    "<a href='{}'>words</a>",
    "<img src='{}' onerror=alert(1)>",
    "<iframe src='{0}'></iframe><link rel=stylesheet href='{0}'><style>@import '{0}'</style>",
    "| a |\n|---|\n| [words]({}) |",
    "- > [words]({})",
    "# ![alt]({})",
    "```\n[words]({})\n```",
    "$$\\href{{{0}}}{{x}}$$ and $\\includegraphics{{{0}}}$",
    "note[^1]\n\n[^1]: [words]({})",
    "```mermaid\ngraph LR\nclick A '{}'\n```",
]
_ALLOWED = re.compile(r"https?://[^/]|mailto:.|arvae-action:")


@pytest.fixture
def opened(monkeypatch):
    """The addresses that were handed to other programs."""
    heard = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: heard.append(url.toString()) or True)
    return heard


class _WatchedView(TranscriptView):
    """Remembers what the document wants to load."""

    def __init__(self, theme):
        super().__init__(theme)
        self.wanted = []

    def loadResource(self, kind, name):
        self.wanted.append(name)
        return super().loadResource(kind, name)


@pytest.fixture
def view(show, theme):
    return show(_WatchedView(theme), 820, 600)


def _check(view, message_id):
    for block in blocks(view):
        for fragment in fragments(block):
            assert not fragment.charFormat().isImageFormat()
            href = fragment.charFormat().anchorHref()
            assert not href or _ALLOWED.match(href), href
            if href.startswith("arvae-action:"):
                ours = re.compile(
                    f"arvae-action:(?:(?:copy-code|open-code|show-diagram)/{message_id}/[0-9]+"
                    r"|show-picture/https?://.+)"
                )
                assert ours.fullmatch(href), href


@pytest.mark.parametrize("form", _FORMS)
def test_hostile_documents_open_nothing(view, opened, form):
    for target in _TARGETS:
        message = answer(form.format(target))
        fill(view, [user("?"), message])
        _check(view, message.id)
        view.grab()
    assert view.wanted == []
    assert opened == []


@pytest.mark.parametrize("form", _FORMS)
def test_no_moment_of_streaming_opens_anything(view, opened, form):
    text = form.format("javascript:alert(1)")
    message = running()
    view.show_messages([user("?"), message])
    for letter in text:
        view.append_segment(message.id, text_of(letter))
        settle(view)
        _check(view, message.id)
    assert view.wanted == []
    assert opened == []


def test_html_is_shown_as_text(view):
    fill(view, [user("?"), answer("<b>bold</b> <script>alert(1)</script>")])
    assert "<b>bold</b> <script>alert(1)</script>" in page_text(view)


def test_a_picture_is_a_placeholder_that_asks_for_it_by_a_click_alone(view, opened):
    fill(view, [user("?"), answer("![A cat](https://pictures.example/cat.png?track=%41)")])
    words = "▣\u00a0Picture: A cat · pictures.example"
    assert links(view) == [(words, "arvae-action:show-picture/https://pictures.example/cat.png?track=%41")]
    wanted = []
    view.action_requested.connect(lambda *told: wanted.append(told))
    view.grab()
    assert (wanted, view.wanted, opened) == ([], [], [])
    view.setTextCursor(view.document().find("cat"))
    assert view.createMimeDataFromSelection().text() == "cat", "its words were said, and are copied"
    view.anchorClicked.emit(QUrl("arvae-action:show-picture/https://pictures.example/cat.png?track=%41"))
    assert wanted == [("show-picture", "https://pictures.example/cat.png?track=%41")]


def _place_of(view, words):
    cursor = view.document().find(words)
    cursor.setPosition(cursor.selectionStart() + 1)
    return view.cursorRect(cursor).center()


def test_a_clicked_link_is_told_with_its_words_and_not_opened(view, qtbot, opened):
    text = "[one](https://a.example/x) [the **other** one](https://a.example/x)\n\n[third](https://b.example/%20?q=ä)"
    fill(view, [user("?"), answer(text)])
    told = []
    view.link_requested.connect(lambda *link: told.append(link))
    before = page_text(view)
    for words in ("one", "other", "third"):
        qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=_place_of(view, words))
    assert told[:2] == [("https://a.example/x", "one"), ("https://a.example/x", "the other one")]
    assert told[2][1] == "third"
    assert told[2][0].startswith("https://b.example/%20?q=")
    assert opened == []
    assert page_text(view) == before
    assert not view.openLinks()


def test_a_link_is_reached_by_keyboard(view, qtbot):
    fill(view, [user("?"), answer("[one](https://a.example/1) and [two](https://a.example/2)")])
    told = []
    view.link_requested.connect(lambda *link: told.append(link))
    view.setFocus()
    qtbot.waitUntil(view.hasFocus)
    for _ in range(2):
        qtbot.keyClick(view, Qt.Key.Key_Tab)
    qtbot.keyClick(view, Qt.Key.Key_Return)
    assert told == [("https://a.example/2", "two")]


def test_a_tip_over_a_link_tells_where_it_leads(view, qtbot):
    fill(view, [user("?"), answer("[https://good.example](https://evil.example/path)")])
    place = _place_of(view, "good")
    event = QHelpEvent(QEvent.Type.ToolTip, place, view.viewport().mapToGlobal(place))
    QApplication.sendEvent(view.viewport(), event)
    qtbot.waitUntil(lambda: QToolTip.text() == "https://evil.example/path")
    event = QHelpEvent(QEvent.Type.ToolTip, QPoint(2, 2), view.viewport().mapToGlobal(QPoint(2, 2)))
    QApplication.sendEvent(view.viewport(), event)
    qtbot.waitUntil(lambda: not QToolTip.text())


# --- opening ---


@pytest.mark.parametrize("href", ["https://a.example/x", "http://a.example", "mailto:me@a.example"])
def test_an_honest_link_opens_at_once(view, opened, href):
    assert asyncio.run(link_opening.open_link(href, "words", view))
    assert opened == [href]


@pytest.mark.parametrize("target", _TARGETS)
def test_no_other_address_is_opened(view, opened, target):
    assert asyncio.run(link_opening.open_link(target, "words", view))
    assert opened == []


@pytest.mark.parametrize("agrees", [True, False])
def test_a_deceptive_link_asks_first_and_shows_both(view, qtbot, qasync_loop, opened, agrees):
    task = qasync_loop.create_task(link_opening.open_link("https://evil.example/x", "bank.example", view))
    qtbot.waitUntil(lambda: view.findChild(LinkDialog) is not None)
    dialog = view.findChild(LinkDialog)
    shown = [box.toPlainText() for box in dialog.findChildren(QPlainTextEdit)]
    assert shown == ["bank.example", "https://evil.example/x"]
    assert opened == []
    words = "Open" if agrees else "Cancel"
    next(button for button in dialog.findChildren(QPushButton) if button.text() == words).click()
    qtbot.waitUntil(task.done)
    assert task.result()
    assert opened == (["https://evil.example/x"] if agrees else [])
