"""Base URLs: what the user typed becomes an address that requests can be built from."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from urllib.parse import urlsplit, urlunsplit

from arvae_desktop.domain.errors import AddressError

_DEFAULT_PORTS = {"http": 80, "https": 443}
_PROXY_SCHEMES = ("http", "https", "socks5", "socks5h", "socks")
_PROXY_HINT = "Give an address such as http://proxy.example:8080 or socks5://localhost:1080."
_ENDPOINT_SUFFIX = "/chat/completions"


@dataclass(frozen=True, slots=True)
class BaseUrl:
    """A checked base URL without trailing slash, such as ``https://arvae.ai/api/v1``.

    Attributes:
        url: scheme, host, port if it is not the scheme's own, and path.
        origin: scheme, host and port (RFC 6454): what a key is bound to.
    """

    url: str
    origin: str

    @classmethod
    def parse(cls, text: str) -> BaseUrl:
        """Check and tidy an address.

        A pasted endpoint (``…/chat/completions``) is taken as its base. Raises `AddressError` where there
        is no http(s) scheme or no host, or where the address carries a password, a query or a fragment.
        """
        text = text.strip()
        try:
            parts = urlsplit(text)
            port = parts.port
        except ValueError as error:
            raise AddressError(f"“{text}” is not an address: {error}.") from None
        scheme, host = parts.scheme.lower(), (parts.hostname or "").lower()
        if scheme not in _DEFAULT_PORTS:
            raise AddressError(f"“{text}” does not start with http:// or https://.")
        if not host or any(character.isspace() or ord(character) < 0x20 for character in text):
            raise AddressError(f"“{text}” names no host.")
        if parts.username is not None or parts.password is not None:
            raise AddressError("The address holds a user name or password. The key has a field of its own.")
        if parts.query or parts.fragment:
            raise AddressError("The address ends in a query (?…) or fragment (#…). Give the part before it.")
        bracketed = f"[{host}]" if ":" in host else host
        netloc = bracketed if port in (None, _DEFAULT_PORTS[scheme]) else f"{bracketed}:{port}"
        path = parts.path.rstrip("/").removesuffix(_ENDPOINT_SUFFIX).rstrip("/")
        origin_port = _DEFAULT_PORTS[scheme] if port is None else port
        return cls(urlunsplit((scheme, netloc, path, "", "")), f"{scheme}://{bracketed}:{origin_port}")

    @property
    def host(self) -> str:
        """The host's name alone, for people."""
        return urlsplit(self.url).hostname or ""

    @property
    def is_loopback(self) -> bool:
        """Whether the host is this machine, so that plain http tells no stranger the key."""
        return is_loopback_host(self.host)

    def endpoint(self, path: str) -> str:
        """The address of an endpoint, such as ``models`` or ``chat/completions``."""
        return f"{self.url}/{path}"

    def __str__(self) -> str:
        return self.url


def check_proxy(text: str) -> str | None:
    """A proxy's address as the user typed it, tidied; None for an empty one.

    Raises `AddressError` where it is none, or where it holds a password: settings are no place for one.
    """
    text = text.strip()
    if not text:
        return None
    try:
        parts = urlsplit(text if "://" in text else f"http://{text}")
        host, _port = parts.hostname, parts.port
    except ValueError:
        host = None
    if not host or parts.scheme.lower() not in _PROXY_SCHEMES or any(map(str.isspace, text)):
        raise AddressError(f"“{text}” is no address of a proxy.", _PROXY_HINT)
    if parts.username is not None or parts.password is not None:
        raise AddressError(
            "A proxy’s user name and password are not kept in the settings.",
            "Leave the proxy empty here and put its address into HTTPS_PROXY before you start the app.",
        )
    return parts._replace(path="", query="", fragment="").geturl()


def is_loopback_host(host: str) -> bool:
    """Whether a host, in lower case and without brackets, is this machine."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
