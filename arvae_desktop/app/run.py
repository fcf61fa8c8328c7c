"""One run of the program with windows: its start, and its way out."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import logging
import sys
from typing import TYPE_CHECKING

import qasync
from PySide6.QtCore import QTimer

from arvae_desktop import __version__
from arvae_desktop.app.front import Front
from arvae_desktop.app.parts import Parts
from arvae_desktop.app.wiring import connect
from arvae_desktop.app.wishes import Wishes, settle_memory
from arvae_desktop.desktop.quit_signals import QuitSignals
from arvae_desktop.domain.errors import StoreError, StoreInUseError
from arvae_desktop.ui.first_frame import FirstFrame
from arvae_desktop.ui.icons import app_icon

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication

    from arvae_desktop.app.desk import Desk
    from arvae_desktop.desktop.instance.claim import Claim
    from arvae_desktop.domain.options import Options, StartOptions
    from arvae_desktop.domain.secret import Secret
    from arvae_desktop.ui.tray import Tray

_log = logging.getLogger(__name__)

_TASKS_LIMIT_S = 1.0
_DEMO_LIMIT_S = 0.5
_THREADS_LIMIT_S = 1.0


def run(
    application: QApplication,
    options: Options,
    key: Secret | None,
    start: StartOptions,
    claim: Claim | None,
    tray: Tray | None,
) -> int:
    """Run until the user quits; `tray` is the icon where it is shown already. See `app/start`."""
    with asyncio.Runner(loop_factory=lambda: qasync.QEventLoop(application)) as runner:
        parts = Parts(application, options, key)
        code = runner.run(_start(parts, start, claim, tray))
    parts.keeping.join()
    parts.threads.join(_THREADS_LIMIT_S)
    # Widgets in cycles are to go before the application does, not whenever the process is torn down: with an
    # accessibility bus that ends in a crash.
    gc.unfreeze()
    gc.collect()
    return code


async def _start(parts: Parts, start: StartOptions, claim: Claim | None, tray: Tray | None) -> int:
    try:
        parts.keeping.reserve()
    except StoreInUseError as error:
        sys.stderr.write(f"{error.report.title} {error.report.hint}\n")
        from arvae_desktop.ui import dialogs  # noqa: PLC0415  (a second process on the same data is rare)

        await dialogs.tell(None, error.report.title, error.report.hint)
        return 1
    await _Run(parts, start, claim, tray).run()
    return 0


class _Run:
    """From the first frame to the end."""

    def __init__(self, parts: Parts, start: StartOptions, claim: Claim | None, tray: Tray | None) -> None:
        self._parts = parts
        self._start = start
        self._claim = claim
        self._tray = tray
        self._wishes = Wishes(parts)
        self._front = Front(parts, self._wishes)

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
        if self._start.hidden or self._start.quick is not None:
            self._begin_without_window()
        else:
            first_frame = FirstFrame(self._front.window.page)
            first_frame.over.connect(self._begin_behind_window)
            parts.window.show()
        _log.info("started, version %s", __version__)
        await self._wishes.quitting.wait()
        await self._end()

    def _begin_without_window(self) -> None:
        """The tray, or the quick prompt if that was asked for; all else when somebody comes."""
        desk = self._make_desk()
        self._wishes.woken.connect(self._spawn_rest)
        if self._start.quick is None:
            desk.begin_hidden()
            QTimer.singleShot(0, self._prepare)
        else:
            desk.make_quick().bring_up(self._start.quick)

    def _prepare(self) -> None:
        """What the menu in the tray and the shortcut need."""
        _ = self._parts.keeping.store  # it is opened
        if self._wishes.desk is not None:
            self._wishes.desk.warm_up()
        _ = self._wishes.program_watch  # it begins
        settle_memory()

    def _begin_behind_window(self) -> None:
        if not self._wishes.quitting.is_set():  # else the user was quicker
            self._make_desk()
            self._spawn_rest()

    def _make_desk(self) -> Desk:
        from arvae_desktop.app.desk import Desk  # noqa: PLC0415  (after the first frame)

        desk = self._wishes.desk = Desk(self._parts, self._wishes, self._front, self._claim, self._tray)
        return desk

    def _spawn_rest(self) -> None:
        self._parts.tasks.spawn(self._begin_rest(), name="start")

    async def _begin_rest(self) -> None:
        """What the first frame did not need: the HTTP library, the keyring, the demo server."""
        parts = self._parts
        parts.application.setWindowIcon(app_icon())
        _ = parts.keeping.store  # it is opened
        loading_key = parts.tasks.spawn(parts.connection.load_key(), name="key")
        if parts.has_window:
            await self._wishes.complete_window()
        try:
            url = parts.connection.suggested_base_url
            await asyncio.get_running_loop().run_in_executor(parts.threads, parts.client.warm_up, url)
        finally:
            settle_memory()
        parts.catalog.start()
        if parts.preferences.settings.checks_updates:
            self._wishes.updates.begin()
        if parts.options.demo:
            await self._wishes.start_demo()
        if self._wishes.desk is not None:
            self._wishes.desk.warm_up()
        _ = self._wishes.program_watch  # it begins
        await loading_key

    # --- the way out ---

    async def _end(self) -> None:
        """End what runs, within bounds, then the window. A second signal ends the process at once."""
        parts = self._parts
        if parts.has_window:
            self._leave_window()
        parts.preferences.save_now()
        if self._wishes.desk is not None:
            self._wishes.desk.close()
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
        if parts.has_window:
            parts.window.close_for_good()
        if self._claim is not None:
            self._claim.let_go()
        self._signals.ignore()
        _log.info("ended")
        if self._wishes.leaves_nothing:
            parts.paths.delete_everything()

    def _leave_window(self) -> None:
        """Remember how it stood, and take it off the screen."""
        window, preferences = self._parts.window, self._parts.preferences
        if not window.isMaximized():
            size = window.size()
            preferences.change(window_size=(size.width(), size.height()))
        # A window that was closed to the tray has no width of its sidebar to tell.
        if window.isVisible():
            preferences.change(sidebar_width=window.sidebar_width)
        window.hide()
        window.page.keep_draft()
