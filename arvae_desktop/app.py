"""The composition root: builds every object, connects them, owns start-up and shutdown."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import logging
import os
import signal
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import qasync
from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QApplication

from arvae_desktop import __version__
from arvae_desktop.domain.errors import ArvaeError, StoreError
from arvae_desktop.domain.secret import Secret
from arvae_desktop.markup.stream import warm_up
from arvae_desktop.services.chat_actions import ChatActions
from arvae_desktop.services.connection import Connection, ConnectionState
from arvae_desktop.services.conversations import Conversations
from arvae_desktop.services.daemon_threads import DaemonExecutor, DaemonWorker
from arvae_desktop.services.formulas import Formulas
from arvae_desktop.services.keeping import Keeping
from arvae_desktop.services.late_client import LateClient
from arvae_desktop.services.model_catalog import ModelCatalog
from arvae_desktop.services.notifier import Notifier
from arvae_desktop.services.preferences import Preferences
from arvae_desktop.services.tasks import Tasks
from arvae_desktop.storage.credentials import KeyringCredentials, MemoryCredentials
from arvae_desktop.storage.log_file import set_up_logging
from arvae_desktop.storage.paths import AppPaths
from arvae_desktop.storage.settings import SettingsFile
from arvae_desktop.storage.store.place import StorePlace
from arvae_desktop.ui import message_actions
from arvae_desktop.ui.answer_windows import AnswerWindows
from arvae_desktop.ui.first_frame import FirstFrame
from arvae_desktop.ui.icons import app_icon
from arvae_desktop.ui.link_opening import open_link
from arvae_desktop.ui.main_window import MainWindow
from arvae_desktop.ui.settings_flow import show_settings
from arvae_desktop.ui.theme import Theme
from arvae_desktop.ui.transcript import sentences

if TYPE_CHECKING:
    from arvae_desktop.demo.server import DemoServer
    from arvae_desktop.domain.options import Options

_log = logging.getLogger(__name__)

_KEYRING_LIMIT_S = 60.0  # the user may have to type the keyring's password first
_TASKS_LIMIT_S = 1.0
_DEMO_LIMIT_S = 0.5
_SIGNALS = [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)]


def run_gui(options: Options, key: Secret | None) -> int:
    """Show the window until the user quits. Returns the exit code."""
    application = QApplication(sys.argv[:1])
    application.setApplicationName("arvae-desktop")
    application.setApplicationVersion(__version__)
    application.setDesktopFileName("arvae-desktop")
    application.setQuitOnLastWindowClosed(False)
    with asyncio.Runner(loop_factory=lambda: qasync.QEventLoop(application)) as runner:
        runner.run(_App(application, options, key).run())
    # Widgets in cycles are to go before the application does, not whenever the process is torn down: with an
    # accessibility bus that ends in a crash.
    gc.unfreeze()
    gc.collect()
    return 0


class _App:
    """One run of the program with a window."""

    def __init__(self, application: QApplication, options: Options, key: Secret | None) -> None:
        self._application = application
        self._options = options
        self._quit = asyncio.Event()
        self._threads = DaemonExecutor()
        self._demo_folder: tempfile.TemporaryDirectory[str] | None = None
        paths = self._paths()
        if options.writes_log:
            set_up_logging(paths.log_file, options.log_level or "info")
        self._notifier = Notifier()
        self._tasks = Tasks(self._notifier.report)
        file = None if options.demo else SettingsFile(paths.settings_file)
        self._preferences = Preferences(file, self._notifier)
        self._client = LateClient(lambda: self._preferences.settings.network)
        self._demo: DemoServer | None = None
        keyring = KeyringCredentials(DaemonWorker(), time_limit_s=_KEYRING_LIMIT_S)
        self._connection = Connection(
            MemoryCredentials() if options.demo else keyring,
            self._preferences,
            self._notifier,
            base_url=options.base_url,
            key=key,
            demo=options.demo,
        )
        self._keeping = Keeping(StorePlace(paths.store_file, paths.backups), self._notifier)
        self._conversations = Conversations(
            self._client, self._tasks, self._keeping, lambda: self._preferences.settings.continues_once
        )
        self._catalog = ModelCatalog(
            self._client,
            self._connection,
            self._preferences,
            self._notifier,
            self._tasks,
            model=options.model,
        )
        self._actions = ChatActions(self._conversations, self._connection, self._catalog)
        self._theme = Theme(application, self._preferences.settings.appearance)
        self._formulas = Formulas(application)
        self._window = MainWindow(
            self._keeping.library, self._connection, self._tasks, self._theme, self._formulas
        )
        self._answer_windows = AnswerWindows(
            lambda: self._preferences.settings.network, self._theme, self._tasks, self._window
        )

    def _paths(self) -> AppPaths:
        if self._options.data_dir is not None:
            return AppPaths.under(self._options.data_dir)
        if not self._options.demo:
            return AppPaths.default()
        # Who only looks around leaves nothing behind.
        self._demo_folder = tempfile.TemporaryDirectory(prefix="arvae-demo-", ignore_cleanup_errors=True)
        return AppPaths.under(Path(self._demo_folder.name))

    async def run(self) -> None:
        """Start, wait for the way out, end."""
        loop = asyncio.get_running_loop()
        loop.set_default_executor(self._threads)
        loop.set_exception_handler(self._notifier.loop_exception_handler)
        sys.excepthook = self._notifier.excepthook
        # qasync leaves out what asyncio's own loops do: without it, generators that a stopped answer left
        # behind are closed by the garbage collector, with a complaint on standard error.
        sys.set_asyncgen_hooks(
            firstiter=loop._asyncgen_firstiter_hook,  # type: ignore[attr-defined]  # noqa: SLF001
            finalizer=loop._asyncgen_finalizer_hook,  # type: ignore[attr-defined]  # noqa: SLF001
        )
        self._catch_signals(loop)
        self._connect()
        self._connection.begin()
        settings = self._preferences.settings
        self._window.restore(settings.window_size, settings.sidebar_width)
        self._window.page.transcript.set_zoom(settings.zoom)
        self._window.page.show_session(self._conversations.current)
        self._window.sidebar.mark_current(self._conversations.current.id)
        self._window.page.composer.picker.set_current(self._actions.model)
        if self._connection.state is not ConnectionState.NEEDED:
            self._window.page.composer.setFocus()
        first_frame = FirstFrame(self._window.page)
        first_frame.painted.connect(lambda: self._tasks.spawn(self._after_first_frame(), name="start"))
        self._window.show()
        _log.info("started, version %s", __version__)
        await self._quit.wait()
        await self._end()

    # --- start ---

    async def _after_first_frame(self) -> None:
        """What the first frame did not need: the HTTP library, the keyring, the demo server."""
        self._application.setWindowIcon(app_icon())
        _ = self._keeping.store  # it is opened
        loading_key = self._tasks.spawn(self._connection.load_key(), name="key")
        try:
            await asyncio.get_running_loop().run_in_executor(self._threads, self._client.warm_up)
        finally:
            _settle_memory()
        self._catalog.start()
        if self._options.demo:
            await self._start_demo()
        await loading_key

    async def _warm_up_reading(self) -> None:
        """Somebody writes: an answer is to come, and by then what reads it is loaded."""
        try:
            await asyncio.get_running_loop().run_in_executor(self._threads, warm_up)
        finally:
            _settle_memory()

    async def _start_demo(self) -> None:
        from arvae_desktop.demo.server import DemoServer  # noqa: PLC0415  (only those who look around need it)

        if self._connection.keeps_nothing:
            self._window.page.welcome.promise_nothing()
        if self._demo is None:
            self._demo = DemoServer()
            await self._demo.start()
        self._connection.use_demo(self._demo.base_url)

    def _connect(self) -> None:
        window, page, sidebar = self._window, self._window.page, self._window.sidebar
        composer, spawn = page.composer, self._tasks.spawn
        window.quit_requested.connect(self._quit.set)
        window.new_chat_requested.connect(self._new_chat)
        window.settings_requested.connect(lambda: spawn(self._show_settings(), name="settings"))
        sidebar.conversation_chosen.connect(self._conversations.open)
        sidebar.result_chosen.connect(self._conversations.open)
        self._conversations.current_changed.connect(page.show_session)
        self._conversations.current_changed.connect(lambda session: sidebar.mark_current(session.id))
        self._conversations.previewed.connect(page.preview)
        self._conversations.previewed.connect(
            lambda conversation, _messages: sidebar.mark_current(conversation.id)
        )
        self._conversations.message_wanted.connect(page.go_to)
        composer.edit.textChanged.connect(
            lambda: spawn(self._warm_up_reading(), name="reading"),
            Qt.ConnectionType.SingleShotConnection,
        )
        composer.submitted.connect(self._actions.submit)
        composer.stop_requested.connect(self._actions.stop)
        composer.recall_requested.connect(self._actions.edit_last)
        composer.emptied.connect(self._actions.cancel_edit)
        composer.model_chosen.connect(self._actions.choose_model)
        composer.picker.opened.connect(self._catalog.refresh_if_empty)
        composer.refused.connect(page.status.show_hint)
        self._actions.prompt_taken.connect(composer.clear)
        self._actions.prompt_wanted.connect(composer.submit)
        self._actions.draft_offered.connect(composer.set_text)
        self._actions.told.connect(page.status.show_hint)
        self._catalog.models_changed.connect(composer.picker.set_models)
        self._actions.model_changed.connect(composer.picker.set_current)
        page.transcript.action_requested.connect(self._on_answer_action)
        self._connect_tools()
        page.transcript.link_requested.connect(
            lambda href, words: spawn(self._open_link(href, words), name="link")
        )
        page.empty_chat.prompt_chosen.connect(composer.set_text)
        page.welcome.demo_requested.connect(lambda: spawn(self._start_demo(), name="demo"))
        page.welcome.connect_requested.connect(
            lambda url, key: spawn(self._connect_to(url, key), name="connect")
        )
        page.header.demo_left.connect(self._connection.leave_demo)
        self._connection.changed.connect(self._on_connection_changed)
        self._notifier.noticed.connect(page.banner.show_notice)
        self._notifier.withdrawn.connect(page.banner.withdraw)
        self._preferences.changed.connect(lambda settings: self._theme.set_appearance(settings.appearance))
        # The session ends: what is set is saved now, since there may be no later.
        self._application.commitDataRequest.connect(lambda _manager: self._preferences.save_now())

    def _connect_tools(self) -> None:
        tools, status = self._window.page.tools, self._window.page.status
        tools.action_chosen.connect(self._on_message_action)
        tools.branch_wanted.connect(self._actions.walk_branches)
        tools.code_wanted.connect(self._answer_windows.open_code)
        tools.picture_wanted.connect(self._answer_windows.ask_for_picture)
        tools.zoom_wanted.connect(self._preferences.zoom)
        self._answer_windows.told.connect(status.show_hint)
        self._preferences.changed.connect(
            lambda settings: self._window.page.transcript.set_zoom(settings.zoom)
        )
        self._window.export_requested.connect(lambda: self._tasks.spawn(self._export(), name="export"))
        self._window.pdf_requested.connect(lambda: self._tasks.spawn(self._save_pdf(), name="pdf"))
        self._window.print_requested.connect(lambda: self._tasks.spawn(self._print(), name="print"))
        self._window.page.undo.clicked.connect(lambda _checked=False: self._actions.undo_delete())
        self._window.undo_requested.connect(self._actions.undo_delete)

    # --- what the user asks of the app ---

    def _new_chat(self) -> None:
        self._conversations.start_new()
        self._window.page.composer.setFocus()

    def _on_answer_action(self, name: str, message_id: str) -> None:
        match name:
            case sentences.RETRY:
                self._actions.regenerate(message_id)
            case sentences.CONTINUE:
                self._actions.go_on(message_id)
            case sentences.EDIT:
                self._actions.edit(message_id)
            case sentences.SETTINGS:
                self._window.settings_requested.emit()
            case sentences.MODELS:
                self._window.choose_model()
            case sentences.SHOW_ALL:
                self._window.page.show_whole(message_id)

    def _on_message_action(self, name: str, message_id: str) -> None:
        match name:
            case message_actions.EDIT:
                self._actions.edit(message_id)
            case message_actions.REGENERATE:
                self._actions.regenerate(message_id)
            case message_actions.CONTINUE:
                self._actions.go_on(message_id)
            case message_actions.DELETE:
                self._actions.delete(message_id)

    async def _export(self) -> None:
        from arvae_desktop.ui.export_flow import export_conversation  # noqa: PLC0415  (few ever do)

        outcome = await export_conversation(self._window, self._conversations.current.kept())
        self._window.page.status.show_hint(outcome.sentence)

    async def _save_pdf(self) -> None:
        from arvae_desktop.ui import paper  # noqa: PLC0415  (few ever do)

        session, font = self._conversations.current, self._window.page.transcript.font()
        outcome = await paper.save_pdf(
            self._window, session.messages, session.title or "Chat", font, self._formulas
        )
        self._window.page.status.show_hint(outcome.sentence)

    async def _print(self) -> None:
        from arvae_desktop.ui import paper  # noqa: PLC0415  (few ever do)

        messages, font = self._conversations.current.messages, self._window.page.transcript.font()
        outcome = await paper.print_messages(self._window, messages, font, self._formulas)
        self._window.page.status.show_hint(outcome.sentence)

    async def _open_link(self, href: str, words: str) -> None:
        if not await open_link(href, words, self._window):
            self._window.page.status.show_hint("No program here opens this link.")

    def _on_connection_changed(self) -> None:
        # The welcome page stands in an empty chat; conversations stay readable beside it.
        if self._connection.state is ConnectionState.NEEDED:
            self._conversations.start_new()

    async def _connect_to(self, base_url: str, key: str) -> None:
        try:
            await self._connection.connect_to(base_url, Secret(key))
        except ArvaeError as error:
            self._window.page.welcome.show_error(f"{error.report.title} {error.report.hint}")

    async def _show_settings(self) -> None:
        await show_settings(self._connection, self._preferences, self._theme, self._tasks, self._window)
        self._catalog.refresh_if_empty()  # the way to the server may have been mended

    # --- the way out ---

    def _catch_signals(self, loop: asyncio.AbstractEventLoop) -> None:
        for number in _SIGNALS:
            try:
                loop.add_signal_handler(number, self._on_signal)
            except NotImplementedError:  # Windows
                signal.signal(number, lambda _number, _frame: loop.call_soon_threadsafe(self._on_signal))
                self._let_python_run()

    def _ignore_signals(self) -> None:
        """Let no signal spoil the exit code from here on; closing the loop would give each its default."""
        for number in _SIGNALS:
            with contextlib.suppress(NotImplementedError):  # Windows
                asyncio.get_running_loop().remove_signal_handler(number)
            signal.signal(number, signal.SIG_IGN)

    def _let_python_run(self) -> None:
        """Give Python a turn now and then: where Qt waits in native code, signals wait with it."""
        ticker = QTimer(self._application, interval=500)
        ticker.timeout.connect(lambda: None)
        ticker.start()

    def _on_signal(self) -> None:
        if self._quit.is_set():
            os._exit(0)  # asked twice: at once
        self._quit.set()

    async def _end(self) -> None:
        """End what runs, within bounds, then the window. A second signal ends the process at once."""
        if not self._window.isMaximized():
            size = self._window.size()
            self._preferences.change(window_size=(size.width(), size.height()))
        self._preferences.change(sidebar_width=self._window.sidebar_width)
        self._preferences.save_now()
        self._window.hide()
        self._window.page.keep_draft()
        self._formulas.close()
        self._conversations.stop_all()
        await self._tasks.shutdown(_TASKS_LIMIT_S)
        if self._demo is not None:
            with contextlib.suppress(TimeoutError):  # the process ends now, and its sockets with it
                await asyncio.wait_for(self._demo.aclose(), _DEMO_LIMIT_S)
        try:
            await self._keeping.close()
        except StoreError as error:
            _log.error("not everything could be saved: %s", error.report.title)
        if self._demo_folder is not None:
            self._demo_folder.cleanup()
        self._preferences.save_now()
        self._notifier.close()
        self._window.close_for_good()
        self._ignore_signals()
        _log.info("ended")


def _settle_memory() -> None:
    """Begin collecting garbage, which the command line put off until here.

    What start-up made lives until the end: frozen, it is not walked by every full collection, in some 40 ms
    in the middle of an answer.
    """
    gc.freeze()
    gc.enable()
