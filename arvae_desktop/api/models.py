"""The answer to ``GET {base_url}/models``, in the shapes that servers give it."""

from __future__ import annotations

from typing import Any

from arvae_desktop.api.server_habits import Profile
from arvae_desktop.api.strict_json import parse_json, valid_text
from arvae_desktop.domain.errors import HtmlError, ProtocolError


def read_models(body: str) -> tuple[list[str], Profile]:
    """The models' ids in the server's order, each once; and which program the server is, if they tell.

    Shapes: ``{"data": [{"id": …}]}`` (OpenAI), a bare list, ``{"models": [{"id" or "name": …}]}``; an
    entry may also be the id itself. Raises `ProtocolError` for anything else.
    """
    try:
        document = parse_json(body)
        fault = None
    except ValueError:  # not raised from here: it holds the body, and the body may hold the key
        fault = _fault(body)
    if fault:
        raise fault
    if isinstance(document, dict):
        document = next((document[name] for name in ("data", "models") if name in document), None)
    if not isinstance(document, list):
        raise ProtocolError("The server answered with something else than its models.")
    owners = [Profile.named(entry.get("owned_by")) for entry in document if isinstance(entry, dict)]
    return list(dict.fromkeys(filter(None, map(_id, document)))), next(iter(owners), Profile.UNKNOWN)


def _fault(body: str) -> ProtocolError:
    if body.lstrip().startswith("<"):
        return HtmlError("The server answered with a web page instead of its models.")
    return ProtocolError("The server answered with broken JSON instead of its models.")


def _id(entry: Any) -> str:  # noqa: ANN401  (whatever JSON holds)
    if isinstance(entry, dict):
        entry = entry.get("id") or entry.get("name")
    return valid_text(entry).strip() if isinstance(entry, str) else ""
