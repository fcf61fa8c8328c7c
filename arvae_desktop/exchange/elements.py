"""A long file of JSON, one element at a time: the members of a list, or values one after the other (JSONL).

Only one element is ever in memory. Ijson, the library for such files, ends at the first fault. Here, brackets
are counted where an element can't be decoded at once, so that a broken one is told and left out, and what
stands behind it is still read.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, NamedTuple, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator

# The most that one element may have: bytes, levels, and lists and objects. They bound the memory that a
# hostile file can take; conversations stay far below them.
MOST_BYTES = 64 << 20
MOST_LEVELS = 200
MOST_CONTAINERS = 1_000_000

_READ_BYTES = 1 << 20
_NEAR = 1 << 16
# Everything up to the next bracket; strings as a whole. Possessive, so that nothing is tried twice.
_TO_BRACKET = re.compile(
    rb'[^"\[\]{}]*+(?:"[^"\\]*+(?:\\.[^"\\]*+)*+"[^"\[\]{}]*+)*+',
    re.DOTALL,
)
_GAP = re.compile(rb"[\s,]*+")
# Behind the end of the list that holds all: then it was the end of another one, within a broken element.
_GOES_ON = re.compile(rb"\s*+\}\s*+,\s*+\{")
# Where an element may begin behind a fault. Inside a string, every quote has a backslash before it.
_BEGINNING = re.compile(rb'\{\s{0,60}+"')
_LONGEST_BEGINNING = 62
_NEXT_LIST = re.compile(rb"\]\s*\[")
_OPENING = frozenset(b"[{")
_DECODER = json.JSONDecoder(strict=False)


class Source(Protocol):
    """What bytes are read from."""

    def read(self, size: int, /) -> bytes:
        """Up to `size` bytes; none at the end."""


class Element(NamedTuple):
    """A value that could be read.

    Attributes:
        offset: of its first byte in the file.
        size: in bytes.
        number: counts the elements of the file, broken ones too, from 1.
        run: members of one list share it; for values that are in no list it is 0.
        is_mended: whether bytes that are no UTF-8 were replaced by U+FFFD.
    """

    value: object
    offset: int
    size: int
    number: int
    run: int
    is_mended: bool = False


class Damage(NamedTuple):
    """An element that could not be read, or not as a whole.

    Attributes:
        reason: what is wrong, as the end of a sentence that names the element.
        offset: where it went wrong, in bytes from the beginning of the file.
        number: as for an `Element`.
        is_left_out: whether nothing of it could be read.
    """

    reason: str
    offset: int
    number: int
    is_left_out: bool = True


class _UnreadableError(Exception):
    """What begins at a place is no readable element.

    Attributes:
        reason: as in `Damage`.
        at: where it went wrong, in bytes from the window's position.
    """

    def __init__(self, reason: str, at: int) -> None:
        super().__init__(reason)
        self.reason = reason
        self.at = at


class _TooDeepError(_UnreadableError):
    """An element has more levels than `MOST_LEVELS`."""


class Window:
    """The part of a file that is in memory.

    Attributes:
        data: the bytes.
        text: the same if all of it is ASCII, else "".
        position: the index in `data` that is stood at; what is before it is dropped with the next `grow`.
    """

    def __init__(self, source: Source) -> None:
        self._source = source
        self.data = b""
        self.text = ""
        self.position = 0
        self._start = 0

    @property
    def offset(self) -> int:
        """Where in the file `position` is."""
        return self._start + self.position

    @property
    def read_bytes(self) -> int:
        """How much of the file has been read."""
        return self._start + len(self.data)

    def grow(self) -> bool:
        """Read on, as much again as there is, so that rescanning it stays linear; False at the end."""
        kept = self.data[self.position :]
        self._start, self.position = self.offset, 0
        read = self._source.read(max(_READ_BYTES, len(kept)))
        self.data = kept + read
        self.text = self.data.decode("ascii") if self.data.isascii() else ""
        return bool(read)


class ElementReader:
    """Reads elements from where the window stands.

    Args:
        window: stands before the first element, or inside the list that holds them all.
        is_in_list: whether it stands in that list, whose end is then the end.
        looks_right: tells, behind a fault, a whole element from a part of the broken one.
        most_bytes: the most that an element may have.
    """

    def __init__(
        self,
        window: Window,
        *,
        is_in_list: bool,
        looks_right: Callable[[object], bool],
        most_bytes: int = MOST_BYTES,
    ) -> None:
        self._window = window
        self._most_bytes = most_bytes
        self._ends_with_list = self._is_in_list = is_in_list
        self._looks_right = looks_right
        self._number = 0
        self._run = self._runs = int(is_in_list)

    def __iter__(self) -> Iterator[Element | Damage | None]:
        """Elements and faults in their order; None now and then, so that progress can be shown.

        Raises `OSError` where the file can't be read.
        """
        while (yield from self._find_next()):
            self._number += 1
            try:
                element = yield from self._element()
            except _UnreadableError as fault:
                yield Damage(fault.reason, self._window.offset + fault.at, self._number)
                recovered = yield from self._recover()
                if recovered is None:
                    return
                self._number += 1
                element = recovered._replace(number=self._number)
            self._window.position += element.size
            yield element
        if self._is_in_list:
            yield Damage("is missing: the file ends early", self._window.offset, self._number + 1)

    def _find_next(self) -> Generator[None, None, bool]:
        """Go to the next element; returns False behind the last one."""
        window = self._window
        while True:
            if gap := _GAP.match(window.data, window.position):
                window.position = gap.end()
            first = window.data[window.position : window.position + 1]
            if not first:
                if not window.grow():
                    return False
                yield None
            elif first == b"]" and self._is_in_list:
                window.position += 1
                if self._ends_with_list and len(window.data) - window.position < _NEAR:
                    window.grow()
                if self._ends_with_list and _GOES_ON.match(window.data, window.position):
                    continue
                self._is_in_list, self._run = False, 0
                if self._ends_with_list:
                    return False
            elif first == b"[" and not self._is_in_list:
                window.position += 1
                self._is_in_list = True
                self._run = self._runs = self._runs + 1
            else:
                return True

    def _element(self) -> Generator[None, None, Element]:
        """The list or object at the window's position. Raises `_UnreadableError`."""
        window = self._window
        if window.data[window.position] not in _OPENING:
            raise _UnreadableError("is neither a list nor an object", 0)
        if window.text:
            # ChatGPT's files are all ASCII, and most elements whole: these need no counting.
            try:
                value, end = _DECODER.raw_decode(window.text, window.position)
                return Element(value, window.offset, end - window.position, self._number, self._run)
            except (ValueError, RecursionError):
                pass
        size = yield from self._measure()
        raw = window.data[window.position : window.position + size]
        try:
            text, is_mended = raw.decode("utf-8"), False
        except UnicodeDecodeError:
            text, is_mended = raw.decode("utf-8", "replace"), True
        try:
            value = _DECODER.decode(text)
        except json.JSONDecodeError as error:
            at = len(text[: error.pos].encode("utf-8", "surrogatepass"))
            raise _UnreadableError(f"is broken ({error.msg})", min(at, size)) from None
        except ValueError:
            raise _UnreadableError("holds a number that is too long", 0) from None
        return Element(value, window.offset, size, self._number, self._run, is_mended)

    def _measure(self) -> Generator[None, None, int]:
        """The size of the element at the window's position, by its brackets alone."""
        window = self._window
        at, levels, containers = 0, 0, 0
        while True:
            found = _TO_BRACKET.match(window.data, window.position + at)
            at = found.end() - window.position if found else at
            bracket = window.data[window.position + at : window.position + at + 1]
            if not bracket or bracket == b'"':
                if len(window.data) - window.position > self._most_bytes:
                    raise _UnreadableError(f"has more than {self._most_bytes >> 20} MB", 0)
                if not window.grow():
                    raise _UnreadableError(
                        "is cut off: the file ends inside it", len(window.data) - window.position
                    )
                yield None
                continue
            at += 1
            if bracket in b"]}":
                levels -= 1
                if levels == 0:
                    return at
                continue
            levels, containers = levels + 1, containers + 1
            if levels > MOST_LEVELS:
                raise _TooDeepError("is nested too deeply", at)
            if containers > MOST_CONTAINERS:
                raise _UnreadableError("has too many parts", at)

    def _recover(self) -> Generator[None, None, Element | None]:
        """The next whole element behind the broken one at the window's position, or None if there is none."""
        window = self._window
        step = 1
        while True:
            beginning = _BEGINNING.search(window.data, window.position + step)
            if beginning is None:
                # The window's end may cut a beginning.
                self._pass_over(max(window.position + step, len(window.data) - _LONGEST_BEGINNING))
                step = 0
                if not window.grow():
                    return None
                yield None
                continue
            self._pass_over(beginning.start())
            step = 1
            try:
                element = yield from self._element()
            except _UnreadableError as fault:
                # Nobody writes so many levels in so little: without the leap, each of them would be tried.
                if isinstance(fault, _TooDeepError) and fault.at < _NEAR:
                    step = fault.at
                yield None
                continue
            if self._looks_right(element.value):
                return element
            step = element.size

    def _pass_over(self, position: int) -> None:
        """Leave out what is before a position, and notice whether a list ended and another began there."""
        window = self._window
        passed = window.data[window.position : position]
        if self._is_in_list and _NEXT_LIST.search(passed):
            self._run = self._runs = self._runs + 1
        window.position = position
