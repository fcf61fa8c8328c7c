"""Which server the app talks to, with which key, and where that key is kept."""

from __future__ import annotations

import logging
from enum import StrEnum
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from arvae_desktop.domain.address import BaseUrl
from arvae_desktop.domain.errors import AddressError, BadKeyError, KeyringError
from arvae_desktop.domain.requests import DEFAULT_BASE_URL, Endpoint
from arvae_desktop.storage.credentials import MemoryCredentials

if TYPE_CHECKING:
    from arvae_desktop.domain.secret import Secret
    from arvae_desktop.services.notifier import Notifier
    from arvae_desktop.services.preferences import Preferences
    from arvae_desktop.storage.credentials import CredentialStore

_log = logging.getLogger(__name__)

_ENVIRONMENT = "the ARVAE_API_KEY environment variable"


class ConnectionState(StrEnum):
    """How far the app is from being able to send."""

    LOADING = "loading"  # the keyring is being asked
    NEEDED = "needed"  # the user has to choose a server
    READY = "ready"


class Connection(QObject):
    """Knows the endpoint. Options and environment come before the settings and are never written to them.

    Attributes:
        is_demo: whether this is the demo server; then nothing is read or kept.
        key_place: where the key in use is kept, in words, or None without a key.

    Signals:
        changed: state, endpoint or the key's place.
    """

    changed = Signal()

    def __init__(
        self,
        credentials: CredentialStore,
        preferences: Preferences,
        notifier: Notifier,
        *,
        base_url: str | None = None,
        key: Secret | None = None,
        demo: bool = False,
        parent: QObject | None = None,
    ) -> None:
        """`base_url`, `key` and `demo` are what options and environment say. Raises `AddressError`."""
        super().__init__(parent)
        self._keyring = credentials
        self._memory = MemoryCredentials()
        self._preferences = preferences
        self._notifier = notifier
        self._given_url = BaseUrl.parse(base_url) if base_url else None
        self._given_key = key or None
        self._endpoint: Endpoint | None = None
        self.is_demo = demo
        self.key_place: str | None = None
        self.state = ConnectionState.LOADING

    @property
    def endpoint(self) -> Endpoint | None:
        """Server and key, or None until the user has chosen."""
        return self._endpoint

    @property
    def suggested_base_url(self) -> str:
        """What the welcome page offers."""
        if self._given_url:
            return self._given_url.url
        return self._preferences.settings.base_url or DEFAULT_BASE_URL

    def begin(self) -> None:
        """Find out what can be known without asking anyone; the state may stay `LOADING`."""
        if self.is_demo:
            return
        if self._given_url is None and self._given_key is not None and self._saved_url() is None:
            self._given_url = BaseUrl.parse(DEFAULT_BASE_URL)
        chosen = self._given_url or self._saved_url()
        if chosen is None:
            self._become(ConnectionState.NEEDED, None, None)
        elif self._given_key is not None:
            self._become(ConnectionState.READY, Endpoint(chosen, self._given_key), _ENVIRONMENT)
        elif self._given_url is None and not self._preferences.settings.uses_key:
            self._become(ConnectionState.READY, Endpoint(chosen), None)

    async def load_key(self) -> None:
        """Ask the keyring for the key, if `begin` left it open. Cancelling leaves the state as it is."""
        chosen = self._given_url or self._saved_url()
        if self.is_demo or chosen is None or self._has_been_decided():
            return
        try:
            key = await self._keyring.get(chosen.origin)
        except KeyringError as error:
            key = None
            if self._given_url is None:
                self._notifier.report(error)
        if self._has_been_decided():
            return  # the user was faster
        if key is not None:
            self._become(ConnectionState.READY, Endpoint(chosen, key), self._keyring.place)
        elif self._given_url is not None:
            # A server named on the command line may need no key; if it does, it will say so.
            self._become(ConnectionState.READY, Endpoint(chosen), None)
        else:
            self._become(ConnectionState.NEEDED, None, None)

    async def connect_to(self, base_url: str, key: Secret) -> None:
        """Use a server from now on. An empty key means that it needs none.

        Raises `AddressError` or `BadKeyError`, and then nothing has changed. A keyring that does not
        work is told and the key kept in memory.
        """
        chosen = BaseUrl.parse(base_url)
        if key and not key.fits_header:
            raise BadKeyError("This key has characters that no key has, such as spaces or line breaks.")
        self._given_url = self._given_key = None
        self._remember(chosen, uses_key=bool(key))
        if not key:
            self._become(ConnectionState.READY, Endpoint(chosen), None)
            return
        self._become(ConnectionState.READY, Endpoint(chosen, key), self._memory.place)
        await self._memory.set(chosen.origin, key)
        try:
            await self._keyring.set(chosen.origin, key)
        except KeyringError as error:
            self._notifier.report(error)
        else:
            await self._memory.delete(chosen.origin)
            self._notifier.withdraw(KeyringError.kind)
            if self._endpoint == Endpoint(chosen, key):
                self._become(ConnectionState.READY, self._endpoint, self._keyring.place)

    async def change(self, base_url: str, key: Secret) -> None:
        """Use another server, another key, or both. Without a new key the one kept for that server stays.

        Raises `AddressError` or `BadKeyError`, and then nothing has changed.
        """
        chosen = BaseUrl.parse(base_url)
        if not key:
            known = self._endpoint.key if self._endpoint and not self.is_demo else None
            if self._endpoint is not None and known and self._endpoint.base_url.origin == chosen.origin:
                key = known
                if key == self._given_key:  # the environment keeps it, nobody else
                    self._given_url = None
                    self._remember(chosen, uses_key=True)
                    self._become(ConnectionState.READY, Endpoint(chosen, key), _ENVIRONMENT)
                    return
            else:
                key = await self._kept_key(chosen.origin) or key
        self.is_demo = False
        await self.connect_to(base_url, key)

    async def forget_key(self) -> None:
        """Remove the key from wherever it is kept, and ask for a server again."""
        endpoint = self._endpoint
        if endpoint is None:
            return
        self._given_url = self._given_key = None
        self._become(ConnectionState.NEEDED, None, None)
        origin = endpoint.base_url.origin
        await self._memory.delete(origin)
        try:
            await self._keyring.delete(origin)
        except KeyringError as error:
            self._notifier.report(error)

    def use_demo(self, base_url: str) -> None:
        """Talk to the demo server from now on, for this run."""
        self.is_demo = True
        self._become(ConnectionState.READY, Endpoint(BaseUrl.parse(base_url)), None)

    def leave_demo(self) -> None:
        """Go back to choosing a server."""
        self.is_demo = False
        self._become(ConnectionState.NEEDED, None, None)

    def _remember(self, chosen: BaseUrl, *, uses_key: bool) -> None:
        saved = self._saved_url()
        if saved is not None and saved.origin != chosen.origin:
            self._preferences.change(model=None)  # another server has other models
        self._preferences.change(base_url=chosen.url, uses_key=uses_key)
        self._preferences.save_now()

    async def _kept_key(self, origin: str) -> Secret | None:
        try:
            return await self._memory.get(origin) or await self._keyring.get(origin)
        except KeyringError as error:
            self._notifier.report(error)
            return None

    def _has_been_decided(self) -> bool:
        return self.state is not ConnectionState.LOADING

    def _saved_url(self) -> BaseUrl | None:
        saved = self._preferences.settings.base_url
        try:
            return BaseUrl.parse(saved) if saved else None
        except AddressError:  # the file was edited by hand
            return None

    def _become(self, state: ConnectionState, endpoint: Endpoint | None, key_place: str | None) -> None:
        _log.info("connection %s, key %s", state, "none" if key_place is None else "kept")
        self.state = state
        self._endpoint = endpoint
        self.key_place = key_place
        self.changed.emit()
