"""The bar of actions over a message: what it offers, and how the keyboard walks it."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QApplication, QLineEdit, QToolButton, QVBoxLayout, QWidget

from arvae_desktop.ui.main_window import MainWindow
from arvae_desktop.ui.message_bar import (
    CONTINUE,
    COPY,
    DELETE,
    EDIT,
    READ,
    REGENERATE,
    SHORTCUTS,
    MessageBar,
)

_ALL = (COPY, EDIT, REGENERATE, CONTINUE, READ, DELETE)


@pytest.fixture
def window(theme, show):
    """A field, a bar and another field, for Tab to walk."""
    window = QWidget()
    column = QVBoxLayout(window)
    window.before, window.bar, window.after = QLineEdit(), MessageBar(theme), QLineEdit()
    for widget in (window.before, window.bar, window.after):
        column.addWidget(widget)
    window.bar.set_actions(_ALL)
    return show(window)


def _shown(bar):
    return [button for button in bar.findChildren(QToolButton) if button.isVisibleTo(bar)]


def _focused():
    return QApplication.focusWidget()


def test_every_button_tells_its_action(window, qtbot):
    heard = []
    window.bar.action_chosen.connect(heard.append)
    for button in _shown(window.bar):
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert heard == list(_ALL)


def test_only_the_given_actions_are_shown_in_the_bars_order(window, qtbot):
    heard = []
    window.bar.action_chosen.connect(heard.append)
    window.bar.set_actions([READ, COPY])
    buttons = _shown(window.bar)
    for button in buttons:
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert heard == [COPY, READ]
    window.bar.set_actions([])
    assert not _shown(window.bar)


def test_an_unknown_action_is_a_mistake(window):
    with pytest.raises(KeyError):
        window.bar.set_actions(["explode"])


def test_the_bar_is_as_large_as_its_buttons(theme, show):
    bar = MessageBar(theme, show(QWidget()))
    bar.set_actions(_ALL)
    widest = bar.width()
    bar.set_actions([COPY])
    bar.show()
    (button,) = _shown(bar)
    assert bar.width() < widest
    assert (button.width(), button.height()) == (28, 28)
    assert bar.rect().adjusted(4, 4, -4, -4).contains(button.geometry())


def test_every_button_has_a_name_an_icon_and_a_tip_with_its_shortcut(window):
    buttons = _shown(window.bar)
    assert len({button.accessibleName() for button in buttons}) == len(_ALL)
    for name, button in zip(_ALL, buttons, strict=True):
        keys = QKeySequence(SHORTCUTS[name]).toString(QKeySequence.SequenceFormat.NativeText)
        assert keys
        assert button.toolTip().endswith(f"({keys})")
        assert not button.icon().isNull()


def test_tab_stops_once_and_arrows_walk_inside(window, qtbot):
    first, second, *_, last = _shown(window.bar)
    window.before.setFocus()
    qtbot.keyClick(window.before, Qt.Key.Key_Tab)
    assert _focused() is first
    qtbot.keyClick(first, Qt.Key.Key_Right)
    assert _focused() is second
    qtbot.keyClick(second, Qt.Key.Key_Left)
    qtbot.keyClick(first, Qt.Key.Key_Left)
    assert _focused() is last
    qtbot.keyClick(last, Qt.Key.Key_Right)
    assert _focused() is first
    qtbot.keyClick(first, Qt.Key.Key_End)
    assert _focused() is last
    qtbot.keyClick(last, Qt.Key.Key_Home)
    qtbot.keyClick(first, Qt.Key.Key_Tab)
    assert _focused() is window.after
    qtbot.keyClick(window.after, Qt.Key.Key_Backtab)
    assert _focused() is first


def test_arrows_follow_the_layouts_direction(window, qtbot):
    window.bar.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    first, second, *_ = _shown(window.bar)
    window.bar.take_focus()
    qtbot.keyClick(first, Qt.Key.Key_Left)
    assert _focused() is second


@pytest.mark.parametrize("key", [Qt.Key.Key_Space, Qt.Key.Key_Return])
def test_a_key_presses_the_button_in_focus(window, qtbot, key):
    window.bar.take_focus()
    with qtbot.waitSignal(window.bar.action_chosen) as heard:
        qtbot.keyClick(_focused(), key)
    assert heard.args == [COPY]


def test_escape_leaves(window, qtbot):
    window.bar.take_focus()
    with qtbot.waitSignal(window.bar.left):
        qtbot.keyClick(_focused(), Qt.Key.Key_Escape)


def test_icons_follow_the_theme(window, theme):
    before = _shown(window.bar)[0].icon().cacheKey()
    theme.set_appearance("dark")
    assert _shown(window.bar)[0].icon().cacheKey() != before
    ground = window.bar.grab().toImage().pixelColor(window.bar.width() // 2, 8)
    assert ground.lightness() < 80


def test_no_shortcut_is_taken_already(library, connection, tasks, theme, qtbot):
    main = MainWindow(library, connection, tasks, theme)
    qtbot.addWidget(main)
    taken = {action.shortcut().toString() for action in main.actions()}
    wanted = [QKeySequence(keys).toString() for keys in SHORTCUTS.values()]
    assert all(wanted)
    assert len(set(wanted)) == len(_ALL)
    assert not taken & set(wanted)
    main.close_for_good()


@pytest.mark.parametrize("keys", SHORTCUTS.values())
def test_no_shortcut_is_a_text_fields(keys):
    """A field takes its keys before any shortcut of the window."""
    bound = {
        sequence.toString() for key in QKeySequence.StandardKey for sequence in QKeySequence.keyBindings(key)
    }
    assert QKeySequence(keys).toString() not in bound
