"""What the user asks of the app as a whole."""

from __future__ import annotations

import asyncio
import functools
import gc
import importlib
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from arvae_desktop import is_frozen
from arvae_desktop.domain.errors import ArvaeError
from arvae_desktop.domain.secret import Secret
from arvae_desktop.services.connection import ConnectionState
from arvae_desktop.ui import message_actions
from arvae_desktop.ui.transcript import sentences

if TYPE_CHECKING:
    from collections.abc import Iterable

    from arvae_desktop.app.desk import Desk
    from arvae_desktop.app.parts import Parts
    from arvae_desktop.demo.server import DemoServer
    from arvae_desktop.services.program_watch import ProgramWatch
    from arvae_desktop.services.update_check import UpdateCheck
    from arvae_desktop.ui.data_flow import DataFlow

_UNSAVED = (
    "What was said lately is only in memory, and is lost when the app closes. Mend it, and the app saves by "
    "itself; or export the conversation to another disk first."
)

# In steps that fit into a frame.
_CONTENTS = (
    "arvae_desktop.ui.sidebar.model",
    "arvae_desktop.ui.sidebar.conversation_list",
    "arvae_desktop.ui.sidebar.results",
    "arvae_desktop.ui.sidebar.contents",
)
_READER = (
    "arvae_desktop.services.running_answer",
    "arvae_desktop.markup.blocks",
    "arvae_desktop.markup.stream",
    "arvae_desktop.ui.transcript.formats",
    "arvae_desktop.ui.transcript.block_lines",
    "arvae_desktop.ui.transcript.parts",
    "arvae_desktop.ui.transcript.view",
    "arvae_desktop.ui.conversation_reader",
)


