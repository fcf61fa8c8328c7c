"""What tests of the sidebar do with it, and ask of it."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QLineEdit, QMenu

_LEFT = Qt.MouseButton.LeftButton


def titles(sidebar):
    return [sidebar.model.index(row).data() for row in range(sidebar.model.rowCount())]


def selected(sidebar):
    return [entry.title for entry in sidebar.list.chosen]


def click(qtbot, sidebar, title, modifiers=Qt.KeyboardModifier.NoModifier):
    point = sidebar.list.visualRect(sidebar.model.index_of(title)).center()
    qtbot.mouseClick(sidebar.list.viewport(), _LEFT, modifiers, point)


def press(qtbot, sidebar, keys):
    combination = QKeySequence(keys)[0]
    qtbot.keyClick(sidebar.list, combination.key(), combination.keyboardModifiers())


def open_menu(sidebar, qtbot):
    qtbot.waitUntil(lambda: any(menu.isVisible() for menu in sidebar.findChildren(QMenu)))
    return next(menu for menu in sidebar.findChildren(QMenu) if menu.isVisible())


def rename_field(sidebar, qtbot):
    qtbot.waitUntil(lambda: sidebar.findChild(QLineEdit, "renameField") is not None)
    return sidebar.findChild(QLineEdit, "renameField")
