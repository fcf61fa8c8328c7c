"""Where keys are kept: the operating system's keyring, or memory until the app quits.

A key is stored under the origin of its base URL, so that no other server is ever sent it.
"""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Protocol, TypeVar

from arvae_desktop.domain.errors import KeyringError
from arvae_desktop.domain.secret import Secret

if TYPE_CHECKING:
    from collections.abc import Callable
    from concurrent.futures import Executor

    from keyring.backend import KeyringBackend

_log = logging.getLogger(__name__)
_T = TypeVar("_T")

_SERVICE = "Arvae Desktop"
# Only what the operating system or the desktop protects: a plain-text backend that some other package
# brought along must never be picked.
_TRUSTED_BACKENDS = {
    "keyring.backends.SecretService": "the system keyring (Secret Service)",
    "keyring.backends.libsecret": "the system keyring (Secret Service)",
    "keyring.backends.kwallet": "KWallet",
    "keyring.backends.macOS": "the macOS keychain",
    "keyring.backends.Windows": "the Windows credential manager",
}
_WINDOWS_LIMIT = 1280


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


class KeyringCredentials:
    """Keeps keys in the operating system's keyring.

    Calls run in `executor`, which must have daemon threads: a locked keyring may block for ever, and
    neither the window nor the exit may wait for it.

    Attributes:
        place: known after the first call.
    """

    place = "the system keyring"

    def __init__(self, executor: Executor, *, time_limit_s: float = 5.0) -> None:
        self._executor = executor
        self._time_limit_s = time_limit_s

    async def get(self, origin: str) -> Secret | None:
        """The key for an origin, or None. Raises `KeyringError`."""
        text = await self._run(lambda backend: backend.get_password(_SERVICE, origin))
        return Secret(text) if text else None

    async def set(self, origin: str, key: Secret) -> None:
        """Write a key and read it back (a null backend takes everything and keeps nothing).

        Raises `KeyringError`.
        """

        def write(backend: KeyringBackend) -> bool:
            if type(backend).__module__ == "keyring.backends.Windows" and len(key.reveal()) > _WINDOWS_LIMIT:
                raise KeyringError(f"Windows keeps keys of up to {_WINDOWS_LIMIT:,} characters only.")
            backend.set_password(_SERVICE, origin, key.reveal())
            return bool(backend.get_password(_SERVICE, origin) == key.reveal())

        if not await self._run(write):
            raise KeyringError("The system keyring took the key but did not keep it.")

    async def delete(self, origin: str) -> None:
        """Remove a key. Raises `KeyringError`."""

        def remove(backend: KeyringBackend) -> None:
            if backend.get_password(_SERVICE, origin) is not None:
                backend.delete_password(_SERVICE, origin)

        await self._run(remove)

    async def _run(self, call: Callable[[KeyringBackend], _T]) -> _T:
        def work() -> tuple[str, _T]:
            backend = _trusted_backend()
            return _TRUSTED_BACKENDS[type(backend).__module__], call(backend)

        future = asyncio.get_running_loop().run_in_executor(self._executor, work)
        try:
            self.place, result = await asyncio.wait_for(future, self._time_limit_s)
        except TimeoutError:
            raise KeyringError(
                "The system keyring does not answer.", "It may be locked: unlock it and try again."
            ) from None
        except KeyringError:
            raise
        except Exception as error:  # noqa: BLE001  (backends raise what they like: D-Bus, pywin32 and OS errors)
            # Only the type is told: an exception's text might quote what was to be stored.
            _log.warning("keyring call failed: %s", type(error).__name__)
            raise KeyringError(f"The system keyring can’t be used ({type(error).__name__}).") from None
        return result


def _trusted_backend() -> KeyringBackend:
    """The keyring that `keyring` would use, or the first trusted one in its chain."""
    import keyring  # noqa: PLC0415  (80 ms that the first frame must not pay)

    chosen = keyring.get_keyring()
    for backend in (chosen, *getattr(chosen, "backends", ())):
        if type(backend).__module__ in _TRUSTED_BACKENDS:
            found: KeyringBackend = backend
            return found
    raise KeyringError("This system has no keyring service.")
