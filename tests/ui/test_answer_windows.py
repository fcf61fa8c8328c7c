"""What an answer holds besides words: it opens in a window, a picture only if the user agrees."""

import pytest
from PySide6.QtCore import QBuffer, QIODevice
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QMessageBox, QWidget

from arvae_desktop.domain.errors import ArvaeError
from arvae_desktop.domain.requests import Network
from arvae_desktop.markup.blocks import Token
from arvae_desktop.services import diagrams
from arvae_desktop.services.tasks import Tasks
from arvae_desktop.ui.answer_windows import AnswerWindows
from arvae_desktop.ui.code_window import CodeWindow
from arvae_desktop.ui.picture_window import PictureWindow
from arvae_desktop.ui.transcript.block_lines import OPEN_CODE, SHOW_DIAGRAM
from arvae_desktop.ui.transcript.origins import CodeText
from tests.support.fault_server import FaultServerThread, answer

_CODE = CodeText("python", ((Token("x = 1"),), (Token("y = 2"),)), "x = 1\ny = 2\n")


def _png():
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    QImage(12, 8, QImage.Format.Format_RGB32).save(buffer, "PNG")
    return bytes(buffer.data())


@pytest.fixture
def window(show):
    return show(QWidget())


@pytest.fixture
def windows(window, theme, notifier, qasync_loop):
    assert qasync_loop.is_running()
    return AnswerWindows(Network, theme, Tasks(notifier.report), window)


@pytest.fixture
def told(windows):
    heard = []
    windows.told.connect(heard.append)
    return heard


def _answer_question(window, qtbot, words):
    qtbot.waitUntil(lambda: window.findChild(QMessageBox) is not None)
    box = window.findChild(QMessageBox)
    text = box.text()
    next(button for button in box.buttons() if button.text() == words).click()
    return text


def test_code_opens_with_all_its_lines(windows, window):
    windows.open_code(OPEN_CODE, _CODE)
    assert window.findChild(CodeWindow).view.text() == "x = 1\ny = 2"


def test_a_picture_is_loaded_once_and_only_after_a_question(windows, window, told, qtbot):
    with FaultServerThread([answer(200, _png(), "image/png")]) as server:
        url = server.base_url.removesuffix("/v1") + "/a.png"
        windows.ask_for_picture(url)
        assert server.requests == []
        text = _answer_question(window, qtbot, "Load")
        assert "127.0.0.1" in text
        assert url in text
        qtbot.waitUntil(lambda: window.findChild(PictureWindow) is not None)
        assert told == ["Loading the picture…", ""]
        assert len(server.requests) == 1
        windows.ask_for_picture(url)
        qtbot.waitUntil(lambda: len(window.findChildren(PictureWindow)) == 2)
        assert len(server.requests) == 1


def test_a_picture_that_is_not_wanted_is_not_loaded(windows, window, told, qtbot):
    with FaultServerThread([answer(200, _png(), "image/png")]) as server:
        windows.ask_for_picture(server.base_url + "/a.png")
        _answer_question(window, qtbot, "Cancel")
        qtbot.waitUntil(lambda: window.findChild(QMessageBox) is None)
        assert server.requests == []
        assert told == []
        assert window.findChild(PictureWindow) is None


def test_what_is_no_picture_is_told(windows, window, told, qtbot):
    with FaultServerThread([answer(200, b"\x89PNG\r\n\x1a\nbroken", "image/png")]) as server:
        windows.ask_for_picture(server.base_url + "/a.png")
        _answer_question(window, qtbot, "Load")
        qtbot.waitUntil(lambda: len(told) == 2)
        assert "damaged" in told[1]


@pytest.mark.parametrize("url", ["file:///etc/passwd", "javascript:alert(1)", "//host/share/a.png", ""])
def test_no_other_address_is_asked_about(windows, window, qtbot, url):
    windows.ask_for_picture(url)
    qtbot.wait(1)
    assert window.findChild(QMessageBox) is None


def test_a_diagram_is_shown_or_it_is_told_why_not(windows, window, told, qtbot, monkeypatch):
    async def draw(source, *, dark, background):
        assert (source, dark, background) == (_CODE.text, False, "#ffffff")
        return diagrams.Diagram(_png(), "<svg/>")

    monkeypatch.setattr(diagrams, "draw_diagram", draw)
    windows.open_code(SHOW_DIAGRAM, _CODE)
    qtbot.waitUntil(lambda: window.findChild(PictureWindow) is not None)

    async def fail(_source, **_looks):
        raise ArvaeError("It can’t be drawn.", "Read it.")

    monkeypatch.setattr(diagrams, "draw_diagram", fail)
    windows.open_code(SHOW_DIAGRAM, _CODE)
    qtbot.waitUntil(lambda: told[-1] == "It can’t be drawn. Read it.")
