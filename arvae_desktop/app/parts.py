"""Every object of the app, built in the order in which they need each other."""

from __future__ import annotations

import functools
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from arvae_desktop.services.chat_actions import ChatActions
from arvae_desktop.services.connection import Connection
from arvae_desktop.services.conversations import Conversations
from arvae_desktop.services.daemon_threads import DaemonExecutor, DaemonWorker
from arvae_desktop.services.formulas import Formulas
from arvae_desktop.services.keeping import Keeping
from arvae_desktop.services.keyring_asking import keyring_in_own_process
from arvae_desktop.services.late_client import LateClient
from arvae_desktop.services.model_catalog import ModelCatalog
from arvae_desktop.services.notifier import Notifier
from arvae_desktop.services.preferences import Preferences
from arvae_desktop.services.tasks import Tasks
from arvae_desktop.services.titles import Titles
from arvae_desktop.storage.credentials import KeyringCredentials, MemoryCredentials
from arvae_desktop.storage.log_file import set_up_logging
from arvae_desktop.storage.paths import AppPaths
from arvae_desktop.storage.settings import SettingsFile
from arvae_desktop.storage.store.place import StorePlace
from arvae_desktop.ui.theme import Theme

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication

    from arvae_desktop.domain.options import Options
    from arvae_desktop.domain.secret import Secret
    from arvae_desktop.ui.answer_windows import AnswerWindows
    from arvae_desktop.ui.file_flow import FileFlow
    from arvae_desktop.ui.main_window import MainWindow

_KEYRING_LIMIT_S = 60.0  # the user may have to type the keyring's password first


class Parts:
    """What one run of the program consists of.

    Attributes:
        demo_folder: where a run that keeps nothing keeps it until its end, or None.
    """

    def __init__(self, application: QApplication, options: Options, key: Secret | None) -> None:
        self.application = application
        self.options = options
        self.threads = DaemonExecutor()
        self.demo_folder: tempfile.TemporaryDirectory[str] | None = None
        self.paths = self._find_paths()
        if options.writes_log:
            set_up_logging(self.paths.log_file, options.log_level or "info")
        self.notifier = Notifier()
        self.tasks = Tasks(self.notifier.report)
        file = None if options.demo else SettingsFile(self.paths.settings_file)
        self.preferences = preferences = Preferences(file, self.notifier)
        self.client = LateClient(lambda: preferences.settings.network)
        self._make_chat(options, key)
        self.theme = Theme(application, preferences.settings.appearance)
        self.formulas = Formulas(application)

    # --- made when they are first wanted: a start in the tray has no main window ---

    @functools.cached_property
    def window(self) -> MainWindow:
        """The main window. `app/front` is who makes it, connects it and shows it."""
        from arvae_desktop.ui.main_window import MainWindow  # noqa: PLC0415

        return MainWindow(self.keeping.library, self.connection, self.tasks, self.theme, self.formulas)

    @property
    def has_window(self) -> bool:
        """Whether the main window was made."""
        return "window" in self.__dict__

    @functools.cached_property
    def files(self) -> FileFlow:
        """Writes the conversation in front to files and on paper."""
        from arvae_desktop.ui.file_flow import FileFlow  # noqa: PLC0415

        return FileFlow(self.conversations, self.window.page, self.formulas)

    @functools.cached_property
    def answer_windows(self) -> AnswerWindows:
        """Windows for code and pictures of answers."""
        from arvae_desktop.ui.answer_windows import AnswerWindows  # noqa: PLC0415

        return AnswerWindows(lambda: self.preferences.settings.network, self.theme, self.tasks, self.window)

    def _make_chat(self, options: Options, key: Secret | None) -> None:
        preferences, notifier, tasks = self.preferences, self.notifier, self.tasks
        keyring = KeyringCredentials(
            DaemonWorker(), open_keyring=keyring_in_own_process, time_limit_s=_KEYRING_LIMIT_S
        )
        self.connection = Connection(
            MemoryCredentials() if options.demo else keyring,
            preferences,
            notifier,
            base_url=options.base_url,
            key=key,
            demo=options.demo,
        )
        self.keeping = Keeping(StorePlace(self.paths.store_file, self.paths.backups), notifier)
        self.conversations = Conversations(
            self.client, tasks, self.keeping, lambda: preferences.settings.continues_once
        )
        self.catalog = ModelCatalog(
            self.client, self.connection, preferences, notifier, tasks, model=options.model
        )
        self.actions = ChatActions(self.conversations, self.connection, self.catalog)
        self.titles = Titles(
            self.client,
            self.conversations,
            self.connection,
            tasks,
            lambda: preferences.settings.names_conversations,
        )

    def _find_paths(self) -> AppPaths:
        if self.options.data_dir is not None:
            return AppPaths.under(self.options.data_dir)
        if not self.options.demo:
            return AppPaths.default()
        # Who only looks around leaves nothing behind.
        self.demo_folder = tempfile.TemporaryDirectory(prefix="arvae-demo-", ignore_cleanup_errors=True)
        return AppPaths.under(Path(self.demo_folder.name))
