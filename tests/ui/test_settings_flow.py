"""The settings while they are open: what is asked for there happens, and closing them breaks nothing off."""

import asyncio

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFileDialog,
    QLabel,
    QLineEdit,
    QMessageBox,
    QPushButton,
    QWidget,
)

from arvae_desktop.domain.errors import KeyringError
from arvae_desktop.domain.requests import Network
from arvae_desktop.domain.secret import Secret
from arvae_desktop.services.connection import Connection, ConnectionState
from arvae_desktop.services.tasks import Tasks
from arvae_desktop.storage.credentials import MemoryCredentials
from arvae_desktop.storage.settings import Settings
from arvae_desktop.ui.settings_dialog import SettingsDialog
from arvae_desktop.ui.settings_flow import show_settings

_URL = "https://arvae.ai/api/v1"
_OTHER = "https://other.example/v1"
_KEY = Secret("sk-arvae-0123456789")


class Keyring(MemoryCredentials):
    """A keyring that answers when it may, or fails."""

    place = "the test’s keyring"

    def __init__(self):
        super().__init__()
        self.open = asyncio.Event()
        self.open.set()
        self.error = None

    async def get(self, origin):
        await self._answer()
        return await super().get(origin)

    async def set(self, origin, key):
        await self._answer()
        await super().set(origin, key)

    async def delete(self, origin):
        await self._answer()
        await super().delete(origin)

    async def _answer(self):
        await self.open.wait()
        if self.error:
            raise self.error


@pytest.fixture
def credentials():
    return Keyring()


@pytest.fixture
def notices(notifier):
    heard = []
    notifier.noticed.connect(heard.append)
    return heard


@pytest.fixture
def window(show):
    return show(QWidget())


@pytest.fixture
def ready(connection, qasync_loop, qtbot):
    """A connection whose key is in the keyring."""
    task = qasync_loop.create_task(connection.connect_to(_URL, _KEY))
    qtbot.waitUntil(task.done)
    return connection


@pytest.fixture
def open_settings(connection, preferences, notifier, theme, window, qasync_loop, qtbot):
    tasks = Tasks(notifier.report)

    def open_settings(*, offers_updates=False):
        tasks.spawn(
            show_settings(
                connection,
                preferences,
                theme,
                tasks,
                window,
                lambda: None,
                lambda: None,
                offers_updates=offers_updates,
            ),
            name="settings",
        )
        qtbot.waitUntil(lambda: bool(_dialogs(window)))
        return _dialogs(window)[0]

    yield open_settings
    ending = qasync_loop.create_task(tasks.shutdown(5))
    qtbot.waitUntil(ending.done)


def _dialogs(window):
    return [dialog for dialog in window.findChildren(SettingsDialog) if dialog.isVisible()]


def _press(widget, text, qtbot):
    button = next(b for b in widget.findChildren(QPushButton) if b.text().replace("&", "") == text)
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def _type(dialog, url, key=""):
    dialog.findChild(QLineEdit, "settingsBaseUrl").setText(url)
    dialog.findChild(QLineEdit, "settingsKey").setText(key)


def _confirm_forgetting(dialog, qtbot):
    _press(dialog, "Forget the key", qtbot)
    qtbot.waitUntil(lambda: dialog.findChild(QMessageBox) is not None)
    _press(dialog.findChild(QMessageBox), "Forget the key", qtbot)


def _error(dialog):
    label = dialog.findChild(QLabel, "formError")
    return label.text() if label.isVisible() else None


def test_what_is_asked_for_twice_opens_once(open_settings, window, qtbot):
    first = open_settings()
    assert open_settings() is first
    qtbot.wait(50)
    assert _dialogs(window) == [first]
    first.reject()
    qtbot.waitUntil(lambda: _dialogs(window) == [])
    open_settings()


def test_saving_closes_at_once_and_the_keyring_gets_the_key_later(
    ready, open_settings, window, credentials, qtbot
):
    dialog = open_settings()
    credentials.open.clear()
    _type(dialog, _OTHER, "sk-new")
    _press(dialog, "Save", qtbot)
    qtbot.waitUntil(lambda: _dialogs(window) == [])
    assert ready.endpoint.key == Secret("sk-new")
    assert credentials._keys == {"https://arvae.ai:443": _KEY}
    credentials.open.set()
    qtbot.waitUntil(lambda: "https://other.example:443" in credentials._keys)
    qtbot.waitUntil(lambda: ready.key_place == credentials.place)


