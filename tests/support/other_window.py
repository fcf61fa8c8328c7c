"""Another program's window: ``python -m tests.support.other_window TITLE`` prints what is typed into it."""

from __future__ import annotations

import sys

from PySide6.QtWidgets import QApplication, QLineEdit


def main() -> int:
    application = QApplication(sys.argv[:1])
    field = QLineEdit()
    field.setWindowTitle(sys.argv[1])
    field.textChanged.connect(lambda text: print(text, flush=True))
    field.resize(400, 60)
    field.show()
    return application.exec()


if __name__ == "__main__":
    sys.exit(main())
