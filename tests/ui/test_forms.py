"""Welcome page, settings and dialogs: what is typed is told, and what is wrong is said."""

import asyncio

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QLabel,
    QLineEdit,
    QMessageBox,
    QPushButton,
    QWidget,
)

from arvae_desktop.domain.secret import Secret
from arvae_desktop.services.connection import Connection
from arvae_desktop.storage.settings import Settings
from arvae_desktop.ui import dialogs
from arvae_desktop.ui.empty_chat import EmptyChat
from arvae_desktop.ui.settings_dialog import Entries, SettingsDialog
from arvae_desktop.ui.welcome import WelcomePage

_URL = "https://arvae.ai/api/v1"


def _field(widget, name):
    return widget.findChild(QLineEdit, name)


def _button(widget, text):
    return next(button for button in widget.findChildren(QPushButton) if button.text() == text)


def _error(widget):
    label = widget.findChild(QLabel, "formError")
    return label.text() if label.isVisible() else None


# --- welcome ---


@pytest.fixture
def welcome(show):
    page = WelcomePage()
    page.offer(_URL)
    return show(page)


@pytest.fixture
def asked(welcome):
    heard = []
    welcome.connect_requested.connect(lambda url, key: heard.append((url, key)))
    return heard


def test_the_key_is_asked_for_first_and_never_shown(welcome, qtbot):
    key = _field(welcome, "welcomeKey")
    qtbot.waitUntil(key.hasFocus)
    assert key.echoMode() is QLineEdit.EchoMode.Password
    assert _field(welcome, "welcomeBaseUrl").text() == _URL


@pytest.mark.parametrize("field", ["welcomeKey", "welcomeBaseUrl"])
def test_enter_connects_from_either_field(welcome, asked, qtbot, field):
    qtbot.keyClicks(_field(welcome, "welcomeKey"), "sk-1")
    qtbot.keyClick(_field(welcome, field), Qt.Key.Key_Return)
    assert asked == [(_URL, "sk-1")]


def test_the_button_connects(welcome, asked, qtbot):
    _field(welcome, "welcomeBaseUrl").setText("http://localhost:11434/v1")
    qtbot.mouseClick(_button(welcome, "Connect"), Qt.MouseButton.LeftButton)
    qtbot.keyClick(_button(welcome, "Connect"), Qt.Key.Key_Return)
    assert asked == [("http://localhost:11434/v1", "")] * 2


def test_the_demo_can_be_tried(welcome, asked, qtbot):
    with qtbot.waitSignal(welcome.demo_requested):
        qtbot.mouseClick(_button(welcome, "Try the demo"), Qt.MouseButton.LeftButton)
    assert asked == []


def test_what_is_wrong_is_said_under_the_fields_and_what_was_typed_stays(welcome, qtbot):
    assert _error(welcome) is None
    qtbot.keyClicks(_field(welcome, "welcomeKey"), "two words")
    welcome.show_error("<b>This</b> key has spaces.")
    assert _error(welcome) == "<b>This</b> key has spaces."
    assert welcome.findChild(QLabel, "formError").textFormat() is Qt.TextFormat.PlainText
    assert _field(welcome, "welcomeKey").text() == "two words"
    welcome.offer(_URL)
    assert _error(welcome) is None
    assert _field(welcome, "welcomeKey").text() == ""


def test_the_keyring_is_promised_only_where_the_key_gets_there(welcome):
    pitch = welcome.findChild(QLabel, "subtitle")
    assert "keyring" in pitch.text()
    welcome.promise_nothing()
    assert "keyring" not in pitch.text()
    assert "In this demo run nothing is kept" in pitch.text()


def _gaps(dialog, field):
    """The room over and under the label of a field."""
    label = next(label for label in dialog.findChildren(QLabel) if label.buddy() is field)
    above = [
        widget.mapTo(dialog, widget.rect().bottomLeft()).y() + 1
        for widget in [*dialog.findChildren(QLabel), *dialog.findChildren(QLineEdit)]
        if widget.isVisible() and widget is not label
    ]
    top = label.mapTo(dialog, label.rect().topLeft()).y()
    bottom = label.mapTo(dialog, label.rect().bottomLeft()).y() + 1
    over = top - max((edge for edge in above if edge <= top), default=top)
    return over, field.mapTo(dialog, field.rect().topLeft()).y() - bottom


def test_a_label_stands_close_to_its_field(open_settings, welcome):
    dialog = open_settings()
    assert _gaps(dialog, _field(dialog, "settingsKey")) == (16, 8)
    assert _gaps(dialog, dialog.findChild(QComboBox)) == (16, 8)
    assert _gaps(welcome, _field(welcome, "welcomeBaseUrl")) == (16, 8)


# --- the empty conversation ---