@pytest.mark.expected_log("keyring: KeyringError")
def test_a_key_that_the_keyring_does_not_take_is_told_beside_the_settings(
    ready, open_settings, window, credentials, notices, qtbot
):
    dialog = open_settings()
    credentials.error = KeyringError("It is locked.")
    _type(dialog, _URL, "sk-new")
    _press(dialog, "Save", qtbot)
    qtbot.waitUntil(lambda: [notice.title for notice in notices] == ["It is locked."])
    assert _dialogs(window) == []
    assert ready.endpoint.key == Secret("sk-new")


def test_cancelling_while_the_keyring_is_asked_changes_nothing(
    ready, open_settings, window, credentials, notices, qtbot
):
    dialog, before = open_settings(), ready.endpoint
    credentials.open.clear()
    _type(dialog, _OTHER)
    _press(dialog, "Save", qtbot)
    qtbot.wait(50)
    assert dialog.isVisible()
    _press(dialog, "Cancel", qtbot)
    qtbot.waitUntil(lambda: _dialogs(window) == [])
    credentials.open.set()
    qtbot.wait(50)
    assert ready.endpoint == before
    assert notices == []


def test_what_is_wrong_is_said_in_the_dialog(ready, open_settings, qtbot):
    dialog, before = open_settings(), ready.endpoint
    _type(dialog, "nonsense")
    _press(dialog, "Save", qtbot)
    qtbot.waitUntil(lambda: _error(dialog) is not None)
    assert "http" in _error(dialog)
    assert ready.endpoint == before


def test_forgetting_closes_the_settings(ready, open_settings, window, credentials, qtbot):
    _confirm_forgetting(open_settings(), qtbot)
    qtbot.waitUntil(lambda: _dialogs(window) == [])
    assert ready.state is ConnectionState.NEEDED
    assert credentials._keys == {}


def test_a_key_that_cannot_be_forgotten_is_said_and_the_settings_stay(
    ready, open_settings, window, credentials, notices, qtbot
):
    dialog = open_settings()
    credentials.error = KeyringError("It is locked.", "The key is still there.")
    _confirm_forgetting(dialog, qtbot)
    qtbot.waitUntil(lambda: _error(dialog) == "It is locked. The key is still there.")
    assert _dialogs(window) == [dialog]
    assert ready.endpoint.key == _KEY
    assert notices == []


@pytest.mark.expected_log("keyring: KeyringError", "task forget key failed")
def test_after_the_settings_are_closed_a_failed_forgetting_is_told_elsewhere(
    ready, open_settings, window, credentials, notices, qtbot
):
    assert ready.endpoint is not None
    dialog = open_settings()
    credentials.open.clear()
    credentials.error = KeyringError("It is locked.")
    _confirm_forgetting(dialog, qtbot)
    qtbot.waitUntil(lambda: dialog.findChild(QMessageBox) is None)
    dialog.reject()
    qtbot.waitUntil(lambda: _dialogs(window) == [])
    credentials.open.set()
    qtbot.waitUntil(lambda: [notice.title for notice in notices] == ["It is locked."])


def test_cancelling_takes_the_appearance_back_and_saving_keeps_it(
    ready, open_settings, preferences, window, qtbot
):
    assert ready.endpoint is not None
    for leave, kept in (("Cancel", "system"), ("Save", "light")):
        dialog = open_settings()
        box = dialog.findChild(QComboBox)
        box.setFocus()
        qtbot.keyClick(box, Qt.Key.Key_Down)
        assert preferences.settings.appearance == "light"
        _press(dialog, leave, qtbot)
        qtbot.waitUntil(lambda: _dialogs(window) == [])
        assert preferences.settings.appearance == kept
    preferences.save_now()


# --- the network and what is done by itself ---


def _set(dialog, name, text):
    dialog.findChild(QLineEdit, name).setText(text)


@pytest.mark.usefixtures("ready")
def test_what_is_saved_holds_from_then_on_and_is_shown_the_next_time(
    open_settings, preferences, window, qtbot
):
    dialog = open_settings()
    _set(dialog, "settingsProxy", " socks5://localhost:1080/ ")
    dialog.findChild(QCheckBox).click()
    _press(dialog, "Save", qtbot)
    qtbot.waitUntil(lambda: _dialogs(window) == [])
    assert preferences.settings.network == Network("socks5://localhost:1080")
    assert preferences.settings.continues_once
    dialog = open_settings()
    assert dialog.findChild(QLineEdit, "settingsProxy").text() == "socks5://localhost:1080"
    assert dialog.findChild(QCheckBox).isChecked()
    _set(dialog, "settingsProxy", "")
    _press(dialog, "Save", qtbot)
    qtbot.waitUntil(lambda: _dialogs(window) == [])
    assert preferences.settings.network == Network()
    preferences.save_now()


