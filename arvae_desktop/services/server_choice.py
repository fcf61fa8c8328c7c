"""What the window and `ask` decide alike: where the environment's key goes, and whose model is saved."""

from __future__ import annotations

from typing import TYPE_CHECKING

from arvae_desktop.domain.address import BaseUrl
from arvae_desktop.domain.errors import AddressError
from arvae_desktop.domain.requests import DEFAULT_BASE_URL

if TYPE_CHECKING:
    from arvae_desktop.storage.settings import Settings


def saved_server(settings: Settings) -> BaseUrl | None:
    """The server that the user has connected to, if the file still holds an address."""
    try:
        return BaseUrl.parse(settings.base_url) if settings.base_url else None
    except AddressError:  # the file was edited by hand
        return None


def gets_environment_key(given: BaseUrl | None, settings: Settings) -> bool:
    """Whether the key of ARVAE_API_KEY may be sent to the server in use.

    `given` is what --base-url or ARVAE_BASE_URL name: it and the key were given together. A server that
    the user has connected to without a key stays without one.
    """
    return given is not None or saved_server(settings) is None or settings.uses_key


def has_saved_model(given: BaseUrl | None, settings: Settings) -> bool:
    """Whether the saved model is one of the server in use; `given` is as above."""
    saved = saved_server(settings) or BaseUrl.parse(DEFAULT_BASE_URL)
    return given is None or given.origin == saved.origin
