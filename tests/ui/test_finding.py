"""Words are found in the conversation: on the page, in what is not on it, and while an answer runs."""

import time

import pytest
from answers import SEARCHED, conversation, user
from pages import settle
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QTextCursor
from PySide6.QtWidgets import QApplication
from stalls import shorter_than

from tests.services.scripted_client import COMPLETE


def _press(qtbot, page, key, modifier):
    qtbot.keyClick(page, key, modifier)


def _find(page, qtbot, words):
    _press(qtbot, page, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    bar = page.tools.find_bar
    assert bar.isVisible()
    bar._field.setText(words)  # at once: letter by letter it may go on to where the first ones are found
    qtbot.waitUntil(lambda: not page.tools._finder._searching.is_running)
    return bar


def _marked(page):
    cursor, words = QTextCursor(page.transcript.document()), []
    for start, end in page.tools._finder.marked:
        cursor.setPosition(start)
        cursor.setPosition(end, QTextCursor.MoveMode.KeepAnchor)
        words.append(cursor.selectedText())
    return words


def _yellow(page):
    """How many of the view's pixels are tinted by marks."""
    image = page.transcript.viewport().grab().toImage()
    ground = QColor(page.tools._theme.colors.page)
    ink = QColor(page.tools._theme.colors.find)
    share = ink.alphaF()
    wanted = [
        round(a * (1 - share) + b * share) for a, b in zip(ground.getRgb()[:3], ink.getRgb()[:3], strict=True)
    ]
    found = 0
    for y in range(0, image.height(), 2):
        for x in range(0, image.width(), 2):
            rgb = image.pixelColor(x, y).getRgb()[:3]
            found += all(abs(one - other) <= 2 for one, other in zip(rgb, wanted, strict=True))
    return found


def test_places_are_marked_on_the_page_in_every_row_that_they_are_in(page, ask, qtbot):
    ask("One?", "x " * 300 + "| needle |\n\n| needle | b |\n|---|---|\n| c | needle |", COMPLETE)
    bare = _yellow(page)
    _find(page, qtbot, "needle")
    assert _yellow(page) > bare + 100
    _find(page, qtbot, "x x x x x x x x x x x x x x x x x x x x x x x x x x x x x x x x x x x x x x x x x x")
    assert _yellow(page) > bare + 400
    _find(page, qtbot, "nowhere")
    assert _yellow(page) == bare


def test_words_are_found_counted_and_walked_through(page, ask, qtbot):
    for number in range(8):
        ask(f"Where is number {number}?", "Here is a needle, and another Needle. " + SEARCHED * 8, COMPLETE)
    bar = _find(page, qtbot, "needle")
    assert bar._count.text().endswith("of 16")
    seen = set()
    for _ in range(16):
        qtbot.keyClick(bar._field, Qt.Key.Key_Return)
        seen.add(bar._count.text())
        assert _marked(page)
        assert {words.casefold() for words in _marked(page)} == {"needle"}
        chosen = page.tools._finder._current
        assert page.transcript.viewport().rect().contains(page.transcript.cursorRect(chosen).center())
    assert len(seen) == 16
    qtbot.keyClick(bar._field, Qt.Key.Key_Escape)
    assert _marked(page) == []
    assert page.transcript.extraSelections() == []
    assert not bar.isVisible()


def test_what_only_does_something_is_not_found(page, ask, qtbot):
    ask("One?", "```python\nx = 1\n```", COMPLETE)
    assert _find(page, qtbot, "Copy")._count.text() == "No matches"


def test_while_it_streams_new_places_are_found(page, ask, session, endpoint, client, qtbot):
    ask("One?", "needle", COMPLETE)
    session.send("Two?", endpoint, "some/model")
    qtbot.waitUntil(lambda: len(client.streams) == 2)
    bar = _find(page, qtbot, "needle")
    assert bar._count.text() == "1 of 1"
    client.last.say("A needle in the needles")
    qtbot.waitUntil(lambda: bar._count.text() == "1 of 3")
    session.stop()


def test_what_is_not_on_the_page_is_found_too(page, session, qtbot):
    messages = conversation(400)
    messages[10] = user("A needle here")
    messages[700] = user("and a needle there")
    session._tree = type(session._tree)()
    for message in messages:
        session._tree.append(message)
    page.show_session(session)
    settle(page.transcript)
    bar = _find(page, qtbot, "needle")
    qtbot.waitUntil(lambda: not page.tools._finder._counting.is_running)
    assert bar._count.text() == "2 of 2", "the one that is on the page, around the end"
    walked = []
    for key in (Qt.Key.Key_Return, Qt.Key.Key_Return, Qt.Key.Key_Return, Qt.Key.Key_F3):
        qtbot.keyClick(bar._field, key)
        settle(page.transcript)
        qtbot.waitUntil(lambda: page.tools._finder._wanted is None)
        walked.append((page.tools._finder._current.block().text(), bar._count.text()))
    first, second = ("A needle here", "1 of 2"), ("and a needle there", "2 of 2")
    assert walked in ([first, second, first, second], [second, first, second, first])


@pytest.mark.usefixtures("no_garbage")
def test_thousands_of_places_are_found_in_turns_that_fit_a_frame(page, ask, qtbot):
    for _ in range(6):
        ask("One?", SEARCHED * 80, COMPLETE)
    finder, bar = page.tools._finder, _find(page, qtbot, "")

    def longest_turn():
        turns = []

        def turn(act):
            started = time.thread_time()  # of this thread's own work: a busy machine is no stall of ours
            act()
            turns.append(time.thread_time() - started)

        bar._field.clear()
        turn(lambda: bar._field.setText("e"))
        while finder._searching.is_running:
            turn(QApplication.processEvents)
        assert len(finder._hits) > 3_000
        assert len(turns) > 2
        assert " of " in bar._count.text()
        return max(turns)

    assert shorter_than(0.05, longest_turn)
