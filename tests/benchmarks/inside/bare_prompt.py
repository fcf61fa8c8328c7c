"""The floor for the quick prompt: a bare window, kept ready, shown when its shortcut is pressed.

Prints ``focused T`` as `quick` does. Closing hides it.
"""

from __future__ import annotations

import os
import sys

from PySide6.QtCore import QSocketNotifier
from PySide6.QtWidgets import QApplication, QPlainTextEdit, QWidget
from Xlib import XK, X
from Xlib.display import Display

from tests.benchmarks.inside.quick import FocusedBox


def main() -> int:
    application = QApplication(sys.argv[:1])
    application.setQuitOnLastWindowClosed(False)
    window = QWidget()
    window.setWindowTitle("Bare prompt")
    field = QPlainTextEdit(window)
    window.resize(680, 130)
    field.resize(680, 130)
    window.winId()
    FocusedBox(window, field)
    display = Display(os.environ["DISPLAY"])
    key = display.keysym_to_keycode(XK.XK_space)
    modifiers = X.ControlMask | X.Mod1Mask
    display.screen().root.grab_key(key, modifiers, False, X.GrabModeAsync, X.GrabModeAsync)
    display.sync()

    def read() -> None:
        while display.pending_events():
            if display.next_event().type == X.KeyPress:
                window.show()
                window.activateWindow()
                field.setFocus()

    keys = QSocketNotifier(display.fileno(), QSocketNotifier.Type.Read, window)
    keys.activated.connect(read)
    sys.stdout.write("ready \n")
    sys.stdout.flush()
    return application.exec()


if __name__ == "__main__":
    sys.exit(main())
