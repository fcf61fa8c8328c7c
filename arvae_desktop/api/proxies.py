"""Which proxy a server is reached through: the user's own choice, else what the environment says."""

from __future__ import annotations

import urllib.request
from urllib.parse import urlsplit

from arvae_desktop.domain.address import is_loopback_host


def proxy_for(url: str, chosen: str | None) -> str | None:
    """The proxy's address for a call to `url`, or None for a direct connection.

    Servers on this machine are always called directly. `chosen` holds for all others; without it
    ``HTTPS_PROXY``, ``HTTP_PROXY``, ``ALL_PROXY`` and ``NO_PROXY`` do, in either case of letters, and on
    Windows and macOS the system's own settings where none of these is set.
    """
    parts = urlsplit(url)
    if is_loopback_host(parts.hostname or ""):
        return None
    if chosen:
        return _with_scheme(chosen)
    known = urllib.request.getproxies()
    address = known.get(parts.scheme) or known.get("all")
    if not address or urllib.request.proxy_bypass(parts.netloc):
        return None
    return _with_scheme(address)


def _with_scheme(address: str) -> str:
    """An address as httpx takes it: bare hosts speak HTTP, and desktops write SOCKS without its version."""
    if "://" not in address:
        return f"http://{address}"
    return f"socks5{address[5:]}" if address.startswith("socks://") else address