@pytest.mark.usefixtures("ready")
@pytest.mark.parametrize(
    ("field", "text", "words"),
    [
        ("settingsProxy", "ftp://proxy.example", "no address of a proxy"),
        ("settingsProxy", "http://", "no address of a proxy"),
        ("settingsProxy", "http://proxy.example:port", "no address of a proxy"),
        ("settingsProxy", "http://me:secret@proxy.example", "password are not kept"),
        ("settingsCaFile", "/no/such/file.pem", "no file of authorities"),
        ("settingsCaFile", "/dev/null", "no file of authorities"),
        ("settingsCaFile", __file__, "holds no certificate"),
    ],
)
def test_a_network_that_can_be_none_is_said_and_nothing_is_changed(
    open_settings, preferences, qtbot, field, text, words
):
    before = preferences.settings
    dialog = open_settings()
    _type(dialog, _OTHER, "sk-new")
    _set(dialog, field, text)
    _press(dialog, "Save", qtbot)
    qtbot.waitUntil(lambda: _error(dialog) is not None)
    assert words in _error(dialog)
    assert preferences.settings == before


@pytest.mark.usefixtures("ready")
def test_a_file_of_authorities_can_be_picked(open_settings, qtbot, tmp_path):
    path = tmp_path / "authorities.pem"
    path.write_text("")
    dialog = open_settings()
    _press(dialog, "Choose…", qtbot)
    qtbot.waitUntil(lambda: dialog.findChild(QFileDialog) is not None)
    name = dialog.findChild(QFileDialog).findChild(QLineEdit, "fileNameEdit")
    name.setText(str(path))
    qtbot.keyClick(name, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: dialog.findChild(QLineEdit, "settingsCaFile").text() == str(path))
    dialog.reject()


# --- new versions ---


@pytest.mark.usefixtures("ready")
def test_looking_for_new_versions_is_off_until_it_is_wanted(open_settings, preferences, window, qtbot):
    dialog = open_settings(offers_updates=True)
    box = dialog.findChild(QCheckBox, "settingsUpdates")
    assert box.isVisible()
    assert not box.isChecked()
    box.click()
    _press(dialog, "Save", qtbot)
    qtbot.waitUntil(lambda: _dialogs(window) == [])
    assert preferences.settings.checks_updates
    preferences.save_now()


@pytest.mark.usefixtures("ready")
def test_a_program_that_cannot_prove_new_versions_offers_none(open_settings):
    dialog = open_settings()
    assert not dialog.findChild(QCheckBox, "settingsUpdates").isVisible()
    dialog.reject()


# --- the demo ---


def test_settings_of_the_demo_never_show_or_save_its_own_address(
    ready, open_settings, preferences, window, qtbot
):
    ready.use_demo("http://127.0.0.1:9/v1")
    dialog = open_settings()
    assert dialog.findChild(QLineEdit, "settingsBaseUrl").text() == _URL
    _press(dialog, "Save", qtbot)
    qtbot.waitUntil(lambda: _dialogs(window) == [])
    assert ready.is_demo
    assert preferences.settings.base_url == _URL
    dialog = open_settings()
    _type(dialog, "http://127.0.0.1:9/v1", "sk-new")
    _press(dialog, "Save", qtbot)
    qtbot.waitUntil(lambda: "demo" in (_error(dialog) or ""))
    assert ready.is_demo


def test_a_demo_run_says_that_it_keeps_nothing(preferences, notifier, theme, show, qasync_loop, qtbot):
    connection = Connection(MemoryCredentials(), preferences, notifier, demo=True)
    connection.use_demo("http://127.0.0.1:9/v1")
    dialog = show(SettingsDialog(connection, Settings(), theme))
    place = dialog.findChild(QLabel, "muted")
    assert "In this demo run nothing is kept" in place.text()
    connecting = qasync_loop.create_task(connection.connect_to(_URL, _KEY))
    qtbot.waitUntil(connecting.done)
    assert place.text() == "In this demo run nothing is kept: a key and a server hold until you quit."
