"""What an answer holds besides words, in windows of their own: code, diagrams, pictures."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage

from arvae_desktop.domain.errors import ArvaeError
from arvae_desktop.markup.safety import display_host, safe_href
from arvae_desktop.ui import dialogs
from arvae_desktop.ui.transcript.block_lines import OPEN_CODE, SHOW_DIAGRAM

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtWidgets import QWidget

    from arvae_desktop.domain.requests import Network
    from arvae_desktop.services.pictures import Pictures
    from arvae_desktop.services.tasks import Tasks
    from arvae_desktop.ui.theme import Theme
    from arvae_desktop.ui.transcript.origins import CodeText

_DARK_BELOW = 128


class AnswerWindows(QObject):
    """Opens windows over `window`; what takes time runs as a task and can be followed in the status line.

    Signals:
        told: how it goes, in a sentence.
    """

    told = Signal(str)

    def __init__(self, network: Callable[[], Network], theme: Theme, tasks: Tasks, window: QWidget) -> None:
        """`network` gives how servers are reached, each time one is."""
        super().__init__(window)
        self._network = network
        self._theme = theme
        self._tasks = tasks
        self._window = window

    @functools.cached_property
    def _pictures(self) -> Pictures:
        from arvae_desktop.services.pictures import Pictures  # noqa: PLC0415  (pictures are rare)

        return Pictures(self._network)

    def open_code(self, name: str, code: CodeText) -> None:
        """Open code as it stands, or drawn as a diagram, as the action's name says."""
        if name == OPEN_CODE:
            from arvae_desktop.ui.code_window import CodeWindow  # noqa: PLC0415  (few ever open one)

            CodeWindow(code.language, code.lines, self._theme, self._tasks, self._window).show()
        elif name == SHOW_DIAGRAM:
            self._tasks.spawn(self._show_diagram(code.text), name="diagram")

    def ask_for_picture(self, url: str) -> None:
        """Load a picture and show it, if the user agrees: a server learns that it was looked at, and when."""
        if safe_href(url) is not None:
            self._tasks.spawn(self._show_picture(url), name="picture")

    async def _show_diagram(self, source: str) -> None:
        # Loaded only now: diagrams are rare.
        from arvae_desktop.services.diagrams import draw_diagram  # noqa: PLC0415
        from arvae_desktop.ui.picture_window import PictureFile, PictureWindow  # noqa: PLC0415

        colors = self._theme.colors
        self.told.emit("Drawing the diagram…")
        try:
            diagram = await draw_diagram(source, dark=_is_dark(colors.page), background=colors.page)
        except ArvaeError as error:
            self.told.emit(f"{error.report.title} {error.report.hint}".strip())
            return
        self.told.emit("")
        file = PictureFile("diagram.png", diagram.png)
        image = QImage.fromData(diagram.png)
        PictureWindow(image, "Diagram", file, self._theme, self._tasks, self._window).show()

    async def _show_picture(self, url: str) -> None:
        # Loaded only now: pictures are rare.
        from arvae_desktop.ui.picture_reading import decode_picture  # noqa: PLC0415
        from arvae_desktop.ui.picture_window import PictureFile, PictureWindow  # noqa: PLC0415

        if self._pictures.kept(url) is None and not await self._agrees(url):
            return
        self.told.emit("Loading the picture…")
        try:
            data = await self._pictures.load(url)
            image = await decode_picture(data)
        except ArvaeError as error:
            self.told.emit(f"{error.report.title} {error.report.hint}".strip())
            return
        self.told.emit("")
        file = PictureFile(f"picture.{_ending(data)}", data)
        PictureWindow(image, display_host(url), file, self._theme, self._tasks, self._window).show()

    async def _agrees(self, url: str) -> bool:
        text = (
            f"It comes from {display_host(url)}, which will learn your network address and that you looked."
            f"\n\n{url}"
        )
        return await dialogs.confirm(self._window, "Load this picture?", text, action="Load")


def _is_dark(color: str) -> bool:
    red, green, blue = (int(color[at : at + 2], 16) for at in (1, 3, 5))
    return (red * 299 + green * 587 + blue * 114) / 1000 < _DARK_BELOW


def _ending(data: bytes) -> str:
    """How a picture's file name ends, by the first bytes of its format."""
    if data.startswith(b"\xff\xd8"):
        return "jpg"
    if data.startswith(b"GIF8"):
        return "gif"
    if data.startswith(b"BM"):
        return "bmp"
    return "webp" if data.startswith(b"RIFF") else "png"
