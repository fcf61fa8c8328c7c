"""Does with conversations and folders what the user wishes, and tells what can be undone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint, Signal
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QMenu

from arvae_desktop.ui import dialogs
from arvae_desktop.ui.sidebar.commands import KEYS, Choice, Command, choices_for, choices_for_row

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from arvae_desktop.domain.library import Entry
    from arvae_desktop.services.library import Library
    from arvae_desktop.services.tasks import Tasks
    from arvae_desktop.ui.sidebar.conversation_list import ConversationList
    from arvae_desktop.ui.sidebar.model import ConversationModel

_NEW_FOLDER = "New folder"


class Doings(QObject):
    """Carries out commands for what is chosen in the list.

    Signals:
        done: what was done, in a few words, and a function that takes it back.
        opened: an `Entry`.
        export_wanted: the ids of conversations.
    """

    done = Signal(str, object)
    opened = Signal(object)
    export_wanted = Signal(object)

    def __init__(
        self, library: Library, tasks: Tasks, model: ConversationModel, view: ConversationList
    ) -> None:
        super().__init__(view)
        self._library = library
        self._tasks = tasks
        self._model = model
        self._view = view
        self._simple: dict[Command, Callable[[Sequence[Entry]], object]] = {
            Command.OPEN: lambda entries: self.opened.emit(entries[0]),
            Command.RENAME: lambda _entries: view.rename_current(),
            Command.PIN: lambda entries: library.set_pinned(_ids(entries), pinned=True),
            Command.UNPIN: lambda entries: library.set_pinned(_ids(entries), pinned=False),
            Command.MOVE: lambda _entries: self.open_folder_menu(view.menu_point()),
            Command.NEW_FOLDER: self.new_folder,
            Command.EXPORT: lambda entries: self.export_wanted.emit(_ids(entries)),
            Command.ARCHIVE: self._archive,
            Command.UNARCHIVE: lambda entries: library.set_archived(_ids(entries), archived=False),
            Command.DELETE: self._delete,
            Command.RESTORE: lambda entries: library.restore(_ids(entries)),
            Command.DELETE_FOR_GOOD: self._delete_for_good,
        }
        view.commanded.connect(self.do)
        view.menu_wanted.connect(self.open_menu)
        view.opened.connect(self.opened)

    def do(self, command: Command) -> None:
        """Carry out a command for the folder that is current, or else for what is selected."""
        folder = self._view.current_folder
        if folder is not None and folder.folder is not None:
            self._do_with_folder(command, folder.folder, is_open=folder.is_open)
        elif entries := self._view.chosen:
            self._simple[command](entries)

    def new_folder(self, entries: Sequence[Entry] = ()) -> None:
        """Make a folder, put these in it, and let the user name it."""
        taken = {folder.name.casefold() for folder in self._library.overview.folders}
        name, number = _NEW_FOLDER, 1
        while name.casefold() in taken:
            number += 1
            name = f"{_NEW_FOLDER} {number}"
        self._library.create_folder(name)
        if entries:
            self._library.move(_ids(entries), name)
        self._view.rename_folder(name)

    def empty_bin(self) -> None:
        """Delete for good all that is in the bin, after asking."""
        count = self._library.overview.binned
        question = f"Delete {_count(count)} for good?"
        self._tasks.spawn(self._ask(question, self._library.empty_bin), name="empty bin")

    # --- menus ---

    def open_menu(self, point: QPoint) -> None:
        """Open the menu for what is chosen, at a point in global coordinates."""
        folder, entries = self._view.current_folder, self._view.chosen
        choices = choices_for_row(folder) if folder else choices_for(entries, self._model.sight)
        if choices:
            menu = self._new_menu("Conversation" if folder is None else "Folder")
            for choice in choices:
                self._add(menu, choice, entries)
            menu.popup(point)

    def open_folder_menu(self, point: QPoint) -> None:
        """Open the menu of folders into which the chosen can go."""
        if entries := self._view.chosen:
            menu = self._new_menu("Move to folder")
            self._fill_folder_menu(menu, entries)
            menu.popup(point)

    def _new_menu(self, name: str) -> QMenu:
        menu = QMenu(self._view)
        menu.setObjectName("conversationMenu")
        menu.setAccessibleName(name)
        menu.aboutToHide.connect(menu.deleteLater)
        return menu

    def _add(self, menu: QMenu, choice: Choice | None, entries: Sequence[Entry]) -> None:
        if choice is None:
            menu.addSeparator()
        elif choice.command is Command.MOVE:
            self._fill_folder_menu(menu.addMenu(choice.words), entries)
        else:
            action = menu.addAction(choice.words)
            action.setShortcut(QKeySequence(KEYS[choice.command]))
            action.setShortcutVisibleInContextMenu(True)
            action.triggered.connect(lambda: self.do(choice.command))

    def _fill_folder_menu(self, menu: QMenu, entries: Sequence[Entry]) -> None:
        shared = {entry.folder for entry in entries}
        for folder in self._library.overview.folders:
            # An ampersand would mark a key.
            action = menu.addAction(folder.name.replace("&", "&&"))
            action.setCheckable(True)
            action.setChecked(shared == {folder.name})
            action.triggered.connect(lambda _on, name=folder.name: self._library.move(_ids(entries), name))
        if menu.actions():
            menu.addSeparator()
        menu.addAction("New folder…").triggered.connect(lambda: self.new_folder(entries))
        if shared != {None}:
            out = menu.addAction("Out of the folder")
            out.triggered.connect(lambda: self._library.move(_ids(entries), None))

    # --- doing ---

    def _do_with_folder(self, command: Command, name: str, *, is_open: bool) -> None:
        match command:
            case Command.OPEN:
                self._model.set_open(name, is_open=not is_open)
            case Command.RENAME:
                self._view.rename_current()
            case Command.NEW_FOLDER:
                self.new_folder()
            case Command.DELETE_FOLDER:
                self._library.delete_folder(name)
            case _:
                return

    def _archive(self, entries: Sequence[Entry]) -> None:
        ids = _ids(entries)
        self._library.set_archived(ids, archived=True)
        self.done.emit(f"{_what(entries)} archived", lambda: self._library.set_archived(ids, archived=False))

    def _delete(self, entries: Sequence[Entry]) -> None:
        ids = _ids(entries)
        self._library.delete(ids)
        self.done.emit(f"{_what(entries)} deleted", lambda: self._library.restore(ids))

    def _delete_for_good(self, entries: Sequence[Entry]) -> None:
        ids = _ids(entries)
        question = f"Delete {_count(len(ids))} for good?"
        work = self._ask(question, lambda: self._library.delete_for_good(ids))
        self._tasks.spawn(work, name="delete for good")

    async def _ask(self, question: str, do: Callable[[], None]) -> None:
        text = f"{question}\n\nEvery word in it is lost. This can’t be undone."
        if await dialogs.confirm(self._view.window(), "Delete for good?", text, action="Delete for good"):
            do()


def _ids(entries: Sequence[Entry]) -> list[str]:
    return [entry.id for entry in entries]


def _count(number: int) -> str:
    return "this conversation" if number == 1 else f"{number:,} conversations"


def _what(entries: Sequence[Entry]) -> str:
    return "Conversation" if len(entries) == 1 else f"{len(entries):,} conversations"
