"""Libraries that tests fill and ask what was wished of them: in memory, to be held back, and in a store."""

from __future__ import annotations

import time
from dataclasses import fields
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from arvae_desktop.domain.conversations import Conversation
from arvae_desktop.domain.library import Entry
from arvae_desktop.services.store_library import StoreLibrary
from tests.support.memory_library import MemoryLibrary

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from arvae_desktop.domain.library import Found, Page, Shelf
    from arvae_desktop.storage.store.conversation_store import ConversationStore

# For the whole run: a midnight that comes meanwhile makes no difference.
NOW = datetime.now().astimezone()

_WISHES = (
    "rename",
    "set_pinned",
    "set_archived",
    "move",
    "delete",
    "restore",
    "delete_for_good",
    "empty_bin",
    "create_folder",
    "rename_folder",
    "delete_folder",
)


class _Recorded:
    """Notes what is asked of a library.

    Attributes:
        asked: the (shelf, after) of every page that was asked for.
        wishes: the name and arguments of every wish.
    """

    def __init__(self, *args):
        self.asked: list[tuple[Shelf, Entry | None]] = []
        self.wishes: list[tuple] = []
        super().__init__(*args)

    def __getattribute__(self, name):
        found = super().__getattribute__(name)
        if name not in _WISHES:
            return found

        def wish(*args, **options):
            plain = [args[0] if isinstance(args[0], str) else tuple(args[0]), *args[1:]] if args else []
            self.wishes.append((name, *plain, *options.values()))
            found(*args, **options)
            self.settle()

        return wish

    def request_page(self, shelf, after, limit):
        self.asked.append((shelf, after))
        return super().request_page(shelf, after, limit)

    def settle(self):
        """Wait until all wishes are kept."""


class FakeLibrary(_Recorded, MemoryLibrary):
    """Answers in the next turn of the event loop, or, while `holds` is set, when `let_go` is called.

    Attributes:
        texts: what was said in each conversation, as (message id, text).
        searches: what was searched for.
    """

    def __init__(self):
        self.texts: dict[str, list[tuple[str, str]]] = {}
        super().__init__(lambda conversation_id: self.texts.get(conversation_id, ()))
        self.holds = False
        self.searches: list[str] = []
        self._held: list[tuple[object, Page | Found]] = []

    def entry(self, conversation_id) -> Entry:
        """A conversation as it is."""
        return self._entries[conversation_id]

    def request_page(self, shelf, after, limit):
        if not self.holds:
            return super().request_page(shelf, after, limit)
        self.asked.append((shelf, after))
        token = next(self._tokens)
        # Read now, delivered later, as by a thread.
        self._held.append((self.page_ready, self._page(token, shelf, after, limit)))
        return token

    def search(self, query):
        self.searches.append(query)
        if not self.holds:
            return super().search(query)
        return next(self._tokens)

    def answer(self, found: Found):
        """Answer a search by hand."""
        self.found.emit(found)

    def let_go(self):
        """Deliver every page that was held back."""
        held, self._held = self._held, []
        for signal, value in held:
            signal.emit(value)


class KeptLibrary(_Recorded, StoreLibrary):
    """Keeps what tests put into it in a store, and waits for what is wished."""

    def __init__(self, store):
        self._kept_store = store
        super().__init__(_fail)
        self.attach(store)

    def put(self, *entries: Entry):
        """Keep these conversations, as they are now."""
        for entry in entries:
            super().put(Conversation(**{field.name: getattr(entry, field.name) for field in fields(entry)}))
        self.settle()

    def entry(self, conversation_id) -> Entry:
        """A conversation as it is."""
        (entry,) = self._kept_store.entries([conversation_id]).result(30)
        return entry

    def settle(self):
        settle(self)


def attached(store: ConversationStore, report: Callable[[BaseException], None]) -> StoreLibrary:
    """The library of a store."""
    library = StoreLibrary(report)
    library.attach(store)
    return library


def settle(library: StoreLibrary):
    """Wait until all has come that was asked of the store."""
    deadline = time.monotonic() + 30
    while library._answers._waiting:
        assert time.monotonic() < deadline
        QCoreApplication.processEvents()


def _fail(error: BaseException):
    raise error


def moment(days_ago: float = 0, hour: int = 12, *, now: datetime | None = None) -> float:
    """A moment some days before `NOW`, in the machine's time zone, in seconds since 1970."""
    now = now or NOW
    return (now - timedelta(days=days_ago)).replace(hour=hour, minute=0, second=0, microsecond=0).timestamp()


def entries(titles: Collection[str], **values) -> list[Entry]:
    """Entries with these titles as their ids, the first the newest."""
    newest = values.pop("updated_at", moment())
    return [Entry(title, title, newest - number, **values) for number, title in enumerate(titles)]


def many(count: int) -> list[Entry]:
    """So many entries over three years."""
    newest = moment()
    step = 3 * 365 * 86_400 / count
    return [
        Entry(f"conversation-{number:06}", f"Conversation number {number}", newest - number * step)
        for number in range(count)
    ]
