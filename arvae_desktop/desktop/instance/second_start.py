"""What a start does first: it becomes the one instance, or asks the one that runs and is over."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from arvae_desktop.desktop.instance.claim import take
from arvae_desktop.desktop.instance.place import place_for

if TYPE_CHECKING:
    from pathlib import Path

    from arvae_desktop.desktop.instance.claim import Claim
    from arvae_desktop.desktop.instance.place import Place
    from arvae_desktop.domain.options import StartOptions

# For an app that is still starting, or that writes its last words to a slow disk.
_PATIENCE_S = 10.0
_POLL_S = 0.02


class SecondStartError(Exception):
    """The start is over; the text says what went wrong, and is empty if nothing did."""


def claim_or_ask(data: Path | None, start: StartOptions) -> Claim | None:
    """Become the one instance for a data folder; None where there is no way to tell.

    Raises `SecondStartError` if another instance runs; it has been asked to show itself then.
    """
    try:
        place = place_for(data)
        return take(place) or _ask_until_claimed(place, start)
    except OSError:
        return None


def _ask_until_claimed(place: Place, start: StartOptions) -> Claim:
    """Another instance has the place: ask it, or take its place if it goes before it answers."""
    from arvae_desktop.desktop.instance import client, messages  # noqa: PLC0415  (a first start needs neither)

    if start.hidden:
        raise SecondStartError  # it is there already, which is all that was wanted
    verb = messages.Verb.RAISE if start.quick is None else messages.Verb.QUICK
    request = messages.Request(verb, start.quick or "", client.startup_token())
    deadline = time.monotonic() + _PATIENCE_S
    while True:
        try:
            client.ask(place, request, within_s=max(deadline - time.monotonic(), _POLL_S))
        except client.NobodyThereError:
            if time.monotonic() > deadline:
                raise SecondStartError("An Arvae Desktop that is on its way out holds on.") from None
        except client.NoAnswerError as error:
            raise SecondStartError(str(error)) from None
        except messages.MessageError:
            limit = messages.MAX_BYTES // 1024
            raise SecondStartError(f"The text is too long: at most {limit} kB.") from None
        else:
            raise SecondStartError
        time.sleep(_POLL_S)  # until it listens, or has gone
        if (claim := take(place)) is not None:
            return claim
