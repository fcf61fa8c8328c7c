"""What a start does first: it becomes the one instance, or asks the one that runs and is over."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from arvae_desktop.desktop.instance.claim import take
from arvae_desktop.desktop.instance.client import NoAnswerError, NobodyThereError, ask, startup_token
from arvae_desktop.desktop.instance.messages import MAX_BYTES, MessageError, Request, Verb
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
        deadline = time.monotonic() + _PATIENCE_S
        while (claim := take(place)) is None:
            try:
                _ask(place, start, deadline - time.monotonic())
            except NobodyThereError:
                if time.monotonic() > deadline:
                    raise NoAnswerError("An Arvae Desktop that is on its way out holds on.") from None
                time.sleep(_POLL_S)  # until it listens, or has gone
            else:
                raise SecondStartError
    except NoAnswerError as error:
        raise SecondStartError(str(error)) from None
    except MessageError:
        raise SecondStartError(f"The text is too long: at most {MAX_BYTES // 1024} kB.") from None
    except OSError:
        return None
    return claim


def _ask(place: Place, start: StartOptions, within_s: float) -> None:
    if start.hidden:
        return  # it is there already, which is all that was wanted
    verb = Verb.RAISE if start.quick is None else Verb.QUICK
    ask(place, Request(verb, start.quick or "", startup_token()), within_s=max(within_s, _POLL_S))
