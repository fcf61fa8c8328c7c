"""Keys pressed over a connection that is there already."""

from __future__ import annotations

from Xlib import XK, X
from Xlib.display import Display
from Xlib.ext import xtest

_NAMES = {"ctrl": "Control_L", "alt": "Alt_L", "shift": "Shift_L", "super": "Super_L"}


class Keyboard:
    """Presses keys as a person would (the XTEST extension)."""

    def __init__(self, display: str) -> None:
        self._display = Display(display)

    def press(self, keys: str) -> None:
        """Press keys together, by their X names joined by ``+``, and let go of them."""
        names = [_NAMES.get(name, name) for name in keys.split("+")]
        codes = [self._display.keysym_to_keycode(XK.string_to_keysym(name)) for name in names]
        for code in codes:
            xtest.fake_input(self._display, X.KeyPress, code)
        for code in reversed(codes):
            xtest.fake_input(self._display, X.KeyRelease, code)
        self._display.sync()

    def close(self) -> None:
        self._display.close()
