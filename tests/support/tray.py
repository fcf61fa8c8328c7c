"""A real tray, as some panels have one: icons are windows in it (XEmbed)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from tests.support.processes import Process, wait_until

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.accessibility import Box
    from tests.support.desktop import Desktop

_COMMAND = ["trayer", "--edge", "top", "--align", "right", "--widthtype", "request", "--height", "24"]


class TrayProcess:
    """A tray in the upper right corner; it is there from now on."""

    def __init__(self, desktop: Desktop, folder: Path) -> None:
        self._desktop = desktop
        self._process = Process(_COMMAND, folder=folder, environment=desktop.environment)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.end()

    def end(self) -> None:
        """The panel goes, as at the end of a session or in a crash."""
        self._process.end()

    def wait_for_icon(self) -> Box:
        """Where the one icon in it is on the screen."""

        def find() -> Box | None:
            assert self._process.is_running, self._process.stderr
            windows = self._desktop.windows("^panel$")
            box = self._desktop.window_box(windows[0]) if windows else None
            return box if box and box.width >= box.height > 0 and self.colours(box) else None

        return wait_until(find, "an icon is in the tray")

    def colours(self, box: Box) -> dict[tuple[int, int, int], int]:
        """How often each colour is in a part of the screen, the most frequent one, the ground, left out."""
        counts: dict[tuple[int, int, int], int] = {}
        for row in self._desktop.screen.region(box):
            for at in range(0, len(row), 3):
                colour = row[at], row[at + 1], row[at + 2]
                counts[colour] = counts.get(colour, 0) + 1
        ground = max(counts, key=counts.__getitem__)
        return {colour: count for colour, count in counts.items() if colour != ground}
