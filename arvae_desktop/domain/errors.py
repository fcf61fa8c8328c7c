"""Everything that can go wrong, each with a sentence that says what to do.

ArvaeError
├── AddressError            bad_address         the base URL is no http(s) address
├── BadKeyError             bad_key             the key can't stand in a header
├── ConnectionFailedError   connection          no connection, or it broke
│   ├── NameNotFoundError   dns                 the host's name is unknown
│   ├── RefusedError        refused             nothing listens there
│   ├── UnreachableError    timeout             no connection within the time
│   ├── TlsError            tls                 the server's certificate or handshake is wrong
│   │   └── CaFileError     tls                 the file of authorities from the settings is of no use
│   └── ProxyError          proxy               the proxy refused or failed
├── SilenceError            timeout             nothing came for too long
├── StatusError             http                an HTTP status that is no success
├── RedirectError           redirect            the server points elsewhere; it is not followed
├── ServerSaidError         server              an error object inside a stream that had begun
├── ProtocolError           protocol            what came is no chat completion
│   ├── HtmlError           html                a web page instead of an answer
│   ├── EmptyAnswerError    empty               not one byte
│   └── TooLargeError       too_large           an event or an answer beyond the bound
├── PictureError            picture             what came is no picture, or one that can't be shown
├── DiagramError            diagram             a diagram that can't be drawn
│   └── NoDiagramsError     diagram             what draws diagrams isn't installed
├── KeyringError            keyring             the OS keyring can't be used
│   └── NoKeyringError      keyring             there is none
└── StoreError              store               the conversations can't be read or written
    ├── StoreInUseError     store_in_use        another process has them open
    ├── StoreTooNewError    store_too_new       a newer version wrote them: they can be read only
    └── FolderTakenError    folder_taken        another folder has the name
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(frozen=True, slots=True)
class ErrorReport:
    """An error as it is told to people and to programs.

    Attributes:
        kind: a stable word for programs, see the tree above.
        title: what happened, in one sentence.
        hint: what to do about it, in one sentence or two.
        status: the HTTP status, if there was one.
        retryable: whether the same request may work later.
        request_id: the server's own name for the request, for its support.
    """

    kind: str
    title: str
    hint: str
    status: int | None = None
    retryable: bool = False
    request_id: str | None = None

    def redacted(self, redact: Callable[[str], str]) -> ErrorReport:
        """The same with every text put through `redact`, which takes a key out."""
        request_id = None if self.request_id is None else redact(self.request_id)
        return replace(self, title=redact(self.title), hint=redact(self.hint), request_id=request_id)


class ArvaeError(Exception):
    """The root of the tree. Every leaf says its kind, and whether a retry can help.

    Attributes:
        report: the same, as a value.
    """

    kind = "error"
    retryable = False
    default_hint = "Try again."

    def __init__(
        self,
        title: str,
        hint: str = "",
        *,
        status: int | None = None,
        retryable: bool | None = None,
        request_id: str | None = None,
    ) -> None:
        super().__init__(title)
        self.report = ErrorReport(
            kind=self.kind,
            title=title,
            hint=hint or self.default_hint,
            status=status,
            retryable=self.retryable if retryable is None else retryable,
            request_id=request_id,
        )

    def redact(self, redact: Callable[[str], str]) -> None:
        """Put every text of this error through `redact`, which takes a key out."""
        self.report = self.report.redacted(redact)
        self.args = (self.report.title,)


class AddressError(ArvaeError):
    """The base URL is no http(s) address."""

    kind = "bad_address"
    default_hint = "Give an address such as https://arvae.ai/api/v1 or http://localhost:11434/v1."


class BadKeyError(ArvaeError):
    """The key can't stand in a header."""

    kind = "bad_key"
    default_hint = "Copy the key again from your account, whole and without line breaks."


class ConnectionFailedError(ArvaeError):
    """No connection, or it broke."""

    kind = "connection"
    retryable = True
    default_hint = "Check your network connection and the base URL, then try again."


