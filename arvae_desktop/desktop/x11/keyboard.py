"""Which key and which modifier bits a combination is on the keyboard as it is laid out now."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING, NamedTuple

from Xlib import XK, X

from arvae_desktop.desktop.shortcut.combination import KEYS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from Xlib.display import Display

    from arvae_desktop.desktop.shortcut.combination import Combination

# The order of the rows in the answer to GetModifierMapping (X protocol, section 9).
_BITS = (X.ShiftMask, X.LockMask, X.ControlMask, X.Mod1Mask, X.Mod2Mask, X.Mod3Mask, X.Mod4Mask, X.Mod5Mask)
_HOLDERS = {"Alt": ("Alt_L", "Alt_R"), "Meta": ("Super_L", "Super_R")}
_USUAL = {"Alt": X.Mod1Mask, "Meta": X.Mod4Mask}
_LOCKS = ("Num_Lock", "Scroll_Lock")


class Grab(NamedTuple):
    """One key with one set of modifier bits."""

    keycode: int
    modifiers: int


def grabs_for(display: Display, combination: Combination) -> list[Grab]:
    """All that must be grabbed, so that Caps Lock, Num Lock and Scroll Lock make no difference.

    Empty if the keyboard has no such key.
    """
    keycodes = _keycodes(display, KEYS[combination.key].keysym)
    wanted = 0
    for name in combination.modifiers:
        if name in _HOLDERS:
            wanted |= _bit_of(display, _HOLDERS[name]) or _USUAL[name]
        else:
            wanted |= X.ControlMask if name == "Ctrl" else X.ShiftMask
    locks = {X.LockMask, *(_bit_of(display, (name,)) for name in _LOCKS)} - {0}
    # A lock's bit that the combination itself needs is no matter of indifference.
    free = [bit for bit in locks if not bit & wanted]
    extras = [sum(some) for size in range(len(free) + 1) for some in combinations(free, size)]
    return [Grab(keycode, wanted | extra) for keycode in keycodes for extra in extras]


def _keycodes(display: Display, name: str) -> list[int]:
    """The keys that give this symbol without Shift in some layout; else those that give it at all."""
    found = list(display.keysym_to_keycodes(XK.string_to_keysym(name)))
    plain = [keycode for keycode, index in found if index % 2 == 0]
    return list(dict.fromkeys(plain or [keycode for keycode, _index in found]))


def _bit_of(display: Display, names: Iterable[str]) -> int:
    """The modifier that one of these keys holds; 0 if none does."""
    wanted = {
        keycode for name in names for keycode, _index in display.keysym_to_keycodes(XK.string_to_keysym(name))
    }
    rows = display.get_modifier_mapping()
    return next((bit for bit, row in zip(_BITS, rows, strict=True) if wanted & (set(row) - {0})), 0)
