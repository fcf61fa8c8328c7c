"""PySide6 6.12 on Python < 3.12 loses a reference to None (or True) at each call, until the process dies."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QTextCursor, QTextDocument

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication

CALLS = 200
# The interpreter's own doings move the count by a few.
NOISE = 20


class Sender(QObject):
    switched = Signal(bool)


@pytest.mark.usefixtures("qapp")
def test_void_methods_return_none_without_losing_it() -> None:
    document = QTextDocument()
    cursor = QTextCursor(document)
    before = sys.getrefcount(None)
    for _ in range(CALLS):
        cursor.insertText("x")
    assert abs(sys.getrefcount(None) - before) < NOISE
    assert document.toPlainText() == "x" * CALLS


def test_signals_carry_true_without_losing_it(qapp: QApplication) -> None:
    sender = Sender(qapp)
    received: list[int] = []
    sender.switched.connect(lambda on: received.append(int(on) + 1))
    before = sys.getrefcount(True)
    for _ in range(CALLS):
        sender.switched.emit(True)
    assert abs(sys.getrefcount(True) - before) < NOISE
    assert received == [2] * CALLS
    sender.deleteLater()
