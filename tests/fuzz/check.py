"""What must hold for any bytes: no strange exception, nothing lost before a fault, the same however cut."""

from __future__ import annotations

import random
import traceback
from typing import TYPE_CHECKING

from arvae_desktop.api.answer import Answer
from arvae_desktop.api.sse import SseDecoder
from arvae_desktop.domain.errors import ArvaeError, TooLargeError
from arvae_desktop.domain.events import End, ReasoningDelta, RefusalDelta, TextDelta
from tests.fuzz.streams import Case, make, pieces

if TYPE_CHECKING:
    from arvae_desktop.domain.events import StreamEvent

_SMALL_EVENT_BYTES = 200
_KINDS = {TextDelta: "text", ReasoningDelta: "reasoning", RefusalDelta: "refusal"}


class WrongError(Exception):
    """What should hold does not."""


def failures(seeds: range) -> list[tuple[int, str]]:
    """The seeds of a block whose cases failed, and how."""
    found = []
    for seed in seeds:
        try:
            check(seed)
        except Exception as error:  # noqa: BLE001  (whatever it is, it is what was looked for)
            found.append((seed, "".join(traceback.format_exception(error))))
    return found


def check(seed: int) -> None:
    """Make the case of this seed and check it. Raises `WrongError`, or whatever came out."""
    chance = random.Random(seed)
    case = make(chance)
    cut = pieces(chance, case.body)
    words, end = read(case.label, [case.body])
    if read(case.label, cut) != (words, end):
        raise WrongError(f"cut as {cut} it means something else than whole")
    if events_of([case.body]) != events_of(cut):
        raise WrongError(f"cut as {cut} it is decoded as something else than whole")
    if not begins_with(words, case.said):
        raise WrongError(f"{case.said} was lost; what came was {words}")
    _check_end(case, end)


def _check_end(case: Case, end: End) -> None:
    if (end.state == "failed") != (end.state != "interrupted" and end.error is not None):
        raise WrongError(f"an end that contradicts itself: {end}")
    is_done = end.finish_reason is not None or b"[DONE]" in case.body
    # Under another label a body may be one JSON document, which is complete as it is.
    if case.label == "text/event-stream" and end.state in ("complete", "length") and not is_done:
        raise WrongError(f"taken for complete: {end}")


def read(label: str, body: list[bytes]) -> tuple[list[tuple[str, str]], End]:
    """What a body says, neighbours of a kind joined, and how it ends."""
    answer = Answer(label)
    events: list[StreamEvent] = []
    fault = None
    try:
        for piece in body:
            events.extend(answer.feed(piece))
            if answer.is_over:
                break
    except ArvaeError as error:
        fault = error
    *last, end = answer.finish(fault)
    if not isinstance(end, End):
        raise WrongError(f"the last event is no end: {end}")
    return joined([*events, *last]), end


def joined(events: list[StreamEvent]) -> list[tuple[str, str]]:
    """Kinds and texts; neighbours of a kind as one."""
    words: list[tuple[str, str]] = []
    for event in events:
        if isinstance(event, End):
            raise WrongError("an end in the middle")
        kind = _KINDS.get(type(event))
        said = event.text if kind else repr(event)
        said.encode()  # raises where half a character got through
        if kind and not said:
            raise WrongError(f"an event that says nothing: {event}")
        if kind and words and words[-1][0] == kind:
            words[-1] = (kind, words[-1][1] + said)
        else:
            words.append((kind or "other", said))
    return words


def begins_with(words: list[tuple[str, str]], said: tuple[tuple[str, str], ...]) -> bool:
    """Whether what came begins with what had been said, whatever else came in between."""
    for kind in ("text", "reasoning"):
        came = "".join(text for each, text in words if each == kind)
        if not came.startswith("".join(text for each, text in said if each == kind)):
            return False
    return True


def events_of(body: list[bytes]) -> list[tuple[str, str]]:
    """What a decoder with a small bound makes of a body, up to the bound."""
    decoder = SseDecoder(_SMALL_EVENT_BYTES)
    events: list[tuple[str, str]] = []
    try:
        for piece in body:
            events.extend(decoder.feed(piece))
        if rest := decoder.unfinished():
            events.append(rest)
    except TooLargeError:
        events.append(("too large", ""))
    return events
