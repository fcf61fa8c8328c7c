"""Where keys are kept: the operating system's keyring, or memory until the app quits.

A key is stored under the origin of its base URL, so that no other server is ever sent it.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import threading
from typing import TYPE_CHECKING, Protocol, TypeVar

from arvae_desktop.domain.errors import KeyringError, NoKeyringError
from arvae_desktop.domain.secret import Secret
from arvae_desktop.storage.keyring_backend import WINDOWS, BackendError, keyring_here, place_of

if TYPE_CHECKING:
    from collections.abc import Callable, Collection
    from concurrent.futures import Executor
    from contextlib import AbstractContextManager

    from arvae_desktop.storage.keyring_backend import Backend

_log = logging.getLogger(__name__)
_T = TypeVar("_T")

_SERVICE = "Arvae Desktop"
_WINDOWS_LIMIT = 1280
_MOST_KEYS = 100
_GET_HINT = "Unlock the keyring and start again, or paste the key for this run."
_SET_HINT = "The key is kept in memory until you quit. Unlock or install a keyring to keep it longer."
_DELETE_HINT = "The key is still in the keyring: unlock it and forget it again."


class CredentialStore(Protocol):
    """A place for keys. Every method may raise `KeyringError`; cancelling one gives up waiting."""

    @property
    def place(self) -> str:
        """Where keys are, in words that fit after “kept in”."""

    async def get(self, origin: str) -> Secret | None:
        """The key for a server's origin, or None."""

    async def set(self, origin: str, key: Secret) -> None:
        """Keep a key; when this returns it has been read back."""

    async def delete(self, origin: str) -> None:
        """Forget a key. One that is not there is no error."""

    async def delete_all(self, origins: Collection[str]) -> None:
        """Forget the keys for these origins, and all others of this app that can be found."""


class MemoryCredentials:
    """Keeps keys until the app quits."""

    place = "this app’s memory until you quit"

    def __init__(self) -> None:
        self._keys: dict[str, Secret] = {}

    async def get(self, origin: str) -> Secret | None:
        """The key for an origin, or None."""
        return self._keys.get(origin)

    async def set(self, origin: str, key: Secret) -> None:
        """Keep a key."""
        self._keys[origin] = key

    async def delete(self, origin: str) -> None:
        """Forget a key."""
        self._keys.pop(origin, None)

    async def delete_all(self, origins: Collection[str]) -> None:  # noqa: ARG002  (all are known here)
        """Forget every key."""
        self._keys.clear()


class KeyringCredentials:
    """Keeps keys in the operating system's keyring.

    Calls run in `executor`, one after the other, so that none overtakes an earlier one; it must have a
    daemon thread: a locked keyring may block for ever, and neither the window nor the exit may wait for it.

    `open_keyring` is entered for each call.

    Attributes:
        place: known after the first call.
    """

    place = "the system keyring"

    def __init__(
        self,
        executor: Executor,
        *,
        open_keyring: Callable[[], AbstractContextManager[Backend]] = keyring_here,
        time_limit_s: float = 5.0,
    ) -> None:
        self._executor = executor
        self._open_keyring = open_keyring
        self._time_limit_s = time_limit_s

    async def get(self, origin: str) -> Secret | None:
        """The key for an origin, or None. Raises `KeyringError`."""
        text = await self._run(lambda backend: backend.get(_SERVICE, origin), _GET_HINT)
        return Secret(text) if text else None

    async def set(self, origin: str, key: Secret) -> None:
        """Write a key and read it back (a null backend takes everything and keeps nothing).

        Once this has raised or was cancelled, the key does not get into the keyring any more. Raises
        `KeyringError`.
        """

        def write(backend: Backend) -> bool:
            if backend.kind == WINDOWS and len(key.reveal()) > _WINDOWS_LIMIT:
                raise KeyringError(f"Windows keeps keys of up to {_WINDOWS_LIMIT:,} characters only.")
            backend.set(_SERVICE, origin, key.reveal())
            return bool(backend.get(_SERVICE, origin) == key.reveal())

        if not await self._run(write, _SET_HINT, undo=lambda backend: _remove(backend, origin)):
            raise KeyringError("The system keyring took the key but did not keep it.", _SET_HINT)

    async def delete(self, origin: str) -> None:
        """Remove a key. Raises `KeyringError`."""
        await self._run(lambda backend: _remove(backend, origin), _DELETE_HINT)

    async def delete_all(self, origins: Collection[str]) -> None:
        """Remove the keys for these origins, and those that the keyring lists. Raises `KeyringError`."""

        def remove(backend: Backend) -> None:
            for origin in origins:
                _remove(backend, origin)
            for _ in range(_MOST_KEYS):  # not every keyring can list them, and then there is none
                name = backend.any_name(_SERVICE)
                if name is None:
                    break
                backend.delete(_SERVICE, name)

        with contextlib.suppress(NoKeyringError):
            await self._run(remove, _DELETE_HINT)

    async def _run(
        self,
        call: Callable[[Backend], _T],
        hint: str,
        *,
        undo: Callable[[Backend], None] = lambda _backend: None,
    ) -> _T:
        """Run `call` with the backend, and `undo` after it if nobody waits any more."""
        race = _Race()

        def work() -> tuple[str, _T]:
            with self._open_keyring() as backend:
                try:
                    result = call(backend)
                finally:
                    if not race.win("call"):
                        undo(backend)
                return place_of(backend), result

        future = asyncio.get_running_loop().run_in_executor(self._executor, work)
        try:
            # Not `wait_for`: a call that ends in the last moment counts.
            done, _ = await asyncio.wait([future], timeout=self._time_limit_s)
            if not done and race.win("limit"):
                raise KeyringError("The system keyring does not answer.", hint)
            self.place, result = await future
        except asyncio.CancelledError:
            race.win("limit")
            raise
        except KeyringError as error:
            raise type(error)(error.report.title, hint) from None
        except Exception as error:  # noqa: BLE001  (backends raise what they like: D-Bus, pywin32 and OS errors)
            # Only the type is told: an exception's text might quote what was to be stored.
            kind = error.kind if isinstance(error, BackendError) else type(error).__name__
            _log.warning("keyring call failed: %s", kind)
            raise KeyringError(f"The system keyring can’t be used ({kind}).", hint) from None
        finally:
            future.cancel()  # still in the queue: it never runs
        return result


class _Race:
    """Between a call and the patience of whoever waits for it: one of them wins, once."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._winner: str | None = None

    def win(self, name: str) -> bool:
        """Whether `name` is the winner, since there was none before or it is the same."""
        with self._lock:
            self._winner = self._winner or name
            return self._winner == name


def _remove(backend: Backend, origin: str) -> None:
    if backend.get(_SERVICE, origin) is not None:
        backend.delete(_SERVICE, origin)