@pytest.mark.parametrize("demo", [True, False])
def test_an_empty_conversation_offers_prompts(show, qtbot, demo):
    page = EmptyChat()
    page.set_demo(not demo)
    page.set_demo(demo)
    show(page)
    buttons = [button for button in page.findChildren(QPushButton) if button.isVisible()]
    qtbot.waitUntil(lambda: len([b for b in page.findChildren(QPushButton) if b.isVisible()]) in (2, 3))
    offered = []
    page.prompt_chosen.connect(offered.append)
    qtbot.mouseClick(buttons[-1], Qt.MouseButton.LeftButton)
    assert offered == [buttons[-1].text()]
    words = " ".join(label.text() for label in page.findChildren(QLabel))
    assert ("no model" in words) is demo


# --- settings ---


@pytest.fixture
def open_settings(connection, theme, show):
    return lambda appearance="system": show(
        SettingsDialog(connection, Settings(appearance=appearance), theme), 480, 420
    )


def _place(dialog):
    return dialog.findChild(QLabel, "muted").text()


@pytest.fixture
def settle(qasync_loop, qtbot):
    def settle(coroutine):
        task = qasync_loop.create_task(coroutine)
        qtbot.waitUntil(task.done)
        return task.result()

    return settle


def test_settings_say_where_the_key_is_kept_and_do_not_show_it(connection, open_settings, settle):
    settle(connection.connect_to(_URL, Secret("sk-secret")))
    dialog = open_settings()
    assert _field(dialog, "settingsBaseUrl").text() == _URL
    assert f"kept in {connection.key_place}" in _place(dialog)
    assert _field(dialog, "settingsKey").text() == ""
    assert _field(dialog, "settingsKey").echoMode() is QLineEdit.EchoMode.Password
    assert _button(dialog, "Forget the key").isEnabled()
    shown = [label.text() for label in dialog.findChildren(QLabel)]
    shown += [field.text() + field.placeholderText() for field in dialog.findChildren(QLineEdit)]
    assert not any("sk-secret" in text for text in shown)


def test_settings_without_a_key_say_so(connection, open_settings, settle):
    settle(connection.connect_to("http://localhost:11434/v1", Secret("")))
    dialog = open_settings()
    assert "No key is in use" in _place(dialog)
    assert not _button(dialog, "Forget the key").isEnabled()


def test_settings_of_the_demo_say_so(connection, open_settings):
    connection.use_demo("http://127.0.0.1:9/v1")
    dialog = open_settings()
    assert "demo" in _place(dialog)
    assert not _button(dialog, "Forget the key").isEnabled()


def test_settings_before_a_server_is_chosen_suggest_one(connection, open_settings):
    connection.begin()
    assert _field(open_settings(), "settingsBaseUrl").text() == _URL


def test_a_key_of_the_environment_is_said_and_not_forgotten_here(
    credentials, preferences, notifier, theme, show
):
    connection = Connection(credentials, preferences, notifier, key=Secret("sk-environment"))
    connection.begin()
    dialog = show(SettingsDialog(connection, Settings(), theme))
    assert "comes from the ARVAE_API_KEY environment variable" in _place(dialog)
    assert not _button(dialog, "Forget the key").isEnabled()


def test_what_is_being_typed_stays_when_the_connection_changes(connection, open_settings, settle):
    connection.begin()
    dialog = open_settings()
    _field(dialog, "settingsBaseUrl").setText("http://half.typ")
    _field(dialog, "settingsKey").setText("sk-half")
    settle(connection.connect_to(_URL, Secret("sk-secret")))
    assert _field(dialog, "settingsBaseUrl").text() == "http://half.typ"
    assert _field(dialog, "settingsKey").text() == "sk-half"
    assert f"kept in {connection.key_place}" in _place(dialog)
    assert _button(dialog, "Forget the key").isEnabled()


def test_a_long_error_makes_the_dialog_taller_and_squeezes_nothing(connection, theme, show, qtbot):
    dialog = show(SettingsDialog(connection, Settings(), theme), 480, 10)
    fields = [*dialog.findChildren(QLineEdit), *dialog.findChildren(QPushButton)]
    before = [field.height() for field in fields]
    height = dialog.height()
    dialog.show_error("This is what is wrong, said with many words. " * 6)
    qtbot.waitUntil(lambda: dialog.height() > height)
    assert [field.height() for field in fields] == before
    for label in dialog.findChildren(QLabel):
        assert not label.isVisible() or label.height() >= label.heightForWidth(label.width())


def test_saving_tells_what_was_typed_and_leaves_the_dialog_open(open_settings, qtbot):
    dialog = open_settings()
    asked = []
    dialog.save_requested.connect(asked.append)
    _field(dialog, "settingsBaseUrl").setText("http://localhost:1/v1")
    _field(dialog, "settingsProxy").setText("proxy.example")
    _field(dialog, "settingsCaFile").setText("/some/file")
    qtbot.keyClick(dialog.findChild(QCheckBox), Qt.Key.Key_Space)
    qtbot.keyClicks(_field(dialog, "settingsKey"), "sk-new")
    qtbot.mouseClick(_button(dialog, "Save"), Qt.MouseButton.LeftButton)
    qtbot.keyClick(_field(dialog, "settingsKey"), Qt.Key.Key_Return)
    typed = Entries(
        "http://localhost:1/v1",
        Secret("sk-new"),
        "proxy.example",
        "/some/file",
        continues_once=True,
        names_conversations=False,
        checks_updates=False,
    )
    assert asked == [typed] * 2
    assert "sk-new" not in repr(asked)
    assert dialog.isVisible()
    dialog.show_error("That is no address.")
    assert _error(dialog) == "That is no address."


