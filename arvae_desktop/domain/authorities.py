"""Certificate authorities that are trusted besides the system's."""

from __future__ import annotations

import ssl
from pathlib import Path

from arvae_desktop.domain.errors import CaFileError


def load_authorities(context: ssl.SSLContext, path: str) -> None:
    """Let `context` trust the authorities of a PEM file as well. Raises `CaFileError`."""
    try:
        if not Path(path).is_file():  # a pipe or a device would never end
            raise CaFileError(f"There is no file of authorities at {path}.")
        context.load_verify_locations(path)
    except ssl.SSLError:
        raise CaFileError(f"The file of authorities, {path}, holds no certificate.") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "its name is none"
        raise CaFileError(f"The file of authorities, {path}, can’t be read: {reason.lower()}.") from None


def check_ca_file(text: str) -> str | None:
    """The path of a file of authorities as the user typed it; None for an empty one. Raises `CaFileError`."""
    path = text.strip()
    if not path:
        return None
    path = str(Path(path).expanduser())
    load_authorities(ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT), path)
    return path
