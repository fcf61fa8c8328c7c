"""The part of the `keyring` library that the operating system or the desktop protects."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Protocol

from arvae_desktop.domain.errors import NoKeyringError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from keyring.backend import KeyringBackend

NO_KEYRING = "This system has no keyring service."
WINDOWS = "keyring.backends.Windows"
# A plain-text backend that some other package brought along must never be picked.
_TRUSTED = {
    "keyring.backends.SecretService": "the system keyring (Secret Service)",
    "keyring.backends.libsecret": "the system keyring (Secret Service)",
    "keyring.backends.kwallet": "KWallet",
    "keyring.backends.macOS": "the macOS keychain",
    WINDOWS: "the Windows credential manager",
}


class Backend(Protocol):
    """A keyring that is open for some calls. Each of them may raise anything.

    Attributes:
        kind: the module of `keyring` that it is made of.
    """

    kind: str

    def get(self, service: str, name: str) -> str | None:
        """What is kept under a name, or None."""

    def set(self, service: str, name: str, text: str) -> None:
        """Keep something under a name."""

    def delete(self, service: str, name: str) -> None:
        """Forget what is kept under a name; it must be there."""

    def any_name(self, service: str) -> str | None:
        """A name under which something is kept, if the keyring can tell one."""


class BackendError(Exception):
    """What a keyring raised in another process. The text stays there: it might quote what was to be kept.

    Attributes:
        kind: the name of its type.
    """

    def __init__(self, kind: str) -> None:
        super().__init__(kind)
        self.kind = kind


class _KeyringHere:
    """The keyring, asked in this process."""

    def __init__(self, backend: KeyringBackend) -> None:
        self._backend = backend
        self.kind = type(backend).__module__

    def get(self, service: str, name: str) -> str | None:
        return self._backend.get_password(service, name)

    def set(self, service: str, name: str, text: str) -> None:
        self._backend.set_password(service, name, text)

    def delete(self, service: str, name: str) -> None:
        self._backend.delete_password(service, name)

    def any_name(self, service: str) -> str | None:
        found = self._backend.get_credential(service, None)
        return found.username if found is not None else None


@contextmanager
def keyring_here() -> Iterator[Backend]:
    """Ask the keyring in this process. Raises `NoKeyringError` where there is none to be trusted."""
    yield _KeyringHere(_trusted_backend())


def place_of(backend: Backend) -> str:
    """Where a backend keeps keys, in words that fit after “kept in”."""
    return _TRUSTED[backend.kind]


def _trusted_backend() -> KeyringBackend:
    """The keyring that `keyring` would use, or the first trusted one in its chain."""
    import keyring  # noqa: PLC0415  (80 ms, which only whoever asks the keyring here pays)

    chosen = keyring.get_keyring()
    for backend in (chosen, *getattr(chosen, "backends", ())):
        if type(backend).__module__ in _TRUSTED:
            found: KeyringBackend = backend
            return found
    raise NoKeyringError(NO_KEYRING)
