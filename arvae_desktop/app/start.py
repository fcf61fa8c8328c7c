"""The start of the program with windows: what is to be seen first comes first."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QApplication

from arvae_desktop import APP_ID, __version__

if TYPE_CHECKING:
    from arvae_desktop.desktop.instance.claim import Claim
    from arvae_desktop.domain.options import Options, StartOptions
    from arvae_desktop.domain.secret import Secret
    from arvae_desktop.ui.tray import Tray


def run_gui(options: Options, key: Secret | None, start: StartOptions, claim: Claim | None) -> int:
    """Run until the user quits. Returns the exit code: 1 if another process has the data."""
    # The style is named here: Qt's `setStyle` makes it before it is wanted, and costs 10 ms.
    application = QApplication([*sys.argv[:1], "-style", "Fusion"])
    application.setApplicationName("arvae-desktop")
    application.setApplicationVersion(__version__)
    application.setDesktopFileName(APP_ID)
    application.setQuitOnLastWindowClosed(False)
    tray = _early_tray(application) if start.hidden else None
    from arvae_desktop.app.run import run  # noqa: PLC0415  (what the icon in the tray need not wait for)

    return run(application, options, key, start, claim, tray)


def _early_tray(application: QApplication) -> Tray | None:
    """The icon in the tray, if there is one already. What is asked of it is done as soon as all is there."""
    from arvae_desktop.ui.tray import Tray, is_tray_there  # noqa: PLC0415  (a start in the tray alone)

    if not is_tray_there():
        return None
    tray = Tray(application)
    tray.show()
    return tray
