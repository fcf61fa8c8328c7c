"""What the page does itself when words on it are chosen, and what is copied as Markdown."""

import pytest
from answers import answer, user
from pages import fill, links, page_text
from PySide6.QtCore import QUrl
from PySide6.QtGui import QGuiApplication, QTextCursor

from arvae_desktop.ui.chat_page import ChatPage

_TEXT = (
    "Look:\n\n- one\n\n```python\nx = 1\n\ny = 2\n```\n\n[ref]: https://a.example\n\n"
    "| a | b |\n|---|---|\n| 1 | 2 |\n\nEnd with **weight**."
)


@pytest.fixture
def page(show, connection, theme):
    return show(ChatPage(connection, theme), 900, 700)


def _choose(page, words):
    href = next(href for shown, href in links(page.transcript) if shown.startswith(words))
    page.transcript.anchorClicked.emit(QUrl(href))


def test_reasoning_opens_and_closes_at_a_click(page):
    fill(page.transcript, [user("?"), answer(("reasoning", "Hm."), "Yes")])
    _choose(page, "Thoughts")
    assert "\nHm.\nYes" in page_text(page.transcript)
    _choose(page, "Thoughts")
    assert "Hm." not in page_text(page.transcript)


def test_copy_puts_a_block_of_code_on_the_clipboard(page):
    fill(page.transcript, [user("?"), answer(("reasoning", "```\nnot this\n```"), _TEXT)])
    _choose(page, "Copy")
    assert QGuiApplication.clipboard().text() == "x = 1\n\ny = 2\n"


def test_copy_takes_all_pieces_of_a_long_block(page):
    code = "".join(f"line {number}\n" for number in range(2000)) + "x" * 30_000 + "\n"
    fill(page.transcript, [user("?"), answer(f"```\n{code}```\n\nEnd")])
    _choose(page, "Copy")
    assert QGuiApplication.clipboard().text() == code


def test_all_is_copied_as_its_markdown(page):
    view = page.transcript
    fill(view, [user("?"), answer(_TEXT)])
    cursor = view.document().find("weight")
    cursor.setPosition(0)
    cursor.setPosition(view.document().find("weight").selectionEnd() + 1, QTextCursor.MoveMode.KeepAnchor)
    view.setTextCursor(cursor)
    assert view.createMimeDataFromSelection().text() == f"?\n{_TEXT}"


def test_a_part_is_copied_as_the_text_that_is_seen(page):
    view = page.transcript
    fill(view, [user("?"), answer(_TEXT)])
    view.setTextCursor(view.document().find("with weight"))
    assert view.createMimeDataFromSelection().text() == "with weight"
    cursor = view.document().find("x = 1")
    start = cursor.selectionStart()
    cursor.setPosition(start - len("python\tOpen    Copy\n"))
    cursor.setPosition(start + 3, QTextCursor.MoveMode.KeepAnchor)
    view.setTextCursor(cursor)
    assert view.createMimeDataFromSelection().text() == "x ="
