"""The settings of the quick prompt and the tray, and the tray's menu."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPlainTextEdit, QSystemTrayIcon

from arvae_desktop.desktop.shortcut.report import ShortcutReport, ShortcutState
from arvae_desktop.domain.library import Entry
from arvae_desktop.services.activity import ActivityState
from arvae_desktop.storage.settings import Settings
from arvae_desktop.ui.quick.settings_dialog import QuickSettingsDialog
from arvae_desktop.ui.tray import Tray
from arvae_desktop.ui.tray_icons import tray_icon

CONTROL, ALT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier


@pytest.fixture
def dialog(theme, show):
    dialog = QuickSettingsDialog(Settings(uses_shortcut=True), theme, "arvae-desktop quick")
    return show(dialog)


def find(dialog, name):
    return dialog.findChild(object, name)


def test_a_shortcut_is_chosen_by_pressing_it(dialog, qtbot):
    field = find(dialog, "quickShortcut")
    heard = []
    dialog.listening_changed.connect(heard.append)
    field.setFocus()
    qtbot.waitUntil(lambda: heard == [True])
    with qtbot.waitSignal(dialog.shortcut_chosen) as chosen:
        QTest.keyClick(field, Qt.Key.Key_J, CONTROL | ALT)
    assert chosen.args == ["Ctrl+Alt+J"]
    assert field.text() == "Ctrl+Alt+J"
    find(dialog, "quickTray").setFocus()
    qtbot.waitUntil(lambda: heard == [True, False])


@pytest.mark.parametrize("key", [Qt.Key.Key_A, Qt.Key.Key_Space, Qt.Key.Key_Udiaeresis])
def test_what_typing_needs_is_refused_in_words(dialog, key, qtbot):
    field = find(dialog, "quickShortcut")
    field.setFocus()
    with qtbot.assertNotEmitted(dialog.shortcut_chosen):
        QTest.keyClick(field, key)
    assert find(dialog, "formError").text().endswith(".")
    assert field.text() == "Ctrl+Alt+Space"


def test_modifiers_alone_and_escape_change_nothing(dialog, qtbot):
    field = find(dialog, "quickShortcut")
    field.setFocus()
    with qtbot.assertNotEmitted(dialog.shortcut_chosen):
        QTest.keyPress(field, Qt.Key.Key_Control, CONTROL)
        QTest.keyRelease(field, Qt.Key.Key_Control)
        QTest.keyClick(field, Qt.Key.Key_Escape)
    assert field.text() == "Ctrl+Alt+Space"
    assert dialog.isVisible()


def test_a_conflict_is_told(dialog):
    report = ShortcutReport(
        "X11 key grab", ShortcutState.CONFLICT, "Ctrl+Alt+Space", "Another program has it."
    )
    dialog.show_report(report)
    assert find(dialog, "formError").text() == "Another program has it."


def test_where_there_is_no_way_the_command_is_offered(dialog, monkeypatch):
    monkeypatch.setenv("XDG_CURRENT_DESKTOP", "sway")
    report = ShortcutReport("portal", ShortcutState.UNAVAILABLE, "", "This desktop has no portal.")
    dialog.show_report(report.tried("CreateSession", "UnknownMethod", is_good=False))
    assert "arvae-desktop quick" in find(dialog, "formError").text()
    doctor = dialog.findChild(QPlainTextEdit)
    assert not doctor.isVisible()
    find(dialog, "secondaryButton").click()
    assert doctor.isVisible()
    text = doctor.toPlainText()
    assert "NO  CreateSession → UnknownMethod" in text
    by_hand = text.partition("By hand")[2]
    assert by_hand.index("Sway") < min(by_hand.index(name) for name in ("GNOME", "KDE", "Hyprland", "i3"))
    assert "bindsym Ctrl+Mod1+space exec arvae-desktop quick" in by_hand


def test_the_other_settings(dialog, qtbot):
    for name, signal in (("quickTray", dialog.tray_toggled), ("quickAutostart", dialog.autostart_toggled)):
        box = find(dialog, name)
        with qtbot.waitSignal(signal) as told:
            box.click()
        assert told.args == [box.isChecked()]
    follow_up = find(dialog, "quickFollowUp")
    assert follow_up.currentText() == "5 minutes"
    with qtbot.waitSignal(dialog.follow_up_chosen) as told:
        follow_up.activated.emit(4)
    assert told.args == [60]
    with qtbot.waitSignal(dialog.shortcut_toggled) as told:
        find(dialog, "quickShortcutOn").click()
    assert told.args == [False]
    assert not find(dialog, "quickShortcut").isEnabled()


def test_without_a_tray_it_says_so(dialog):
    dialog.show_tray(is_there=False)
    assert not find(dialog, "quickTray").isEnabled()
    dialog.show_tray(is_there=True)
    assert find(dialog, "quickTray").isEnabled()


def test_what_the_session_says_is_shown_and_asked_for_no_more(dialog, qtbot):
    with qtbot.assertNotEmitted(dialog.autostart_toggled):
        dialog.show_autostart(is_on=True)
    assert find(dialog, "quickAutostart").isChecked()


def test_where_no_session_can_be_asked_nothing_is_offered(dialog):
    dialog.hide_autostart()
    assert find(dialog, "quickAutostart").isHidden()


@pytest.fixture
def tray(theme, qtbot):
    tray = Tray()
    tray.follow(theme)
    yield tray
    tray.close()
    tray.deleteLater()
    qtbot.wait(0)


def words(tray):
    return [
        action.text() for action in tray._menu.actions() if action.isVisible() and not action.isSeparator()
    ]


def choose(tray, text):
    next(action for action in tray._menu.actions() if action.text() == text).trigger()


def test_the_menu_of_the_tray(tray, qtbot):
    assert words(tray) == ["Quick prompt", "New chat", "Open Arvae Desktop", "Settings", "Quit"]
    tray.show_shortcut("Ctrl+Alt+Space", is_paused=False)
    tray.show_recents([Entry("a", "About\nR&D " * 20, 2.0), Entry("b", "", 1.0)])
    tray.show_running([("a", "About"), ("c", "")])
    found = words(tray)
    assert found[0] == "Quick prompt\tCtrl+Alt+Space"
    assert found[3].startswith("About R&&D")
    assert found[3].endswith("…")
    assert found[4:] == [
        "New chat",
        "Stop: About",
        "Stop: New chat",
        "Pause the shortcut",
        "Settings",
        "Quit",
    ]
    with qtbot.waitSignal(tray.stop_requested) as told:
        choose(tray, "Stop: New chat")
    assert told.args == ["c"]
    with qtbot.waitSignal(tray.conversation_chosen) as told:
        choose(tray, found[3])
    assert told.args == ["a"]
    with qtbot.waitSignal(tray.pause_toggled) as told:
        choose(tray, "Pause the shortcut")
    assert told.args == [True]
    tray.show_shortcut("Ctrl+Alt+Space", is_paused=True)
    assert words(tray)[0] == "Quick prompt"
    tray.show_recents([])
    tray.show_running([])
    assert len(words(tray)) == 6


def test_clicks(tray, qtbot):
    reasons = QSystemTrayIcon.ActivationReason
    with qtbot.waitSignal(tray.quick_toggled):
        tray._icon.activated.emit(reasons.Trigger)
    with qtbot.waitSignal(tray.quick_requested):
        tray._icon.activated.emit(reasons.DoubleClick)
    with qtbot.assertNotEmitted(tray.quick_toggled):
        tray._icon.activated.emit(reasons.Context)


def test_a_notification_opens_its_conversation(tray, qtbot):
    tray.tell("Title", "Text", "a")
    with qtbot.waitSignal(tray.conversation_chosen) as told:
        tray._icon.messageClicked.emit()
    assert told.args == ["a"]
    tray.tell("Title", "Text")
    with qtbot.waitSignal(tray.window_requested):
        tray._icon.messageClicked.emit()


def test_icons_differ_by_state_and_panel(qapp):
    assert qapp
    pictures = {
        bytes(tray_icon(state, is_dark=is_dark).pixmap(22, 22).toImage().constBits())
        for state in ActivityState
        for is_dark in (False, True)
    }
    assert len(pictures) == 2 * len(ActivityState)
