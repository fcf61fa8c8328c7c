"""A key with modifiers, by the names that Qt writes in any language (``Ctrl+Alt+Space``)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

MODIFIERS = ("Ctrl", "Alt", "Shift", "Meta")
DEFAULT = "Ctrl+Alt+Space"


class KeyNames(NamedTuple):
    """What one key is called by each system.

    Attributes:
        keysym: by X and xkbcommon.
        windows: its virtual-key code.
        mac: its virtual key code on an ANSI keyboard (Carbon's ``kVK_…``), or None where Macs lack it.
    """

    keysym: str
    windows: int
    mac: int | None


_MAC_LETTERS = {
    **dict(zip("ASDFHGZXCV", range(10), strict=True)),
    **dict(zip("BQWERYT", range(11, 18), strict=True)),
    "O": 31,
    "U": 32,
    "I": 34,
    "P": 35,
    "L": 37,
    "J": 38,
    "K": 40,
    "N": 45,
    "M": 46,
}
_MAC_DIGITS = dict(zip("1234657980", (18, 19, 20, 21, 22, 23, 25, 26, 28, 29), strict=True))
_MAC_FUNCTIONS = (122, 120, 99, 118, 96, 97, 98, 100, 101, 109, 103, 111, 105, 107, 113, 106, 64, 79, 80, 90)
_VK_F1 = 0x70

KEYS: dict[str, KeyNames] = {
    "Space": KeyNames("space", 0x20, 49),
    "Tab": KeyNames("Tab", 0x09, 48),
    "Return": KeyNames("Return", 0x0D, 36),
    "Backspace": KeyNames("BackSpace", 0x08, 51),
    "Ins": KeyNames("Insert", 0x2D, 114),
    "Del": KeyNames("Delete", 0x2E, 117),
    "Home": KeyNames("Home", 0x24, 115),
    "End": KeyNames("End", 0x23, 119),
    "PgUp": KeyNames("Prior", 0x21, 116),
    "PgDown": KeyNames("Next", 0x22, 121),
    "Left": KeyNames("Left", 0x25, 123),
    "Up": KeyNames("Up", 0x26, 126),
    "Right": KeyNames("Right", 0x27, 124),
    "Down": KeyNames("Down", 0x28, 125),
    "Pause": KeyNames("Pause", 0x13, None),
    ",": KeyNames("comma", 0xBC, 43),
    ".": KeyNames("period", 0xBE, 47),
    "/": KeyNames("slash", 0xBF, 44),
    ";": KeyNames("semicolon", 0xBA, 41),
    "'": KeyNames("apostrophe", 0xDE, 39),
    "[": KeyNames("bracketleft", 0xDB, 33),
    "]": KeyNames("bracketright", 0xDD, 30),
    "\\": KeyNames("backslash", 0xDC, 42),
    "-": KeyNames("minus", 0xBD, 27),
    "=": KeyNames("equal", 0xBB, 24),
    "`": KeyNames("grave", 0xC0, 50),
    **{letter: KeyNames(letter.lower(), ord(letter), code) for letter, code in _MAC_LETTERS.items()},
    **{digit: KeyNames(digit, ord(digit), code) for digit, code in _MAC_DIGITS.items()},
    **{
        f"F{number}": KeyNames(f"F{number}", _VK_F1 + number - 1, code)
        for number, code in enumerate(_MAC_FUNCTIONS, 1)
    },
}


@dataclass(frozen=True, slots=True)
class Combination:
    """A combination that is fit to be had from anywhere.

    Attributes:
        modifiers: of `MODIFIERS`. On a Mac ``Ctrl`` is the Command key and ``Meta`` Control, as in Qt.
        key: of `KEYS`.
    """

    modifiers: frozenset[str]
    key: str

    @classmethod
    def parse(cls, text: str) -> Combination:
        """Read what `__str__` writes.

        Raises `ValueError` with a sentence for the user if it is none, or one that typing would need.
        """
        *modifiers, key = text[:-1].split("+") if text.endswith("++") else text.split("+")
        names = {name.casefold(): name for name in KEYS}
        known = {name.casefold(): name for name in MODIFIERS}
        if key.casefold() not in names or any(each.casefold() not in known for each in modifiers):
            raise ValueError("This key can’t be part of a shortcut for the whole desktop.")
        combination = cls(frozenset(known[each.casefold()] for each in modifiers), names[key.casefold()])
        is_function_key = combination.key.startswith("F") and len(combination.key) > 1
        if combination.modifiers <= {"Shift"} and not is_function_key:
            raise ValueError("Hold Ctrl, Alt or the Super key with it: alone this key is needed for typing.")
        return combination

    def __str__(self) -> str:
        return "+".join([*(each for each in MODIFIERS if each in self.modifiers), self.key])
