"""What reaches the user: notices, exceptions, and settings that can't be written."""

import logging

import pytest

from arvae_desktop.domain.errors import KeyringError, RefusedError
from arvae_desktop.services.notifier import Notice, Severity
from arvae_desktop.services.preferences import Preferences
from arvae_desktop.storage.settings import Settings, SettingsFile

_PROMPT = "a prompt that no log may hold"


def test_information_and_warnings_are_told(notifier, notices):
    notifier.info("Done.")
    notifier.warn("It did not work.", "Try again.", kind="x")
    notifier.withdraw("x")
    assert notices == [
        Notice(Severity.INFO, "Done.", "", ""),
        Notice(Severity.WARNING, "It did not work.", "Try again.", "x"),
        "x",
    ]


@pytest.mark.expected_log("^WARNING .*: keyring: KeyringError$")
def test_the_environments_faults_speak_for_themselves(notifier, notices, caplog):
    notifier.report(KeyringError(f"No keyring. {_PROMPT}"))
    assert notices[0].severity is Severity.WARNING
    assert notices[0].title.startswith("No keyring.")
    assert "Unlock" in notices[0].hint
    assert notices[0].kind == "keyring"
    assert _PROMPT not in caplog.text


@pytest.mark.expected_log("unexpected error")
def test_our_own_faults_are_told_with_a_trace_in_the_log(notifier, notices, caplog):
    def broken():
        raise ZeroDivisionError

    with caplog.at_level(logging.ERROR):
        try:
            broken()
        except ZeroDivisionError as error:
            notifier.report(error)
    assert notices[0].severity is Severity.ERROR
    assert notices[0].kind == "internal"
    assert "log" in notices[0].hint
    assert "in broken" in caplog.text


@pytest.mark.expected_log("unexpected error", "refused")
def test_hooks_end_in_the_same_funnel(notifier, notices, qasync_loop):
    error = ZeroDivisionError()
    notifier.excepthook(type(error), error, None)
    notifier.loop_exception_handler(
        qasync_loop, {"message": "x", "exception": RefusedError("Nothing there.")}
    )
    assert [notice.kind for notice in notices] == ["internal", "refused"]


@pytest.mark.expected_log("event loop: something odd")
def test_an_event_loop_without_an_exception_is_logged_only(notifier, notices, qasync_loop):
    notifier.loop_exception_handler(qasync_loop, {"message": "something odd"})
    assert notices == []


@pytest.mark.expected_log("refused: RefusedError")
def test_after_the_end_only_the_log_is_told(notifier, notices):
    notifier.close()
    notifier.report(RefusedError("Nothing there."))
    assert notices == []


# --- preferences ---


def test_what_is_changed_holds_at_once_and_is_written_soon(preferences, settings_file, qtbot):
    with qtbot.waitSignal(preferences.changed) as heard:
        preferences.change(model="some/model", window_size=(900, 700))
    assert heard.args == [Settings(model="some/model", window_size=(900, 700))]
    assert preferences.settings.model == "some/model"
    qtbot.waitUntil(lambda: settings_file.load() == preferences.settings, timeout=3000)


def test_many_changes_are_written_once(notifier, tmp_path, qtbot):
    saves = []

    class Counting(SettingsFile):
        def save(self, settings):
            saves.append(settings)

    preferences = Preferences(Counting(tmp_path / "settings.json"), notifier)
    for number in range(20):
        preferences.change(model=f"m{number}")
    qtbot.waitUntil(lambda: bool(saves), timeout=3000)
    assert saves == [Settings(model="m19")]


def test_what_is_saved_already_is_not_written_again(notifier, tmp_path):
    saves = []

    class Counting(SettingsFile):
        def save(self, settings):
            saves.append(settings)

    preferences = Preferences(Counting(tmp_path / "settings.json"), notifier)
    preferences.save_now()
    assert saves == []
    preferences.change(model="a")
    for _ in range(2):
        preferences.save_now()
    assert saves == [Settings(model="a")]
    preferences.change(model="b")
    preferences.save_now()
    assert len(saves) == 2


def test_the_same_value_again_is_no_change(preferences, qtbot):
    preferences.change(appearance="dark")
    with qtbot.assertNotEmitted(preferences.changed):
        preferences.change(appearance="dark")


def test_an_unknown_field_is_a_mistake(preferences):
    with pytest.raises(TypeError):
        preferences.change(colour="red")


def test_what_was_saved_is_there_at_the_next_start(preferences, settings_file, notifier):
    preferences.change(appearance="dark")
    preferences.save_now()
    assert Preferences(settings_file, notifier).settings.appearance == "dark"


def test_without_a_file_nothing_is_read_or_written(notifier, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    preferences = Preferences(None, notifier)
    preferences.change(model="some/model")
    preferences.save_now()
    assert preferences.settings.model == "some/model"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.expected_log("settings can't be written")
def test_a_disk_that_refuses_is_told_and_the_app_goes_on(notifier, notices, tmp_path):
    (tmp_path / "file").touch()
    preferences = Preferences(SettingsFile(tmp_path / "elsewhere" / "settings.json"), notifier)
    (tmp_path / "elsewhere").symlink_to(tmp_path / "file")
    preferences.change(model="some/model")
    preferences.save_now()
    assert notices[0].kind == "settings"
    assert "until you quit" in notices[0].hint
    assert preferences.settings.model == "some/model"
