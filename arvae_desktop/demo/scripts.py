"""What each demo model says, how it is cut into tokens, and how it ends."""

from __future__ import annotations

import enum
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from arvae_desktop.demo import prose
from arvae_desktop.demo.texts import (
    CUT,
    CUT_REST,
    FILTERED,
    LENGTH,
    LENGTH_REST,
    MALFORMED,
    REASONED,
    REASONING,
    SLOW,
    STALL,
    TOUR,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

# A word with the space before it, long words in pieces: about what real tokenizers make of English.
_TOKEN = re.compile(r"\s{0,8}\S{1,8}|\s{1,8}")
_BROKEN_EVENTS = ("{", '{"choices":[{"index":0,"delta":{"content":"lost', "not JSON at all", '{"choices":]}')
_WORDS_BETWEEN_BROKEN = 8


class Ending(enum.Enum):
    """How an answer ends."""

    DONE = "done"
    CUT = "cut"
    STALL = "stall"
    ERROR = "error"


class Fault(enum.Enum):
    """What a model does that doesn't get as far as an answer."""

    SILENT = "silent"
    HTML = "html"
    ERRORS = "errors"


@dataclass(frozen=True)
class Delta:
    """One token, or one event whose data is sent as it stands (`raw`)."""

    kind: Literal["content", "reasoning_content", "raw"]
    text: str


@dataclass(frozen=True)
class Script:
    """One model's answer.

    Attributes:
        deltas: makes the answer's deltas from the messages of the request.
        finish_reason: as the last chunk with a choice gives it.
        ending: what comes after the last delta.
        tokens_per_second: a pace of its own; None takes the server's.
        rest: what is said, to the end, to who sends the answer back to have it continued. As models do, it
            may begin with the last words before it.
    """

    deltas: Callable[[Sequence[object]], Iterator[Delta]]
    finish_reason: Literal["stop", "length", "content_filter"] = "stop"
    ending: Ending = Ending.DONE
    tokens_per_second: float | None = None
    rest: str = ""

    def for_messages(self, messages: Sequence[object]) -> Script:
        """The script for a request: this one, or its rest."""
        return Script(_says(self.rest)) if self.rest and _asks_for_rest(messages) else self


def cut(text: str) -> Iterator[str]:
    """A text's tokens; joined they are the text."""
    return (match.group() for match in _TOKEN.finditer(text))


def message_text(message: object) -> str:
    """The text of a request's message: a string, or the text parts of a list."""
    content = message.get("content") if isinstance(message, dict) else None
    if isinstance(content, str):
        return content
    parts = content if isinstance(content, list) else []
    texts = (part.get("text") for part in parts if isinstance(part, dict))
    return "".join(text for text in texts if isinstance(text, str))


def _asks_for_rest(messages: Sequence[object]) -> bool:
    """Whether an answer was sent back to be written on, by itself or with a word that it was cut off."""
    roles = [message.get("role") if isinstance(message, dict) else None for message in messages[-2:]]
    return roles[-1] == "assistant" or (
        roles == ["assistant", "user"] and "cut off" in message_text(messages[-1])
    )


def _says(text: str) -> Callable[[Sequence[object]], Iterator[Delta]]:
    return lambda _messages: _content(cut(text))


def _content(tokens: Iterator[str]) -> Iterator[Delta]:
    return (Delta("content", token) for token in tokens)


def _echo(messages: Sequence[object]) -> Iterator[Delta]:
    users = (entry for entry in reversed(messages) if isinstance(entry, dict) and entry.get("role") == "user")
    return _content(cut(message_text(next(users, None))))


def _long(_messages: Sequence[object]) -> Iterator[Delta]:
    return _content(prose.tokens(cut))


def _reasoning(_messages: Sequence[object]) -> Iterator[Delta]:
    for token in cut(REASONING):
        yield Delta("reasoning_content", token)
    yield from _content(cut(REASONED))


def _malformed(_messages: Sequence[object]) -> Iterator[Delta]:
    broken = iter(_BROKEN_EVENTS)
    for number, token in enumerate(cut(MALFORMED), 1):
        yield Delta("content", token)
        event = next(broken, None) if number % _WORDS_BETWEEN_BROKEN == 0 else None
        if event is not None:
            yield Delta("raw", event)


MODELS: dict[str, Script | Fault] = {
    "demo/tour": Script(_says(TOUR)),
    "demo/echo": Script(_echo),
    "demo/slow": Script(_says(SLOW), tokens_per_second=2.0),
    "demo/long": Script(_long),
    "demo/reasoning": Script(_reasoning),
    "demo/filtered": Script(_says(FILTERED), finish_reason="content_filter"),
    "demo/length": Script(_says(LENGTH), finish_reason="length", rest=LENGTH_REST),
    "demo/cut": Script(_says(CUT), ending=Ending.CUT, rest=CUT_REST),
    "demo/stall": Script(_says(STALL), ending=Ending.STALL),
    "demo/silent": Fault.SILENT,
    "demo/error": Fault.ERRORS,
    "demo/html": Fault.HTML,
    "demo/malformed": Script(_malformed),
}
"""Every model, in the order in which `GET /models` lists them."""

FAILS_HALFWAY = Script(_says(STALL), ending=Ending.ERROR)
RECOVERS = Script(_says(REASONED))