class Wishes(QObject):
    """Carries out wishes.

    Attributes:
        quitting: set once the app is to end.
        leaves_nothing: whether all that it keeps is to go with it.
        demo: the demo's server, once it was asked for.
        desk: what there is of the app beyond its main window; set as soon as there is something.

    Signals:
        woken: for the first time somebody comes, to a window or to the quick prompt.
    """

    woken = Signal()

    def __init__(self, parts: Parts) -> None:
        super().__init__(parts.application)
        self._is_awake = False
        self._parts = parts
        self.quitting = asyncio.Event()
        self.leaves_nothing = False
        self.demo: DemoServer | None = None
        self.desk: Desk | None = None

    def quit(self) -> None:
        """End the app, after asking if something could not be saved."""
        self._parts.tasks.spawn(self._quit(), name="quit")

    async def _quit(self) -> None:
        if self._parts.keeping.is_troubled:
            from arvae_desktop.ui import dialogs  # noqa: PLC0415  (most never see it)

            window, action = self._parts.window, "Quit without saving"
            if not await dialogs.confirm(window, f"{action}?", _UNSAVED, action=action):
                return
        self.quitting.set()

    def wake_up(self) -> None:
        """Somebody has come: what a start in the tray put off is wanted soon."""
        if not self._is_awake:
            self._is_awake = True
            self.woken.emit()

    def close_window(self) -> None:
        """The main window was closed."""
        if self.desk is None:
            self.quit()
        else:
            self.desk.close_window()

    def bring_up_quick(self) -> None:
        """Show the quick prompt."""
        if self.desk is not None:
            self.desk.make_quick().bring_up()

    def show_quick_settings(self) -> None:
        """Open the settings of the quick prompt and the tray."""
        self._parts.tasks.spawn(self._show_quick_settings(), name="quick settings")

    async def _show_quick_settings(self) -> None:
        from arvae_desktop.app.quick_settings import show_quick_settings  # noqa: PLC0415  (few ever do)

        if self.desk is not None:
            parts, shortcut = self._parts, self.desk.make_quick().shortcut
            await show_quick_settings(parts.preferences, shortcut, self.desk.host, parts.theme, parts.window)

    def new_chat(self) -> None:
        """Bring an empty conversation to the front."""
        self._parts.conversations.start_new()
        self._parts.window.page.composer.setFocus()

    def on_answer_action(self, name: str, message_id: str) -> None:
        """Do what stands under an answer, by its name in `sentences`."""
        match name:
            case sentences.RETRY:
                self._parts.actions.regenerate(message_id)
            case sentences.CONTINUE:
                self._parts.actions.go_on(message_id)
            case sentences.EDIT:
                self._parts.actions.edit(message_id)
            case sentences.SETTINGS:
                self._parts.window.settings_requested.emit()
            case sentences.MODELS:
                self._parts.window.choose_model()
            case sentences.SHOW_ALL:
                self._parts.window.page.show_whole(message_id)

    def on_message_action(self, name: str, message_id: str) -> None:
        """Do something with a message, by its name in `message_actions`."""
        match name:
            case message_actions.EDIT:
                self._parts.actions.edit(message_id)
            case message_actions.REGENERATE:
                self._parts.actions.regenerate(message_id)
            case message_actions.CONTINUE:
                self._parts.actions.go_on(message_id)
            case message_actions.DELETE:
                self._parts.actions.delete(message_id)

    @functools.cached_property
    def data(self) -> DataFlow:
        """What is done with all that is kept."""
        from arvae_desktop.services.transfers import Transfers  # noqa: PLC0415  (few ever need it)
        from arvae_desktop.ui.data_flow import DataFlow  # noqa: PLC0415

        return DataFlow(
            self._parts.keeping,
            Transfers(self._parts.keeping, self._parts.preferences),
            self._parts.conversations,
            self._parts.connection,
            self._parts.theme,
            self._parts.tasks,
            self._parts.window,
            self._parts.files.write_pdf,
            self.wipe,
        )

    @functools.cached_property
    def updates(self) -> UpdateCheck:
        """What tells of new versions. Whoever wants none and opens no settings never loads it."""
        from arvae_desktop.domain.program import build  # noqa: PLC0415  (most never need it)
        from arvae_desktop.services.update_check import UpdateCheck  # noqa: PLC0415

        return UpdateCheck(build(), self._parts.preferences, self._parts.notifier, self._parts.tasks)

    @functools.cached_property
    def program_watch(self) -> ProgramWatch | None:
        """What tells that the program's file was replaced; None where there is no such file."""
        if not is_frozen():
            return None
        from arvae_desktop.services.program_watch import ProgramWatch  # noqa: PLC0415  (only packages need it)

        running = Path("/proc/self/exe")  # Linux alone has it
        return ProgramWatch(Path(sys.executable), self._parts.notifier, started_from=running, parent=self)

    async def show_about(self) -> None:
        """Say which program this is, and under which licences its parts are."""
        from arvae_desktop.domain.program import build, licences  # noqa: PLC0415  (few ever ask)
        from arvae_desktop.ui import dialogs  # noqa: PLC0415
        from arvae_desktop.ui.about_dialog import AboutDialog  # noqa: PLC0415

        dialog = AboutDialog(
            build(), licences(), self._parts.theme, self._parts.window, offers_check=self.updates.is_offered
        )
        dialog.check_requested.connect(self.updates.check_now)
        self.updates.checked.connect(dialog.tell)
        await dialogs.finished(dialog)

    def show_data(self) -> None:
        """Show what is kept, and what can be done with it."""
        self._parts.tasks.spawn(self.data.show(), name="data")

    def wipe(self) -> None:
        """End, and leave nothing behind."""
        self.leaves_nothing = True
        self.quitting.set()

    async def set_conversation(self) -> None:
        """Let the user set what the requests of the conversation in front say."""
        from arvae_desktop.ui import dialogs  # noqa: PLC0415  (few ever do)
        from arvae_desktop.ui.conversation_dialog import ConversationDialog  # noqa: PLC0415

        session = self._parts.conversations.current
        dialog = ConversationDialog(session.settings, self._parts.window)
        if await dialogs.finished(dialog):
            # Another model may have been chosen meanwhile.
            session.set_settings(replace(dialog.settings, model=session.settings.model))

    async def open_link(self, href: str, words: str) -> None:
        """Open a link that was clicked."""
        from arvae_desktop.ui.link_opening import open_link  # noqa: PLC0415  (some answers have none)

        if not await open_link(href, words, self._parts.window):
            self._parts.window.page.status.show_hint("No program here opens this link.")

    def on_connection_changed(self) -> None:
        """Where a server is to be chosen, show the page for that."""
        # The welcome page stands in an empty chat; conversations stay readable beside it.
        if self._parts.connection.state is ConnectionState.NEEDED:
            self._parts.conversations.start_new()

    async def connect_to(self, base_url: str, key: str) -> None:
        """Use a server, or say on the welcome page what is wrong."""
        try:
            await self._parts.connection.connect_to(base_url, Secret(key))
        except ArvaeError as error:
            self._parts.window.page.welcome.show_error(f"{error.report.title} {error.report.hint}")

    async def show_settings(self) -> None:
        """Open the settings."""
        from arvae_desktop.ui.settings_flow import show_settings  # noqa: PLC0415  (few ever do)

        parts = self._parts
        await show_settings(
            parts.connection,
            parts.preferences,
            parts.theme,
            parts.tasks,
            parts.window,
            self.show_data,
            self.show_quick_settings,
            offers_updates=self.updates.is_offered,
        )
        self._parts.catalog.refresh_if_empty()  # the way to the server may have been mended

    async def complete_window(self) -> None:
        """Load what conversations are listed and read with, a little at a time: the window stays quick."""
        window = self._parts.window
        await _load(_CONTENTS)
        _ = window.sidebar.contents  # it is made
        await _load(_READER)
        _ = window.page.reader

    async def warm_up_reading(self) -> None:
        """Somebody writes: an answer is to come, and by then what reads it is loaded."""
        from arvae_desktop.markup.stream import warm_up  # noqa: PLC0415  (after the first frame)

        try:
            await asyncio.get_running_loop().run_in_executor(self._parts.threads, warm_up)
        finally:
            settle_memory()

    async def start_demo(self) -> None:
        """Talk to the demo server, which is started if it was not."""
        from arvae_desktop.demo.server import DemoServer  # noqa: PLC0415  (only those who look around need it)

        if self._parts.connection.keeps_nothing and self._parts.has_window:
            self._parts.window.page.welcome.promise_nothing()
        if self.demo is None:
            self.demo = DemoServer()
            await self.demo.start()
        self._parts.connection.use_demo(self.demo.base_url)


async def _load(names: Iterable[str]) -> None:
    for name in names:
        importlib.import_module(name)
        await asyncio.sleep(0)


def settle_memory() -> None:
    """Begin collecting garbage, which the command line put off until here.

    What start-up made lives until the end: frozen, it is not walked by every full collection, in some 40 ms
    in the middle of an answer.
    """
    gc.freeze()
    gc.enable()