def test_tab_goes_through_the_settings_from_top_to_bottom(open_settings):
    dialog = open_settings()
    fields = [
        w for w in dialog.findChildren(QWidget) if w.isVisible() and w.focusPolicy() & Qt.FocusPolicy.TabFocus
    ]
    order, each = [], dialog
    while (each := each.nextInFocusChain()) is not dialog:
        if each in fields:
            order.append(each)
    heights = [each.mapTo(dialog, each.rect().topLeft()).y() // 16 for each in order]
    assert len(order) == len(fields) >= 9
    assert heights == sorted(heights)


def test_cancel_and_escape_leave_without_a_word(open_settings, qtbot):
    for leave in (
        lambda dialog: qtbot.mouseClick(_button(dialog, "Cancel"), Qt.MouseButton.LeftButton),
        lambda dialog: qtbot.keyClick(dialog, Qt.Key.Key_Escape),
    ):
        dialog = open_settings()
        with qtbot.assertNotEmitted(dialog.save_requested), qtbot.waitSignal(dialog.rejected):
            leave(dialog)
        assert not dialog.isVisible()


def test_forgetting_is_asked_for_and_done_by_nobody_here(connection, open_settings, settle, qtbot):
    settle(connection.connect_to(_URL, Secret("sk-secret")))
    dialog = open_settings()
    with qtbot.waitSignal(dialog.forget_requested):
        qtbot.mouseClick(_button(dialog, "Forget the key"), Qt.MouseButton.LeftButton)
    assert connection.endpoint.key == Secret("sk-secret")


@pytest.mark.parametrize(("index", "name"), [(0, "system"), (1, "light"), (2, "dark")])
def test_the_appearance_is_shown_and_told_at_once(open_settings, qtbot, index, name):
    dialog = open_settings(name)
    box = dialog.findChild(QComboBox)
    assert box.currentIndex() == index
    asked = []
    dialog.appearance_chosen.connect(asked.append)
    box.setFocus()
    qtbot.keyClick(box, Qt.Key.Key_Down if index < 2 else Qt.Key.Key_Up)
    assert asked == [("light", "dark", "light")[index]]


# --- dialogs ---


@pytest.fixture
def window(show):
    return show(QWidget())


def _open_dialogs(window):
    return [dialog for dialog in window.findChildren(QDialog) if dialog.isVisible()]


def test_a_dialog_is_awaited_without_holding_up_the_loop(window, qasync_loop, qtbot):
    dialog = QDialog(window)
    task = qasync_loop.create_task(dialogs.finished(dialog))
    qtbot.waitUntil(dialog.isVisible)
    other = qasync_loop.create_task(asyncio.sleep(0))
    qtbot.waitUntil(other.done)
    assert not task.done()
    gone = []
    dialog.destroyed.connect(lambda: gone.append(True))
    dialog.done(7)
    qtbot.waitUntil(lambda: task.done() and gone == [True])
    assert task.result() == 7


def test_a_cancelled_dialog_closes(window, qasync_loop, qtbot):
    dialog = QDialog(window)
    task = qasync_loop.create_task(dialogs.finished(dialog))
    qtbot.waitUntil(dialog.isVisible)
    gone = []
    dialog.destroyed.connect(lambda: gone.append(True))
    task.cancel()
    qtbot.waitUntil(lambda: task.done() and gone == [True])
    assert task.cancelled()
    assert _open_dialogs(window) == []


@pytest.mark.parametrize(
    ("answer", "result"), [("Forget the key", True), ("Cancel", False), ("escape", False), ("enter", False)]
)
def test_a_question_is_answered(window, qasync_loop, qtbot, answer, result):
    asking = dialogs.confirm(window, "Forget?", "<b>Sure?</b>", action="Forget the key")
    task = qasync_loop.create_task(asking)
    qtbot.waitUntil(lambda: len(_open_dialogs(window)) == 1)
    box = window.findChild(QMessageBox)
    assert box.textFormat() is Qt.TextFormat.PlainText
    assert box.icon() is QMessageBox.Icon.NoIcon
    looks = {b.text().replace("&", ""): (b.objectName(), b.icon().isNull()) for b in box.buttons()}
    assert looks == {"Forget the key": ("primaryButton", True), "Cancel": ("secondaryButton", True)}
    if answer in ("escape", "enter"):
        qtbot.keyClick(box, Qt.Key.Key_Escape if answer == "escape" else Qt.Key.Key_Return)
    else:
        button = next(b for b in box.buttons() if b.text().replace("&", "") == answer)
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(task.done)
    assert task.result() is result
    assert _open_dialogs(window) == []
