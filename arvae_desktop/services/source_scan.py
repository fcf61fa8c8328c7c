"""Spares the program PySide6's look at the source of every module.

PySide6 searches the text of each module that is imported after it for its own name, to know where its
``__feature__`` switches (snake_case, true_property) may hold. We use none of them. The texts cost 10 ms of
the start and 11 MB that are never given back, and there is no public way to say no.
"""

from __future__ import annotations

import sys


def skip_source_scan() -> None:
    """Tell PySide6 that no module uses it, which leaves every switch where it is: off.

    To be called before PySide6 is imported. A PySide6 that works in another way is left alone.
    """
    import shiboken6  # noqa: F401, PLC0415  (brings the scanner, and 10 ms that `ask` should not pay)

    feature = sys.modules.get("shibokensupport.feature")
    if hasattr(feature, "_mod_uses_pyside"):
        feature._mod_uses_pyside = lambda _module: False  # type: ignore[union-attr]  # noqa: SLF001
