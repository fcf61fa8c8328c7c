"""The floor for start-up and memory: the least that Qt needs for a window with a text field."""

from __future__ import annotations

import sys

from PySide6.QtWidgets import QApplication, QMainWindow, QPlainTextEdit


def main() -> int:
    application = QApplication(sys.argv[:1])
    window = QMainWindow()
    window.setWindowTitle("Bare window")
    field = QPlainTextEdit(window)
    field.setObjectName("composer")
    window.setCentralWidget(field)
    window.resize(1080, 740)
    field.setFocus()
    window.show()
    return application.exec()


if __name__ == "__main__":
    sys.exit(main())
