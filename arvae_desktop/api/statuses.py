"""HTTP statuses that are no success: what each means for the user, and what to do about it."""

from __future__ import annotations

from typing import NamedTuple
from urllib.parse import urljoin

from arvae_desktop.api.retries import LONGEST_WAIT_S, spoken_duration
from arvae_desktop.api.server_says import Complaint, complaint_in_body, is_web_page, tidy
from arvae_desktop.domain.errors import RedirectError, StatusError

_RETRYABLE = frozenset({408, 409, 429})
_REDIRECTS = frozenset({300, 301, 302, 303, 305, 307, 308})
_NEW_KEY = "Open the settings and replace the key."
_OTHER_MODEL = "Choose another model in the model picker."
_WRONG_ADDRESS = "Check the base URL in the settings; it often ends in /v1."
_LATER = "Try again in a moment."


class _Words(NamedTuple):
    title: str
    hint: str


_WORDS = {
    400: _Words("The server could not use the request", "Check the model and the base URL."),
    401: _Words("The key was not accepted", _NEW_KEY),
    402: _Words("The account has no credit left", "Add credit to the account, or choose a cheaper model."),
    403: _Words(
        "The key is not allowed to do this", "Choose another model, or replace the key in the settings."
    ),
    404: _Words("There is no chat API at this address", _WRONG_ADDRESS),
    407: _Words("The proxy wants a password", "Put user name and password into the proxy’s address."),
    408: _Words("The server waited too long for the request", _LATER),
    409: _Words("The server is busy with a conflicting request", _LATER),
    413: _Words("The prompt is too large for the server", "Shorten the prompt, or start a new chat."),
    422: _Words("The server could not use the request", "Check the model and the base URL."),
    429: _Words("Too many requests, or the quota is used up", "Wait a little, then try again."),
    529: _Words("The server is overloaded", "Try again in a moment, or choose another model."),
}
_NO_KEY = _Words("The server wants a key", "Open the settings and enter the key of this server.")
_NO_MODEL = _Words("The server does not have this model", _OTHER_MODEL)
_TOO_LONG = _Words("The conversation is too long for this model", "Shorten the prompt, or start a new chat.")
_SERVER_FAULT = _Words("The server failed", _LATER)
_OTHER = _Words("The server refused the request", _WRONG_ADDRESS)


def status_error(
    status: int,
    body: str,
    *,
    model: str | None = None,
    has_key: bool = True,
    retry_after_s: float | None = None,
    request_id: str | None = None,
) -> StatusError:
    """The error that a status and the body that came with it make.

    `model` is the one that was asked for, if any was; `retry_after_s` how long the server asks to wait.
    """
    complaint = complaint_in_body(body)
    words = _words(status, complaint, model, has_key=has_key)
    said = complaint.message
    if is_web_page(body):
        said = f"a web page titled “{said}”" if said else "a web page"
        said = f"It answered with {said}."
    elif said:
        said = f"It says: “{said}”"
    error = StatusError(
        f"{words.title} (HTTP {status}).",
        " ".join(filter(None, (said, _wait_wish(retry_after_s), words.hint))),
        status=status,
        retryable=status in _RETRYABLE or status >= 500,
        request_id=request_id,
    )
    error.retry_after_s = retry_after_s
    return error


def redirect_error(status: int, url: str, location: str) -> RedirectError | None:
    """The error for a redirect of a call to `url`, or None if it is none."""
    if status not in _REDIRECTS or not location:
        return None
    try:
        target = urljoin(url, location)
    except ValueError:  # no address at all, such as half an IPv6 bracket
        target = location
    shown = tidy(target.removesuffix("/chat/completions").removesuffix("/models"))
    return RedirectError(f"The server points to another address: {shown}", status=status)


def _words(status: int, complaint: Complaint, model: str | None, *, has_key: bool) -> _Words:
    if status in (401, 403) and not has_key:
        return _NO_KEY
    said = f"{complaint.message} {complaint.code}".lower()
    if model is not None and status in (400, 404, 422) and _is_about_model(said, model.lower()):
        return _NO_MODEL
    if status in (400, 422) and ("context_length" in said or "context length" in said):
        return _TOO_LONG
    if status >= 500:
        return _WORDS.get(status, _SERVER_FAULT)
    return _WORDS.get(status, _OTHER)


def _is_about_model(said: str, model: str) -> bool:
    if "model_not_found" in said or "invalid_model" in said:
        return True
    is_missing = any(
        word in said for word in ("not found", "does not exist", "unknown", "not a valid", "no such")
    )
    return is_missing and (model in said or "model" in said)


def _wait_wish(retry_after_s: float | None) -> str:
    if retry_after_s is None:
        return ""
    longer = ", longer than this app waits by itself" if retry_after_s > LONGEST_WAIT_S else ""
    return f"It asks to wait {spoken_duration(retry_after_s)}{longer}."
