"""The floor for the tray: the least that Qt needs for an icon in it.

Prints ``tray N``, N being the milliseconds of processor time until the icon is shown.
"""

from __future__ import annotations

import sys
import time

from PySide6.QtGui import QColor, QPixmap
from PySide6.QtWidgets import QApplication, QSystemTrayIcon


def main() -> int:
    application = QApplication(sys.argv[:1])
    application.setQuitOnLastWindowClosed(False)
    pixmap = QPixmap(22, 22)
    pixmap.fill(QColor("red"))
    icon = QSystemTrayIcon(pixmap)
    icon.show()
    sys.stdout.write(f"tray {time.process_time() * 1000!r}\n")
    sys.stdout.flush()
    return application.exec()


if __name__ == "__main__":
    sys.exit(main())
