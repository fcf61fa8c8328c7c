"""The settings of one conversation, typed and checked."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QLineEdit, QPlainTextEdit, QPushButton, QWidget

from arvae_desktop.domain.conversations import ConversationSettings
from arvae_desktop.ui.conversation_dialog import ConversationDialog

_NONE = ConversationSettings()
_ALL = ConversationSettings("some/model", "Be brief.", 0.5, 0.9, 100)


@pytest.fixture
def open_dialog(show):
    def open_dialog(settings=_NONE):
        dialog = ConversationDialog(settings, show(QWidget()))
        dialog.open()
        return dialog

    return open_dialog


def _save(dialog, qtbot):
    button = next(b for b in dialog.findChildren(QPushButton) if b.text() == "Save")
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def _type(dialog, name, text):
    dialog.findChild(QLineEdit, name).setText(text)


def test_what_is_set_is_shown_and_stays(open_dialog, qtbot):
    dialog = open_dialog(_ALL)
    _save(dialog, qtbot)
    assert not dialog.isVisible()
    assert dialog.settings == _ALL


def test_what_is_typed_is_set(open_dialog, qtbot):
    dialog = open_dialog(ConversationSettings("some/model"))
    dialog.findChild(QPlainTextEdit).setPlainText("  Be brief.\n")
    _type(dialog, "conversationTemperature", "0,5")
    _type(dialog, "conversationTopP", " 0.9 ")
    _type(dialog, "conversationMaxTokens", "100")
    _save(dialog, qtbot)
    assert dialog.settings == _ALL


def test_what_is_emptied_is_left_to_the_server(open_dialog, qtbot):
    dialog = open_dialog(_ALL)
    dialog.findChild(QPlainTextEdit).clear()
    for field in dialog.findChildren(QLineEdit):
        field.clear()
    _save(dialog, qtbot)
    assert dialog.settings == ConversationSettings("some/model")


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("conversationTemperature", "hot", "Temperature is a number from 0 to 2"),
        ("conversationTemperature", "2.1", "Temperature is a number from 0 to 2"),
        ("conversationTopP", "-1", "Top p is a number from 0 to 1"),
        ("conversationTopP", "nan", "Top p is a number from 0 to 1"),
        ("conversationMaxTokens", "0", "Longest answer is a whole number above 0"),
        ("conversationMaxTokens", "1.5", "Longest answer is a whole number above 0"),
    ],
)
def test_what_is_wrong_is_said(open_dialog, qtbot, name, text, words):
    dialog = open_dialog()
    _type(dialog, name, text)
    _save(dialog, qtbot)
    assert dialog.isVisible()
    assert dialog.findChild(QLabel, "formError").text().startswith(words)
    assert dialog.settings == ConversationSettings()
    dialog.close()


def test_every_control_has_a_name(open_dialog):
    dialog = open_dialog()
    for kind in (QLineEdit, QPlainTextEdit):
        assert all(widget.accessibleName() for widget in dialog.findChildren(kind))
    dialog.close()
