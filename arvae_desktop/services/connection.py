"""Which server the app talks to, with which key, and where that key is kept."""

from __future__ import annotations

import logging
from enum import StrEnum
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from arvae_desktop.domain.address import BaseUrl
from arvae_desktop.domain.errors import AddressError, BadKeyError, KeyringError, NoKeyringError
from arvae_desktop.domain.requests import DEFAULT_BASE_URL, Endpoint
from arvae_desktop.services.server_choice import gets_environment_key, has_saved_model, saved_server
from arvae_desktop.storage.credentials import MemoryCredentials

if TYPE_CHECKING:
    from collections.abc import Callable

    from arvae_desktop.domain.secret import Secret
    from arvae_desktop.services.notifier import Notifier
    from arvae_desktop.services.preferences import Preferences
    from arvae_desktop.storage.credentials import CredentialStore

_log = logging.getLogger(__name__)

_PLAIN_HTTP = "plain_http"
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
        keeps_nothing: whether this run was started as a demo: what is set in it ends with it.
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
        self._demo_origin: str | None = None
        self.is_demo = demo
        self.keeps_nothing = demo
        self.key_place: str | None = None
        self.state = ConnectionState.LOADING

    @property
    def endpoint(self) -> Endpoint | None:
        """Server and key, or None until the user has chosen."""
        return self._endpoint

    @property
    def suggested_base_url(self) -> str:
        """What to offer where a server is to be chosen; never the demo's own address."""
        chosen = self._given_url or self._saved_url()
        return chosen.url if chosen else DEFAULT_BASE_URL

    @property
    def has_environment_key(self) -> bool:
        """Whether the key in use is that of ARVAE_API_KEY, which the app neither keeps nor forgets."""
        return self.key_place == _ENVIRONMENT

    @property
    def has_saved_model(self) -> bool:
        """Whether the saved model is one of the server in use."""
        return not self.is_demo and has_saved_model(self._given_url, self._preferences.settings)

    def begin(self) -> None:
        """Find out what can be known without asking anyone; the state may stay `LOADING`."""
        if self.is_demo:
            return
        settings = self._preferences.settings
        key = self._given_key if gets_environment_key(self._given_url, settings) else None
        if self._given_url is None and key is not None and self._saved_url() is None:
            self._given_url = BaseUrl.parse(DEFAULT_BASE_URL)
        chosen = self._given_url or self._saved_url()
        if chosen is None:
            self._become(ConnectionState.NEEDED, None, None)
        elif key is not None:
            self._become(ConnectionState.READY, Endpoint(chosen, key), _ENVIRONMENT)
        elif self._given_url is None and not settings.uses_key:
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

        Raises `AddressError` or `BadKeyError`, and then nothing has changed. The server is in use before
        the first wait; a keyring that does not work is told and the key kept in memory.
        """
        chosen = self._check(base_url, key)
        self._use(chosen, key)
        await self._keep(Endpoint(chosen, key))

    async def change(
        self, base_url: str, key: Secret, *, on_use: Callable[[], object] = lambda: None
    ) -> None:
        """Use another server, another key, or both. Without a new key the one kept for that server stays.

        `on_use` is called as soon as the server is in use; only writing to the keyring comes after it.
        Raises `AddressError` or `BadKeyError`, and then nothing has changed.
        """
        chosen = self._check(base_url, key)
        if not key and self._is_current(chosen):
            on_use()
            return
        if not key and self.has_environment_key and self._is_server(chosen):
            self._given_url = None
            self._remember(chosen, uses_key=True)
            self._become(ConnectionState.READY, Endpoint(chosen, self._given_key), _ENVIRONMENT)
            on_use()
            return
        key = key or await self._known_key(chosen) or key
        self._use(chosen, key)
        on_use()
        await self._keep(Endpoint(chosen, key))

    async def forget_key(self) -> None:
        """Remove the key from wherever it is kept, and ask for a server again.

        Raises `KeyringError` where the keyring does not let it go; then it stays in use.
        """
        endpoint = self._endpoint
        if endpoint is None:
            return
        origin = endpoint.base_url.origin
        if self.has_environment_key:  # another one may be kept in the keyring
            self._leave()
        elif self.key_place == self._memory.place:
            self._leave()
            await self._memory.delete(origin)
            await self._forget_older_key(origin)
        else:
            await self._keyring.delete(origin)
            if self._endpoint == endpoint:
                self._leave()

    async def forget_all_keys(self) -> None:
        """Remove every key that was ever kept, and ask for a server again. Raises `KeyringError`."""
        origins = set(self._preferences.settings.known_origins)
        origins.update(known.origin for known in (self._saved_url(), self._given_url) if known is not None)
        await self._memory.delete_all(origins)
        await self._keyring.delete_all(origins)
        self._leave()

    def use_demo(self, base_url: str) -> None:
        """Talk to the demo server from now on, for this run."""
        demo = BaseUrl.parse(base_url)
        self._demo_origin = demo.origin
        self.is_demo = True
        self._become(ConnectionState.READY, Endpoint(demo), None)

    def leave_demo(self) -> None:
        """Go back to choosing a server."""
        self.is_demo = False
        self._become(ConnectionState.NEEDED, None, None)

    def _check(self, base_url: str, key: Secret) -> BaseUrl:
        chosen = BaseUrl.parse(base_url)
        if chosen.origin == self._demo_origin:
            raise AddressError("This is the address of the demo, which ends with the app.")
        if key and not key.fits_header:
            raise BadKeyError("This key has characters that no key has, such as spaces or line breaks.")
        return chosen

    def _use(self, chosen: BaseUrl, key: Secret) -> None:
        self._given_url = self._given_key = None
        self.is_demo = False
        self._remember(chosen, uses_key=bool(key))
        place = self._memory.place if key else None
        self._become(ConnectionState.READY, Endpoint(chosen, key or None), place)

    async def _keep(self, endpoint: Endpoint) -> None:
        """Keep the key of a server that is in use."""
        origin, key = endpoint.base_url.origin, endpoint.key
        if not key:
            return
        await self._memory.set(origin, key)
        known = self._preferences.settings.known_origins
        if origin not in known:  # noted first: it must be found again whatever happens
            self._preferences.change(known_origins=(*known, origin))
            self._preferences.save_now()
        try:
            await self._keyring.set(origin, key)
        except KeyringError as error:
            self._notifier.report(error)
            return
        if await self._memory.get(origin) == key:
            await self._memory.delete(origin)
        if self._endpoint == endpoint:
            self._notifier.withdraw(KeyringError.kind)
            self._become(ConnectionState.READY, endpoint, self._keyring.place)

    async def _forget_older_key(self, origin: str) -> None:
        """The key in use was in memory alone, but the keyring may hold an older one."""
        try:
            await self._keyring.delete(origin)
        except NoKeyringError:
            pass
        except KeyringError:
            self._notifier.warn(
                "The system keyring can’t be asked whether it holds an older key for this server.",
                "If it does, remove that key with your system’s keyring program.",
                kind=KeyringError.kind,
            )

    def _leave(self) -> None:
        self._given_url = self._given_key = None
        self._become(ConnectionState.NEEDED, None, None)

    def _is_server(self, chosen: BaseUrl) -> bool:
        """Whether an address is one of the server in use."""
        return self._endpoint is not None and self._endpoint.base_url.origin == chosen.origin

    def _is_current(self, chosen: BaseUrl) -> bool:
        """Whether an address is the one that was shown, so that without a new key there is nothing to do."""
        if self.is_demo:
            return chosen.url == self.suggested_base_url
        wants_keyring = self.key_place == self._memory.place
        return self._endpoint is not None and self._endpoint.base_url == chosen and not wants_keyring

    def _remember(self, chosen: BaseUrl, *, uses_key: bool) -> None:
        if not has_saved_model(chosen, self._preferences.settings):
            self._preferences.change(model=None)  # another server has other models
        self._preferences.change(base_url=chosen.url, uses_key=uses_key)
        self._preferences.save_now()

    async def _known_key(self, chosen: BaseUrl) -> Secret | None:
        if self._endpoint is not None and self._endpoint.key and self._is_server(chosen):
            return self._endpoint.key
        try:
            return await self._memory.get(chosen.origin) or await self._keyring.get(chosen.origin)
        except KeyringError as error:
            self._notifier.report(error)
            return None

    def _has_been_decided(self) -> bool:
        return self.state is not ConnectionState.LOADING

    def _saved_url(self) -> BaseUrl | None:
        return saved_server(self._preferences.settings)

    def _become(self, state: ConnectionState, endpoint: Endpoint | None, key_place: str | None) -> None:
        _log.info("connection %s, key %s", state, "none" if key_place is None else "kept")
        before, self._endpoint = self._endpoint, endpoint
        self.state = state
        self.key_place = key_place
        self.changed.emit()
        if endpoint == before:
            return
        if endpoint is not None and _shows_key(endpoint):
            self._notifier.warn(
                f"The key is sent unencrypted to {endpoint.base_url.host}: use https if the server has it.",
                kind=_PLAIN_HTTP,
            )
        elif before is not None and _shows_key(before):
            self._notifier.withdraw(_PLAIN_HTTP)


def _shows_key(endpoint: Endpoint) -> bool:
    """Whether whoever stands between this machine and the server can read the key."""
    base_url = endpoint.base_url
    return bool(endpoint.key) and base_url.url.startswith("http://") and not base_url.is_loopback
