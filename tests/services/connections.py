"""Servers and keys for tests of the connection, and what is seen of it."""

import json

from arvae_desktop.domain.secret import Secret

URL = "https://arvae.ai/api/v1"
ORIGIN = "https://arvae.ai:443"
OTHER = "https://other.example/v1"
LOCAL = "http://localhost:11434/v1"
KEY = Secret("sk-arvae-0123456789")
NEW = Secret("sk-new-9876543210")
NO_KEY = Secret("")


def keep(backend, key, origin=ORIGIN):
    """Put a key into a keyring."""
    backend.passwords["Arvae Desktop", origin] = key.reveal()


def seen(connection):
    """State, base URL, key and the key's place."""
    endpoint = connection.endpoint
    return (
        connection.state,
        endpoint and endpoint.base_url.url,
        endpoint.key.reveal() if endpoint and endpoint.key else None,
        connection.key_place,
    )


def saved(settings_file):
    """What the settings file holds."""
    return json.loads(settings_file._path.read_text("utf-8")) if settings_file._path.exists() else {}