class NameNotFoundError(ConnectionFailedError):
    """The host's name is unknown."""

    kind = "dns"
    default_hint = "Check your network connection, and the base URL in the settings for a typing mistake."


class RefusedError(ConnectionFailedError):
    """Nothing listens there."""

    kind = "refused"
    default_hint = "Start the server, or check host and port of the base URL in the settings."


class UnreachableError(ConnectionFailedError):
    """No connection within the time."""

    kind = "timeout"


class TlsError(ConnectionFailedError):
    """The server's certificate or handshake is wrong."""

    kind = "tls"
    retryable = False
    default_hint = (
        "Check the base URL and this computer’s date; behind a proxy, its certificate must be trusted here."
    )


class CaFileError(TlsError):
    """The file of authorities from the settings is of no use."""

    default_hint = "Choose another file in the settings, or none."


class ProxyError(ConnectionFailedError):
    """The proxy refused or failed."""

    kind = "proxy"
    default_hint = "Check the proxy in the settings, or in HTTPS_PROXY, HTTP_PROXY or ALL_PROXY."


class SilenceError(ArvaeError):
    """Nothing came for too long."""

    kind = "timeout"
    retryable = True
    default_hint = "The server may be busy: try again, or choose another model."


class StatusError(ArvaeError):
    """An HTTP status that is no success.

    Attributes:
        retry_after_s: how long the server asks to wait, in seconds; None if it does not say.
    """

    kind = "http"
    retry_after_s: float | None = None


class RedirectError(ArvaeError):
    """The server points elsewhere; a key is never carried there."""

    kind = "redirect"
    default_hint = "If you trust that address, set it as the base URL in the settings."


class ServerSaidError(ArvaeError):
    """An error object inside a stream that had begun."""

    kind = "server"
    retryable = True
    default_hint = "The text so far is kept."


class ProtocolError(ArvaeError):
    """What came is no chat completion."""

    kind = "protocol"
    default_hint = "Check that the base URL is that of an OpenAI-style API; it often ends in /v1."


class HtmlError(ProtocolError):
    """A web page instead of an answer."""

    kind = "html"


class EmptyAnswerError(ProtocolError):
    """Not one byte came."""

    kind = "empty"
    retryable = True
    default_hint = "Try again; if it stays so, check the base URL and the model."


class TooLargeError(ProtocolError):
    """An event or an answer beyond the bound."""

    kind = "too_large"
    default_hint = "The text so far is kept. Ask for a shorter answer."


class PictureError(ArvaeError):
    """What came is no picture, or one that can't be shown."""

    kind = "picture"
    default_hint = "Open its address in the browser."


class DiagramError(ArvaeError):
    """A diagram that can't be drawn."""

    kind = "diagram"
    default_hint = "Its source can still be read and copied."


class NoDiagramsError(DiagramError):
    """What draws diagrams isn't installed."""

    default_hint = "In a checkout of the source, install it: pip install '.[diagrams]'."


class KeyringError(ArvaeError):
    """The OS keyring can't be used."""

    kind = "keyring"
    default_hint = "Unlock the keyring, or install one."


class NoKeyringError(KeyringError):
    """The system has no keyring that protects keys."""


class StoreError(ArvaeError):
    """The conversations can't be read or written."""

    kind = "store"
    retryable = True
    default_hint = "Check that the disk has room and that the data folder can be written to, then try again."


class StoreInUseError(StoreError):
    """Another process has the conversations open."""

    kind = "store_in_use"
    default_hint = "Use the window that is open already, or close it first."


class StoreTooNewError(StoreError):
    """A newer version of the app wrote the conversations: they can be read, and nothing is changed."""

    kind = "store_too_new"
    retryable = False
    default_hint = "Update the app, or give another data folder with --data-dir."


class FolderTakenError(StoreError):
    """Another folder has the name that one was to get."""

    kind = "folder_taken"
    retryable = False
    default_hint = "Choose another name, or drag the conversations into that folder."
