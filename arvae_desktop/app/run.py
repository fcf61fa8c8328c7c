"""One run of the program with a window: its start, and its way out."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import logging
import sys
from typing import TYPE_CHECKING

import qasync
from PySide6.QtWidgets import QApplication

from arvae_desktop import APP_ID, __version__
from arvae_desktop.app.parts import Parts
from arvae_desktop.app.wiring import connect
from arvae_desktop.app.wishes import Wishes, settle_memory
from arvae_desktop.desktop.quit_signals import QuitSignals
from arvae_desktop.domain.errors import StoreError, StoreInUseError
from arvae_desktop.services.connection import ConnectionState
from arvae_desktop.ui import dialogs
from arvae_desktop.ui.first_frame import FirstFrame
from arvae_desktop.ui.icons import app_icon

if TYPE_CHECKING:
    from arvae_desktop.domain.options import Options
    from arvae_desktop.domain.secret import Secret

_log = logging.getLogger(__name__)

_TASKS_LIMIT_S = 1.0
_DEMO_LIMIT_S = 0.5


def run_gui(options: Options, key: Secret | None) -> int:
    """Show the window until the user quits. Returns the exit code: 1 if another process has the data."""
    application = QApplication(sys.argv[:1])
    application.setApplicationName("arvae-desktop")
    application.setApplicationVersion(__version__)
    application.setDesktopFileName(APP_ID)
    application.setQuitOnLastWindowClosed(False)
    with asyncio.Runner(loop_factory=lambda: qasync.QEventLoop(application)) as runner:
        parts = Parts(application, options, key)
        code = runner.run(_start(parts))
    parts.keeping.join()
    # Widgets in cycles are to go before the application does, not whenever the process is torn down: with an
    # accessibility bus that ends in a crash.
    gc.unfreeze()
    gc.collect()
    return code


async def _start(parts: Parts) -> int:
    try:
        parts.keeping.reserve()
    except StoreInUseError as error:
        sys.stderr.write(f"{error.report.title} {error.report.hint}\n")
        await dialogs.tell(None, error.report.title, error.report.hint)
        return 1
    await _Run(parts).run()
    return 0


class _Run:
    """From the first frame to the end."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._wishes = Wishes(parts)

    async def run(self) -> None:
        """Start, wait for the way out, end."""
        parts = self._parts
        loop = asyncio.get_running_loop()
        loop.set_default_executor(parts.threads)
        loop.set_exception_handler(parts.notifier.loop_exception_handler)
        sys.excepthook = parts.notifier.excepthook
        # qasync leaves out what asyncio's own loops do: without it, generators that a stopped answer left
        # behind are closed by the garbage collector, with a complaint on standard error.
        sys.set_asyncgen_hooks(
            firstiter=loop._asyncgen_firstiter_hook,  # type: ignore[attr-defined]  # noqa: SLF001
            finalizer=loop._asyncgen_finalizer_hook,  # type: ignore[attr-defined]  # noqa: SLF001
        )
        self._signals = QuitSignals(loop, self._wishes.quitting, parts.application)
        connect(parts, self._wishes)
        parts.connection.begin()
        settings = parts.preferences.settings
        parts.window.restore(settings.window_size, settings.sidebar_width)
        parts.window.sidebar.model.restore_open_folders(settings.open_folders)
        parts.window.page.transcript.set_zoom(settings.zoom)
        parts.window.page.show_session(parts.conversations.current)
        parts.window.sidebar.mark_current(parts.conversations.current.id)
        parts.window.page.composer.picker.set_current(parts.actions.model)
        if parts.connection.state is not ConnectionState.NEEDED:
            parts.window.page.composer.setFocus()
        first_frame = FirstFrame(parts.window.page)
        first_frame.painted.connect(lambda: parts.tasks.spawn(self._after_first_frame(), name="start"))
        parts.window.show()
        _log.info("started, version %s", __version__)
        await self._wishes.quitting.wait()
        await self._end()

    async def _after_first_frame(self) -> None:
        """What the first frame did not need: the HTTP library, the keyring, the demo server."""
        parts = self._parts
        parts.application.setWindowIcon(app_icon())
        _ = parts.keeping.store  # it is opened
        loading_key = parts.tasks.spawn(parts.connection.load_key(), name="key")
        try:
            await asyncio.get_running_loop().run_in_executor(parts.threads, parts.client.warm_up)
        finally:
            settle_memory()
        parts.catalog.start()
        if parts.preferences.settings.checks_updates:
            self._wishes.updates.begin()
        if parts.options.demo:
            await self._wishes.start_demo()
        await loading_key

    # --- the way out ---

    async def _end(self) -> None:
        """End what runs, within bounds, then the window. A second signal ends the process at once."""
        parts = self._parts
        if not parts.window.isMaximized():
            size = parts.window.size()
            parts.preferences.change(window_size=(size.width(), size.height()))
        parts.preferences.change(sidebar_width=parts.window.sidebar_width)
        parts.preferences.save_now()
        parts.window.hide()
        parts.window.page.keep_draft()
        parts.formulas.close()
        parts.conversations.stop_all()
        await parts.tasks.shutdown(_TASKS_LIMIT_S)
        if self._wishes.demo is not None:
            with contextlib.suppress(TimeoutError):  # the process ends now, and its sockets with it
                await asyncio.wait_for(self._wishes.demo.aclose(), _DEMO_LIMIT_S)
        try:
            await parts.keeping.close()
        except StoreError as error:
            _log.error("not everything could be saved: %s", error.report.title)
        if parts.demo_folder is not None:
            parts.demo_folder.cleanup()
        if not self._wishes.leaves_nothing:
            parts.preferences.save_now()
        parts.notifier.close()
        parts.window.close_for_good()
        self._signals.ignore()
        _log.info("ended")
        if self._wishes.leaves_nothing:
            parts.paths.delete_everything()
